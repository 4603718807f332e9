"""``gongkai demo``: the bundled sample portal, served on loopback and crawled like any other."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.registry import Portal, default_registry
from crawler.run import run_crawl
from pipelines.archive.archiving import warc_directory
from pipelines.archive.moments import any_lane_is_taken
from pipelines.database.file import DATABASE, existing_database, has_warc_files, open_to_read
from pipelines.database.store import Store
from pipelines.database.summary import summarise_archive

SAMPLE = "990121"
"""The sample county's division code; its record names the port, so that URLs stay the same from
one demo to the next."""

START_LIMIT = 20.0
"""Seconds the sample portal may take to answer for the first time."""


PARTS_OF_ARCHIVE = (
    "warc/*.warc.gz",
    "warc/*.warc.gz.torn-*",
    "warc/.writer-*",
    "warc/manifest.jsonl",
    "published/gongkai*",
    "reports/[0-9]*.md",
    "reports/[0-9]*.json",
    "gongkai.db",
    "gongkai.db-*",
    "*.lock",
)
"""All that the demo removes of the one before it; whatever else lies there is not its own."""


@contextmanager
def served_sample(portal: Portal) -> Iterator[None]:
    """The sample portal in a process of its own; raises ValueError where its port is taken."""
    port = urlsplit(portal.url).port
    command = [sys.executable, "-m", "crawler.sample", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        deadline = time.monotonic() + START_LIMIT
        while not _answers(portal.url):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                reason = (process.communicate()[1] or b"no answer").decode().strip()
                raise ValueError(
                    f"the sample portal did not start on port {port}: {reason.splitlines()[-1]}"
                )
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, TimeoutError):
        return False


def clear_sample(home: Path) -> None:
    """Remove the archive of an earlier demo. Raises ValueError, in one sentence, where ``home``
    holds what no demo made, or another process writes to it."""
    if not (home / DATABASE).exists() and not has_warc_files(home):
        return
    with closing(open_to_read(existing_database(home))) as conn:
        others = conn.execute("SELECT count(*) FROM portals WHERE id <> ?", [SAMPLE]).fetchone()[0]
    if others:
        raise ValueError(
            f"the archive at {home} holds more than the sample portal, and the demo begins with an "
            "empty one; name another folder with --home"
        )
    if any_lane_is_taken(warc_directory(home)):
        raise ValueError(f"a crawl is writing to the archive at {home}; wait for its end")
    for pattern in PARTS_OF_ARCHIVE:
        for path in home.glob(pattern):
            path.unlink()
    for folder in ("warc", "published", "reports"):
        with suppress(OSError):  # not there, or with files of somebody else's
            (home / folder).rmdir()


def run_demo(home: Path, *, quiet: bool) -> dict[str, Any]:
    """Crawl the sample portal into a fresh archive at ``home``; returns the crawl's and the
    archive's counts. Raises ValueError as ``clear_sample`` and ``served_sample``."""
    clear_sample(home)
    portal = default_registry(SAMPLE).by_id(SAMPLE)
    started = time.monotonic()
    with served_sample(portal):
        crawl = run_crawl(home, [portal], quiet=quiet)
    crawl["seconds"] = round(time.monotonic() - started, 1)
    store = Store.open(home)
    archive = summarise_archive(store.conn)
    store.close()
    return {"crawl": crawl, "archive": archive}
