"""What the database holds after pages were read: versions, differences, counters, provenance."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from generated import (
    Crawl,
    add_divisions,
    fill,
    make_old_report,
    make_report,
    open_archive,
    report_url,
)
from hypothesis import given
from hypothesis import strategies as st

from pipelines.database.store import Store
from pipelines.reading.fingerprint import fingerprint
from pipelines.reading.report import (
    ApplicationRow,
    Attachment,
    CellRef,
    Figure,
    Grid,
    PageDate,
    Report,
    Section,
)

URL = report_url("990701101", 2021)


@pytest.fixture
def crawl(home: Path) -> Crawl:
    return open_archive(home)


def rows(crawl: Crawl, sql: str, *values: object) -> list[tuple[object, ...]]:
    return crawl.store.conn.execute(sql, values).fetchall()


def everything(store: Store) -> list[str]:
    return [line for line in store.conn.iterdump() if "_sqlite_migrations" not in line]


def test_a_report_is_stored_with_all_its_figures(crawl: Crawl) -> None:
    report = make_report()
    assert crawl.save(URL, report) == "new"
    ((id, version, current, publisher, synthetic),) = rows(
        crawl, "SELECT id, version, current, publisher, synthetic FROM reports"
    )
    assert (version, current, publisher, synthetic) == (1, 1, "990701101:虚构甲镇人民政府", 1)
    figures = {
        (part, item, measure): (value, raw)
        for part, item, measure, value, raw in rows(
            crawl, "SELECT part, item, measure, value, raw FROM figures WHERE report = ?", id
        )
    }
    assert len(figures) == 10 + 25 * 7 + 3 * 5
    granted = next(row for row in report.applications if row.outcome == "granted")
    printed = granted.figures[0]
    assert figures["applications", "granted", "natural_person"] == (printed.value, printed.raw)
    ((wide,),) = rows(crawl, "SELECT granted_natural_person FROM report_wide")
    assert wide == printed.value


def test_every_figure_leads_to_the_cell_that_printed_it(crawl: Crawl) -> None:
    crawl.save(URL, make_report())
    astray = rows(
        crawl,
        'SELECT f.* FROM figures AS f JOIN tables AS t ON t.id = f.table_id WHERE f."row" IS NULL'
        " OR f.raw IS NOT json_extract(t.cells, '$[' || f.\"row\" || '][' || f.\"column\" || ']')",
    )
    assert astray == []
    assert rows(crawl, "SELECT count(*) FROM figures WHERE table_id IS NULL") == [(0,)]


def test_absent_numbers_keep_their_kind_and_what_was_printed(crawl: Crawl) -> None:
    report = make_report()
    first = report.applications[0]
    table = [list(row) for row in report.tables[1].cells]
    table[1][1], table[1][2] = "/", "12 人"
    report.tables[1] = Grid(tuple(tuple(row) for row in table), report.tables[1].caption)
    figures = list(first.figures)
    figures[0] = Figure(None, "/", "dash", figures[0].at)
    figures[1] = Figure(12, "12", None, figures[1].at)
    figures[2] = Figure(3, "3", None, None)
    report.applications[0] = ApplicationRow(first.outcome, tuple(figures))
    crawl.save(URL, report)
    found = rows(
        crawl,
        "SELECT measure, value, raw, absence, \"row\" FROM figures WHERE item = 'received'"
        " AND measure IN ('natural_person', 'business', 'research')",
    )
    assert sorted(found) == [
        ("business", 12, "12", None, 1),
        ("natural_person", None, "/", "dash", 1),
        ("research", 3, "3", None, None),
    ]


def test_what_no_reader_would_call_a_change_makes_no_version(crawl: Crawl) -> None:
    crawl.save(URL, make_report())
    same = make_report(clicks=77, breadcrumb=("首页",), encoding="gb18030", findings=[])
    assert crawl.save(URL, same) == "unchanged"
    ((version, first, last),) = rows(crawl, "SELECT version, first_seen, last_seen FROM reports")
    assert version == 1
    assert first < last


def test_a_capture_that_waits_for_a_transaction_is_known_at_once(crawl: Crawl) -> None:
    first = crawl.capture(URL)
    waiting = replace(first, id=first.id + 1, warc_offset=first.warc_offset + 1)
    crawl.store.note_capture(waiting)
    assert crawl.store.latest_capture(URL) == waiting
    assert rows(crawl, "SELECT count(*) FROM captures") == [(1,)]
    crawl.store.save_reading(waiting, make_report(), None)
    assert rows(crawl, "SELECT capture FROM reports") == [(waiting.id,)]
    assert crawl.store.capture(waiting.id) == replace(waiting, reading="report")


def test_the_same_bytes_are_the_same_version_whatever_is_read_in_them(crawl: Crawl) -> None:
    save = crawl.store.save_reading
    save(crawl.capture(URL, digest="sha1:SAME"), make_report(title="误读"), None)
    assert save(crawl.capture(URL, digest="sha1:SAME"), make_report(), None) == "unchanged"


def test_a_changed_cell_makes_a_version_and_says_what_changed(crawl: Crawl) -> None:
    crawl.save(URL, make_report())
    report = make_report(title="虚构甲镇2021年政府信息公开工作年度报告（更正）")
    row = report.applications[2]
    before = row.figures[0].raw
    report.applications[2] = ApplicationRow(
        row.outcome, (replace_figure(row.figures[0], "99"), *row.figures[1:])
    )
    table = [list(cells) for cells in report.tables[1].cells]
    table[3][1] = "99"
    report.tables[1] = Grid(tuple(tuple(cells) for cells in table), report.tables[1].caption)
    assert crawl.save(URL, report) == "changed"
    assert rows(crawl, "SELECT version, current FROM reports ORDER BY version") == [(1, 0), (2, 1)]
    assert rows(crawl, "SELECT part, field, before, after FROM changes ORDER BY id") == [
        (
            "metadata",
            "title",
            "虚构甲镇2021年政府信息公开工作年度报告",
            "虚构甲镇2021年政府信息公开工作年度报告（更正）",
        ),
        ("applications", "granted.natural_person", before, "99"),
    ]


def test_statistics_and_statements_are_stored_with_the_cell_that_printed_them(
    crawl: Crawl,
) -> None:
    crawl.save(URL, make_old_report())
    assert rows(crawl, "SELECT item, measure, value, raw, row FROM figures") == [
        ("requests_received", "own", 3, "3", 1),
        ("本地指标", "own", None, "/", 2),
    ]
    assert rows(crawl, "SELECT code, value, sentence FROM statements") == [
        ("requests_received", 3, "本年度共收到政府信息公开申请3件。")
    ]
    for table in ("disclosure", "applications", "proceedings"):
        assert rows(crawl, f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_changed_count_of_a_list_makes_a_version(crawl: Crawl) -> None:
    crawl.save(URL, make_old_report())
    report = make_old_report()
    first = report.statistics[0]
    report.statistics[0] = first._replace(figure=replace_figure(first.figure, "4"))
    cells = report.tables[0].cells
    report.tables[0] = Grid((cells[0], ("收到申请数", "件", "4"), cells[2]))
    assert crawl.save(URL, report) == "changed"
    assert rows(crawl, "SELECT part, field, before, after FROM changes") == [
        ("statistics", "requests_received.own", "3", "4")
    ]


def test_rows_without_a_code_may_bear_one_label_twice(crawl: Crawl) -> None:
    def with_row(printed: str) -> Report:
        report = make_old_report()
        figure = replace_figure(Figure(0, "", None, CellRef(0, 3, 2)), printed)
        report.statistics.append(report.statistics[1]._replace(figure=figure))
        cells = report.tables[0].cells
        report.tables[0] = Grid((*cells, ("本地指标", "次", printed)))
        return report

    crawl.save(URL, with_row("3"))
    assert crawl.save(URL, with_row("4")) == "changed"
    assert rows(crawl, "SELECT field, before, after FROM changes") == [
        ("本地指标.own (2)", "3", "4")
    ]


def replace_figure(figure: Figure, raw: str) -> Figure:
    return Figure(int(raw), raw, None, figure.at)


def mutate(report: Report, chance: random.Random) -> None:
    """Change one thing of a report that a reader could see, or nothing."""

    def other(text: str | None) -> str:
        return chance.choice([(text or "") + "1", "", "0"])

    what = chance.randrange(10)
    if what == 0:
        report.title = other(report.title)
    elif what == 1:
        report.publisher = other(report.publisher) or "某局"
    elif what == 2:
        place = chance.randrange(6)
        report.sections[place] = Section(place, other("总体情况"), report.sections[place].text)
    elif what == 3:
        report.sections.pop(chance.randrange(6))
    elif what == 4:
        report.disclosure.pop(chance.randrange(10))
    elif what == 5:
        row = report.disclosure[0]
        report.disclosure[0] = row._replace(unit=chance.choice(["件", "项"]))
    elif what == 6:
        row = report.proceedings[1]
        figures = (replace_figure(row.figures[0], chance.choice("0123")), *row.figures[1:])
        report.proceedings[1] = row._replace(figures=figures)
    elif what == 7:
        grid = report.tables[chance.randrange(3)]
        report.tables.append(Grid((*grid.cells, (None,) * grid.columns), grid.caption))
    elif what == 8:
        report.attachments.append(Attachment("http://gongkai.invalid/2.doc", "附件"))
    else:
        report.applications.sort(key=lambda row: chance.random())


@pytest.fixture(scope="module")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One database for the many examples of a property, each undone at its end."""
    return open_archive(tmp_path_factory.mktemp("archive")).store


@given(seed=st.integers(0, 10_000))
def test_a_version_always_has_a_change_and_a_change_always_makes_a_version(
    shared_store: Store, seed: int
) -> None:
    report = make_report()
    mutate(report, random.Random(seed))
    conn = shared_store.conn
    conn.execute("BEGIN")
    try:
        crawl = Crawl(shared_store)
        crawl.begin()
        assert crawl.save(URL, make_report()) == "new"
        told = crawl.save(URL, report)
        differs = fingerprint(report) != fingerprint(make_report())
        assert told == ("changed" if differs else "unchanged")
        assert (conn.execute("SELECT count(*) FROM changes").fetchone() > (0,)) == differs
    finally:
        conn.execute("ROLLBACK")


def test_every_date_of_a_page_is_stored_with_its_place(crawl: Crawl) -> None:
    report = make_report()
    report.dates = [
        PageDate("line", "发布日期", "2022-01-20", "2022-01-20"),
        PageDate("head table", "成文日期", "2022年13月1日", None),
    ]
    crawl.save(URL, report)
    assert rows(
        crawl,
        "SELECT kind, label, raw, value FROM dates WHERE kind <> 'first seen' ORDER BY position",
    ) == [tuple(date) for date in report.dates]


@pytest.mark.parametrize(
    ("change", "version"),
    [
        ({"index_number": "xgz/2026-00001"}, True),
        ({"document_number": "南政发[2013]05"}, True),
        ({"published_at": "2022-02-02"}, True),
        # What no reader sees, or what is the page's and not the report's, makes no version.
        ({"author": "张三"}, False),
        ({"dates": []}, False),
    ],
)
def test_numbers_of_a_report_make_a_version(
    crawl: Crawl, change: dict[str, Any], version: bool
) -> None:
    crawl.save(URL, make_report())
    assert crawl.save(URL, make_report(**change)) == ("changed" if version else "unchanged")
    assert [(part, field) for part, field in rows(crawl, "SELECT part, field FROM changes")] == [
        ("metadata", field) for field in change if version
    ]


def test_a_time_of_publication_that_no_reader_sees_makes_no_version(crawl: Crawl) -> None:
    crawl.save(URL, make_report(published_at="2022-01-20", published_from="meta"))
    later = make_report(published_at="2022-02-20", published_from="url")
    assert crawl.save(URL, later) == "unchanged"


def test_a_report_that_disappears_and_comes_back(crawl: Crawl) -> None:
    crawl.save(URL, make_report())
    gone = crawl.capture(URL, outcome="gone")
    assert rows(crawl, "SELECT gone_at, current FROM reports") == [(gone.fetched_at, 1)]
    crawl.capture(URL, outcome="soft 404")
    assert rows(crawl, "SELECT gone_at FROM reports") == [(gone.fetched_at,)]
    assert crawl.save(URL, make_report()) == "unchanged"
    assert rows(crawl, "SELECT gone_at FROM reports") == [(None,)]


def test_a_page_may_be_read_after_it_was_found_gone(crawl: Crawl) -> None:
    """A rebuild indexes all captures in order, and reads their pages in its own time."""
    page, gone = crawl.capture(URL), crawl.capture(URL, outcome="gone")
    assert crawl.store.save_reading(page, make_report(), None) == "new"
    assert rows(crawl, "SELECT gone_at FROM reports") == [(gone.fetched_at,)]


def test_a_report_whose_page_becomes_something_else_is_gone(crawl: Crawl) -> None:
    crawl.save(URL, make_report())
    assert crawl.save(URL, Report(kind="other", title="关于召开会议的通知")) == "other"
    ((gone_at,),) = rows(crawl, "SELECT gone_at FROM reports")
    assert gone_at is not None


def test_a_run_counts_what_it_did(crawl: Crawl) -> None:
    urls = [f"http://gongkai.invalid/{n}.htm" for n in range(6)]
    for url in urls[:4]:
        crawl.save(url, make_report())
    crawl.end()
    crawl.begin()
    crawl.save(urls[0], make_report())
    crawl.save(urls[1], make_report(source="县政府办"))
    crawl.capture(urls[2], outcome="gone")
    crawl.save(urls[3], Report(kind="other"))
    crawl.save(urls[4], make_report())
    crawl.save(urls[5], None, "this is no page")
    crawl.capture("http://gongkai.invalid/wall.htm", outcome="blocked")
    crawl.capture("http://gongkai.invalid/dead.htm", outcome="error")
    crawl.capture("http://gongkai.invalid/never.htm", outcome="gone")
    crawl.end()
    counters = "requests, new, changed, unchanged, gone, blocked, errors, reason"
    assert rows(crawl, f"SELECT {counters} FROM runs ORDER BY id") == [
        (4, 4, 0, 0, 0, 0, 0, "finished"),
        (9, 1, 1, 1, 2, 1, 2, "finished"),
    ]


def test_a_page_that_cannot_be_read_says_why(crawl: Crawl) -> None:
    assert crawl.save(URL, None, "these bytes are no page") == "failed"
    assert rows(crawl, "SELECT reading, failure FROM captures") == [
        ("failed", "these bytes are no page")
    ]


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda report: report.applications.append(report.applications[0]), "received twice"),
        (lambda report: setattr(report, "division", "990799"), "FOREIGN KEY"),
    ],
)
def test_a_reading_that_the_tables_cannot_hold_leaves_nothing_behind(
    crawl: Crawl, damage: object, reason: str
) -> None:
    report = make_report()
    damage(report)  # type: ignore[operator]
    assert crawl.save(URL, report) == "failed"
    assert reason in rows(crawl, "SELECT failure FROM captures")[0][0]  # type: ignore[operator]
    for table in ("reports", "publishers", "sections", "applications", "tables", "findings"):
        assert rows(crawl, f"SELECT count(*) FROM {table}") == [(0,)]


def test_readings_in_another_order_give_the_same_database(tmp_path: Path) -> None:
    """Readings of one URL keep their order; those of different URLs may come in any."""
    dumps = []
    for name in ("crawl", "rebuild"):
        crawl = open_archive(tmp_path / name)
        pages = []
        for seed in (0, 1):
            for year in (2020, 2021):
                for division in ("990701101", "990701102"):
                    kind = "street" if year == 2020 else "township"
                    report = make_report(division, year, seed, publisher_kind=kind)
                    pages.append((crawl.capture(report_url(division, year)), report))
        pages.append((crawl.capture(report_url("990701101", 2020)), Report()))
        crawl.capture(report_url("990701102", 2020), outcome="gone")
        if name == "rebuild":
            pages.sort(key=lambda page: (page[0].url[::-1], page[0].id))
        for capture, report in pages:
            crawl.store.save_reading(capture, report, None)
        crawl.end()
        dumps.append(sorted(everything(crawl.store)))
    assert dumps[0] == dumps[1]


def test_unread_captures_are_found_while_they_are_being_read(crawl: Crawl) -> None:
    captures = [crawl.capture(f"http://gongkai.invalid/{n}.htm") for n in range(600)]
    crawl.capture("http://gongkai.invalid/wall.htm", outcome="blocked")
    seen = []
    for capture in crawl.store.unread():
        seen.append(capture)
        crawl.store.save_reading(capture, Report(), None)
    assert seen == captures
    assert list(crawl.store.unread()) == []


def test_the_latest_capture_of_a_page_is_one_that_can_be_read(crawl: Crawl) -> None:
    assert crawl.store.latest_capture(URL) is None
    page = crawl.capture(URL)
    crawl.capture(URL, outcome="blocked")
    assert crawl.store.latest_capture(URL) == page
    assert crawl.store.capture(page.id) == page
    again = replace(
        page, id=page.id + 9, outcome="unchanged", status=304, revisits=page.id, warc_offset=-1
    )
    crawl.store.add_capture(again)
    assert crawl.store.latest_capture(URL) == again


def test_a_transaction_is_all_or_nothing(crawl: Crawl) -> None:
    def add_both() -> None:
        with crawl.store.transaction():
            add_divisions(crawl.store, [("9908", "虚构市", "prefecture", "99", 1)])
            crawl.store.add_portal("x", "某门户", None, "no such code", "http://x.invalid/", False)

    with pytest.raises(sqlite3.IntegrityError):
        add_both()
    assert rows(crawl, "SELECT 1 FROM divisions WHERE code = '9908'") == []


def test_coverage_says_of_each_place_and_year_what_there_is(crawl: Crawl) -> None:
    for _ in fill(crawl, range(2021, 2023)):
        pass
    down, late, bare = (report_url(f"99070110{n}", 2022) for n in (1, 2, 3))
    crawl.capture(down, outcome="gone")
    crawl.save(late, make_report("990701102", 2022, published_at="2023-04-01"))
    crawl.save(bare, make_report("990701103", 2022, applications=[], form="narrative"))
    gone = report_url("990701104", 2021)
    crawl.capture(gone, outcome="gone")
    crawl.save("http://gongkai.invalid/new/1.htm", make_report("990701104", 2021))
    add_divisions(crawl.store, [("990701199", "虚构未报镇", "township", "990701", 1)])
    found = rows(
        crawl,
        "SELECT division, year, status FROM coverage WHERE status <> 'published'"
        " ORDER BY division, year",
    )
    assert found == [
        ("990701101", 2022, "missing"),
        ("990701102", 2022, "late"),
        ("990701103", 2022, "unreadable"),
        ("990701104", 2021, "moved"),
        ("990701199", 2021, "missing"),
        ("990701199", 2022, "missing"),
    ]
    assert rows(crawl, "SELECT count(*) FROM coverage") == [(2 * 8,)]
    # What was taken down is told from what was never there.
    assert rows(crawl, "SELECT division, year FROM coverage WHERE gone_at IS NOT NULL") == [
        ("990701101", 2022)
    ]


def test_indicators_stay_empty_where_a_number_is_not_printed(crawl: Crawl) -> None:
    report = make_report()
    crawl.save(URL, report)
    total = {row.outcome: row.figures[-1].value for row in report.applications}
    refused = sum(value or 0 for code, value in total.items() if code.startswith("refused_"))
    assert rows(crawl, "SELECT received, refused FROM indicators") == [(total["received"], refused)]
    blank = make_report(seed=1)
    row = blank.applications[4]
    blank.applications[4] = ApplicationRow(
        row.outcome, (*row.figures[:-1], Figure(None, "", "blank", None))
    )
    crawl.save(URL, blank)
    ((received, refused_now, rate),) = rows(
        crawl, "SELECT received, refused, refusal_rate FROM indicators"
    )
    assert received == blank.applications[0].figures[-1].value
    assert refused_now is None
    assert rate is None


def test_two_processes_may_write(home: Path) -> None:
    crawl = open_archive(home)
    other = Store.open(home)
    other.add_portal("x", "某门户", None, None, "http://x.invalid/", False)
    crawl.save(URL, make_report())
    assert other.conn.execute("SELECT count(*) FROM reports").fetchone() == (1,)


def test_processes_that_open_a_new_archive_at_once_wait_for_each_other(home: Path) -> None:
    program = (
        "import sys, pathlib\n"
        "from pipelines.database.store import Store\n"
        "Store.open(pathlib.Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(home)]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
    assert [process.communicate()[1] for process in processes] == [b""] * 4
