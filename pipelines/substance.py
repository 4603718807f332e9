"""The substance (实质内容) of a page: its source without what passes, such as clocks and counters.

Where a portal gives no validators, the digest of it says whether a page brought anything new. What
is left out, and why, is in data/passing.yml.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path

import yaml

from pipelines.charset import decode

FILE = Path(__file__).resolve().parent.parent / "data" / "passing.yml"

_TEXT = ("text/", "json", "xml", "javascript")
"""In the media types of pages and of what scripts paint lists from."""

LONGEST = 2_000_000
"""Bytes. What is larger is no list; it is compared byte by byte."""


def substance_of(body: bytes, content_type: str | None) -> str | None:
    """The digest of a page's substance; None for what is no text, or too long for a page."""
    kind = (content_type or "text/html").lower()
    if len(body) > LONGEST or not any(word in kind for word in _TEXT):
        return None
    text, _ = decode(body, content_type)
    for pattern in _patterns():
        text = pattern.sub("", text)
    return hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], ...]:
    entries = yaml.safe_load(FILE.read_text("utf-8"))["passing"]
    return tuple(re.compile(entry["pattern"]) for entry in entries)
