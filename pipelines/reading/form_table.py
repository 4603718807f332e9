"""One table of an official form: its rows and columns, and their labels in all wordings that pages
print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipelines.reading.form_file import FormError, TableName
from pipelines.reading.form_layout import Layout, read_layout
from pipelines.reading.labels import fold_label
from pipelines.reading.numbers import MONEY


@dataclass(frozen=True, eq=False)
class Label:
    """A row, column or title: its code, its name in both languages, its other wordings."""

    code: str
    zh: str
    en: str
    labels: tuple[str, ...] = ()

    @cached_property
    def folded(self) -> frozenset[str]:
        """Every wording as ``fold_label`` leaves it."""
        return frozenset(fold_label(label) for label in (self.zh, *self.labels))


@dataclass(frozen=True, eq=False)
class Column(Label):
    """A column. ``unit`` is the unit its values are kept in; ``printed_unit`` the unit that the
    form prints in the header, if any; ``signed`` columns hold changes (本年增/减)."""

    unit: str = "件"
    printed_unit: str | None = None
    signed: bool = False

    @cached_property
    def is_money(self) -> bool:
        """Whether the column holds amounts of money."""
        return self.unit in MONEY


@dataclass(frozen=True, eq=False)
class Row(Label):
    """A row and its columns from left to right."""

    columns: tuple[Column, ...] = ()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the columns."""
        return tuple(column.code for column in self.columns)


@dataclass(frozen=True, eq=False)
class Table:
    """One of the three tables. ``parts`` are labels that begin it or a part of it (申请人情况),
    ``groups`` labels before rows (（三）不予公开), ``spanning`` labels over several columns
    (法人或其他组织), ``ignored`` labels that carry nothing,
    ``distinct`` codes of the rows and columns that no other form has. ``begins_with`` and
    ``ignored_beginnings`` are the first words of longer texts of the first and third kind."""

    name: TableName
    title: Label
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    parts: tuple[str, ...]
    groups: tuple[str, ...]
    spanning: tuple[str, ...]
    ignored: tuple[str, ...]
    begins_with: tuple[str, ...]
    ignored_beginnings: tuple[str, ...]
    distinct: frozenset[str]
    layout: Layout

    @cached_property
    def row(self) -> Mapping[str, Row]:
        return {row.code: row for row in self.rows}

    @cached_property
    def column(self) -> Mapping[str, Column]:
        return {column.code: column for column in self.columns}


def read_table(name: TableName, data: dict[str, Any]) -> Table:
    """The table of a form's file. Raises FormError for labels that mean two things, and KeyError or
    TypeError for what is missing or of the wrong kind."""
    columns = {entry["code"]: Column(**_label(entry)) for entry in data["columns"]}
    of_row: dict[str, tuple[Column, ...]] = {}
    for part in data.get("parts", ()):
        for row in part["rows"]:
            of_row[row] = tuple(columns[code] for code in part["columns"])
    rows = tuple(
        Row(**_label(entry), columns=of_row.get(entry["code"], tuple(columns.values())))
        for entry in data["rows"]
    )
    for kind, labels in (("row", rows), ("column", tuple(columns.values()))):
        _check_unambiguous(f"{kind} of {name}", labels)
    distinct = frozenset(data.get("distinct", ()))
    if unknown := distinct - {label.code for label in (*rows, *columns.values())}:
        raise FormError(f"{name} has no row or column {sorted(unknown)[0]!r} to be distinct")
    return Table(
        name=name,
        title=Label(**_label({"code": name} | data["title"])),
        rows=rows,
        columns=tuple(columns.values()),
        parts=(*data.get("begins", ()), *(part["label"] for part in data.get("parts", ()))),
        groups=tuple(data.get("groups", ())),
        spanning=tuple(data.get("spanning", ())),
        ignored=tuple(data.get("ignored", ())),
        begins_with=tuple(data.get("begins_with", ())),
        ignored_beginnings=tuple(data.get("ignored_beginnings", ())),
        distinct=distinct,
        layout=read_layout(data, rows, tuple(columns.values())),
    )


def _label(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {"labels": tuple(entry.get("labels", ()))}


def _check_unambiguous(where: str, labels: Iterable[Label]) -> None:
    codes: set[str] = set()
    wordings: dict[str, str] = {}
    for label in labels:
        if label.code in codes:
            raise FormError(f"{where}: the code {label.code!r} stands twice")
        codes.add(label.code)
        for wording in label.folded:
            if wordings.setdefault(wording, label.code) != label.code:
                raise FormError(
                    f"{where}: {wording!r} means both {wordings[wording]!r} and {label.code!r}"
                )
