"""The database made anew for a portal or since a date, and what a rebuild would change. All content
is synthetic."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from archive_crawl import empty_archive
from commands import ROOT, contents, query, run
from two_portals import FIRST, SECOND, SHARED, write_archive

from crawler.difference_tables import print_differences
from crawler.registry import Portal
from pipelines.archive.archiving import Archive
from pipelines.database.compare import Difference
from pipelines.database.rebuild import RebuildError, made_beside, rebuild
from pipelines.database.selection import Selection
from pipelines.database.store import Store
from pipelines.reading.pages import RowsRead
from pipelines.reading.reader import Reader

__all__ = ["empty_archive"]  # a fixture

DRIVER = Path(__file__).with_name("killed_rebuild.py")


def silent(_done: int, _total: int) -> None:
    pass


@pytest.fixture(scope="module")
def rebuilt(empty_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Both portals, all pages read by a whole rebuild. Only to be read."""
    home = Path(shutil.copytree(empty_archive, tmp_path_factory.mktemp("rebuilt") / "archive"))
    write_archive(home)
    assert rebuild(home)["captures"] == 32
    versions = query(home, "SELECT max(version), count(*) FROM reports GROUP BY url ORDER BY 1")
    assert [number for number, _ in versions] == [1, 1, 1, 1, 1, 1, 2, 2, 4]
    assert query(home, "SELECT count(part_of) FROM captures") == [(4,)]
    return home


@pytest.fixture
def home(rebuilt: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(rebuilt, tmp_path / "archive"))


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "gongkai.db")) as conn, conn:
        for statement in statements:
            conn.execute(statement)


def spoil(home: Path, condition: str) -> None:
    """Falsify, add and remove rows of captures, as no reader would leave them."""
    reports = f"(SELECT id FROM reports WHERE {condition})"
    change(
        home,
        f"UPDATE applications SET total = 4321 WHERE report IN {reports}",
        f"DELETE FROM findings WHERE report IN {reports}",
        f"DELETE FROM sections WHERE report IN {reports}",
        f"UPDATE reports SET gone_at = first_seen, last_seen = 'never' WHERE {condition}",
        f"UPDATE captures SET outcome = 'error', reading = 'failed' WHERE {condition}",
    )


def test_the_rows_of_one_portal_are_those_of_a_whole_rebuild(rebuilt: Path, home: Path) -> None:
    spoil(home, f"portal = '{FIRST.id}'")
    change(
        home,
        f"UPDATE runs SET requests = 0 WHERE portal = '{FIRST.id}'",
        f"UPDATE portals SET name = '' WHERE id = '{FIRST.id}'",
        # What no archive knows of goes, here a run without a record.
        f"INSERT INTO runs (id, portal, started) VALUES (1, '{FIRST.id}', '')",
    )
    # The rows of others stay as they are, right or wrong.
    wrong = f"UPDATE reports SET source = 'x' WHERE portal = '{SECOND.id}' AND url != '{SHARED}'"
    change(home, wrong)
    made = rebuild(home, selection=Selection(portal=FIRST.id))
    assert made["torn"] == []
    expected = Path(shutil.copytree(rebuilt, home.with_name("expected")))
    change(expected, wrong)
    assert contents(home) == contents(expected)
    assert query(home, "PRAGMA foreign_key_check") == []
    assert not list(home.glob("gongkai.db.new*"))


def test_the_rows_since_a_date_are_those_of_a_whole_rebuild(rebuilt: Path, home: Path) -> None:
    ((since,),) = query(home, "SELECT max(id) FROM runs")
    spoil(home, f"id >= {since}")
    # Lost altogether: the last night of the second portal, and all that it had to do with.
    change(
        home,
        *(
            f"DELETE FROM {table} WHERE report IN (SELECT id FROM reports WHERE id >= {since})"
            for table in ("applications", "disclosure", "proceedings", "changes")
        ),
    )
    rebuild(home, selection=Selection(since=since))
    assert contents(home) == contents(rebuilt)


def test_a_division_that_is_listed_no_more_is_said(empty_archive: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(empty_archive, tmp_path / "archive"))
    add = "INSERT INTO divisions VALUES ('990199', '撤销县', 'county', NULL, 1)"
    change(home, add)
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test, synthetic"})
        run = archive.begin_run(Portal("old", "虚构", "http://old.invalid/", division="990199"))
        archive.add_failure(run, "http://old.invalid/", "no answer within 5 s")
        archive.finish_run(run, "finished")
        archive.close()
    made = rebuild(home)
    assert made["captures"] == 1
    assert made["torn"] == ["the portal old is of the division 990199, which is not listed"]
    assert query(home, "SELECT division FROM portals") == [(None,)]


def test_a_selection_of_nothing_is_said(home: Path) -> None:
    result = run("rebuild", "--portal", "nowhere", "--since", "2026-01-01", "--home", home)
    assert (result.returncode, result.stderr.count("\n")) == (2, 1)
    assert "no capture of the portal nowhere since 2026-01-01T00:00:00.0" in result.stderr


def test_a_rebuild_shows_each_cell_that_it_reads_differently(home: Path) -> None:
    before = (home / "gongkai.db").read_bytes()
    with made_beside(home, 1, silent) as made:
        assert list(made.differences()) == []
        with pytest.raises(RebuildError, match="another rebuild"), made_beside(home, 1, silent):
            pass
        ((report, url, total),) = query(
            home,
            "SELECT r.id, r.url, total FROM applications JOIN reports AS r ON r.id = report"
            " WHERE outcome = 'received' AND total IS NOT NULL ORDER BY r.id LIMIT 1",
        )
        change(
            home,
            f"UPDATE applications SET total = 4321 WHERE report = {report}"
            " AND outcome = 'received'",
        )
        assert list(made.differences()) == [
            Difference(report, url, "applications", "received", "total", 4321, total)
        ]
        # A finding more at the beginning does not make those after it differ.
        change(
            home,
            f"UPDATE applications SET total = {total} WHERE report = {report}"
            " AND outcome = 'received'",
            "INSERT INTO findings SELECT report || '-first', report, -1, 'made.up', severity,"
            ' fault, "where", expected, found, message_zh, message, capture FROM findings'
            f" WHERE report = {report} LIMIT 1",
            f"DELETE FROM sections WHERE report = {report} AND position = 0",
            f"UPDATE tables SET cells = replace(cells, '自然人', '自然') WHERE report = {report}",
        )
        found = [(each.table, each.column, each.after is None) for each in made.differences()]
        assert ("findings", None, True) in found or not query(
            home, f"SELECT 1 FROM findings WHERE report = {report}"
        )
        assert ("sections", None, False) in found
        cells = [each for each in made.differences() if each.table == "tables"]
        assert {(each.before, each.after) for each in cells} == {("自然", "自然人")}
        assert {name for name, *_ in found} <= {"findings", "sections", "tables"}
    assert not (home / "gongkai.db.new").exists()
    assert len((home / "gongkai.db").read_bytes()) == len(before)


def test_a_newer_reader_is_reviewed_before_it_replaces(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_it_was = Reader.read_all_rows

    def newer(self: Any, *arguments: Any) -> Any:
        """Reads a source where there was none, and no page of the address gone.htm."""
        for capture, read in as_it_was(self, *arguments):
            if read.rows and read.rows.is_report and capture.url.endswith("same.htm"):
                columns = list(read.rows.columns)
                columns[5] = "又一来源"
                object.__setattr__(read.rows, "columns", tuple(columns))
            lost = capture.url.endswith("gone.htm")
            yield capture, RowsRead(None, "it is no page") if lost else read

    monkeypatch.setattr(Reader, "read_all_rows", newer)
    with made_beside(home, 1, silent, Selection(portal=FIRST.id)) as made:
        found = list(made.differences())
        made.replace_present()
    sources = query(home, "SELECT DISTINCT source FROM reports WHERE url LIKE '%first%same.htm'")
    assert sources == [("又一来源",)]
    (source,) = [each for each in found if each.column == "source"]
    assert source.url == "http://first.invalid/same.htm"
    assert source.after == "又一来源"
    lost = [each for each in found if each.url.endswith("gone.htm")]
    assert {(each.table, each.column) for each in lost} == {
        ("captures", "reading"),
        ("captures", "failure"),
        ("reports", None),
    }
    assert len(found) == 1 + len(lost)


def test_the_command_lists_differences_and_changes_nothing(home: Path) -> None:
    change(home, f"UPDATE reports SET source = 'x' WHERE url = '{SHARED}'")
    before = contents(home)
    result = run("rebuild", "--diff", "--json", "--portal", FIRST.id, "--home", home)
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(line["table"], line["column"], line["before"]) for line in lines] == [
        ("reports", "source", "x")
    ] * 4
    assert contents(home) == before


def test_differences_are_counted_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    cell = Difference(7, "http://first.invalid/", "applications", "received", "total", 1, None)
    row = Difference(8, "http://first.invalid/2", "sections", "0", None, None, {"text": "一" * 99})
    print_differences([cell._replace(row=str(n)) for n in range(1000)] + [row], as_json=False)
    said = capsys.readouterr().out
    assert "7 http://first.invalid/ applications.0.total: 1 → nothing" in said
    assert "961 more: gongkai rebuild --diff --json lists all" in said
    assert re.search(r"applications +total +1,000 +1\s", said)
    assert re.search(r"sections +whole rows +1 +1\s", said)
    print_differences([], as_json=False)
    assert "Nothing is read differently" in capsys.readouterr().out


STAGES = (
    "pipelines.database.replace._count_runs",  # inside the transaction
    "os.replace",  # the new one whole under another name
)


@pytest.mark.parametrize("stage", STAGES)
def test_a_rebuild_that_is_killed_leaves_the_old_database_whole(home: Path, stage: str) -> None:
    spoil(home, f"portal = '{FIRST.id}'")
    before = contents(home)
    options = [] if stage == "os.replace" else ["--portal", FIRST.id]
    killed = subprocess.Popen(
        [sys.executable, str(DRIVER), stage, *options, "--home", str(home)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ['PYTHONPATH']}"},
        stderr=subprocess.DEVNULL,
    )
    assert killed.wait(timeout=120) == -signal.SIGKILL
    assert (home / "gongkai.db.new").exists()
    assert contents(home) == before
    if stage == STAGES[0]:
        rebuild(home, selection=Selection(portal=FIRST.id))
        assert contents(home) != before
        assert not list(home.glob("gongkai.db.new*"))
