"""Parts that a report must have: its tables and its sections. Rows are the reader's to miss."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from pipelines.reading.findings import make_finding
from pipelines.reading.form import form_of
from pipelines.reading.form_file import TABLES
from pipelines.reading.form_table import Table
from pipelines.reading.report import Finding, Number, Report
from pipelines.reading.section_names import is_since_2019, old_section_named
from pipelines.reading.statements import load_statements

_FEW_OLD = 3  # headings that show the outline of a report before 2019
FIRST_YEAR_OF_TABLES = 2019  # 国办公开办函〔2019〕60号 prescribes the three tables from 2019 on

# The six sections of the forms of 2019 and 2021, known by their words: ordinals are often wrong.
_SECTIONS = (
    ("overview", "总体情况", "General situation", re.compile("总体|概述|概况|基本情况")),
    ("disclosure", "主动公开政府信息情况", "Proactive disclosure", re.compile("主动公开")),
    ("applications", "收到和处理政府信息公开申请情况", "Requests", re.compile("申请")),
    ("proceedings", "政府信息公开行政复议、行政诉讼情况", "Proceedings", re.compile("复议|诉讼")),
    (
        "problems",
        "存在的主要问题及改进情况",
        "Problems and improvement",
        re.compile("问题|不足|改进"),
    ),
    ("remarks", "其他需要报告的事项", "Other matters", re.compile("其他|其它")),
)


def check_tables(report: Report) -> Iterator[Finding]:
    """``tables.missing``: a report from 2019 on must have all three tables. One that names neither
    its year nor its form is held to that too: to find nothing is never right. A table that is
    there but could not be read has its own finding."""
    if report.kind != "annual_report" or report.form == "2014":
        return
    if report.form in (None, "narrative") and _is_before_tables(report):
        return
    form = form_of(report.form if report.form in ("2021", "2019") else "2021")
    unread = {f.where for f in report.findings if f.check in ("form.unknown", "columns.order")}
    for name in TABLES:
        if not getattr(report, name) and name not in unread:
            table: Table = getattr(form, name)
            yield make_finding(
                "tables.missing",
                name,
                f'The table "{table.title.en}" is missing.',
                f"缺少“{table.title.zh}”表。",
            )


def check_blank_tables(report: Report) -> Iterator[Finding]:
    """``tables.blank``: tables of which not one cell prints anything, not even a stroke."""
    figures = chain(
        (row.figure for row in report.disclosure),
        (figure for row in report.applications for figure in row.figures),
        (figure for row in report.proceedings for figure in row.figures),
        (row.figure for row in report.statistics),
    )
    first = next(figures, None)
    if first is not None and all(figure.absence == "blank" for figure in chain([first], figures)):
        yield make_finding(
            "tables.blank",
            "tables",
            "No cell of the tables holds a figure or any other sign.",
            "统计表的数字格全为空白。",
        )


def _is_before_tables(report: Report) -> bool:
    """Whether a report is of a year before the three tables. One that does not name its year is, if
    it was out before reports of 2019 could be, or has the sections of reports before 2019."""
    if report.year is not None:
        return report.year < FIRST_YEAR_OF_TABLES
    dates = [date for date in (report.signed_on, report.published_at) if date]
    if dates and min(dates) < f"{FIRST_YEAR_OF_TABLES + 1}":
        return True
    headings = [section.heading for section in report.sections]
    old = sum(old_section_named(heading) is not None for heading in headings)
    return old >= _FEW_OLD and not any(is_since_2019(heading) for heading in headings)


def check_sections(report: Report) -> Iterator[Finding]:
    """``sections.missing``: one finding a section of the form that no heading names; for a report
    of another form one finding (``where`` is "all") if it has no section."""
    if report.kind != "annual_report":
        return
    if not report.sections and not report.statistics:
        yield make_finding(
            "sections.missing", "all", "The report has no sections.", "报告没有任何章节。"
        )
        return
    if report.form not in ("2021", "2019"):
        return
    for number, (code, zh, en, words) in enumerate(_SECTIONS, 1):
        if not any(
            words.search(section.heading)
            or (section.number == number and not _is_known(section.heading))
            for section in report.sections
        ):
            yield make_finding(
                "sections.missing",
                code,
                f'Section {number}, "{en}", is missing.',
                f"缺少第{number}部分“{zh}”。",
            )


def check_statements(report: Report) -> Iterator[Finding]:
    """``statements.disagree``: the text states two numbers for one thing, or another than the
    report's list. ``where`` is its code."""
    values: dict[str, list[Number]] = {}
    for statement in report.statements:
        values.setdefault(statement.code, []).append(statement.value)
    for row in report.statistics:
        if row.code in values and row.scope == "own" and row.figure.value is not None:
            values[row.code].append(row.figure.value)
    names = {entry.code: entry for entry in load_statements()}
    for code, stated in values.items():
        if len(set(stated)) > 1:
            listed = ", ".join(str(value) for value in dict.fromkeys(stated))
            yield make_finding(
                "statements.disagree",
                code,
                f'Text and list state several numbers for "{names[code].en}": {listed}.',
                f"正文和统计表中“{names[code].zh}”的数字不一致：{listed}。",
                expected=stated[0],
                found=listed,
            )


def _is_known(heading: str) -> bool:
    return any(words.search(heading) for _, _, _, words in _SECTIONS)
