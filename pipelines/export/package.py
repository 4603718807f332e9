"""``datapackage.json``: what a release says of itself to programs.

https://specs.frictionlessdata.io/data-package/. A table that goes on on further sheets is
a resource a sheet, and no foreign key names it: it would hold for neither part alone.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from pipelines.archive.manifest import sha256_of
from pipelines.columns import column_text, table_text
from pipelines.export import about, codebook, sqlite_file
from pipelines.export.formats import ROW_FORMATS
from pipelines.export.source import Source
from pipelines.export.tables import Column, Table
from pipelines.export.wanted import SQLITE, Wanted
from pipelines.export.written import Sheet, Written

FILE = "datapackage.json"

_OTHER_REPORTS = {
    ("changes", "previous"),
    ("reports", "replaces"),
    ("reports", "moved_to"),
    ("panel", "report"),
}
"""Columns that name a report that a selection may leave out."""


def write_package(
    folder: Path,
    source: Source,
    wanted: Wanted,
    tables: Sequence[Table],
    written: Sequence[Written],
) -> None:
    """Describe the files of a release: those of its tables, or the database, and the codebook."""
    texts = about.texts()
    licence = texts["licence"]
    if wanted.format == SQLITE:
        resources = [_database(folder / sqlite_file.FILE)]
    else:
        resources = _Resources(folder, wanted, tables, written).all()
    package = {
        "name": "gongkai",
        "title": _both(texts["title"]),
        "description": _both(texts["description"]),
        "profile": "tabular-data-package" if wanted.format.startswith("csv") else "data-package",
        "version": about.version_of(source.moment),
        "created": source.moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keywords": texts["keywords"],
        "licenses": [{"name": licence["id"], "title": licence["title"], "path": licence["url"]}],
        "contributors": [{"title": texts["author"], "role": "author"}],
        "resources": [*resources, _codebook(folder / codebook.FILE)],
    }
    text = json.dumps(package, ensure_ascii=False, indent=1)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


class _Resources:
    """Describes the files of tables, which refer to each other."""

    def __init__(
        self,
        folder: Path,
        wanted: Wanted,
        tables: Sequence[Table],
        written: Sequence[Written],
    ) -> None:
        self._folder = folder
        self._wanted = wanted
        self._pairs = list(zip(tables, written, strict=True))
        self._whole = {one.table: table for table, one in self._pairs if len(one.sheets) == 1}

    def all(self) -> list[dict[str, Any]]:
        return [
            self._describe(table, one, sheet, number)
            for table, one in self._pairs
            for number, sheet in enumerate(one.sheets, 1)
        ]

    def _describe(self, table: Table, one: Written, sheet: Sheet, number: int) -> dict[str, Any]:
        text = table_text(table.name)
        kind = ROW_FORMATS[self._wanted.format]
        headers = {column.name: column.header for column in table.columns}
        keys = [key for column in table.columns if (key := self._foreign_key(table, column))]
        keys = keys if kind.is_checkable else []
        is_csv = kind.suffix == "csv"
        return {
            "name": table.name if number == 1 else f"{table.name}-{number}",
            "path": one.file,
            "title": f"{text.zh} · {text.en}",
            "description": text.both,
            **({"profile": "tabular-data-resource"} if is_csv else {}),
            "format": kind.suffix,
            "mediatype": kind.mediatype,
            **({"encoding": "utf-8"} if is_csv else {}),
            **({"dialect": {"excel": {"sheet": sheet.name}}} if sheet.name else {}),
            "rows": sheet.rows,
            **(_measure(self._folder / one.file) if kind.is_checkable else {}),
            "schema": {
                "fields": [self._field(table, column) for column in table.columns],
                **({"primaryKey": [headers[name] for name in table.key]} if table.key else {}),
                **({"foreignKeys": keys} if keys else {}),
            },
        }

    def _foreign_key(self, table: Table, column: Column) -> dict[str, Any] | None:
        if column.refers_to is None or column.refers_to[0] not in self._whole:
            return None
        if self._wanted.where and (table.name, column.name) in _OTHER_REPORTS:
            return None
        target, key = column.refers_to
        headers = {one.name: one.header for one in self._whole[target].columns}
        return {
            "fields": [column.header],
            "reference": {
                "resource": "" if target == table.name else target,
                "fields": [headers[key]],
            },
        }

    def _field(self, table: Table, column: Column) -> dict[str, str]:
        text = column_text(table.name, column.name)
        types = ROW_FORMATS[self._wanted.format].read_as
        field = {
            "name": column.header,
            "type": types.get(column.type, column.type),
            "title": f"{text.zh} · {text.en}",
            "description": text.both,
        }
        # The codes stay readable for a program where headers are in Chinese.
        return field if column.header == column.name else field | {"code": column.name}


def _measure(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "hash": f"sha256:{sha256_of(path)}"}


def _database(path: Path) -> dict[str, Any]:
    about_file = {"format": "sqlite", "mediatype": sqlite_file.MEDIATYPE, **_measure(path)}
    return {"name": "gongkai", "path": path.name, **about_file}


def _codebook(path: Path) -> dict[str, Any]:
    names = [field.name for field in fields(codebook.Entry)]
    return {
        "name": "codebook",
        "path": path.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        **_measure(path),
        "schema": {
            "fields": [{"name": name, "type": "string"} for name in names],
            "primaryKey": ["table", "column"],
        },
    }


def _both(text: dict[str, str]) -> str:
    return f"{text['zh']} · {text['en']}"
