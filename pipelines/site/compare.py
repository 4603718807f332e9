"""The page Compare: two reports side by side, and one beside the places around it."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.database.file import select
from pipelines.database.indicator_views import GOVERNMENTS
from pipelines.reading.form import form_of
from pipelines.search.index import has_search_index
from pipelines.search.query import Found, search
from pipelines.site import neighbours
from pipelines.site.compared import (
    amounts,
    compare_forms,
    is_table_form,
    pair_places,
)
from pipelines.site.compared_texts import compare_sections
from pipelines.site.page import Asking, Missing, NotUnderstood, Page
from pipelines.site.places import ancestors
from pipelines.site.printed import print_tables
from pipelines.site.ranges import standings
from pipelines.site.rows import Row, select_one
from pipelines.site.words import say

PATH = "/-/compare"

LARGEST_ID = 2**63 - 1
"""The largest number that SQLite holds."""

_REPORT = """
SELECT r.*, p.name AS publisher_name, p.kind AS publisher_kind, d.name AS division_name
FROM reports AS r LEFT JOIN publishers AS p ON p.id = r.publisher
LEFT JOIN divisions AS d ON d.code = r.division
WHERE r.id = ?
"""
_FIGURES = "SELECT part, item, measure, value, raw FROM figures WHERE report = ?"
_STATEMENTS = """
SELECT 'statements' AS part, code AS item, '' AS measure, value, raw FROM statements
WHERE report = ? ORDER BY position
"""
_LIST = "SELECT form FROM statistics WHERE report = ? ORDER BY position LIMIT 1"
_SECTIONS = "SELECT number, heading, text FROM sections WHERE report = ? ORDER BY position"


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    """One report and what it may be compared with; where none is chosen, the year before. Raises
    Missing for a report that there is not, NotUnderstood for what is no number of one."""
    first, second = _report(conn, asking, "a"), _report(conn, asking, "b")
    query = asking.parameters.get("q", "").strip()
    shown: dict[str, Any] = {
        "query": query,
        "found": None,
        "message": None,
        "a": first,
        "b": None,
        "address": lambda a, b: asking.address(PATH, {"a": a, "b": b}),
        "path": PATH,
    }
    if query:
        shown |= _search(conn, asking, query)
    if first is None:
        return shown
    years = neighbours.same_publisher(conn, first)
    if second is not None and second["id"] == first["id"]:
        shown["message"] = say("compare.same_report", asking.language)
        second = None
    elif second is None and first["year"] is not None:
        before = [row["id"] for row in years if row["year"] < first["year"]]
        second = select_one(conn, _REPORT, [before[-1]]) if before else None
    place = ancestors(conn, first["division"])
    is_government = f"'{first['publisher_kind']}'" in GOVERNMENTS
    shown |= {
        "b": second,
        "years": years,
        "neighbours": neighbours.same_level(conn, first),
        "place": place,
        "is_government": is_government,
        "standings": standings(conn, first, second, place, asking.language)
        if is_government
        else [],
    }
    return shown | _side_by_side(conn, asking, first, second) if second else shown


def _report(conn: sqlite3.Connection, asking: Asking, name: str) -> Row | None:
    text = asking.parameters.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20):
        raise NotUnderstood(say("compare.no_number", asking.language, text=text[:20]))
    key = int(text)
    report = select_one(conn, _REPORT, [key]) if key <= LARGEST_ID else None
    if report is None:
        raise Missing(say("report.unknown", asking.language, report=text))
    return report


def _search(conn: sqlite3.Connection, asking: Asking, query: str) -> dict[str, Any]:
    """Reports to choose from; a year among the words narrows them."""
    if not has_search_index(conn):
        return {"message": say("search.no_index", asking.language)}
    words = query.split()
    years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
    rest = " ".join(word for word in words if not (word.isdecimal() and len(word) == 4))
    found: Found = search(conn, rest or query, "", years[0] if rest and years else None, 1)
    message = None if found.hits else say("search.nothing", asking.language)
    return {"found": found, "message": message}


def _side_by_side(
    conn: sqlite3.Connection, asking: Asking, first: Row, second: Row
) -> dict[str, Any]:
    """The earlier of two reports on the left."""
    left, right = first, second
    if first["year"] is not None and second["year"] is not None and second["year"] < first["year"]:
        left, right = second, first
    figures = (amounts(_figures(conn, left)), amounts(_figures(conn, right)))
    sections = (select(conn, _SECTIONS, [left["id"]]), select(conn, _SECTIONS, [right["id"]]))
    shown: dict[str, Any] = {
        "left": left,
        "right": right,
        "same_form": left["form"] == right["form"],
        "tables": [],
        "lines": [],
        "sections": compare_sections(*sections),
    }
    if left["form"] == right["form"] and is_table_form(left["form"]):
        printed = print_tables(form_of(left["form"]), pair_places(*figures), asking.language)
        return shown | {"tables": list(printed.values())}
    forms = (_form(conn, left), _form(conn, right))
    return shown | {"lines": compare_forms(forms, *figures, asking.language)}


def _figures(conn: sqlite3.Connection, report: Row) -> list[Row]:
    return select(conn, _FIGURES, [report["id"]]) + select(conn, _STATEMENTS, [report["id"]])


def _form(conn: sqlite3.Connection, report: Row) -> str:
    """The form or list whose fields a report has."""
    found = select_one(conn, _LIST, [report["id"]])
    return str(found["form"] if found else report["form"])


PAGE = Page(rf"{PATH}$", "compare.html", _read)
