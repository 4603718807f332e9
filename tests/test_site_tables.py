"""What a snapshot holds beyond the database: the rows of the views, counts; the indicators."""

from __future__ import annotations

import csv
import json
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from datasette_process import serve
from generated import PORTAL, fill, make_old_report, make_report, open_archive, report_url

from pipelines.comparable import load_fields
from pipelines.database.site_counts import COUNT_TABLES, KEPT_VALUES, METADATA, counted_facets
from pipelines.database.site_tables import TABLES
from pipelines.database.views import view_definitions
from pipelines.indicators import load_counts, load_indicators, wilson_sql
from pipelines.publish import publish
from pipelines.reading.form import load_forms
from pipelines.site import division
from pipelines.site.words import say
from pipelines.wide import wide_columns

Databases = tuple[sqlite3.Connection, sqlite3.Connection]

QUERIES: dict[str, dict[str, str]] = yaml.safe_load(METADATA.read_text("utf-8"))["databases"][
    "gongkai"
]["queries"]


@pytest.fixture(scope="module")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """A live database and the snapshot of it."""
    crawl = open_archive(tmp_path_factory.mktemp("tables") / "archive")
    for _ in fill(crawl, range(2021, 2023)):
        pass
    crawl.save("http://gongkai.invalid/again.htm", make_report(PORTAL, 2022, 5))
    crawl.save("http://gongkai.invalid/2016.htm", make_old_report())
    crawl.save(report_url("990701101", 2022), make_report("990701101", 2022, 7))
    # More values of a facet than a page shows.
    places = [(f"98{number:04}", f"虚构{number}县", "county") for number in range(KEPT_VALUES + 1)]
    crawl.store.conn.executemany("INSERT INTO divisions VALUES (?, ?, ?, NULL, 1)", places)
    crawl.store.conn.executemany(
        "INSERT INTO portals VALUES (?1, ?2, NULL, ?1, 'http://gongkai.invalid/', 1)",
        [place[:2] for place in places],
    )
    crawl.store.conn.commit()
    crawl.end()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.database.site_counts.FREQUENT", 2)
        file = publish(crawl.store.home, datetime(2026, 1, 1, tzinfo=UTC), keep=1)
    with closing(sqlite3.connect(file)) as snapshot:
        yield crawl.store.conn, snapshot


@pytest.fixture(scope="module")
def site(databases: Databases) -> Iterator[str]:
    """The address of a site that shows the snapshot."""
    _, snapshot = databases
    ((_, _, file),) = snapshot.execute("PRAGMA database_list")
    base, process = serve(Path(file).parent.parent)
    yield f"{base}/gongkai"
    process.terminate()
    process.wait()


def names(conn: sqlite3.Connection, table: str) -> list[str]:
    return [name for (name,) in conn.execute("SELECT name FROM pragma_table_info(?)", [table])]


def conn_rows(conn: sqlite3.Connection, table: str) -> list[list[str]]:
    """The rows in an order of their own; a table keeps 1.0 as 1."""
    rows = conn.execute(f"SELECT * FROM {table}")
    return sorted([repr(float(v) if isinstance(v, int) else v) for v in row] for row in rows)


@pytest.mark.parametrize("name", [*TABLES, "indicator_values"])
def test_a_table_of_the_snapshot_holds_what_the_view_says(databases: Databases, name: str) -> None:
    live, snapshot = databases
    assert names(snapshot, name) == names(live, name)
    rows = conn_rows(snapshot, name)
    assert rows == conn_rows(live, name)
    assert rows


def test_every_table_is_counted_as_it_is(databases: Databases) -> None:
    _, snapshot = databases
    counts = dict(snapshot.execute("SELECT table_name, rows FROM row_counts"))
    assert set(counts) >= {*TABLES, *view_definitions(), "reports", "applications"}
    for name, count in counts.items():
        if name not in COUNT_TABLES:
            assert snapshot.execute(f"SELECT count(*) FROM {name}").fetchone() == (count,), name


def naive_counts(conn: sqlite3.Connection, table: str, column: str, where: str) -> list[Any]:
    return conn.execute(
        f'SELECT "{column}", count(*) FROM {table} WHERE {where} AND "{column}" IS NOT NULL'
        " GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()


def test_facets_are_counted_as_they_are(databases: Databases) -> None:
    _, snapshot = databases
    kept = snapshot.execute(
        "SELECT DISTINCT table_name, filter, column_name FROM facet_values"
        " WHERE table_name != 'indicator_spreads'"
    ).fetchall()
    assert {
        ("reports", "", "year"),
        ("reports", "year=2021", "form"),
        ("reports", "form=2021&year=2022", "division"),
    } <= set(kept)
    for table, key, column in kept:
        pairs = [pair.partition("=") for pair in key.split("&") if pair]
        where = " AND ".join(f"\"{name}\" = '{value}'" for name, _, value in pairs) or "1"
        counted = snapshot.execute(
            "SELECT value, count FROM facet_values WHERE table_name = ? AND filter = ?"
            " AND column_name = ? ORDER BY position",
            [table, key, column],
        ).fetchall()
        naive = naive_counts(snapshot, table, column, where)
        # Of a view they come in the order of its definition: they are only looked up.
        order = sorted if table == "indicator_values" else list
        assert order(counted) == order(naive)[: KEPT_VALUES + 1], (table, where, column)


@pytest.mark.parametrize(
    ("address", "where"),
    [
        ("reports?", "1"),
        ("reports?year=2021", "year = 2021"),
        ("reports?year=2021&form=2021", "year = 2021 AND form = '2021'"),
        (
            "reports?year=2022&form=2021&current=1",
            "year = 2022 AND form = '2021' AND current = 1",
        ),
        ("reports?year__gt=2016&title__contains=乙", "year > 2016 AND title LIKE '%乙%'"),
        ("reports?_where=year in (2022) and current in (1)", "year = 2022 AND current = 1"),
        ("reports?year=1999", "year = 1999"),
        ("reports?_sort=id&_size=2&year=2021", "year = 2021"),
        ("sightings?same_bytes=1", "same_bytes = 1"),
        ("events?event=appeared", "event = 'appeared'"),
        ("coverage?status=published&year=2021", "status = 'published' AND year = 2021"),
        ("indicators?level=township", "level = 'township'"),
        ("disclosure?measure=in_force", "measure = 'in_force'"),
        ("indicator_values?indicator=refusal_rate", "indicator = 'refusal_rate'"),
    ],
)
def test_a_filtered_table_counts_what_is_there(
    databases: Databases, site: str, address: str, where: str
) -> None:
    _, snapshot = databases
    table, _, query = address.partition("?")
    page = fetch(f"{site}/{table}.json?{query}")
    ((rows,),) = snapshot.execute(f"SELECT count(*) FROM {table} WHERE {where}")
    pages = [page]
    if page["next_url"]:
        pages.append(fetch(page["next_url"]))
        assert pages[1]["rows"][0] not in page["rows"]
    for found in pages:
        assert found["filtered_table_rows_count"] == rows
        assert set(found["facet_results"]) == set(counted_facets().get(table, []))
        for column, facet in found["facet_results"].items():
            results = [(result["value"], result["count"]) for result in facet["results"]]
            assert results == naive_counts(snapshot, table, column, where)[:12], column
            for result in facet["results"]:
                assert result["selected"] == (f"{column}={result['value']}" in query)
                assert "_next=" not in result["toggle_url"]


@pytest.mark.parametrize(
    "sort", ["_sort=division", "_sort_desc=year", "_sort_desc=division", "_x=1"]
)
def test_pages_of_a_sorted_table_have_each_row_once(
    databases: Databases, site: str, sort: str
) -> None:
    _, snapshot = databases
    ids = {id for (id,) in snapshot.execute("SELECT id FROM reports")}
    seen: list[int] = []
    address = f"{site}/reports.json?_size=3&{sort}&_shape=objects"
    while address:
        page = fetch(address)
        seen += [row["id"] for row in page["rows"]]
        address = page["next_url"]
    assert len(seen) == len(ids)
    assert set(seen) == ids
    with urllib.request.urlopen(f"{site}/reports.csv?{sort}") as response:
        rows = csv.DictReader(response.read().decode().splitlines())
    assert {int(row["id"]) for row in rows} == ids


def test_a_facet_that_is_cut_says_so(site: str) -> None:
    with urllib.request.urlopen(f"{site}/portals?_facet_size=max") as response:
        page = response.read().decode()
    assert say("common.cut_facet", "zh", n=KEPT_VALUES) in page
    facets = fetch(f"{site}/portals.json?_facet_size=3")["facet_results"]
    assert facets["division"]["truncated"]
    assert not facets["family"]["truncated"]


def fetch(address: str) -> Any:
    with urllib.request.urlopen(quote(address, safe=":/?&=%")) as response:
        return json.load(response)


def test_every_facet_of_the_site_is_counted_in_advance_and_indexed(databases: Databases) -> None:
    _, snapshot = databases
    metadata = yaml.safe_load(METADATA.read_text("utf-8"))
    views = {
        name for (name,) in snapshot.execute("SELECT name FROM sqlite_master WHERE type = 'view'")
    }
    for table, shown in metadata["databases"]["gongkai"]["tables"].items():
        first = {
            snapshot.execute(f"PRAGMA index_info({index})").fetchone()[2]
            for (index,) in snapshot.execute("SELECT name FROM pragma_index_list(?)", [table])
        }
        for facet in shown.get("facets", []):
            assert set(facet) == {"counted"}, (table, facet)
            assert facet["counted"] in first | {"measure"} or table in views, (table, facet)


ORDERED = {"late_reports": "findings_late", "sums_that_fail": "reports_facets",
           "township_figures": "report_wide_0", "missing_reports": "coverage_0"}  # fmt: skip


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_the_first_rows_of_a_saved_query_do_not_need_all(databases: Databases, name: str) -> None:
    """They come in the order of an index; what is sorted are at most equals in that order."""
    _, snapshot = databases
    given = {"year": "", "division": ""}
    plan = snapshot.execute(f"EXPLAIN QUERY PLAN {QUERIES[name]['sql']}", given)
    steps = [step for *_, step in plan]
    if name in ORDERED:
        assert f"INDEX {ORDERED[name]}" in steps[0]
        assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    # A table that is counted by place is small: it is read by place, and sorted.
    assert not any(step.startswith("SCAN") and "INDEX" not in step for step in steps[:1])


@pytest.mark.parametrize("table", ["reports", "captures", "findings", "report_wide", "indicators"])
def test_facets_are_counted_without_the_rows_of_their_table(
    databases: Databases, table: str
) -> None:
    _, snapshot = databases
    columns = [f'"{column}"' for column in counted_facets()[table]]
    for column in columns:
        plan = snapshot.execute(
            f"EXPLAIN QUERY PLAN SELECT {', '.join(columns)} FROM {table} WHERE +{column} = 1"
        )
        assert all("COVERING INDEX" in step for *_, step in plan), column


def test_places_sum_up_what_lies_in_them(databases: Databases) -> None:
    live, _ = databases
    for place in ("00", "99", "9907", PORTAL):
        ((reports,),) = live.execute(
            "SELECT sum(reports) FROM report_counts WHERE division = ?", [place]
        )
        assert (reports,) == live.execute(
            "SELECT count(*) FROM reports WHERE current = 1 AND year IS NOT NULL"
            " AND (? = '00' OR division LIKE ? || '%')",
            [place, place],
        ).fetchone()
        statuses = live.execute(
            "SELECT sum(published + late + missing + moved + unreadable), sum(total)"
            " FROM coverage_counts WHERE division = ?",
            [place],
        ).fetchone()
        assert statuses[0] == statuses[1]


@pytest.mark.parametrize("place", ["", "99", "9907", PORTAL, "990701101", "98"])
@pytest.mark.parametrize("year", ["", "2021"])
def test_grounds_of_refusal_are_those_of_the_applications(
    databases: Databases, place: str, year: str
) -> None:
    live, snapshot = databases
    sql = QUERIES["refusal_reasons"]["sql"]
    expected = live.execute(
        "SELECT year, outcome AS ground, sum(total) AS requests,"
        " round(100.0 * sum(total) / sum(sum(total)) OVER (PARTITION BY year), 1),"
        " count(total) FROM applications JOIN reports ON reports.id = applications.report"
        " WHERE current = 1 AND outcome GLOB 'refused_*' AND division LIKE :division || '%'"
        " AND (:year = '' OR year = CAST(:year AS INTEGER)) GROUP BY year, outcome"
        " ORDER BY year DESC, requests DESC, ground",
        {"division": place, "year": year},
    ).fetchall()
    assert bool(expected) == (place != "98")
    for conn in databases:
        assert conn.execute(sql, {"division": place, "year": year}).fetchall() == expected
    plan = snapshot.execute(f"EXPLAIN QUERY PLAN {sql}", {"division": place, "year": year})
    assert not any("SCAN refusal_counts" in step for *_, step in plan)


def test_indicators_by_hand(databases: Databases) -> None:
    _, snapshot = databases
    ((report,),) = snapshot.execute(
        "SELECT id FROM reports WHERE division = '990701102' AND year = 2021"
    )
    total = dict(
        snapshot.execute("SELECT outcome, total FROM applications WHERE report = ?", [report])
    )
    values = {
        code: (numerator, denominator, value)
        for code, numerator, denominator, value in snapshot.execute(
            "SELECT indicator, numerator, denominator, value FROM indicator_values"
            " WHERE report = ?",
            [report],
        )
    }
    disclosed = total["granted"] + total["partly_granted"]
    assert values["disclosure_rate"] == (
        disclosed, total["total"], round(disclosed / total["total"], 4)
    )  # fmt: skip
    refused = sum(count for code, count in total.items() if code.startswith("refused_"))
    assert values["refusal_rate"][0] == refused
    assert values["refusal_share_internal"][:2] == (total["refused_internal"], refused)
    assert values["carried_forward_rate"][:2] == (
        total["carried_forward"], total["received"] + total["carried_over"]
    )  # fmt: skip
    ((upheld, corrected, other),) = snapshot.execute(
        "SELECT sum(upheld), sum(corrected), sum(other) FROM proceedings"
        " WHERE report = ? AND route LIKE 'litigation%'",
        [report],
    )
    assert values["litigation_correction_rate"][:2] == (corrected, upheld + corrected + other)


def test_one_report_a_publisher_and_year_has_indicators(databases: Databases) -> None:
    live, _ = databases
    assert live.execute(
        "SELECT count(*) FROM reports WHERE current = 1 AND division = ? AND year = 2022", [PORTAL]
    ).fetchone() == (2,)
    found = live.execute("SELECT id FROM indicators WHERE division = ? AND year = 2022", [PORTAL])
    assert len(found.fetchall()) == 1


def test_the_spread_of_the_townships_of_a_county(databases: Databases) -> None:
    _, snapshot = databases
    values = [
        value
        for (value,) in snapshot.execute(
            "SELECT value FROM indicator_values WHERE indicator = 'disclosure_rate'"
            " AND year = 2021 AND level = 'township'"
        )
    ]
    tenths = quantiles(values, n=10, method="inclusive")
    quarters = quantiles(values, n=4, method="inclusive")
    found = snapshot.execute(
        "SELECT reports, p10, p25, median, p75, p90 FROM indicator_spreads WHERE division = ?"
        " AND indicator = 'disclosure_rate' AND year = 2021 AND level = 'township'",
        [PORTAL],
    ).fetchone()
    assert found == pytest.approx((len(values), tenths[0], *quarters, tenths[8]), abs=1e-4)


@pytest.mark.parametrize(
    ("numerator", "denominator", "interval"),
    [
        # R: prop.test(k, n, correct = FALSE)
        (5, 10, (0.2366, 0.7634)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (15, 100, (0.0931, 0.2328)),
        (0, 0, (None, None)),
        (3, 2, (None, None)),
        (None, 2, (None, None)),
    ],
)
def test_wilsons_interval(
    numerator: int | None, denominator: int, interval: tuple[float | None, float | None]
) -> None:
    low, high = wilson_sql("k", "n")
    with closing(sqlite3.connect(":memory:")) as conn:
        found = conn.execute(
            f"SELECT {low}, {high} FROM (SELECT ? AS k, ? AS n)", [numerator, denominator]
        )
        assert found.fetchone() == interval


def test_indicators_rest_on_figures_that_every_form_since_has() -> None:
    """As the data of the forms say what may be compared."""
    columns = {wide.name: f"{wide.table}.{wide.row.code}" for wide in wide_columns()}
    counts = {count.code: count.columns for count in load_counts()}
    forms = [form.id for form in load_forms()]
    matches = {
        field.name: {match.form for match in field.matches if match.here == match.there}
        for field in load_fields()
        if field.form == "2021"
    }
    for entry in load_indicators():
        later = {form for form in forms if entry.first_form <= form < "2021"}
        for column in (*counts[entry.numerator], *counts[entry.denominator]):
            assert later <= matches[columns[column]], (entry.code, column)


def test_what_is_gone_from_a_place_is_found_without_going_through_its_reports(
    databases: Databases,
) -> None:
    _, snapshot = databases
    plan = snapshot.execute(
        f"EXPLAIN QUERY PLAN {division.GONE}", {"digits": 2, "code": "99", "most": 30}
    )
    assert any("INDEX reports_gone" in step for *_, step in plan)
