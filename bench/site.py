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
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

from bench.measure import Result, Series
from bench.page_times import Pages, Times
from bench.session import session_time
from bench.site_archive import generate
from pipelines.publish import publish
from pipelines.site.server import listen, site_command

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
_NO_PAGE = re.compile(r"\.csv(?:\?|$)|//[^/]+/assets/")
"""Addresses of files: all rows of a table or a query, and what is static."""
_START_GOAL = 3


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
        with _served(home) as site:
            note_of_start = f"{note}; {site.busy:.1f} s of processor time"
            results.append(
                _one("First start of the site", "s", site.start, note_of_start, f"< {_START_GOAL}")
            )
            _wait_until_idle(site)
            searches = {kind: _time(kind, site, paths) for kind, paths in _SEARCHES.items()}
            linked = {kind: _time(kind, site, paths) for kind, paths in _linked(site.base).items()}
        pages = Pages(f"Pages of the site, {CLIENTS} readers at once", note, searches | linked)
        return [*results, pages]


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is served by processes of a session; ``start`` and ``busy`` are the seconds, by
    the clock and of processor time, until it first answered."""

    base: str
    session: int
    start: float
    busy: float


def _one(title: str, unit: str, figure: float, note: str, goal: str = "") -> Result:
    return Result(title, unit, note, Series("gongkai", (figure,), goal), ())


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


@contextmanager
def _served(home: Path) -> Iterator[Site]:
    started = time.monotonic()
    with listen("127.0.0.1", 0) as listener:
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = subprocess.Popen(
            site_command(home, listener),
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        try:
            _get(base + "/")
        except OSError:
            sys.exit("the site did not start")
        start = time.monotonic() - started
        yield Site(base, process.pid, start, session_time(process.pid))
    finally:
        process.terminate()
        process.wait()


def _get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=120) as response:
        body: bytes = response.read()
    return body


def _wait_until_idle(site: Site) -> None:
    """Templates are compiled after the first answer: what a page then waits for that is part of a
    start."""
    while True:
        busy = session_time(site.session)
        time.sleep(1)
        if session_time(site.session) - busy < 0.1:
            return


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
                if address.startswith(base) and not _NO_PAGE.search(address):
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


def _time(kind: str, site: Site, paths: list[str]) -> Times:
    """``ASKED`` requests by several clients at once; a page is asked for again and again, as
    readers do, and the first time it is new."""
    asked = random.Random(kind).choices(paths, k=ASKED)
    failed: set[str] = set()

    def ask(path: str) -> float:
        started = time.monotonic()
        try:
            _get(site.base + path)
        except urllib.error.HTTPError as error:
            failed.add(f"{path} is linked and answers {error.code}")
        return (time.monotonic() - started) * 1000

    busy = session_time(site.session)
    with ThreadPoolExecutor(CLIENTS) as pool:
        waited = tuple(pool.map(ask, asked))
    print("\n".join(sorted(failed)), end="\n" if failed else "")
    return Times(waited, (session_time(site.session) - busy) / ASKED * 1000)
