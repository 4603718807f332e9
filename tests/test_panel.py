"""The balanced panel: every place in every year, once, and never a figure that nobody printed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.database.schema import migrate

PLACES = ("99", "9907", "990701", "990702", "990701101", "990701102")
KINDS = {2: "government", 4: "government", 6: "government", 9: "township"}

reports = st.lists(
    st.tuples(
        st.sampled_from(PLACES),
        st.integers(2020, 2023),
        st.sampled_from(["own", "department"]),
        st.booleans(),
        st.none() | st.integers(0, 9),
    ),
    max_size=12,
)
"""Reports as place, year, whose, whether gone, and the total of requests received that it prints;
None where it has no table."""


@pytest.fixture(scope="module")
def empty() -> Iterator[sqlite3.Connection]:
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    conn.execute("PRAGMA foreign_keys = OFF")
    for place in PLACES:
        parent = place[:6] if len(place) == 9 else place[:-2] or None
        level = {2: "province", 4: "prefecture", 6: "county", 9: "township"}[len(place)]
        conn.execute("INSERT INTO divisions VALUES (?, ?, ?, ?, 1)", [place, place, level, parent])
    conn.execute("INSERT INTO portals VALUES ('p', '', 'vsb', '990701', 'http://p.invalid', 1)")
    conn.commit()
    yield conn
    conn.close()


def fill(conn: sqlite3.Connection, found: list[tuple[str, int, str, bool, int | None]]) -> None:
    for id, (place, year, whose, gone, total) in enumerate(found, 1):
        kind = KINDS[len(place)] if whose == "own" else "department"
        publisher = f"{place} {whose}"
        conn.execute(
            "INSERT OR IGNORE INTO publishers VALUES (?, ?, ?, ?)",
            [publisher, publisher, place, kind],
        )
        conn.execute(
            "INSERT INTO reports (id, year, division, publisher, url, version, current, first_seen,"
            " last_seen, gone_at, portal, capture, breadcrumb, synthetic, fingerprint)"
            " VALUES (?, ?, ?, ?, ?, 1, 1, '', '', ?, 'p', 1, '', 1, '')",
            [id, year, place, publisher, f"u{id}", "2026-01-01" if gone else None],
        )
        if total is not None:
            conn.execute(
                "INSERT INTO applications (report, outcome, position, total, cells)"
                " VALUES (?, 'received', 0, ?, '[]')",
                [id, total],
            )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(reports)
def test_the_panel_is_balanced_and_invents_nothing(
    empty: sqlite3.Connection, found: list[tuple[str, int, str, bool, int | None]]
) -> None:
    empty.execute("BEGIN")
    try:
        fill(empty, found)
        cursor = empty.execute("SELECT * FROM panel")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor]
    finally:
        empty.execute("ROLLBACK")
    places = {row["division"] for row in rows}
    years = {year for _, year, *_ in found}
    cells = [(row["division"], row["year"]) for row in rows]
    assert sorted(cells) == sorted((place, year) for place in places for year in years)
    if found:
        assert {place for place, *_ in found} <= places
    figures = names[names.index("form") :]
    own = {(place, year) for place, year, whose, *_ in found if whose == "own"}
    for row in rows:
        is_there = (row["division"], row["year"]) in own
        assert (row["report"] is not None) == is_there
        if not is_there:
            assert row["status"] == "missing"
            assert all(row[name] is None for name in figures), row
        else:
            place, year, whose, gone, total = found[row["report"] - 1]
            assert (row["status"] == "missing") == (row["gone_at"] is not None) == gone
            assert (place, year, whose) == (row["division"], row["year"], "own")
            assert row["publisher"] == f"{place} own"
            assert row["received"] == total
