"""The files that belong to some reports: DOCX, as editors attach them or show them in a viewer."""

from __future__ import annotations

import zipfile
from html import escape
from io import BytesIO
from typing import Literal

from crawler.sample.figures import printed
from crawler.sample.layouts import Layout
from crawler.sample.page import NOTICE
from crawler.sample.portal import Article
from crawler.sample.report_html import Style, render
from crawler.sample.reports import Check, Report

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DIFFERS = "applications.received.total"
"""The cell that an attachment prints otherwise than its page."""

Shown = Literal["page", "file", "viewer"]
"""Where the report itself stands: on its page, only in the file that the page links, or only in the
one that a viewer in the page shows."""
Attached = Literal["same", "differs", "code"]
"""What a download link under a report gives: the same report, one with another figure in one cell,
or only a page that asks for a code."""

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_PARTS = {
    "[Content_Types].xml": (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>'
    ),
    "_rels/.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org'
        '/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    ),
    "docProps/core.xml": (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/'
        'core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:description>{NOTICE}</dc:description></cp:coreProperties>"
    ),
}


def shown(article: Article, report: Report) -> Shown:
    """Two bodies publish so from some year on. Reports with a mistake keep it on their page."""
    if article.attachment or report.mistake or article.column.is_article:
        return "page"
    if report.unit.number == 2 and report.year >= 2020:
        return "file"
    return "viewer" if report.unit.number == 6 and report.year >= 2023 else "page"


def attached(article: Article, report: Report) -> Attached | None:
    """What the download link under an article gives; None where there is no link."""
    if not article.attachment:
        return None
    cell = report.figures.cells.get(DIFFERS)
    if article.number % 4 == 1 and cell is not None and isinstance(cell.value, int):
        return "differs"
    return "code" if article.number % 4 == 3 else "same"


def checks(article: Article, report: Report) -> list[Check]:
    """The findings that an article's file must cause."""
    name = article.attachment or ""
    return {
        "differs": [Check("attachment.differs", DIFFERS)],
        "code": [Check("attachment.missing", name)],
    }.get(attached(article, report) or "", [])


def file_path(article: Article) -> str:
    """The address of an article's file; ``article_of`` reads it."""
    return f"/__local/A/{article.number % 256:02X}/{article.number}.docx"


def article_of(path: str) -> int | None:
    """The number of the article whose file has this address."""
    name = path.rpartition("/")[2].removesuffix(".docx")
    return int(name) if path.startswith("/__local/") and name.isdecimal() else None


def link_body(article: Article, root: str) -> str:
    """The article of a report that is only a link to its file."""
    return (
        f'<p class="vsbcontent_start">附件：<a href="{root}{file_path(article)[1:]}">'
        f"{escape(article.title, quote=False)}.docx</a></p>"
    )


def viewer_body(article: Article) -> str:
    """The article of a report that a viewer shows."""
    return (
        '<p class="vsbcontent_start"><iframe width="100%" height="900" '
        f'src="/system/resource/viewer/web/viewer.html?file={file_path(article)}"></iframe></p>'
    )


def docx(report: Report, *, differs: bool = False) -> bytes:
    """A report as a DOCX file, the same bytes every time."""
    if differs:
        value = report.figures.cells[DIFFERS].value
        assert isinstance(value, int)
        report.figures.cells[DIFFERS] = printed(value + 1)
    body = render(report, _STYLE)
    document = f"<w:document {_W}><w:body>{_paragraph(report.title)}{body}</w:body></w:document>"
    data = BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in {**_PARTS, "word/document.xml": document}.items():
            member = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, f'<?xml version="1.0" encoding="UTF-8"?>\n{part}')
    return data.getvalue()


def _paragraph(text: str) -> str:
    run = f'<w:t xml:space="preserve">{escape(text, quote=False)}</w:t>'
    return f"<w:p><w:r>{run}</w:r></w:p>"


def _table(layout: Layout) -> str:
    """Cells that span rows go on in each of them as empty ones, as Word writes them."""
    going_on: dict[int, tuple[int, int]] = {}  # column → rows left, width
    rows = []
    for cells in layout.rows:
        row = ""
        column = 0
        waiting = list(cells)
        while waiting or column in going_on:
            if column in going_on:
                left, width = going_on.pop(column)
                if left > 1:
                    going_on[column] = (left - 1, width)
                row += _cell("", width, "<w:vMerge/>")
            else:
                cell = waiting.pop(0)
                width = cell.colspan
                merge = '<w:vMerge w:val="restart"/>' if cell.rowspan > 1 else ""
                if cell.rowspan > 1:
                    going_on[column] = (cell.rowspan - 1, width)
                row += _cell(cell.text, width, merge)
            column += width
        rows.append(f"<w:tr>{row}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def _cell(text: str, width: int, merge: str) -> str:
    span = f'<w:gridSpan w:val="{width}"/>' if width > 1 else ""
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{_paragraph(text)}</w:tc>"


_STYLE = Style("docx", _paragraph, _paragraph, _paragraph, _table)
