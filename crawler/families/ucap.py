"""开普云 UCAP (集约化平台): columns by code, articles by hex number.

Articles are /<site>/c<code>/<YYYYMM>/<32 hex>.shtml or c<code>_<n>.shtml in the same folders;
columns common_list.shtml, xxgk_list.shtml and the like beside them.

- Lists: static, with ``createPageHTML('page_div', <pages>, <page from 1>, 'list', 'shtml',
  <rows>)``, the name that 拓尔思 TRS has too, with other arguments: page 2 is list_2.shtml. Or a
  script asks /common/search/<channel>?_isJson=true&… (also /search/, /searchList/) and gets JSON:
  ``data.results`` with title and url, ``data.total``. Some portals add a token that a browser
  makes; those answer without rows.
- Articles stand in the elements ucaptitle and ucapcontent. Some skins print no date, and the month
  of the address is all there is. Attachments lie below the article's folder; clicks are scripted.

Sources: stored pages of portals in 酒泉, 赣州, 新疆; public code that reads
csrc.gov.cn and klmy.gov.cn.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.generic import Generic
from crawler.families.page import Page
from crawler.families.painted import (
    count_of,
    is_full,
    mappings,
    query_of,
    read_json,
    row_links,
    scripts,
    with_query,
)
from crawler.links import Link, Shape
from crawler.urls import resolve

_ARTICLE = re.compile(
    r"/c\d{5,6}/(?:\d{6}/(?:[0-9a-f]{32}|c\d+_\d+)|c\w+/content)\.shtml$"
    r"|/\d{6}/[0-9a-f]{32}\.shtml$"
)
_FURTHER_PAGE = re.compile(r"/[a-z]\w*?_\d{1,3}\.shtml$", re.I)  # _2021 is a year
_PAGER = re.compile(
    r"createPageHTML\(\s*['\"]\w+['\"]\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*['\"](\w+)['\"]\s*,"
    r"\s*['\"](\w+)"
)
_SEARCH = re.compile(r"/(?:common/search|searchList|search)/[0-9a-f]{32}")
_CHANNEL = re.compile(r"channelId\W{1,6}([0-9a-f]{32})")
_QUERY = {
    "_isAgg": "true",
    "_isJson": "true",
    "_pageSize": "20",
    "_template": "index",
    "_rangeTimeGte": "",
    "_channelName": "",
    "page": "1",
}
_MARK = re.compile(r"<ucap(?:title|content)\b", re.I)
_NEEDED = 3


class Ucap(Generic):
    name = "ucap"

    def recognise(self, page: Page) -> str | None:
        if mark := _MARK.search(page.text):
            return f"it has the element {mark[0][1:].lower()}"
        if _PAGER.search(page.text):
            return "its lists have createPageHTML('…', <pages>, <page>, …)"
        if _SEARCH.search(page.url) or _SEARCH.search(page.text):
            return "its lists come from /search/<32 hex>"
        articles = sum(_ARTICLE.search(path) is not None for path in page.own_paths)
        if articles >= _NEEDED:
            return f"{articles} links have the form /<YYYYMM>/<32 hex>.shtml"
        return None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if _ARTICLE.search(path):
            return "detail"
        if _FURTHER_PAGE.search(path) or _SEARCH.search(path):
            return "page"
        return super().shape(url)

    def links(self, page: Page) -> list[Link]:
        data = _answer(page)
        if data is None:
            return super().links(page)
        rows = mappings(data.get("results"))
        return row_links(page, self, ((row.get("url"), row.get("title")) for row in rows))

    def next_page(self, page: Page) -> str | None:
        data = _answer(page)
        if data is not None:
            return self._after_answer(page, count_of(data.get("total")))
        script = scripts(page)
        if pager := _PAGER.search(script):
            pages, current, name, ending = int(pager[1]), int(pager[2]), pager[3], pager[4]
            if current < pages or is_full(self.links(page)):
                return resolve(page.url, f"{name}_{current + 1}.{ending}")
            return None
        if address := _SEARCH.search(script):
            path = address[0]
        elif channel := _CHANNEL.search(script):
            path = f"/common/search/{channel[1]}"
        else:
            return super().next_page(page)
        url = resolve(page.url, path)
        return with_query(url, _QUERY) if url else None

    def _after_answer(self, page: Page, total: int) -> str | None:
        query, shown = query_of(page.url), len(self.links(page))
        number = count_of(query.get("page")) or 1
        size = count_of(query.get("_pageSize")) or shown
        if shown and (number * size < total or shown >= size):
            return with_query(page.url, {"page": str(number + 1)})
        return None


def _answer(page: Page) -> dict[str, object] | None:
    """The data of an answer in JSON; None on any other page."""
    answer = read_json(page)
    if answer is None:
        return None
    data = answer.get("data")
    return data if isinstance(data, dict) else {}
