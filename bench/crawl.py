"""Crawling: pages a second of sample portals, archived and read, beside a bare Scrapy spider."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from bench.measure import Result, Series
from bench.memory import MemoryWatch

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

    with served(COUNTIES, UNITS) as home_pages, tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            home = Path(folder) / f"archive {number}"
            seconds, busy = run("our_crawl.py", home, *home_pages).figures
            urls = asked(home)
            note(OURS, len(urls), seconds, busy)
            wanted = Path(folder) / "urls"
            wanted.write_text("\n".join(urls), encoding="utf-8")
            note(BARE, *run("bare_spider.py", wanted, *home_pages).figures)
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
            ("Crawling portals", "pages/s", "at least 0.8", speed),
            ("Crawling portals: processor time but for reading", "ms a page", "", work),
        )
    ]


@contextmanager
def served(counties: int, units: int, *options: str) -> Iterator[list[str]]:
    """The portals' home pages, served by a process of its own; options of ``crawler.sample``."""
    command = [sys.executable, "-u", "-m", "crawler.sample", "--port", "0", *options]
    command += ["--counties", str(counties), "--units", str(units)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield [process.stdout.readline().split()[0] for _ in range(counties)]
        finally:
            process.terminate()


class Done(NamedTuple):
    """The numbers that a program printed, and what it and the largest of its child processes held
    of memory while it ran (``bench.memory``)."""

    figures: list[float]
    own: list[float]
    others: list[float]


def run(program: str, *arguments: str | Path) -> Done:
    """Run a program of this folder to its end."""
    command = [sys.executable, HERE / program, *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        memory = MemoryWatch(process.pid)
        printed, complaints = process.communicate()
        memory.stop()
    if process.returncode:
        raise RuntimeError(f"{program} failed: {complaints}")
    return Done([float(word) for word in printed.split()], memory.own, memory.others)


def asked(home: Path) -> list[str]:
    """The URLs of all answers that the archive holds; never none."""
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        rows = conn.execute("SELECT DISTINCT url FROM captures WHERE status IS NOT NULL")
        urls = [url for (url,) in rows]
    if not urls:
        raise RuntimeError("gongkai crawl archived nothing")
    return urls
