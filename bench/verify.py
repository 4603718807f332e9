"""Verifying: megabytes of WARC files a second, beside what only decompresses them."""

from __future__ import annotations

import random
import resource
import subprocess
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

from bench.measure import Result, Series
from bench.reading import report_bodies
from crawler.registry import Portal
from crawler.sample import World
from pipelines.archive.archiving import Archive, warc_directory
from pipelines.archive.verify import verify
from pipelines.database.store import Store

PAGES = 4000
ROUNDS = 3
_CHUNK = 1 << 18
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "archive"
        fill(home)
        files = sorted(warc_directory(home).glob("*.warc.gz"))
        size = sum(file.stat().st_size for file in files) / 1e6
        ways: dict[str, Callable[[], object]] = {
            "gongkai verify --jobs 1": lambda: prove(home),
            "gzip -t": lambda: subprocess.run(["gzip", "-t", *files], check=True),
            "zlib in Python, nothing else": lambda: decompress(files),
        }
        figures: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, way in ways.items():
                began = busy()
                way()
                figures[name].append(size / (busy() - began))
    ours, gzip, bare = (Series(name, tuple(row)) for name, row in figures.items())
    return [
        Result(
            title="Verifying an archive",
            unit="MB/s",
            note=(
                f"{size:.0f} MB of WARC files, {PAGES} made-up pages of some 70 kB; by processor "
                "time of one core, so that what else runs disturbs least. Ours holds every digest, "
                "row and file against the others; the peers only decompress."
            ),
            ours=ours,
            peers=(
                Series(gzip.name, gzip.figures, "at least 0.8"),
                Series(bare.name, bare.figures, ""),
            ),
        )
    ]


def busy() -> float:
    """Seconds of processor time of this process and of those it has waited for."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


def fill(home: Path) -> None:
    """Archive report pages of the sample, each with lines of its own so that none is a revisit."""
    bodies = report_bodies(World(units=15).sites[0])
    chance = random.Random(1)
    with Store.open(home) as store:
        archive = Archive(store, {"software": "bench"})
        run = archive.begin_run(Portal("127.0.0.1", "虚构县(测试)", "http://127.0.0.1/"))
        for number in range(PAGES):
            body = bodies[number % len(bodies)]
            for _ in range(120):
                begin = chance.randrange(len(body) - 200)
                body += b"<p>%d %s</p>" % (chance.randrange(10**9), body[begin : begin + 200])
            archive.add_answer(
                run,
                f"http://127.0.0.1/{number}",
                request_head=b"GET /%d HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" % number,
                response_head=_HEAD,
                body=body,
            )
        archive.finish_run(run, "finished")
        archive.close()


def prove(home: Path) -> None:
    result = verify(home)
    if result["problem_count"] or result["captures"] != PAGES:
        raise RuntimeError(f"the archive of the benchmark is not whole: {result}")


def decompress(files: list[Path]) -> None:
    for path in files:
        with path.open("rb") as file:
            inflater = zlib.decompressobj(31)
            while chunk := file.read(_CHUNK):
                while chunk:
                    inflater.decompress(chunk)
                    chunk = inflater.unused_data
                    if inflater.eof:
                        inflater = zlib.decompressobj(31)
