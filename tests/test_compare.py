"""Two reports side by side: differences, fields of other forms, texts; a report within spreads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from generated import PORTAL, fill, make_old_report, make_report, open_archive

from pipelines.publish import publish
from pipelines.site.compare import PAGE
from pipelines.site.compared import NOTHING, Amount, Pair, Place, amounts, compare_forms
from pipelines.site.compared_texts import MOST_SENTENCES, compare_sections
from pipelines.site.page import Asking, Missing, NotUnderstood
from pipelines.site.ranges import MARGIN, WIDTH, draw_range


@pytest.fixture(scope="module")
def conn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """A snapshot of seven places with two years each, the county's list of 2016, a department."""
    crawl = open_archive(tmp_path_factory.mktemp("compare") / "archive")
    for _ in fill(crawl, range(2021, 2023)):
        pass
    crawl.save("http://gongkai.invalid/2016.htm", make_old_report())
    bureau = make_report(PORTAL, 2021, 9, publisher="虚构县某局", publisher_kind="department")
    crawl.save("http://gongkai.invalid/bureau.htm", bureau)
    crawl.end()
    file = publish(crawl.store.home, datetime(2026, 1, 1, tzinfo=UTC), keep=1)
    with closing(sqlite3.connect(file)) as snapshot:
        yield snapshot


def read(conn: sqlite3.Connection, **parameters: object) -> dict[str, Any]:
    texts = {name: str(value) for name, value in parameters.items()}
    return dict(PAGE.read(conn, Asking({}, texts, "zh")))


def report(conn: sqlite3.Connection, publisher: str, year: int) -> int:
    ((found,),) = conn.execute(
        "SELECT r.id FROM reports AS r JOIN publishers AS p ON p.id = r.publisher"
        " WHERE p.name = ? AND r.year = ?",
        [publisher, year],
    )
    return int(found)


def test_a_difference_is_of_two_numbers() -> None:
    assert Pair(Amount(4), Amount(5)).difference == 1
    assert Pair(Amount(4), Amount(5)).relative == 0.25
    assert Pair(Amount(0.1), Amount(0.3)).difference == 0.2
    assert Pair(Amount(-4), Amount(-5)).relative == -0.25
    # Of zero there is no share, and a dash or a blank is no zero.
    assert Pair(Amount(0), Amount(5)).relative is None
    dash = Pair(Amount(0), Amount(None, "/"))
    assert (dash.difference, dash.relative, dash.differs) == (None, None, True)
    assert not Pair(Amount(None, "/"), Amount(None, "/")).differs
    assert Pair(Amount(None, "/"), NOTHING).differs


def test_a_figure_that_is_stated_twice_is_not_compared() -> None:
    row = {"part": "statements", "item": "requests_received", "measure": "", "raw": "3"}
    once = [row | {"value": 3}]
    assert amounts(once) == {("statements", "requests_received", ""): Amount(3)}
    assert amounts([*once, row | {"value": 4}]) == {}


def test_other_forms_are_compared_by_what_means_the_same() -> None:
    closed = ("closed_not_corrected", "closed_fee_unpaid", "closed_other")
    left: dict[Place, Amount] = {
        ("applications", "other", "total"): Amount(7),
        ("disclosure", "licences", "decisions"): Amount(1),
        ("disclosure", "regulations", "created"): Amount(2),
    }
    right: dict[Place, Amount] = {
        **{("applications", code, "total"): Amount(n) for n, code in enumerate(closed, 1)},
        ("disclosure", "licences", "decisions"): Amount(4),
        ("disclosure", "regulations", "issued"): Amount(2),
    }
    single, table = compare_forms(("2019", "2021"), left, right, "zh")
    assert [line.pairs for line in single.lines] == [(Pair(Amount(1), Amount(4)),)]
    assert table.columns[-1] == "总计"
    (line,) = table.lines
    assert line.pairs[-1] == Pair(Amount(7), Amount(6))
    # With a part that is no number there is no sum.
    right["applications", closed[0], "total"] = Amount(None, "/")
    _, table = compare_forms(("2019", "2021"), left, right, "zh")
    assert table.lines[0].pairs[-1].right.value is None


def test_a_list_is_compared_with_the_totals_of_a_form_scope_by_scope() -> None:
    left: dict[Place, Amount] = {
        ("statistics", "requests_received", "own"): Amount(3),
        ("statistics", "requests_received", "total"): Amount(9),
        ("statistics", "refused_trade_secret", "own"): Amount(1),
        ("statistics", "refused_privacy", "own"): Amount(1),
    }
    right: dict[Place, Amount] = {
        ("applications", "received", "total"): Amount(5),
        ("applications", "received", "natural_person"): Amount(4),
        ("applications", "refused_third_party", "total"): Amount(2),
    }
    (lines,) = compare_forms(("2014", "2021"), left, right, "en")
    pairs = [line.pairs[0] for line in lines.lines]
    assert pairs == [
        Pair(Amount(3), Amount(5)),
        Pair(Amount(9), Amount(5)),
        Pair(Amount(2), Amount(2)),
    ]
    assert lines.lines[0].left != lines.lines[1].left


def test_texts_are_compared_by_sentences_of_a_section() -> None:
    left = [
        {"number": None, "heading": "", "text": "按照条例编制。"},
        {"number": 1, "heading": "总体情况", "text": "甲。乙。丙。"},
    ]
    right = [
        {"number": 1, "heading": "总体情况", "text": "甲。丁。丙。"},
        {"number": 2, "heading": "其他", "text": "戊。"},
    ]
    preface, first, other = compare_sections(left, right)
    assert (preface.right, preface.different) == (None, (("按照条例编制。", ""),))
    assert (first.same, first.different) == (2, (("乙。", "丁。"),))
    assert (other.left, other.right) == (None, "其他")
    (long,) = compare_sections(
        [{"number": 1, "heading": "", "text": "甲。" * (MOST_SENTENCES + 1)}], []
    )
    assert long.is_long


def test_a_plot_goes_from_0_to_100_percent() -> None:
    spread = {"p10": 0.0, "p25": 0.25, "median": 0.5, "p75": 1.0, "p90": 1.4}
    plot = draw_range(spread, 0.0, None)
    assert (plot.p10, plot.median, plot.p75) == (MARGIN, WIDTH / 2, WIDTH - MARGIN)
    assert plot.p90 == WIDTH - MARGIN
    assert (plot.value, plot.other) == (MARGIN, None)


def test_a_report_alone_is_compared_with_the_year_before(conn: sqlite3.Connection) -> None:
    later, earlier = (report(conn, "虚构甲镇人民政府", year) for year in (2022, 2021))
    shown = read(conn, a=later)
    assert (shown["left"]["id"], shown["right"]["id"]) == (earlier, later)
    assert [table.name for table in shown["tables"]] == [
        "disclosure", "applications", "proceedings",
    ]  # fmt: skip
    cells = [cell for table in shown["tables"] for line in table.body for cell in line]
    pairs = {cell.place: cell.figure["pair"] for cell in cells if cell.figure}
    before, after = (
        conn.execute(
            "SELECT total FROM applications WHERE report = ? AND outcome = 'received'", [one]
        ).fetchone()[0]
        for one in (earlier, later)
    )
    assert pairs["applications", "received", "total"] == Pair(Amount(before), Amount(after))
    # The earlier stands on the left, whichever was asked for first.
    assert read(conn, a=earlier, b=later)["left"]["id"] == earlier
    # There is none before the first.
    assert "left" not in read(conn, a=earlier)


def test_a_report_stands_within_the_spreads_above_it(conn: sqlite3.Connection) -> None:
    town = report(conn, "虚构甲镇人民政府", 2022)
    shown = read(conn, a=town)
    standing = next(one for one in shown["standings"] if one.code == "disclosure_rate")
    values = conn.execute("SELECT disclosure_rate FROM indicators WHERE id = ?", [town])
    assert (standing.value["value"],) == values.fetchone()
    # The nation, the province, the prefecture, the county.
    assert [spread and spread[0]["reports"] for spread in standing.spreads] == [6, 6, 6, 6]
    assert standing.other is not None
    bureau = read(conn, a=report(conn, "虚构县某局", 2021))
    assert (bureau["is_government"], bureau["standings"]) == (False, [])


def test_a_report_of_another_form_is_compared_by_fields(conn: sqlite3.Connection) -> None:
    ((old,),) = conn.execute("SELECT id FROM reports WHERE year = 2016")
    shown = read(conn, a=report(conn, "虚构县人民政府", 2022), b=old)
    assert shown["left"]["id"] == old
    assert shown["tables"] == []
    (part,) = shown["lines"]
    (received,) = part.lines
    assert received.pairs[0].left == Amount(3)
    assert not shown["same_form"]


def test_bad_questions_are_answered_in_words(conn: sqlite3.Connection) -> None:
    town = report(conn, "虚构甲镇人民政府", 2022)
    assert "同一份年报" in read(conn, a=town, b=town)["message"]
    for asked in ({"a": 1}, {"a": town, "b": 1}, {"a": "9" * 19}):
        with pytest.raises(Missing):
            read(conn, **asked)
    for wrong in ("x", "-1", "²", "9" * 40):
        with pytest.raises(NotUnderstood):
            read(conn, a=wrong)


def test_another_report_is_found_by_name_and_year(conn: sqlite3.Connection) -> None:
    hits = read(conn, q="虚构乙镇 2021")["found"].hits
    assert [hit.report for hit in hits] == [report(conn, "虚构乙镇人民政府", 2021)]
    assert "没有年报包含" in read(conn, q="无此地名")["message"]
