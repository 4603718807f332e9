"""PDF with text: milliseconds a report, beside pdfplumber, which takes only its tables."""

from __future__ import annotations

import io
from pathlib import Path

import pdfplumber

from bench.measure import Result, Series, measure_in_turn
from pipelines.reading.extract import extract

FILES = Path(__file__).parent.parent / "tests" / "documents" / "files"
NAMES = ("report.pdf", "cut.pdf", "kangxi.pdf")
ROUNDS = 5


def measure() -> list[Result]:
    bodies = [(FILES / name).read_bytes() for name in NAMES]
    ours, peer = measure_in_turn(
        {"gongkai extract": extract, "pdfplumber, tables only": tables_by_pdfplumber},
        bodies,
        ROUNDS,
    )
    size = sum(map(len, bodies)) / len(bodies) / 1000
    return [
        Result(
            title="Reading a PDF with text",
            unit="ms a file",
            note=f"The {len(bodies)} made-up reports of the tests, {size:.0f} kB each on average.",
            ours=ours,
            peers=(Series(peer.name, peer.figures, "at most 1.5"),),
        )
    ]


def tables_by_pdfplumber(body: bytes) -> None:
    with pdfplumber.open(io.BytesIO(body)) as pdf:
        for page in pdf.pages:
            page.extract_tables()
