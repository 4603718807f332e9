"""博达 Visual SiteBuilder (VSB): static pages with pinyin columns.

Columns are /zfxxgk/zfxxgknb.htm, articles /info/<column>/<article>.htm. Further pages of a column
are /zfxxgk/zfxxgknb/<k>.htm with k going down from the number of pages: the numbers shift with
every new article, so the next link is followed and nothing is counted. A part of a path never
begins with a digit otherwise (the years are a2021.htm or n2021n.htm). The older, dynamic form is
xlist.jsp?wbtreeid=<column> and xdetails.jsp?wbtreeid=<column>&wbnewsid=<article>.

Sources: stored pages of portals in 天水 and 甘南.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

from crawler.families.base import page_links
from crawler.families.generic import FILES, find_next
from crawler.families.page import Page
from crawler.links import Link, Shape

_ARTICLE = re.compile(r"/info/\d+/\d+(?:_\d+)?\.s?html?$")
_FURTHER_PAGE = re.compile(r"/\d+\.s?html?$")
_COLUMN = re.compile(r"(?:/|/[a-z][\w-]*(?:\.s?html?)?)$", re.I)
_EVIDENCE = (
    ("/system/resource/", "its scripts lie under /system/resource/"),
    ("_showDynClicks(", "it counts clicks with _showDynClicks()"),
    ("vsb_content", "its articles stand in vsb_content"),
    ("_simple_list_gotopage_fun(", "its lists have _simple_list_gotopage_fun()"),
    ("wbtreeid=", "its addresses have wbtreeid"),
)
_ARTICLES_NEEDED = 3
"""Links /info/<n>/<n>.htm that recognise the family where no script or class does."""


class Vsb:
    name = "vsb"

    def recognise(self, page: Page) -> str | None:
        for mark, meaning in _EVIDENCE:
            if mark in page.text:
                return meaning
        articles = sum(_ARTICLE.search(path) is not None for path in page.own_paths)
        if articles >= _ARTICLES_NEEDED:
            return f"{articles} links have the form /info/<column>/<article>.htm"
        return None

    def shape(self, url: str) -> Shape:
        parts = urlsplit(url)
        if "wbfileid=" in parts.query or parts.path.startswith("/system/_content/"):
            return "attachment"
        if FILES.search(parts.path):
            return "attachment"
        if parts.path.endswith(".jsp"):
            return _dynamic_shape(parts.query)
        if _ARTICLE.search(parts.path):
            return "detail"
        if _FURTHER_PAGE.search(parts.path):
            return "page"
        return "column" if _COLUMN.search(parts.path) else "unknown"

    def links(self, page: Page) -> list[Link]:
        return page_links(page, self)

    def next_page(self, page: Page) -> str | None:
        for anchor in page.anchors:
            if "p_next" in anchor.mark.split() and anchor.url != page.url:
                return anchor.url
        return find_next(page)


def _dynamic_shape(query: str) -> Shape:
    keys = {key.lower() for key in parse_qs(query, keep_blank_values=True)}
    if "wbnewsid" in keys:
        return "detail"
    if "wbtreeid" not in keys:
        return "unknown"
    return "page" if "pagenum" in keys else "column"
