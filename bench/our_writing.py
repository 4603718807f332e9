"""A crawl as ``our_crawl.py`` does it, and how much of it is the writing of WARC files.

    python bench/our_writing.py HOME HOME_PAGE…

Prints the seconds of processor time of this process, and those of them in the WARC writer.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from crawler.registry import unlisted_portal
from crawler.run import run_crawl
from pipelines.archive.warc_writer import WarcWriter

spent = 0.0


def measured(name: str) -> None:
    """Have a method of the writer note its time."""
    method = getattr(WarcWriter, name)

    def call(*arguments: Any, **options: Any) -> Any:
        global spent
        started = time.thread_time()
        try:
            return method(*arguments, **options)
        finally:
            spent += time.thread_time() - started

    setattr(WarcWriter, name, call)


def main(home: str, *home_pages: str) -> None:
    for name in ("write_exchange", "write_failure", "write_run"):
        measured(name)
    portals = [unlisted_portal(url, None) for url in home_pages]
    worked = time.process_time()
    run_crawl(Path(home), portals, delay=0, quiet=True)
    print(time.process_time() - worked, spent)


if __name__ == "__main__":
    main(*sys.argv[1:])
