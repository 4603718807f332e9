"""Crawls one portal again and again into one archive, each time in a process that is killed after a
while or that finds the disk full: python crash_driver.py '{"home": …, "url": …, "kills": […]}'

``kills``: the moments at which crawls are killed, each as [bytes, seconds]: so long after the WARC
files have grown by so much, which does not depend on how busy the machine is. ``cut``: a seed;
after each kill the file that was being written loses some of its end, as when the power fails.
``largest_files``: bytes of the largest file that each crawl can write, in place of kills. A crawl
without disturbance comes last.

Everything is imported once, and each crawl is a fork of this process. So pages are read in the
crawling process itself: a pool of readers would have to be started for each crawl.
"""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from crawler.registry import unlisted_portal
from crawler.run import run_crawl
from pipelines.archive.manifest import read_manifest
from pipelines.archive.warc import read_exchanges
from pipelines.reading.pages import prepare_process
from pipelines.reading.reader import Reader

DIVISION = "990121"


class InPlace(Executor):
    """Runs what is submitted at once."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def crawl(home: Path, url: str, largest_file: int | None = None) -> None:
    if largest_file is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, resource.RLIM_INFINITY))
    run_crawl(home, [unlisted_portal(url, DIVISION)], full=True, quiet=True)


def fork(action: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        action()
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def archived(home: Path) -> int:
    """Bytes of WARC files."""
    return sum(path.stat().st_size for path in home.glob("warc/*.warc.gz"))


def cut(home: Path, chance: random.Random) -> None:
    """Cut the end off the file that was being written, but nothing that was synced at once."""
    directory = home / "warc"
    finished = read_manifest(directory).lines
    for path in directory.glob("*.warc.gz"):
        if path.name in finished:
            continue
        synced = 0
        for exchange in read_exchanges(path, on_damage=lambda _: None):
            if exchange.kind == "run":
                synced = exchange.warc_offset + exchange.warc_length
        size = path.stat().st_size
        if synced and size > synced:
            os.truncate(path, chance.randrange(synced, size))


def main() -> None:
    order = json.loads(sys.argv[1])
    home, url = Path(order["home"]), order["url"]
    prepare_process()
    Reader._start = lambda _: InPlace()  # type: ignore[assignment, method-assign, return-value]
    chance = random.Random(order.get("cut"))
    for grown, seconds in order.get("kills", ()):
        begun = archived(home)
        child = fork(lambda: crawl(home, url))
        while archived(home) < begun + grown and not os.waitpid(child, os.WNOHANG)[0]:
            time.sleep(0.002)
        time.sleep(seconds)
        with suppress(ProcessLookupError):  # it had come to its end
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        if "cut" in order:
            cut(home, chance)
    for size in order.get("largest_files", ()):
        os.waitpid(fork(lambda size=size: crawl(home, url, size)), 0)  # type: ignore[misc]
    _, status = os.waitpid(fork(lambda: crawl(home, url)), 0)
    sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
