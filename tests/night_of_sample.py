"""``gongkai nightly`` over one portal by its home page, as if it were all there is in the registry;
or killed at the first call of a function, as by a power failure:

    python night_of_sample.py '{"crawl": ["--url", …], "killed_at": "pipelines.publish.sync"}' …

What follows the order are options of ``gongkai nightly``.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from crawler import nightly
from crawler.cli import main


def begin() -> None:
    order = json.loads(sys.argv[1])

    def arguments(_portals: Sequence[str]) -> list[str]:
        return list(order.get("crawl", []))

    def kill(*_arguments: Any, **_options: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    nightly.crawl_arguments = arguments
    nightly.count_processes = lambda _portals: order.get("processes", 1)
    if place := order.get("killed_at"):
        module, _, function = place.rpartition(".")
        setattr(importlib.import_module(module), function, kill)
    main(["nightly", *sys.argv[2:]], prog_name="gongkai")


if __name__ == "__main__":
    begin()
