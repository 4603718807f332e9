"""The portal's pages in the shapes of 博达 Visual SiteBuilder: navigation, breadcrumb, lists with
page numbers that count down, articles with publication line, attachments and neighbours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from crawler.sample.lines import head
from crawler.sample.page import CLOCK, NOTICE
from crawler.sample.portal import Article, Column, Portal
from crawler.sample.texts import template

_CUT = 24
_NAVIGATION = (
    ("/index.htm", "首页"),
    ("/xwzx.htm", "新闻中心"),
    ("/zfxxgk.htm", "政府信息公开"),
    ("/zwfw.htm", "政务服务"),
    ("/hdjl.htm", "互动交流"),
)


@dataclass(frozen=True, slots=True)
class Shell:
    """Draws the pages of one portal. ``owner`` is the CMS's number of the site."""

    portal: Portal
    owner: int

    @property
    def site_name(self) -> str:
        return f"{self.portal.county.name}人民政府"

    def page(
        self,
        url: str,
        title: str,
        main: str,
        *,
        meta: str = "",
        live: str = "",
        old: bool = False,
        side: str = "",
    ) -> str:
        root = up(url)
        link = "<TD><A href={}>{}</A></TD>" if old else '<li><a href="{}">{}</a></li>'
        return template("old" if old else "page").substitute(
            title=title,
            site_name=self.site_name,
            site_code=f"{self.portal.county.code}0001",
            meta=meta,
            root=root,
            nav="\n".join(link.format(root + to[1:], name) for to, name in _NAVIGATION),
            main=main,
            side=side,
            notice=NOTICE,
            live=live,
        )

    def home(self) -> str:
        columns = self.portal.columns
        notices, news = columns["xwzx/tzgg"], columns["xwzx/bxxw"]
        latest = sorted(
            (
                article
                for article in self.portal.reports()
                if article.state == "there" and not article.column.is_hidden
            ),
            key=lambda article: article.number,
        )
        main = template("home").substitute(
            news=_rows("/index.htm", news.listed[:8], "with attribute"),
            notices=_rows("/index.htm", notices.listed[:8], "cut"),
            platform=_links("/index.htm", columns["zfxxgk"].menu),
            latest=_rows("/index.htm", latest[-5:], "with attribute"),
            topics="\n".join(
                f'<li><a href="zt/{path}.htm">{name}</a></li>' for path, name in TOPICS.items()
            ),
            owner=self.owner,
            site_name=self.site_name,
        )
        return self.page("/index.htm", self.site_name, main, live=CLOCK)

    def menu(self, column: Column) -> str:
        """A column that only leads on to others."""
        extra = ""
        if column.path == "zfxxgk":
            extra = (
                '<p class="kstd">快速通道：<a href="zfxxgk/zfxxgknb.htm;jsessionid={{session}}">'
                '信息公开年报</a> <a href="zfxxgk/nbyl.htm">政府信息公开年报（预览）</a></p>'
            )
        rows = f'<ul class="gk_list">\n{_links(column.url, column.menu)}\n</ul>{extra}'
        return self._listing(column, rows, column.url)

    def list_page(self, column: Column, page: int, pages: int, rows: list[Article]) -> str:
        """Page ``page`` (from 1) of ``pages`` of a column."""
        url = list_url(column, page, pages)
        items = _rows(url, rows, column.titles)
        numbers = ",".join(str(row.number) for row in rows)
        batch = f"_showDynClickBatch(['dynclicks_u13'],[{numbers}],\"wbnews\", {self.owner})"
        body = (
            f'<ul class="list-ul">\n{items}\n</ul>\n{_pager(column, url, page, pages)}\n'
            f"<script>{batch}</script>"
        )
        if column.menu and page == 1:
            body = f'<ul class="lm_list">\n{_links(url, column.menu)}\n</ul>\n{body}'
        return self._listing(column, body, url)

    def _listing(self, column: Column, rows: str, url: str) -> str:
        old = column.template == "old"
        above = column.parent or column
        side = _links(url, above.menu, old)
        main = template("old_list" if old else "list").substitute(
            crumb=self.crumb(column, url),
            name=column.name,
            rows=rows,
            side=side,
            side_name=above.name,
        )
        title = f"{column.name}-{self.site_name}"
        meta = "\n".join(
            f'<meta name="{name}" content="{column.name}">' for name in ("ColumnName", "ColumnType")
        )
        live = "" if column.has_validators else CLOCK
        return self.page(url, title, main, meta=meta, live=live, old=old, side=side)

    def article(
        self, article: Article, body: str, source: str | None, url: str | None = None
    ) -> str:
        """The article's page; ``body`` is HTML. With ``url`` it is shown there, without 正文 in the
        breadcrumb, as a column shows its only article."""
        column = article.column
        old = column.template == "old"
        here = url or article.url
        root = up(here)
        ends_in_column = column.is_article
        clicks = f'<script>_showDynClicks("wbnews", {self.owner}, {article.number})</script>'
        heading, meta = head(article, source, clicks, self.site_name)
        rows = column.listed
        at = rows.index(article)
        neighbours = "".join(
            f'<p>{word}：<a href="{link(here, other)}">{escape(other.title, quote=False)}</a></p>'
            for word, other in (
                ("上一条", rows[at - 1] if at else None),
                ("下一条", rows[at + 1] if at + 1 < len(rows) else None),
            )
            if other is not None
        )
        attachment = ""
        if article.attachment:
            attachment = (
                '<ul style="list-style-type:none;"><li>附件【'
                f'<a href="{escape(self.attachment_url(article))}" target="_blank">'
                f"{article.attachment}</a>】已下载<span><script>getClickTimes({article.number * 7},"
                f'{self.owner},"wbnewsfile","attach")</script></span>次</li></ul>'
            )
        main = template("old_detail" if old else "detail").substitute(
            crumb=self.crumb(column, here, None if ends_in_column else "正文"),
            heading=heading,
            container=("vsb_content", "vsb_content_2", "vsb_content_100", "vsb_content_500")[
                column.number % 4
            ],
            body=body,
            attachments=attachment,
            root=root,
            column=column.number,
            number=article.number,
            neighbours=neighbours,
        )
        title = f"{escape(article.title)}-{self.site_name}"
        live = "" if has_validators(article) else CLOCK
        side = _links(here, column.parent.menu if column.parent else [], old)
        return self.page(here, title, main, meta=meta, live=live, old=old, side=side)

    def attachment_url(self, article: Article) -> str:
        return (
            "/system/_content/download.jsp?urltype=news.DownloadAttachUrl"
            f"&owner={self.owner}&wbfileid={article.number * 7}"
        )

    def crumb(self, column: Column, url: str, last: str | None = None) -> str:
        names = [("/index.htm", "网站首页"), *((each.url, each.name) for each in column.trail)]
        parts = [f'<a href="{up(url)}{to[1:]}">{name}</a>' for to, name in names]
        mark, joint = _CRUMBS[self.portal.county.number % len(_CRUMBS)]
        return mark + joint.join([*parts, last] if last else parts)


_CRUMBS = (
    ("您所在的位置: ", " &gt; "),
    ("当前位置：", " &gt;&gt; "),
    ("您现在的位置： ", "\n -&gt; \n"),
)
# Addresses that answer 200 and say that there is no such page.
TOPICS = {"2018/zwgknb": "2018年政府信息公开年报专栏", "2020/fkyq": "疫情防控专栏"}


def breadcrumb(article: Article) -> list[str]:
    """What the breadcrumb on the article's page reads."""
    last = [] if article.column.is_article else ["正文"]
    return ["网站首页", *(column.name for column in article.column.trail), *last]


def has_validators(article: Article) -> bool:
    """Static articles have ETag and Last-Modified; pages with a clock have neither."""
    return article.column.has_validators or article.number % 3 != 0


def up(url: str) -> str:
    """The way from a page to the portal's top: "../../" for /info/1001/2002.htm."""
    return "../" * (url.count("/") - 1)


def link(url: str, article: Article) -> str:
    return article.outside or up(url) + article.url[1:]


def list_url(column: Column, page: int, pages: int) -> str:
    """The first page is the column's own, the others count down to 1."""
    return column.url if page == 1 else f"/{column.path}/{pages - page + 1}.htm"


def _rows(url: str, rows: Iterable[Article], titles: str) -> str:
    return "\n".join(
        f'<li id="line_u8_{number}"><a href="{link(url, row)}" target="_blank"'
        f"{title_attribute(row.title, titles)}>{shown_title(row.title, titles)}</a>"
        f"<span>{row.published:%Y-%m-%d}</span></li>"
        for number, row in enumerate(rows)
    )


def title_attribute(title: str, titles: str) -> str:
    return f' title="{escape(title)}"' if titles == "with attribute" else ""


def shown_title(title: str, titles: str) -> str:
    if titles == "whole" or len(title) <= _CUT:
        return escape(title, quote=False)
    return escape(title[:_CUT], quote=False) + "..."


def _links(url: str, columns: Iterable[Column], old: bool = False) -> str:
    root = up(url)
    form = "<TR><TD><A href={}>{}</A></TD></TR>" if old else '<li><a href="{}">{}</a></li>'
    return "\n".join(form.format(root + column.url[1:], column.name) for column in columns)


def _pager(column: Column, url: str, page: int, pages: int) -> str:
    if pages == 1:
        return ""
    root = up(url)

    def to(number: int) -> str:
        return root + list_url(column, number, pages)[1:]

    def button(name: str, label: str, number: int) -> str:
        if not 1 <= number <= pages or number == page:
            return f'<span class="{name}_d p_fun_d">{label}</span>'
        return f'<span class="{name} p_fun"><a href="{to(number)}">{label}</a></span>'

    numbers = "".join(
        f'<span class="p_no_d">{number}</span>'
        if number == page
        else f'<span class="p_no"><a href="{to(number)}">{number}</a></span>'
        for number in range(1, pages + 1)
    )
    goto = f"_simple_list_gotopage_fun({pages},'u13_goto',2)"
    return (
        '<div class="pb_sys_common pb_sys_normal pb_sys_style1"><span class="p_pages">'
        f"{button('p_first', '首页', 1)}{button('p_prev', '上页', page - 1)}{numbers}"
        f"{button('p_next', '下页', page + 1)}{button('p_last', '尾页', pages)}</span> "
        f'<span class="p_t">共{pages}页</span> <span class="p_t">到第</span><span class="p_goto">'
        '<script language="javascript" src="/system/resource/js/gotopage.js"></script>'
        '<input type="text" class="p_goto_input" maxlength="10" id="u13_goto" '
        f'onkeydown="if(event.keyCode==13){{{goto}}}"></span><span class="p_t">页</span> '
        f'<span class="p_goto"><a href="javascript:;" onclick="{goto}">跳转</a></span></div>'
    )
