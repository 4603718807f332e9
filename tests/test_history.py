"""What happens to reports from night to night: each page of one archive tells one story over four
nights, and a rebuild from the same bytes tells it again row for row."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from commands import contents, query, run
from hand_archive import HOST, Answers

from crawler.sample import World
from pipelines.database.backdating import find_backdated
from pipelines.database.rebuild import rebuild
from pipelines.database.recheck import recheck
from pipelines.database.report_history import report_history
from pipelines.database.store import Store

LIST = "/zfxxgk/zfxxgknb.htm"
SENTENCE = "进一步畅通受理渠道，明确专人负责，对收到的申请依法依规及时答复。"
CELL_OF_NONE = "&nbsp;０ "
FOOTER = '<div class="footer">'
SIGNATURE = '<p style="text-align: right;">'
DOWNLOAD = "/download.jsp;jsessionid={}?file=7.doc&amp;t={}"


@dataclass(frozen=True)
class Answer:
    """What an address answers; ``head`` are further lines of the response's head."""

    body: str = ""
    status: str = "200 OK"
    head: str = ""


GONE = Answer("<h1>404</h1>", "404 Not Found")


def night(home: Path, told: dict[str, Answer]) -> None:
    """Archive, read and check one answer of each path, in order, as one run."""
    answers = Answers(home)
    for path, answer in told.items():
        capture = answers.add(
            path,
            answer.body.encode(),
            "text/html; charset=utf-8",
            status=answer.status,
            headers=answer.head.encode(),
        )
        if capture.outcome in ("page", "unchanged"):
            answers.read(capture)
    answers.close()
    ((this,),) = query(home, "SELECT max(id) FROM runs")
    with Store.open(home) as store:
        find_backdated(store, this)


def report_page(town: str, year: int) -> str:
    """The sample portal's report of a township, with another invented name and another year: the
    text names the year, the date of publication is in the next."""
    page = World(seed=11).sites[0].page("/info/1027/2038.htm").body().decode()
    return (
        page.replace("马鸢镇", town)
        .replace("2020", "NEXT")
        .replace("2019", str(year))
        .replace("NEXT", str(year + 1))
    )


def links(*paths: str) -> Answer:
    """A list of reports with a clock; ``paths`` as they stand in it."""
    rows = "".join(f'<li><a href="..{path}">年度报告</a></li>' for path in paths)
    return Answer(f"<html><title>年报</title><body><ul>{rows}</ul>{'列表' * 400}</body></html>")


def page(town: str, *edits: tuple[str, str], year: int = 2019, head: str = "") -> Answer:
    """The report of a town, each of ``edits`` (what stands in it, what stands there instead) made
    once."""
    text = report_page(town, year)
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return Answer(text, head=head)


def below(markup: str) -> tuple[str, str]:
    """Something below the article."""
    return FOOTER, markup + FOOTER


def attached(address: str) -> tuple[str, str]:
    return SIGNATURE, f'<p>附件：<a href="{address}">统计表.doc</a></p>{SIGNATURE}'


MODIFIED = "Last-Modified: Sun, 12 Jan 2020 16:30:00 GMT\r\n"
COUNTED, SESSION, EDITED, CELL = (f"/info/10{n}/1{n}01.htm" for n in range(4))
FILE, GONE_FOR_GOOD, BACK, MOVED = (f"/info/20{n}/2{n}01.htm" for n in range(4))
SENT_ON, REPLACED, BACKDATED, HONEST = (f"/info/30{n}/3{n}01.htm" for n in range(4))
NEW_HOME, SENT_TO, ONLY_ONCE, HIDDEN = (f"/col/5{n}/art/77{n}5.html" for n in range(4))


def nights() -> list[dict[str, Answer]]:
    return [
        {
            LIST: links(COUNTED, SESSION),
            COUNTED: page("甲鸢镇", below("<p>点击数：<b>17</b></p>"), head=MODIFIED),
            SESSION: page("乙鸢镇", attached(DOWNLOAD.format("A1", "1700000000000"))),
            EDITED: page("丙鸢镇"),
            CELL: page("丁鸢镇"),
            FILE: page("戊鸢镇", attached("/files/7.doc")),
            GONE_FOR_GOOD: page("己鸢镇"),
            BACK: page("庚鸢镇"),
            MOVED: page("辛鸢镇"),
            SENT_ON: page("壬鸢镇"),
            REPLACED: page("癸鸢镇"),
            HIDDEN: GONE,
        },
        {
            LIST: links(COUNTED, SESSION, BACKDATED, HONEST),
            COUNTED: page("甲鸢镇", below("<p>点击数：<b>18</b></p><a>新栏目</a>"), head=MODIFIED),
            SESSION: page("乙鸢镇", attached(DOWNLOAD.format("B2", "1700000099999"))),
            EDITED: page("丙鸢镇", (SENTENCE, "对收到的申请均已依法依规及时答复。新增一句！")),
            CELL: page("丁鸢镇", (CELL_OF_NONE, "３")),
            FILE: page("戊鸢镇", attached("/files/8.doc")),
            GONE_FOR_GOOD: GONE,
            BACK: GONE,
            MOVED: GONE,
            SENT_ON: Answer(status="302 Found", head=f"Location: {SENT_TO}\r\n"),
            REPLACED: page("癸鸢镇", year=2020),
            BACKDATED: page("子鸢镇"),
            HONEST: page("丑鸢镇", year=2097),
            HIDDEN: page("寅鸢镇"),
        },
        {
            LIST: links(COUNTED, SESSION, BACKDATED, HONEST, NEW_HOME),
            BACK: page("庚鸢镇"),
            NEW_HOME: page("辛鸢镇", (SENTENCE, "对收到的申请答复及时。")),
            SENT_TO: page("壬鸢镇"),
            ONLY_ONCE: page("己鸢镇", year=2018),
        },
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("nights") / "archive"
    for answers in nights():
        night(home, answers)
    return home


def events(home: Path, path: str) -> list[tuple[str, str | None]]:
    """What happened to the reports at an address, each with the address of the other report."""
    return query(
        home,
        "SELECT event, (SELECT url FROM reports WHERE id = other) FROM events"
        " WHERE url = ? ORDER BY at, event = 'appeared'",
        (HOST + path,),
    )


def changes(home: Path, path: str) -> list[tuple[str, ...]]:
    return query(
        home,
        "SELECT part, field, before, after FROM changes JOIN reports ON reports.id = report"
        " WHERE url = ? ORDER BY changes.id",
        (HOST + path,),
    )


def history(home: Path, path: str) -> dict[str, Any]:
    with Store.open(home) as store:
        return report_history(store, HOST + path)


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        (COUNTED, {"counter", "outside the report"}),
        (SESSION, {"session, cache breaker, moment in an address"}),
    ],
)
def test_counters_navigation_and_sessions_make_no_version_and_what_was_ignored_is_said(
    home: Path, path: str, reasons: set[str]
) -> None:
    assert events(home, path) == [("appeared", None)]
    told = history(home, path)
    [refetch] = told["refetches"]
    assert {piece["reason"] for piece in refetch["ignored"]} == reasons
    assert refetch["report"] == told["versions"][0]["id"] != refetch["capture"]


def test_one_sentence_edited_is_one_sentence_changed_and_one_added(home: Path) -> None:
    assert events(home, EDITED) == [("appeared", None), ("changed", HOST + EDITED)]
    assert changes(home, EDITED) == [
        ("sections", "1.text.5", SENTENCE, "对收到的申请均已依法依规及时答复。"),
        ("sections", "1.text.6", None, "新增一句！"),
    ]


def test_one_cell_edited_is_one_cell_changed(home: Path) -> None:
    [(part, field, before, after)] = changes(home, CELL)
    assert (part, before, after) == ("disclosure", "０", "３")
    ((printed, earlier),) = query(
        home,
        "SELECT f.raw, p.raw FROM changes JOIN figures AS f ON f.report = changes.report"
        " JOIN figures AS p ON p.report = previous AND p.item = f.item AND p.measure = f.measure"
        " WHERE changes.field = ? AND f.part = changes.part"
        " AND changes.field = f.item || '.' || f.measure",
        (field,),
    )
    assert (printed, earlier) == ("３", "０")


def test_another_attachment_makes_a_version(home: Path) -> None:
    assert changes(home, FILE) == [
        ("attachments", "1.url", f"{HOST}/files/7.doc", f"{HOST}/files/8.doc")
    ]


def test_a_report_that_goes_and_one_that_comes_back(home: Path) -> None:
    assert events(home, GONE_FOR_GOOD) == [("appeared", None), ("gone", None)]
    # Another year of the same publisher is not where it went.
    assert query(home, "SELECT moved_to FROM reports WHERE url = ?", (HOST + GONE_FOR_GOOD,)) == [
        (None,)
    ]
    assert events(home, BACK) == [("appeared", None), ("gone", None), ("returned", None)]
    assert query(home, "SELECT gone_at, version FROM reports WHERE url = ?", (HOST + BACK,)) == [
        (None, 1)
    ]


@pytest.mark.parametrize(("path", "to"), [(MOVED, NEW_HOME), (SENT_ON, SENT_TO)])
def test_a_report_that_stands_elsewhere_has_moved(home: Path, path: str, to: str) -> None:
    assert events(home, path) == [("appeared", None), ("moved", HOST + to)]
    ((gone_at, first_seen),) = query(
        home,
        "SELECT old.gone_at, new.first_seen FROM reports AS old"
        " JOIN reports AS new ON new.id = old.moved_to WHERE old.url = ?",
        (HOST + path,),
    )
    assert gone_at < first_seen


def test_another_years_report_at_an_address_is_a_report_of_its_own(home: Path) -> None:
    assert events(home, REPLACED) == [
        ("appeared", None),
        ("replaced", HOST + REPLACED),
        ("appeared", HOST + REPLACED),
    ]
    assert changes(home, REPLACED) == []
    found = query(
        home,
        "SELECT year, current, gone_at IS NULL, (SELECT year FROM reports AS old"
        " WHERE old.id = r.replaces) FROM reports AS r WHERE url = ? ORDER BY id",
        (HOST + REPLACED,),
    )
    assert found == [(2019, 1, 0, None), (2020, 1, 1, 2019)]


def test_runs_count_replaced_reports_as_gone_and_new(home: Path) -> None:
    assert query(home, "SELECT new, changed, gone FROM runs ORDER BY id") == [
        (10, 0, 0),
        (4, 3, 4),
        (3, 0, 0),
    ]


def test_a_date_that_an_earlier_night_refutes(home: Path) -> None:
    found = query(
        home,
        "SELECT r.url, c.url, c.run = (SELECT min(id) FROM runs) FROM findings AS f"
        " JOIN reports AS r ON r.id = f.report JOIN captures AS c ON c.id = f.capture"
        " WHERE \"check\" = 'dates.backdated' ORDER BY r.id",
    )
    # Not the one dated in the future, nor those that were known at another address.
    assert found == [
        (HOST + REPLACED, HOST + REPLACED, 1),
        (HOST + BACKDATED, HOST + LIST, 1),
        (HOST + HIDDEN, HOST + HIDDEN, 1),
    ]


def test_the_dates_of_server_and_archive_stand_beside_those_of_the_page(home: Path) -> None:
    found = query(
        home,
        "SELECT kind, label, raw, value FROM dates JOIN reports ON reports.id = report"
        " WHERE url = ? ORDER BY position",
        (HOST + COUNTED,),
    )
    assert [kind for kind, *_ in found] == ["line", "meta", "signature", "header", "first seen"]
    assert found[3][1:] == (
        "Last-Modified",
        "Sun, 12 Jan 2020 16:30:00 GMT",
        "2020-01-13T00:30:00+08:00",
    )
    assert (
        found[4][2]
        == query(home, "SELECT first_seen FROM reports WHERE url = ?", (HOST + COUNTED,))[0][0]
    )


def test_a_rebuild_tells_the_same_stories_and_checking_again_keeps_what_was_proved(
    home: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "copy"))
    (copy / "gongkai.db").unlink()
    rebuild(copy, jobs=2)
    assert contents(copy) == contents(home)
    for view in ("events", "sightings", "coverage"):
        told = [sorted(query(one, f"SELECT * FROM {view}"), key=str) for one in (copy, home)]
        assert told[0] == told[1], view
    with Store.open(copy) as store:
        recheck(store)
    assert contents(copy) == contents(home)


def test_a_report_that_is_not_there_is_one_sentence(home: Path) -> None:
    result = run("changes", "http://nowhere.invalid/", "--home", home)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "name one by its id" in result.stderr


def test_the_command_prints_a_history(home: Path) -> None:
    result = run("changes", HOST + COUNTED, "--home", home)
    assert result.returncode == 0, result.stderr
    assert "ignored: counter" in result.stdout
    assert "<b>18" in result.stdout
    ((report,),) = query(home, "SELECT max(id) FROM reports WHERE url = ?", (HOST + EDITED,))
    told = json.loads(run("changes", str(report), "--home", home, "--json").stdout)
    assert told == history(home, EDITED)
