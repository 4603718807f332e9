"""龙讯 Longxun: the disclosure platform of 安徽 and of 陇南.

Columns of a unit are /public/column/<unit>?type=4&catId=<column>&action=list, its articles
/public/<unit>/<id>.html, in 甘肃 below /zfxxgk; other articles are /<column>/<id>.html.

- Lists: rows come from /site/label/8888?labelName=publicInfoList&… as HTML (parameters of the
  page: siteId, organId, type, catId, pageSize, pageIndex, file). The page itself may show the
  first of them; ``pageCount:<n>`` stands in a script. ``length`` cuts titles, so it is asked large.
  The servers answer GET as well as POST.
- Attachments are /group<n>/M00/… (FastDFS); clicks are painted by script. Some hosts stand behind
  加速乐, which is not passed.

Sources: stored pages of 陇南; public code that reads ahhuoshan.gov.cn, mpa.ah.gov.cn and
sthjt.ah.gov.cn.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.generic import Generic
from crawler.families.page import Page
from crawler.families.painted import count_of, query_of, scripts, with_query
from crawler.links import Link, Shape
from crawler.urls import resolve

_ARTICLE = re.compile(r"/public/\d+/\d+\.html$|/public/content/\d+$")
_COLUMN = re.compile(r"/public/column/\d+$")
_FILES = re.compile(r"/group\d+/M\d+/")
_LABEL = "/site/label/8888"
_LIST = "publicInfoList"
_PAGES = re.compile(r"pageCount\s*:\s*['\"]?(\d+)")
_ROW_TEMPLATE = re.compile(r"[\w/.-]*/publicInfoList\w*")
_FIELD = re.compile(
    r"\b(siteId|type(?=\W{1,6}\d)|catIds?|cId|pageSize|isDate|dateFormat|result)['\"]?\s*[:=]\s*"
    r"(?:'([^']*)'|\"([^\"]*)\"|([\w-]+))"
)
_FROM_ADDRESS = ("type", "catId", "catIds", "cId")
_EVIDENCE = (
    (_LIST, f"its lists are {_LIST}"),
    (_LABEL, f"its lists come from {_LABEL}"),
)
_USUAL_ROWS = "15"
_WHOLE_TITLES = "200"  # characters


class Longxun(Generic):
    name = "longxun"

    def recognise(self, page: Page) -> str | None:
        for mark, meaning in _EVIDENCE:
            if mark in page.text or mark in page.url:
                return meaning
        if any(_COLUMN.search(path) for path in page.own_paths):
            return "its columns are /public/column/<unit>"
        return None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if _ARTICLE.search(path):
            return "detail"
        if path.endswith(_LABEL):
            return "page"
        if _FILES.search(path):
            return "attachment"
        return "column" if _COLUMN.search(path) else super().shape(url)

    def next_page(self, page: Page) -> str | None:
        path = urlsplit(page.url).path
        rows = _count_rows(self.links(page))
        announced = max(map(int, _PAGES.findall(page.text)), default=0)
        if path.endswith(_LABEL):
            query = query_of(page.url)
            number = count_of(query.get("pageIndex")) or 1
            size = count_of(query.get("pageSize")) or int(_USUAL_ROWS)
            if rows and (number < announced or rows >= size):
                return with_query(page.url, {"pageIndex": str(number + 1)})
            return None
        if not _COLUMN.search(path) or not (announced or _LIST in page.text or _LABEL in page.text):
            return super().next_page(page)
        if rows and announced == 1:
            return None
        # Without a number of pages the rows may be those of a list of the latest beside it.
        return _rows_from(page, number=2 if rows and announced else 1)


def _count_rows(links: list[Link]) -> int:
    return len({link.url for link in links if _ARTICLE.search(urlsplit(link.url).path)})


def _rows_from(page: Page, number: int) -> str | None:
    """The address of the rows of a column, with the parameters that its page names."""
    url = resolve(page.url, _LABEL)
    if url is None:
        return None
    script = scripts(page)
    found = {name: a or b or c for name, a, b, c in _FIELD.findall(script)}
    for element in page.tree.iter("meta"):
        if (element.get("name") or "").lower() == "siteid":
            found.setdefault("siteId", element.get("content") or "")
    found |= {k: v for k, v in query_of(page.url).items() if k in _FROM_ADDRESS}
    found["organId"] = urlsplit(page.url).path.rpartition("/")[2]
    if template := _ROW_TEMPLATE.search(script):
        found["file"] = template[0]
    fixed = {
        "labelName": _LIST,
        "IsAjax": "1",
        "dataType": "html",
        "action": "list",
        "length": _WHOLE_TITLES,
        "pageSize": found.get("pageSize") or _USUAL_ROWS,
        "pageIndex": str(number),
    }
    return with_query(url, dict(sorted(found.items())) | fixed)
