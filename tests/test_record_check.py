"""Records that are out of date: the walk finds the reports all the same, and says what is wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from walking import DAY, HOME, begin, open_store, walk_all

from crawler.families import FAMILIES, GENERIC
from crawler.portal import Portal
from crawler.record_check import RecordCheck

PORTAL = Portal("990121", "云蘅县", HOME, division="990121", synthetic=True)
REPORT = '<a href="/info/1/2.htm">云蘅县2021年政府信息公开工作年度报告</a>'
VSB = '<script src="/system/resource/js/gotopage.js"></script>'
COLUMN = f"{HOME}gknb.htm"


def walk(
    home: Path, portal: Portal, pages: dict[str, str], run: int = DAY
) -> tuple[list[str], str]:
    """What is asked of these pages, and why the walk ended. A body of "→ path" is a redirect."""

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path not in pages:
            return 404, {}, b""
        if pages[path].startswith("→ "):
            return 302, {"Location": pages[path][2:]}, b""
        body = f"<html><body><a href='/'>虚构(synthetic)</a>{pages[path]}</body></html>"
        return 200, {"Content-Type": "text/html; charset=utf-8"}, body.encode()

    with open_store(home, portal) as store:
        walk = begin(store, portal, run)
        return walk_all(walk, answer), walk.reason


def test_a_record_that_is_right_is_not_spoken_of(home: Path) -> None:
    portal = dataclasses.replace(PORTAL, family="vsb", columns={COLUMN: "reports"})
    pages = {"/": VSB, "/gknb.htm": REPORT, "/info/1/2.htm": VSB}
    assert walk(home, portal, pages) == (list(pages), "finished")


def test_a_wrong_family_is_named_with_the_right_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FAMILIES, "other", GENERIC)
    portal = dataclasses.replace(PORTAL, family="other")
    asked, reason = walk(home, portal, {"/": VSB + REPORT, "/info/1/2.htm": VSB})
    assert asked == ["/", "/info/1/2.htm"]
    assert "the record says family other, the home page shows vsb (its scripts lie" in reason
    assert reason.endswith(f"To look anew: gongkai portals probe {HOME}")


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        ({}, "of the record: gone: answered 404"),
        ({"/gknb.htm": "→ /new.htm", "/new.htm": REPORT}, f"it leads to {HOME}new.htm now"),
        ({"/gknb.htm": "→ http://other.example/"}, "a redirect to http://other.example/, which"),
        ({"/gknb.htm": '<a href="/x.htm">新闻</a>'}, "of the record leads to no report"),
    ],
)
def test_a_column_that_moved_is_named(home: Path, pages: dict[str, str], says: str) -> None:
    portal = dataclasses.replace(PORTAL, columns={COLUMN: "reports"})
    asked, reason = walk(home, portal, {"/": VSB + REPORT, "/info/1/2.htm": VSB, **pages})
    assert "/info/1/2.htm" in asked
    assert reason.startswith(f"finished; the column {COLUMN}")
    assert says in reason
    assert "gongkai portals probe" in reason


def test_other_columns_are_asked_only_where_nothing_else_leads_on(home: Path) -> None:
    portal = dataclasses.replace(PORTAL, columns={f"{HOME}zcwj.htm": "policy"})
    pages = {"/": VSB, "/zcwj.htm": '<a href="/gknb.htm">政府信息公开年报</a>'}
    pages |= {"/gknb.htm": REPORT, "/info/1/2.htm": VSB}
    assert walk(home / "a", portal, pages) == (list(pages), "finished")
    pages["/"] = VSB + REPORT
    assert walk(home / "b", portal, pages)[0] == ["/", "/info/1/2.htm"]


def test_what_only_weak_links_lead_to_is_found_again_in_the_next_run(home: Path) -> None:
    portal = dataclasses.replace(PORTAL, columns={f"{HOME}zcwj.htm": "policy"})
    pages = {"/": VSB, "/zcwj.htm": REPORT, "/info/1/2.htm": VSB}
    assert walk(home, portal, pages)[0] == list(pages)
    pages |= {"/zcwj.htm": REPORT + REPORT.replace("1/2", "1/3").replace("21", "22")}
    pages |= {"/info/1/3.htm": VSB}
    assert {"/zcwj.htm", "/info/1/3.htm"} <= set(walk(home, portal, pages, run=2 * DAY)[0])


def test_lists_that_name_few_of_the_known_reports_are_a_complaint() -> None:
    check = RecordCheck(PORTAL)
    check.came(HOME, [(f"{HOME}{n}", "report") for n in range(19)])
    assert check.complaints(None) == check.complaints(38) == []
    (said,) = check.complaints(39)
    assert said.startswith("its lists name 19 of 39 reports known here")
