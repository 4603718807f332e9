"""The database as flat files for analysis: one CSV a table, with a Frictionless data package.

Every file begins with a byte order mark, without which Excel takes Chinese for another charset. A
text that a spreadsheet would run as a formula is written with an apostrophe before it; numbers,
negative ones too, are written as they are. Rows are streamed: memory does not grow with them.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from pipelines.columns import column_text, table_text
from pipelines.store import DATABASE

Labels = Literal["en", "zh"]

TABLES = (
    "divisions",
    "portals",
    "publishers",
    "runs",
    "captures",
    "reports",
    "sections",
    "tables",
    "disclosure",
    "applications",
    "proceedings",
    "statistics",
    "statements",
    "dates",
    "attachments",
    "findings",
    "changes",
    "report_wide",
)
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")
"""https://owasp.org/www-community/attacks/CSV_Injection"""

_TYPES = {"INTEGER": "integer", "NUMERIC": "number", "TEXT": "string"}
_WIDE_REFERENCES = {
    "id": ("reports", "id"),
    "division": ("divisions", "code"),
    "publisher": ("publishers", "id"),
}
"""What the columns of report_wide refer to; a view declares no foreign keys of its own."""
_OTHER_REPORTS = (("changes", "previous"), ("reports", "replaces"), ("reports", "moved_to"))
"""Columns that name a report that a selection may leave out."""


class ExportError(ValueError):
    """Why nothing was written, in one sentence."""


@dataclass(frozen=True)
class Column:
    """A column of a table: its header in the file, its Frictionless type, what it refers to."""

    name: str
    header: str
    type: str
    key: int
    refers_to: tuple[str, str] | None


def export(
    home: Path, directory: Path, labels: Labels = "en", where: str | None = None
) -> dict[str, int]:
    """Write every table as CSV, and datapackage.json, into ``directory``; returns file → rows.

    ``where`` is an SQL condition on the table reports: reports, what belongs to them and
    report_wide are then only those it holds for; places, portals, runs and captures stay whole.
    All files show the database at one moment. Each is written under another name first and takes
    its own only when all are whole. Raises ExportError.
    """
    conn = open_snapshot(home)
    try:
        check_selection(conn, where, home)
        directory.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=".export-", dir=directory))
        try:
            counts = _write_all(conn, unfinished, labels, where)
            for file in sorted(unfinished.iterdir()):
                os.replace(file, directory / file.name)
        finally:
            shutil.rmtree(unfinished)
    finally:
        conn.close()
    return counts


def open_snapshot(home: Path) -> sqlite3.Connection:
    """The database of an archive to read from, as it is at this moment."""
    path = home / DATABASE
    conn = sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro", uri=True)
    conn.execute("BEGIN")
    return conn


def check_selection(conn: sqlite3.Connection, where: str | None, home: Path) -> None:
    """Raises ExportError where a condition is none on reports, or no report fulfils it."""
    try:
        found = conn.execute(f"SELECT EXISTS ({selected(where)})").fetchone()[0]
    except sqlite3.Error as error:
        reason = str(error).splitlines()[0]
        raise ExportError(
            f"the condition {where!r} is not one on the table reports: {reason}"
        ) from error
    if not found and where is None:
        raise ExportError(
            f"there is no report yet in {home / DATABASE}; `gongkai crawl` finds some"
        )
    if not found:
        raise ExportError(f"no report fulfils the condition {where!r}")


def selected(where: str | None) -> str:
    """The ids of the reports that a condition holds for, as SQL."""
    # The line break ends a comment that the condition may end with.
    return f"SELECT id FROM reports WHERE ({where}\n)" if where else "SELECT id FROM reports"


def _write_all(
    conn: sqlite3.Connection, directory: Path, labels: Labels, where: str | None
) -> dict[str, int]:
    counts: dict[str, int] = {}
    resources = []
    for table in TABLES:
        columns = _columns(conn, table, labels)
        file = directory / f"{table}.csv"
        counts[file.name] = _write_csv(
            file, [column.header for column in columns], _rows(conn, table, columns, where)
        )
        resources.append(_resource(file, table, columns, labels, where))
    package = {
        "name": "gongkai",
        "title": "政府信息公开工作年度报告 · Annual reports on government information disclosure",
        "profile": "tabular-data-package",
        "resources": resources,
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (directory / "datapackage.json").write_text(text + "\n", encoding="utf-8")
    return counts


def _columns(conn: sqlite3.Connection, table: str, labels: Labels) -> list[Column]:
    references = {
        column: (target, key)
        for _, _, target, column, key, *_ in conn.execute(f"PRAGMA foreign_key_list({table})")
    }
    if table == "report_wide":
        references = _WIDE_REFERENCES
    found = []
    for _, name, declared, _, _, key in conn.execute(f"PRAGMA table_info({table})"):
        header = column_text(table, name).zh if labels == "zh" else name
        if table == "report_wide" and name == "id":
            key = 1
        # The figures of report_wide are expressions, for which SQLite declares no type.
        kind = _TYPES.get(declared, "number" if table == "report_wide" else "any")
        found.append(Column(name, header, kind, key, references.get(name)))
    return found


def _rows(
    conn: sqlite3.Connection, table: str, columns: list[Column], where: str | None
) -> Iterator[tuple[Any, ...]]:
    names = ", ".join(f'"{column.name}"' for column in columns)
    keys = ", ".join(f'"{column.name}"' for column in _primary_key(columns))
    condition = ""
    if where:
        if table in ("reports", "report_wide"):
            condition = f"WHERE id IN ({selected(where)})"
        elif any(column.name == "report" for column in columns):
            condition = f"WHERE report IN ({selected(where)})"
    yield from conn.execute(f"SELECT {names} FROM {table} {condition} ORDER BY {keys}")


def _primary_key(columns: list[Column]) -> list[Column]:
    return sorted((column for column in columns if column.key), key=lambda column: column.key)


def _write_csv(path: Path, header: list[str], rows: Iterable[tuple[Any, ...]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([_defuse(value) for value in row])
            count += 1
    return count


def _defuse(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(FORMULA_BEGINNINGS):
        return f"'{value}"
    return value


def _resource(
    path: Path, table: str, columns: list[Column], labels: Labels, where: str | None
) -> dict[str, Any]:
    """What datapackage.json says of one file."""
    text = table_text(table)
    header = {column.name: column.header for column in columns}
    keys = []
    for column in columns:
        if column.refers_to and not (where and (table, column.name) in _OTHER_REPORTS):
            target, key = column.refers_to
            key = column_text(target, key).zh if labels == "zh" else key
            keys.append(
                {
                    "fields": [column.header],
                    "reference": {"resource": "" if target == table else target, "fields": [key]},
                }
            )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": table,
        "path": path.name,
        "title": f"{text.zh} · {text.en}",
        "description": text.both,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
        "schema": {
            "fields": [_field(table, column) for column in columns],
            "primaryKey": [header[column.name] for column in _primary_key(columns)],
            "foreignKeys": keys,
        },
    }


def _field(table: str, column: Column) -> dict[str, str]:
    text = column_text(table, column.name)
    field = {
        "name": column.header,
        "type": column.type,
        "title": f"{text.zh} · {text.en}",
        "description": text.both,
    }
    # The codes stay readable for a program where headers are in Chinese.
    return field if column.header == column.name else field | {"code": column.name}
