"""The findings of a report, and the figures that each of them is about."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from pipelines.database.file import select
from pipelines.reading.findings import load_checks
from pipelines.reading.form import Form, Identity
from pipelines.reading.form_file import TABLES
from pipelines.site.language import Language
from pipelines.site.rows import Row

Place = tuple[str, str, str]
"""Table, row and column of a form."""

_FINDINGS = """
SELECT id, "check", severity, fault, "where", expected, found, capture, message_zh,
    message FROM findings
WHERE report = ? ORDER BY position
"""


def report_findings(conn: sqlite3.Connection, report: int, language: Language) -> list[Row]:
    """The findings of a report version in its own order, with ``number`` from 1, and ``title`` and
    ``text`` in a language."""
    found = select(conn, _FINDINGS, [report])
    for number, finding in enumerate(found, 1):
        finding["number"] = number
        finding["title"] = check_title(finding["check"], language)
        finding["text"] = finding["message_zh" if language == "zh" else "message"]
    return found


def check_title(name: str, language: Language) -> str:
    """What a check is called; its name, where it is none of ours any more."""
    check = load_checks().get(name)
    if check is None:
        return name
    return check.title_zh if language == "zh" else check.title_en


def marked_places(findings: Iterable[Row], form: Form) -> dict[Place, list[int]]:
    """Place → the numbers of the findings that are about the figure there."""
    marked: dict[Place, list[int]] = {}
    for finding in findings:
        for place in _places(finding, form):
            marked.setdefault(place, []).append(finding["number"])
    return marked


def _places(finding: dict[str, Any], form: Form) -> Iterator[Place]:
    """Of a sum that does not hold, the printed sum; else what the finding names as
    ``<table>.<row>.<column>``, or all of a row."""
    where = finding["where"]
    for identity in form.identities:
        if identity.check == finding["check"]:
            yield from _sum_places(identity, where)
            return
    name, _, rest = where.partition(".")
    row, _, column = rest.partition(".")
    for table in form.tables:
        if table.name == name and name in TABLES and row in table.row:
            for code in table.row[row].codes:
                if not column or code == column:
                    yield name, row, code


def _sum_places(identity: Identity, where: str) -> Iterator[Place]:
    for code in identity.right:
        if identity.across == "rows":
            yield identity.table, code, where
        else:
            yield identity.table, where, code
