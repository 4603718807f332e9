"""PDF files written by hand, as small as a test needs them."""

from __future__ import annotations


def pdf_of(
    content: str, *, page: str = "", trailer: str = "", extra: list[str] | None = None
) -> bytes:
    """A PDF with one page of 300 × 200 points that draws ``content`` with Helvetica as /F1."""
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
        f"/Resources<</Font<</F1 5 0 R>>>>{page}>>",
        f"<</Length {len(content)}>>stream\n{content}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *(extra or []),
    ]
    return assembled(objects, trailer)


def assembled(objects: list[str], trailer: str = "") -> bytes:
    body, places = "%PDF-1.5\n", []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    body += f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n"
    return body.encode("latin-1")
