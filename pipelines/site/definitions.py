"""The page of definitions: what each indicator is made of, and what the site's words mean."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.columns import row_text
from pipelines.indicators import Count, Indicator, earlier_forms_text, load_counts, load_indicators
from pipelines.reading.findings import load_checks
from pipelines.reading.form import form_of
from pipelines.reading.form_table import Label
from pipelines.site.coverage import SIGNS
from pipelines.site.language import Language
from pipelines.site.page import Asking, Page
from pipelines.wide import WideColumn, wide_columns

_CHINESE = re.compile(r"([一-鿿]+(?:[、，；：《》“”（）〔〕一-鿿]*[一-鿿])?)")


@dataclass(frozen=True)
class Part:
    """A count of an indicator: its name, and the cells of the form that are added up. ``table`` is
    the title of the form's table that they stand in, ``cells`` are rows with their column."""

    name: str
    table: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Definition:
    """An indicator in a language. ``since`` is the first year of the form from which on it may be
    compared."""

    code: str
    name: str
    formula: str
    numerator: Part
    denominator: Part
    form: str
    since: int


def definitions(language: Language) -> tuple[Definition, ...]:
    """Every indicator, in the order of data/indicators.yml."""
    counts = {count.code: count for count in load_counts()}
    columns = {column.name: column for column in wide_columns()}
    return tuple(_define(entry, counts, columns, language) for entry in load_indicators())


def _define(
    entry: Indicator,
    counts: Mapping[str, Count],
    columns: Mapping[str, WideColumn],
    language: Language,
) -> Definition:
    form = form_of(entry.first_form)
    titles = {table.name: _name(table.title, language) for table in form.tables}

    def part(code: str) -> Part:
        count = counts[code]
        cells = [columns[name] for name in count.columns]
        name = (count.en if language == "en" else count.zh).partition(" — ")[0]
        return Part(
            name,
            titles[cells[0].table],
            tuple((_row(cell, language), _name(cell.column, language)) for cell in cells),
        )

    return Definition(
        entry.code,
        entry.en if language == "en" else entry.zh,
        entry.en_formula if language == "en" else entry.zh_formula,
        part(entry.numerator),
        part(entry.denominator),
        entry.first_form,
        form.first_year,
    )


def _row(cell: WideColumn, language: Language) -> str:
    text = row_text(cell)
    return text.en if language == "en" else text.zh


def _name(label: Label, language: Language) -> str:
    return label.en if language == "en" else label.zh


def chinese_pieces(text: str) -> list[tuple[str, bool]]:
    """A text in pieces, each with whether it is Chinese: what an English one quotes of a form."""
    pieces = _CHINESE.split(text)
    return [(piece, number % 2 == 1) for number, piece in enumerate(pieces) if piece]


def _read(_: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    english = asking.language == "en"
    return {
        "definitions": definitions(asking.language),
        "earlier": earlier_forms_text()[english],
        "states": SIGNS,
        "checks": [
            {
                "name": check.name,
                "severity": check.severity,
                "fault": check.fault,
                "title": chinese_pieces(check.title_en if english else check.title_zh),
                "text": chinese_pieces(check.explanation_en if english else check.explanation_zh),
            }
            for check in load_checks().values()
        ],
    }


PAGE = Page(r"/-/definitions$", "definitions.html", _read)
