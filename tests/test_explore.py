"""The numbers of the page Explore: trends with their gaps, rankings, distributions, choices."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from datasette.app import Datasette
from generated import (
    PORTAL,
    add_divisions,
    fill,
    make_old_report,
    make_report,
    open_archive,
    report_url,
)

from pipelines.indicators import load_indicators
from pipelines.publish import publish, served_database
from pipelines.reading.report import ApplicationRow
from pipelines.site import FOLDER
from pipelines.site.definitions import chinese_pieces, definitions
from pipelines.site.explore import PAGE
from pipelines.site.explore_charts import distribution_rows, may_compare, trend_rows
from pipelines.site.explore_choice import Choice
from pipelines.site.explore_sql import BINS, own_query, ranking_query, reports_query, spread_query
from pipelines.site.page import Asking
from pipelines.wide import wide_columns

HOSTILE = "</script><script>document.title='run'</script>镇"
TOWN = "990701101"


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A snapshot: seven places with 2020 (on the form of 2019), 2021 and 2023, without 2022; the
    county's list of 2016; two departments; a place with a hostile name."""
    crawl = open_archive(tmp_path_factory.mktemp("explore") / "archive")
    add_divisions(crawl.store, [("990701199", HOSTILE, "township", "990701", 1)])
    for years in (range(2021, 2022), range(2023, 2024)):
        for _ in fill(crawl, years):
            pass
    report = make_report(TOWN, 2021)
    report.applications = [count(row) for row in report.applications]
    crawl.save(report_url(TOWN, 2021), report)
    crawl.save(report_url(TOWN, 2020), make_report(TOWN, 2020, form="2019"))
    crawl.save(report_url("990701199", 2021), make_report("990701199", 2021))
    crawl.save("http://gongkai.invalid/2016.htm", make_old_report())
    for number in range(2):
        name = f"虚构县第{number}局"
        report = make_report(PORTAL, 2021, number, publisher=name, publisher_kind="department")
        crawl.save(f"http://gongkai.invalid/{number}.htm", report)
    crawl.end()
    file = publish(crawl.store.home, datetime(2026, 1, 1, tzinfo=UTC), keep=1)
    with closing(sqlite3.connect(file)) as snapshot:
        yield snapshot


def count(row: ApplicationRow) -> ApplicationRow:
    """The row with 2 in the total of 予以公开, 1 in that of 部分公开, 4 in that of all outcomes."""
    total = {"granted": 2, "partly_granted": 1, "total": 4}.get(row.outcome)
    if total is None:
        return row
    figure = row.figures[-1]._replace(value=total, raw=str(total))
    return row._replace(figures=(*row.figures[:-1], figure))


def read(conn: sqlite3.Connection, **parameters: str) -> dict[str, Any]:
    return dict(PAGE.read(conn, Asking({}, parameters, "zh")))


def shares(conn: sqlite3.Connection, where: str) -> list[float]:
    return [
        value
        for (value,) in conn.execute(
            f"SELECT disclosure_rate FROM indicators WHERE {where} ORDER BY 1 DESC"
        )
    ]


def test_a_trend_has_the_spread_and_the_marked_place(conn: sqlite3.Connection) -> None:
    shown = read(conn, place="990701", level="township", mark=TOWN)
    rows = {row["year"]: row for row in shown["rows"]}
    towns = shares(conn, "level = 'township' AND year = 2021 AND kind = 'township'")
    assert rows[2021]["reports"] == len(towns) == 7
    assert rows[2021]["median"] == pytest.approx(median(towns), abs=1e-4)
    own = rows[2021]
    assert (own["numerator"], own["denominator"], own["value"]) == (3, 4, 0.75)
    # Wilson's interval of 3 in 4, as published tables have it.
    assert (own["low"], own["high"]) == (0.3006, 0.9544)
    assert rows[2020]["form"] == "2019"


def test_what_is_absent_is_a_gap_and_what_is_older_is_not_comparable(
    conn: sqlite3.Connection,
) -> None:
    shown = read(conn, place="990701", level="township", mark=TOWN)
    rows = {row["year"]: row for row in shown["rows"]}
    assert list(rows) == list(range(2016, 2024))
    assert rows[2022]["median"] is None
    assert rows[2022]["value"] is None
    assert rows[2022]["comparable"]
    # The line goes from the form of 2019 to that of 2021, and not over the year without a report.
    assert rows[2020]["segment"] == rows[2021]["segment"] != rows[2023]["segment"]
    assert not rows[2016]["comparable"]
    assert not rows[2018]["comparable"]
    assert rows[2019]["comparable"]


def test_a_share_of_a_form_that_may_not_be_compared_is_left_out(conn: sqlite3.Connection) -> None:
    indicator = load_indicators()[0]
    assert may_compare(indicator, "2019")
    assert may_compare(indicator, "2021")
    assert not may_compare(indicator, "2014")
    assert not may_compare(indicator, None)
    choice = Choice("trend", indicator, "county", (), (), 2018, 2019, 2019)
    own = {"numerator": 1, "denominator": 2, "value": 0.5, "low": 0.1, "high": 0.9, "report": 1}
    older, newer = trend_rows(
        choice, [], [own | {"year": 2018, "form": "2014"}, own | {"year": 2019, "form": "2019"}]
    )
    assert (older["value"], older["comparable"]) == (None, False)
    assert (newer["value"], newer["comparable"]) == (0.5, True)
    assert older["segment"] == newer["segment"]


def test_a_ranking_is_of_the_governments_within_a_place(conn: sqlite3.Connection) -> None:
    shown = read(conn, chart="ranking", place="990701", year="2021", mark=TOWN)
    values = [row["value"] for row in shown["rows"]]
    assert values == shares(conn, "level = 'township' AND year = 2021 AND kind = 'township'")
    ranks = [1 + sum(other > value for other in values) for value in values]
    assert [row["rank"] for row in shown["rows"]] == ranks
    assert shown["marked_row"]["division"] == TOWN
    assert (shown["number"], shown["reports"]) == (7, 7)
    up = read(conn, chart="ranking", place="990701", year="2021", order="up")
    assert [row["value"] for row in up["rows"]] == values[::-1]
    assert read(conn, chart="ranking", place="990701", year="2016")["rows"] == []


def test_departments_are_shown_within_a_place(conn: sqlite3.Connection) -> None:
    shown = read(conn, chart="ranking", level="department", place="99", year="2021")
    assert {row["publisher_name"] for row in shown["rows"]} == {"虚构县第0局", "虚构县第1局"}
    trend = read(conn, level="department", place="990701", **{"from": "2021"})
    (first, *_) = trend["rows"]
    assert first["reports"] == 2
    assert first["median"] == pytest.approx(
        median(shares(conn, "kind = 'department' AND year = 2021")), abs=1e-4
    )
    assert "请先选一个省" in read(conn, level="department")["message"]


def test_a_single_department_is_marked_by_its_name(conn: sqlite3.Connection) -> None:
    asked = {"level": "department", "place": "990701", "year": "2021", "mark": "虚构县第1局"}
    ranking = read(conn, chart="ranking", **asked)
    marked = [row["publisher_name"] for row in ranking["rows"] if ranking["is_marked"](row)]
    assert marked == ["虚构县第1局"]
    assert sum(row["marked"] for row in ranking["chart"]["rows"]) == 1
    # The address holds its id, which other departments of that name do not have.
    asked["mark"] = ranking["choice"].mark
    own = {row["year"]: row for row in read(conn, **asked)["rows"]}[2021]
    assert own["value"] == ranking["marked_row"]["value"]
    assert read(conn, chart="distribution", **asked)["mark"]["report"] == own["report"]
    # A government is marked beside the departments, as before.
    asked["mark"] = "虚构县"
    assert read(conn, **asked)["choice"].mark == "990701"


def test_a_distribution_counts_every_report_once(conn: sqlite3.Connection) -> None:
    shown = read(conn, chart="distribution", place="990701", year="2021", mark=TOWN)
    values = shares(conn, "level = 'township' AND year = 2021 AND kind = 'township'")
    assert len(shown["rows"]) >= BINS
    for row in shown["rows"]:
        end = row["end"] or 99
        inside = [v for v in values if row["start"] <= v < end or v == end == 1]
        assert row["reports"] == (len(inside) if row["end"] else sum(v > 1 for v in values))
    assert shown["mark"]["value"] in values
    assert distribution_rows([]) == []
    above = distribution_rows([{"bin": BINS, "reports": 3}])
    assert above[-1] == {"start": 1.0, "end": None, "reports": 3}
    assert [row["reports"] for row in above[:-1]] == [0] * BINS


@pytest.mark.parametrize("make", [spread_query, own_query, ranking_query, reports_query])
@pytest.mark.parametrize("level", ["township", "department"])
def test_a_query_says_the_same_with_the_texts_of_an_address(
    conn: sqlite3.Connection, make: Any, level: str
) -> None:
    """Datasette gives all parameters as texts."""
    choice = read(conn, level=level, place="990701", mark=TOWN, year="2021")["choice"]
    query = make(choice)
    texts = {name: None if value is None else str(value) for name, value in query.values.items()}
    rows = query.run(conn)
    assert rows
    assert type(query)(query.sql, texts).run(conn) == rows


def test_places_are_chosen_by_name_or_code(conn: sqlite3.Connection) -> None:
    assert read(conn, place="虚构县")["choice"].place_code == "990701"
    assert read(conn, place="虚构县 990701")["choice"].level == "township"
    assert read(conn, mark="虚构甲镇")["choice"].mark == TOWN
    assert read(conn)["choice"].place_code == "00"
    # A township is shown among those of its county.
    town = read(conn, place=TOWN)["choice"]
    assert (town.place_code, town.mark) == ("990701", TOWN)
    unclear = read(conn, place="虚构")["unclear"]
    assert unclear.field == "place"
    assert {"99", "9907", "990701"} <= {place["code"] for place in unclear.places}


def test_an_address_holds_the_choice(conn: sqlite3.Connection) -> None:
    given = {
        "chart": "ranking", "indicator": "refusal_rate", "level": "township", "place": "990701",
        "mark": TOWN, "from": "2020", "to": "2023", "year": "2021", "order": "up",
    }  # fmt: skip
    choice = read(conn, **given)["choice"]
    address = choice.address(Asking({}, {}, "zh"))
    assert dict(pair.split("=") for pair in address.partition("?")[2].split("&")) == given


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_indicator_is_defined_by_cells_of_the_form(language: Any) -> None:
    found = {entry.code: entry for entry in definitions(language)}
    assert set(found) == {entry.code for entry in load_indicators()}
    rate = found["disclosure_rate"]
    assert len(rate.numerator.cells) == 2
    assert rate.since == 2019
    labels = {
        label for c in wide_columns() for label in (c.row.zh, c.row.en, c.column.zh, c.column.en)
    }
    assert all(column in labels for _, column in rate.numerator.cells)


def test_what_an_english_text_quotes_in_chinese_is_told_apart() -> None:
    assert chinese_pieces("Days (成文, 印发) differ.") == [
        ("Days (", False), ("成文", True), (", ", False), ("印发", True), (") differ.", False),
    ]  # fmt: skip
    assert chinese_pieces("") == []


def test_a_name_cannot_leave_the_data_of_a_chart(conn: sqlite3.Connection) -> None:
    (file,) = (row[2] for row in conn.execute("PRAGMA database_list"))
    served = served_database(Path(file).parents[1])
    site = Datasette(
        [str(served)], template_dir=str(FOLDER / "templates"), plugins_dir=str(FOLDER / "plugins")
    )
    path = "/-/explore?chart=ranking&place=990701&year=2021&mark=990701199"
    page = asyncio.run(site.client.get(path)).text
    assert not re.search(r"<script>document", page)
    (data,) = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', page, re.S)
    names = [row["name"] for row in json.loads(data)["rows"] if row["marked"]]
    assert names == [HOSTILE]
