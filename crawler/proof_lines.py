"""How ``gongkai verify`` looks: its progress, and what it found."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from crawler import terminal
from crawler.night_report import size

MOST_LINES = 50
"""Problems that are printed; the JSON has more of them."""


def proof_progress() -> AbstractContextManager[Callable[[int, int], None]]:
    """Progress in bytes, with their rate where a person looks on."""
    return terminal.progress("proving the archive", in_bytes=True)


def print_proof(result: dict[str, Any]) -> None:
    screen = terminal.console()
    rate = size(result["bytes"] / max(result["seconds"], 0.1))
    screen.print(
        f"WARC files: {result['files']:,}; records: {result['records']:,}; captures: "
        f"{result['captures']:,}; reports: {result['reports']:,}; {size(result['bytes'])} in "
        f"{result['seconds']:.1f} s, {rate} a second"
    )
    for problem in result["problems"][:MOST_LINES]:
        screen.print(problem["message"], markup=False)
    count = result["problem_count"]
    if count > MOST_LINES:
        screen.print(f"and {count - MOST_LINES:,} more (`gongkai verify --json` lists them)")
    screen.print(
        f"Not whole. Problems: {count:,}" if count else "Whole: every digest, every row, every file"
    )
    manifest = result["manifest"]
    if manifest["head"]:
        screen.print(f"Manifest: lines: {manifest['lines']:,}; head: {manifest['head']}")
