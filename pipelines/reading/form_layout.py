"""How an official form prints its tables: the labels that stand over columns and beside rows.

Reading needs none of this; it is for whoever shows a report as its readers know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


class Coded(Protocol):
    """A row or a column of a form."""

    @property
    def code(self) -> str: ...


@dataclass(frozen=True)
class Span:
    """A label in both languages, and the codes of the rows or columns that it stands for."""

    zh: str
    en: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """``corner``: the first cell of the head; ``over``: what stands over all columns (None where
    nothing does); ``columns`` and ``rows``: labels over some columns, beside some rows, the wider
    ones first; ``parts``: the parts that follow each other with heads of their own (table two)."""

    corner: Span | None
    over: Span | None
    columns: tuple[Span, ...]
    rows: tuple[Span, ...]
    parts: tuple[Span, ...]


def read_layout(data: Mapping[str, Any], rows: Sequence[Coded], columns: Sequence[Coded]) -> Layout:
    """The layout of a table of a form's file. A label whose first or last row this form does not
    have is left out: the form of 2019 shares that of 2021 but for such rows."""
    layout = data.get("layout", {})
    row_codes = tuple(row.code for row in rows)
    column_codes = tuple(column.code for column in columns)
    return Layout(
        corner=_label(layout.get("corner")),
        over=_label(layout.get("over"), column_codes),
        columns=tuple(_spans(layout.get("columns", ()), column_codes)),
        rows=tuple(_spans(layout.get("rows", ()), row_codes)),
        parts=tuple(
            Span(part["label"], part["en"], tuple(part["rows"])) for part in data.get("parts", ())
        ),
    )


def _label(entry: Mapping[str, str] | None, codes: tuple[str, ...] = ()) -> Span | None:
    return Span(entry["zh"], entry["en"], codes) if entry else None


def _spans(entries: Iterable[Mapping[str, str]], codes: tuple[str, ...]) -> Iterable[Span]:
    for entry in entries:
        if entry["from"] in codes and entry["to"] in codes:
            first, last = codes.index(entry["from"]), codes.index(entry["to"])
            yield Span(entry["zh"], entry["en"], codes[first : last + 1])
