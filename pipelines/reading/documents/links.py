"""Links of an HTML page as absolute addresses (链接)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from pipelines.reading.report import Link
from pipelines.reading.text import fold

_NOT_A_PAGE = ("javascript:", "mailto:", "tel:", "data:", "#")
_PAGE = re.compile(r"(https?://[\w.:-]+)(/(?:[\w~%-]+/)*)(?:[\w~%-]+(?:\.\w+)?)?(?:$|[?#])", re.A)
_REFERENCE = re.compile(
    r"((?:\.\./)*)([\w~%-]+(?:/[\w~%-]+)*/?(?:\.\w+)?(?:\?[\w=&.-]+)?)$"
    r"|(/[\w~%-]+(?:/[\w~%-]+)*/?(?:\.\w+)?(?:\?[\w=&.-]+)?)$",
    re.A,
)


def read_links(
    root: etree._Element, container: etree._Element | None, url: str | None
) -> Iterator[Link]:
    """Every link to a page or file, in page order; those in the container are in the body."""
    join = Joiner(base_of(root, url))
    inside = set() if container is None else set(container.iter("a"))
    for element in root.iter("a"):
        href = element.get("href")
        if href and not (href := href.strip())[:11].lower().startswith(_NOT_A_PAGE):
            text = "".join(map(str, element.itertext())) if len(element) else element.text or ""
            yield Link(join(href), fold(text), element in inside)


def base_of(root: etree._Element, url: str | None) -> str:
    """What relative addresses of a page are relative to: its ``<base>``, else its own address."""
    base = url or ""
    for element in root.iter("base"):
        return _join(base, element.get("href", "").strip())
    return base


class Joiner:
    """``urljoin`` for one base; plain references go a way that takes a tenth of the time."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._origin = ""
        self._folders: list[str] = []  # the page's folder and those above it
        if page := _PAGE.match(base):
            self._origin, path = page.groups()
            steps = path.split("/")
            self._folders = [f"{'/'.join(steps[:end])}/" for end in range(len(steps) - 1, 0, -1)]

    def __call__(self, href: str) -> str:
        plain = _REFERENCE.match(href) if self._origin else None
        if plain is None:
            return _join(self._base, href)
        up, path, rooted = plain.groups()
        if rooted:
            return self._origin + rooted
        return self._origin + self._folders[min(len(up) // 3, len(self._folders) - 1)] + path


def _join(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:  # such as http://[broken
        return href
