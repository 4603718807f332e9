"""The tables of ``HOME/gongkai.db``, brought to this version by ordered migrations.

A migration is a file of data/schema, ``NN_name.sql``: statements that a blank line separates, in
one transaction; the database records its name. A file that has been released is never edited: the
next change is the next file.

What each table and column means is said, in Chinese and English, in data/columns.yml. Rules that
hold throughout: times are ISO 8601 in UTC with "Z", except ``published_at`` as the page prints it;
``portal``, ``run``, ``capture``, ``report``, ``publisher``, ``division`` name the row they refer
to; every column that is faceted or joined has an index. Tables of short rows are clustered on their
key (WITHOUT ROWID), which spares one index on the largest of them.
"""

from __future__ import annotations

import sqlite3
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.database.site_tables import remove_site_tables
from pipelines.database.views import view_definitions

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

FOLDER = Path(__file__).resolve().parents[2] / "data" / "schema"


def migrate(conn: sqlite3.Connection) -> None:
    """Bring the database to this version's tables and views. Fast when nothing is to be done."""
    # Loads pandas where it is installed, up to a second: not for those who only read.
    from sqlite_utils import Database

    migrations().apply(Database(conn))
    _renew_views(conn)


@lru_cache(maxsize=1)
def migrations() -> Migrations:
    """The files of data/schema in the order of their numbers, each named as after its number."""
    from sqlite_utils.migrations import Migrations

    found = Migrations("gongkai")
    for file in sorted(FOLDER.glob("*.sql")):
        _add(found, file.stem.partition("_")[2], file.read_text("utf-8"))
    return found


def _add(migrations: Migrations, name: str, statements: str) -> None:
    @migrations(name=name)
    def run(db: Database) -> None:
        # One by one: ``executescript`` would commit in between.
        for statement in statements.split("\n\n"):
            db.execute(statement)


def _renew_views(conn: sqlite3.Connection) -> None:
    """Views hold no data, so they follow the code and need no migrations."""
    wanted = view_definitions()
    found = dict(conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'view'"))
    if found == wanted:
        return
    conn.execute("BEGIN IMMEDIATE")
    try:
        for name in found:
            conn.execute(f"DROP VIEW {name}")
        if not found.keys() >= wanted.keys():
            remove_site_tables(conn)
        for definition in wanted.values():
            conn.execute(definition)
    except BaseException:
        conn.execute("ROLLBACK")
        raise
    conn.execute("COMMIT")
