"""拓尔思 TRS WCM: static pages in folders.

Columns are folders, articles /<column>/<YYYYMM>/t<YYYYMMDD>_<id>.html, the date being that of the
last publication in WCM, up to years off the one that is printed.

- Lists: the pager is a script, ``createPageHTML(<pages>, <page from 0>, "index", "html")``; the
  first page is index.html, the next index_1.html. The number of pages is often stale, too high
  (the next page is a 404) or too low (a full last page is not the last).
- An article has a twin for telephones (t…_wap.html), which is asked under the article's own
  address; t…_<id>_1.html is the second page of an article.
- Attachments lie beside the article (./P0202301….docx, W0202301….pdf); clicks are painted by
  scripts of the portal's own.

Sources: stored pages of portals in 张掖, 福建, 重庆, 贵州; public code that reads ndrc.gov.cn.
"""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from crawler.families.generic import Generic
from crawler.families.page import Page
from crawler.families.painted import is_full, scripts
from crawler.links import Link, Shape
from crawler.urls import resolve

_ARTICLE = re.compile(r"/\d{6}/t\d{8}_\d+(?P<twin>_wap)?\.s?html?$")
_ARTICLE_PAGE = re.compile(r"/\d{6}/t\d{8}_\d+_\d+\.s?html?$")
_FURTHER_PAGE = re.compile(r"/[a-z]\w*?_(?P<number>\d{1,3})\.s?html?$", re.I)  # _2021 is a year
_PAGER = re.compile(r"createPageHTML\(\s*(\d+)\s*,\s*(\d+)\s*,\s*['\"](\w+)['\"]\s*,\s*['\"](\w+)")
_VARIABLES = re.compile(r"\bcountPage\s*=\s*(\d+)")
_EVIDENCE = (
    ("TRS_Editor", "its articles stand in TRS_Editor"),
    ("trs_editor_view", "its articles stand in trs_editor_view"),
    ("Custom_UnionStyle", "its articles have Custom_UnionStyle"),
)
_NEEDED = 3


class Trs(Generic):
    name = "trs"

    def recognise(self, page: Page) -> str | None:
        articles = sum(_ARTICLE.search(path) is not None for path in page.own_paths)
        if articles >= _NEEDED:
            return f"{articles} links have the form /<YYYYMM>/t<YYYYMMDD>_<id>.html"
        if _PAGER.search(page.text):
            return "its lists have createPageHTML(<pages>, <page>, …)"
        own = _ARTICLE.search(urlsplit(page.url).path) is not None
        # Texts are pasted from one portal into another with the classes of their editors.
        return next((meaning for mark, meaning in _EVIDENCE if own and mark in page.text), None)

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if _ARTICLE.search(path):
            return "detail"
        if _ARTICLE_PAGE.search(path) or _FURTHER_PAGE.search(path):
            return "page"
        return super().shape(url)

    def links(self, page: Page) -> list[Link]:
        return [
            replace(link, url=link.url.replace("_wap.", ".")) if _is_twin(link.url) else link
            for link in super().links(page)
        ]

    def next_page(self, page: Page) -> str | None:
        script = scripts(page)
        if pager := _PAGER.search(script):
            pages, current, name, ending = int(pager[1]), int(pager[2]), pager[3], pager[4]
        elif variables := _VARIABLES.search(script):
            pages, current, name, ending = int(variables[1]), 0, "index", "html"
        else:
            return super().next_page(page)
        if own := _FURTHER_PAGE.search(urlsplit(page.url).path):
            current = int(own["number"])
        if current + 1 < pages or is_full(self.links(page)):
            return resolve(page.url, f"{name}_{current + 1}.{ending}")
        return None


def _is_twin(url: str) -> bool:
    article = _ARTICLE.search(urlsplit(url).path)
    return article is not None and article["twin"] is not None
