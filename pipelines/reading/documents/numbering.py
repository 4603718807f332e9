"""The numbers that Word puts before paragraphs by itself (一、 （二） 3.), which no text holds.

Source: ECMA-376 part 1, 17.9. Bullets and formats that reports do not use print nothing here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"}
_DIGITS = "〇一二三四五六七八九"


@dataclass(slots=True)
class _Level:
    form: str
    text: str
    start: int


@dataclass(slots=True)
class _List:
    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """The lists of one document; ``label`` counts, so it is asked for each paragraph in order."""

    def __init__(self, lists: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists: dict[str, _List] = {}
        self._styles: dict[str, tuple[str, int]] = {}
        if lists is not None:
            self._read_lists(lists)
        if styles is not None and self._lists:
            self._read_styles(styles)

    def _read_lists(self, root: etree._Element) -> None:
        abstract = {
            element.get(_W + "abstractNumId"): _List(_levels(element))
            for element in root.iter(_W + "abstractNum")
        }
        for number in root.iter(_W + "num"):
            reference = number.find(_W + "abstractNumId")
            name = number.get(_W + "numId")
            if reference is not None and name and (found := abstract.get(_val(reference))):
                # Two lists of one kind count on, unless one of them starts anew.
                if number.find(_W + "lvlOverride") is not None:
                    found = _List(found.levels | _levels(number))
                self._lists[name] = found

    def _read_styles(self, root: etree._Element) -> None:
        for style in root.iter(_W + "style"):
            name, place = style.get(_W + "styleId"), _place(style)
            if name and place:
                self._styles[name] = place

    def label(self, paragraph: etree._Element) -> str:
        """What Word prints before the paragraph, "" where nothing."""
        if not self._lists:
            return ""
        place = _place(paragraph)
        if place is None:
            style = paragraph.find(f"{_W}pPr/{_W}pStyle")
            place = self._styles.get(_val(style)) if style is not None else None
        if place is None or place[0] not in self._lists:
            return ""
        numbers, level = self._lists[place[0]], place[1]
        if level not in numbers.levels:
            return ""
        start = numbers.levels[level].start
        numbers.counts[level] = numbers.counts.get(level, start - 1) + 1
        for deeper in [deeper for deeper in numbers.counts if deeper > level]:
            del numbers.counts[deeper]
        return _printed(numbers, level)


def _levels(element: etree._Element) -> dict[int, _Level]:
    levels = {}
    for level in element.iter(_W + "lvl"):
        form, text, start = (level.find(_W + name) for name in ("numFmt", "lvlText", "start"))
        levels[_number(level.get(_W + "ilvl"), 0)] = _Level(
            _val(form), _val(text), _number(_val(start), 1)
        )
    return levels


def _printed(numbers: _List, level: int) -> str:
    def number(match: re.Match[str]) -> str:
        other = int(match[1]) - 1
        kind = numbers.levels.get(other)
        if kind is None:
            return ""
        return _format(numbers.counts.get(other, kind.start), kind.form)

    if numbers.levels[level].form in ("bullet", "none"):
        return ""
    return re.sub(r"%(\d)", number, numbers.levels[level].text)


def _format(number: int, form: str) -> str:
    if form in _CHINESE and 0 < number < 100:
        tens, ones = divmod(number, 10)
        return (
            ("" if tens < 2 else _DIGITS[tens])
            + ("十" if tens else "")
            + (_DIGITS[ones] if ones else "")
        )
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 0 < number <= 20:
        return chr(0x245F + number)
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr((96 if form == "lowerLetter" else 64) + number)
    return str(number)


def _place(element: etree._Element) -> tuple[str, int] | None:
    """List and level that the properties of a paragraph or style name."""
    properties = element.find(f"{_W}pPr/{_W}numPr")
    if properties is None:
        return None
    name, level = properties.find(_W + "numId"), properties.find(_W + "ilvl")
    return (_val(name), _number(_val(level), 0)) if name is not None else None


def _val(element: etree._Element | None) -> str:
    return element.get(_W + "val", "") if element is not None else ""


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() else default
