"""What is true of each report page: exactly what reading it must give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crawler.sample import files
from crawler.sample.figures import applicants, disclosure, outcomes
from crawler.sample.lines import index_number_of, published_as, source_of
from crawler.sample.portal import Article
from crawler.sample.reports import Check, Report
from crawler.sample.texts import load
from crawler.sample.vsb import breadcrumb


@dataclass(frozen=True, slots=True)
class Truth:
    """``path`` is the page's address on its portal. ``expected`` has the shape that ``gongkai
    extract`` prints, less findings; its sections have number, heading and the ``paragraphs`` that
    their text must hold; its attachments have paths. ``raw`` and ``absences`` give cells by name as
    printed and, where one holds no number, why. ``checks`` are the findings that must be made, and
    no others of these kinds. ``style`` and ``mistake`` name the variant of the page, ``shown``
    where the report stands."""

    path: str
    expected: dict[str, Any]
    raw: dict[str, str]
    absences: dict[str, str]
    checks: tuple[Check, ...]
    style: str
    mistake: str | None
    shown: files.Shown


def truth_of(article: Article, report: Report, style: str, download: str) -> Truth:
    """``download`` is the address of the article's attachment, where it has one."""
    cells = report.figures.cells
    shown = files.shown(article, report)
    expected = {
        "kind": "annual_report",
        "form": report.figures.form,
        "year": report.year,
        "title": article.title,
        "publisher": report.unit.name,
        "division": report.unit.division,
        "index_number": index_number_of(article),
        "published_at": published_as(article.column.line, article.published),
        "source": source_of(article.column.line, report.source),
        "clicks": None,
        "breadcrumb": breadcrumb(article),
        "signatory": report.signatory,
        "signed_on": report.signed_on.isoformat() if report.signed_on else None,
        "sections": [
            {
                "number": section.number,
                "heading": section.heading,
                "paragraphs": [*section.paragraphs, *section.after],
            }
            for section in report.sections
        ],
        "disclosure": [
            {"item": item, "measure": measure, "value": cell.value, "unit": unit, "raw": cell.raw}
            for item, measure, unit in disclosure(report.figures.form)
            if (cell := cells.get(f"disclosure.{item}.{measure}"))
        ],
        "applications": [
            {"outcome": row}
            | {name: cells[f"applications.{row}.{name}"].value for name in applicants()}
            for row in outcomes(report.figures.form)
            if f"applications.{row}.total" in cells
        ],
        "proceedings": [
            {"route": route}
            | {
                result: cells[f"proceedings.{route}.{result}"].value
                for result in load("forms.yml")["results"]
            }
            for route in load("forms.yml")["routes"]
            if f"proceedings.{route}.total" in cells
        ],
        "attachments": _attachments(article, shown, download),
    }
    return Truth(
        path=article.url,
        expected=expected,
        raw={name: cell.raw for name, cell in cells.items()},
        absences={name: cell.absence for name, cell in cells.items() if cell.absence},
        checks=(*report.checks, *files.checks(article, report)),
        style=style,
        mistake=report.mistake,
        shown=shown,
    )


def _attachments(article: Article, shown: files.Shown, download: str) -> list[dict[str, str]]:
    if article.attachment:
        return [{"path": download, "text": article.attachment}]
    if shown == "file":
        return [{"path": files.file_path(article), "text": f"{article.title}.docx"}]
    return []
