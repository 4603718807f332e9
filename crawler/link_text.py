"""What the text or the address of a link says by itself, whatever page it stands on.

The words are in data/links.yml, each with its reason. All functions are pure. Texts are compared
without white space and with full-width characters made half-width (``fold``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import yaml

WORDS: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent.parent / "data" / "links.yml").read_text("utf-8")
)


def _words(items: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(items, key=len, reverse=True)))


_REPORT = re.compile(
    f"({_words(WORDS['report']['topics'])}).{{0,16}}?({_words(WORDS['report']['objects'])})"
)
TOPIC = re.compile(_words(WORDS["report"]["topics"]))
COLUMN = re.compile(_words(WORDS["report_column"]["words"]))
COLUMN_TOPIC = re.compile(_words(WORDS["report_column"]["topics"]))
COLUMN_FILLER = re.compile(_words(WORDS["report_column"]["filler"]))
UNITS = re.compile(_words(WORDS["gateway"]["units"]))
OPEN = re.compile(_words(WORDS["gateway"]["open"]))
_PARTS = [word for part in ("open", "units", "filler") for word in WORDS["gateway"][part]]
GATEWAY = re.compile(f"(?:{_words(_PARTS)})+")
_UNIT = re.compile(f".{{1,20}}(?:{_words(WORDS['unit']['endings'])})")
_DECORATION = re.compile(f"(?:{_words(WORDS['unit']['decoration'])})+$")
YEAR = re.compile(r"(?:19|20)\d\d|二[〇○零OoΟ]{1}[〇○零一二][〇○零一二三四五六七八九]")
BARE_YEAR = re.compile(rf"(?:{YEAR.pattern})年?度?(?:及?以前|之前)?(?:{COLUMN.pattern})?")
_HALF_ENDING = re.compile(r"(?:人民?政?|街道办?事?|办公?)$")
_POINTER = re.compile(r"(?:点击|查看|阅读|进入)*(?:详情|详细|全文|更多|查看|进入|内容)")
CUT = re.compile(r"(?:\.{2,}|⋯+|…+)$")
_DATE = re.compile(
    r"[\[(]?\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}:\d{2}(?::\d{2})?)?[\])]?$"
)
_REMARK = re.compile(r"\([^()]*\)$")
EDGES = re.compile(r"^[\W_]+|[\W_]+$|\(\d+\)$")
_NOT_A_REPORT = [
    (entry["word"], re.compile("|".join(entry["unless"])) if "unless" in entry else None)
    for entry in WORDS["not_a_report"]
]
_AFTER_NAME = 20  # characters: 报告编制工作培训会的通知
_LEAST_OF_TOPIC = 4  # characters: 政府信息 without a year before it may become 政府信息公开
_ADDRESS_WORDS = re.compile(r"[^a-z]+")


@lru_cache(maxsize=50_000)
def fold(text: str) -> str:
    """Without white space, full-width characters made half-width, … as three dots."""
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("\u200b", "")


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether any of the words stands in a text."""
    return any(word in text for word in words)


class Title(NamedTuple):
    """A link's text as far as it is known; ``cut``: its end is missing."""

    text: str
    cut: bool


@lru_cache(maxsize=50_000)
def read_title(text: str, attribute: str) -> Title:
    """The fuller of a link's text and title attribute, without the date that may follow it."""
    shown, full = _DATE.sub("", fold(text)), _DATE.sub("", fold(attribute))
    stem = CUT.sub("", shown)
    if full and (stem in full or _POINTER.fullmatch(stem)):
        shown = full
    return Title(CUT.sub("", shown), CUT.search(shown) is not None)


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
    if topic := last_match(TOPIC, title):
        rest = title[topic.end() :]
        words = WORDS["report"]["continuations"]
        return any(word.startswith(rest) or rest.startswith(word) for word in words)
    if year := last_match(YEAR, title):
        rest = title[year.end() :].removeprefix("年").removeprefix("度")
        return _begins_topic(rest) or _is_cut_unit(rest)
    return _is_cut_unit(title) or any(
        _begins_topic(title[start:]) for start in range(len(title) - _LEAST_OF_TOPIC + 1)
    )


def last_match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """Where a pattern is found in a text, nearest to its end."""
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
    return _UNIT.fullmatch(text) is not None and not has_any(text, WORDS["unit"]["not"])


@lru_cache(maxsize=50_000)
def bare_unit(text: str, county: str = "") -> str:
    """科才镇 from 夏河县科才镇人民政府 or 科才镇信息公开: the form in which places are compared."""
    return _DECORATION.sub("", EDGES.sub("", fold(text)).removeprefix(county))


@lru_cache(maxsize=50_000)
def leads_nowhere(url: str) -> bool:
    """Whether the address is one of a search, a calendar, a log-in and the like."""
    parts = urlsplit(url)
    words = _ADDRESS_WORDS.split(f"{parts.path}?{parts.query}".lower())
    return not WORDS["address"].keys().isdisjoint(words)


def kind_by_address(url: str) -> Literal["list", "gateway", "no"]:
    """What a link without a text (a picture) leads to, by the pinyin of its address."""
    path = urlsplit(url).path.lower()
    name = re.sub(r"(?:/index)?(?:\.\w+)?/?$", "", path).rpartition("/")[2]
    if name in WORDS["pinyin"]["list"]:
        return "list"
    return "gateway" if name in WORDS["pinyin"]["gateway"] else "no"
