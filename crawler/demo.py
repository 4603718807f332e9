"""``gongkai demo``: the bundled sample portal, served on loopback and crawled like any other."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.registry import Portal, default_registry
from crawler.run import run_crawl
from pipelines.store import Store
from pipelines.summary import summarise_archive

SAMPLE = "990121"
"""The sample county's division code; its record names the port, so that URLs stay the same from
one demo to the next and the second finds nothing new."""

START_LIMIT = 20.0
"""Seconds the sample portal may take to answer for the first time."""


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


def run_demo(home: Path, *, quiet: bool) -> dict[str, Any]:
    """Crawl the sample portal into ``home``; returns the crawl's and the archive's counts."""
    portal = default_registry(SAMPLE).by_id(SAMPLE)
    started = time.monotonic()
    with served_sample(portal):
        crawl = run_crawl(home, [portal], quiet=quiet)
    crawl["seconds"] = round(time.monotonic() - started, 1)
    store = Store.open(home)
    archive = summarise_archive(store.conn)
    store.close()
    return {"crawl": crawl, "archive": archive}
