"""The sections of a report by the wording of their headings (data/sections.yml)."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.reading.labels import fold_label
from pipelines.yaml_file import read_yaml

_FILE = Path(__file__).resolve().parents[2] / "data" / "sections.yml"

LONGEST_HEADING = 40
"""Characters of the longest text that is taken for a heading; those of the forms have up to 21."""


@lru_cache(maxsize=1)
def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = read_yaml(_FILE)
    return [entry | {"pattern": re.compile(entry["pattern"])} for entry in entries]


@lru_cache(maxsize=4096)
def is_since_2019(heading: str) -> bool:
    """Whether a heading is worded as no report before 2019 has it."""
    number = section_named(heading)
    return any(
        re.search(entry["new"], heading) is not None
        for entry in _entries()
        if "new" in entry and entry["number"] == number
    )


@lru_cache(maxsize=4096)
def section_named(heading: str) -> int | None:
    """Which of the six sections since 2019 a heading names, whatever its ordinal; None for any
    other text."""
    number: int | None = _named(heading, "number")
    return number


@lru_cache(maxsize=4096)
def old_section_named(heading: str) -> str | None:
    """Which section of the reports before 2019 a heading names, by its code."""
    code: str | None = _named(heading, "old")
    return code


def _named(heading: str, key: str) -> Any:
    if len(heading) > LONGEST_HEADING:
        return None
    label = fold_label(heading)
    named = [entry for entry in _entries() if key in entry]
    return next((entry[key] for entry in named if entry["pattern"].fullmatch(label)), None)
