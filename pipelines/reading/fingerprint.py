"""What makes two readings the same version of a report: that a reader would call them one."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pipelines.reading.report import Report
from pipelines.reading.sentences import split_sentences
from pipelines.reading.substance import steady_address

METADATA = (
    "title",
    "publisher",
    "year",
    "form",
    "index_number",
    "document_number",
    "published_at",
    "source",
    "signatory",
    "signed_on",
)
"""The fields of a report, other than its text and tables, that make a version. Not the author: that
is mostly who edited the page (责任编辑)."""

UNSEEN = ("meta", "url")
"""Where a page says a date without showing it: such a time of publication makes no version."""


def fingerprint(report: Report) -> str:
    """What a reader would call the report, as a hash: 32 hexadecimal digits.

    Everything printed that belongs to the report is in it; the click counter, the breadcrumb and
    other navigation are not, nor line breaks between sentences, session ids in the addresses of
    attachments, or anything that this software concluded (values, findings).
    Two reports differ in it exactly when ``compare_versions`` finds a change between them.
    """
    said = (
        [_printed(report, name) for name in METADATA],
        [
            (section.number, section.heading, split_sentences(section.text))
            for section in report.sections
        ],
        sorted((row.item, row.measure, row.unit, row.figure.raw) for row in report.disclosure),
        sorted((row.outcome, [cell.raw for cell in row.figures]) for row in report.applications),
        sorted((row.route, [cell.raw for cell in row.figures]) for row in report.proceedings),
        sorted(
            (row.form, row.code or "", row.label, row.scope, row.unit or "", row.figure.raw)
            for row in report.statistics
        ),
        [(grid.caption, grid.cells) for grid in report.tables],
        [(steady_address(file.url), file.text) for file in report.attachments],
    )
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _printed(report: Report, name: str) -> Any:
    unseen = name == "published_at" and report.published_from in UNSEEN
    return None if unseen else getattr(report, name)
