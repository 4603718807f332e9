"""Scrapy's downloader, which never asks a host for two things at once, however little it waits."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader, Slot


class StrictDownloader(Downloader):
    """Counts a request from the moment when it is taken from its slot's queue.

    Scrapy 2.19 counts it when its task begins to run, and takes the next ones from the queue before
    that: where there is no pause, or the machine is busy for as long, two or three go out at once.
    """

    def _wait_for_download(
        self, slot: Slot, request: Request, *rest: Any
    ) -> Coroutine[Any, Any, None]:
        slot.transferring.add(request)
        return super()._wait_for_download(slot, request, *rest)
