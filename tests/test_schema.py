"""The tables, as the contract names them, and how a database gets them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from pipelines.database.schema import FOLDER, migrate, migrations
from pipelines.database.store import Store
from pipelines.wide import wide_columns

CONTRACT = {
    "divisions",
    "portals",
    "publishers",
    "runs",
    "captures",
    "reports",
    "sections",
    "disclosure",
    "applications",
    "proceedings",
    "statistics",
    "statements",
    "dates",
    "attachments",
    "tables",
    "findings",
    "changes",
}


@pytest.fixture
def conn(home: Path) -> sqlite3.Connection:
    return Store.open(home).conn


def test_every_table_and_view_of_the_contract_is_there(conn: sqlite3.Connection) -> None:
    names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    assert names >= CONTRACT | {
        "report_wide",
        "indicators",
        "coverage",
        "figures",
        "events",
        "sightings",
    }


def test_a_column_that_names_a_row_of_another_table_is_a_foreign_key(
    conn: sqlite3.Connection,
) -> None:
    references = {
        "portal": "portals",
        "division": "divisions",
        "publisher": "publishers",
        "run": "runs",
        "capture": "captures",
        "revisits": "captures",
        "part_of": "captures",
        "report": "reports",
        "previous": "reports",
        "replaces": "reports",
        "moved_to": "reports",
        "table_id": "tables",
    }
    for table in CONTRACT:
        keys = {row[3]: row[2] for row in conn.execute(f"PRAGMA foreign_key_list({table})")}
        for _, column, *_ in conn.execute(f"PRAGMA table_info({table})"):
            assert keys.get(column) == references.get(column) or column == "parent", (table, column)
    assert conn.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_every_migration_is_recorded_and_runs_once(home: Path) -> None:
    conn = Store.open(home).conn
    applied = [migration.name for migration in migrations().applied(Database(conn))]
    assert applied == [file.stem[3:] for file in sorted(FOLDER.glob("*.sql"))]
    assert applied[0] == "places_and_portals"
    before = conn.execute("SELECT * FROM _sqlite_migrations").fetchall()
    migrate(conn)
    assert conn.execute("SELECT * FROM _sqlite_migrations").fetchall() == before


def test_a_database_of_the_first_release_gets_the_tables_added_since(home: Path) -> None:
    home.mkdir()
    conn = sqlite3.connect(home / "gongkai.db")
    migrations().apply(Database(conn), stop_before="statistics_and_statements")
    conn.close()
    names = {name for (name,) in Store.open(home).conn.execute("SELECT name FROM sqlite_master")}
    assert names >= CONTRACT


def test_an_old_view_is_replaced(home: Path) -> None:
    conn = Store.open(home).conn
    conn.execute("DROP VIEW indicators")
    conn.execute("CREATE VIEW indicators AS SELECT 1 AS old")
    conn.execute("CREATE VIEW left_over AS SELECT 1 AS old")
    migrate(conn)
    assert "old" not in [column[1] for column in conn.execute("PRAGMA table_info(indicators)")]
    assert not conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'left_over'").fetchone()


def test_the_divisions_of_china_are_loaded_with_their_parents(conn: sqlite3.Connection) -> None:
    assert conn.execute("SELECT count(*) FROM divisions WHERE synthetic = 0").fetchone() == (44703,)
    chain, code = [], "623027107"
    while code:
        name, code = conn.execute(
            "SELECT name, parent FROM divisions WHERE code = ?", [code]
        ).fetchone()
        chain.append(name)
    assert chain == ["科才镇", "夏河县", "甘南藏族自治州", "甘肃省"]


def test_divisions_are_loaded_again_only_when_their_file_has_changed(home: Path) -> None:
    with Store.open(home) as store:
        store.conn.execute("UPDATE divisions SET name = '改' WHERE code = '623027107'")
    with Store.open(home) as store:
        renamed = store.conn.execute("SELECT name FROM divisions WHERE code = '623027107'")
        assert renamed.fetchone() == ("改",)
        store.conn.execute("UPDATE loaded SET digest = 'of another file'")
    with Store.open(home) as store:
        restored = store.conn.execute("SELECT name FROM divisions WHERE code = '623027107'")
        assert restored.fetchone() == ("科才镇",)


def test_the_wide_view_has_a_column_of_its_own_for_each_figure(conn: sqlite3.Connection) -> None:
    columns = [row[1] for row in conn.execute("PRAGMA table_info(report_wide)")]
    assert len(columns) == len(set(columns))
    assert {
        "received_total",
        "granted_natural_person",
        "reconsideration_upheld",
        "regulations_issued",
        "procurement_amount",
        "other_total",
        "total_total",
    } <= set(columns)
    assert [wide.name for wide in wide_columns()] == columns[-len(wide_columns()) :]
