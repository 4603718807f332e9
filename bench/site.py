"""The site on a generated archive: how long publishing takes, how large a snapshot is, and how fast
four readers at once are answered.

    python -m bench site --reports 100000

is the size of the goals; the default ends in minutes. The pages asked for are those that the home
page links, and those that they link, by the pattern of their address; a new page is measured as
soon as something links it.
"""

from __future__ import annotations

import random
import re
import resource
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote, urljoin, urlsplit

from rich.console import Console
from rich.table import Table

from bench.measure import Result, Series
from bench.site_archive import generate
from pipelines.publish import publish
from pipelines.site import datasette_arguments

REPORTS = 5_000
CLIENTS = 4
ASKED = 40
"""Requests of each kind of page, by all clients together."""

PAGES_OF_KIND = 5
"""Addresses of a kind that are asked for in turn."""

DEPTH = 2
"""Links that are followed from the home page on."""

WORDS = ("复议", "许可", "行政复议", "镇", "规范性文件", "2021年", "虚构3甲镇")
_SEARCHES = {f"search {word}": [f"/-/search?q={quote(word)}"] for word in WORDS}
_LINK = re.compile(r'<a (?![^>]*\bdownload\b)[^>]*?href="([^"#]+)')
"""Links to pages; whole tables, which are downloaded, are none."""

_GOAL, _SEARCH_GOAL, _START_GOAL = 200, 50, 3


def measure(reports: int = REPORTS) -> list[Result | Pages]:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        generate(home, reports)
        started, busy = time.monotonic(), time.process_time()
        snapshot = publish(home, datetime.now(UTC), keep=1)
        seconds, busy = time.monotonic() - started, time.process_time() - busy
        live = (home / "gongkai.db").stat().st_size
        made = snapshot.stat().st_size
        note = f"{reports} generated reports"
        results: list[Result | Pages] = [
            _one("Publishing", "ms a report", seconds / reports * 1000, f"{note}; {busy:.0f} s of"
                 f" processor time of {seconds:.0f} s, {_most_memory():.0f} MB of memory"),
            _one("A published snapshot", "kB a report", made / reports / 1000,
                 f"{note}; the live database has {live / reports / 1000:.1f}"),
        ]  # fmt: skip
        with _served(home) as (base, start):
            results.append(_one("First start of the site", "s", start, note, f"< {_START_GOAL}"))
            kinds = _SEARCHES | _linked(base)
            times = {kind: _times(kind, base, paths) for kind, paths in kinds.items()}
        return [*results, Pages(f"Pages of the site, {CLIENTS} readers at once", note, times)]


@dataclass(frozen=True, slots=True)
class Pages:
    """How long each kind of page took, in milliseconds; shown and kept like a ``Result``."""

    title: str
    note: str
    times: dict[str, tuple[float, ...]]

    def show(self) -> None:
        table = Table("page", "p50 ms", "p95 ms", "goal", title=self.title, title_justify="left")
        for kind, times in self.times.items():
            table.add_row(kind, f"{median(times):.0f}", f"{_p95(times):.0f}", f"< {_goal(kind)}")
        console = Console(width=110)
        console.print(table)
        console.print(f"{self.note}\n")

    def to_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "unit": "ms",
            "note": self.note,
            "series": [
                {"name": kind, "median": median(times), "p95": _p95(times), "goal": _goal(kind)}
                for kind, times in self.times.items()
            ],
        }


def _goal(kind: str) -> int:
    return _SEARCH_GOAL if kind.startswith("search") else _GOAL


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def _one(title: str, unit: str, figure: float, note: str, goal: str = "") -> Result:
    return Result(title, unit, note, Series("gongkai", (figure,), goal), ())


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


@contextmanager
def _served(home: Path) -> Iterator[tuple[str, float]]:
    """The site's address, and the seconds until it first answered."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    started = time.monotonic()
    process = subprocess.Popen(
        datasette_arguments(home, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        while True:
            try:
                _get(base + "/")
                break
            except urllib.error.URLError:
                if process.poll() is not None:
                    sys.exit("the site did not start")
                time.sleep(0.02)
        yield base, time.monotonic() - started
    finally:
        process.terminate()
        process.wait()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=120) as response:
        body: bytes = response.read()
    return body


def _linked(base: str) -> dict[str, list[str]]:
    """The addresses that the home page and the pages it links lead to, by kind."""
    kinds: dict[str, dict[str, None]] = defaultdict(dict)
    seen = {"/"}
    front = ["/"]
    for _ in range(DEPTH):
        found: dict[str, None] = {}
        for path in front:
            try:
                page = _get(base + path).decode()
            except urllib.error.HTTPError as error:
                print(f"{path} is linked and answers {error.code}")
                del kinds[_kind(path)][path]
                continue
            for link in _LINK.findall(page):
                address = urljoin(base + path, unescape(link))
                if address.startswith(base) and not urlsplit(address).path.startswith("/assets"):
                    found[address.removeprefix(base)] = None
        front = []
        for path in found:
            kind = _kind(path)
            # A few of each kind stand for all: a page of rows links a thousand.
            if path not in seen and len(kinds[kind]) < PAGES_OF_KIND:
                kinds[kind][path] = None
                front.append(path)
            seen.add(path)
    return {"/": ["/"], **{kind: list(paths) for kind, paths in sorted(kinds.items()) if paths}}


def _kind(path: str) -> str:
    """The address without what differs between pages of one kind: numbers, and values."""
    parts = urlsplit(path)
    place = re.sub(r"/[^/]*\d[^/]*(?=/|$)", "/…", parts.path)
    names = sorted({pair.partition("=")[0] for pair in parts.query.split("&") if pair})
    return place + (f"?{'&'.join(names)}" if names else "")


def _times(kind: str, base: str, paths: list[str]) -> tuple[float, ...]:
    """Milliseconds of each of ``ASKED`` requests by several clients at once; a page is asked for
    again and again, as readers do, and the first time it is new."""
    asked = random.Random(kind).choices(paths, k=ASKED)

    def ask(path: str) -> float:
        started = time.monotonic()
        _get(base + path)
        return (time.monotonic() - started) * 1000

    with ThreadPoolExecutor(CLIENTS) as pool:
        return tuple(pool.map(ask, asked))
