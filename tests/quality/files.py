"""Golden files other than pages: made-up reports as offices and browsers save them, and as ZIP and
scan. Chromium and LibreOffice make them when they are built; what is built is kept, so reading them
needs neither. Places are fictional."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import escape
from typing import Any

from crawler.sample.figures import draw
from crawler.sample.layouts import HtmlCell
from crawler.sample.portal import Article, Column
from crawler.sample.reports import Report
from crawler.sample.truth import truth_of
from tests.documents import made_ofd
from tests.quality import shapes
from tests.quality.golden import PAGES
from tests.quality.made import expected_of
from tests.quality.printers import convert, print_pdf

STYLE = (
    "@page{size:A4;margin:2cm}body,td{font-family:'Noto Sans CJK SC';font-size:10.5pt}"
    "h1{text-align:center;font-size:18pt}p{text-indent:0.74cm;margin:0.1cm 0}"
    "table{border-collapse:collapse;width:100%}td{border:1px solid #000;padding:2px 3px}"
    "td p{text-indent:0}"
)
HEADS_AND_FEET = {
    "display_header_footer": True,
    "header_template": "<div style='font-size:9px;margin:auto'>云蘅县政务公开</div>",
    "footer_template": "<div style='font-size:9px;width:100%;padding:0 1cm'>http://files.invalid/1.htm"
    " <span class=pageNumber></span>/<span class=totalPages></span></div>",
    "margin": {"top": "2cm", "bottom": "2cm", "left": "2cm", "right": "2cm"},
}
"""What browsers print around a page: its address at the foot with a number that counts."""
BOXES = "table{border-collapse:separate;border-spacing:2px}td{border:0;background:#dce6f1}"
WITHOUT_LINES = (
    "@page{size:A4 landscape;margin:1cm}"
    "td{border:0;padding:2px 4px;font-size:8pt;white-space:nowrap}"
)
SMALL = (
    "@page{margin:0.7cm}body,td{font-size:7pt}td{padding:0 2px}p{margin:0}"
    "h1{font-size:12pt;margin:0}"
)

Facts = tuple[str, dict[str, Any]]
"""A report as an HTML page, and what reading it must give."""
Make = Callable[[str], bytes]


@dataclass
class File:
    """One golden file: ``make`` turns the page of HTML into it; ``facts`` names whose it is."""

    name: str
    shape: str
    format: str
    ending: str
    facts: str
    make: Make
    style: str = ""
    article: Callable[[Report], str] = shapes.article
    findings: tuple[tuple[str, str], ...] = ()
    unscored: list[str] = field(default_factory=list)


def upright_heads(report: Report) -> str:
    """Short labels in vertical writing, as heads of narrow columns are."""

    def cell(cell: HtmlCell) -> str:
        short = not cell.is_figure and len(cell.text) in (2, 4, 5, 6) and "、" not in cell.text
        style = " style='writing-mode:vertical-rl'" if short else ""
        return f"<td{shapes.spans(cell)}{style}>{shapes.text_of(cell.text) or '&nbsp;'}</td>"

    return shapes.article(report, table=lambda layout: shapes.table_html(layout, cell))


def ofd(page: str) -> bytes:
    return made_ofd.from_pdf(convert(page, "pdf"))


class _Named(zipfile.ZipInfo):
    """A member whose name is written in ``encoding``, without saying which."""

    encoding = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.encoding), self.flag_bits


def zipped(page: str, members: dict[str, str], encoding: str = "utf-8") -> bytes:
    """``members`` maps names to the ending of the file type that each is, "" for a note."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, ending in members.items():
            member = _Named(name)
            member.encoding = encoding
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, convert(page, ending) if ending else "示例说明".encode())
    return out.getvalue()


def scan(page: str, kind: str) -> bytes:
    """The first page at 200 dpi in grey, as from a scanner that stands straight."""
    import pypdfium2

    picture = pypdfium2.PdfDocument(print_pdf(page))[0].render(scale=200 / 72, grayscale=True)
    out = io.BytesIO()
    picture.to_pil().quantize(8).convert("L").save(out, kind, quality=50, optimize=True)
    return out.getvalue()


UNSURE = ["sections", "findings"]
"""Of scans only tables and names are scored: how sure OCR is differs from machine to machine."""


def files() -> Iterator[File]:
    for form in ("2021", "2019"):
        for ending in ("pdf", "docx", "doc", "xlsx", "xls"):
            make = partial(convert, ending=ending)
            yield File(
                f"{ending}-office-{form}", f"{ending} of LibreOffice", ending, ending, form, make
            )
        yield File(f"ofd-{form}", "ofd", "ofd", "ofd", form, ofd)
    yield File(
        "rtf-office-2021",
        "rtf of LibreOffice",
        "rtf",
        "rtf",
        "2021",
        partial(convert, ending="rtf"),
    )
    browser = partial(print_pdf, **HEADS_AND_FEET)
    yield File(
        *("pdf-browser-2021", "pdf of a browser, heads and feet", "pdf", "pdf", "2021", browser),
        "h1{margin-top:2.1cm}",
    )
    yield File(
        "pdf-boxes-2019", "pdf of a browser, cells as boxes", "pdf", "pdf", "2019", print_pdf, BOXES
    )
    yield File(
        *("pdf-vertical-2021", "pdf of a browser, vertical heads", "pdf", "pdf", "2021", print_pdf),
        article=upright_heads,
    )
    for facts, form in (("hand-annex-1", "2014"), ("hand-narrative-1", "narrative")):
        for ending in ("pdf", "docx", "doc"):
            make = partial(convert, ending=ending)
            yield File(f"{ending}-{form}", f"{form} as {ending}", ending, ending, facts, make)
    names = {
        "报送说明.txt": "",
        "__MACOSX/._年度报告.docx": "",
        "年报/政府信息公开年度报告.docx": "docx",
    }
    yield File(
        *("zip-gbk-2021", "zip, names in GBK", "zip", "zip", "2021"),
        partial(zipped, members=names, encoding="gbk"),
        findings=(("document.bundle", "年报/政府信息公开年度报告.docx"),),
    )
    names = {"2020年政府信息公开年度报告.pdf": "pdf", "2020年政府信息公开年度报告.doc": "doc"}
    yield File(
        *("zip-twice-2019", "zip, report in two formats", "zip", "zip", "2019"),
        partial(zipped, members=names, encoding="utf-8"),
        findings=(("document.bundle", "2020年政府信息公开年度报告.doc"),),
    )
    for facts, kind, ending in (("2021", "PNG", "png"), ("hand-narrative-1", "JPEG", "jpg")):
        make = partial(scan, kind=kind)
        yield File(
            *(f"scan-{ending}", f"scan, {kind}", "scan", ending, facts, make, SMALL),
            unscored=UNSURE,
        )
    yield File(
        *("pdf-unruled-2021", "pdf without lines", "pdf", "pdf", "2021", print_pdf, WITHOUT_LINES)
    )


def written(report: Report, file: File, seed: str) -> Facts:
    """A report of the bundled sample as a page, with figures of a busy county."""
    report.figures = draw(report.figures.form, report.year, 40, seed)
    article = Article(Column(1, "gk", report.unit.place, None), report.title, report.published)
    expected = expected_of(truth_of(article, report, file.shape, None), "http://files.invalid/")
    expected |= {"published_at": None, "source": None, "breadcrumb": []}
    expected["findings"] += [{"check": check, "where": where} for check, where in file.findings]
    if file.format in ("xls", "xlsx"):
        as_numbers(expected)
    return page_of(report.title, file.article(report), file.style), expected


def page_of(title: str, article: str, style: str) -> str:
    return (
        f"<!doctype html><meta charset=utf-8><style>{STYLE}{style}</style>"
        f"<h1>{escape(title, quote=False)}</h1>\n{article}"
    )


def handwritten(facts: str, style: str) -> Facts:
    """The facts of a golden page without its head, which a file has none of."""
    expected = json.loads((PAGES / facts / "expected.json").read_text("utf-8"))
    expected |= {"published_at": None, "source": None, "breadcrumb": []}
    body = (PAGES / facts / "page.html").read_text("utf-8")
    article = body.partition('<div id="zoom">\n')[2].partition("\n</div>")[0]
    return page_of(expected["title"], article, style), expected


def as_numbers(expected: dict[str, Any]) -> None:
    """A sheet holds numbers, without the plus that a page prints before them."""
    for row in expected["disclosure"]:
        row["raw"] = row["raw"].lstrip("+")


def about(file: File, form: str, division: str) -> dict[str, Any]:
    return {
        "shape": file.shape,
        "format": file.format,
        "form": form,
        "division": division,
        "synthetic": True,
        "read_by": "truth",
        "notes": "A made-up report as a file.",
        **({"unscored": file.unscored} if file.unscored else {}),
    }
