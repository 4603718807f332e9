"""广东 gkmlpt (政府信息公开目录平台) and the article platform of the province.

Each unit has a catalogue, /<unit>/gkmlpt/index, one page whose columns differ in the fragment
alone (#2213), and articles /<unit>/gkmlpt/content/<a>/<b>/post_<id>.html. Other columns of the
portal have articles /<column>/content/post_<id>.html. No address has a date.

- Lists: the catalogue page holds ``window._CONFIG`` with SID and TREE; a column's rows come from
  /<unit>/gkmlpt/api/all/<column>?page=<n>&sid=<SID> as JSON, mostly 100 at a time: ``articles``
  with title and post_url or url, and their number in ``total`` or ``classify.post_count``. Some
  portals give all rows on the first page and 404 after it; old versions escape titles as %uXXXX.
- An article's data is in ``window._CONFIG.DETAIL`` and printed in a table above it.
- Attachments are /<unit>/attachment/0/<a>/<b>/<id>.pdf; clicks come from /jsonp/post/sum by script.

Sources: stored pages of 广东; public code that reads gd.gov.cn, 20 sites of 深圳 and rsj.gz.gov.cn.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from crawler.families.generic import Generic
from crawler.families.page import Page
from crawler.families.painted import (
    count_of,
    mappings,
    query_of,
    read_json,
    row_links,
    scripts,
    with_query,
)
from crawler.link_text import WORDS
from crawler.links import Link, Shape

_ARTICLE = re.compile(r"/content/(?:\w+/)*m?post_\d+\.html$")
_FURTHER_PAGE = re.compile(r"/index_\d{1,3}\.html$")
_CATALOGUE = re.compile(r"/gkmlpt/(?:index|policy)/?$")
_API = "/gkmlpt/api/all/"
_SID = re.compile(r"[\"']?\bSID[\"']?\s*:\s*[\"']?(\d+)")
_TREE = re.compile(r"[\"']?\bTREE[\"']?\s*:\s*(?=\[)")
_ESCAPED = re.compile(r"%u([0-9a-fA-F]{4})")
_NEEDED = 3
_COLUMN_WORDS = WORDS["report_column"]["words"]
_NAME = "政府信息公开"


class Gkmlpt(Generic):
    name = "gkmlpt"

    def recognise(self, page: Page) -> str | None:
        if "/gkmlpt/" in page.url or any("/gkmlpt/" in path for path in page.own_paths):
            return "it has the catalogue /gkmlpt/"
        if "NFCMS_SITE_ID" in page.text:
            return "it names its site NFCMS_SITE_ID"
        articles = sum(_ARTICLE.search(path) is not None for path in page.own_paths)
        if articles >= _NEEDED:
            return f"{articles} links have the form /content/post_<id>.html"
        return None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if _ARTICLE.search(path):
            return "detail"
        if _FURTHER_PAGE.search(path):
            return "page"
        return "column" if _CATALOGUE.search(path) or _API in path else super().shape(url)

    def links(self, page: Page) -> list[Link]:
        answer = read_json(page)
        if answer is not None:
            rows = mappings(answer.get("articles"))
            return row_links(
                page,
                self,
                (
                    (row.get("post_url") or row.get("url"), _unescape(row.get("title")))
                    for row in rows
                ),
            )
        return [*map(_by_its_page, super().links(page)), *_columns(page)]

    def next_page(self, page: Page) -> str | None:
        answer = read_json(page)
        if answer is None:
            return super().next_page(page)
        classify = answer.get("classify")
        total = count_of(answer.get("total")) or (
            count_of(classify.get("post_count")) if isinstance(classify, dict) else 0
        )
        shown = len(self.links(page))
        number = count_of(query_of(page.url).get("page")) or 1
        if shown and number * shown < total:
            return with_query(page.url, {"page": str(number + 1)})
        return None


def _columns(page: Page) -> list[Link]:
    """The columns of a catalogue page, each at the address that its rows come from."""
    script = scripts(page)
    sid, tree = _SID.search(script), _TREE.search(script)
    place = _CATALOGUE.search(urlsplit(page.url).path)
    if sid is None or tree is None or place is None:
        return []
    try:
        nodes = json.JSONDecoder().raw_decode(script, tree.end())[0]
    except ValueError:
        return []
    root = page.url.partition("/gkmlpt/")[0]
    return [
        Link(f"{root}{_API}{node['id']}?page=1&sid={sid[1]}", str(node["name"]), "column")
        for node in _nodes(nodes)
        if count_of(node.get("id")) and node.get("name")
    ]


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    """The columns of a tree, whatever its branches are called."""
    for node in mappings(value):
        yield node
        for branch in node.values():
            yield from _nodes(branch)


def _by_its_page(link: Link) -> Link:
    """A link to one column of a catalogue leads to its page, which has all: it is called so."""
    if _CATALOGUE.search(urlsplit(link.url).path) and any(w in link.text for w in _COLUMN_WORDS):
        return Link(link.url, _NAME, link.shape, group=link.group, crumb=link.crumb)
    return link


def _unescape(title: object) -> object:
    if not isinstance(title, str):
        return title
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), title)
