"""The page of a report: what it printed, as the form lays it out, and what is known of it."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.database.file import select
from pipelines.reading.form import load_forms
from pipelines.reading.list_form import load_list_forms
from pipelines.reading.statements import load_statements
from pipelines.site import neighbours
from pipelines.site.findings import marked_places, report_findings
from pipelines.site.history import dates_of, read_history
from pipelines.site.language import Language
from pipelines.site.page import Asking, Missing, Page
from pipelines.site.places import ancestors
from pipelines.site.printed import Printed, print_tables
from pipelines.site.rows import Row, select_one
from pipelines.site.words import say

PARTS = {2: "disclosure", 3: "applications", 4: "proceedings"}
"""Part of a report of 2019 and later → the table that the form prints in it."""

LARGEST_ID = 2**63 - 1
"""The largest number that SQLite holds."""

_REPORT = """
SELECT r.*, p.name AS publisher_name, p.kind AS publisher_kind, c.fetched_at, c.digest
FROM reports AS r LEFT JOIN publishers AS p ON p.id = r.publisher
JOIN captures AS c ON c.id = r.capture
WHERE r.id = ?
"""
_FIGURES = """
SELECT part, item, measure, value, raw, absence, confidence, capture, table_number, row, "column"
FROM figures WHERE report = ?
"""
_STATISTICS = """
SELECT s.form, s.code, s.label, s.scope, s.value, s.unit, s.raw, s.absence, s.row, s."column",
    t.number AS table_number, coalesce(t.capture, r.capture) AS capture
FROM statistics AS s JOIN reports AS r ON r.id = s.report LEFT JOIN tables AS t ON t.id = s.table_id
WHERE s.report = ? ORDER BY s.position
"""
_ATTACHMENTS = """
SELECT c.url AS url, a.text AS text, c.id AS capture, c.outcome AS outcome,
    EXISTS (SELECT 1 FROM tables AS t WHERE t.report = :report AND t.capture = c.id) AS is_source
FROM captures AS c LEFT JOIN attachments AS a ON a.report = :report AND a.url = c.url
WHERE c.part_of = :capture AND c.outcome != 'redirect'
UNION ALL
SELECT a.url, a.text, NULL, NULL, 0 FROM attachments AS a WHERE a.report = :report
    AND NOT EXISTS (SELECT 1 FROM captures AS c WHERE c.part_of = :capture AND c.url = a.url)
"""


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    key = int(asking.parts["report"])
    report = select_one(conn, _REPORT, [key]) if key <= LARGEST_ID else None
    if report is None:
        raise Missing(say("report.unknown", asking.language, report=asking.parts["report"]))
    findings = report_findings(conn, key, asking.language)
    tables, marked = _tables(conn, report, findings, asking.language)
    sections = select(conn, "SELECT * FROM sections WHERE report = ? ORDER BY position", [key])
    statements = select(conn, "SELECT * FROM statements WHERE report = ? ORDER BY position", [key])
    names = {entry.code: entry for entry in load_statements()}
    for statement in statements:
        known = names.get(statement["code"])
        statement["name"] = getattr(known, asking.language, statement["code"])
    statistics = _statistics(conn, key, asking.language)
    return {
        "report": report,
        "basis": _basis(report["form"]),
        "place": ancestors(conn, report["division"]),
        "findings": findings,
        "marked": marked,
        "parts": _parts(sections, tables),
        "statistics": statistics,
        "statements": statements,
        "has_table": bool(tables or statistics),
        "has_ocr": _has_ocr(tables),
        "dates": dates_of(conn, report, findings),
        "attachments": select(conn, _ATTACHMENTS, {"report": key, "capture": report["capture"]}),
        **read_history(conn, report, asking.language),
        "years": neighbours.same_publisher(conn, report),
        "neighbours": neighbours.same_level(conn, report),
        "organs": neighbours.same_place(conn, report),
    }


def _statistics(conn: sqlite3.Connection, report: int, language: Language) -> list[Row]:
    """The counts of a list before 2019. On an English page each row that its form has bears its
    English ``name`` beside the printed label."""
    rows = select(conn, _STATISTICS, [report])
    forms = {form.id: form for form in load_list_forms()}
    for row in rows:
        form = forms.get(row["form"])
        known = form.row.get(row["code"]) if form and language == "en" else None
        row["name"] = known.en if known else None
    return rows


def _basis(form_id: str | None) -> str | None:
    """The document that prescribed a form."""
    documents = {form.id: form.basis for form in load_list_forms()}
    documents |= {form.id: form.basis for form in load_forms()}
    return documents.get(form_id or "")


def _tables(
    conn: sqlite3.Connection, report: Row, findings: list[Row], language: Language
) -> tuple[dict[str, Printed], dict[tuple[str, str, str], list[int]]]:
    """The tables of the report's form as printed, and the findings about their figures."""
    form = next((form for form in load_forms() if form.id == report["form"]), None)
    if form is None:
        return {}, {}
    figures = {
        (figure["part"], figure["item"], figure["measure"]): figure
        for figure in select(conn, _FIGURES, [report["id"]])
    }
    return print_tables(form, figures, language), marked_places(findings, form)


def _parts(sections: list[Row], tables: dict[str, Printed]) -> list[dict[str, Any]]:
    """The sections in order, each with the table that the form prints in it; a table whose section
    the page does not have stands behind them."""
    left = dict(tables)
    parts = [
        {"section": section, "table": left.pop(PARTS.get(section["number"], ""), None)}
        for section in sections
    ]
    return parts + [{"section": None, "table": table} for table in left.values()]


def _has_ocr(tables: dict[str, Printed]) -> bool:
    return any(
        cell.figure is not None and cell.figure["confidence"] is not None
        for table in tables.values()
        for line in table.body
        for cell in line
    )


PAGE = Page(r"/-/report/(?P<report>[0-9]{1,19})$", "report.html", _read)
