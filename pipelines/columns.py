"""What every table, view, column and code is called, in Chinese and English.

The one source is data/columns.yml, for what the forms print data/forms/*.yml, and for indicators
data/indicators.yml. The site shows these texts and an export carries them in its datapackage.json.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.indicators import load_counts, load_indicators
from pipelines.reading.list_form import load_list_forms
from pipelines.reading.statements import load_statements
from pipelines.wide import WideColumn, wide_columns
from pipelines.yaml_file import read_yaml

FILE = Path(__file__).resolve().parent.parent / "data" / "columns.yml"


@dataclass(frozen=True)
class Text:
    """A short title in both languages, and what it leaves open ("" where nothing)."""

    zh: str
    en: str
    zh_note: str = ""
    en_note: str = ""

    @property
    def both(self) -> str:
        """Titles and notes on one line, Chinese first."""
        return f"{_join(self.zh, '：', self.zh_note)} · {_join(self.en, ': ', self.en_note)}"


def table_text(table: str) -> Text:
    """What a table or view is. Raises KeyError where it is not described."""
    return _text(_data()["tables"][table])


def column_text(table: str, column: str) -> Text:
    """What a column of a table or view is. Raises KeyError where it is not described."""
    data = _data()
    own, common = data["tables"][table]["columns"], data["common"]
    if column in own:
        return _text(own[column])
    if column in common:
        return _text(common[column])
    if table in ("indicators", "panel"):
        return _indicator_texts()[column]
    return figure_text(_figures()[column])


@lru_cache(maxsize=1)
def _indicator_texts() -> dict[str, Text]:
    """The columns of ``indicators`` and ``panel`` that data/indicators.yml defines."""
    texts = {entry.code: _text({"zh": entry.zh, "en": entry.en}) for entry in load_counts()}
    for entry in load_indicators():
        texts[entry.code] = Text(entry.zh, entry.en, entry.zh_formula, entry.en_formula)
    return texts


def figure_text(figure: WideColumn) -> Text:
    """A figure of a form: its row and its column as the form prints them."""
    row = row_text(figure)
    return Text(
        f"{row.zh}·{figure.column.zh}",
        f"{row.en} · {figure.column.en}",
        "" if figure.column.unit == "件" else figure.column.unit,
        "" if figure.column.unit == "件" else figure.column.unit,
    )


def query_column_text(column: str) -> Text:
    """A column of a query's result, by its name alone. Raises KeyError where no name fits."""
    data = _data()
    if column in data["queries"]:
        return _text(data["queries"][column])
    for table in ("reports", *data["tables"]):
        with suppress(KeyError):
            return column_text(table, column)
    raise KeyError(column)


def value_text(column: str, value: Any, language: str = "zh") -> str | None:
    """What a word or code in a column means; None where it says so itself, as many of our English
    words do."""
    return value_texts(language).get(column, {}).get(value)


@lru_cache(maxsize=2)
def value_texts(language: str = "zh") -> dict[str, dict[Any, str]]:
    """What the words and codes in some columns mean, in a language: column → value → meaning.

    In English a code of data/columns.yml has a meaning only where its word is not enough.
    """
    texts: dict[str, dict[Any, str]] = {}
    for column, values in _data()["values"].items():
        both = {
            value: meaning if isinstance(meaning, dict) else {"zh": meaning}
            for value, meaning in values.items()
        }
        texts[column] = {value: text[language] for value, text in both.items() if language in text}
    holds = {"applications": "outcome", "proceedings": "route", "disclosure": "item"}
    for wide in wide_columns():
        row = _named(row_text(wide), language)
        for column in (holds[wide.table], "item"):
            texts.setdefault(column, {}).setdefault(wide.row.code, row)
        measure = _named(wide.column, language)
        texts.setdefault("measure", {}).setdefault(wide.column.code, measure)
    for form in load_list_forms():
        for indicator in form.rows:
            for column in ("code", "item"):
                texts.setdefault(column, {}).setdefault(indicator.code, _named(indicator, language))
        for scope in form.scopes:
            texts.setdefault("scope", {}).setdefault(scope.code, _named(scope, language))
    for statement in load_statements():
        texts["code"].setdefault(statement.code, _named(statement, language))
    texts["ground"] = texts["outcome"]
    texts["indicator"] = {entry.code: _named(entry, language) for entry in load_indicators()}
    # Findings are about a column of the form, or a row.
    texts["where"] = texts["item"] | texts["measure"]
    return texts


def _named(text: Any, language: str) -> str:
    name: str = text.en if language == "en" else text.zh
    return name


def row_text(figure: WideColumn) -> Text:
    """The row of a figure, with the group that the form prints over it (不予公开, …)."""
    groups: dict[str, str] = _data()["outcome_groups"]
    group = (
        groups.get(figure.row.code.partition("_")[0]) if figure.table == "applications" else None
    )
    return Text(f"{group}：{figure.row.zh}" if group else figure.row.zh, figure.row.en)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(FILE)
    return data


@lru_cache(maxsize=1)
def _figures() -> dict[str, WideColumn]:
    return {wide.name: wide for wide in wide_columns()}


def _text(entry: dict[str, Any]) -> Text:
    zh, _, zh_note = entry["zh"].partition(" — ")
    en, _, en_note = entry["en"].partition(" — ")
    return Text(zh, en, zh_note, en_note)


def _join(title: str, sign: str, note: str) -> str:
    return f"{title}{sign}{note}" if note else title
