"""A generated archive of any number of reports, written straight into the tables: no page is read.

Places, words and figures are invented; the codes of the divisions begin with 90 to 99. A county has
its government, its townships and its departments, each with a report for each of seven years, so a
million reports have as many counties as China. What a report holds is as much as real ones hold: 25
rows of applications, 1,400 characters of text, three tables, two captures, two findings.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from pipelines.database.store import Store
from pipelines.reading.form import form_of
from pipelines.reading.report import APPLICANTS, RESULTS, ROUTES
from pipelines.reading.rows import to_json

YEARS = range(2019, 2026)
TOWNSHIPS = 15
DEPARTMENTS = 32
COUNTIES_OF_PREFECTURE = 10
PREFECTURES_OF_PROVINCE = 30
FIRST_PROVINCE = 90
BATCH = 2_000
"""Reports of one transaction."""

START = 1_500_000_000_000_000
"""The number of the first capture: microseconds, as the crawl numbers them."""

HEADINGS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "因政府信息公开工作被申请行政复议、提起行政诉讼情况",
    "政府信息公开工作存在的主要问题及改进情况",
    "其他需要报告的事项",
)
_PHRASES = (
    *("政府信息公开", "依申请公开", "主动公开", "行政许可", "行政处罚", "规范性文件", "门户网站"),
    *(
        "政务新媒体",
        "进一步",
        "工作",
        "全面",
        "推进",
        "加强",
        "群众",
        "关切",
        "回应",
        "年度",
        "完善",
    ),
    *(
        "机制",
        "平台建设",
        "监督保障",
        "办理",
        "答复",
        "重点领域",
        "及时",
        "准确",
        "乡村振兴",
        "培训",
    ),
)
_SUFFIX = "政府信息公开工作年度报告"
FORMS = ("2019", "2021")
_OUTCOMES = {form: tuple(r.code for r in form_of(form).applications.rows) for form in FORMS}
_DISCLOSURE = {
    form: tuple((r.code, c.code, c.unit) for r in form_of(form).disclosure.rows for c in r.columns)
    for form in FORMS
}
_INSERTS = {
    "publishers": "id, name, division, kind",
    "captures": "id, portal, run, url, fetched_at, status, mime, size, digest, warc_file,"
    " warc_offset, warc_length, outcome, reading",
    "reports": "id, title, year, form, division, publisher, published_at, published_from, source,"
    " signatory, signed_on, url, version, current, first_seen, last_seen, portal, capture,"
    " breadcrumb, synthetic, fingerprint",
    "sections": "report, position, number, heading, text",
    "tables": "id, report, number, caption, rows, columns, cells, capture",
    "disclosure": 'report, item, measure, value, unit, raw, table_id, row, "column"',
    "applications": f"report, outcome, position, {', '.join(APPLICANTS)}, table_id, cells",
    "proceedings": f"report, route, {', '.join(RESULTS)}, table_id, cells",
    "dates": "report, position, kind, label, raw, value",
    "findings": 'id, report, position, "check", severity, fault, "where", expected, found,'
    " message_zh, message",
}
Rows = dict[str, list[tuple[object, ...]]]


def generate(home: Path, reports: int) -> None:
    """Fill a new archive's database with so many reports; its WARC files are not made."""
    chance = random.Random(reports)
    writer = _Writer(chance)
    with Store.open(home) as store:
        store.conn.execute("PRAGMA synchronous = OFF")
        store.conn.execute("PRAGMA foreign_keys = OFF")
        bodies = _bodies(store, reports)
        asked = ((body, year) for body in bodies for year in YEARS)
        numbered = enumerate(islice(asked, reports))
        while batch := list(islice(numbered, BATCH)):
            rows: Rows = {table: [] for table in _INSERTS}
            for number, (body, year) in batch:
                writer.add(rows, number, body, year)
            with store.transaction() as conn:
                for table, names in _INSERTS.items():
                    marks = ", ".join("?" * len(names.split(", ")))
                    verb = "INSERT OR IGNORE" if table == "publishers" else "INSERT"
                    conn.executemany(f"{verb} INTO {table} ({names}) VALUES ({marks})", rows[table])


Body = tuple[str, str, str, str]
"""A reporting body: its division, its name, its kind, and the division of its portal."""


def _bodies(store: Store, reports: int) -> Iterator[Body]:
    """Add the divisions and portals that so many reports need, county after county."""
    wanted = -(-reports // (len(YEARS) * (1 + TOWNSHIPS + DEPARTMENTS)))
    for number in range(wanted):
        prefecture_number, county_number = divmod(number, COUNTIES_OF_PREFECTURE)
        province_number, below = divmod(prefecture_number, PREFECTURES_OF_PROVINCE)
        province = str(FIRST_PROVINCE + province_number)
        prefecture = f"{province}{below + 31:02}"
        county = f"{prefecture}{county_number + 31:02}"
        name = f"虚构{number}县"
        towns = [
            (f"{county}{100 + n}", f"虚构{number}{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[n]}镇")
            for n in range(TOWNSHIPS)
        ]
        places = [
            (province, f"虚构{province}省", "province", None),
            (prefecture, f"虚构{prefecture}市", "prefecture", province),
            (county, name, "county", prefecture),
            *((code, town, "township", county) for code, town in towns),
        ]
        with store.transaction() as conn:
            conn.executemany("INSERT OR IGNORE INTO divisions VALUES (?, ?, ?, ?, 1)", places)
            conn.execute(
                "INSERT INTO portals VALUES (?, ?, 'vsb', ?, ?, 1)",
                (county, name, county, f"http://{county}.invalid/"),
            )
            conn.execute(
                "INSERT INTO runs (id, portal, started, finished, requests, new, changed,"
                " unchanged, gone, blocked, errors, reason) VALUES (?, ?, '2026-01-01T00:00:00Z',"
                " '2026-01-01T01:00:00Z', 600, 336, 0, 0, 0, 0, 0, 'finished')",
                (START + number, county),
            )
        yield county, f"{name}人民政府", "government", county
        for code, town in towns:
            yield code, f"{town}人民政府", "township", county
        for n in range(DEPARTMENTS):
            yield county, f"{name}第{n + 1}局", "department", county


class _Writer:
    """Makes the rows of one report after another."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._paragraphs = _make_paragraphs(chance, 3_000)
        self._figures = {form: [_make_figures(chance, form) for _ in range(500)] for form in FORMS}

    def add(self, rows: Rows, number: int, body: Body, year: int) -> None:
        division, publisher, kind, portal = body
        chance = self._chance
        form = "2021" if year >= 2021 else "2019"
        report = START + number * 1_700_000_003
        run = START + number // (len(YEARS) * (1 + TOWNSHIPS + DEPARTMENTS))
        url = f"http://{portal}.invalid/info/{1000 + number % 90}/{number}.htm"
        name = publisher.removesuffix("人民政府")
        printed = (
            f"{year + 1}-{chance.choice(('01', '01', '02', '03', '04'))}-{chance.randrange(10, 28)}"
        )
        rows["publishers"].append((f"{division} {publisher}", publisher, division, kind))
        for offset, address, reading in ((0, url, "report"), (1, f"{url}?list", "other")):
            rows["captures"].append(
                (report + offset, portal, run, address, "2026-01-01T00:30:00Z", 200,
                 "text/html", 41_000, f"{number:08x}{offset}" * 3, f"{portal}-00000.warc.gz",
                 number * 24_000 + offset * 12_000, 12_000, "page", reading)
            )  # fmt: skip
        rows["reports"].append(
            (report, f"{name}{year}年{_SUFFIX}", year, form, division, f"{division} {publisher}",
             f"{printed}T09:30:00+08:00", "line", "办公室", publisher, f"{year + 1}-01-20", url,
             1, 1, "2026-01-01T00:30:00Z", "2026-01-02T00:30:00Z", portal, report,
             '["首页","政府信息公开","年度报告"]', 1, f"{number:032x}")
        )  # fmt: skip
        for position, heading in enumerate(HEADINGS):
            text = f"{heading}：{name}{year}年{chance.choice(self._paragraphs)}"
            rows["sections"].append((report, position, position + 1, heading, text))
        for position, (label, value) in enumerate(
            (("发布时间", printed), ("", f"{year + 1}-01-20"))
        ):
            kind_of_date = "line" if label else "signature"
            rows["dates"].append((report, position, kind_of_date, label, value, value))
        self._add_figures(rows, report, form)
        for position in range(2):
            check = chance.choice(("applications.balance", "applications.total", "report.late"))
            rows["findings"].append(
                (f"{report}-{position}", report, position, check,
                 chance.choice(("error", "warning", "info")), "source", "natural_person", 12, 11,
                 "勾稽关系不符：应为12，实为11。", "Does not balance: 12 expected, 11 printed.")
            )  # fmt: skip

    def _add_figures(self, rows: Rows, report: int, form: str) -> None:
        figures = self._chance.choice(self._figures[form])
        ids = [f"{report}-{number}" for number in range(3)]
        for number, (caption, height, width, cells) in enumerate(figures.tables):
            rows["tables"].append(
                (ids[number], report, number, caption, height, width, cells, report)
            )
        for row, (item, measure, unit, value) in enumerate(figures.disclosure):
            rows["disclosure"].append(
                (report, item, measure, value, unit, str(value), ids[0], row, 1)
            )
        for position, (outcome, values, cells) in enumerate(figures.applications):
            rows["applications"].append((report, outcome, position, *values, ids[1], cells))
        for route, values, cells in figures.proceedings:
            rows["proceedings"].append((report, route, *values, ids[2], cells))


@dataclass(frozen=True, slots=True)
class _Figures:
    """The figures of the three tables of a report. ``tables`` are caption, height, width, cells."""

    disclosure: list[tuple[str, str, str, int]]
    applications: list[tuple[str, list[int], str]]
    proceedings: list[tuple[str, list[int], str]]
    tables: list[tuple[str, int, int, str]]


def _make_figures(chance: random.Random, form: str) -> _Figures:
    """Figures whose columns add up as the form wants it: mostly 0, as real ones are."""

    def figure() -> int:
        return max(0, int(chance.paretovariate(1.2) * 2) - 3)

    disclosure = [(item, measure, unit, figure()) for item, measure, unit in _DISCLOSURE[form]]
    outcomes = _OUTCOMES[form]
    handled = outcomes[2:-2]
    grid = {outcome: [figure() for _ in APPLICANTS[:-1]] for outcome in handled}
    grid["total"] = [sum(column) for column in zip(*grid.values(), strict=True)]
    grid["carried_over"] = [figure() for _ in APPLICANTS[:-1]]
    grid["carried_forward"] = [chance.randrange(over + 1) for over in grid["carried_over"]]
    grid["received"] = [
        max(0, total + after - before)
        for total, after, before in zip(
            grid["total"], grid["carried_forward"], grid["carried_over"], strict=True
        )
    ]
    applications = [(outcome, [*grid[outcome], sum(grid[outcome])]) for outcome in outcomes]
    results = [[figure() for _ in RESULTS[:-1]] for _ in ROUTES]
    proceedings = [(route, [*row, sum(row)]) for route, row in zip(ROUTES, results, strict=True)]
    return _Figures(
        disclosure,
        [(code, row, _places(n, row)) for n, (code, row) in enumerate(applications)],
        [(code, row, _places(n, row)) for n, (code, row) in enumerate(proceedings)],
        [
            _table(caption, printed)
            for caption, printed in (
                ("二、主动公开政府信息情况", [(item, value) for item, _, _, value in disclosure]),
                ("三、收到和处理政府信息公开申请情况", [(c, *row) for c, row in applications]),
                ("四、政府信息公开行政复议、行政诉讼情况", [(c, *row) for c, row in proceedings]),
            )
        ],
    )


def _places(row: int, values: list[int]) -> str:
    return to_json([[row, column] for column in range(1, len(values) + 1)])


def _table(caption: str, rows: list[tuple[object, ...]]) -> tuple[str, int, int, str]:
    cells = to_json([[str(cell) for cell in row] for row in rows])
    return caption, len(rows), len(rows[0]), cells


def _make_paragraphs(chance: random.Random, count: int) -> list[str]:
    """Paragraphs of some 220 characters: words by Zipf's law, every third one of the trade."""
    characters = [
        bytes((high, low)).decode("gb2312")
        for high in range(0xB0, 0xD7)
        for low in range(0xA1, 0xFF)
    ]
    chance.shuffle(characters)
    weights = [1 / (rank + 20) for rank in range(len(characters))]
    words = [
        "".join(chance.choices(characters, weights, k=chance.choice((2, 2, 2, 3, 4))))
        for _ in range(12_000)
    ]
    word_weights = [1 / (rank + 5) for rank in range(len(words))]
    return [_make_paragraph(chance, words, word_weights) for _ in range(count)]


def _make_paragraph(chance: random.Random, words: list[str], weights: list[float]) -> str:
    parts = []
    for word in chance.choices(words, weights, k=44):
        parts += [word, chance.choice(("", "", "", "，", "、", "。"))]
        if chance.random() < 0.33:
            parts.append(chance.choice(_PHRASES))
    return "".join(parts) + f"，共{chance.randrange(10_000)}件。"
