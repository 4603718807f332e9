"""The fictional places of the sample and the bodies in them that report.

Codes begin with 99, which no real division has; below that they follow the official pattern:
two digits each for province, prefecture and county, three more for townships (from 001 streets,
from 100 towns, from 200 townships). Places depend on the county's number alone, not on a seed, so
that one list of divisions serves every world.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Literal

from crawler.sample.texts import load

PROVINCE = "99"
COUNTIES_PER_PREFECTURE = 20
_FIRST_COUNTY = 21
_FIRST_CODE = {"街道": 1, "镇": 100, "乡": 200}

Kind = Literal["government", "department", "township", "street"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A body that reports. ``place`` is what pages call it for short (白芃镇, 教育局), ``name`` its
    full name (白芃镇人民政府, 云蘅县教育局), ``slug`` its column's name in addresses, ``division``
    the code of the place it answers for."""

    number: int
    kind: Kind
    place: str
    name: str
    slug: str
    division: str

    @property
    def looks_old(self) -> bool:
        """Whether its pages still have the template of ten years ago."""
        return self.number % 7 == 5


@dataclass(frozen=True)
class County:
    """A fictional county: ``number`` from 0, and ``size`` bodies that report."""

    number: int
    size: int

    def __post_init__(self) -> None:
        names = load("names.yml")
        limit = min(99 * COUNTIES_PER_PREFECTURE, len(names["first"]) * len(names["second"]))
        if not 0 <= self.number < limit:
            raise ValueError(f"county {self.number}: there are names for {limit} counties")
        if self.size < 1 or self._departments_of(self.size) > len(names["departments"]):
            raise ValueError(f"a county of {self.size} bodies: 1 to 49 are possible")

    @staticmethod
    def _departments_of(size: int) -> int:
        return (size - 1) * 3 // 7

    @property
    def prefecture(self) -> str:
        return f"{PROVINCE}{self.number // COUNTIES_PER_PREFECTURE + 1:02d}"

    @property
    def code(self) -> str:
        return f"{self.prefecture}{self.number % COUNTIES_PER_PREFECTURE + _FIRST_COUNTY:02d}"

    @cached_property
    def name(self) -> str:
        return _pair(self.number) + "县"

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The county's government, then its townships and streets, then its departments."""
        return (
            Unit(0, "government", self.name, f"{self.name}人民政府", "xrmzf", self.code),
            *self._townships(),
            *self._departments(),
        )

    def divisions(self) -> Iterator[tuple[str, str, str]]:
        """Code, name and level of the county and its townships."""
        yield self.code, self.name, "county"
        for unit in sorted(self._townships(), key=lambda unit: unit.division):
            yield unit.division, unit.place, "township"

    def _townships(self) -> Iterator[Unit]:
        names = load("names.yml")
        suffixes: dict[str, str] = names["suffixes"]
        count = self.size - 1 - self._departments_of(self.size)
        pairs = len(names["first"]) * len(names["second"])
        numbers = Random(f"townships of {self.code}").sample(range(pairs), count + 1)
        free = [number for number in numbers if number != self.number][:count]
        given = dict.fromkeys(_FIRST_CODE, 0)
        slugs: dict[str, int] = {}
        for position, number in enumerate(free):
            kind = names["kinds"][position % len(names["kinds"])]
            place = _pair(number) + kind
            initials = _initials(place[:2]) + ("jd" if kind == "街道" else suffixes[kind][0])
            seen = slugs[initials] = slugs.get(initials, 0) + 1
            yield Unit(
                position + 1,
                "street" if kind == "街道" else "township",
                place,
                place + ("办事处" if kind == "街道" else "人民政府"),
                initials + (str(seen - 1) if seen > 1 else ""),
                f"{self.code}{_FIRST_CODE[kind] + given[kind]:03d}",
            )
            given[kind] += 1

    def _departments(self) -> Iterator[Unit]:
        departments: dict[str, str] = load("names.yml")["departments"]
        count = self._departments_of(self.size)
        for number, (name, slug) in enumerate(list(departments.items())[:count], self.size - count):
            yield Unit(number, "department", name, self.name + name, "x" + slug, self.code)


def divisions(counties: list[County]) -> Iterator[tuple[str, str, str]]:
    """Code, name and level of every division above and in ``counties``, ordered by code."""
    yield PROVINCE, load("names.yml")["province"], "province"
    last = None
    for county in counties:
        if county.prefecture != last:
            last = county.prefecture
            yield last, prefecture_name(last), "prefecture"
        yield from county.divisions()


def prefecture_name(code: str) -> str:
    return _pair(-int(code[2:])) + "市"


def _pair(number: int) -> str:
    """The ``number``-th name; negative numbers count from the last one."""
    names = load("names.yml")
    first, second = list(names["first"]), list(names["second"])
    row, column = divmod(number % (len(first) * len(second)), len(first))
    return f"{first[column]}{second[(row + column) % len(second)]}"


def _initials(name: str) -> str:
    names = load("names.yml")
    letters: dict[str, str] = names["first"] | names["second"]
    return "".join(letters[character][0] for character in name)
