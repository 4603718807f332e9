"""Spreadsheets: what a sheet shows becomes tables and text."""

from __future__ import annotations

import io
import zipfile

import pytest

from pipelines.reading.documents import Unreadable
from pipelines.reading.documents.sheet import Merge, read_sheet, shown, without_hidden
from pipelines.reading.documents.xlsx import read_xlsx
from pipelines.reading.report import Grid, Paragraph


@pytest.mark.parametrize(
    ("number", "pattern", "text"),
    [
        (7.0, "General", "7"),
        (25.1, "", "25.1"),
        (25.1, "0.00", "25.10"),
        (1234.5, "#,##0.0", "1,234.5"),
        (2.5, "0", "3"),
        (3.456, "0.##", "3.46"),
        (14.0, "+0;-0;0", "+14"),
        (-12.0, "0_ ;[Red]\\-0", "-12"),
        (5.0, '0"件"', "5件"),
        # A dash stands for the number 0 where money is accounted; the cell holds the number.
        (0.0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "0"),
        (12.0, "[DBNum1]General", "12"),
        (float("inf"), "0", "inf"),
        (0.125, "0.0%", "12.5%"),
        (0.1 + 0.2, "General", "0.3"),
        (1e15, "0", "1000000000000000"),
    ],
)
def test_numbers_are_shown_as_their_format_says(number: float, pattern: str, text: str) -> None:
    assert shown(number, pattern).strip() == text


def test_a_title_above_and_a_note_below_are_text() -> None:
    cells = {(0, 0): "统计表", (2, 0): "规章", (2, 1): "3", (3, 0): "备注：无"}
    merges = [Merge(0, 0, 1, 2), Merge(3, 0, 4, 2)]
    assert list(read_sheet(cells, merges)) == [
        Paragraph("统计表"),
        Grid((("规章", "3"),)),
        Paragraph("备注：无"),
    ]


def test_a_blank_row_of_figures_at_the_end_stays_in_the_table() -> None:
    cells = {(0, 0): "一、新收", (0, 1): "3", (1, 0): "四、结转"}
    assert list(read_sheet(cells, [])) == [Grid((("一、新收", "3"), ("四、结转", "")))]


def test_columns_that_no_cell_begins_at_are_left_out() -> None:
    cells = {(0, 0): "规章", (0, 3): "3", (1, 0): "许可", (1, 3): "4"}
    merges = [Merge(0, 0, 1, 3), Merge(1, 0, 2, 3)]
    assert list(read_sheet(cells, merges)) == [Grid((("规章", "3"), ("许可", "4")))]


def test_hidden_rows_and_columns_are_not_shown_but_what_is_merged_over_them_is() -> None:
    cells = {(0, 0): "甲", (1, 0): "藏", (2, 0): "乙", (0, 1): "藏", (0, 2): "1", (2, 2): "2"}
    seen, ranges, some = without_hidden(cells, [Merge(0, 0, 1, 2)], {1}, {1})
    assert some
    assert list(read_sheet(seen, ranges)) == [Grid((("甲", "1"), ("乙", "2")))]


def xlsx(sheets: dict[str, str], hidden: str = "", styles: str = "") -> bytes:
    """A workbook of these sheets, each the XML of its rows; ``hidden`` names one that is."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    listed, relations = "", ""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for number, (name, rows) in enumerate(sheets.items()):
            state = ' state="hidden"' if name == hidden else ""
            listed += f'<sheet name="{name}" r:id="r{number}"{state}/>'
            relations += f'<Relationship Id="r{number}" Target="worksheets/{number}.xml"/>'
            sheet = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
            package.writestr(f"xl/worksheets/{number}.xml", sheet)
        parts = f"<Relationships>{relations}</Relationships>"
        package.writestr("xl/_rels/workbook.xml.rels", parts)
        package.writestr("xl/styles.xml", f'<styleSheet xmlns="{main}">{styles}</styleSheet>')
        package.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/'
            f'2006/relationships"><sheets>{listed}</sheets></workbook>',
        )
    return out.getvalue()


def row(number: int, *cells: str, more: str = "") -> str:
    placed = (c.replace("<c", f'<c r="{chr(65 + x)}{number}"', 1) for x, c in enumerate(cells))
    return f'<row r="{number}"{more}>{"".join(placed)}</row>'


def words(text: str) -> str:
    return f'<c t="str"><v>{text}</v></c>'


def test_formulas_show_what_was_computed_and_nothing_is_made_of_those_that_were_not() -> None:
    rows = row(1, words("规章"), "<c><f>1+2</f><v>3</v></c>", "<c><f>A1*2</f></c>")
    assert read_xlsx(xlsx({"表": rows})).blocks == (Grid((("规章", "3", "\ufffd"),)),)


def test_a_format_with_a_colour_is_no_date() -> None:
    styles = '<numFmts><numFmt numFmtId="176" formatCode="0_ ;[Red]\\-0\\ "/></numFmts>'
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="176"/><xf numFmtId="14"/></cellXfs>'
    rows = row(1, words("规章"), '<c s="1"><v>12</v></c>', '<c s="2"><v>44562</v></c>')
    document = read_xlsx(xlsx({"表": rows}, styles=styles))
    assert document.blocks == (Grid((("规章", "12", "2022-01-01"),)),)


def test_hidden_sheets_and_rows_are_named_in_a_finding() -> None:
    rows = row(1, words("甲"), words("1")) + row(2, words("乙"), words("2"), more=' hidden="1"')
    document = read_xlsx(xlsx({"表": rows, "底稿": rows}, hidden="底稿"))
    assert document.blocks == (Grid((("甲", "1"),)),)
    (finding,) = document.findings
    assert finding.check == "document.hidden"
    assert finding.message.endswith("rows or columns of sheet 表, sheet 底稿")


def test_strict_open_xml_is_read_as_well() -> None:
    usual = xlsx({"表": row(1, words("甲"), words("1"))})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(usual)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            strict = text.replace("schemas.openxmlformats.org", "purl.oclc.org/ooxml")
            new.writestr(name, strict.replace("/2006/", "/"))
    assert read_xlsx(out.getvalue()).blocks == (Grid((("甲", "1"),)),)


def test_a_workbook_that_shows_nothing_is_said() -> None:
    with pytest.raises(Unreadable, match="shows no text"):
        read_xlsx(xlsx({"表": ""}))


def test_a_sheet_without_text_has_no_blocks() -> None:
    assert list(read_sheet({(5, 5): " "}, [Merge(0, 0, 3, 3)])) == []
