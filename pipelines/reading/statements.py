"""Counts that the text of a report states (文中数字): each with its sentence, none of them guessed.

Reports before 2019 that have no table say in prose what they count: 主动公开政府信息120条,
未收到政府信息公开申请. What a number counts, and the words that say 0, are data
(data/statements.yml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.reading.counts import COUNT, read_count
from pipelines.reading.halfwidth import halve
from pipelines.reading.report import Section, Statement
from pipelines.yaml_file import read_yaml

FILE = Path(__file__).resolve().parents[2] / "data" / "statements.yml"

_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_PART = re.compile(r"[^;；]+")
_CLAUSE_END = re.compile(r"[,:]")
_LOOSE_SPACE = re.compile(r"(?<!\d)\s+|\s+(?!\d)")
_LEADING = r"(?:共计|总计|合计|总共|共有|共|数量|为|是|有|达到|达|计|[,:])*"
_CHANNEL = re.compile(
    r"通过|利用|依托|借助|运用|网站|微博|微信|公报|公开栏|公示栏|报刊|广播|电视|媒体"
)
_ALL_CHANNELS = re.compile(r"等(?:\w{0,4})?(?:方式|渠道|形式|途径|平台|载体|媒体|手段)|多种|各种")
_YEAR = re.compile(r"(?<!\d)(\d{2,4})年")


@dataclass(frozen=True, eq=False)
class Counted:
    """Something that texts state a number of. ``comparable``: form → the fields there that may be
    compared with it; ``alone``: why there are none (zh, en)."""

    code: str
    zh: str
    en: str
    counted: tuple[re.Pattern[str], ...]
    none: tuple[re.Pattern[str], ...]
    needs: re.Pattern[str] | None
    heading: re.Pattern[str] | None
    without: re.Pattern[str] | None
    joint: re.Pattern[str] | None
    channels: bool
    comparable: Mapping[str, tuple[str, ...]]
    alone: tuple[str, str] | None


@dataclass(frozen=True, eq=False)
class _Rules:
    before: re.Pattern[str]
    not_the_year: re.Pattern[str]
    cumulative: re.Pattern[str]
    paragraph: re.Pattern[str]


@lru_cache(maxsize=1)
def load_statements() -> tuple[Counted, ...]:
    """What texts state, in the order of the file."""
    return tuple(_counted(entry, _data()) for entry in _data()["statements"])


def read_statements(sections: Sequence[Section], year: int | None) -> list[Statement]:
    """The statements of a report's sections in the order of the text; ``year`` is the year that it
    reports, so that numbers of other years are left out."""
    found = []
    for index, section in enumerate(sections):
        for paragraph in section.text.split("\n"):
            for sentence in _SENTENCE.finditer(paragraph):
                if _rules().paragraph.search(paragraph[: sentence.end()]):
                    break
                text = sentence[0].strip()
                found += [
                    Statement(code, value, unit, raw, text, index)
                    for code, value, unit, raw in _read_sentence(text, section.heading, year)
                ]
    return found


Stated = tuple[str, int, str | None, str]


def _read_sentence(sentence: str, heading: str, year: int | None) -> Iterator[Stated]:
    plain = _LOOSE_SPACE.sub("", halve(sentence))
    for part in _PART.finditer(plain):
        stated: list[tuple[int, Stated]] = []
        for entry in load_statements():
            if (
                entry.needs is None
                or entry.needs.search(part[0])
                or (entry.heading and entry.heading.search(heading))
            ):
                stated += list(_read_part(part[0], entry, year))
        # The order of the text, and one statement for one place.
        yield from (statement for _, statement in sorted(stated, key=lambda found: found[0]))


def _read_part(text: str, entry: Counted, year: int | None) -> Iterator[tuple[int, Stated]]:
    counted = set()
    for pattern in entry.counted:
        for match in pattern.finditer(text):
            number = match["number"]
            value = read_count(number)
            if value is None or match.start("number") in counted:
                continue
            before = text[: match.start("number")]
            if _is_of_year(before, entry, year, value) and _is_said_of(text, match, entry, value):
                counted.add(match.start("number"))
                yield match.start(), (entry.code, value, match["unit"], number)
    if counted:
        return
    for pattern in entry.none:
        none = pattern.search(text)
        if (
            none is not None
            and _is_of_year(text[: none.start()], entry, year, 0)
            and not (entry.without and entry.without.search(_clause(text, none)))
        ):
            yield none.start(), (entry.code, 0, None, none[0])
            return


def _is_of_year(before: str, entry: Counted, year: int | None, value: int) -> bool:
    """Whether what stands before a number leaves it the year's own, and all of it. None at all
    until the year's end is none in the year."""
    if year is not None:
        before = _without_period(before, year)
    year_end, own_year = _words_of_year(year)
    if value:
        for pattern in own_year:
            before = pattern.sub(lambda match: match[1] if match.re.groups else "", before)
        if _rules().cumulative.search(before):
            return False
    else:
        before = year_end.sub("", before)
    if _rules().not_the_year.search(before):
        return False
    if any(int(match[1]) not in (year, (year or 0) % 100) for match in _YEAR.finditer(before)):
        return False
    if entry.channels and _CHANNEL.search(before):
        return _ALL_CHANNELS.search(before) is not None
    return True


def _without_period(text: str, year: int) -> str:
    """The text without the period of the whole year. The Regulation of 2007 came into force on
    1 May 2008, so that reports of 2008 begin there."""
    first = "(?:1月1日|5月1日|5月)" if year == 2008 else "(?:1月1日|1月)"
    return re.sub(
        rf"(?:自|从)?(?:{year}年)?度?{first}(?:起|开始|以来)?(?:至|到|[-—~])(?:{year}年|本年|年)?底?"
        r"(?:12月31日|12月底?)?(?:止|期间)?",
        "",
        text,
    )


def _is_said_of(text: str, match: re.Match[str], entry: Counted, value: int) -> bool:
    if _rules().before.search(text[: match.start("number")]):
        return False
    clause = _clause(text, match)
    if entry.without and entry.without.search(clause):
        return False
    # 行政复议、行政诉讼2件: nothing says how many of each.
    return not (entry.joint and value and entry.joint.search(clause))


def _clause(text: str, match: re.Match[str]) -> str:
    """The clause, between commas, in which a match lies."""
    begins = [found.end() for found in _CLAUSE_END.finditer(text, 0, match.start())]
    end = _CLAUSE_END.search(text, match.end())
    return text[begins[-1] if begins else 0 : end.start() if end else len(text)]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    data = _data()
    return _Rules(
        re.compile(rf"(?:{data['approximate_before']})$"),
        re.compile(f"{data['partial']}|{data['other_year']}"),
        re.compile(data["cumulative"]),
        re.compile(data["partial_paragraph"]),
    )


@lru_cache(maxsize=64)
def _words_of_year(year: int | None) -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]:
    """``year_end`` and ``own_year`` of the data for a year; no number is that of an unknown one."""
    digits = "(?!)" if year is None else str(year)
    year_end = _data()["year_end"].replace("{Y}", digits)
    own_year = (word.replace("{E}", year_end) for word in _data()["own_year"])
    return re.compile(year_end), tuple(re.compile(w.replace("{Y}", digits)) for w in own_year)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(FILE)
    return data


def _counted(entry: dict[str, Any], data: dict[str, Any]) -> Counted:
    parts = {
        "{F}": f"(?P<leading>{_LEADING})",
        "{N}": f"(?P<number>{COUNT})",
        "{U}": rf"(?!{data['approximate_after']})\(?(?P<unit>{entry['units']})"
        rf"(?!{data['approximate_after']})",
    }
    patterns = []
    for pattern in entry["counted"]:
        for name, expression in parts.items():
            pattern = pattern.replace(name, expression)
        patterns.append(re.compile(pattern))
    alone = entry.get("alone")
    return Counted(
        entry["code"],
        entry["zh"],
        entry["en"],
        tuple(patterns),
        tuple(re.compile(pattern) for pattern in entry.get("none", ())),
        re.compile(entry["needs"]) if "needs" in entry else None,
        re.compile(entry["heading"]) if "heading" in entry else None,
        re.compile(entry["without"]) if "without" in entry else None,
        re.compile(entry["joint"]) if "joint" in entry else None,
        entry.get("channels", False),
        {form: tuple(fields) for form, fields in entry["comparable"].items()},
        (alone["zh"], alone["en"]) if alone else None,
    )
