"""大汉 JCMS, the classic system: columns and articles by number.

Columns are /col/col<id>/index.html, articles /art/<Y>/<M>/<D>/art_<column>_<article>.html, the
date being that of the first publication in this system. A column with one article may show it in
its place.

- Lists: the first rows stand in an XML island in a script (``<datastore>`` … ``<record>`` with HTML
  in CDATA), which jpage.js paints. The rest comes from ``dataproxy.jsp`` as XML of the same shape,
  whose ``nextgroup`` names the address after it; where there is none it is made from the
  parameters of the page. Some servers obey ``startrecord`` and others only ``page``, so both are
  sent and mean the same; more than 100 rows are not given reliably.
- The module xxgk has a list of its own (``search.jsp?area=<unit>&currpage=<n>``), and one page for
  each unit and year that has no number: ``xxgkAnnualReport.jsp?area=<unit>&fbtime=<year>``.
- Attachments are /module/download/downfile.jsp?filename=… and /attach/…; clicks come from
  /module/visitcount/articlehits.jsp?colid=<column>&artid=<article> by script.

Sources: stored pages of portals in 浙江, 江苏, 山东 and 甘肃; public code and notes on
jshrss.jiangsu.gov.cn and other hosts of 江苏.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.base import page_links
from crawler.families.generic import Generic, find_next
from crawler.families.page import Page
from crawler.families.painted import count_of, inner_page, query_of, scripts, with_query
from crawler.links import Link, Shape
from crawler.urls import resolve

ARTICLE = re.compile(r"/art/\d{4}/\d{1,2}/\d{1,2}/art_\d+_\d+(?:_\d+)?\.html?$")
_COLUMN = re.compile(r"/col/col\d+/(?:index\.html?)?$")
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.S)
_NEXT_GROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a href=[\"']?([^\"'>\s]+)", re.S)
_PROXY = re.compile(r"proxyUrl\s*:\s*['\"]([^'\"]+)")
_TOTAL = re.compile(r"totalRecord\s*:\s*['\"]?(\d+)")
_PARAMETERS = re.compile(r"ajaxParam\s*:\s*\{(.*?)\}", re.S)
_PAIR = re.compile(r"(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([\w/]+))")
_COUNT = re.compile(r"<(totalrecord|totalpage)>(\d+)<")
_MODULE_LIST = re.compile(r"[\w/.]*/module/xxgk/search\.jsp\?[^'\"\s<>]*area=[^'\"\s<>]*")
_AT_ONCE = 100
_EVIDENCE = (
    ("/module/web/jpage/", "its lists come from /module/web/jpage/"),
    ("/module/jpage/", "its lists come from /module/jpage/"),
    ("<datastore>", "its rows stand in a <datastore>"),
    ("/module/xxgk/", "it has the module /module/xxgk/"),
    ("ZJEG_RSS.content", "its articles are marked with ZJEG_RSS.content"),
)
_NEEDED = 3
"""Links of its form that recognise the family where no script does."""


class Jcms(Generic):
    name = "jcms"

    def recognise(self, page: Page) -> str | None:
        for mark, meaning in _EVIDENCE:
            if mark in page.text:
                return meaning
        for form, meaning in ((ARTICLE, "/art/<Y>/<M>/<D>/art_<n>_<n>"), (_COLUMN, "/col/col<n>/")):
            count = sum(form.search(path) is not None for path in page.own_paths)
            if count >= _NEEDED:
                return f"{count} links have the form {meaning}"
        return None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if path.endswith(("/dataproxy.jsp", "/search.jsp", "/morecolumndataproxy.jsp")):
            return "page"
        if path.startswith(("/module/download/", "/attach/")):
            return "attachment"
        if ARTICLE.search(path) or path.lower().endswith("/xxgkannualreport.jsp"):
            return "detail"
        return "column" if _COLUMN.search(path) else super().shape(url)

    def links(self, page: Page) -> list[Link]:
        rows = "".join(_RECORD.findall(page.text))
        if not rows:
            return page_links(page, self)
        # An answer in XML has nothing else: read as HTML, its CDATA would give half of each row.
        own = [] if _is_answer(page) else page_links(page, self)
        return own + page_links(inner_page(page, rows), self, len(own))

    def next_page(self, page: Page) -> str | None:
        records = _RECORD.findall(page.text)
        if group := _NEXT_GROUP.search(page.text):
            following = resolve(page.url, group[1].replace("&amp;", "&"))
            return following if records and following != page.url else None
        if _is_answer(page):
            return _after_answer(page, len(records))
        script = scripts(page)
        if proxy := _PROXY.search(script):
            return _first_answer(page, proxy[1], script, len(records))
        if urlsplit(page.url).path.endswith("/module/xxgk/search.jsp"):
            number = count_of(query_of(page.url).get("currpage")) or 1
            return with_query(page.url, {"currpage": str(number + 1)})
        if module := _MODULE_LIST.search(script):
            return resolve(page.url, module[0])
        return find_next(page)


def _is_answer(page: Page) -> bool:
    start = page.text[:1000].lstrip("\ufeff \r\n").lower()
    return start.startswith(("<?xml", "<datastore>")) and "<html" not in start


def _first_answer(page: Page, proxy: str, script: str, shown: int) -> str | None:
    """The address of all rows of a column, where its page shows only some of them."""
    total = _TOTAL.search(script)
    url = resolve(page.url, proxy)
    if url is None or (total and int(total[1]) <= shown):
        return None
    given = _PARAMETERS.search(script)
    pairs = _PAIR.findall(given[1]) if given else []
    return _rows_from(with_query(url, {key: a or b or c for key, a, b, c in pairs}), 1)


def _after_answer(page: Page, shown: int) -> str | None:
    """The address after an answer that does not name it. Without ``perpage`` the server decides
    how many rows make a page, and goes on doing so."""
    counts = {name: int(number) for name, number in _COUNT.findall(page.text)}
    query = query_of(page.url)
    number = count_of(query.get("page")) or 1
    if "perpage" not in query:
        more = number < counts.get("totalpage", 0) or not counts
        return with_query(page.url, {"page": str(number + 1)}) if shown and more else None
    more = number < counts.get("totalpage", 0) or number * _AT_ONCE < counts.get("totalrecord", 0)
    return _rows_from(page.url, number + 1) if shown and (more or shown >= _AT_ONCE) else None


def _rows_from(url: str, number: int) -> str:
    """The address of page ``number`` of a list, in both ways of counting."""
    first = (number - 1) * _AT_ONCE + 1
    fields = {"page": number, "startrecord": first, "endrecord": first + _AT_ONCE - 1}
    return with_query(url, {k: str(v) for k, v in fields.items()} | {"perpage": str(_AT_ONCE)})
