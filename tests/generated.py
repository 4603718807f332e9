"""Made-up reports as reading would give them, and archives full of them: no page is read.

Places, names and numbers are invented; the division codes begin with 99, which China does not use.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.archive.capture import Capture, Outcome, time_of
from pipelines.database.store import Store
from pipelines.divisions import ADD_DIVISION
from pipelines.reading.checks.times import check_published_late
from pipelines.reading.form import form_of
from pipelines.reading.report import (
    APPLICANTS,
    RESULTS,
    ROUTES,
    ApplicationRow,
    Attachment,
    CellRef,
    DisclosureFigure,
    Figure,
    Finding,
    Grid,
    PageDate,
    ProceedingRow,
    Report,
    Section,
    Statement,
    Statistic,
)

PORTAL = "990701"
START = 1_700_000_000_000_000
DIVISIONS = [
    ("99", "虚构省", "province", None, 1),
    ("9907", "虚构州", "prefecture", "99", 1),
    ("990701", "虚构县", "county", "9907", 1),
    *(
        (f"990701{n}", f"虚构{name}镇", "township", "990701", 1)
        for n, name in enumerate("甲乙丙丁戊己", 101)
    ),
]
OUTCOMES_2021 = tuple(row.code for row in form_of("2021").applications.rows)
DISCLOSURE_2021 = tuple(
    (row.code, column.code, column.unit)
    for row in form_of("2021").disclosure.rows
    for column in row.columns
)


def make_old_report() -> Report:
    """A report of 2016 with a list of two indicators, one of them not the form's, and a count that
    its text states."""
    cells = (("统计指标", "单位", "统计数"), ("收到申请数", "件", "3"), ("本地指标", "次", "/"))
    return Report(
        kind="annual_report",
        form="2014",
        year=2016,
        title="虚构县2016年政府信息公开工作年度报告",
        sections=[Section(None, "", "本年度共收到政府信息公开申请3件。")],
        statistics=[
            Statistic(
                "2014",
                "requests_received",
                "收到申请数",
                "件",
                "own",
                Figure(3, "3", None, CellRef(0, 1, 2)),
            ),
            Statistic(
                "2014", None, "本地指标", "次", "own", Figure(None, "/", "dash", CellRef(0, 2, 2))
            ),
        ],
        statements=[
            Statement("requests_received", 3, "件", "3", "本年度共收到政府信息公开申请3件。", 0)
        ],
        tables=[Grid(cells)],
    )


def make_report(
    division: str = "990701101", year: int = 2021, seed: int = 0, **fields: object
) -> Report:
    """A whole report of the 2021 form: six sections, 10 + 175 + 15 figures, three tables."""
    chance = random.Random(f"{division} {year} {seed}")
    name = {code: name for code, name, *_ in DIVISIONS}.get(division, "虚构县") + "人民政府"
    rows = [[str(chance.randrange(40)) for _ in APPLICANTS] for _ in OUTCOMES_2021]
    disclosure = [str(chance.randrange(9)) for _ in DISCLOSURE_2021]
    proceedings = [str(chance.randrange(3)) for _ in ROUTES for _ in RESULTS]
    tables = [
        Grid(
            tuple(
                (f"{item} {measure}", raw)
                for (item, measure, _), raw in zip(DISCLOSURE_2021, disclosure, strict=True)
            ),
            "二、主动公开政府信息情况",
        ),
        Grid(
            (
                (
                    "本列数据的勾稽关系",
                    "自然人",
                    "商业企业",
                    "科研机构",
                    "社会公益组织",
                    "法律服务机构",
                    "其他",
                    "总计",
                ),
                *((outcome, *row) for outcome, row in zip(OUTCOMES_2021, rows, strict=True)),
            ),
            "三、收到和处理政府信息公开申请情况",
        ),
        Grid(
            (("行政复议", *(None,) * 14), tuple(proceedings)),
            "四、政府信息公开行政复议、行政诉讼情况",
        ),
    ]
    report = Report(
        kind="annual_report",
        form="2021",
        year=year,
        title=f"{name.removesuffix('人民政府')}{year}年政府信息公开工作年度报告",
        publisher=name,
        publisher_kind="township" if len(division) == 9 else "government",
        division=division,
        published_at=f"{year + 1}-01-{chance.randrange(10, 28)}T09:30:00+08:00",
        published_from="line",
        dates=[
            PageDate(
                "line", "发布时间", f"{year + 1}-01-10 09:30:00", f"{year + 1}-01-10T09:30:00"
            ),
            PageDate("signature", "", f"{year + 1}年1月5日", f"{year + 1}-01-05"),
        ],
        source="办公室",
        breadcrumb=("网站首页", "政府信息公开", "正文"),
        signatory=name,
        signed_on=f"{year + 1}-01-05",
        encoding="utf-8",
        sections=[
            Section(
                number, heading, f"{heading}：" + "本年度依法依规公开政府信息，回应群众关切。" * 8
            )
            for number, heading in enumerate(
                (
                    "总体情况",
                    "主动公开政府信息情况",
                    "收到和处理政府信息公开申请情况",
                    "政府信息公开行政复议、行政诉讼情况",
                    "存在的主要问题及改进情况",
                    "其他需要报告的事项",
                ),
                1,
            )
        ],
        disclosure=[
            DisclosureFigure(item, measure, unit, Figure(int(raw), raw, None, CellRef(0, row, 1)))
            for row, ((item, measure, unit), raw) in enumerate(
                zip(DISCLOSURE_2021, disclosure, strict=True)
            )
        ],
        applications=[
            ApplicationRow(
                outcome,
                tuple(
                    Figure(int(raw), raw, None, CellRef(1, row, column))
                    for column, raw in enumerate(raws, 1)
                ),
            )
            for row, (outcome, raws) in enumerate(zip(OUTCOMES_2021, rows, strict=True), 1)
        ],
        proceedings=[
            ProceedingRow(
                route,
                tuple(
                    Figure(
                        int(proceedings[5 * n + k]),
                        proceedings[5 * n + k],
                        None,
                        CellRef(2, 1, 5 * n + k),
                    )
                    for k in range(5)
                ),
            )
            for n, route in enumerate(ROUTES)
        ],
        attachments=[Attachment("http://gongkai.invalid/fujian.doc", "附件：统计表")],
        tables=tables,
        findings=[
            Finding(
                "applications.balance",
                "error",
                "source",
                "natural_person",
                "Carried forward does not balance: 3511 expected, 3508 printed.",
                "勾稽关系不符：应为3511，实为3508。",
                3511,
                3508,
            ),
        ],
    )
    for key, value in fields.items():
        setattr(report, key, value)
    if "findings" not in fields:
        report.findings += check_published_late(report)
    return report


@dataclass
class Crawl:
    """Hands out captures with rising ids, as a crawl would: one run of one portal at a time."""

    store: Store
    run: int = field(init=False, default=0)
    moment: int = START

    def begin(self) -> int:
        self.run = self._tick()
        self.store.start_run(self.run, PORTAL, time_of(self.run))
        return self.run

    def end(self) -> None:
        self.store.finish_run(self.run, time_of(self._tick()), "finished")

    def capture(self, url: str, outcome: Outcome = "page", digest: str | None = None) -> Capture:
        moment = self._tick()
        capture = Capture(
            id=moment,
            portal=PORTAL,
            run=self.run,
            url=url,
            status={"page": 200, "gone": 404, "blocked": 412}.get(outcome),
            outcome=outcome,
            evidence=None,
            mime="text/html",
            charset="utf-8",
            size=20_000,
            digest=digest or f"sha1:{moment:032d}",
            etag=None,
            last_modified=None,
            warc_file="made-up.warc.gz",
            warc_offset=moment - START,
            warc_length=1,
            reading=None if outcome in ("page", "unchanged") else "none",
        )
        self.store.add_capture(capture)
        return capture

    def save(self, url: str, report: Report | None, failure: str | None = None) -> str:
        return self.store.save_reading(self.capture(url), report, failure)

    def _tick(self) -> int:
        self.moment += 1_000_000
        return self.moment


def add_divisions(store: Store, rows: Iterable[tuple[str, str, str, str | None, int]]) -> None:
    """Rows of (code, name, level, parent, synthetic), parents before their children."""
    with store.transaction() as conn:
        conn.executemany(ADD_DIVISION, rows)


def open_archive(home: Path) -> Crawl:
    """An archive with the made-up places and one portal, and a run begun in it."""
    store = Store.open(home)
    add_divisions(store, DIVISIONS)
    store.add_portal(PORTAL, "虚构县人民政府", "vsb", PORTAL, "http://gongkai.invalid/", True)
    crawl = Crawl(store)
    crawl.begin()
    return crawl


def report_url(division: str, year: int) -> str:
    return f"http://gongkai.invalid/info/{division}/{year}.htm"


def fill(crawl: Crawl, years: range = range(2019, 2024)) -> Iterator[str]:
    """A report for each made-up county and township and each year."""
    for code, *_ in DIVISIONS[2:]:
        for year in years:
            yield crawl.save(report_url(code, year), make_report(code, year))
