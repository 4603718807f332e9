"""The page Explore: charts of an indicator that a reader changes without SQL, with their tables."""

from __future__ import annotations

import sqlite3
from typing import Any
from urllib.parse import urlencode

from pipelines.columns import Text
from pipelines.database.file import select
from pipelines.indicators import load_indicators
from pipelines.reading.form import form_of
from pipelines.site import explore_charts as charts
from pipelines.site.coverage import known_years
from pipelines.site.explore_choice import (
    CHARTS,
    DEPARTMENT,
    LEVELS,
    PATH,
    Choice,
    Unclear,
    read_choice,
)
from pipelines.site.explore_sql import (
    distribution_query,
    own_query,
    ranking_query,
    reports_query,
    spread_query,
)
from pipelines.site.page import Asking, Missing, Page
from pipelines.site.places import children_of
from pipelines.site.queries import Query
from pipelines.site.rows import Row, select_one
from pipelines.site.words import say, title

PAGE_SIZE = 40
"""Places of a page of a ranking, which are as many lines of its chart."""

_CHILDREN = "SELECT code, name FROM divisions WHERE parent IS ? ORDER BY code"


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    """What is chosen, the chart's data and the table of the same, or why there is none."""
    years = [row["year"] for row in known_years(conn)]
    shown: dict[str, Any] = {
        "choice": None,
        "unclear": None,
        "years": years,
        "message": None,
        "path": PATH,
        "charts": CHARTS,
        "levels": (*LEVELS, DEPARTMENT),
        "indicators": [(one.code, title(Text(one.zh, one.en), asking.language))
                       for one in load_indicators()],
    }  # fmt: skip
    if not years:
        return shown | {"message": say("explore.empty", asking.language)}
    choice = read_choice(conn, asking, years)
    if isinstance(choice, Unclear):
        return shown | {"unclear": choice, "address": lambda **changed: _again(asking, changed)}
    indicator = choice.indicator
    shown |= {
        "choice": choice,
        "name": title(Text(indicator.zh, indicator.en), asking.language),
        "formula": indicator.en_formula if asking.language == "en" else indicator.zh_formula,
        "since": form_of(indicator.first_form).first_year,
        "children": _children(conn, choice),
        "address": lambda **changed: choice.address(asking, **changed),
    }
    if choice.is_wide:
        return shown | {"message": say("explore.too_wide", asking.language)}
    read = {"trend": _trend, "ranking": _ranking, "distribution": _distribution}[choice.chart]
    return shown | read(conn, asking, choice)


def _again(asking: Asking, changed: dict[str, Any]) -> str:
    """The page with the address as it came, but for what is changed."""
    return f"{asking.base.rstrip('/')}{PATH}?{urlencode(dict(asking.parameters) | changed)}"


def _children(conn: sqlite3.Connection, choice: Choice) -> list[Row]:
    """The divisions that a reader may step down to; townships have none below."""
    if choice.place and choice.place[-1]["level"] == "county":
        return []
    return select(conn, _CHILDREN, [children_of(choice.place_code)])


def _queries(asking: Asking, **queries: Query) -> list[dict[str, str]]:
    """Each query by the name of a word, with the addresses that run it again."""
    return [
        {
            "word": f"explore.query_{name}",
            "sql": query.sql,
            "page": query.address(asking.base),
            "csv": query.address(asking.base, ".csv"),
        }
        for name, query in queries.items()
    ]


def _trend(conn: sqlite3.Connection, asking: Asking, choice: Choice) -> dict[str, Any]:
    spread, own = spread_query(choice), own_query(choice)
    own_rows = own.run(conn) if choice.mark else []
    rows = charts.trend_rows(choice, spread.run(conn), own_rows)
    has_any = any(row["median"] is not None or row["value"] is not None for row in rows)
    queries = {"spread": spread} | ({"own": own} if choice.mark else {})
    return {
        "rows": rows,
        "chart": charts.trend_chart(choice, rows, asking.language) if has_any else None,
        "message": None if has_any else say("explore.nothing", asking.language),
        "queries": _queries(asking, **queries),
    }


def _ranking(conn: sqlite3.Connection, asking: Asking, choice: Choice) -> dict[str, Any]:
    query = ranking_query(choice)
    rows = query.run(conn)
    marked = next((n for n, row in enumerate(rows) if charts.is_marked(choice, row)), None)
    page = choice.page or (1 if marked is None else marked // PAGE_SIZE + 1)
    pages = max(1, -(-len(rows) // PAGE_SIZE))
    if page > pages:
        raise Missing(say("explore.no_page", asking.language, text=page))
    here = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return _counted(conn, asking, choice, len(rows)) | {
        "rows": here,
        "page": page,
        "pages": pages,
        "is_marked": lambda row: charts.is_marked(choice, row),
        "marked_row": None if marked is None else rows[marked],
        "marked_page": None if marked is None else marked // PAGE_SIZE + 1,
        "chart": charts.ranking_chart(choice, here, asking.language) if here else None,
        "queries": _queries(asking, ranking=query),
    }


def _distribution(conn: sqlite3.Connection, asking: Asking, choice: Choice) -> dict[str, Any]:
    query, spread, own = (
        make(choice.in_its_year) for make in (distribution_query, spread_query, own_query)
    )
    bins = query.run(conn)
    middle = next(iter(spread.run(conn)), None)
    mark = next(iter(own.run(conn)), None) if choice.mark else None
    number = sum(row["reports"] for row in bins)
    rows = charts.distribution_rows(bins)
    return _counted(conn, asking, choice, number) | {
        "rows": rows,
        "middle": middle,
        "mark": mark,
        "chart": charts.distribution_chart(choice, rows, middle, mark, asking.language)
        if rows
        else None,
        "queries": _queries(asking, distribution=query, spread=spread),
    }


def _counted(
    conn: sqlite3.Connection, asking: Asking, choice: Choice, number: int
) -> dict[str, Any]:
    """How many reports of the year have the share, and how many there are."""
    query = reports_query(choice)
    found = select_one(conn, query.sql, query.values)
    assert found is not None
    message = None if number else say("explore.nothing", asking.language)
    return {"number": number, "reports": found["reports"], "message": message}


PAGE = Page(rf"{PATH}$", "explore.html", _read)
