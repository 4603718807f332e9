"""How a link is judged: by its text, its title attribute and the page that it stands on.

What texts say by themselves is in ``crawler.link_text``; here is what they mean in their place.

The way to a report is 网站首页 › 政府信息公开 › 乡镇社区部门平台 › 乡镇街道 › a township ›
正文, or it leads through a column 政府信息公开年报 and its years. What a link can be:

- ``report``: an article that is, or where its title is cut short may be, an annual report
- ``list``: a column of annual reports, or of one year or group of units in it
- ``unit``: the own column of a township or department, where reports stand among other articles
- ``gateway``: a page on the way to those
- ``weak``: may lead on; asked only where a portal's reports were not found without it
- ``file``: a document that by its title is a report, where no page prints it
- ``attachment``: a file that an article links
- ``no``: everything else
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from crawler.link_text import (
    BARE_YEAR,
    COLUMN,
    COLUMN_FILLER,
    COLUMN_TOPIC,
    CUT,
    EDGES,
    GATEWAY,
    OPEN,
    TOPIC,
    UNITS,
    WORDS,
    YEAR,
    Title,
    bare_unit,
    contradicts,
    fold,
    has_any,
    is_unit,
    kind_by_address,
    last_match,
    leads_nowhere,
    may_name_report,
    names_report,
    read_title,
)
from crawler.urls import below

Shape = Literal["detail", "column", "page", "attachment", "unknown"]
"""What an address looks like in its family: an article, a column, a further page of a column, a
file; ``unknown`` where the address does not tell."""

Kind = Literal["report", "list", "unit", "gateway", "file", "weak", "attachment", "no"]
PlaceKind = Literal["home", "report", "list", "unit", "gateway", "file", "weak"]

_CRUMBS = -1  # stands for the breadcrumb among the numbers of groups
_ENDING = re.compile(r"\.[a-z]{3,4}$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as its family found it. ``title`` is the title attribute; ``group`` is the same for
    links that stand side by side in one block; ``crumb``: it stands in the breadcrumb."""

    url: str
    text: str
    shape: Shape
    title: str = ""
    group: int = 0
    crumb: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where links stand: on a page of this kind and address, with the breadcrumb it prints.

    ``chrome``: addresses that the portal's home page links as well (its menus and footers), so
    that on every other page they say nothing about that page.
    """

    kind: PlaceKind
    url: str
    trail: tuple[str, ...] = ()
    chrome: Container[str] = ()

    @property
    def inside(self) -> bool:
        """Whether the page lies in the disclosure section (政府信息公开).

        That is so where its breadcrumb says so, and not where that says another section; a unit's
        own name (文化和旅游局) is none. A page without breadcrumb is where the walk expected it.
        """
        crumbs = [fold(crumb) for crumb in self.trail]
        if self.kind == "home" or any("公开" in crumb for crumb in crumbs):
            return self.kind != "home"
        return not any(has_any(crumb, WORDS["outside"]) for crumb in crumbs)


class Verdict(NamedTuple):
    """What a link is taken for."""

    link: Link
    kind: Kind


class Judge:
    """Judges the links of one portal. ``name`` is its county's, ``places`` the names of the
    divisions in it (科才镇), where they are known."""

    def __init__(self, name: str = "", places: Iterable[str] = ()) -> None:
        self.name = fold(name)
        self.places = frozenset(bare_unit(place, self.name) for place in places)

    def judge(self, links: Sequence[Link], place: Place) -> list[Verdict]:
        """What the links of a page are; those that are ``no`` are left out."""
        own, menu = self._units(links, place)
        verdicts = self._judge_all(links, place, own)
        leads_on = any(
            kind in ("report", "file", "list", "unit", "gateway") and link.url not in place.chrome
            for link, kind in verdicts
            if not link.crumb and link.url != place.url
        )
        return verdicts if leads_on or not menu else self._judge_all(links, place, menu)

    def _judge_all(
        self, links: Sequence[Link], place: Place, units: Container[str]
    ) -> list[Verdict]:
        verdicts = (Verdict(link, self._judge(link, place, units)) for link in links)
        return [verdict for verdict in verdicts if verdict.kind != "no"]

    def _judge(self, link: Link, place: Place, units: Container[str]) -> Kind:
        title = read_title(link.text, link.title)
        if link.shape == "page" or leads_nowhere(link.url):
            return "no"
        if link.shape == "attachment":
            return self._judge_file(title.text, place)
        if link.shape == "detail":
            return "report" if self._is_report(title, place) else "no"
        if link.shape == "unknown" and YEAR.search(title.text) and names_report(title.text):
            return "report"
        if title.cut and self._is_report(title, place):
            return "list"
        return self._judge_column(link, EDGES.sub("", title.text), place, units)

    def _judge_file(self, title: str, place: Place) -> Kind:
        if place.kind == "report":
            return "attachment"
        name = _ENDING.sub("", title)
        return "file" if names_report(name) or self._is_listed(name, place) else "no"

    def _is_report(self, title: Title, place: Place) -> bool:
        text = title.text
        if names_report(text):
            return True
        if not title.cut:
            if self._is_listed(text, place):
                return True
            topic = last_match(TOPIC, text)
            if topic is None or not YEAR.search(text) or contradicts(text):
                return False
            # Some templates cut titles without a mark; and words are mistyped (工作告年度报).
            return "报" in text[topic.end() :] or may_name_report(text)
        if place.kind in ("list", "unit"):
            return may_name_report(text.replace(self.name, "", 1) or text)
        return TOPIC.search(text) is not None and may_name_report(text)

    def _is_listed(self, text: str, place: Place) -> bool:
        """In a column of reports even 科才镇2021年年报, 2021年 or 科才镇 is one, and titles that
        were mistyped (政府信息公开工作告年度报)."""
        if place.kind != "list" or contradicts(text):
            return False
        if COLUMN.search(text) or TOPIC.search(text) or BARE_YEAR.fullmatch(text):
            return True
        return self._is_place(text) or is_unit(text)

    def _judge_column(self, link: Link, text: str, place: Place, units: Container[str]) -> Kind:
        if not text:
            return kind_by_address(link.url)
        if names_report(text) or self._is_report_column(text, place):
            return "list"
        if CUT.search(fold(link.text)) and self._is_report(
            read_title(link.text, link.title), place
        ):
            return "list"
        if place.kind == "list" and self._divides(link, text, place):
            return "list"
        gateway = self._judge_gateway(link, text, place)
        if gateway != "no":
            return gateway
        if link.url in units:
            return "unit"
        if place.kind in ("home", "gateway", "unit") and not contradicts(text):
            return "weak" if OPEN.search(text) or COLUMN.search(text) else "no"
        return "no"

    def _is_report_column(self, text: str, place: Place) -> bool:
        if not COLUMN.search(text) or contradicts(text):
            return False
        if COLUMN_TOPIC.search(text):
            return True
        rest = YEAR.sub("", COLUMN.sub("", text.removeprefix(self.name)))
        return place.inside and (
            not COLUMN_FILLER.sub("", rest) or self._is_place(rest) or is_unit(rest)
        )

    def _divides(self, link: Link, text: str, place: Place) -> bool:
        """Whether a column is a year or a group of units within the column of reports."""
        if contradicts(text):
            return False
        if below(link.url, place.url):
            return True
        if link.url in place.chrome or not BARE_YEAR.fullmatch(text):
            return False
        return not urlsplit(link.url).query or bool(urlsplit(place.url).query)

    def _judge_gateway(self, link: Link, text: str, place: Place) -> Kind:
        text = re.sub(r"\W", "", text).removeprefix(self.name)
        if text in WORDS["gateway"]["weak"]:
            return "weak" if place.kind in ("home", "gateway", "unit") else "no"
        if not GATEWAY.fullmatch(text):
            return "no"
        if OPEN.search(text):
            # In a unit's own section the same words name its own column, where reports may stand
            # among everything else.
            own = place.kind == "unit" and link.url not in place.chrome and not link.crumb
            return "unit" if own else "gateway"
        if not UNITS.search(text):
            return "no"
        if has_any(text, WORDS["gateway"]["platform"]):
            return "gateway"
        stands_here = link.url not in place.chrome or below(link.url, place.url)
        return "gateway" if place.inside and stands_here else "no"

    def _is_place(self, text: str) -> bool:
        return bare_unit(text, self.name) in self.places

    def _units(self, links: Sequence[Link], place: Place) -> tuple[frozenset[str], frozenset[str]]:
        """The addresses on a page that are columns of townships and departments; and those of
        places in the portal's menu, which are that only where the page leads nowhere else.

        Names of places count by themselves. Others count by their company: in a block where half
        of the links are named like units, all are (供销社, 妇联), but for what stands on the home
        page as well, which is the portal's menu.
        """
        if place.kind not in ("gateway", "unit", "report", "weak") or not place.inside:
            return frozenset(), frozenset()
        groups: dict[int, list[Link]] = defaultdict(list)
        for link in links:
            if link.shape in ("column", "unknown") and fold(link.text):
                groups[_CRUMBS if link.crumb else link.group].append(link)
        own: set[str] = set()
        menu: set[str] = set()
        for number, group in groups.items():
            known = [link for link in group if self._unit_text(link) in self.places]
            named = known
            if number != _CRUMBS and place.kind == "gateway":
                like = [link for link in group if link in known or is_unit(self._unit_text(link))]
                named = group if like and len(like) * 2 >= len(group) else known
            for link in named:
                if contradicts(self._unit_text(link)):
                    continue
                if link.url not in place.chrome or below(link.url, place.url):
                    own.add(link.url)
                elif place.kind == "gateway" and link in known:
                    menu.add(link.url)
        return frozenset(own), frozenset(menu)

    def _unit_text(self, link: Link) -> str:
        return bare_unit(read_title(link.text, link.title).text, self.name)
