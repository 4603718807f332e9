"""From the bytes of one page to its report: the stages in their order, and nothing else.

``extract`` is a pure function: no network, no clock, no database. The same bytes, URL, content type
and portal division always give the same report; that is what lets ``gongkai rebuild`` make the
database again from the archive.
"""

from __future__ import annotations

from pipelines.reading.checks import run_checks
from pipelines.reading.decisions import decide_readings
from pipelines.reading.documents import read_document
from pipelines.reading.doubts import find_doubts
from pipelines.reading.join import join, read_content, read_text
from pipelines.reading.metadata import read_metadata
from pipelines.reading.parts import Parts, can_be_asked, find_file_links, find_parts
from pipelines.reading.places import Places
from pipelines.reading.publisher import check_publisher, choose_publisher
from pipelines.reading.report import Attachment, Report
from pipelines.reading.statements import read_statements
from pipelines.reading.tables import TablesRead
from pipelines.reading.unread import find_unread


def extract(
    body: bytes,
    *,
    url: str | None = None,
    content_type: str | None = None,
    division: str | None = None,
    parts: Parts | None = None,
) -> Report:
    """Read one page.

    ``body`` is the payload with its content encoding undone; ``content_type`` the header as sent;
    ``division`` the code of the portal's own division (six digits for a county), which resolves
    the publisher's name; ``parts`` what was found at the addresses in the ``parts`` of a reading
    without them. A reading with ``parts``, be it none at all, is the whole report: what is not
    among them is missing. Raises ``pipelines.reading.documents.Unreadable`` for bytes that no
    reader takes; whatever else is odd about the page becomes a finding.
    """
    document = read_document(body, content_type, url)
    metadata = read_metadata(document, url)
    if not metadata.is_report:
        return Report(
            kind="other",
            title=metadata.title,
            published_at=metadata.published_at,
            published_from=metadata.published_from,
            dates=metadata.dates,
            source=metadata.source,
            findings=metadata.findings,
            encoding=document.encoding,
        )
    content = read_content(document, metadata)
    links = find_file_links(document)
    wanted = find_parts(document, links, url, content.figures > 0)
    asked = tuple(part.url for part in wanted if can_be_asked(part.url, url))
    if wanted and (parts is not None or not asked):
        content = join(content, wanted, parts or {})
    metadata, tables = content.metadata, content.tables
    publisher, publisher_kind, place = choose_publisher(
        metadata.signatory, metadata.title, division, Places.load(), metadata.organ
    )
    report = Report(
        kind="annual_report",
        form=tables.form or ("narrative" if _is_narrative(tables) else None),
        year=metadata.year,
        title=metadata.title,
        publisher=publisher,
        publisher_kind=publisher_kind,
        division=place,
        index_number=metadata.index_number,
        document_number=metadata.document_number,
        published_at=metadata.published_at,
        published_from=metadata.published_from,
        dates=metadata.dates,
        source=metadata.source,
        author=metadata.author,
        clicks=metadata.clicks,
        breadcrumb=metadata.breadcrumb,
        signatory=metadata.signatory,
        signed_on=metadata.signed_on,
        encoding=document.encoding,
        sections=content.sections,
        disclosure=tables.disclosure,
        applications=tables.applications,
        proceedings=tables.proceedings,
        statistics=tables.statistics,
        attachments=[Attachment(link.url, link.text) for link in links],
        tables=tables.tables,
        findings=[*document.findings, *metadata.findings, *tables.findings, *content.findings],
        parts=asked,
    )
    if report.form in ("2014", "narrative"):
        report.sections = read_text(content)
        report.statements = read_statements(report.sections, report.year)
    report.findings += check_publisher(
        metadata.signatory, metadata.title, place, division, Places.load()
    )
    report.findings += decide_readings(report)
    report.findings += find_doubts(report)
    if not content.figures:
        report.findings += find_unread(content.document)
    report.findings += run_checks(report)
    return report


def _is_narrative(tables: TablesRead) -> bool:
    """Whether a page has no table of any form, not even one that could not be read."""
    return not (tables.disclosure or tables.applications or tables.proceedings or tables.findings)
