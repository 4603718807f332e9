"""Rows of some addresses, made anew in a database beside, in the place of the present ones."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

from pipelines.database.backlog import recount_run
from pipelines.database.moves import settle
from pipelines.database.selection import Selection
from pipelines.database.store import Store

_REMADE = "SELECT url FROM made.remade"
_SELECTED = "(:portal IS NULL OR portal = :portal) AND id >= :since"
_UNKNOWN_RUN = "run IS NOT NULL AND run NOT IN (SELECT id FROM main.runs)"


def replace_rows(store: Store, made: Path, selection: Selection) -> None:
    """Put all rows of the addresses in ``made.remade`` into the store in one transaction, and count
    the runs again that captured them. Other rows stay as they are."""
    conn = store.conn
    conn.execute("ATTACH ? AS made", [f"file:{quote(str(made.resolve()))}?mode=ro"])
    with store.transaction():
        # Rows refer to each other in both directions; all is well again at the end.
        conn.execute("PRAGMA defer_foreign_keys = ON")
        affected = _affected_runs(conn, selection)
        _delete_rows(conn)
        _renew_runs(conn, affected)
        _copy_rows(conn)
        for (url,) in conn.execute(_REMADE).fetchall():
            settle(conn, url)
        _count_runs(store, affected)
    conn.execute("DETACH made")


def report_tables(conn: sqlite3.Connection) -> list[str]:
    """The tables whose rows belong to a report, named in their column ``report``."""
    return [
        name
        for (name,) in conn.execute(
            "SELECT t.name FROM main.sqlite_master AS t, pragma_foreign_key_list(t.name) AS key"
            " WHERE t.type = 'table' AND key.\"table\" = 'reports' AND key.\"from\" = 'report'"
            " ORDER BY t.rowid"
        )
    ]


def columns_of(conn: sqlite3.Connection, table: str) -> list[str]:
    """The columns of a table, quoted."""
    return [
        f'"{name}"' for (name,) in conn.execute(f"SELECT name FROM pragma_table_info('{table}')")
    ]


def _affected_runs(conn: sqlite3.Connection, selection: Selection) -> list[int]:
    """The runs that a selection is about, and those that captured its addresses."""
    rows = conn.execute(
        f"SELECT id FROM made.runs WHERE {_SELECTED}"
        f" UNION SELECT id FROM main.runs WHERE {_SELECTED}"
        " UNION SELECT run FROM made.captures"
        f" UNION SELECT run FROM main.captures WHERE url IN ({_REMADE})",
        {"portal": selection.portal, "since": selection.since or 0},
    )
    return [run for (run,) in rows]


def _delete_rows(conn: sqlite3.Connection) -> None:
    reports = f"SELECT id FROM main.reports WHERE url IN ({_REMADE})"
    for table in report_tables(conn):
        conn.execute(f"DELETE FROM main.{table} WHERE report IN ({reports})")
    for table in ("reports", "captures"):
        conn.execute(f"DELETE FROM main.{table} WHERE url IN ({_REMADE})")
    conn.execute(
        "DELETE FROM main.publishers WHERE id NOT IN"
        " (SELECT publisher FROM main.reports WHERE publisher IS NOT NULL)"
    )


def _renew_runs(conn: sqlite3.Connection, affected: list[int]) -> None:
    """Runs and their portals as the archive has them; a run of which it knows nothing goes."""
    one = [(run,) for run in affected]
    for table, key in (("portals", "portal"), ("runs", "id")):
        columns = columns_of(conn, table)
        renewed = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        conn.executemany(
            f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {', '.join(columns)}"
            f" FROM made.{table} WHERE id = (SELECT {key} FROM made.runs WHERE id = ?)"
            f" ON CONFLICT (id) DO UPDATE SET {renewed}",
            one,
        )
    conn.executemany(
        "DELETE FROM main.runs WHERE id = ? AND id NOT IN (SELECT id FROM made.runs)"
        " AND NOT EXISTS (SELECT 1 FROM main.captures WHERE run = runs.id)",
        one,
    )
    conn.execute(f"DELETE FROM main.frontier WHERE {_UNKNOWN_RUN}")


def _copy_rows(conn: sqlite3.Connection) -> None:
    conn.execute(
        "INSERT INTO main.publishers SELECT * FROM made.publishers WHERE true"
        " ON CONFLICT (id) DO UPDATE SET kind = excluded.kind"
        " WHERE kind IS NULL OR excluded.kind < kind"
    )
    for table in ("captures", "reports", *report_tables(conn)):
        columns = ", ".join(columns_of(conn, table))
        conn.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM made.{table}")


def _count_runs(store: Store, affected: list[int]) -> None:
    """Count the runs, and work out what each proves, the oldest first: both need all addresses."""
    for run in sorted(affected):
        row = store.conn.execute("SELECT 1 FROM main.runs WHERE id = ?", [run]).fetchone()
        if row:
            recount_run(store, run)
