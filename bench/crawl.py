"""Crawling: pages a second of sample portals, archived and read, beside a bare Scrapy spider."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.measure import Result, Series

COUNTIES = 3
UNITS = 49
"""Reporting bodies of a county, as many as the sample can have."""

ROUNDS = 3
OURS = "gongkai crawl"
BARE = "bare Scrapy spider, links filtered"
HERE = Path(__file__).parent


def measure() -> list[Result]:
    speed: dict[str, list[float]] = {OURS: [], BARE: []}
    work: dict[str, list[float]] = {OURS: [], BARE: []}

    def note(name: str, pages: float, seconds: float, busy: float) -> None:
        speed[name].append(pages / seconds)
        work[name].append(busy / pages * 1000)

    with served() as home_pages, tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            home = Path(folder) / f"archive {number}"
            seconds, busy = run("our_crawl.py", home, *home_pages)
            urls = asked(home)
            note(OURS, len(urls), seconds, busy)
            wanted = Path(folder) / "urls"
            wanted.write_text("\n".join(urls), encoding="utf-8")
            note(BARE, *run("bare_spider.py", wanted, *home_pages))
    words = (
        f"{COUNTIES} sample portals with {UNITS} bodies each on loopback, one request at a time to "
        f"each, no pause; {len(urls)} pages. Ours archives and reads them and stores the reports; "
        "the bare spider asks for the same pages and keeps nothing."
    )
    return [
        Result(
            title=title,
            unit=unit,
            note=words,
            ours=Series(OURS, tuple(figures[OURS])),
            peers=(Series(BARE, tuple(figures[BARE]), goal),),
        )
        for title, unit, goal, figures in (
            ("Crawling portals", "pages/s", "at least 0.6", speed),
            ("Crawling portals: processor time but for reading", "ms a page", "", work),
        )
    ]


@contextmanager
def served() -> Iterator[list[str]]:
    """The portals' home pages, served by a process of its own."""
    command = [sys.executable, "-u", "-m", "crawler.sample", "--port", "0"]
    command += ["--counties", str(COUNTIES), "--units", str(UNITS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield [process.stdout.readline().split()[0] for _ in range(COUNTIES)]
        finally:
            process.terminate()


def run(program: str, *arguments: str | Path) -> list[float]:
    """The numbers that a program of this folder prints."""
    done = subprocess.run(
        [sys.executable, HERE / program, *arguments],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"{program} failed: {done.stderr}")
    return [float(word) for word in done.stdout.split()]


def asked(home: Path) -> list[str]:
    """The URLs of all answers that the archive holds; never none."""
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        rows = conn.execute("SELECT DISTINCT url FROM captures WHERE status IS NOT NULL")
        urls = [url for (url,) in rows]
    if not urls:
        raise RuntimeError("gongkai crawl archived nothing")
    return urls
