"""Pages that no walk for reports should ask for: the calendar that never ends, searches, pages for
the printer, downloads behind a code, and links away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import escape

from crawler.sample.page import CLOCK, Page, gone, missing
from crawler.sample.portal import Article
from crawler.sample.vsb import Shell

DOWNLOAD = "/system/_content/download.jsp"

Body = Callable[[Article], tuple[str, str | None]]
"""An article's HTML and its source."""


def page(shell: Shell, path: str, query: str, body: Body) -> Page:
    """The answer to one of ``PATHS``."""
    fields = dict(part.partition("=")[::2] for part in query.split("&"))
    return PATHS[path](shell, path, fields, body)


def _calendar(shell: Shell, path: str, fields: dict[str, str], body: Body) -> Page:
    try:
        day = date.fromisoformat(f"{fields.get('date')}-01")
    except ValueError:
        return missing()
    months = day.year * 12 + day.month - 1
    links = " ".join(
        f'<a href="/rili.jsp?date={at // 12:04d}-{at % 12 + 1:02d}">{label}</a>'
        for label, at in (("上一月", months - 1), ("下一月", months + 1))
    )
    return _plain(shell, path, f"{day:%Y年%m月}政务日历", f"{links}<p>政府信息公开年度报告</p>")


def _search(shell: Shell, path: str, fields: dict[str, str], body: Body) -> Page:
    more = f"/search.jsp?wbtreeid=1001&amp;q={escape(fields.get('q', ''))}&amp;page="
    links = "".join(f'<li><a href="{more}{at}">{at}</a></li>' for at in range(1, 100))
    return _plain(shell, path, "检索结果", f"<ul>{links}</ul>")


def _print(shell: Shell, path: str, fields: dict[str, str], body: Body) -> Page:
    for article in shell.portal.articles.values():
        if str(article.number) == fields.get("wbnewsid"):
            return _plain(shell, path, article.title, body(article)[0])
    return gone()


def _download(shell: Shell, path: str, fields: dict[str, str], body: Body) -> Page:
    """Portals of this family ask for a code after a few downloads."""
    return _plain(shell, path, "附件下载", '请输入验证码后下载附件：<input name="codeValue">')


def _away(shell: Shell, path: str, fields: dict[str, str], body: Body) -> Page:
    return _plain(shell, path, "办事大厅", '<a href="http://zwfw.example/">政务服务网</a>')


def _plain(shell: Shell, path: str, title: str, main: str) -> Page:
    title = escape(title, quote=False)
    return Page(shell.page(path, title, f"<div><h2>{title}</h2>{main}</div>", live=CLOCK))


PATHS: dict[str, Callable[[Shell, str, dict[str, str], Body], Page]] = {
    "/rili.jsp": _calendar,
    "/search.jsp": _search,
    "/dayin.jsp": _print,
    DOWNLOAD: _download,
    "/zwfw.htm": _away,
    "/hdjl.htm": _away,
}
