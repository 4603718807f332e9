"""A generated country: portals of all families in turn, walked on two nights by one process.

    python -m bench country --portals 300 --units 40

is the size that docs/scale.md speaks of; the default ends in minutes.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bench.crawl import BARE, OURS, asked, run, served
from bench.measure import Result, Series
from bench.memory import by_quarter

PORTALS = 60
UNITS = 10
"""Reporting bodies of a portal; each has a report for each of seven years."""

SHARE = 10
"""What a portal costs is compared between all of them and one of so many."""


def measure(portals: int = PORTALS, units: int = UNITS) -> list[Result]:
    with (
        served(portals, units, "--mixed") as home_pages,
        tempfile.TemporaryDirectory() as folder,
    ):
        few, country, wanted = (Path(folder) / name for name in ("few", "country", "urls"))
        some = run("our_crawl.py", few, *home_pages[: max(portals // SHARE, 1)])
        some_pages, _ = _requests(few)
        first = run("our_crawl.py", country, *home_pages)
        urls = asked(country)
        pages, last = _requests(country)
        second = run("our_crawl.py", country, *home_pages)
        again, _ = _requests(country, last)
        lists = _lists(country)
        size = sum(file.stat().st_size for file in country.rglob("*") if file.is_file())
        wanted.write_text("\n".join(urls), encoding="utf-8")
        bare_pages, bare_seconds, _ = run("bare_spider.py", wanted, *home_pages).figures
    seconds, busy = first.figures
    _, some_busy = some.figures
    second_seconds, _ = second.figures
    note = (
        f"{portals} generated portals of all families with {units} bodies each on loopback, one "
        "request at a time to each, no pause"
    )
    return [
        Result(
            title="Crawling a country, first night",
            unit="pages/s",
            note=f"{note}; {pages} pages in {seconds:.0f} s, {size / pages / 1000:.1f} kB of disk "
            f"a page. The bare spider finds {bare_pages:.0f} of them: lists that scripts paint "
            "lead it nowhere.",
            ours=Series(OURS, (pages / seconds,)),
            peers=(Series(BARE, (bare_pages / bare_seconds,), "at least 0.8"),),
        ),
        Result(
            title="Crawling a country: processor time but for reading",
            unit="ms a page",
            note="Each with its start.",
            ours=Series(f"{portals} portals", (busy / pages * 1000,)),
            peers=(
                Series(
                    f"{max(portals // SHARE, 1)} of them",
                    (some_busy / some_pages * 1000,),
                    "at most 1.1",
                ),
            ),
        ),
        Result(
            title="Crawling a country: the most memory in each quarter of the first night",
            unit="MB",
            note="Resident memory; the range is that of the quarters.",
            ours=Series("crawling process", by_quarter(first.own), "below 500"),
            peers=(Series("reading process", by_quarter(first.others), "below 500"),),
        ),
        Result(
            title="Crawling a country, second night with nothing new",
            unit="requests",
            note=f"{again} requests in {second_seconds:.0f} s; the portals have {lists} pages that "
            "are no reports and lead to some.",
            ours=Series("second night", (again,)),
            peers=(Series("list pages", (lists,), "at most 1.1"), Series("first night", (pages,))),
        ),
    ]


def _requests(home: Path, after: int = 0) -> tuple[int, int]:
    """How many requests the runs after one made, and the last run of all."""
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        count, last = conn.execute(
            "SELECT sum(requests), max(id) FROM runs WHERE id > ?", [after]
        ).fetchone()
    return count, last


def _lists(home: Path) -> int:
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        count: int = conn.execute(
            "SELECT count(*) FROM frontier WHERE kind != 'report' AND state = 'fetched'"
        ).fetchone()[0]
    return count
