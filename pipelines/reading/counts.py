"""Counts as running text writes them: 1,356, 1.2万, 一百零五, 两."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_PRINTED = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?([万亿]?)")
_LARGE = {"": Decimal(1), "万": Decimal(10_000), "亿": Decimal(100_000_000)}

COUNT = r"(?<![\d.,])\d[\d,]*(?:\.\d+)?[万亿]?|[零〇一二两三四五六七八九十百千万]+"
"""What a count may look like, as a regular expression on half-width text."""


def read_count(text: str) -> int | None:
    """A count, or None for what is none: 1.5 of something, 一二 (twelve? one or two?), 0123."""
    match = _PRINTED.fullmatch(text)
    if match is None:
        return _read_chinese(text)
    if len(match[1]) > 1 and match[1].startswith("0"):
        return None
    value = Decimal(match[1].replace(",", "") + (match[2] or "")) * _LARGE[match[3]]
    return int(value) if value == value.to_integral_value() else None


def _read_chinese(text: str) -> int | None:
    high, large, low = text.rpartition("万")
    if large:
        above, below = _below_10_000(high), _below_10_000(low) if low else 0
        return None if above is None or below is None else above * 10_000 + below
    return _below_10_000(text)


def _below_10_000(text: str) -> int | None:
    total, digit, last = 0, None, 10_000
    for character in text:
        if character in _UNITS:
            unit = _UNITS[character]
            if unit >= last or (digit is None and not (unit == 10 and total == 0)):
                return None
            total += (1 if digit is None else digit) * unit
            digit, last = None, unit
        elif character in _DIGITS and (digit is None or digit == 0):
            digit = _DIGITS[character]
        else:
            return None
    if not text:
        return None
    return total + (digit or 0)
