"""How much one file may cost: the bounds that every reader keeps, in one place.

A file beyond one of them is ``Unreadable``, with a sentence that names the bound. They are far
above what reports need (the longest seen have some 30 pages and 20 MB) and low enough that a batch
goes on.
"""

from __future__ import annotations

from pipelines.reading.documents.unreadable import Unreadable

MAX_BYTES = 100_000_000
"""Of one file as it came."""
MAX_MARKUP = 30_000_000
"""Bytes of one HTML page, text, or XML part of a package: as a tree each takes some ten times as
many. The longest reports seen have 2 million."""
MAX_INFLATED = 200_000_000
"""Of all that is inflated from one package (ZIP, DOCX, XLSX, OFD), together."""
MAX_RATIO = 1000
"""Inflated to packed bytes of one member above `RATIO_FREE` bytes. Repeated XML reaches 100."""
RATIO_FREE = 1_000_000
"""Bytes up to which a member may be packed to any ratio."""
MAX_MEMBERS = 5_000
"""Of one package."""
MAX_PAGES = 300
"""Of one PDF or OFD file."""
MAX_OCR_PAGES = 40
"""Of one file, pages that are pictures; each takes seconds."""
MAX_PIXELS = 80_000_000
"""Of one picture. A3 at 300 dpi has 17 million."""
MAX_CELLS = 200_000
"""Of one sheet or table."""
MAX_SECONDS = 120.0
"""For one PDF, OCR left out, looked at between its pages."""
OFFICE_SECONDS = 60.0
"""For one run of an external program."""


def check_markup(length: int, what: str) -> None:
    """Raises ``Unreadable`` for a page, text or part above ``MAX_MARKUP``."""
    if length > MAX_MARKUP:
        raise Unreadable(
            f"{what} has {length // 1_000_000} MB; at most {MAX_MARKUP // 1_000_000} MB are read"
        )


def check_size(body: bytes) -> None:
    """Raises ``Unreadable`` for a file above ``MAX_BYTES``."""
    if len(body) > MAX_BYTES:
        raise Unreadable(
            f"the file has {len(body) // 1_000_000} MB; "
            f"at most {MAX_BYTES // 1_000_000} MB are read"
        )
