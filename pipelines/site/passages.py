"""The names of the places that the table ``changes`` speaks of (pipelines/database/changes.py)."""

from __future__ import annotations

from pipelines.columns import column_text, value_text
from pipelines.site.language import Language
from pipelines.site.words import say, title

FIGURES = ("disclosure", "applications", "proceedings", "statistics")


def passage_name(part: str, field: str, language: Language) -> str:
    """A field of a part as a reader would call it; as it stands where it is none that is known."""
    if part in FIGURES:
        return _figure_name(field, language)
    try:
        if part == "metadata":
            return title(column_text("reports", field), language)
        first, kind, *rest = field.split(".")
        if part == "tables" and rest:
            numbers = {"table": int(first) + 1, "row": int(kind) + 1, "column": int(rest[0]) + 1}
            return say("report.place_cell", language, **numbers)
        number = int(first) + (part == "tables")
        return say(f"report.place_{part}_{kind}", language, n=number, sentence="".join(rest))
    except (KeyError, ValueError):
        return field


def _figure_name(field: str, language: Language) -> str:
    """ "granted.natural_person" by the names of the row and the column; ".unit" behind it."""
    is_unit = field.endswith(".unit")
    row, _, column = field.removesuffix(".unit").rpartition(".")
    names = [
        value_text("item", row, language) or row,
        value_text("measure", column, language) or value_text("scope", column, language) or column,
        *([say("report.unit", language)] if is_unit else []),
    ]
    return " · ".join(names)
