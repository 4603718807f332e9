"""Pages of a PDF as pictures for the site, each drawn in a process of its own.

A PDF is whatever a portal sent: one that hangs or breaks pdfium costs its own picture and nothing
else.

    python -m pipelines.archive.pdf_picture PAGE < file.pdf > page.png

PAGE is counted from 1; 0 prints the number of pages.
"""

from __future__ import annotations

import resource
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import pypdfium2

WIDTH = 1000
"""Pixels of a picture, whatever the size of its page."""
_TALLEST = 3000
_SECONDS = 20
_MEMORY = 1 << 30

_ROOT = Path(__file__).resolve().parents[2]


class NotDrawn(ValueError):
    """The page cannot be shown as a picture."""


def count_pages(body: bytes) -> int:
    """The number of pages of a PDF. Raises NotDrawn."""
    return int(_run(body, 0))


def draw_page(body: bytes, page: int) -> bytes:
    """A page of a PDF, counted from 1, as PNG. Raises NotDrawn."""
    return _run(body, page)


def _run(body: bytes, page: int) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.archive.pdf_picture", str(page)],
            input=body,
            capture_output=True,
            cwd=_ROOT,
            timeout=_SECONDS,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotDrawn(f"page {page} of the PDF cannot be drawn") from error
    return done.stdout


def _draw(body: bytes, number: int) -> bytes:
    page = pypdfium2.PdfDocument(body)[number - 1]
    width, height = page.get_size()
    bitmap = page.render(scale=min(WIDTH / width, _TALLEST / height), rev_byteorder=True)
    rgb = bitmap.format == pypdfium2.raw.FPDFBitmap_BGR
    if not rgb:
        raise NotDrawn("the page is not drawn in three colours")
    rows = memoryview(bitmap.buffer).cast("B")
    lines = (
        b"\0" + bytes(rows[start : start + 3 * bitmap.width])
        for start in range(0, bitmap.stride * bitmap.height, bitmap.stride)
    )
    return _png(bitmap.width, bitmap.height, b"".join(lines))


def _png(width: int, height: int, lines: bytes) -> bytes:
    """PNG of 8 bits a colour, three colours; each line begins with its filter, 0."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    picture = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + picture


def _main() -> None:
    # A service may be forbidden to set limits; then its own hold, and the time that it waits.
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    body, number = sys.stdin.buffer.read(), int(sys.argv[1])
    if number:
        sys.stdout.buffer.write(_draw(body, number))
    else:
        print(len(pypdfium2.PdfDocument(body)))


if __name__ == "__main__":
    _main()
