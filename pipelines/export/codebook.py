"""The codebook: what each column of each exported table is, in Chinese and English."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from functools import lru_cache
from io import StringIO

from pipelines.columns import column_text
from pipelines.comparable import load_fields
from pipelines.export.csv_file import BYTE_ORDER_MARK
from pipelines.export.tables import TABLES, describe
from pipelines.indicators import load_indicators
from pipelines.reading.form import load_forms
from pipelines.wide import WideColumn, wide_columns

FILE = "codebook.csv"


@dataclass(frozen=True)
class Entry:
    """A column. ``forms`` are those that print the figure, the oldest first; ``comparable_from`` is
    the first form from which on its values may be compared; both are "" for what is no figure, and
    ``refers_to`` for what is no reference."""

    table: str
    column: str
    type: str
    zh: str
    en: str
    zh_note: str
    en_note: str
    unit: str
    forms: str
    comparable_from: str
    refers_to: str


def codebook(conn: sqlite3.Connection, tables: Sequence[str] = TABLES) -> list[Entry]:
    """An entry a column, in the order of the tables."""
    figures = {wide.name: wide for wide in wide_columns()}
    first_forms = {entry.code: entry.first_form for entry in load_indicators()}
    entries = []
    for name in tables:
        for column in describe(conn, name, "en").columns:
            text = column_text(name, column.name)
            figure = figures.get(column.name) if name == "report_wide" else None
            is_share = name in ("indicators", "panel") and column.name in first_forms
            entries.append(
                Entry(
                    table=name,
                    column=column.name,
                    type=column.type,
                    zh=text.zh,
                    en=text.en,
                    zh_note=text.zh_note,
                    en_note=text.en_note,
                    unit=figure.column.unit if figure else "",
                    forms=" ".join(_forms(figure)) if figure else "",
                    comparable_from=(
                        _comparable_from(figure)
                        if figure
                        else first_forms[column.name]
                        if is_share
                        else ""
                    ),
                    refers_to=".".join(column.refers_to) if column.refers_to else "",
                )
            )
    return entries


def codebook_text(entries: Sequence[Entry]) -> str:
    """As CSV with a byte order mark, for people who open it in a spreadsheet."""
    text = StringIO()
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(field.name for field in fields(Entry))
    writer.writerows(astuple(entry) for entry in entries)
    return text.getvalue()


def _forms(figure: WideColumn) -> list[str]:
    """The forms that print a figure, the oldest first."""
    return sorted(
        form.id
        for form in load_forms()
        for table in form.tables
        if table.name == figure.table
        for row in table.rows
        if row.code == figure.row.code
        and any(column.code == figure.column.code for column in row.columns)
    )


def _comparable_from(figure: WideColumn) -> str:
    """The first form from which on every form prints the figure with the same meaning."""
    forms = _forms(figure)
    first = forms.pop()
    while forms and (forms[-1], first) in _same_meaning(figure):
        first = forms.pop()
    return first


def _same_meaning(figure: WideColumn) -> set[tuple[str, str]]:
    """Pairs of forms, the older first, whose figures may be compared one with the other."""
    row = f"{figure.table}.{figure.row.code}"
    names = (row, f"{row}.{figure.column.code}")
    return {pair for name in names for pair in _pairs().get(name, ())}


@lru_cache(maxsize=1)
def _pairs() -> dict[str, set[tuple[str, str]]]:
    pairs: dict[str, set[tuple[str, str]]] = {}
    for field in load_fields():
        for match in field.matches:
            if match.here == match.there and len(match.here) == 1:
                older, newer = sorted((field.form, match.form))
                pairs.setdefault(match.here[0], set()).add((older, newer))
    return pairs
