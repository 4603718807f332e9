"""Places: administrative divisions by code and name, and the division that an organ belongs to.

Codes have 2 digits for a province, 4 for a prefecture, 6 for a county, 9 for a township or street;
the parent of a division is the prefix of its code. Names are not unique: 88 townships are called
城关镇. So a name is looked up within the county of the portal that published it, or within the
county that the name itself states (夏河县科才镇人民政府); where that leaves two there is no answer.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar

from pipelines.divisions import Place, read_divisions
from pipelines.reading.halfwidth import halve
from pipelines.reading.organs import GOVERNMENT, TOWN, full_name, government_name, kind_of

T = TypeVar("T")

_LONGEST_NAME = 20
# Lines of the code list that group counties and are no place: 市辖区, 省直辖县级行政区划.
_NO_PLACES = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")

_NATIONS = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|高山|拉祜|水|东乡"
    "|纳西|景颇|柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|乌孜别克|俄罗斯"
    "|鄂温克|德昂|保安|裕固|京|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺|各"
)
_AUTONOMOUS = re.compile(rf"(.+?)(?:(?:{_NATIONS})族?)*自治(县|州|旗)")
_REGION = re.compile(r"(.+?)(?:壮族|回族|维吾尔)?自治区")
# A zone (开发区) is in no code list; its streets are among the county's.
_ZONE_ABOVE_TOWN = re.compile(
    r"^.{2,20}?(?:开发|新|园|示范|度假|试验|保税|管理)区(?=[^区]{1,10}(?:乡|镇|街道|苏木)"
    r"(?:人民政府|办事处|党政办公室|办公室)?$)"
)
_UNIT_SUFFIX = re.compile(rf"(?:(?:{_NATIONS})族|民族)?(?:乡|镇|街道|苏木)$")


class Publisher(NamedTuple):
    """An organ by its full name, its kind (government, department, township, street, other) and the
    code of its division, None where it is not known without guessing."""

    name: str
    kind: str
    division: str | None


class Places:
    """The code lists in memory; made once a process by ``load``."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.by_code: Mapping[str, Place] = {place.code: place for place in places}
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._towns: dict[str, dict[str, str]] = defaultdict(dict)
        for place in self.by_code.values():
            if len(place.code) == 9:
                self._towns[place.code[:6]][place.name.removesuffix("办事处")] = place.code
            elif place.name not in _NO_PLACES:
                for name in _names(place.name):
                    self._by_name[name].append(place)

    @staticmethod
    @lru_cache(maxsize=1)
    def load() -> Places:
        """The real divisions, and the fictional ones of the sample portal. Raises ValueError with
        file and line for a row that is none."""
        return Places(read_divisions())

    def resolve(self, name: str, portal_division: str | None = None) -> Publisher:
        """The publisher of this printed name on a portal of this division.

        A bare place gets its organ (科才镇 → 科才镇人民政府). A township is looked up in the county
        that the name states, else in the portal's; a 乡 that became 镇 is found by its stem where
        only one division there has it. A department that states no place is the portal's own.
        """
        portal = self.by_code.get(portal_division or "")
        county = self.by_code.get(portal.code[:6]) if portal else None
        plain = halve(name)
        town = self._find_town(plain, county) if county and TOWN.fullmatch(plain) else None
        if town:
            return Publisher(full_name(name), kind_of(name), town)
        stated, rest = self._find_stated(plain, county)
        if stated and (not rest or GOVERNMENT.fullmatch(rest)):
            return Publisher(
                government_name(name[: len(name) - len(rest)]), "government", stated.code
            )
        rest = _ZONE_ABOVE_TOWN.sub("", rest)
        name, kind = full_name(name), kind_of(rest)
        scope = stated or county
        town = self._find_town(rest, scope) if scope else None
        if kind in ("township", "street"):
            return Publisher(name, kind, town)
        if town:
            return Publisher(name, "other", town)
        if stated:
            return Publisher(name, kind, stated.code)
        unsaid = portal is not None and len(portal.code) < 6 and rest[:1] in ("县", "区", "旗")
        if portal is None or unsaid or self._starts_with_place(plain):
            return Publisher(name, kind, None)
        return Publisher(name, kind, portal.code)

    def government_of(self, division: str) -> Publisher | None:
        """The government of a division; None for a code that is in no list."""
        place = self.by_code.get(division)
        if place is None:
            return None
        if len(place.code) == 9:
            name = full_name(place.name)
            return Publisher(name, kind_of(name), place.code)
        return Publisher(government_name(place.name), "government", place.code)

    def split(self, name: str, portal_division: str | None = None) -> tuple[str | None, str]:
        """The code of the lowest place above township that a name in half width starts with, and
        the rest of the name."""
        portal = self.by_code.get((portal_division or "")[:6])
        stated, rest = self._find_stated(name, portal)
        return (stated.code if stated else None), rest

    def _find_stated(self, name: str, home: Place | None) -> tuple[Place | None, str]:
        """The lowest place above township that the name starts with, and the rest of the name."""
        found: Place | None = None
        while True:
            for length in range(min(_LONGEST_NAME, len(name)), 1, -1):
                place = self._find_place(name[:length], found, home)
                if place is not None:
                    found, name = place, name[length:]
                    break
            else:
                return found, name

    def _find_place(self, name: str, above: Place | None, home: Place | None) -> Place | None:
        places = self._by_name.get(name, [])
        if above is not None:
            return _only(p for p in places if p.code.startswith(above.code) and p != above)
        if home is not None:
            if home in places or (not places and _is_former_name(name, home.name)):
                return home
            near = [p for p in places if _related(p.code, home.code)]
            if near:
                return _uppermost(near)
        # A short name far from home is more likely a word: 城区, 郊区, 矿区.
        return _uppermost(places) if len(name) > 2 else None

    def _starts_with_place(self, name: str) -> bool:
        """Whether the name starts with that of a place that several counties share."""
        return any(name[:length] in self._by_name for length in range(3, _LONGEST_NAME))

    def _find_town(self, name: str, scope: Place) -> str | None:
        """The code of the township whose organ this is, within a division."""
        towns = self._towns_in(scope.code)
        match = TOWN.fullmatch(name)
        if match is None:
            starts = (name[:length] for length in range(min(_LONGEST_NAME, len(name)), 2, -1))
            return next((towns[start] for start in starts if start in towns), None)
        if match["unit"] in towns or len(scope.code) < 6:
            return towns.get(match["unit"])
        stem = _UNIT_SUFFIX.sub("", match["unit"])
        return _only(code for town, code in towns.items() if _UNIT_SUFFIX.sub("", town) == stem)

    @lru_cache(maxsize=64)  # noqa: B019 - there is one instance a process
    def _towns_in(self, division: str) -> Mapping[str, str]:
        if len(division) == 6:
            return self._towns.get(division, {})
        found: dict[str, list[str]] = defaultdict(list)
        for county, towns in self._towns.items():
            if county.startswith(division):
                for name, code in towns.items():
                    found[name].append(code)
        return {name: codes[0] for name, codes in found.items() if len(codes) == 1}


def _only(found: Iterable[T]) -> T | None:
    """The one there is; None for none and for several."""
    distinct = list(dict.fromkeys(found))
    return distinct[0] if len(distinct) == 1 else None


def _uppermost(places: list[Place]) -> Place | None:
    """The one place, or the prefecture whose only county has its name (中山市)."""
    top = min(places, key=lambda place: len(place.code), default=None)
    return top if top and all(place.code.startswith(top.code) for place in places) else None


def _related(code: str, other: str) -> bool:
    return code.startswith(other) or other.startswith(code)


def _names(name: str) -> set[str]:
    """The name and its usual short form: 甘南藏族自治州 → 甘南州, 广西壮族自治区 → 广西."""
    short = _AUTONOMOUS.fullmatch(name)
    if short is not None:
        return {name, short[1] + short[2]}
    region = _REGION.fullmatch(name)
    return {name, region[1]} if region is not None else {name}


def _is_former_name(name: str, today: str) -> bool:
    """Whether a county may have been called so before it was upgraded: 湟中区 was 湟中县."""
    return name[:-1] == today[:-1] and name[-1] in "县区市旗" and len(today) > 2
