"""The download page: every table whole, the database, and the command for all other formats."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.columns import table_text
from pipelines.database.file import select
from pipelines.export import about
from pipelines.export.tables import TABLES
from pipelines.publish import made_at
from pipelines.site.page import Asking, NotUnderstood, Page
from pipelines.site.words import note, say, title

FORMATS = ("csv", "csv-plain", "xlsx", "parquet", "sqlite")
LABELS = ("zh", "en")

FIRST = ("report_wide", "panel", "indicators", "indicator_values", "figures")
"""What most readers come for; the tables as they are stored follow."""

_COUNTED = "SELECT table_name, rows FROM row_counts"


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    """The tables with their rows where they were counted, and the command that exports what the
    parameters choose: ``format``, ``labels``, and a parameter for each table by its name."""
    form = _choice(asking, "format", FORMATS, FORMATS[0])
    labels = _choice(asking, "labels", LABELS, asking.language)
    chosen = [name for name in TABLES if name in asking.parameters]
    ((_, _, file),) = conn.execute("PRAGMA database_list").fetchall()
    moment = made_at(Path(file).resolve())
    texts = about.texts()
    return {
        "tables": _tables(conn, asking),
        "chosen": chosen,
        "formats": [(name, texts["formats"][name][asking.language]) for name in FORMATS],
        "format": form,
        "labels": labels,
        "command": _command(form, labels, chosen),
        "moment": moment,
        "size": _size(conn) if moment else None,
        "licence": texts["licence"],
        "citation": about.citation(moment, asking.language) if moment else None,
    }


def _choice(asking: Asking, name: str, known: Sequence[str], default: str) -> str:
    value = asking.parameters.get(name, default)
    if value not in known:
        raise NotUnderstood(say("download.unknown", asking.language, value=value[:20]))
    return value


def _tables(conn: sqlite3.Connection, asking: Asking) -> list[dict[str, Any]]:
    kinds = {row["name"] for row in select(conn, "SELECT name FROM sqlite_master")}
    counts = dict(conn.execute(_COUNTED).fetchall()) if "row_counts" in kinds else {}
    found = []
    for name in (*FIRST, *(name for name in TABLES if name not in FIRST)):
        # A snapshot that an earlier version published may lack a table.
        if name in kinds:
            text = table_text(name)
            words = {"title": title(text, asking.language), "note": note(text, asking.language)}
            found.append({"name": name, "rows": counts.get(name), **words})
    return found


def _command(form: str, labels: str, chosen: Sequence[str]) -> str:
    words = ["gongkai", "export", "out", "--format", form]
    # The format sqlite is the whole database as it is.
    if form != "sqlite":
        words += ["--labels", labels]
        words += [word for name in chosen for word in ("--table", name)]
    return shlex.join(words)


def _size(conn: sqlite3.Connection) -> int:
    """Bytes of the database."""
    (pages,) = conn.execute("PRAGMA page_count").fetchone()
    (size,) = conn.execute("PRAGMA page_size").fetchone()
    return int(pages * size)


PAGE = Page(r"/-/download$", "download.html", _read)
