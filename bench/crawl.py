"""Crawling: pages a second of the sample portal, archived and read, beside a bare Scrapy spider."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.measure import Result, Series

UNITS = 49
"""Reporting bodies of the county, as many as the sample can have: some hundred pages of lists, some
hundred reports."""

ROUNDS = 3
GONGKAI = Path(sys.executable).with_name("gongkai")
BARE_SPIDER = Path(__file__).with_name("bare_spider.py")


def measure() -> Result:
    ours: list[float] = []
    bare: list[float] = []
    pages = 0
    with served() as (url, division), tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            home = Path(folder) / f"archive {number}"
            seconds = crawl(url, division, home)
            urls = asked(home)
            pages = len(urls)
            ours.append(pages / seconds)
            wanted = Path(folder) / "urls"
            wanted.write_text("\n".join(urls), encoding="utf-8")
            seconds, answers = crawl_barely(url, wanted)
            bare.append(answers / seconds)
    return Result(
        title="Crawling a portal",
        unit="pages/s",
        note=(
            f"The sample portal with {UNITS} bodies on loopback, one request at a time, no pause; "
            f"{pages} pages. Ours archives and reads them and stores the reports; the bare spider "
            "asks for the same pages and keeps nothing."
        ),
        ours=Series("gongkai crawl", tuple(ours)),
        peers=(Series("bare Scrapy spider, links filtered", tuple(bare), "at least 0.6"),),
    )


@contextmanager
def served() -> Iterator[tuple[str, str]]:
    """Home page and division of the portal, served by a process of its own."""
    command = [sys.executable, "-u", "-m", "crawler.sample", "--port", "0", "--units", str(UNITS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url, division, _ = process.stdout.readline().split()
            yield url, division
        finally:
            process.terminate()


def crawl(url: str, division: str, home: Path) -> float:
    """Seconds that ``gongkai crawl`` takes into a fresh archive, by its own count."""
    command = [GONGKAI, "crawl", "--url", url, "--division", division, "--delay", "0", "--json"]
    done = subprocess.run([*command, "--home", home], capture_output=True, text=True)
    # 1: the sample has pages that are broken on purpose.
    if done.returncode not in (0, 1):
        raise RuntimeError(f"gongkai crawl ended with {done.returncode}: {done.stderr}")
    seconds: float = json.loads(done.stdout)["seconds"]
    return seconds


def asked(home: Path) -> list[str]:
    """The URLs of all answers that the archive holds; never none."""
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        rows = conn.execute("SELECT DISTINCT url FROM captures WHERE status IS NOT NULL")
        urls = [url for (url,) in rows]
    if not urls:
        raise RuntimeError("gongkai crawl archived nothing")
    return urls


def crawl_barely(url: str, wanted: Path) -> tuple[float, int]:
    """Seconds and answers of the bare spider, by Scrapy's count."""
    done = subprocess.run(
        [sys.executable, BARE_SPIDER, url, wanted], check=True, stdout=subprocess.PIPE, text=True
    )
    answers, seconds = done.stdout.split()
    return float(seconds), int(answers)
