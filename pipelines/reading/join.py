"""A page and its parts as one report: which file holds the tables, and where they differ.

The page is the report where it has the form's tables. Where it has none, the part with the most
figures gives them, with whatever else of the report the page lacks; what the page says about itself
(title, publication, source) stays the page's. All other parts that hold the same report are
compared with it, figure by figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from pipelines.reading import join_findings as found
from pipelines.reading.documents import Unreadable, read_document
from pipelines.reading.documents.scan import NO_TEXT
from pipelines.reading.doubts import is_sure, named_figures, ways_of
from pipelines.reading.metadata import Metadata, read_metadata
from pipelines.reading.parts import Missing, Part, Parts, Wanted, can_be_asked
from pipelines.reading.places import Places
from pipelines.reading.publisher import choose_publisher
from pipelines.reading.recognise import has_prose
from pipelines.reading.report import APPLICANTS, RESULTS, Document, Figure, Finding, Grid, Section
from pipelines.reading.sections import read_sections, read_whole_text
from pipelines.reading.tables import TablesRead, read_tables


@dataclass(slots=True)
class Content:
    """What one file says of a report. ``name`` is what findings call it, "" for the page."""

    document: Document
    metadata: Metadata
    tables: TablesRead
    sections: list[Section]
    name: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def figures(self) -> int:
        """How many figures of the forms it prints."""
        read = self.tables
        return (
            len(read.disclosure)
            + len(read.applications) * len(APPLICANTS)
            + len(read.proceedings) * len(RESULTS)
            + len(read.statistics)
        )

    @property
    def is_report(self) -> bool:
        return self.figures > 0 or self.metadata.is_report


def read_content(document: Document, metadata: Metadata, name: str = "") -> Content:
    """The tables and sections of a file."""
    return Content(document, metadata, read_tables(document), read_sections(document), name)


def read_text(content: Content) -> list[Section]:
    """The sections of a report before 2019: where it has no headings, its whole text."""
    return content.sections or read_whole_text(content.document)


def join(page: Content, wanted: Sequence[Wanted], parts: Parts) -> Content:
    """The report that a page and its parts make together; ``page`` itself where they add nothing.
    Its findings are those of joining. Parts that are no report, or another one, count for nothing.
    """
    findings: list[Finding] = []
    contents = list(_read_files(wanted, parts, findings))
    reports = [content for content in contents if _is_same(page, content)]
    if page.figures == 0 and not any(content.figures for content in reports):
        pictures = _read_pictures(wanted, parts, findings)
        if pictures is not None and _is_same(page, pictures):
            reports.append(pictures)
    chosen = page
    if page.figures == 0 and reports:
        chosen = max(reports, key=lambda content: (content.figures, bool(content.sections)))
    for other in reports:
        if other is not chosen and other.tables.form == chosen.tables.form:
            findings += _differences(chosen, other)
    joined = _taking(page, chosen) if chosen is not page else page
    joined.findings = findings
    return joined


def _is_same(page: Content, part: Content) -> bool:
    """Whether a part is the report of the page: of its year and its organ, where both say them."""
    if not part.is_report:
        return False
    years = {page.metadata.year, part.metadata.year} - {None}
    if len(years) > 1:
        return False
    here, there = _organ(page), _organ(part)
    return not here or not there or here.endswith(there) or there.endswith(here)


def _organ(content: Content) -> str | None:
    said = content.metadata
    return choose_publisher(said.signatory, said.title, None, Places.load(), said.organ)[0]


def _taking(page: Content, part: Content) -> Content:
    """The page with what it lacks from a part."""
    own, other = page.metadata, part.metadata
    findings = [one for one in own.findings if own.year or one.check != "year.unknown"]
    findings += [one for one in other.findings if one.check == "year.disagrees"]
    signed = own if own.signatory or own.signed_on else other
    signatures = [date for date in other.dates if signed is other and date.kind == "signature"]
    metadata = replace(
        own,
        year=own.year or other.year,
        signatory=signed.signatory,
        signed_on=signed.signed_on,
        dates=[*own.dates, *signatures],
        findings=findings if own.year or other.year else own.findings,
    )
    findings = [*part.document.findings, *page.tables.findings, *part.tables.findings]
    # Of a page that only leads to its file, the text is that of the file.
    text = page if page.sections or has_prose(page.document) else part
    return Content(
        text.document,
        metadata,
        replace(part.tables, findings=findings),
        page.sections or part.sections,
    )


def _read_files(
    wanted: Sequence[Wanted], parts: Parts, findings: list[Finding]
) -> Iterator[Content]:
    """The content of each file and frame that is there and can be read."""
    for part in wanted:
        if part.kind == "picture":
            continue
        there = _look_up(part, parts, findings)
        if there is None:
            continue
        try:
            content = _read(part.name, [there])
        except Unreadable as error:
            findings.append(found.unreadable(part, str(error)))
            continue
        if part.kind == "file" and not content.is_report and _is_page(there):
            findings.append(found.missing(part, found.A_PAGE))
            continue
        yield content


def _read_pictures(
    wanted: Sequence[Wanted], parts: Parts, findings: list[Finding]
) -> Content | None:
    """All pictures of the article, in their order, as one document."""
    pictures = []
    for part in wanted:
        if part.kind == "picture" and (there := _look_up(part, parts, findings)) is not None:
            pictures.append((part, there))
    if not pictures:
        return None
    documents = []
    for part, there in pictures:
        try:
            documents.append(_document(there))
        except Unreadable as error:
            if str(error) == NO_TEXT:
                continue  # a photograph
            findings.append(found.unreadable(part, str(error)))
            if not documents:
                break
    return _content(found.PICTURES, documents) if documents else None


def _look_up(part: Wanted, parts: Parts, findings: list[Finding]) -> Part | None:
    there = part.inline or parts.get(part.url)
    if there is None:
        there = found.NOT_ARCHIVED if can_be_asked(part.url) else found.NO_ADDRESS
    if isinstance(there, Missing):
        findings.append(found.missing(part, there))
        return None
    return there


def _read(name: str, parts: Sequence[Part]) -> Content:
    return _content(name, [_document(part) for part in parts])


def _content(name: str, documents: Sequence[Document]) -> Content:
    first = documents[0]
    if len(documents) > 1:
        first = replace(
            first,
            blocks=tuple(block for document in documents for block in document.blocks),
            findings=tuple(one for document in documents for one in document.findings),
        )
    return read_content(first, read_metadata(first), name)


def _document(part: Part) -> Document:
    """The document of a part, its tables knowing where they come from."""
    document = read_document(part.body, part.content_type, part.url or None)
    if not part.url:
        return document
    blocks = tuple(
        replace(block, source=part.url) if isinstance(block, Grid) else block
        for block in document.blocks
    )
    return replace(document, blocks=blocks)


def _is_page(part: Part) -> bool:
    return "html" in (part.content_type or "").lower()


def _differences(chosen: Content, other: Content) -> Iterator[Finding]:
    """A finding for each figure that both print, and print differently. One that OCR is not sure of
    is compared with no other."""
    there = dict(_figures(other.tables))
    for where, figure in _figures(chosen.tables):
        twin = there.get(where)
        if twin is None or figure.value == twin.value:
            continue
        if _is_sure(chosen.tables, figure) and _is_sure(other.tables, twin):
            yield found.differs(where, (chosen.name, figure), (other.name, twin))


def _is_sure(tables: TablesRead, figure: Figure) -> bool:
    ways = ways_of(tables.tables, figure)
    return ways is None or is_sure(ways)


def _figures(tables: TablesRead) -> Iterator[tuple[str, Figure]]:
    yield from named_figures(tables)
    for count in tables.statistics:
        if count.code is not None:
            yield f"statistics.{count.code}.{count.scope}", count.figure
