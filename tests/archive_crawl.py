"""Archives to try things on, and crawls of ``archive_spider.py`` in a process of their own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive.capture import Capture
from pipelines.archive.warc import Exchange, read_exchanges
from pipelines.database.store import Store

ROOT = Path(__file__).resolve().parent.parent


class Crawl:
    """One finished crawl. ``seen``: URL → what the spider saw of it; ``reason``: why it ended;
    ``log``: what it said."""

    def __init__(self, home: Path, urls: list[str], **order: Any) -> None:
        self.home = home
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.archive_spider"),
                json.dumps({"home": str(home), "urls": urls, **order}),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        result = json.loads(done.stdout)
        self.seen: dict[str, dict[str, Any]] = {one["url"]: one for one in result["seen"]}
        self.reason: str = result["reason"]
        self.log = done.stderr


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with its table of divisions and nothing else, which takes a second to make."""
    home = tmp_path_factory.mktemp("empty") / "archive"
    Store.open(home).close()
    return home


@pytest.fixture
def home(empty_archive: Path, tmp_path: Path) -> Path:
    """An archive of one's own in which nothing has been captured."""
    return Path(shutil.copytree(empty_archive, tmp_path / "archive"))


def warc_files(home: Path) -> list[Path]:
    return sorted((home / "warc").glob("*.warc.gz"))


def exchanges(home: Path) -> list[Exchange]:
    """Everything archived but the records of runs, in order."""
    return [
        exchange
        for path in warc_files(home)
        for exchange in read_exchanges(path)
        if exchange.kind != "run"
    ]


def exchange_of(home: Path, url: str) -> Exchange:
    """The only exchange with a URL."""
    [found] = [exchange for exchange in exchanges(home) if exchange.url == url]
    return found


def captures(home: Path, url: str | None = None) -> list[Capture]:
    """The rows of a URL, or all, in order."""
    with Store.open(home) as store:
        ids = store.conn.execute("SELECT id FROM captures ORDER BY id").fetchall()
        rows = [capture for (id,) in ids if (capture := store.capture(id))]
    return [row for row in rows if url in (None, row.url)]
