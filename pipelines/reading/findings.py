"""Findings, and the catalogue of checks (data/checks.yml): how severe each is, what it means."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.reading.report import Fault, Finding, Number, Severity
from pipelines.yaml_file import read_yaml

CATALOGUE = Path(__file__).resolve().parents[2] / "data" / "checks.yml"


class Check(NamedTuple):
    """One entry of the catalogue, its texts in Chinese and English."""

    name: str
    severity: Severity
    fault: Fault
    title_zh: str
    title_en: str
    explanation_zh: str
    explanation_en: str


@lru_cache(maxsize=1)
def load_checks() -> Mapping[str, Check]:
    """Every check by its name, in the order of the catalogue. Raises ValueError for an entry that
    lacks something."""
    entries = read_yaml(CATALOGUE)
    checks = {}
    for name, entry in entries.items():
        try:
            title, explanation = entry["title"], entry["explanation"]
            checks[name] = Check(
                name,
                entry["severity"],
                entry["fault"],
                title["zh"],
                title["en"],
                explanation["zh"],
                explanation["en"],
            )
        except (KeyError, TypeError) as error:
            raise ValueError(f"data/checks.yml: {name}: {error} is missing") from error
    return checks


def make_finding(
    check: str,
    where: str,
    message: str,
    message_zh: str,
    *,
    expected: Number | str | None = None,
    found: Number | str | None = None,
) -> Finding:
    """A finding with the severity and fault that the catalogue gives its check. Raises KeyError for
    a check that is not in the catalogue."""
    entry = load_checks()[check]
    return Finding(check, entry.severity, entry.fault, where, message, message_zh, expected, found)


def short(text: str) -> str:
    """A cell's text on one line, cut where a sentence would become unreadable."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
