"""What a county's portal consists of: a tree of columns, and articles in them.

Columns have pinyin addresses, an article's address is /info/<column>/<article>.htm, and both kinds
of number count through the whole portal, as 博达 Visual SiteBuilder gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from crawler.sample.places import County, Unit

State = Literal["there", "gone", "soft 404", "withheld"]
Titles = Literal["whole", "with attribute", "cut"]
Template = Literal["page", "old"]


@dataclass(slots=True, eq=False)
class Column:
    """A column. ``path`` has no ending. ``titles``: list rows show whole titles, or cut them short
    with the whole one in their title attribute or nowhere. ``line`` names the publication line of
    its articles (lines.py). A column that ``is_article`` shows its only article at its own address.
    ``on_way``: a walk that looks for annual reports has to come here; ``is_hidden``: on no menu.
    ``address`` is what a skin of another family gives it."""

    number: int
    path: str
    name: str
    parent: Column | None
    titles: Titles = "with attribute"
    line: str = "seconds"
    template: Template = "page"
    per_page: int = 15
    has_validators: bool = False
    is_article: bool = False
    on_way: bool = False
    is_hidden: bool = False
    children: list[Column] = field(default_factory=list)
    rows: list[Article] = field(default_factory=list)
    address: str = ""

    @property
    def listed(self) -> list[Article]:
        """The rows that its list shows, newest first."""
        return [row for row in self.rows if row.state != "withheld"]

    @property
    def page_count(self) -> int:
        """How many pages its list has; an empty one has one."""
        return max(1, -(-len(self.listed) // self.per_page))

    @property
    def menu(self) -> list[Column]:
        """The columns below it that its menu shows."""
        return [
            child
            for child in self.children
            if not child.is_hidden and (child.listed or not child.is_article)
        ]

    @property
    def url(self) -> str:
        return self.address or f"/{self.path}.htm"

    @property
    def trail(self) -> list[Column]:
        """The columns from the top down to this one."""
        return [*(self.parent.trail if self.parent else []), self]


@dataclass(slots=True, eq=False)
class Article:
    """An article: the annual report of ``report`` (body, year), or else ``text``. Only a row that
    leads to another host has ``outside``, its address there; ``address`` is as a column's.
    ``state`` says what its address answers: the article; 404; 200 with a page that says that there
    is none; or 404 and no list shows it, as it is not published yet."""

    column: Column
    title: str
    published: datetime
    text: str = ""
    report: tuple[Unit, int] | None = None
    number: int = 0
    state: State = "there"
    outside: str | None = None
    attachment: str | None = None
    modified: datetime | None = None
    address: str = ""

    @property
    def url(self) -> str:
        if self.outside or self.address:
            return self.outside or self.address
        if self.column.is_article:
            return self.column.url
        return f"/info/{self.column.number}/{self.number}.htm"


@dataclass(slots=True)
class Portal:
    """Columns by path without ending, and articles by address."""

    county: County
    columns: dict[str, Column] = field(default_factory=dict)
    articles: dict[str, Article] = field(default_factory=dict)

    def reports(self) -> Iterator[Article]:
        """All annual reports that are linked from where everybody may go."""
        return (
            article
            for article in self.articles.values()
            if article.report and not article.column.is_hidden
        )

    def unit_column(self, unit: Unit) -> Column:
        return self.columns[unit_path(unit)]


def unit_path(unit: Unit) -> str:
    """The path of a unit's own column, without slashes at its ends."""
    kind = "zfbm" if unit.kind == "department" else "xzjd"
    return f"zfxxgk/xzsqbmpt/{kind}/{unit.slug}"
