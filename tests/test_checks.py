"""Checks: each one passes, fails, and meets a report that says nothing. Reports are synthetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.checks import CHECKS, run_checks
from pipelines.reading.checks.times import load_deadlines
from pipelines.reading.findings import load_checks, make_finding
from pipelines.reading.form import form_of
from pipelines.reading.report import (
    APPLICANTS,
    RESULTS,
    ROUTES,
    ApplicationRow,
    DisclosureFigure,
    Figure,
    Finding,
    ProceedingRow,
    Report,
    Section,
)

FORMS = ("2021", "2019")
HEADINGS = (
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
)


def figure(value: int | None) -> Figure:
    return Figure(
        value, "" if value is None else str(value), "blank" if value is None else None, None
    )


def applicants(*values: int | None) -> tuple[Figure, ...]:
    return tuple(figure(value) for value in values)


def sound_report(form: str = "2021", **fields: object) -> Report:
    """A report in which everything holds: 3 requests by persons, 2 by businesses; 4 are done."""
    parts = {
        "received": (2, 2, 0, 0, 0, 0, 4),
        "carried_over": (1, 0, 0, 0, 0, 0, 1),
        "granted": (2, 1, 0, 0, 0, 0, 3),
        "refused_internal": (0, 1, 0, 0, 0, 0, 1),
        "total": (2, 2, 0, 0, 0, 0, 4),
        "carried_forward": (1, 0, 0, 0, 0, 0, 1),
    }
    tables = form_of(form)
    report = Report(
        kind="annual_report",
        form=form,  # type: ignore[arg-type]
        year=2021,
        publisher_kind="township",
        published_at="2022-01-20T09:30:00+08:00",
        signed_on="2022-01-10",
        sections=[Section(n, heading, "") for n, heading in enumerate(HEADINGS, 1)],
        disclosure=[
            DisclosureFigure(row.code, column.code, column.unit, figure(0))
            for row in tables.disclosure.rows
            for column in row.columns
        ],
        applications=[
            ApplicationRow(row.code, applicants(*parts.get(row.code, (0,) * 7)))
            for row in tables.applications.rows
        ],
        proceedings=[ProceedingRow(route, applicants(1, 0, 2, 0, 3)) for route in ROUTES],
    )
    return replace(report, **fields)  # type: ignore[arg-type]


def set_application(report: Report, outcome: str, applicant: str, value: int | None) -> None:
    for index, row in enumerate(report.applications):
        if row.outcome == outcome:
            figures = list(row.figures)
            figures[APPLICANTS.index(applicant)] = figure(value)
            report.applications[index] = ApplicationRow(outcome, tuple(figures))


def made(report: Report) -> list[tuple[str, str, object, object]]:
    return [(f.check, f.where, f.expected, f.found) for f in run_checks(report)]


@pytest.mark.parametrize("form", FORMS)
def test_a_sound_report_has_no_findings(form: str) -> None:
    assert run_checks(sound_report(form)) == []


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_is_silent_about_what_is_no_report(
    check: Callable[[Report], list[Finding]],
) -> None:
    assert list(check(Report())) == []


def test_a_report_that_says_nothing_has_no_tables_and_no_sections() -> None:
    assert made(Report(kind="annual_report")) == [
        ("tables.missing", "disclosure", None, None),
        ("tables.missing", "applications", None, None),
        ("tables.missing", "proceedings", None, None),
        ("sections.missing", "all", None, None),
    ]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("table", ["disclosure", "applications", "proceedings"])
def test_a_table_that_is_not_there(form: str, table: str) -> None:
    assert made(sound_report(form, **{table: []})) == [("tables.missing", table, None, None)]


def test_a_table_that_could_not_be_read_is_not_missing() -> None:
    unread = make_finding("form.unknown", "disclosure", "…", "…")
    assert made(sound_report(disclosure=[], findings=[unread])) == []


@pytest.mark.parametrize(
    ("form", "year", "missing"),
    [("narrative", 2021, 3), ("narrative", 2018, 0), ("2014", 2021, 0), (None, None, 3)],
)
def test_tables_are_demanded_from_2019_on(form: str | None, year: int | None, missing: int) -> None:
    empty: dict[str, list[object]] = {"disclosure": [], "applications": [], "proceedings": []}
    report = replace(
        sound_report(**empty, published_at=None),
        form=form,  # type: ignore[arg-type]
        year=year,
    )
    assert [check for check, *_ in made(report)] == ["tables.missing"] * missing


@pytest.mark.parametrize("missing", range(6))
def test_a_section_that_is_not_there(missing: int) -> None:
    sections = [Section(None, h, "") for n, h in enumerate(HEADINGS) if n != missing]
    codes = ("overview", "disclosure", "applications", "proceedings", "problems", "remarks")
    assert made(sound_report(sections=sections)) == [
        ("sections.missing", codes[missing], None, None)
    ]


def test_sections_count_by_their_words_and_else_by_their_number() -> None:
    headings = ["概述", "主动公开情况", "依申请公开情况", "复议诉讼", "不足及改进措施", "附则"]
    sections = [Section(n, heading, "") for n, heading in enumerate(headings, 1)]
    assert made(sound_report(sections=sections)) == []
    wrong_number = [*sections[:5], Section(5, "其他事项", "")]
    assert made(sound_report(sections=wrong_number)) == []


def test_a_narrative_report_needs_some_section() -> None:
    old = replace(sound_report(published_at=None, signed_on=None), form="narrative", year=2015)
    assert made(replace(old, sections=[Section(1, "概述", "")])) == []
    assert made(replace(old, sections=[])) == [("sections.missing", "all", None, None)]


def test_balance_names_the_column_and_both_sides() -> None:
    report = sound_report()
    set_application(report, "carried_forward", "natural_person", 2)
    set_application(report, "carried_forward", "total", 2)
    assert made(report) == [
        ("applications.balance", "natural_person", 3, 4),
        ("applications.balance", "total", 5, 6),
    ]
    (finding, _) = run_checks(report)
    assert "= 3, but" in finding.message
    assert "= 4." in finding.message
    assert "自然人" in finding.message_zh


def test_outcomes_against_their_total() -> None:
    report = sound_report()
    set_application(report, "refused_process", "research", 2)
    assert made(report) == [
        ("applications.outcomes", "research", 2, 0),
        ("applications.applicants", "refused_process", 2, 0),
    ]


def test_proceedings_against_their_total() -> None:
    rows = [ProceedingRow(route, applicants(1, 0, 2, 0, 3)) for route in ROUTES]
    rows[1] = ProceedingRow(ROUTES[1], applicants(1, 0, 2, 0, 4))
    assert made(sound_report(proceedings=rows)) == [("proceedings.results", ROUTES[1], 3, 4)]


def test_blanks_are_not_zero_but_leave_bounds() -> None:
    report = sound_report()
    for outcome in ("carried_over", "refused_internal"):
        set_application(report, outcome, "business", None)
    assert made(report) == []
    # Whatever the blanks stand for, what is known is already more than the total.
    set_application(report, "granted", "business", 3)
    set_application(report, "granted", "total", 5)
    set_application(report, "total", "total", 6)
    set_application(report, "received", "total", 6)
    checks = {(check, where) for check, where, *_ in made(report)}
    assert ("applications.outcomes", "business") in checks
    assert ("applications.balance", "business") not in checks


def test_a_table_of_blanks_breaks_no_sum() -> None:
    blank = [
        ApplicationRow(r.outcome, applicants(*[None] * 7)) for r in sound_report().applications
    ]
    rows = [ProceedingRow(route, applicants(*[None] * 5)) for route in ROUTES]
    assert made(sound_report(applications=blank, proceedings=rows)) == []


def test_a_row_that_is_not_there_counts_as_unknown() -> None:
    report = sound_report()
    report.applications = [r for r in report.applications if r.outcome != "refused_internal"]
    assert made(report) == []


@given(
    outcome=st.sampled_from([row.code for row in form_of("2021").applications.rows]),
    applicant=st.sampled_from(APPLICANTS),
    by=st.integers(1, 99),
)
def test_every_changed_number_of_requests_is_found(outcome: str, applicant: str, by: int) -> None:
    report = sound_report()
    before = next(row for row in report.applications if row.outcome == outcome)
    value = before.figures[APPLICANTS.index(applicant)].value
    set_application(report, outcome, applicant, int(value or 0) + by)
    wheres = {where for _, where, *_ in made(report)}
    assert {outcome, applicant} & wheres


@given(route=st.sampled_from(ROUTES), result=st.sampled_from(RESULTS), by=st.integers(1, 99))
def test_every_changed_number_of_proceedings_is_found(route: str, result: str, by: int) -> None:
    report = sound_report()
    index = ROUTES.index(route)
    values = [1, 0, 2, 0, 3]
    values[RESULTS.index(result)] += by
    report.proceedings[index] = ProceedingRow(route, applicants(*values))
    assert [(check, where) for check, where, *_ in made(report)] == [("proceedings.results", route)]


@pytest.mark.parametrize(
    ("signed_on", "early"),
    [
        ("2021-02-24", True),
        ("2021-12-30", True),
        ("2021-11", True),
        ("2021-12-31", False),
        ("2021-12", False),
        ("2022-01-10", False),
        (None, False),
    ],
)
def test_signed_before_the_year_had_ended(signed_on: str | None, early: bool) -> None:
    findings = made(sound_report(signed_on=signed_on))
    assert findings == (
        [("dates.signed_early", "signed_on", "2021-12-31", signed_on)] if early else []
    )


def test_dates_without_a_year_prove_nothing() -> None:
    assert made(sound_report(year=None, signed_on="2021-02-24", published_at="2023-02-01")) == []


@pytest.mark.parametrize(
    ("year", "kind", "published", "deadline"),
    [
        (2021, "department", "2022-01-31", None),
        (2021, "department", "2022-02-01", "2022-01-31"),
        (2021, "government", "2022-03-31T23:59:59+08:00", None),
        (2021, "government", "2022-04-01", "2022-03-31"),
        (2021, "township", "2022-04-01", "2022-03-31"),
        (2021, "street", "2022-03-31", None),
        (2021, None, "2022-04-01", "2022-03-31"),
        # Until 2018 the regulation of 2007 gave departments until the end of March too.
        (2018, "department", "2019-03-31", None),
        (2018, "department", "2019-04-01", "2019-03-31"),
        (2007, "department", "2009-04-01", None),
        (2021, "department", None, None),
    ],
)
def test_published_after_the_deadline(
    year: int, kind: str | None, published: str | None, deadline: str | None
) -> None:
    report = sound_report(year=year, publisher_kind=kind, published_at=published, signed_on=None)
    late = ("dates.published_late", "published_at", deadline, (published or "")[:10])
    assert made(report) == ([late] if deadline else [])


def test_how_late_is_said_in_days_and_years() -> None:
    report = sound_report(published_at="2023-02-01T18:24:12+08:00", signed_on="2021-02-24")
    signed, late = run_checks(report)
    assert signed.check == "dates.signed_early"
    assert "307 days after 2022-03-31" in late.message
    assert "second year after 2021" in late.message
    assert "none of its own" in late.message
    assert "307天" in late.message_zh


def test_a_date_of_the_address_makes_no_report_late() -> None:
    report = sound_report(published_at="2023-02-01", published_from="url", signed_on="2023-02-02")
    assert made(report) == []


@pytest.mark.parametrize(
    ("signed_on", "wrong"),
    [("2022-01-21", True), ("2022-02", True), ("2022-01-20", False), ("2022-01", False)],
)
def test_published_before_it_was_signed(signed_on: str, wrong: bool) -> None:
    assert [check for check, *_ in made(sound_report(signed_on=signed_on))] == (
        ["dates.order"] if wrong else []
    )


def test_every_check_of_the_forms_is_in_the_catalogue() -> None:
    checks = load_checks()
    for form in FORMS:
        assert {identity.check for identity in form_of(form).identities} <= set(checks)


def test_the_catalogue_says_everything_in_both_languages() -> None:
    for check in load_checks().values():
        assert check.severity in ("error", "warning", "info"), check.name
        assert check.fault in ("source", "reading"), check.name
        assert all(check[3:]), check.name


def test_a_finding_of_an_unknown_check_is_refused() -> None:
    with pytest.raises(KeyError):
        make_finding("no.such", "where", "…", "…")


def test_deadlines_cover_every_kind_of_publisher_in_every_year() -> None:
    for year in range(2008, 2050):
        for kind in ("government", "department", "township", "street", "other"):
            assert any(
                rule.first_year <= year <= rule.last_year and kind in rule.kinds
                for rule in load_deadlines()
            )
