"""Lists that a page's script paints: their rows come as JSON or XML, or as HTML inside of those."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from crawler.families.base import Family
from crawler.families.page import Page
from crawler.links import Link
from crawler.urls import resolve

_JSONP = re.compile(r"^\s*[\w.$]+\s*\((.*)\)\s*;?\s*$", re.S)
_LEAST_FULL = 10
_STEP = 5


def read_json(page: Page) -> dict[str, Any] | None:
    """The object that an answer is, also within the call of a function (JSONP); else None."""
    text = page.text.lstrip("\ufeff \t\r\n")
    if text[:1] != "{":
        call = _JSONP.match(text)
        text = call[1].lstrip() if call else ""
    if text[:1] != "{":
        return None
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def inner_page(page: Page, html: str) -> Page:
    """HTML that came inside of an answer, as a page at the same address."""
    return Page(page.url, html.encode("utf-8", "replace"), "text/html; charset=utf-8")


def scripts(page: Page) -> str:
    """The scripts that stand in a page, one after the other; what is commented out is no script."""
    return "\n".join(script.text or "" for script in page.tree.iter("script"))


def row_links(page: Page, family: Family, rows: Iterable[tuple[object, object]]) -> list[Link]:
    """Links from addresses and titles as an answer in JSON names them; what is no text is none."""
    return [
        Link(url, title.strip(), family.shape(url))
        for href, title in rows
        if isinstance(href, str) and isinstance(title, str) and (url := resolve(page.url, href))
    ]


def mappings(value: object) -> Iterator[dict[str, Any]]:
    """The objects of a list in JSON; of anything else none."""
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, dict))


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def with_query(url: str, fields: dict[str, str]) -> str:
    """The address with these parameters, the ones that it has already replaced in their place.

    Chinese is written in UTF-8; the systems understand no other.
    """
    parts = urlsplit(url)
    query = urlencode(query_of(url) | fields, quote_via=quote, safe="/,")
    return urlunsplit(parts._replace(query=query, fragment=""))


def count_of(value: object) -> int:
    """A count as answers print it, 15 or "15"; 0 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() else 0


def is_full(links: Iterable[Link]) -> bool:
    """Whether a list page has as many rows as lists are set to show: 10, 15, 20 …

    Counts of pages go stale in static pages, and then a full last page is not the last one.
    """
    groups = Counter(link.group for link in links if link.shape == "detail")
    most = max(groups.values(), default=0)
    return most >= _LEAST_FULL and most % _STEP == 0
