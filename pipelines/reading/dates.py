"""Dates as pages print them → ISO 8601.

What a portal prints is local time (UTC+8) without saying so. Nothing is invented: a page that
prints minutes gets no seconds ("2024-01-30T14:34+08:00"), a page that prints a date gets no time.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from pipelines.reading.halfwidth import halve

CHINA = timezone(timedelta(hours=8))

_DIGITS = {**{c: i for i, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0}
_DIGITS |= dict.fromkeys("Oo◯", 0)  # what stands for 〇 where the typist's font had none

_YEAR = r"(?<!\d)((?:19|20)\d\d|二[〇○零Oo◯0]\s*[〇○零Oo◯0一二三四五六七八九]{2})"
_MONTH = r"(\d{1,2}|[一二三四五六七八九十]{1,3}|元(?=月))"
_DAY = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_TIME = (
    r"(?:(?:(?<=[日号])\s*|\s+|T)(\d{1,2})\s*[:时]\s*(\d{2})"
    r"(?:\s*[:分]\s*(\d{2})(?:\.\d+)?秒?)?分?(Z|[+-]\d\d:?\d\d)?)?"
)
_MOMENT = re.compile(
    _YEAR
    + r"(?:\s*年\s*|\s?[-/.—]\s?)"
    + _MONTH
    + r"(?:\s*月\s*|\s?[-/.—]\s?)"
    + _DAY
    + r"(?!\d)(?:\s*[日号])?"
    + _TIME
)
_SIGNED = re.compile(
    _YEAR
    + r"(?:年|[-/.—])"
    + _MONTH
    + r"(?:月|[-/.—](?=\d))(?:"
    + _DAY
    + r"[^\d\w]?[日号]?|日)?\W?"
)
_IN_URL = tuple(
    re.compile(pattern)
    for pattern in (
        r"/article_(20\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)",
        r"/t(20\d\d)(\d\d)(\d\d)_\d+\.s?html?",
        r"/(20\d\d)/(\d{1,2})/(\d{1,2})/",
        r"/(20\d\d)-(\d\d)[-/](\d\d)/",
        r"/(20\d\d)(\d\d)(\d\d)/",
    )
)
_MONTH_IN_URL = re.compile(r"/(20\d\d)(0[1-9]|1[0-2])/")


class FoundDate(NamedTuple):
    """A date inside a text: ISO 8601, and the half-open range of characters that printed it."""

    iso: str
    start: int
    end: int


def find_date(text: str, start: int = 0) -> FoundDate | None:
    """The first date (with its time, where one follows) at or after ``start`` that the calendar
    has: 2023-02-01 18:24:12, 2026/08/24 09:30, 2023年1月9日, 二〇二一年二月二十四日."""
    for match in _MOMENT.finditer(halve(text), start):
        iso = _iso(match)
        if iso is not None:
            return FoundDate(iso, match.start(), match.end())
    return None


def read_date(text: str) -> str | None:
    """A text that is nothing but a date, in the forms of ``find_date`` or in any other that
    dateparser knows (Tue Jan 17 09:12:33 CST 2023). None for what is no date, has no year of four
    digits, or is relative to a day that nobody knows (昨天)."""
    text = halve(text).strip()
    match = _MOMENT.fullmatch(text)
    if match is not None:
        return _iso(match)
    if len(text) > 40 or not re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text):
        return None
    return _parse_freely(text)


def read_signed_date(text: str) -> str | None:
    """The date under a signature, also cut off (2021年2月24, 2021年2月24#) or with blanks between
    its characters. Where only the month is printed, or the day was never filled in (2021年2月  日),
    the result is a month ("2021-02")."""
    match = _SIGNED.fullmatch("".join(halve(text).split()))
    if match is None:
        return None
    year, month = _count(match[1]), _count(match[2])
    if match[3] is None:
        return f"{year}-{month:02}" if 1 <= month <= 12 else None
    return _date(year, month, _count(match[3]))


def date_in_url(url: str) -> FoundDate | None:
    """The day that the address of an article carries; else a month alone ("2024-01" of /202401/),
    which is no date of publication. None where it has neither."""
    for pattern in _IN_URL:
        match = pattern.search(url)
        if match is None:
            continue
        numbers = [int(group) for group in match.groups()]
        try:
            moment = datetime(*numbers)  # type: ignore[arg-type]
        except ValueError:
            continue
        iso = f"{moment.isoformat()}+08:00" if len(numbers) > 3 else moment.date().isoformat()
        return FoundDate(iso, match.start(1), match.end(match.re.groups))
    month = _MONTH_IN_URL.search(url)
    if month is None:
        return None
    return FoundDate(f"{month[1]}-{month[2]}", month.start(1), month.end(2))


def _iso(match: re.Match[str]) -> str | None:
    year, month, day, hour, minute, second, zone = match.groups()
    printed = _date(_count(year), _count(month), _count(day))
    if printed is None or hour is None:
        return printed
    if int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59:
        return None
    time = f"{int(hour):02}:{int(minute):02}" + (f":{int(second):02}" if second else "")
    if zone in (None, "+08:00", "+0800"):
        return f"{printed}T{time}+08:00"
    try:
        moment = datetime.fromisoformat(f"{printed}T{time}{zone.replace('Z', '+00:00')}")
    except ValueError:  # there is no zone +99:00
        return None
    precision = "seconds" if second else "minutes"
    return moment.astimezone(CHINA).isoformat(timespec=precision)


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _count(text: str) -> int:
    """A year, month or day in any digits: 2021, ２０２１, 二〇二一, 十, 二十四, 三十, 元 (月)."""
    text = "".join(text.split()).replace("元", "一")
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
    return int("".join(c if c.isdigit() else str(_DIGITS[c]) for c in text))


def _parse_freely(text: str) -> str | None:
    # Imported here: loading dateparser takes longer than reading a hundred pages.
    import dateparser

    moment: datetime | None = dateparser.parse(
        text.replace("CST", ""),  # China Standard Time, as Java prints it; not Chicago's
        languages=["en", "zh"],
        settings={
            "PARSERS": ["absolute-time"],
            "STRICT_PARSING": True,
            "DATE_ORDER": "YMD",
        },
    )
    if moment is None:
        return None
    if ":" not in text:
        return moment.date().isoformat()
    if moment.tzinfo is not None:
        moment = moment.astimezone(CHINA)
    precision = "seconds" if re.search(r"\d:\d\d:\d\d", text) else "minutes"
    return moment.replace(tzinfo=CHINA).isoformat(timespec=precision)
