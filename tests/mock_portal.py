"""A second portal in the shapes of 博达 VSB, unlike the bundled sample wherever it can be: other
columns, other pinyin, other templates, and traps of its own. All it prints is invented (synthetic);
only the names of the townships are those of the division that it is crawled for.

``MockPortal(style)`` answers paths with pages; ``Style`` turns what differs between templates.
"""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape

TOWNSHIPS = {
    "lblz": "拉卜楞镇",
    "wgetz": "王格尔塘镇",
    "amqhz": "阿木去乎镇",
    "skz": "桑科镇",
    "kcz": "科才镇",
    "dmx": "达麦乡",
    "qax": "曲奥乡",
}
INVENTED = {"yzz": "云嘴镇", "bxx": "白溪乡", "hjjd": "河间街道", "sgz": "石岗镇", "lhx": "柳河乡"}
DEPARTMENTS = {
    "jyj": "县教育局",
    "czj": "县财政局",
    "bzb": "县委编办",
    "wjj": "县卫生健康局",
    "gxs": "县供销社",
    "fl": "县妇联",
}
Trail = list[tuple[str, str]]
YEARS = range(2019, 2026)
PER_PAGE = 6


@dataclass(frozen=True)
class Style:
    """``nested``: column addresses show the tree. ``pager``: how the next page is marked.
    ``titles``: whole, cut with the title attribute, or cut without. ``menu``: how units are set
    out. ``names``: of townships. ``crumbs``: breadcrumbs are printed."""

    nested: bool = True
    pager: str = "p_next"
    titles: str = "attribute"
    menu: str = "ul"
    names: str = "real"
    crumbs: bool = True
    dropdown: bool = False
    encoding: str = "utf-8"


@dataclass
class MockPortal:
    style: Style = Style()
    pages: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    reports: dict[str, str] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    _id: int = 3000

    def __post_init__(self) -> None:
        names = TOWNSHIPS if self.style.names == "real" else INVENTED
        self.titles = {"/index.htm": "首页"}
        self._columns(names)
        for slug, name in names.items():
            self._township(slug, name)
        for slug, name in DEPARTMENTS.items():
            self._department(slug, name)
        self._yearly()
        self._landing()

    # Addresses

    def path(self, *parts: str) -> str:
        return "/" + ("/".join(parts) if self.style.nested else parts[-1]) + ".htm"

    def _columns(self, names: dict[str, str]) -> None:
        self.gateway = self.path("zwgk")
        self.platform = self.path("zwgk", "bmxzpt")
        self.towns = self.path("zwgk", "bmxzpt", "gxz")
        self.offices = self.path("zwgk", "bmxzpt", "xzbm")
        self.yearly = self.path("zwgk", "gkndbg")
        self.unit_paths = {s: self.path("zwgk", "bmxzpt", "gxz", s) for s in names} | {
            s: self.path("zwgk", "bmxzpt", "xzbm", s) for s in DEPARTMENTS
        }
        self.names = names
        self.platform_trail = [(self.gateway, "政务公开"), (self.platform, "部门乡镇平台")]
        self.lists |= {"/", self.gateway, self.platform, self.towns, self.offices, self.yearly}

    # Articles

    def article(self, title: str, trail: Trail, text: str = "", *, report: bool) -> str:
        self._id += 7
        url = f"/info/{1000 + len(trail[-1][0])}/{self._id}.htm"
        body = (
            f'<form name="_newscontent_fromname"><h1>{escape(title)}</h1>'
            '<div>发布时间:2023-02-01 来源:办公室 点击:[<script>_showDynClicks("wbnews",'
            f' 1, {self._id})</script>]</div><div id="vsb_content"><div class="v_news_content">'
            f"<p>{escape(title)}</p></div></div></form>"
            '<a href="javascript:void(0)">打印</a>'
            '<p>上一条：<a href="/info/1/1.htm">我县召开会议</a></p>'
        )
        self.pages[url] = self.page(title, body, [*trail, ("", "正文")])
        if report:
            self.reports[url] = title
        return url

    def page(self, title: str, main: str, trail: Trail | None = None, side: str = "") -> str:
        crumb = ""
        if self.style.crumbs and trail:
            links = [("/index.htm", "网站首页"), *trail]
            crumb = (
                '<div class="dqlm">您所在的位置：'
                + "&gt;&gt;".join(
                    f'<a href="{url}">{name}</a>' if url else name for url, name in links
                )
                + "</div>"
            )
        return (
            f"<!DOCTYPE html><html><head><title>{escape(title)}-示例（虚构 synthetic）</title>"
            '<script src="/system/resource/js/gotopage.js"></script></head>'
            f"<body>{self.menu()}{crumb}"
            f'<div class="left">{side}</div><div class="main">{main}</div>{FOOTER}</body></html>'
        )

    def menu(self) -> str:
        items = [
            ("/index.htm", "首页"),
            ("/zjxh.htm", "走进夏河"),
            ("/xwzx.htm", "新闻中心"),
            (self.gateway, "政务公开"),
            ("/zwfw.htm", "政务服务"),
            ("/hdjl.htm", "互动交流"),
            ("/tzgg.htm", "公告公示"),
            ("/ssjgy.jsp?wbtreeid=1001&keyword=年度报告", "政府信息公开年报搜索"),
            ("/rili/2026/11.htm", "日历"),
        ]
        extra = ""
        if self.style.dropdown:
            extra = (
                "<ul>"
                + "".join(
                    f'<li><a href="/zjxh/xzgk/{slug}.htm">{name}</a></li>'
                    for slug, name in self.names.items()
                )
                + "</ul>"
            )
        rows = "".join(f'<li><a href="{url}">{name}</a></li>' for url, name in items)
        return f'<ul class="nav">{rows}</ul>{extra}'

    def row(self, url: str, title: str) -> str:
        shown = title if self.style.titles == "whole" or len(title) < 17 else title[:15] + "…"
        attribute = f' title="{escape(title)}"' if self.style.titles == "attribute" else ""
        return (
            f'<li id="line_u8_0"><span>2023-02-01</span><a href="{url}"{attribute}>{shown}</a></li>'
        )

    # Lists

    def column(
        self,
        path: str,
        name: str,
        rows: Trail,
        trail: Trail,
        side: str = "",
        before: str = "",
    ) -> None:
        """A column with its pages: page 1 is x.htm, the others x/<k>.htm with k going down."""
        parts = [rows[at : at + PER_PAGE] for at in range(0, len(rows), PER_PAGE)] or [[]]
        count = len(parts)
        stem = path.removesuffix(".htm")
        urls = [path, *(f"{stem}/{k}.htm" for k in range(count - 1, 0, -1))]
        for number, part in enumerate(parts):
            main = (
                before * (number == 0) + "<ul>" + "".join(self.row(*row) for row in part) + "</ul>"
            )
            main += self.pager(urls, number)
            self.pages[urls[number]] = self.page(name, main, [*trail, (path, name)], side)
        self.lists.update(urls)

    def pager(self, urls: list[str], number: int) -> str:
        count = len(urls)
        if count == 1:
            return ""
        numbers = "".join(
            f'<span class="p_no"><a href="{url}">{k + 1}</a></span>' for k, url in enumerate(urls)
        )
        following = urls[number + 1] if number + 1 < count else None
        last = f'<a href="{urls[-1]}">尾页</a>'
        if self.style.pager == "p_next":
            link = (
                f'<span class="p_next p_fun"><a href="{following}">&gt;</a></span>'
                if following
                else '<span class="p_next_d p_fun_d">&gt;</span>'
            )
        else:
            link = f'<a href="{following}">下一页</a>' if following else "下一页"
        return (
            f'<div class="p_pages"><span class="p_t">共{count}页</span>{numbers}{link}{last}</div>'
        )

    # What the portal consists of

    def _township(self, slug: str, name: str) -> None:
        """Reports among everything else that the township publishes, over several pages."""
        path = self.unit_paths[slug]
        trail = [
            (self.gateway, "政务公开"),
            (self.platform, "部门乡镇平台"),
            (self.towns, "各乡镇"),
        ]
        here = [*trail, (path, name)]
        rows = []
        for year in YEARS:
            for title in (
                f"{name}{year}年政府信息公开工作年度报告",
                f"{name}关于做好{year}年政府信息公开工作年度报告编制工作的通知",
                f"{name}{year}年法治政府建设年度报告",
                f"{name}召开{year}年政府信息公开工作年度报告编制部署会",
                f"{name}{year}年政府信息公开工作要点",
                f"{name}人民政府{year}年度部门决算公开",
                f"{name}组织干部学习《政府信息公开条例》",
                f"{name}{year}年防汛抗旱应急预案",
            ):
                report = title == f"{name}{year}年政府信息公开工作年度报告"
                rows.append((self.article(title, here, report=report), title))
        side = self.unit_menu(trail[-1][0])
        self.column(path, name, rows[::-1], trail, side)

    def _department(self, slug: str, name: str) -> None:
        """Departments have a column for reports with a column for each year; one of them shows its
        only article at its own address."""
        path = self.unit_paths[slug]
        stem = path.removesuffix(".htm").lstrip("/")
        own = self.path(stem, f"{slug}nb")
        trail = [
            (self.gateway, "政务公开"),
            (self.platform, "部门乡镇平台"),
            (self.offices, "县直部门"),
        ]
        here = [*trail, (path, name)]
        links = [
            (self.path(stem, f"{slug}zn"), "信息公开指南"),
            (self.path(stem, f"{slug}nr"), "法定主动公开内容"),
            (own, "信息公开年报"),
            (self.path(stem, f"{slug}fz"), "法治政府建设年度报告"),
        ]
        tabs = "<ul>" + "".join(f'<li><a href="{u}">{n}</a></li>' for u, n in links) + "</ul>"
        self.column(path, name, [], trail, self.unit_menu(self.offices), tabs)
        years = {year: self.path(stem, f"{slug}nb", f"{slug}n{year}n") for year in YEARS}
        index = "<ul>" + "".join(f'<li><a href="{u}">{y}年</a></li>' for y, u in years.items())
        self.column(own, "信息公开年报", [], here, tabs, index + "</ul>")
        for year, url in years.items():
            title = f"{name}{year}年政府信息公开工作年度报告"
            if slug == "jyj" and year == 2021:
                self.pages[url] = self.page(
                    title,
                    f'<h1>{title}</h1><div id="vsb_content">{title}</div>',
                    [*here, (own, "年报")],
                )
                self.reports[url] = title
                continue
            trail_here = [*here, (own, "信息公开年报")]
            self.column(
                url,
                f"{year}年",
                [(self.article(title, trail_here, report=True), title)],
                trail_here,
            )

    def _yearly(self) -> None:
        """The county's own reports, in a column that also lists what is no report."""
        trail = [(self.gateway, "政务公开")]
        rows = []
        for year in YEARS:
            for title, report in (
                (f"夏河县{year}年政府信息公开工作年度报告", True),
                (f"关于报送{year}年度政府信息公开年报的通知", False),
                (f"夏河县{year}年政府网站工作年度报表", False),
                (f"一图读懂夏河县{year}年政府信息公开工作年度报告", False),
            ):
                rows.append(
                    (self.article(title, [*trail, (self.yearly, "年报")], report=report), title)
                )
        self.column(self.yearly, "政府信息公开工作年度报告", rows[::-1], trail)

    def unit_menu(self, column: str) -> str:
        slugs = self.names if column == self.towns else DEPARTMENTS
        links = [(self.unit_paths[slug], name) for slug, name in slugs.items()]
        if self.style.menu == "table":
            cells = "".join(f'<td><a href="{u}"><font>{n}</font></a></td>' for u, n in links)
            return f"<table><tr>{cells}</tr></table>"
        if self.style.menu == "divs":
            return (
                "<div>"
                + "".join(f'<div><p><a href="{u}">· {n}</a></p></div>' for u, n in links)
                + "</div>"
            )
        return "<ul>" + "".join(f'<li><a href="{u}">{n}</a></li>' for u, n in links) + "</ul>"

    def _landing(self) -> None:
        side = (
            "<ul>"
            + "".join(
                f'<li><a href="{url}">{name}</a></li>'
                for url, name in (
                    (self.path("zwgk", "gkzn"), "政府信息公开指南"),
                    (self.path("zwgk", "gkzd"), "政府信息公开制度"),
                    (self.path("zwgk", "fdzdgknr"), "法定主动公开内容"),
                    (self.yearly, "政府信息公开年报"),
                    (self.path("zwgk", "fzndbg"), "法治政府建设年度报告"),
                    (self.path("zwgk", "ysqgk"), "依申请公开"),
                    (self.platform, "部门乡镇平台"),
                )
            )
            + "</ul>"
        )
        trail = [(self.gateway, "政务公开")]
        news = [
            (self.article(f"政务动态第{n}号", trail, report=False), f"政务动态第{n}号")
            for n in range(30)
        ]
        stem = self.gateway.removesuffix(".htm")
        self.column(self.gateway, "政务公开", news, [], side)
        self.lists -= {
            url
            for url in self.lists
            if url.startswith(stem + "/") and url[len(stem) + 1 : -4].isdigit()
        }
        both = (
            f'<ul><li><a href="{self.towns}">各乡镇</a></li>'
            f'<li><a href="{self.offices}">县直部门</a></li></ul>'
        )
        self.pages[self.platform] = self.page(
            "部门乡镇平台", both, [*trail, (self.platform, "部门乡镇平台")], side
        )
        here = [*trail, (self.platform, "部门乡镇平台")]
        for path, name in ((self.towns, "各乡镇"), (self.offices, "县直部门")):
            self.pages[path] = self.page(name, self.unit_menu(path), [*here, (path, name)])
        headlines = "".join(
            self.row(self.article(title, [("/xwzx.htm", "新闻中心")], report=False), title)
            for title in (
                "我县召开政府信息公开工作年度报告编制培训会",
                "全县各乡镇按时发布2025年政府信息公开工作年度报告",
                "2025年夏河县政府工作报告",
                "夏河县2025年国民经济和社会发展统计公报",
            )
        )
        outside = (
            '<a href="http://www.gansu.gov.cn/zfxxgk.htm">政府信息公开</a>'
            '<a href="http://127.0.0.1:1/zfxxgk.htm">政府信息公开</a>'
            '<a href="http://[::1]/zfxxgknb.htm">政府信息公开年报</a>'
            '<a href="http://192.168.0.1/zfxxgknb.htm">政府信息公开年报</a>'
            '<a href="mailto:a@example.org">政府信息公开</a><a href="#">政府信息公开</a>'
            f'<a href="{self.gateway};jsessionid=0A1B2C?_=1700000000">政务公开</a>'
        )
        home = self.page("夏河县人民政府", f"<ul>{headlines}</ul>{outside}")
        self.pages["/"] = self.pages["/index.htm"] = home
        for path in ("/zjxh.htm", "/xwzx.htm", "/zwfw.htm", "/hdjl.htm", "/tzgg.htm"):
            self.pages[path] = self.page("栏目", "<p>与年报无关</p>")
        self.pages["/robots.txt"] = "User-agent: *\nDisallow: /ssjgy.jsp\n"

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a path with its query."""
        if target in self.moved:
            return 302, {"Location": self.moved[target]}, b""
        if target in self.broken:
            return self.broken[target], {"Content-Type": "text/html"}, b"<html>out of order</html>"
        if target.startswith("/rili/"):
            return (
                200,
                {"Content-Type": "text/html"},
                self._calendar(target).encode(self.style.encoding),
            )
        text = self.pages.get(target)
        if text is None:
            return 404, {"Content-Type": "text/html"}, "<html>404 找不到</html>".encode()
        kind = (
            "text/plain" if target == "/robots.txt" else f"text/html; charset={self.style.encoding}"
        )
        return 200, {"Content-Type": kind}, text.encode(self.style.encoding)

    def _calendar(self, target: str) -> str:
        year, month = target.removeprefix("/rili/").removesuffix(".htm").split("/")
        following = f"/rili/{int(year) + int(month) // 12}/{int(month) % 12 + 1}.htm"
        return self.page(
            "日历", f'<a href="{following}">下一页</a><a href="{following}">政府信息公开年报</a>'
        )


FOOTER = """<div class="foot"><ul><li><a href="http://www.gov.cn/">中国政府网</a></li>
<li><a href="/wzdt.htm">网站地图</a></li><li><a href="/dept/jyj.htm">教育局</a></li>
<li><a href="/dept/czj.htm">财政局</a></li><li><a href="/dept/gaj.htm">公安局</a></li></ul></div>"""


@contextmanager
def serve(portal: MockPortal, port: int = 0) -> Iterator[tuple[str, list[str]]]:
    """The portal on loopback; gives its home page's URL and the paths asked of it so far."""
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.path)
            status, headers, body = portal.answer(self.path)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
