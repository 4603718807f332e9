"""What a page says about itself: title, year, times, source, breadcrumb, publisher, signature."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.reading.halfwidth import halve
from pipelines.reading.head import Head, read_head
from pipelines.reading.heading import find_title
from pipelines.reading.organs import full_name, kind_of
from pipelines.reading.publication import read_publication
from pipelines.reading.recognise import is_annual_report, is_filled_list
from pipelines.reading.report import DateOrigin, Document, Finding, PageDate, Paragraph
from pipelines.reading.report_year import read_year
from pipelines.reading.signature import find_editor, find_signature
from pipelines.reading.titles import as_organ

_FIRST_TEXT = 12  # blocks of the text in which the period and the reporting organ are named
_LONGEST_BLOCK = 1500  # characters of a block in which they are looked for
_SAYS_WHAT = re.compile("20|２０|二[〇○零]|报告|现将")  # cheaper than to halve all of them
_REPORTING_ORGAN = re.compile(
    r"本(?:年度)?报告(?:是)?由([^,。;]{2,40}?)(?:依照|依据|根据|按照|负责|编制|组织)"
    r"|《([^《》,。]{2,40}?)(?:20[0-4]\d)年?度?[^《》]{0,12}信息公开[^《》]{0,10}报告》"
    r"|现将([^,。;]{2,30}?)(?:20[0-4]\d)年"
)
_COLUMN = re.compile(r"乡镇|街镇|各|部门|单位|机构|专栏|目录|公开")


@dataclass(frozen=True, slots=True)
class Metadata:
    """``published_from`` names the date that gave ``published_at``; ``organ`` is the organ that
    the page names as the reporting one elsewhere than in title and signature."""

    is_report: bool
    title: str | None = None
    year: int | None = None
    published_at: str | None = None
    published_from: DateOrigin | None = None
    dates: list[PageDate] = field(default_factory=list)
    index_number: str | None = None
    document_number: str | None = None
    source: str | None = None
    author: str | None = None
    clicks: int | None = None
    breadcrumb: tuple[str, ...] = ()
    signatory: str | None = None
    signed_on: str | None = None
    organ: str | None = None
    findings: list[Finding] = field(default_factory=list)


def read_metadata(document: Document, url: str | None = None) -> Metadata:
    """Read a page's head and tail. Nothing is taken from the date or address of its publication to
    say which year it reports on; what the page does not say is None."""
    head = read_head(document)
    title = find_title(document, head)
    publication = read_publication(document, head, title.block if title else None, url)
    text = _first_text(document, head)
    year, of_year = read_year(document, head, text, title)
    article = publication.origin in ("line", "head table") or "articletitle" in dict(document.meta)
    end = document.body[1] if document.body else len(document.blocks)
    signature = find_signature(document.blocks, min(head.end, end), end)
    dates = publication.dates
    if signature and signature.date:
        dates.append(PageDate("signature", "", signature.date, signature.signed_on))
    fields = head.fields
    is_list = is_filled_list(document, title.text if title else None)
    is_report = is_annual_report(document, title.text if title else None, article)
    return Metadata(
        is_report=is_report or (is_list and year is not None),
        title=title.text if title else None,
        year=year,
        published_at=publication.published_at,
        published_from=publication.origin,
        dates=dates,
        index_number=fields.index,
        document_number=fields.document,
        source=fields.source,
        author=fields.author or fields.editor or find_editor(document.blocks, head.end, end),
        clicks=fields.clicks,
        breadcrumb=head.breadcrumb,
        signatory=signature.signatory if signature else None,
        signed_on=signature.signed_on if signature else None,
        organ=_named_organ(text, head),
        findings=[*publication.findings, *of_year] if is_report or is_list else [],
    )


def _first_text(document: Document, head: Head) -> str:
    """Of the first paragraphs of the article those that may say what it is and of which period."""
    blocks = document.blocks[max(0, head.end - 2) : head.end + _FIRST_TEXT]
    texts = (block.text[:_LONGEST_BLOCK] for block in blocks if isinstance(block, Paragraph))
    return "\n".join(halve(text) for text in texts if _SAYS_WHAT.search(text))


def _named_organ(text: str, head: Head) -> str | None:
    match = _REPORTING_ORGAN.search(text)
    if match is not None:
        organ = as_organ(next(filter(None, match.groups())))
        if organ is not None:
            return organ
    for step in reversed(head.breadcrumb):
        organ = None if _COLUMN.search(step) else as_organ(step)
        if organ is not None and kind_of(full_name(organ)) in ("township", "street", "department"):
            return organ
    return as_organ(head.fields.organ) if head.fields.organ else None
