"""Search: Chinese words of any length are found exactly, in the snapshot alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from datasette.app import Datasette
from generated import DIVISIONS, PORTAL, fill, make_report, open_archive, report_url
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.database.store import Store
from pipelines.publish import publish, served_database
from pipelines.reading.report import Section
from pipelines.search.common import common_words
from pipelines.search.index import has_search_index, make_search_index
from pipelines.search.numbers import Numbers
from pipelines.search.query import RANKED_HITS, search
from pipelines.search.snippet import mark, snippet
from pipelines.search.words import fold, index_text, match_expression, query_words
from pipelines.site import FOLDER

CHINESE = st.text("县镇复议行政许可。， 〇𠮷", max_size=30)


@given(
    st.lists(CHINESE, min_size=1, max_size=5),
    st.text("县镇复议行政许可。〇𠮷", min_size=1, max_size=6),
)
def test_finds_what_a_reader_would_find_and_nothing_else(texts: list[str], query: str) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE VIRTUAL TABLE i USING fts5(t, content='', tokenize='ascii')")
        conn.executemany(
            "INSERT INTO i (rowid, t) VALUES (?, ?)", enumerate(map(index_text, texts))
        )
        found = conn.execute("SELECT rowid FROM i WHERE i MATCH ?", [match_expression(query)])
        words = query_words(query)
        assert [number for (number,) in found] == [
            number for number, text in enumerate(texts) if words and all(w in text for w in words)
        ]


PLACES = {"90": None, "91": None, "9031": "90", "9032": "90", "9131": "91"}
TABLES = """
CREATE TABLE divisions (code TEXT PRIMARY KEY, name TEXT, parent TEXT);
CREATE TABLE publishers (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE reports (id INTEGER PRIMARY KEY, title TEXT, year INTEGER, division TEXT,
    publisher INTEGER, current INTEGER);
CREATE TABLE sections (report INTEGER, position INTEGER, heading TEXT, text TEXT);
"""


@dataclass(frozen=True)
class Written:
    year: int | None
    division: str | None
    title: str
    publisher: str
    sections: list[tuple[str, str]]

    def holds(self, words: list[str]) -> bool:
        text = "\n".join(part for section in self.sections for part in section)
        return all(any(w in fold(t) for t in (self.title, self.publisher, text)) for w in words)

    def has_in_head(self, words: list[str]) -> bool:
        return all(any(w in fold(t) for t in (self.title, self.publisher)) for w in words)


SHORT = st.text("复议许可年Ａ。", max_size=5)
WRITTEN = st.builds(
    Written,
    st.sampled_from([None, 2022, 2021]),
    st.sampled_from([None, *PLACES]),
    SHORT,
    SHORT,
    st.lists(st.tuples(st.sampled_from(["", "行政复议", "复议年"]), SHORT), max_size=2),
)


@settings(max_examples=60)
@given(
    st.lists(WRITTEN, min_size=1, max_size=20),
    st.lists(st.text("行政复议许可年a", min_size=1, max_size=4), min_size=1, max_size=2),
    st.sampled_from([0, 0.3, 1]),
    st.sampled_from(["", "90", "9031"]),
    st.sampled_from([None, 2022]),
)
def test_finds_and_counts_what_a_scan_does_whichever_words_are_common(
    reports: list[Written], asked: list[str], share: float, place: str, year: int | None
) -> None:
    with (
        closing(sqlite3.connect(":memory:")) as conn,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("pipelines.search.index.FEWEST", 1)
        patch.setattr("pipelines.search.index.COMMON_SHARE", share)
        write(conn, reports)
        make_search_index(conn)
        found = search(conn, " ".join(asked), place, year)
        held = {id: r for id, r in enumerate(reports) if r.holds(query_words(" ".join(asked)))}
        here = {id: r for id, r in held.items() if (r.division or "").startswith(place)}
        hits = {id for id, r in here.items() if year is None or r.year == year}
        assert found.total == len(hits)
        assert {hit.report for hit in found.hits} == hits
        assert dict(found.years) == {
            y: n for y in (2021, 2022) if (n := sum(r.year == y for r in here.values()))
        }
        assert {code: n for code, _, n in found.places} == {
            code: n
            for code, parent in PLACES.items()
            if parent == (place or None)
            and (
                n := sum(
                    (r.division or "").startswith(code) and year in (None, r.year)
                    for r in held.values()
                )
            )
        }
        if not found.ranked:
            in_head = [reports[hit.report].has_in_head(list(found.words)) for hit in found.hits]
            assert in_head == sorted(in_head, reverse=True)


def write(conn: sqlite3.Connection, reports: list[Written]) -> None:
    conn.executescript(TABLES)
    conn.executemany(
        "INSERT INTO divisions VALUES (?, ?, ?)", [(c, f"虚构{c}", p) for c, p in PLACES.items()]
    )
    for id, report in enumerate(reports):
        conn.execute("INSERT INTO publishers VALUES (?, ?)", [id, report.publisher])
        conn.execute(
            "INSERT INTO reports VALUES (?, ?, ?, ?, ?, 1)",
            [id, report.title, report.year, report.division, id],
        )
        for position, section in enumerate(report.sections):
            conn.execute("INSERT INTO sections VALUES (?, ?, ?, ?)", [id, position, *section])


def test_common_words_are_all_parts_of_what_many_texts_say() -> None:
    texts = ["行政复议情况。甲", "行政复议情况，乙", "行政、丙"]
    assert common_words(texts, 0.9) == {"行", "政", "行政"}
    common = common_words(texts, 0.5)
    assert {"行政复议情况", "复议", "政复议", "况"} < common
    assert common.isdisjoint({"甲", "情况乙", ""})


@given(st.sets(st.integers(0, 99)), st.sets(st.integers(0, 99)), st.sets(st.integers(0, 100)))
def test_numbers_are_sets(one: set[int], other: set[int], cuts: set[int]) -> None:
    a, b = Numbers.of(one, 99), Numbers.of(other, 99)
    assert list(a) == sorted(one)
    assert list(a & b) == sorted(one & other)
    assert list(a - b) == sorted(one - other)
    assert list(a & Numbers.up_to(99)) == list(a)
    in_order = sorted(cuts)
    ranges = [(first, end - 1) for first, end in zip(in_order[::2], in_order[1::2], strict=False)]
    inside = [n for n in sorted(one) if any(first <= n <= last for first, last in ranges)]
    assert list(a.within(ranges)) == inside
    assert sum(a.count_in(*ends) for ends in ranges) == a.within(ranges).count() == len(inside)


@pytest.mark.parametrize(
    ("text", "query", "is_found"),
    [
        ("2021年度报告", "2021", True),
        ("2021年度报告", "2021年", True),
        ("2021年度报告", "2021年度", True),
        ("2021年度报告", "02", False),
        ("编号12345。", "123", True),
        ("编号12345。", "号12", True),
        ("ＰＤＦ文件", "pdf", True),
        ("PDF文件", "ＰＤＦ文件", True),
        ("国办公开办函〔2021〕30号", "〔2021〕30号", True),
        ("第3A条款", "a条", False),
        ("甲镇 乙镇", "甲镇乙", False),
    ],
)
def test_words_of_figures_and_latin_letters(text: str, query: str, is_found: bool) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE VIRTUAL TABLE i USING fts5(t, content='', tokenize='ascii')")
        conn.execute("INSERT INTO i (t) VALUES (?)", [index_text(text)])
        found = conn.execute("SELECT 1 FROM i WHERE i MATCH ?", [match_expression(query)])
        assert (found.fetchone() is not None) == is_found


@given(st.text(max_size=300))
def test_no_query_is_an_error_or_an_operator(query: str) -> None:
    with closing(sqlite3.connect(":memory:")) as conn:
        conn.execute("CREATE VIRTUAL TABLE i USING fts5(t, content='', tokenize='ascii')")
        conn.execute("INSERT INTO i (t) VALUES ('x')")
        conn.execute("SELECT rowid FROM i WHERE i MATCH ?", [match_expression(query)]).fetchall()


@given(st.text(max_size=80), st.text(min_size=1, max_size=4))
def test_marking_loses_no_character(text: str, query: str) -> None:
    pieces = mark(text, query_words(query))
    assert "".join(piece.text for piece in pieces) == text
    assert all(any(word in fold(p.text) for word in query_words(query)) for p in pieces if p.hit)


def test_a_snippet_stands_around_the_first_hit() -> None:
    pieces = snippet("开头" * 40 + "行政复议" + "结尾" * 90, ["复议"])
    assert [piece.text for piece in pieces if piece.hit] == ["复议"]
    assert pieces[0].text == pieces[-1].text == "…"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    crawl = open_archive(tmp_path_factory.mktemp("search") / "archive")
    for _ in fill(crawl, range(2021, 2023)):
        pass
    town = DIVISIONS[3][0]
    crawl.save(
        report_url(town, 2024),
        make_report(town, 2024, title="采石专项年度报告", sections=[Section(1, "总体情况", "无")]),
    )
    crawl.save(
        report_url(PORTAL, 2024),
        make_report(PORTAL, 2024, sections=[Section(1, "总体情况", "整治采石场，受理行政复议。")]),
    )
    crawl.end()
    file = publish(crawl.store.home, datetime(2026, 1, 1, tzinfo=UTC), keep=1)
    with closing(sqlite3.connect(file)) as conn:
        yield conn


def test_a_title_counts_more_than_a_text(snapshot: sqlite3.Connection) -> None:
    found = search(snapshot, "采石")
    assert found.total == 2
    assert "".join(piece.text for piece in found.hits[0].title) == "采石专项年度报告"
    assert found.hits[0].heading is None
    assert found.hits[1].heading == "总体情况"


def test_a_hit_leads_to_the_page_of_its_report_and_is_marked(snapshot: sqlite3.Connection) -> None:
    (file,) = (row[2] for row in snapshot.execute("PRAGMA database_list"))
    served = served_database(Path(file).parents[1])
    site = Datasette(
        [str(served)], template_dir=str(FOLDER / "templates"), plugins_dir=str(FOLDER / "plugins")
    )
    page = asyncio.run(site.client.get("/-/search?q=诉讼&year=2022")).text
    (hit, *_) = search(snapshot, "诉讼", year=2022).hits
    shown = page[page.index('<ol class="hits"') :]
    assert f'href="/-/report/{hit.report}"' in shown
    # Also where it stands in the heading of a section.
    assert "行政<mark>诉讼</mark>情况</span>" in shown


def test_filters_and_counts_agree(snapshot: sqlite3.Connection) -> None:
    found = search(snapshot, "复议")
    assert found.total == sum(count for _, count in found.years)
    for year, count in found.years:
        assert search(snapshot, "复议", year=year).total == count
    towns = search(snapshot, "镇", place=PORTAL)
    for code, _, count in towns.places:
        of_place = search(snapshot, "镇", place=code)
        assert of_place.total == count
        assert {hit.division for hit in of_place.hits} == {code}
    assert search(snapshot, "复议", place="62").total == 0


def test_pages_hold_every_hit_once_ranked_or_not(
    snapshot: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.search.query.PAGE_SIZE", 3)
    for most in (RANKED_HITS, 2):
        monkeypatch.setattr("pipelines.search.query.RANKED_HITS", most)
        first = search(snapshot, "镇")
        shown = [
            h.report for n in range(first.pages) for h in search(snapshot, "镇", page=n + 1).hits
        ]
        assert len(shown) == len(set(shown)) == first.total
        assert search(snapshot, "镇", page=99).hits == []


def test_what_is_no_word_finds_nothing(snapshot: sqlite3.Connection) -> None:
    for query in ("", "。", '"', "*", "\x00", "〔〕 "):
        assert search(snapshot, query).total == 0


def test_a_live_database_has_no_index(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        assert not has_search_index(store.conn)
        make_search_index(store.conn)
        assert search(store.conn, "复议").total == 0
