"""One county's portal: what it answers to any path, and what is true of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from html import escape

from crawler.sample import vsb
from crawler.sample.builder import build
from crawler.sample.facts import Facts
from crawler.sample.figures import printed
from crawler.sample.places import County
from crawler.sample.portal import Article, Column, Portal, State
from crawler.sample.report_html import render
from crawler.sample.texts import template
from crawler.sample.truth import Truth, truth_of

_WEEKDAYS = "一二三四五六日"
ROBOTS = """# 虚构的示例门户 (fictional sample portal)
User-agent: *
Disallow: /zfxxgk/nbyl
"""


@dataclass(frozen=True, slots=True)
class Page:
    """What the portal answers. ``text`` may hold places for what changes at every request, which
    ``body`` fills in; only a page without them can have ``modified`` and with it validators."""

    text: str
    content_type: str = "text/html"
    encoding: str = "utf-8"
    status: int = 200
    modified: datetime | None = None
    location: str | None = None

    @property
    def is_live(self) -> bool:
        """Whether it changes at every request."""
        return "{{" in self.text

    def body(self, now: datetime = datetime(2026, 11, 22), visitor: int = 1) -> bytes:
        text = self.text
        if self.is_live:
            day = f"{now:%Y年%m月%d日} 星期{_WEEKDAYS[now.weekday()]} {now:%H:%M:%S}"
            text = text.replace("{{today}}", day).replace("{{visitor}}", str(visitor))
            text = text.replace("{{session}}", f"{visitor:032X}")
        return text.encode(self.encoding)


class Site:
    """A portal without a host: paths begin with a slash and may have a query. ``revision`` counts
    the changes since it was drawn."""

    never = (
        re.compile(r"^/rili\.jsp"),
        re.compile(r"^/search\.jsp"),
        re.compile(r"^/dayin\.jsp"),
        re.compile(r"^/zfxxgk/nbyl"),
        re.compile(r";jsessionid="),
    )
    """Paths that nobody who looks for reports has to ask for: an endless calendar, searches, pages
    for the printer, what robots.txt forbids, addresses with a session in them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.revision = 0

    @property
    def county(self) -> County:
        return self.facts.county

    @cached_property
    def portal(self) -> Portal:
        return build(self.county, self.facts.seed, self.facts.head)

    # What is true of the portal.

    @property
    def report_paths(self) -> list[str]:
        """All paths that answer with an annual report and can be found by following lists."""
        return [article.url for article in self._reports()]

    @property
    def reports(self) -> dict[str, Truth]:
        """What is true of each report, by path."""
        return {article.url: self._truth(article) for article in self._reports()}

    @property
    def missing(self) -> dict[str, str]:
        """Listed reports that are not there: "gone" (404), "soft 404" (200, the page says so)."""
        return {
            article.url: article.state
            for article in self.portal.reports()
            if article.state in ("gone", "soft 404")
        }

    @property
    def way(self) -> list[str]:
        """The paths that have to be asked for to find every report: the home page, columns on the
        way, and all their list pages. Columns that are a report themselves are not among them."""
        paths = ["/"]
        for column in self.portal.columns.values():
            if not column.on_way or column.is_article:
                continue
            pages = self._page_count(column)
            paths += [vsb.list_url(column, page, pages) for page in range(1, pages + 1)]
        return paths

    @property
    def outside(self) -> list[str]:
        """Addresses on other hosts that look like reports."""
        columns = self.portal.columns.values()
        return [row.outside for column in columns for row in column.rows if row.outside]

    # What changes between two visits.

    def correct(self, path: str, cell: str, value: int) -> None:
        """The report at ``path`` prints ``value`` in ``cell`` from now on. Its checks stay what
        they were: take a cell that no sum holds, or correct the sums as well."""
        report = self.portal.articles[path].report
        if report is None:
            raise ValueError(f"{path} is no annual report")
        self.facts.corrections.setdefault(report, {})[cell] = printed(value)
        self.revision += 1
        for article in self.portal.articles.values():
            if article.report == report:
                article.modified = article.published + timedelta(days=30 * self.revision)

    def set_state(self, path: str, state: State) -> None:
        """The article at ``path`` is "gone" or "withheld" (not published yet), or "there" again."""
        self.portal.articles[path].state = state
        self.revision += 1

    # Pages.

    @property
    def pages(self) -> Mapping[str, Page]:
        return _Pages(self)

    def page(self, target: str) -> Page:
        """The answer to ``target``, a path with its query; status 404 where there is none."""
        path, _, query = target.partition("?")
        path = path.partition(";")[0]
        if path in ("/", "/index.htm"):
            return Page(self._shell.home())
        if path == "/robots.txt":
            return Page(ROBOTS, "text/plain; charset=utf-8")
        if path in ("/rili.jsp", "/search.jsp", "/dayin.jsp", "/system/_content/download.jsp"):
            return self._dynamic(path, query)
        if path in ("/zwfw.htm", "/hdjl.htm"):
            return self._plain(path, "办事大厅", '<a href="http://zwfw.example/">政务服务网</a>')
        if path[1:-4] in {f"zt/{topic}" for topic in vsb.TOPICS}:
            return _missing()
        article = self.portal.articles.get(path)
        if article:
            return self._article(article)
        column, page = self._list(path)
        if column and page:
            return self._column(column, page)
        return _gone()

    def paths(self) -> Iterator[str]:
        """All paths that answer with something, less those with a query."""
        yield from ("/", "/index.htm", "/robots.txt", "/zwfw.htm", "/hdjl.htm")
        for column in self.portal.columns.values():
            pages = self._page_count(column)
            yield from (vsb.list_url(column, page, pages) for page in range(1, pages + 1))
        for article in self.portal.articles.values():
            if not article.column.is_article and article.state == "there":
                yield article.url

    @cached_property
    def _shell(self) -> vsb.Shell:
        return vsb.Shell(self.portal, 1_500_000_000 + self.county.number)

    def _article(self, article: Article) -> Page:
        if article.state != "there":
            return _missing() if article.state == "soft 404" else _gone()
        body, source = self._body(article)
        text = self._shell.article(article, body, source)
        modified = article.modified or article.published
        return self._as_page(
            article.column, text, modified if vsb.has_validators(article) else None
        )

    def _body(self, article: Article) -> tuple[str, str | None]:
        if article.report:
            unit, year = article.report
            report = self.facts.report(unit, year)
            return render(report, self.facts.style(unit, year)), report.source
        if article.text == "图":
            image = "/__local/A/1C/99/tu.png"
            return f'<p class="vsbcontent_img"><img orisrc="{image}" src="{image}"></p>', "办公室"
        first, *rest = re.split(r"(?=[一二三四五六]、)", article.text)
        paragraphs = [f'<p class="vsbcontent_start">{escape(first, quote=False)}</p>']
        return "\n".join(
            paragraphs + [f"<p>{escape(text, quote=False)}</p>" for text in rest]
        ), "办公室"

    def _column(self, column: Column, page: int) -> Page:
        if column.is_article:
            return self._article(column.rows[0])
        rows = column.listed
        if not rows:
            return self._as_page(column, self._shell.menu(column), None)
        start = (page - 1) * column.per_page
        text = self._shell.list_page(
            column, page, self._page_count(column), rows[start : start + column.per_page]
        )
        return self._as_page(column, text, rows[0].published if column.has_validators else None)

    def _as_page(self, column: Column, text: str, modified: datetime | None) -> Page:
        if column.template == "old":
            return Page(text, "text/html", "gb18030", modified=modified)
        return Page(
            text,
            "text/html; charset=UTF-8" if column.number % 2 else "text/html",
            modified=modified,
        )

    def _dynamic(self, path: str, query: str) -> Page:
        fields = dict(part.partition("=")[::2] for part in query.split("&"))
        if path == "/rili.jsp":
            return self._calendar(fields.get("date", ""))
        if path == "/dayin.jsp":
            for article in self.portal.articles.values():
                if str(article.number) == fields.get("wbnewsid"):
                    return self._plain(path, article.title, self._body(article)[0])
            return _gone()
        if path == "/search.jsp":
            more = f"/search.jsp?wbtreeid=1001&amp;q={escape(fields.get('q', ''))}&amp;page="
            links = "".join(f'<li><a href="{more}{at}">{at}</a></li>' for at in range(1, 100))
            return self._plain(path, "检索结果", f"<ul>{links}</ul>")
        return self._plain(
            path, "附件下载", '<p>请输入验证码后下载附件：<input name="codeValue"></p>'
        )

    def _calendar(self, month: str) -> Page:
        try:
            day = date.fromisoformat(f"{month}-01")
        except ValueError:
            return _missing()
        months = day.year * 12 + day.month - 1
        links = " ".join(
            f'<a href="/rili.jsp?date={at // 12:04d}-{at % 12 + 1:02d}">{label}</a>'
            for label, at in (("上一月", months - 1), ("下一月", months + 1))
        )
        return self._plain(
            "/rili.jsp", f"{day:%Y年%m月}政务日历", f"{links}<p>政府信息公开年度报告</p>"
        )

    def _plain(self, path: str, title: str, main: str) -> Page:
        title = escape(title, quote=False)
        return Page(
            self._shell.page(path, title, f"<div><h2>{title}</h2>{main}</div>", live=vsb.CLOCK)
        )

    def _list(self, path: str) -> tuple[Column | None, int]:
        """The column and the page (from 1) that a path shows."""
        if not path.endswith(".htm"):
            return None, 0
        column = self.portal.columns.get(path[1:-4])
        if column:
            return column, 1
        above, _, number = path[1:-4].rpartition("/")
        column = self.portal.columns.get(above)
        if column is None or not number.isdigit():
            return None, 0
        pages = self._page_count(column)
        return (column, pages - int(number) + 1) if 1 <= int(number) < pages else (None, 0)

    def _page_count(self, column: Column) -> int:
        return max(1, -(-len(column.listed) // column.per_page))

    def _reports(self) -> Iterator[Article]:
        return (article for article in self.portal.reports() if article.state == "there")

    def _truth(self, article: Article) -> Truth:
        unit, year = article.report or (None, None)
        if unit is None or year is None:
            raise ValueError(f"{article.url} is no annual report")
        attachment = self._shell.attachment_url(article) if article.attachment else None
        return truth_of(
            article, self.facts.report(unit, year), self.facts.style(unit, year).name, attachment
        )


class _Pages(Mapping[str, Page]):
    def __init__(self, site: Site) -> None:
        self.site = site

    def __getitem__(self, path: str) -> Page:
        page = self.site.page(path)
        if page.status == 404:
            raise KeyError(path)
        return page

    def __iter__(self) -> Iterator[str]:
        return self.site.paths()

    def __len__(self) -> int:
        return sum(1 for _ in self.site.paths())


def _missing() -> Page:
    return Page(template("missing").substitute(notice=vsb.NOTICE), "text/html; charset=UTF-8")


def _gone() -> Page:
    return Page(template("gone").substitute(notice=vsb.NOTICE), "text/html", status=404)
