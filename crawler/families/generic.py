"""Portals of no known family: what most systems share, and no more.

An address that ends in a number or holds a date is an article, one that ends in letters or a slash
is a column; where it does not tell, the link's words do. Lists go on where a link says so, or in an
iframe, where a page without rows has one.

The families derive from it: what a system does not make its own way is as it mostly is.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.base import page_links
from crawler.families.page import Page
from crawler.link_text import WORDS, fold
from crawler.links import Link, Shape
from crawler.urls import site_of

FILES = re.compile(
    r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|7z|pptx?|jpe?g|png|gif|mp4|mp3)$", re.I
)
_DATED = re.compile(r"/(?:19|20)\d\d(?:[-/]?\d{1,2}){1,2}/")
_NUMBERED = re.compile(r"(?:^|[_\-a-z])(?:t?\d{5,}|[0-9a-f]{24,})(?:[_-]\d+)*$", re.I)
_LETTERS = re.compile(r"[a-z][a-z_-]*\d{0,2}", re.I)
_NEXT = frozenset(WORDS["next"])
_BESIDE = frozenset(WORDS["frames_beside"])
_ADDRESS_WORDS = re.compile(r"[^a-z]+")
_MOST_BESIDE = 2  # articles that menus and headers link


class Generic:
    name = "generic"

    def recognise(self, page: Page) -> str | None:
        return None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if FILES.search(path):
            return "attachment"
        name = path.rpartition("/")[2].partition(".")[0]
        if _DATED.search(path) or _NUMBERED.search(name):
            return "detail"
        if not name or _LETTERS.fullmatch(name):
            return "column"
        return "unknown"

    def links(self, page: Page) -> list[Link]:
        return page_links(page, self)

    def next_page(self, page: Page) -> str | None:
        return find_next(page) or _row_frame(page, self.links(page))


def find_next(page: Page) -> str | None:
    """The link that says 下一页, or is marked as the next one."""
    for anchor in page.anchors:
        words = fold(anchor.text).lower()
        if words in _NEXT or (not words and "next" in anchor.mark.lower().split()):
            return None if anchor.url == page.url else anchor.url
    return None


def _row_frame(page: Page, links: list[Link]) -> str | None:
    """The iframe that holds the list of a page that has hardly any rows of its own."""
    if sum(link.shape == "detail" for link in links) > _MOST_BESIDE:
        return None
    for url in page.frames:
        words = _ADDRESS_WORDS.split(urlsplit(url).path.lower())
        if site_of(url) == site_of(page.url) and _BESIDE.isdisjoint(words):
            return url
    return None
