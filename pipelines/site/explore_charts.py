"""The rows of the tables of the page Explore, and what its script draws of them.

What is absent is None: a gap in a line, never a zero. Data of a chart is plain, so that it can be
JSON; words in it are in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.indicators import Indicator
from pipelines.reading.form import form_of, load_forms
from pipelines.site.explore_choice import DEPARTMENT, Choice
from pipelines.site.explore_sql import BINS
from pipelines.site.language import Language
from pipelines.site.rows import Row
from pipelines.site.words import say

_SPREAD = ("reports", "p10", "p25", "median", "p75", "p90")
_OWN = ("form", "numerator", "denominator", "value", "low", "high", "report")


def may_compare(indicator: Indicator, form: str | None) -> bool:
    """Whether the share of a report of this form may be compared with those of the newest form."""
    years: dict[str, int] = {one.id: one.first_year for one in load_forms()}
    return form is not None and years.get(form, 0) >= years[indicator.first_form]


def trend_rows(choice: Choice, spread: Sequence[Row], own: Sequence[Row]) -> list[Row]:
    """A row for every year of the choice, known or not: the spread and the marked government's own
    figures. A share of a form that may not be compared is left out, and ``comparable`` is False;
    ``segment`` rises where a line may not go on."""
    spreads = {row["year"]: row for row in spread}
    owns = {row["year"]: row for row in own}
    since = form_of(choice.indicator.first_form).first_year
    rows: list[Row] = []
    segment = 0
    for year in range(choice.first, choice.last + 1):
        found, mine = spreads.get(year, {}), dict(owns.get(year, {}))
        comparable = year >= since or bool(found or mine)
        if mine and not may_compare(choice.indicator, mine["form"]):
            comparable = False
            mine |= dict.fromkeys(("numerator", "denominator", "value", "low", "high"))
        row: Row = {"year": year, "comparable": comparable}
        row |= {name: found.get(name) for name in _SPREAD} | {name: mine.get(name) for name in _OWN}
        if row["value"] is None:
            segment += 1
        rows.append(row | {"segment": segment})
    return rows


def is_marked(choice: Choice, row: Row) -> bool:
    """Whether a row of a ranking is the marked government's or department's."""
    return bool(row["publisher" if choice.level == DEPARTMENT else "division"] == choice.mark)


def distribution_rows(bins: Sequence[Row]) -> list[Row]:
    """A row for every twentieth, also those that no report lies in: start, end (of 1), reports.
    The one above 100 %, with no end, is there only where a report lies in it."""
    if not bins:
        return []
    counts = {row["bin"]: row["reports"] for row in bins}
    rows: list[Row] = [
        {"start": n / BINS, "end": (n + 1) / BINS, "reports": counts.get(n, 0)} for n in range(BINS)
    ]
    if BINS in counts:
        rows.append({"start": 1.0, "end": None, "reports": counts[BINS]})
    return rows


def trend_chart(choice: Choice, rows: Sequence[Row], language: Language) -> dict[str, Any]:
    return {
        "kind": "trend",
        "words": _words(choice, language),
        "since": form_of(choice.indicator.first_form).first_year,
        "rows": [
            _only(row, "year", "p25", "median", "p75", "value", "low", "high", "segment")
            for row in rows
        ],
    }


def ranking_chart(choice: Choice, rows: Sequence[Row], language: Language) -> dict[str, Any]:
    """Names that several rows have are told apart by a number, since a chart has a line a name."""
    seen: dict[str, int] = {}
    drawn = []
    for row in rows:
        name = row["publisher_name"] if choice.level == DEPARTMENT else row["name"]
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else f"{name} ({seen[name]})"
        drawn.append(
            _only(row, "value", "low", "high", "numerator", "denominator")
            | {"name": label, "marked": is_marked(choice, row)}
        )
    return {"kind": "ranking", "words": _words(choice, language), "rows": drawn}


def distribution_chart(
    choice: Choice, rows: Sequence[Row], middle: Row | None, mark: Row | None, language: Language
) -> dict[str, Any]:
    """A share above 100 % is drawn in a bar as wide as the others."""
    return {
        "kind": "distribution",
        "words": _words(choice, language),
        "rows": [row | {"end": row["end"] or 1 + 1 / BINS} for row in rows],
        "median": middle["median"] if middle else None,
        "value": mark["value"] if mark else None,
    }


def _words(choice: Choice, language: Language) -> dict[str, str]:
    indicator = choice.indicator
    names = ("year", "median", "middle_half", "interval", "governments", "incomparable")
    return {name: say(f"explore.{name}", language) for name in names} | {
        "indicator": indicator.en if language == "en" else indicator.zh,
        "marked": choice.mark_name,
    }


def _only(row: Mapping[str, Any], *names: str) -> Row:
    return {name: row[name] for name in names}
