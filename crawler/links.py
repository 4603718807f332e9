"""How a link is judged: by its text, its title attribute and its place in the breadcrumb.

The words are in data/links.yml, each with its reason; here is only how they are put together. All
functions are pure. Texts are compared without white space and with full-width characters made
half-width.

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
import unicodedata
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from crawler.urls import below
from pipelines.yaml_file import read_yaml

Shape = Literal["detail", "column", "page", "attachment", "unknown"]
"""What an address looks like in its family: an article, a column, a further page of a column, a
file; ``unknown`` where the address does not tell."""

Kind = Literal["report", "list", "unit", "gateway", "file", "weak", "attachment", "no"]
PlaceKind = Literal["home", "report", "list", "unit", "gateway", "file", "weak"]

WORDS: dict[str, Any] = read_yaml(Path(__file__).parent.parent / "data" / "links.yml")


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
        return not any(_has(crumb, WORDS["outside"]) for crumb in crumbs)


class Verdict(NamedTuple):
    link: Link
    kind: Kind


def _words(items: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(items, key=len, reverse=True)))


_REPORT = re.compile(
    f"({_words(WORDS['report']['topics'])}).{{0,16}}?({_words(WORDS['report']['objects'])})"
)
_TOPIC = re.compile(_words(WORDS["report"]["topics"]))
_COLUMN = re.compile(_words(WORDS["report_column"]["words"]))
_COLUMN_TOPIC = re.compile(_words(WORDS["report_column"]["topics"]))
_COLUMN_FILLER = re.compile(_words(WORDS["report_column"]["filler"]))
_UNITS = re.compile(_words(WORDS["gateway"]["units"]))
_OPEN = re.compile(_words(WORDS["gateway"]["open"]))
_PARTS = [word for part in ("open", "units", "filler") for word in WORDS["gateway"][part]]
_GATEWAY = re.compile(f"(?:{_words(_PARTS)})+")
_UNIT = re.compile(f".{{1,20}}(?:{_words(WORDS['unit']['endings'])})")
_DECORATION = re.compile(f"(?:{_words(WORDS['unit']['decoration'])})+$")
_YEAR = re.compile(r"(?:19|20)\d\d|二[〇○零OoΟ]{1}[〇○零一二][〇○零一二三四五六七八九]")
_BARE_YEAR = re.compile(rf"(?:{_YEAR.pattern})年?度?(?:及?以前|之前)?(?:{_COLUMN.pattern})?")
_HALF_ENDING = re.compile(r"(?:人民?政?|街道办?事?|办公?)$")
_POINTER = re.compile(r"(?:点击|查看|阅读|进入)*(?:详情|详细|全文|更多|查看|进入|内容)")
_CUT = re.compile(r"(?:\.{2,}|⋯+|…+)$")
_DATE = re.compile(
    r"[\[(]?\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?[\])]?$"
)
_REMARK = re.compile(r"\([^()]*\)$")
_ENDING = re.compile(r"\.[a-z]{3,4}$", re.IGNORECASE)
_EDGES = re.compile(r"^[\W_]+|[\W_]+$|\(\d+\)$")
_NOT_A_REPORT = [
    (entry["word"], re.compile("|".join(entry["unless"])) if "unless" in entry else None)
    for entry in WORDS["not_a_report"]
]
_CRUMBS = -1  # stands for the breadcrumb among the numbers of groups
_ADDRESS_WORDS = re.compile(r"[^a-z]+")


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Without white space, full-width characters made half-width, … as three dots."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("\u200b", "")


def _has(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


class Title(NamedTuple):
    """A link's text as far as it is known; ``cut``: its end is missing."""

    text: str
    cut: bool


@lru_cache(maxsize=50_000)
def read_title(text: str, attribute: str) -> Title:
    """The fuller of a link's text and title attribute, without the date that may follow it."""
    shown, full = _DATE.sub("", fold(text)), _DATE.sub("", fold(attribute))
    stem = _CUT.sub("", shown)
    if full and (stem in full or _POINTER.fullmatch(stem)):
        shown = full
    return Title(_CUT.sub("", shown), _CUT.search(shown) is not None)


@lru_cache(maxsize=50_000)
def contradicts(title: str) -> bool:
    """Whether a word shows that the page is no report, whatever else its title says."""
    plain = _REMARK.sub("", title) or title
    return any(
        word in plain and (unless is None or word in unless.sub("", plain))
        for word, unless in _NOT_A_REPORT
    )


@lru_cache(maxsize=50_000)
def names_report(title: str) -> bool:
    """Whether a whole title is that of an annual report (政府信息公开工作年度报告)."""
    name = _REPORT.search(title)
    # Some templates put the beginning of the article into the link: what is long after the name
    # of the report says nothing about it.
    return name is not None and not contradicts(title[: name.end() + _AFTER_NAME])


@lru_cache(maxsize=50_000)
def may_name_report(title: str) -> bool:
    """Whether the beginning of a title may go on as that of an annual report."""
    if contradicts(title):
        return False
    if topic := _last(_TOPIC, title):
        rest = title[topic.end() :]
        words = WORDS["report"]["continuations"]
        return any(word.startswith(rest) or rest.startswith(word) for word in words)
    if year := _last(_YEAR, title):
        rest = title[year.end() :].removeprefix("年").removeprefix("度")
        return _begins_topic(rest) or _is_cut_unit(rest)
    return _is_cut_unit(title) or any(
        _begins_topic(title[start:]) for start in range(len(title) - _LEAST_OF_TOPIC + 1)
    )


_AFTER_NAME = 20  # characters: 报告编制工作培训会的通知
_LEAST_OF_TOPIC = 4  # characters: 政府信息 without a year before it may become 政府信息公开


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda match: match.end(), default=None)


def _begins_topic(text: str) -> bool:
    """Whether a text is the beginning of 政府信息公开, with or without what may precede it."""
    return any(
        (opening + topic).startswith(text)
        for opening in ("", *WORDS["report"]["openings"])
        for topic in WORDS["report"]["topics"]
    )


def _is_cut_unit(text: str) -> bool:
    """Whether a text is a unit's name, which may stop within its last word (科才镇人民)."""
    return is_unit(text) or is_unit(_HALF_ENDING.sub("", text))


@lru_cache(maxsize=50_000)
def is_unit(text: str) -> bool:
    """Whether a text is, by its ending, the name of a township or department."""
    return _UNIT.fullmatch(text) is not None and not _has(text, WORDS["unit"]["not"])


@lru_cache(maxsize=50_000)
def bare_unit(text: str, county: str = "") -> str:
    """科才镇 from 夏河县科才镇人民政府 or 科才镇信息公开: the form in which places are compared."""
    return _DECORATION.sub("", _EDGES.sub("", fold(text)).removeprefix(county))


@lru_cache(maxsize=50_000)
def leads_nowhere(url: str) -> bool:
    """Whether the address is one of a search, a calendar, a log-in and the like."""
    parts = urlsplit(url)
    words = _ADDRESS_WORDS.split(f"{parts.path}?{parts.query}".lower())
    return not WORDS["address"].keys().isdisjoint(words)


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
        if link.shape == "unknown" and _YEAR.search(title.text) and names_report(title.text):
            return "report"
        if title.cut and self._is_report(title, place):
            return "list"
        return self._judge_column(link, _EDGES.sub("", title.text), place, units)

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
            topic = _last(_TOPIC, text)
            if topic is None or not _YEAR.search(text) or contradicts(text):
                return False
            # Some templates cut titles without a mark; and words are mistyped (工作告年度报).
            return "报" in text[topic.end() :] or may_name_report(text)
        if place.kind in ("list", "unit"):
            return may_name_report(text.replace(self.name, "", 1) or text)
        return _TOPIC.search(text) is not None and may_name_report(text)

    def _is_listed(self, text: str, place: Place) -> bool:
        """In a column of reports even 科才镇2021年年报, 2021年 or 科才镇 is one, and titles that
        were mistyped (政府信息公开工作告年度报)."""
        if place.kind != "list" or contradicts(text):
            return False
        if _COLUMN.search(text) or _TOPIC.search(text) or _BARE_YEAR.fullmatch(text):
            return True
        return self._is_place(text) or is_unit(text)

    def _judge_column(self, link: Link, text: str, place: Place, units: Container[str]) -> Kind:
        if not text:
            return self._judge_address(link.url, place)
        if names_report(text) or self._is_report_column(text, place):
            return "list"
        if _CUT.search(fold(link.text)) and self._is_report(
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
            return "weak" if _OPEN.search(text) or _COLUMN.search(text) else "no"
        return "no"

    def _is_report_column(self, text: str, place: Place) -> bool:
        if not _COLUMN.search(text) or contradicts(text):
            return False
        if _COLUMN_TOPIC.search(text):
            return True
        rest = _YEAR.sub("", _COLUMN.sub("", text.removeprefix(self.name)))
        return place.inside and (
            not _COLUMN_FILLER.sub("", rest) or self._is_place(rest) or is_unit(rest)
        )

    def _divides(self, link: Link, text: str, place: Place) -> bool:
        """Whether a column is a year or a group of units within the column of reports."""
        if contradicts(text):
            return False
        if below(link.url, place.url):
            return True
        if link.url in place.chrome or not _BARE_YEAR.fullmatch(text):
            return False
        return not urlsplit(link.url).query or bool(urlsplit(place.url).query)

    def _judge_gateway(self, link: Link, text: str, place: Place) -> Kind:
        text = re.sub(r"\W", "", text).removeprefix(self.name)
        if text in WORDS["gateway"]["weak"]:
            return "weak" if place.kind in ("home", "gateway", "unit") else "no"
        if not _GATEWAY.fullmatch(text):
            return "no"
        if _OPEN.search(text):
            # In a unit's own section the same words name its own column, where reports may stand
            # among everything else.
            own = place.kind == "unit" and link.url not in place.chrome and not link.crumb
            return "unit" if own else "gateway"
        if not _UNITS.search(text):
            return "no"
        if _has(text, WORDS["gateway"]["platform"]):
            return "gateway"
        stands_here = link.url not in place.chrome or below(link.url, place.url)
        return "gateway" if place.inside and stands_here else "no"

    def _judge_address(self, url: str, place: Place) -> Kind:
        """A picture without a text: the pinyin of its address is all there is."""
        path = urlsplit(url).path.lower()
        name = re.sub(r"(?:/index)?(?:\.\w+)?/?$", "", path).rpartition("/")[2]
        if name in WORDS["pinyin"]["list"]:
            return "list"
        return "gateway" if name in WORDS["pinyin"]["gateway"] else "no"

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
