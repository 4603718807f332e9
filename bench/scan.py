"""OCR: seconds a page of a made-up report, scanned at 150 dpi."""

from __future__ import annotations

import io
import time

import pypdfium2

from bench.measure import Result, Series
from bench.pdf import FILES
from pipelines.reading.documents import read_document, scan

DPI = 150
ROUNDS = 2


def measure() -> list[Result]:
    if not scan.is_installed():
        print(f"OCR is not measured: {scan.MISSING}\n")
        return []
    pages = scanned_pages()
    read_document(pages[0])
    figures = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for page in pages:
            read_document(page)
        figures.append((time.perf_counter() - started) / len(pages))
    return [
        Result(
            title="Reading a scan by OCR",
            unit="s a page",
            note=f"{len(pages)} pages of a made-up report at {DPI} dpi, as JPEG.",
            ours=Series("gongkai extract", tuple(figures)),
            peers=(),
        )
    ]


def scanned_pages() -> list[bytes]:
    pages = []
    for page in pypdfium2.PdfDocument((FILES / "report.pdf").read_bytes()):
        out = io.BytesIO()
        page.render(scale=DPI / 72, grayscale=True).to_pil().save(out, "JPEG", quality=80)
        pages.append(out.getvalue())
    return pages
