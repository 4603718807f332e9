"""Search: Chinese words of any length are found exactly, in the snapshot alone."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from datasette.app import Datasette
from generated import DIVISIONS, PORTAL, fill, make_report, open_archive, report_url
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publish import publish, served_database
from pipelines.report import Section
from pipelines.search import RANKED_HITS, mark, search, snippet
from pipelines.search_index import has_search_index, make_search_index
from pipelines.search_words import fold, index_text, match_expression, query_words
from pipelines.site import FOLDER
from pipelines.store import Store

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
    monkeypatch.setattr("pipelines.search.PAGE_SIZE", 3)
    for most in (RANKED_HITS, 2):
        monkeypatch.setattr("pipelines.search.RANKED_HITS", most)
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
