"""Crawls that are killed, lose their power, or fill the disk: nothing is lost, nothing doubled, and
`gongkai verify` finds the archive whole. The portal is the sample; all its content is synthetic."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_crawl import empty_archive, home
from commands import DERIVED_APART, ROOT, contents, query, run

from crawler.sample import Server, World, serve
from pipelines.archive.mend import next_step
from pipelines.archive.verify import verify
from pipelines.database.rebuild import rebuild

__all__ = ["empty_archive", "home"]  # fixtures

DRIVER = Path(__file__).with_name("crash_driver.py")
OF_THIS_CRAWL = {"id", "capture", "first_seen", "last_seen", "table_id", "previous"}
"""Columns that name captures or times, and so differ between two crawls of the same portal."""


@pytest.fixture(scope="module")
def portal() -> Iterator[Server]:
    with serve(World(seed=4, units=1)) as server:
        yield server


@pytest.fixture(scope="module")
def undisturbed(
    portal: Server, empty_archive: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[str]]:
    """What the reports of a crawl say that nothing came between."""
    home = Path(shutil.copytree(empty_archive, tmp_path_factory.mktemp("crawled") / "archive"))
    drive(home, portal)
    return said_in(home)


def drive(home: Path, portal: Server, **order: Any) -> str:
    """Crawl as ``crash_driver.py`` is told; returns all that the crawls said."""
    done = subprocess.run(
        [sys.executable, DRIVER, json.dumps({"home": str(home), "url": portal.urls[0], **order})],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ['PYTHONPATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def moments(seed: int, count: int) -> list[list[float]]:
    """Moments to kill a crawl at: a fifth of them before it archives anything."""
    draw = random.Random(seed)
    return [
        [draw.randrange(25_000) if draw.random() < 0.8 else 0, draw.uniform(0, 0.1)]
        for _ in range(count)
    ]


def said_in(home: Path) -> dict[str, list[str]]:
    """Every row of reports and of what belongs to them, by the address of its report."""
    urls = dict(query(home, "SELECT id, url FROM reports"))
    found = {}
    for (table,) in query(home, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        columns = [name for _, name, *_ in query(home, f"PRAGMA table_info('{table}')")]
        if table in DERIVED_APART or not ({"report", "breadcrumb"} & set(columns)):
            continue
        kept = [name for name in columns if name not in OF_THIS_CRAWL]
        names = ", ".join(f'"{name}"' for name in kept)
        found[table] = sorted(
            str([urls[v] if n == "report" else v for n, v in zip(kept, row, strict=True)])
            for row in query(home, f"SELECT {names} FROM {table}")
            # When a page was captured differs as well, and the server may say its own time.
            if table != "dates" or not {"first seen", "header"} & set(row)
        )
    assert found["reports"]
    assert found["disclosure"]
    return found


def assert_whole(home: Path, undisturbed: dict[str, list[str]]) -> None:
    result = verify(home)
    assert result["problems"] == []
    [(rows,)] = query(home, "SELECT count(*) FROM captures")
    assert result["captures"] == rows
    assert said_in(home) == undisturbed
    assert query(home, "SELECT count(*) FROM captures WHERE reading IS NULL") == [(0,)]
    assert query(home, "SELECT * FROM leases") == []
    twice = "SELECT 1 FROM captures WHERE outcome = 'page' GROUP BY run, url, part_of, digest"
    assert query(home, f"{twice} HAVING count(*) > 1") == []
    live = contents(home)
    rebuild(home)
    assert contents(home) == live


def test_killed_at_50_random_moments(
    home: Path, portal: Server, undisturbed: dict[str, list[str]]
) -> None:
    said = drive(home, portal, kills=moments(seed=50, count=50))
    assert_whole(home, undisturbed)
    # The moments were such that there was something to mend.
    for mended in ("not indexed; now so", "had not been finished", "archived; now read"):
        assert mended in said


def test_a_power_failure_takes_the_last_seconds(
    home: Path, portal: Server, undisturbed: dict[str, list[str]]
) -> None:
    said = drive(home, portal, kills=moments(seed=8, count=10), cut=8)
    assert "the disk has lost their records" in said
    assert "its last record was not whole" in said
    assert list(home.glob("warc/*.torn-*"))
    assert_whole(home, undisturbed)


def test_a_disk_that_runs_full(
    home: Path, portal: Server, undisturbed: dict[str, list[str]]
) -> None:
    database = (home / "gongkai.db").stat().st_size
    sizes = [database + room for room in (0, 4_096, 40_000, 100_000)]
    said = drive(home, portal, largest_files=sizes)
    assert 1 <= said.count("the archive cannot be written") <= len(sizes)
    assert_whole(home, undisturbed)


def test_a_database_that_was_deleted_or_damaged_is_made_anew_before_a_crawl(
    home: Path, portal: Server, undisturbed: dict[str, list[str]]
) -> None:
    drive(home, portal)
    database = home / "gongkai.db"
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)
    refused = run("status", "--home", home)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "WARC files and no database; `gongkai rebuild`" in refused.stderr
    assert not database.exists()
    assert "the database is missing; it was made anew from 1 WARC files" in drive(home, portal)
    assert_whole(home, undisturbed)
    database.write_bytes(b"no database any more" * 1000)
    assert "the database is damaged (file is not a database); it was" in drive(home, portal)
    assert_whole(home, undisturbed)


def test_a_disk_that_cannot_be_written_to_is_not_taken_for_a_broken_database(home: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{home / 'gongkai.db'}?mode=ro", uri=True)) as conn,
        pytest.raises(sqlite3.OperationalError) as caught,
    ):
        conn.execute("DELETE FROM captures")
    assert next_step(caught.value) == "see that the disk is there, writable and not full"
