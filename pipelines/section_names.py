"""The six sections of a report since 2019, by the wording of their headings (data/sections.yml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.labels import fold_label

_FILE = Path(__file__).resolve().parent.parent / "data" / "sections.yml"

LONGEST_HEADING = 40
"""Characters of the longest text that is taken for a heading; those of the forms have up to 21."""


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[int, re.Pattern[str]], ...]:
    entries = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return tuple((entry["number"], re.compile(entry["pattern"])) for entry in entries)


@lru_cache(maxsize=4096)
def section_named(heading: str) -> int | None:
    """Which of the six sections a heading names, whatever its ordinal; None for any other text."""
    if len(heading) > LONGEST_HEADING:
        return None
    label = fold_label(heading)
    return next((number for number, known in _patterns() if known.fullmatch(label)), None)
