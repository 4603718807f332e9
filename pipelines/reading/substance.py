"""The substance (实质内容) of a page: its source without what passes, such as clocks and counters.

Where a portal gives no validators, the digest of it says whether a page brought anything new. What
is left out, and why, is in data/passing.yml.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.reading.charset import decode
from pipelines.yaml_file import read_yaml

FILE = Path(__file__).resolve().parents[2] / "data" / "passing.yml"

_TEXT = ("text/", "json", "xml", "javascript")
"""In the media types of pages and of what scripts paint lists from."""

LONGEST = 2_000_000
"""Bytes. What is larger is no list; it is compared byte by byte."""


class Passing(NamedTuple):
    """An entry of data/passing.yml. ``in_addresses``: it passes in the address of an attachment
    too, which is then the same attachment."""

    name: str
    pattern: re.Pattern[str]
    in_addresses: bool


def substance_of(body: bytes, content_type: str | None) -> str | None:
    """The digest of a page's substance; None for what is no text, or too long for a page."""
    kind = (content_type or "text/html").lower()
    if len(body) > LONGEST or not any(word in kind for word in _TEXT):
        return None
    text, _ = decode(body, content_type)
    for passing in load_passing():
        text = passing.pattern.sub("", text)
    return hashlib.sha1(text.encode("utf-8", "surrogatepass")).hexdigest()


def steady_address(url: str) -> str:
    """An address without what differs from one visit to the next: session ids, moments."""
    for passing in load_passing():
        if passing.in_addresses:
            url = passing.pattern.sub("", url)
    return url


@lru_cache(maxsize=1)
def load_passing() -> tuple[Passing, ...]:
    """What passes, in the order in which it is left out. Raises KeyError for an entry that lacks
    something."""
    return tuple(
        Passing(entry["name"], re.compile(entry["pattern"]), entry.get("in_addresses", False))
        for entry in read_yaml(FILE)["passing"]
    )
