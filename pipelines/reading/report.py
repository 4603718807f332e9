"""The shapes that reading produces: a document of any format, and the report read from it.

Everything here is plain data. Positions are zero-based. A *figure* is one number as the page
prints it, together with the place that printed it; a *finding* is one sentence about what does
not add up, with the side that is at fault.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Absence = Literal["blank", "dash", "word", "unreadable"]
"""Why a cell holds no number: left empty; a stroke (/, —, -); a word (无, 不适用); not legible."""

Severity = Literal["error", "warning", "info"]
Fault = Literal["source", "reading"]
"""Who is at fault: the page as published, or this reader that could not make sense of it."""

Format = Literal["html", "text", "pdf", "scan", "docx", "doc", "xlsx", "xls", "ofd"]
Form = Literal["2021", "2019", "2014", "narrative"]
Kind = Literal["annual_report", "other"]
Number = int | float


class Paragraph(NamedTuple):
    """One line of text of the page, white space folded.

    ``tag`` is the HTML element that held it ("h1", "p", "title", …) or "" for plain text.
    """

    text: str
    tag: str = ""


class Reading(NamedTuple):
    """One way that OCR reads a cell, and how sure it is, from 0 to 1."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as a rectangle. ``cells[row][column]`` is the raw text at the origin (top left) of a
    cell, and None at a position that another cell's row or column span covers. ``caption`` is the
    text right above the table, where there is any. Raw text keeps what was printed; only white
    space at its ends is gone.

    ``readings``, of the same shape, is there only where OCR read the table: the ways to read each
    cell, the one that ``cells`` holds first; none for a cell without ink. A cell with ink that
    cannot be read holds "\ufffd".

    ``source`` is the address of the part (an attachment, a frame, a picture) that printed the
    table; None where it is the page itself."""

    cells: tuple[tuple[str | None, ...], ...]
    caption: str = ""
    readings: tuple[tuple[tuple[Reading, ...], ...], ...] | None = None
    source: str | None = None

    @property
    def rows(self) -> int:
        return len(self.cells)

    @property
    def columns(self) -> int:
        return len(self.cells[0]) if self.cells else 0


Block = Paragraph | Grid


class Link(NamedTuple):
    """A link of the page: absolute URL, its text, and whether it lies in the article's body."""

    url: str
    text: str
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file of any format, read but not yet understood.

    ``blocks`` is the whole page in reading order. ``body`` gives the half-open range of blocks that
    a known article container holds, or None where no container is known. ``meta`` holds meta tags
    with lower-case names in page order. ``encoding`` is the character set that was used, "" where
    the format leaves no choice. ``findings`` are about the file: a page that was not read, OCR.
    ``frames`` are the addresses of what the article shows in frames and viewers, ``pictures`` those
    of its images, which may be ``data:`` URLs. ``unread`` are the places in a file of pictures that
    are large enough to show a table, and that nothing has read.
    """

    format: Format
    encoding: str
    blocks: tuple[Block, ...]
    body: tuple[int, int] | None = None
    meta: tuple[tuple[str, str], ...] = ()
    links: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()
    frames: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


class CellRef(NamedTuple):
    """A cell: index into ``Report.tables``, then row and column of the grid."""

    table: int
    row: int
    column: int


class Figure(NamedTuple):
    """One number as printed. ``value`` is None exactly when ``absence`` says why."""

    value: Number | None
    raw: str
    absence: Absence | None
    at: CellRef | None


class Section(NamedTuple):
    """A section of the report: its ordinal (一 = 1; None where none is printed), heading, text."""

    number: int | None
    heading: str
    text: str


class DisclosureFigure(NamedTuple):
    """One cell of table two (主动公开政府信息情况). Money is in 万元 whatever the page's unit."""

    item: str
    measure: str
    unit: str
    figure: Figure


class ApplicationRow(NamedTuple):
    """One row of table three (收到和处理政府信息公开申请情况), in the order of ``APPLICANTS``."""

    outcome: str
    figures: tuple[Figure, ...]


class ProceedingRow(NamedTuple):
    """One block of table four (行政复议、行政诉讼情况), in the order of ``RESULTS``."""

    route: str
    figures: tuple[Figure, ...]


class Statistic(NamedTuple):
    """One count of a list of indicators, as reports had them before 2019 (统计表).

    ``form`` is the list's own form; ``code`` is None for a row that the form does not have;
    ``label`` as printed; ``unit`` None where neither page nor form says one; ``scope`` the count
    column: "own" is the report's own, others have the code of their header or its text."""

    form: str
    code: str | None
    label: str
    unit: str | None
    scope: str
    figure: Figure


class Statement(NamedTuple):
    """A count that the text of a report states: ``raw`` is how it says the number, ``sentence`` the
    sentence as printed, ``section`` the index of the section that it stands in."""

    code: str
    value: Number
    unit: str | None
    raw: str
    sentence: str
    section: int


class Attachment(NamedTuple):
    """A file that the article links: its absolute URL and the text of the link."""

    url: str
    text: str


DateOrigin = Literal["line", "head table", "meta", "url", "signature"]
"""Where a page says a date: the lines around its title, a table of labels and values, a meta tag
that no reader sees, its own address, under its signature."""


class PageDate(NamedTuple):
    """One of the dates that a page gives for itself.

    ``label`` is printed before it (发布日期) or is a meta tag's name, "" for none; ``raw`` its text
    as printed; ``value`` ISO 8601, None where it is no date that can be read. An address may have
    only a month ("2024-01"), and so may a signature."""

    kind: DateOrigin
    label: str
    raw: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not add up. ``check`` is a dotted name, ``where`` the figure or part concerned."""

    check: str
    severity: Severity
    fault: Fault
    where: str
    message: str
    message_zh: str
    expected: Number | str | None = None
    found: Number | str | None = None


APPLICANTS = (
    "natural_person",
    "business",
    "research",
    "public_interest",
    "legal_service",
    "other",
    "total",
)
RESULTS = ("upheld", "corrected", "other", "pending", "total")
ROUTES = ("reconsideration", "litigation_direct", "litigation_after_reconsideration")


@dataclass(slots=True)
class Report:
    """What one page says. ``kind`` "other" has only title, published_at and little else.
    ``parts`` are the addresses of what the page shows as the report besides itself."""

    kind: Kind = "other"
    form: Form | None = None
    year: int | None = None
    title: str | None = None
    publisher: str | None = None
    publisher_kind: str | None = None
    division: str | None = None
    index_number: str | None = None
    document_number: str | None = None
    published_at: str | None = None
    published_from: DateOrigin | None = None
    dates: list[PageDate] = field(default_factory=list)
    source: str | None = None
    author: str | None = None
    clicks: int | None = None
    breadcrumb: tuple[str, ...] = ()
    signatory: str | None = None
    signed_on: str | None = None
    encoding: str = ""
    sections: list[Section] = field(default_factory=list)
    disclosure: list[DisclosureFigure] = field(default_factory=list)
    applications: list[ApplicationRow] = field(default_factory=list)
    proceedings: list[ProceedingRow] = field(default_factory=list)
    statistics: list[Statistic] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    tables: list[Grid] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    parts: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The object that ``gongkai extract`` prints. ``statistics`` and ``statements`` stand in it
        only for reports of the forms that have them, and ``ocr_confidence`` only in rows that OCR
        has read: how sure it is of the row's least sure figure, from 0 to 1."""
        return {
            "kind": self.kind,
            "form": self.form,
            "year": self.year,
            "title": self.title,
            "publisher": self.publisher,
            "division": self.division,
            "index_number": self.index_number,
            "document_number": self.document_number,
            "published_at": self.published_at,
            "published_from": self.published_from,
            "dates": [date._asdict() for date in self.dates],
            "source": self.source,
            "author": self.author,
            "clicks": self.clicks,
            "breadcrumb": list(self.breadcrumb),
            "signatory": self.signatory,
            "signed_on": self.signed_on,
            "sections": [section._asdict() for section in self.sections],
            "disclosure": [
                {
                    "item": row.item,
                    "measure": row.measure,
                    "value": row.figure.value,
                    "unit": row.unit,
                    "raw": row.figure.raw,
                    **self._ocr(row.figure),
                }
                for row in self.disclosure
            ],
            "applications": [
                {"outcome": row.outcome}
                | _values(APPLICANTS, row.figures)
                | self._ocr(*row.figures)
                for row in self.applications
            ],
            "proceedings": [
                {"route": row.route} | _values(RESULTS, row.figures) | self._ocr(*row.figures)
                for row in self.proceedings
            ],
            **self._parts_before_2019(),
            "attachments": [attachment._asdict() for attachment in self.attachments],
            "findings": [
                {
                    "check": finding.check,
                    "severity": finding.severity,
                    "fault": finding.fault,
                    "where": finding.where,
                    "expected": finding.expected,
                    "found": finding.found,
                    "message": finding.message,
                }
                for finding in self.findings
            ],
        }

    def _ocr(self, *figures: Figure) -> dict[str, float]:
        sure = []
        for at in (figure.at for figure in figures if figure.at):
            readings = self.tables[at.table].readings
            sure += [way.confidence for way in readings[at.row][at.column][:1]] if readings else []
        return {"ocr_confidence": min(sure)} if sure else {}

    def _parts_before_2019(self) -> dict[str, Any]:
        parts: dict[str, Any] = {}
        if self.statistics or self.form == "2014":
            parts["statistics"] = [
                {
                    "form": row.form,
                    "code": row.code,
                    "label": row.label,
                    "unit": row.unit,
                    "scope": row.scope,
                    "value": row.figure.value,
                    "raw": row.figure.raw,
                    **self._ocr(row.figure),
                }
                for row in self.statistics
            ]
        if self.statements or self.form in ("2014", "narrative"):
            parts["statements"] = [statement._asdict() for statement in self.statements]
        return parts


def _values(names: tuple[str, ...], figures: tuple[Figure, ...]) -> dict[str, Number | None]:
    return {name: figure.value for name, figure in zip(names, figures, strict=True)}
