"""Crawls of several portals without records, each crawl in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from commands import ROOT

_CRAWL = """
import json, sys
from pathlib import Path
from crawler.registry import unlisted_portal
from crawler.run import run_crawl
from crawler.spiders import portal
home, at_once, *urls = sys.argv[1:]
portal.PORTALS_AT_ONCE = int(at_once)
portals = [unlisted_portal(url, "990121") for url in urls]
print(json.dumps(run_crawl(Path(home), portals, quiet=True)))
"""


def begin_crawl(home: Path, urls: Iterable[str], at_once: int = 64) -> subprocess.Popen[bytes]:
    """Start a crawl in a process group of its own; it walks so many portals at once."""
    return subprocess.Popen(
        [sys.executable, "-c", _CRAWL, str(home), str(at_once), *urls],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end_crawl(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """Wait for a crawl; returns its counts, and ``log``, what it said."""
    out, log = process.communicate(timeout=300)
    assert process.returncode == 0, log.decode()
    return {**json.loads(out), "log": log.decode()}


def crawl(home: Path, urls: Iterable[str]) -> dict[str, Any]:
    return end_crawl(begin_crawl(home, urls))
