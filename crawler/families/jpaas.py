"""大汉 jpaas (集约化平台), the successor of JCMS: pinyin columns whose lists a script builds.

Articles are /<column>/art/<Y>/art_<32 hex>.html; the year is that of publication, and folders of
the column that name a year (/2024n/) are an editor's choice and may be wrong. Portals that moved
from JCMS keep its addresses, so those are known too.

- Lists: the page has a script ``unitbuild.js`` in the place of each part, whose attributes name
  an address (``url``) and its parameters (``queryData``, JSON in single quotes). The answer is
  JSON with HTML in ``data.html``; its pagination says ``rows`` and ``count``. Further pages are
  asked with ``paramJson={"pageNo":2,"pageSize":"15"}`` alone; a bare ``pageNo`` is not obeyed.
  Pages of the disclosure section show five rows and lead to the rest with 更多.
- Attachments are files below the article's folder; clicks are painted by script.

Sources: stored pages of portals in 白银, 平凉, 临夏, 金昌; public code that reads miit.gov.cn and
泰州.
"""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

from crawler.families.base import page_links
from crawler.families.jcms import Jcms
from crawler.families.page import Page
from crawler.families.painted import inner_page, query_of, read_json, with_query
from crawler.link_text import WORDS
from crawler.links import Link, Shape
from crawler.urls import resolve

_ARTICLE = re.compile(r"/art/\d{4}/art_[0-9a-f]{32}\.html?$")
_ROWS = re.compile(r"\brows\s*[=:]\s*[\"'\\]*(\d+)")
_COUNT = re.compile(r"\bcount\s*[=:]\s*[\"'\\]*(\d+)")
_GATEWAY = "/api-gateway/jpaas-publish-server/"
_EVIDENCE = (
    ("AuthorizedRead/unitbuild.js", "its lists are built by unitbuild.js"),
    (_GATEWAY, f"its lists come from {_GATEWAY}"),
)
_NEEDED = 3
_USUAL_ROWS = 15
_WORDS = WORDS["built_parts"]


class Jpaas(Jcms):
    name = "jpaas"

    def recognise(self, page: Page) -> str | None:
        for mark, meaning in _EVIDENCE:
            if mark in page.text or mark in page.url:
                return meaning
        articles = sum(_ARTICLE.search(path) is not None for path in page.own_paths)
        if articles >= _NEEDED:
            return f"{articles} links have the form /art/<Y>/art_<32 hex>.html"
        return None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if path.startswith("/api-gateway/"):
            return "page"
        return "detail" if _ARTICLE.search(path) else super().shape(url)

    def links(self, page: Page) -> list[Link]:
        html = _answer(page)
        return super().links(page) if html is None else page_links(inner_page(page, html), self)

    def next_page(self, page: Page) -> str | None:
        html = _answer(page)
        if html is None:
            return _list_part(page) or super().next_page(page)
        shown = sum(link.shape == "detail" for link in self.links(page))
        number, size = _position(page.url)
        if rows := _ROWS.search(html):
            size = int(rows[1]) or size
        count = _COUNT.search(html)
        if not shown or (shown < size and (count is None or number * size >= int(count[1]))):
            return None
        wanted = json.dumps({"pageNo": number + 1, "pageSize": str(size)}, separators=(",", ":"))
        return with_query(page.url, {"paramJson": wanted})


def _answer(page: Page) -> str | None:
    """The HTML of an answer; empty where the server has no such part, None on any other page."""
    answer = read_json(page)
    if answer is None or "data" not in answer:
        return None
    data = answer["data"]
    html = data.get("html") if isinstance(data, dict) else None
    return html if isinstance(html, str) else ""


def _list_part(page: Page) -> str | None:
    """The address of the part of a page that is its list: the one named so, else the last."""
    parts: list[tuple[bool, str]] = []
    for script in page.tree.iter("script"):
        url, data = script.get("url"), script.get("querydata")
        query = _query(data) if url and data else {}
        name = query.get("tagId", "").lower()
        address = resolve(page.url, url or "")
        if query and address and not any(word in name for word in _WORDS["beside"]):
            named = any(word in name for word in _WORDS["rows"])
            parts.append((named, with_query(address, query)))
    lists = [address for named, address in parts if named]
    return lists[0] if lists else parts[-1][1] if parts else None


def _query(data: str) -> dict[str, str]:
    try:
        found = json.loads(data.replace("'", '"'))
    except ValueError:
        return {}
    return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _position(url: str) -> tuple[int, int]:
    """The number of an answer's page, and how many rows were asked for."""
    try:
        wanted = json.loads(query_of(url).get("paramJson", "{}"))
        return int(wanted.get("pageNo", 1)), int(wanted.get("pageSize", _USUAL_ROWS))
    except (ValueError, TypeError, AttributeError):
        return 1, _USUAL_ROWS
