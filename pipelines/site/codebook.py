"""The codebook as a page: what each column of each table is."""

from __future__ import annotations

import sqlite3
from itertools import groupby
from typing import Any

from pipelines.columns import table_text
from pipelines.database.file import select
from pipelines.export.codebook import codebook
from pipelines.export.tables import TABLES
from pipelines.site.page import Asking, Page
from pipelines.site.words import note, title


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    kinds = {row["name"] for row in select(conn, "SELECT name FROM sqlite_master")}
    entries = codebook(conn, [name for name in TABLES if name in kinds])
    tables = []
    for name, group in groupby(entries, key=lambda entry: entry.table):
        text = table_text(name)
        words = {"title": title(text, asking.language), "note": note(text, asking.language)}
        tables.append({"name": name, "entries": list(group), **words})
    return {"tables": tables}


PAGE = Page(r"/-/codebook$", "codebook.html", _read)
