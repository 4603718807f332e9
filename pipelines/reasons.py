"""Why something could not be had or read, in Chinese: what our own English half-sentences say.

The sentences are those of pages' outcomes (data/outcomes.yml), of the crawl, and of the readers of
documents. data/reasons.yml has one line for each, in which ``{name}`` stands for what varies.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

FILE = Path(__file__).resolve().parent.parent / "data" / "reasons.yml"

_VARIABLE = re.compile(r"\\\{(\w+)\\\}")


def reason_in(language: Literal["zh", "en"], reason: str) -> str:
    """A reason in a reader's language."""
    return reason_zh(reason) if reason and language == "zh" else reason


def reason_zh(reason: str) -> str:
    """A reason in Chinese; one that is none of ours is quoted as it is."""
    for pattern, chinese in _reasons():
        if match := pattern.fullmatch(reason):
            return chinese.format(**match.groupdict())
    return f"“{reason}”"


@lru_cache(maxsize=1)
def _reasons() -> tuple[tuple[re.Pattern[str], str], ...]:
    data = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return tuple(
        (re.compile(_VARIABLE.sub(r"(?P<\1>.+?)", re.escape(english)), re.DOTALL), chinese)
        for english, chinese in data.items()
    )
