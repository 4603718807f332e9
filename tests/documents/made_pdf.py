"""PDF files written by hand, as small as a test needs them."""

from __future__ import annotations


def pdf_of(
    content: str,
    *,
    pages: list[str] | None = None,
    page: str = "",
    trailer: str = "",
    extra: list[str] | None = None,
) -> bytes:
    """A PDF whose first page, of 300 × 200 points, draws ``content`` with Helvetica as /F1; more
    ``pages`` draw theirs. ``page`` and ``trailer`` add entries there, ``extra`` objects from 6."""
    contents = [content, *(pages or [])]
    first = 6 + len(extra or [])
    kids = "".join(f"{first + 2 * index} 0 R " for index in range(len(contents)))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(contents)}>>",
        "null",
        "null",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *(extra or []),
    ]
    for index, drawn in enumerate(contents):
        objects += [
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents {first + 2 * index + 1} 0 R"
            f"/Resources<</Font<</F1 5 0 R>>>>{page}>>",
            f"<</Length {len(drawn)}>>stream\n{drawn}\nendstream",
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
