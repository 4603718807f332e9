"""大汉 jpaas: lists that unitbuild.js builds, asked page by page with paramJson.

Traps: parts of a page that are no list; counts that promise a page too many; folders named by a
year that is not the report's; five rows and a 更多; articles that still answer at the addresses of
the system before, which older lists go on using.
"""

from __future__ import annotations

import json
import re
from html import escape
from urllib.parse import parse_qsl

from crawler.sample.page import Page
from crawler.sample.portal import Article, Column
from crawler.sample.skins.base import Skin, hex_number

_UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"
_SIZE = 15
_FEW = 5
_YEAR = re.compile(r"(?:/a|/n)(\d{4})n?$")


class Jpaas(Skin):
    name = "jpaas"
    container = ('<div class="wzzw-article" id="zoom">', "</div>")

    def column_address(self, column: Column) -> str:
        return f"/{self._folder(column)}/index.html"

    def article_address(self, article: Article) -> str:
        number = hex_number(self.portal.county.code, article.number)
        folder = self._folder(article.column)
        return f"/{folder}/art/{article.published.year}/art_{number}.html"

    def _folder(self, column: Column) -> str:
        """The year in it is that in which an editor made the column."""
        return _YEAR.sub(lambda match: f"/{int(match[1]) + 1}n", column.path)

    def row_address(self, column: Column, article: Article) -> str:
        shown_elsewhere = article.column is not column and _YEAR.search(column.path)
        return _old_address(article) if shown_elsewhere else article.url

    def list_address(self, column: Column, number: int) -> str:
        return f"{column.url}?more={number}"

    def list_requests(self, column: Column) -> int:
        pages = -(-len(column.listed) // _SIZE)
        return 1 + pages + self._has_more(column)

    def _has_more(self, column: Column) -> bool:
        return column.name == "政府信息公开年报" and len(column.listed) > _FEW

    def list_page(self, column: Column, number: int) -> Page:
        menu = f"<ul>{self.links(column.menu)}</ul>"
        if not self._has_more(column):
            return self.listing(column, menu + self._parts(column))
        few = self.rows(column, column.listed[:_FEW])
        more = f'<a class="xxgk_more" href="/{self._folder(column)}/more/index.html">更多&gt;</a>'
        return self.listing(column, f"{menu}<div><h3>{column.name}</h3>{more}</div><ul>{few}</ul>")

    def _parts(self, column: Column) -> str:
        return "\n".join(
            f'<div><script src="/cms_files/default/script/AuthorizedRead/unitbuild.js?v=3.1.3"'
            f' url="{_UNIT}" queryData="{escape(self._query(column, part))}"></script></div>'
            for part in ("栏目导航", "分页列表", "热门推荐")
        )

    def _query(self, column: Column, part: str) -> str:
        fields = {
            "parseType": "bulidstatic",
            "webId": hex_number(self.portal.county.code),
            "tplSetId": hex_number("template"),
            "pageType": "column",
            "tagId": part,
            "editType": "null",
            "pageId": str(column.number),
        }
        return json.dumps(fields, ensure_ascii=False).replace('"', "'")

    def data(self, path: str, query: str) -> Page | None:
        for column in self.portal.columns.values():
            if self._has_more(column) and path == f"/{self._folder(column)}/more/index.html":
                return self.listing(column, self._parts(column))
        return self._answer(dict(parse_qsl(query))) if path == _UNIT else None

    def _answer(self, fields: dict[str, str]) -> Page:
        column = next(
            (c for c in self.portal.columns.values() if str(c.number) == fields.get("pageId")), None
        )
        if column is None or fields["tagId"] != "分页列表":
            return _json({"success": False, "data": {}})
        wanted = json.loads(fields.get("paramJson", '{"pageNo":1,"pageSize":"15"}'))
        start = (wanted["pageNo"] - 1) * _SIZE
        # The count is of all articles there ever were, withdrawn ones among them.
        count = len(column.listed) + (_SIZE if column.number % 3 == 0 else 0)
        html = (
            f"<ul>{self.rows(column, column.listed[start : start + _SIZE])}</ul>"
            f'<div class="pagination" rows="{_SIZE}" count="{count}"></div>'
        )
        return _json({"success": True, "data": {"html": html}})


def _old_address(article: Article) -> str:
    day = article.published
    return (
        f"/art/{day.year}/{day.month}/{day.day}/art_{article.column.number}_{article.number}.html"
    )


def _json(value: object) -> Page:
    return Page(json.dumps(value, ensure_ascii=False), "application/json;charset=UTF-8")
