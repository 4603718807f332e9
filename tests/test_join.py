"""A page and its files as one report. All reports are made up (synthetic)."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest

from crawler.sample import World
from crawler.sample.files import docx
from crawler.sample.reports import Report as Facts
from pipelines.reading.documents import read_document, scan
from pipelines.reading.extract import extract
from pipelines.reading.parts import Missing, Part, Parts
from pipelines.reading.report import Finding, Report

HOST = "http://gongkai.invalid"
PAGE = f"{HOST}/info/1001/2002.htm"
FILES = Path(__file__).parent / "documents" / "files"
TITLE = "青石镇人民政府2023年政府信息公开工作年度报告"
WORD = "application/msword"


def page(article: str, title: str = TITLE, below: str = "") -> bytes:
    """A page of the VSB family with this article."""
    return (
        f"<html><head><title>{title}-云泽县</title></head><body><h1>{title}</h1>"
        "<p>发布时间：2024-01-20 09:30:00 来源：青石镇</p>"
        f'<div id="vsb_content"><div class="v_news_content">{article}</div></div>{below}'
        "</body></html>"
    ).encode()


def link(name: str) -> str:
    return f'<p><a href="/files/{name}">{name}</a></p>'


def part(name: str, body: bytes | None = None, content_type: str = WORD) -> dict[str, Part]:
    url = f"{HOST}/files/{name}"
    return {url: Part((FILES / name).read_bytes() if body is None else body, content_type, url)}


def read(body: bytes, parts: Parts | None) -> Report:
    return extract(body, url=PAGE, content_type="text/html; charset=utf-8", parts=parts)


def of_parts(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.check.startswith("attachment.")]


@pytest.fixture(scope="module")
def sample() -> tuple[bytes, Facts]:
    """The page of a report of the sample that has no file and no mistake, and its facts."""
    site = World().sites[0]
    for path, truth in site.reports.items():
        plain = truth.mistake is None and not truth.expected["attachments"]
        if plain and truth.style == "plain" and truth.shown == "page":
            article = site.portal.articles[path]
            assert article.report
            return site.page(path).body(), site.facts.report(*article.report)
    raise AssertionError("the sample has no such report")


def test_a_page_that_only_leads_to_its_file_is_the_whole_report() -> None:
    body = page(link("report.pdf"))
    first = read(body, None)
    assert (first.form, first.parts) == ("narrative", (f"{HOST}/files/report.pdf",))
    report = read(body, part("report.pdf", content_type="application/pdf"))
    alone = extract((FILES / "report.pdf").read_bytes())
    assert report.applications == alone.applications
    assert report.disclosure == alone.disclosure
    assert report.proceedings == alone.proceedings
    assert report.sections == alone.sections
    assert (report.form, report.year) == ("2021", 2023)
    assert (report.signatory, report.signed_on) == (alone.signatory, alone.signed_on)
    assert (report.title, report.published_at) == (TITLE, "2024-01-20T09:30:00+08:00")
    assert {grid.source for grid in report.tables} == {f"{HOST}/files/report.pdf"}
    assert not of_parts(report)


def test_two_files_of_one_report_are_one_report() -> None:
    body = page(link("report.docx") + link("report.pdf"))
    report = read(body, part("report.docx") | part("report.pdf"))
    assert {grid.source for grid in report.tables} == {f"{HOST}/files/report.docx"}
    assert len(report.applications) == 25
    assert not of_parts(report)


def attach(body: bytes, article: str) -> bytes:
    return body.replace(b"</body>", article.encode() + b"</body>")


def test_a_cell_in_which_page_and_file_differ_is_a_finding(sample: tuple[bytes, Facts]) -> None:
    body, facts = sample
    body = attach(body, link("report.docx"))
    before = facts.figures.cells["applications.received.total"].value
    assert isinstance(before, int)
    alone = read(body, None)
    same = read(body, part("report.docx", docx(facts)))
    assert not of_parts(same)
    other = read(body, part("report.docx", docx(facts, differs=True)))
    (finding,) = of_parts(other)
    assert (finding.check, finding.where) == ("attachment.differs", "applications.received.total")
    assert (finding.expected, finding.found) == (before, before + 1)
    assert "report.docx" in finding.message
    assert "report.docx" in finding.message_zh
    assert other.applications == alone.applications == same.applications
    assert {grid.source for grid in other.tables} == {None}


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("form.docx", "申请人信息：姓名、身份证号、联系电话"),
        ("notice.docx", "关于做好2023年政府信息公开工作年度报告编制工作的通知"),
    ],
)
def test_a_file_that_is_no_report_is_left_alone(
    sample: tuple[bytes, Facts], name: str, body: str
) -> None:
    text = f"<html><body><p>{body}</p></body></html>".encode()
    report = read(attach(sample[0], link(name)), part(name, text))
    assert [attachment.text for attachment in report.attachments] == [name]
    assert not of_parts(report)


def test_the_report_of_another_year_is_another_report() -> None:
    body = page(link("report.docx"), TITLE.replace("2023", "2022"))
    report = read(body, part("report.docx"))
    assert (report.year, report.applications) == (2022, [])


@pytest.mark.parametrize(
    ("there", "check", "fault", "words"),
    [
        ({}, "attachment.missing", "reading", "not in the archive"),
        (
            {f"{HOST}/files/a.docx": Missing("answered 404")},
            "attachment.missing",
            "source",
            "answered 404",
        ),
        (part("a.docx", b"PK\x03\x04 torn"), "attachment.unreadable", "reading", "ZIP"),
        (
            part("a.docx", "<p>请输入验证码后下载</p>".encode(), "text/html"),
            "attachment.missing",
            "source",
            "a web page in place of the file",
        ),
    ],
)
def test_what_is_not_to_be_had_or_read_is_a_finding(
    there: Parts, check: str, fault: str, words: str
) -> None:
    (finding,) = of_parts(read(page(link("a.docx")), there))
    assert (finding.check, finding.where, finding.severity) == (check, "a.docx", "warning")
    assert finding.fault == fault
    assert words in finding.message


def test_a_link_to_an_editor_s_own_disk_is_asked_of_nobody() -> None:
    report = read(page('<p><a href="file:///C:/a/nb.doc">年报.doc</a></p>'), None)
    assert report.parts == ()
    assert [finding.check for finding in of_parts(report)] == ["attachment.missing"]


@pytest.mark.parametrize(
    "article",
    [
        '<iframe src="/pdfjs/web/viewer.html?file=%2Ffiles%2Freport.pdf"></iframe>',
        '<iframe src="../../files/report.pdf"></iframe>',
        '<embed src="/files/report.pdf" type="application/pdf">',
        '<object data="/files/report.pdf"></object>',
        '<script>showVsbpdfIframe("/files/report.pdf","100%","600","0","","vsb");</script>',
    ],
)
def test_what_a_frame_or_a_viewer_shows_is_a_part(article: str) -> None:
    report = read(page(article), part("report.pdf"))
    assert report.parts == (f"{HOST}/files/report.pdf",)
    assert len(report.applications) == 25


def test_files_of_the_menu_are_no_parts_unless_they_may_be_reports() -> None:
    menu = (
        '<ul><li><a href="/files/sqb.doc">信息公开申请表</a></li>'
        '<li><a href="/files/nb.doc">附件：年度报告.doc</a></li></ul>'
    )
    report = read(page("<p>见附件。</p>", below=menu), None)
    names = [attachment.url.rpartition("/")[2] for attachment in report.attachments]
    assert names == ["sqb.doc", "nb.doc"]
    assert report.parts == (f"{HOST}/files/nb.doc",)


def image(number: int, top: int, bottom: int) -> bytes:
    """A part of a page of the made-up report, in points from its top, as a JPEG."""
    import pypdfium2

    document = pypdfium2.PdfDocument((FILES / "report.pdf").read_bytes())
    out = io.BytesIO()
    sheet = document[number].render(scale=150 / 72, grayscale=True).to_pil()
    part = sheet.crop((0, top * 150 // 72, sheet.width, bottom * 150 // 72))
    part.save(out, "JPEG", quality=80)
    return out.getvalue()


def test_pictures_are_asked_for_only_where_the_page_has_no_table(
    sample: tuple[bytes, Facts],
) -> None:
    pictures = (
        '<img src="/images/logo.png"><img src="/a/1.jpg" width="16"><img src="/a/x.gif">'
        '<img src="/a/small/1.jpg" orisrc="/a/1.jpg"><img src="/a/2.jpg">'
    )
    assert read(page(pictures), None).parts == (f"{HOST}/a/1.jpg", f"{HOST}/a/2.jpg")
    body = sample[0].replace(b"</table>", b"</table>" + pictures.encode(), 1)
    assert read(body, None).parts == ()


needs_ocr = pytest.mark.skipif(not scan.is_installed(), reason="OCR is an optional extra")


@needs_ocr
def test_a_table_in_a_picture_of_the_page_itself_is_read_at_once() -> None:
    data = base64.b64encode(image(0, 290, 800)).decode()
    report = read(page(f'<img src="data:image/jpeg;base64,{data}">'), None)
    assert report.parts == ()
    assert len(report.disclosure) == 10
    assert {grid.source for grid in report.tables} == {None}
    assert "document.ocr" in {finding.check for finding in report.findings}


@needs_ocr
def test_the_pictures_of_an_article_are_one_report() -> None:
    body = page('<img src="/files/0.jpg"><img src="/files/1.jpg">')
    parts = part("0.jpg", image(0, 290, 800)) | part("1.jpg", image(2, 365, 540))
    report = read(body, parts)
    assert len(report.disclosure) == 10
    assert len(report.proceedings) == 3
    assert {grid.source for grid in report.tables} <= set(parts)
    assert len({grid.source for grid in report.tables}) == 2


def test_pictures_without_ocr_are_said_to_be_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    body = page('<img src="/files/0.jpg"><img src="/files/1.jpg">')
    parts = part("0.jpg", b"\xff\xd8\xff") | part("1.jpg", b"\xff\xd8\xff")
    (finding,) = of_parts(read(body, parts))
    assert finding.check == "attachment.unreadable"
    assert "make install-all" in finding.message


def test_documents_name_what_they_show() -> None:
    document = read_document(page(link("a.pdf") + '<img src="b.png">'), "text/html", PAGE)
    assert document.pictures == (f"{HOST}/info/1001/b.png",)
    assert document.frames == ()
