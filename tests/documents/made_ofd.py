"""An OFD file with the glyphs and lines that a PDF has, each where it is there. For tests only."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

import pypdfium2

from pipelines.reading.documents.page import Page
from pipelines.reading.documents.pdf import read_page

_MM = 25.4 / 72
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_NS = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def from_pdf(body: bytes) -> bytes:
    pdf = pypdfium2.PdfDocument(body)
    pages = [read_page(pdf[number]) for number in range(len(pdf))]
    listed = "".join(
        f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages))
    )
    box = f"0 0 {pages[0].width * _MM:.3f} {pages[0].height * _MM:.3f}"
    members = {
        "OFD.xml": f'{_HEAD}<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{_HEAD}<ofd:Document {_NS}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData>"
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for number, page in enumerate(pages):
        members[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f"{_HEAD}<ofd:Page {_NS}><ofd:Content><ofd:Layer>{_objects(page)}"
            "</ofd:Layer></ofd:Content></ofd:Page>"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in members.items():
            package.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def of_picture(picture: bytes, width: float, height: float) -> bytes:
    """A file whose one page, in millimetres, is a picture and nothing else."""
    box = f"0 0 {width} {height}"
    members = {
        "OFD.xml": f'{_HEAD}<ofd:OFD {_NS} Version="1.0" DocType="OFD"><ofd:DocBody>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"{_HEAD}<ofd:Document {_NS}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
        "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes></ofd:CommonData>"
        '<ofd:Pages><ofd:Page ID="1" BaseLoc="Page.xml"/></ofd:Pages></ofd:Document>',
        "Doc_0/DocumentRes.xml": f'{_HEAD}<ofd:Res {_NS} BaseLoc="Res"><ofd:MultiMedias>'
        '<ofd:MultiMedia ID="7" Type="Image"><ofd:MediaFile>scan</ofd:MediaFile></ofd:MultiMedia>'
        "</ofd:MultiMedias></ofd:Res>",
        "Doc_0/Page.xml": f"{_HEAD}<ofd:Page {_NS}><ofd:Content><ofd:Layer>"
        f'<ofd:ImageObject ID="8" ResourceID="7" Boundary="{box}" CTM="{width} 0 0 {height} 0 0"/>'
        "</ofd:Layer></ofd:Content></ofd:Page>",
        "Doc_0/Res/scan": picture,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _objects(page: Page) -> str:
    parts = []
    for rule in page.across:
        x0, x1, y = (value * _MM for value in (rule.start, rule.end, rule.at))
        parts.append(_path(x0, y, x1 - x0, 0.1, f"M 0 0 L {x1 - x0:.3f} 0"))
    for rule in page.down:
        y0, y1, x = (value * _MM for value in (rule.start, rule.end, rule.at))
        parts.append(_path(x, y0, 0.1, y1 - y0, f"M 0 0 L 0 {y1 - y0:.3f}"))
    for glyph in page.glyphs:
        x, y, width, height = (
            value * _MM for value in (glyph.x0, glyph.y0, glyph.x1 - glyph.x0, glyph.y1 - glyph.y0)
        )
        size = width if glyph.text > "\u2e80" else 2 * width
        parts.append(
            f'<ofd:TextObject Boundary="{x:.3f} {y:.3f} {width:.3f} {height:.3f}" '
            f'Size="{size:.3f}"><ofd:TextCode X="0" Y="{height / 2 + 0.38 * size:.3f}">'
            f"{escape(glyph.text)}</ofd:TextCode></ofd:TextObject>"
        )
    return "".join(parts)


def _path(x: float, y: float, width: float, height: float, data: str) -> str:
    return (
        f'<ofd:PathObject Boundary="{x:.3f} {y:.3f} {width:.3f} {height:.3f}" LineWidth="0.1">'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )
