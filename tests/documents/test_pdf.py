"""PDF: what its pages draw, and what cannot be read."""

from __future__ import annotations

import pytest
from made_pdf import assembled, pdf_of

from pipelines.reading.documents import Unreadable, limits
from pipelines.reading.documents.pdf import read_pdf
from pipelines.reading.report import Grid, Paragraph

# Two columns and two rows of 80 × 40 points, from (20, 20).
BOX = "20 20 160 80 re S 100 20 m 100 100 l S 20 60 m 180 60 l S "


def text(words: str, x: int, y: int, turn: str = "1 0 0 1") -> str:
    return f"BT /F1 10 Tf {turn} {x} {y} Tm ({words}) Tj ET "


def cells(body: bytes) -> tuple[tuple[str | None, ...], ...]:
    (grid,) = (block for block in read_pdf(body).blocks if isinstance(block, Grid))
    return grid.cells


def test_a_turned_head_is_read_along_its_own_direction() -> None:
    up = text("Total 12", 60, 62, "0 1 -1 0")
    down = text("Other 34", 140, 98, "0 -1 1 0")
    drawn = BOX + up + down + text("5", 30, 30) + text("6", 110, 30)
    assert cells(pdf_of(drawn)) == (("Total 12", "Other 34"), ("5", "6"))


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_is_turned_as_a_whole_reads_as_it_is_held(turn: int) -> None:
    # The page is turned clockwise by /Rotate, so what it draws lies the other way.
    matrix = {
        0: "1 0 0 1 0 0",
        90: "0 1 -1 0 300 0",
        180: "-1 0 0 -1 300 200",
        270: "0 -1 1 0 0 200",
    }[turn]
    drawn = BOX + text("a", 30, 70) + text("b", 110, 70) + text("1", 30, 30) + text("2", 110, 30)
    body = pdf_of(f"q {matrix} cm {drawn} Q", page=f"/Rotate {turn}")
    assert cells(body) == (("a", "b"), ("1", "2"))


def test_a_table_without_lines_at_its_sides_has_its_outer_columns() -> None:
    lines = "".join(f"20 {y} m 180 {y} l S " for y in (20, 60, 100)) + "100 20 m 100 100 l S "
    drawn = lines + text("a", 30, 70) + text("b", 110, 70) + text("1", 30, 30) + text("2", 110, 30)
    assert cells(pdf_of(drawn)) == (("a", "b"), ("1", "2"))


def test_lines_in_a_drawing_nested_in_the_page_count() -> None:
    kind = "/Type/XObject/Subtype/Form/BBox[0 0 300 200]"
    form = f"<<{kind}/Length {len(BOX)}>>stream\n{BOX}\nendstream"
    body = pdf_of(
        "q 1 0 0 1 10 0 cm /X Do Q " + text("a", 40, 70) + text("2", 120, 30),
        page="/Resources<</Font<</F1 5 0 R>>/XObject<</X 6 0 R>>>>",
        extra=[form],
    )
    assert cells(body) == (("a", ""), ("", "2"))


def test_a_frame_around_text_is_no_table() -> None:
    body = pdf_of("20 20 160 80 re S " + text("framed", 30, 30))
    assert read_pdf(body).blocks == (Paragraph("framed"),)


def test_dots_make_a_line() -> None:
    def dots(x: int, y: int, count: int, right: int, up: int) -> str:
        return "".join(f"{x + 2 * n * right} {y + 2 * n * up} 1 1 re f " for n in range(count))

    lines = "".join(dots(20, y, 80, 1, 0) for y in (20, 60, 100))
    lines += "".join(dots(x, 20, 40, 0, 1) for x in (20, 100, 180))
    drawn = lines + text("a", 30, 70) + text("b", 110, 70) + text("1", 30, 30) + text("2", 110, 30)
    assert cells(pdf_of(drawn)) == (("a", "b"), ("1", "2"))


def test_text_that_is_not_painted_is_not_read() -> None:
    hidden = text("hidden", 20, 20).replace("BT", "BT 3 Tr")
    assert read_pdf(pdf_of(text("seen", 20, 60) + hidden)).blocks == (Paragraph("seen"),)


def test_text_painted_twice_to_look_bold_is_read_once() -> None:
    assert cells(pdf_of(BOX + text("12", 30, 30) + "0.3 0 0 RG " + text("12", 30, 30))) == (
        ("", ""),
        ("12", ""),
    )


def test_a_dash_at_the_end_of_a_line_stays() -> None:
    drawn = BOX + text("7", 30, 70) + text("-", 110, 70) + text("a-", 30, 30) + text("b", 110, 30)
    assert cells(pdf_of(drawn)) == (("7", "-"), ("a-", "b"))


NAMELESS = [
    "<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]>>",
    "<</Type/Font/Subtype/CIDFontType2/BaseFont/X/FontDescriptor 8 0 R"
    "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
    "<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1000 1000]/Ascent 880/Descent -120"
    "/ItalicAngle 0/CapHeight 700/StemV 80>>",
]


def test_characters_that_no_font_names_are_a_finding_and_not_digits() -> None:
    shown = "BT /F2 10 Tf 110 30 Td <00140015> Tj ET "
    body = pdf_of(
        BOX + text("Total items", 30, 30) + shown,
        page="/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>",
        extra=NAMELESS,
    )
    document = read_pdf(body)
    assert document.blocks == (Grid((("", ""), ("Total items", "\ufffd\ufffd"))),)
    assert [(f.check, f.where) for f in document.findings] == [("document.characters", "page 1")]


ENCRYPTED = (
    f"/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<{'00' * 32}>/U<{'11' * 32}>>>"
    f"/ID[<{'22' * 16}><{'22' * 16}>]"
)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (pdf_of(text("secret", 20, 20), trailer=ENCRYPTED), "encrypted"),
        (b"%PDF-1.7\nnothing that follows is one", "damaged"),
        (assembled(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"]), "no page"),
        (pdf_of("20 20 m 100 100 l S"), "no text"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_pdf(body)


def test_what_is_said_of_a_file_is_not_that_of_the_file_before_it() -> None:
    with pytest.raises(Unreadable, match="encrypted"):
        read_pdf(pdf_of(text("secret", 20, 20), trailer=ENCRYPTED))
    with pytest.raises(Unreadable, match="no page"):
        read_pdf(assembled(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"]))


def test_a_broken_cross_reference_is_mended() -> None:
    body = pdf_of(text("found", 20, 20)).replace(b"startxref\n", b"startxref\n9")
    assert read_pdf(body).blocks == (Paragraph("found"),)


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_PAGES", 0)
    with pytest.raises(Unreadable, match="1 pages"):
        read_pdf(pdf_of(text("a", 20, 20)))


def test_a_picture_beside_text_that_can_show_a_table_is_unread() -> None:
    words = text("Annual report on the disclosure of government information, 2021", 20, 180)

    def with_picture(wide: int, high: int) -> bytes:
        return pdf_of(f"{words} q {wide} 0 0 {high} 9 9 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q")

    assert read_pdf(with_picture(110, 110)).unread == ()
    assert read_pdf(with_picture(250, 150)).unread == ("page 1",)
