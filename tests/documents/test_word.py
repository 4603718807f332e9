"""DOCX: what Word prints of what the file holds."""

from __future__ import annotations

import io
import zipfile

import pytest

from pipelines.reading.documents import Unreadable
from pipelines.reading.documents.word import read_docx
from pipelines.reading.extract import extract
from pipelines.reading.report import Grid, Paragraph

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
NUMBERING = """
<w:abstractNum w:abstractNumId="7">
 <w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
 <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
</w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>"""
STYLES = """
<w:style w:styleId="Heading"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"""


def docx(body: str, parts: dict[str, str] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, root, text in [
            ("document", "document", f"<w:body>{body}</w:body>"),
            ("numbering", "numbering", NUMBERING),
            ("styles", "styles", STYLES),
        ]:
            package.writestr(f"word/{name}.xml", f"<w:{root} {NAMESPACES}>{text}</w:{root}>")
        for name, text in (parts or {}).items():
            package.writestr(name, text)
    return out.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def texts(body: str) -> list[str]:
    return [block.text for block in read_docx(docx(body)).blocks if isinstance(block, Paragraph)]


def cells(body: str) -> tuple[tuple[str | None, ...], ...]:
    (grid,) = (block for block in read_docx(docx(body)).blocks if isinstance(block, Grid))
    return grid.cells


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def test_numbers_that_word_prints_by_itself() -> None:
    top = '<w:pStyle w:val="Heading"/>'
    below = '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>'
    body = [paragraph("总体情况", top), paragraph("甲", below), paragraph("乙", below)]
    body += [paragraph("主动公开", top), paragraph("丙", below), paragraph("正文")]
    assert texts("".join(body)) == ["一、总体情况", "1.甲", "2.乙", "二、主动公开", "1.丙", "正文"]


def test_merged_cells_become_none() -> None:
    table = (
        row(cell("甲", '<w:vMerge w:val="restart"/>'), cell("乙", '<w:gridSpan w:val="2"/>')),
        # Text left in a cell from before it was merged is not printed.
        row(cell("旧", "<w:vMerge/>"), cell("1"), cell("2")),
        row(cell("3"), properties='<w:gridBefore w:val="1"/>'),
    )
    assert cells(f"<w:tbl>{''.join(table)}</w:tbl>") == (
        ("甲", "乙", None),
        (None, "1", "2"),
        ("", "3", ""),
    )


def test_what_was_deleted_is_not_read_and_what_was_inserted_is() -> None:
    deleted = "<w:del><w:r><w:delText>3</w:delText></w:r></w:del>"
    inserted = "<w:ins><w:r><w:t>5</w:t></w:r></w:ins>"
    field = "<w:r><w:instrText> PAGE </w:instrText></w:r>"
    assert texts(f"<w:p><w:r><w:t>共</w:t></w:r>{deleted}{inserted}{field}</w:p>") == ["共5"]


def test_the_digits_of_a_number_that_word_put_into_several_runs_stay_together() -> None:
    runs = "".join(f"<w:r><w:t>{digit}</w:t></w:r>" for digit in "126")
    assert cells(f"<w:tbl><w:tr><w:tc><w:p>{runs}</w:p></w:tc></w:tr></w:tbl>") == (("126",),)


def test_a_text_box_is_read_once() -> None:
    content = f"<w:txbxContent>{paragraph('框内')}</w:txbxContent>"
    both = (
        f"<mc:AlternateContent><mc:Choice>{content}</mc:Choice>"
        f"<mc:Fallback>{content}</mc:Fallback></mc:AlternateContent>"
    )
    assert texts(f"<w:p><w:r><w:t>框外</w:t>{both}</w:r></w:p>") == ["框外", "框内"]


def test_a_table_inside_a_cell_stays_in_it() -> None:
    inner = f"<w:tbl>{row(cell('1'), cell('2'))}</w:tbl>"
    table = f"<w:tbl><w:tr><w:tc>{inner}{paragraph('')}</w:tc>{cell('3')}</w:tr></w:tbl>"
    assert cells(table) == (("12", "3"),)


def test_a_file_of_nothing_but_an_empty_table() -> None:
    with pytest.raises(Unreadable, match="no text"):
        read_docx(docx("<w:tbl/>"))


def test_what_word_hides_or_writes_above_is_not_text() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
    guide = (
        "<w:rt><w:r><w:t>heng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>蘅</w:t></w:r></w:rubyBase>"
    )
    math = '<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math">'
    number = f"{math}<m:r><m:t>5</m:t></m:r></m:oMath>"
    assert texts(f"<w:p>{hidden}<w:r><w:ruby>{guide}</w:ruby></w:r>{number}</w:p>") == ["蘅5"]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    assert texts(paragraph("上", "<w:rPr><w:del/></w:rPr>") + paragraph("下")) == ["上下"]


def test_a_deleted_cell_is_not_read() -> None:
    table = row(cell("甲"), cell("旧", "<w:cellDel/>"), cell("2"))
    assert cells(f"<w:tbl>{table}</w:tbl>") == (("甲", "2"),)


def test_notes_are_read_behind_what_they_belong_to() -> None:
    def mark(number: int) -> str:
        note = f'<w:footnoteReference w:id="{number}"/>'
        return f"<w:p><w:r><w:t>共5件</w:t>{note}</w:r></w:p>"

    notes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(text)}</w:footnote>'
        for number, text in ((1, "含上年结转"), (2, "不含"))
    )
    parts = {"word/footnotes.xml": f"<w:footnotes {NAMESPACES}>{notes}</w:footnotes>"}
    body = f"{mark(1)}<w:tbl><w:tr><w:tc>{mark(2)}</w:tc></w:tr></w:tbl>{paragraph('完')}"
    blocks = read_docx(docx(body, parts)).blocks
    read = [block.text if isinstance(block, Paragraph) else block.cells for block in blocks]
    assert read == ["共5件", "含上年结转", (("共5件",),), "不含", "完"]


def test_a_page_that_was_put_in_whole_is_read_and_what_cannot_be_is_a_finding() -> None:
    chunks = "".join(f'<w:altChunk r:id="r{number}"/>' for number in (1, 2))
    parts = {
        "word/_rels/document.xml.rels": '<Relationships><Relationship Id="r1" Target="a.htm"/>'
        '<Relationship Id="r2" Target="b.bin"/></Relationships>',
        "word/a.htm": "<html><table><tr><td>规章<td>3</table></html>",
        "word/b.bin": "%PDF-1.7",
    }
    document = read_docx(docx(paragraph("文") + chunks, parts))
    assert document.blocks == (Paragraph("文"), Grid((("规章", "3"),)))
    assert [(f.check, f.where) for f in document.findings] == [("document.part", "word/b.bin")]


DRAWINGML = "http://schemas.openxmlformats.org/drawingml/2006"


def drawing(wide: str, high: str, part: str) -> str:
    """A paragraph with a picture; sizes in English Metric Units."""
    return (
        f'<w:p><w:r><w:drawing><wp:inline xmlns:wp="{DRAWINGML}/wordprocessingDrawing">'
        f'<wp:extent cx="{wide}" cy="{high}"/><a:blip xmlns:a="{DRAWINGML}/main" r:embed="{part}"/>'
        "</wp:inline></w:drawing></w:r></w:p>"
    )


def test_a_report_without_tables_says_which_pictures_can_show_them() -> None:
    parts = {
        "word/_rels/document.xml.rels": '<Relationships><Relationship Id="r1"'
        ' Target="media/image1.png"/></Relationships>'
    }
    sizes = (("1440000", "1440000"), ("x", ""), ("5400000", "3600000"))
    shown = "".join(drawing(wide, high, "r1") for wide, high in sizes)
    texts = (
        "云蘅县人民政府2021年政府信息公开工作年度报告",
        "根据《中华人民共和国政府信息公开条例》，现公布本县2021年政府信息公开工作年度报告。",
        "一、总体情况",
        "本年度主动公开政府信息，情况如下。",
        "二、主动公开政府信息情况",
        "见图。",
    )
    report = extract(docx("".join(map(paragraph, texts)) + shown, parts))
    assert report.kind == "annual_report"
    told = {(finding.check, finding.where) for finding in report.findings}
    assert ("document.part", "word/media/image1.png") in told


def test_no_body() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("word/document.xml", "<broken")
    with pytest.raises(Unreadable, match="no XML"):
        read_docx(out.getvalue())
