"""One county's portal: what it answers to any path, and what is true of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from html import escape

from crawler.sample import extras, files, vsb
from crawler.sample.builder import build
from crawler.sample.facts import Facts
from crawler.sample.figures import printed
from crawler.sample.page import Page, gone, missing
from crawler.sample.places import County
from crawler.sample.portal import Article, Column, Portal, State
from crawler.sample.report_html import render
from crawler.sample.truth import Truth, truth_of

ROBOTS = """# 虚构的示例门户 (fictional sample portal)
User-agent: *
Disallow: /zfxxgk/nbyl
"""


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
            pages = column.page_count
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
        if (file := self._file(path, query)) is not None:
            return file
        if path in extras.PATHS:
            return extras.page(self._shell, path, query, self._body)
        if path[1:-4] in {f"zt/{topic}" for topic in vsb.TOPICS}:
            return missing()
        article = self.portal.articles.get(path)
        if article:
            return self._article(article)
        column, page = self._list(path)
        if column and page:
            return self._column(column, page)
        return gone()

    def paths(self) -> Iterator[str]:
        """All paths that answer with something, less those with a query."""
        yield from ("/", "/index.htm", "/robots.txt", "/zwfw.htm", "/hdjl.htm")
        for column in self.portal.columns.values():
            pages = column.page_count
            yield from (vsb.list_url(column, page, pages) for page in range(1, pages + 1))
        for article in self.portal.articles.values():
            if not article.column.is_article and article.state == "there":
                yield article.url

    @cached_property
    def _shell(self) -> vsb.Shell:
        return vsb.Shell(self.portal, 1_500_000_000 + self.county.number)

    def _article(self, article: Article) -> Page:
        if article.state != "there":
            return missing() if article.state == "soft 404" else gone()
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
            shown = files.shown(article, report)
            if shown == "file":
                return files.link_body(article, vsb.up(article.url)), report.source
            if shown == "viewer":
                return files.viewer_body(article), report.source
            return render(report, self.facts.style(unit, year)), report.source
        if article.text == "图":
            image = "/__local/A/1C/99/tu.png"
            return f'<p class="vsbcontent_img"><img orisrc="{image}" src="{image}"></p>', "办公室"
        first, *rest = re.split(r"(?=[一二三四五六]、)", article.text)
        paragraphs = [f'<p class="vsbcontent_start">{escape(first, quote=False)}</p>']
        return "\n".join(
            paragraphs + [f"<p>{escape(text, quote=False)}</p>" for text in rest]
        ), "办公室"

    def _file(self, path: str, query: str) -> Page | None:
        """The file of a report: below its own address, or as its attachment."""
        number = files.article_of(path)
        download = re.search(r"wbfileid=(\d+)", query) if path == extras.DOWNLOAD else None
        if download:
            number = int(download[1]) // 7
        article = self._numbered.get(number or 0)
        if article is None or article.report is None:
            return None
        report = self.facts.report(*article.report)
        what = files.attached(article, report) if download else "same"
        if what in (None, "code"):
            return None
        modified = article.modified or article.published
        data = files.docx(report, differs=what == "differs")
        return Page("", files.DOCX, modified=modified, file=data)

    @cached_property
    def _numbered(self) -> dict[int, Article]:
        return {article.number: article for article in self.portal.articles.values()}

    def _column(self, column: Column, page: int) -> Page:
        if column.is_article:
            return self._article(column.rows[0])
        rows = column.listed
        if not rows:
            return self._as_page(column, self._shell.menu(column), None)
        start = (page - 1) * column.per_page
        text = self._shell.list_page(
            column, page, column.page_count, rows[start : start + column.per_page]
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
        pages = column.page_count
        return (column, pages - int(number) + 1) if 1 <= int(number) < pages else (None, 0)

    def _reports(self) -> Iterator[Article]:
        return (article for article in self.portal.reports() if article.state == "there")

    def _truth(self, article: Article) -> Truth:
        unit, year = article.report or (None, None)
        if unit is None or year is None:
            raise ValueError(f"{article.url} is no annual report")
        return truth_of(
            article,
            self.facts.report(unit, year),
            self.facts.style(unit, year).name,
            self._shell.attachment_url(article),
        )

    @property
    def files(self) -> list[str]:
        """The addresses of all files that belong to reports, each as often as a report has it."""
        return [
            attachment["path"]
            for truth in self.reports.values()
            for attachment in truth.expected["attachments"]
        ] + [
            files.file_path(self.portal.articles[truth.path])
            for truth in self.reports.values()
            if truth.shown == "viewer"
        ]


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
