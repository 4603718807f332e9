"""What a cell prints as a number, or which kind of nothing it prints."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pipelines.reading.halfwidth import halve, simplify
from pipelines.reading.report import Absence, Number

MONEY = {
    "元": Decimal("0.0001"),
    "千元": Decimal("0.1"),
    "万": Decimal(1),
    "万元": Decimal(1),
    "亿元": Decimal(10000),
}
"""Units of money and what one of them is in 万元, the unit in which the archive keeps money."""

_MOST_DIGITS = 15  # more than any count of a report, and still exact as a float
_DASHES = frozenset("/\\-_~|‐‑‒–—―−─━⸺⸻∕⁄﹣﹘")
_WORDS = frozenset(
    (
        "无",
        "暂无",
        "没有",
        "未有",
        "不适用",
        "不涉及",
        "未涉及",
        "未发生",
        "无此项",
        "空",
        "持平",
        "n/a",
        "na",
    )
)
_COUNTERS = frozenset((*"件项个条宗次起份人例批篇", "人次"))
_GAINS = frozenset(("增加", "新增", "增", "上升", "↑", "+"))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_LOOSE_SPACE = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_BRACKETED = re.compile(r"\(([+\-−].*)\)")  # without a sign it may be how accounts print a loss
_NUMBER = re.compile(
    r"(?:(增加|新增|增|上升|↑|减少|减|下降|↓):?|([+\-−–‐‑﹣]))?"
    r"(0|[1-9][0-9]*|[1-9][0-9]{0,2}(?:,[0-9]{3})+)(\.[0-9]+)?"
    r"(?:\(([^\W\d_]{1,3})\)|([^\W\d_]{1,3}))?"
)


_UNIT_BEHIND = re.compile(r"(亿元|万元|千元|元)\)?$")


class Printed(NamedTuple):
    """A cell's number, or None and why there is none; ``unit`` is the unit printed beside it."""

    value: Number | None
    absence: Absence | None
    unit: str | None = None


_BLANK = Printed(None, "blank")
_DASH = Printed(None, "dash")
_WORD = Printed(None, "word")
_UNREADABLE = Printed(None, "unreadable")


@lru_cache(maxsize=4096)
def read_number(raw: str, signed: bool = False) -> Printed:
    """The count that a cell prints: "12", "１２", "1,234", "+3", "－3", "0 件", "0(件)".

    A whole number comes out as int, one printed with decimals as float. With ``signed``, for
    columns of change (本年增/减), "增加5" and "↑5" are 5, "减少5" and "↓5" are -5. Money is not a
    count.

    White space between two digits makes a cell unreadable ("1 2" may be 12 or two cells that ran
    together), as do digits with a leading zero (0000000 is seven cells that ran together).
    """
    match, nothing = _match(raw)
    if match is None:
        return nothing
    unit = match[5] or match[6]
    if (unit and unit not in _COUNTERS) or (match[1] and not signed):
        return _UNREADABLE
    value = _value(match)
    return Printed(float(value) if match[4] else int(value), None, unit)


@lru_cache(maxsize=4096)
def read_money(raw: str, unit: str | None = None) -> Printed:
    """The amount that a cell prints, in 万元: "251000元" is 25.1, "25.1万元" is 25.1.

    ``unit`` is what the column's header says; the unit in the cell goes before it. Where neither
    tells, nothing but 0 can be read.
    """
    match, nothing = _match(raw)
    if match is None:
        return nothing
    printed = match[5] or match[6]
    factor = MONEY.get(printed or unit or "")
    value = _value(match)
    if match[1] or (factor is None and (printed or value)):
        return _UNREADABLE
    amount = value * (Decimal(0) if factor is None else factor)
    whole = amount == amount.to_integral_value() and not (match[4] and factor == 1)
    return Printed(int(amount) if whole else float(amount), None, printed)


def unit_of_money(label: str) -> str | None:
    """The unit of money at the end of a column's label, however it is broken or written:
    "本年收费金额(单位:万 元)", "收費金額（萬元）"."""
    if "元" not in label:
        return None
    text = "".join(_INVISIBLE.sub("", simplify(halve(label))).split())
    match = _UNIT_BEHIND.search(text)
    return match[1] if match else None


def _match(raw: str) -> tuple[re.Match[str] | None, Printed]:
    """The parts of a number, or else the kind of absence."""
    text = _INVISIBLE.sub("", halve(raw)).strip()
    if not text:
        return None, _BLANK
    if len(text) > 40:
        return None, _UNREADABLE
    text = _LOOSE_SPACE.sub("", text)
    if bracketed := _BRACKETED.fullmatch(text):
        text = bracketed[1]
    match = _NUMBER.fullmatch(text)
    if match is not None:
        digits = sum(map(str.isdecimal, match[3] + (match[4] or "")))
        return (match, _BLANK) if digits <= _MOST_DIGITS else (None, _UNREADABLE)
    if all(character in _DASHES for character in text):
        return None, _DASH
    word = unicodedata.normalize("NFKC", text).strip("()[]。.,;").casefold()
    return None, _WORD if word in _WORDS else _UNREADABLE


def _value(match: re.Match[str]) -> Decimal:
    value = Decimal(match[3].replace(",", "") + (match[4] or ""))
    negative = (match[1] or match[2] or "+") not in _GAINS
    return -value if negative and value else value
