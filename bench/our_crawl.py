"""What ``gongkai crawl --url`` does, for several portals at once.

    python bench/our_crawl.py HOME HOME_PAGE…

Prints the seconds from the opening of the archive to its end, and the seconds of processor time of
this process, which does all but the reading.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from crawler.registry import unlisted_portal
from crawler.run import run_crawl


def main(home: str, *home_pages: str) -> None:
    portals = [unlisted_portal(url, None) for url in home_pages]
    started, worked = time.perf_counter(), time.process_time()
    run_crawl(Path(home), portals, delay=0, quiet=True)
    print(time.perf_counter() - started, time.process_time() - worked)


if __name__ == "__main__":
    main(*sys.argv[1:])
