"""The archive: what writing WARC files costs a crawl, how fast they are read back, and how fast the
database is made from them again.

    python -m bench archive --reports 100000

is the size that docs/scale.md speaks of; the default ends in minutes.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastwarc
import lxml.html
from warcio.archiveiterator import ArchiveIterator

from bench.crawl import asked, run, served
from bench.generated_archive import write_archive
from bench.measure import Result, Series
from bench.session import run_watched
from pipelines.archive.archiving import warc_directory
from pipelines.archive.records import read_records
from pipelines.archive.warc import read_exchanges

REPORTS = 2000
SHARE = 4
"""The rate is compared between all reports and one of so many."""

JOBS = 2
ROUNDS = 3
COUNTIES = 3
UNITS = 15


def measure(reports: int = REPORTS) -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few", Path(folder) / "many"
        write_archive(few, max(reports // SHARE, 1))
        write_archive(many, reports)
        return [
            *cost_of_writing(Path(folder)),
            reading_back(few),
            *rebuilding(few, many, reports),
        ]


def cost_of_writing(folder: Path) -> list[Result]:
    """Processor time of a crawl, and its share for the WARC files; beside spiders that do less."""
    ways: dict[str, list[float]] = {"ours": [], "warc": [], "bare": [], "warcio": []}
    with served(COUNTIES, UNITS) as home_pages:
        for number in range(ROUNDS):
            home, wanted = folder / f"crawled {number}", folder / "urls"
            busy, writing = run("our_writing.py", home, *home_pages).figures
            urls = asked(home)
            wanted.write_text("\n".join(urls), encoding="utf-8")
            ways["ours"].append(busy / len(urls) * 1000)
            ways["warc"].append(writing / busy * 100)
            for name, program in (("bare", "bare_spider.py"), ("warcio", "archiving_spider.py")):
                pages, _, worked = run(program, wanted, *home_pages).figures
                ways[name].append(worked / pages * 1000)
    words = f"{COUNTIES} sample portals on loopback; {len(urls)} pages."
    return [
        Result(
            title="Crawling: processor time but for reading",
            unit="ms a page",
            note=words,
            ours=Series("gongkai crawl", tuple(ways["ours"])),
            peers=(
                Series("bare Scrapy spider", tuple(ways["bare"])),
                Series("bare Scrapy spider that writes with warcio", tuple(ways["warcio"])),
            ),
        ),
        Result(
            title="Crawling: the share of its processor time for writing WARC files",
            unit="%",
            note=f"{words} The peer's is the difference between the two bare spiders.",
            ours=Series("gongkai crawl (goal: at most 25)", tuple(ways["warc"])),
            peers=(
                Series(
                    "bare Scrapy spider that writes with warcio",
                    tuple(
                        (both - bare) / both * 100
                        for bare, both in zip(ways["bare"], ways["warcio"], strict=True)
                    ),
                ),
            ),
        ),
    ]


def reading_back(home: Path) -> Result:
    """Every record of the files with its block, by the readers there are."""
    ways: dict[str, Callable[[Path], int]] = {
        "gongkai, records": _ours,
        "warcio": _warcio,
        "fastwarc": _fastwarc,
        "gongkai, exchanges (two records each)": _exchanges,
    }
    files = sorted(warc_directory(home).glob("*.warc.gz"))
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.process_time()
            records = sum(map(way, files))
            figures[name].append(records / (time.process_time() - started))
    ours, *peers = (Series(name, tuple(row)) for name, row in figures.items())
    return Result(
        title="Reading WARC files back",
        unit="records/s",
        note="By processor time. Unlike the others, ours goes on after a damaged record and says "
        "which bytes it was.",
        ours=ours,
        peers=tuple(peers),
    )


def rebuilding(few: Path, many: Path, reports: int) -> list[Result]:
    """``gongkai rebuild`` of two archives, and the bare parse of the larger one's pages."""
    some = run_watched([*_COMMAND, few])
    every = run_watched([*_COMMAND, many])
    parsed = _parse_all(many)
    smaller = max(reports // SHARE, 1)
    name = f"gongkai rebuild, {reports:,} reports"
    less = f"gongkai rebuild, {smaller:,} reports"
    return [
        Result(
            title="Making the database anew",
            unit="reports/s",
            note=f"{JOBS} reading processes; {every.seconds:.0f} s.",
            ours=Series(name, (reports / every.seconds,)),
            peers=(
                Series(less, (smaller / some.seconds,), "at least 0.9"),
                Series("lxml.html.fromstring of each page, one process", (1000 / parsed,)),
            ),
        ),
        Result(
            title="Making the database anew: processor time of all processes",
            unit="ms a report",
            note="Which other programs on the machine disturb least.",
            ours=Series(name, (every.busy / reports * 1000,)),
            peers=(
                Series(less, (some.busy / smaller * 1000,), "at most 1.1"),
                Series("lxml.html.fromstring of each page", (parsed,)),
            ),
        ),
        Result(
            title="Making the database anew: peak memory",
            unit="MB",
            note="All processes together; what they share counts once. Goal: below 2,000.",
            ours=Series(name, (every.memory,)),
            peers=(Series(less, (some.memory,)),),
        ),
    ]


_COMMAND = [sys.executable, "-m", "crawler", "rebuild", "--jobs", str(JOBS), "--home"]


def _parse_all(home: Path) -> float:
    """Milliseconds of processor time a page."""
    busy, pages = 0.0, 0
    for file in sorted(warc_directory(home).glob("*.warc.gz")):
        for exchange in read_exchanges(file):
            if exchange.body:
                started = time.process_time()
                lxml.html.fromstring(exchange.body)
                busy += time.process_time() - started
                pages += 1
    return busy / pages * 1000


def _ours(file: Path) -> int:
    return sum(1 for record in read_records(file) if record.block is not None)


def _exchanges(file: Path) -> int:
    return 2 * sum(1 for _ in read_exchanges(file))


def _warcio(file: Path) -> int:
    with file.open("rb") as stream:
        records = ArchiveIterator(stream, no_record_parse=True)
        return sum(1 for record in records if record.raw_stream.read() is not None)


def _fastwarc(file: Path) -> int:
    with file.open("rb") as stream:
        records = fastwarc.ArchiveIterator(stream, parse_http=False)
        return sum(1 for record in records if record.reader.read() is not None)
