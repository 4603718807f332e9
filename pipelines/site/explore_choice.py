"""What a reader of the page Explore has chosen: all of it stands in the address."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal
from urllib.parse import urlencode

from pipelines.database.file import select
from pipelines.database.indicator_views import NATION
from pipelines.indicators import Indicator, load_indicators
from pipelines.site.page import Asking, Missing, NotUnderstood
from pipelines.site.places import MOST_CALLED, ancestors, find_places
from pipelines.site.rows import Row
from pipelines.site.words import say

PATH = "/-/explore"

Chart = Literal["trend", "ranking", "distribution"]
CHARTS: tuple[Chart, ...] = ("trend", "ranking", "distribution")

LEVELS = ("province", "prefecture", "county", "township")
"""The levels of governments, the highest first."""

DEPARTMENT = "department"
"""Stands in the place of a level for the departments of the governments in a place."""

_ORGANS = """
SELECT id AS key, id, name, division FROM publishers WHERE id = :text
UNION SELECT id, id, name, division FROM publishers WHERE name = :text AND kind = 'department'
LIMIT :most
"""
_CHILD_LEVEL = {
    None: "county",
    "province": "county",
    "prefecture": "county",
    "county": "township",
}
"""The level that is shown in a place of this level (None: the nation) where none was chosen."""


@dataclass(frozen=True)
class Choice:
    """A chart. ``place`` and ``marked`` are divisions with all above them, the highest first, empty
    for the nation and for none. ``organ`` is the marked publisher (id, name) where departments are
    looked at. ``first`` and ``last`` bound the years of a trend, ``year`` is that of the others.
    ``page`` is None where the reader turned to none."""

    chart: Chart
    indicator: Indicator
    level: str
    place: tuple[Row, ...]
    marked: tuple[Row, ...]
    first: int
    last: int
    year: int
    ascending: bool = False
    page: int | None = None
    organ: Row | None = None

    @property
    def place_code(self) -> str:
        return str(self.place[-1]["code"]) if self.place else NATION

    @property
    def mark(self) -> str | None:
        """The code of the marked government, the id of the marked department."""
        if self.organ:
            return str(self.organ["id"])
        return str(self.marked[-1]["code"]) if self.marked else None

    @property
    def mark_name(self) -> str:
        """What the marked one is called; "" for none."""
        if self.organ:
            return str(self.organ["name"])
        return str(self.marked[-1]["name"]) if self.marked else ""

    @property
    def in_its_year(self) -> Choice:
        """The same for ``year`` alone."""
        return replace(self, first=self.year, last=self.year)

    @property
    def is_wide(self) -> bool:
        """Whether it asks for more reports than a page can wait for: the departments of a whole
        country, of which nothing is computed in advance."""
        return self.level == DEPARTMENT and not self.place

    def address(self, asking: Asking, **changed: Any) -> str:
        """The page with this choice, some of it changed; a change to None leaves that out. Another
        choice begins with its first page."""
        values: dict[str, Any] = {
            "chart": self.chart,
            "indicator": self.indicator.code,
            "level": self.level,
            "place": self.place_code,
            "mark": self.mark,
            "from": self.first,
            "to": self.last,
            "year": self.year,
            "order": "up" if self.ascending else None,
        } | changed
        given = {name: value for name, value in values.items() if value is not None}
        return f"{asking.base.rstrip('/')}{PATH}?{urlencode(given)}"


@dataclass(frozen=True)
class Unclear:
    """A name that several places or organs have, for one of the fields "place" and "mark". Each has
    ``key``, which tells it apart, and ``name``; a place also ``level``."""

    field: str
    text: str
    places: Sequence[Row]


def read_choice(conn: sqlite3.Connection, asking: Asking, years: Sequence[int]) -> Choice | Unclear:
    """The choice that an address makes among the ``years`` of the archive (at least one). Raises
    Missing for a place that there is not, NotUnderstood for what is no choice."""
    found: dict[str, tuple[Row, ...]] = {}
    organs = _organs(conn, asking)
    if len(organs) > 1:
        return Unclear("mark", asking.parameters["mark"].strip(), organs)
    for field in ("place", "mark"):
        if field == "mark" and organs:
            found[field] = ()
            continue
        text = asking.parameters.get(field, "").strip()
        places = find_places(conn, text) if text and text != NATION else []
        if text and text != NATION and not places:
            raise Missing(say("explore.no_place", asking.language, text=text[:30]))
        if len(places) > 1:
            return Unclear(field, text, [row | {"key": row["code"]} for row in places])
        found[field] = tuple(ancestors(conn, places[0]["code"])) if places else ()
    place, marked = found["place"], found["mark"]
    if place and place[-1]["level"] == LEVELS[-1]:
        # A township has no government below it: it is looked at among its county's.
        place, marked = place[:-1], place
    level = asking.parameters.get("level") or _child_level(place)
    choice = Choice(
        chart=_one_of(asking, "chart", {chart: chart for chart in CHARTS}),
        indicator=_one_of(asking, "indicator", {one.code: one for one in load_indicators()}),
        level=level,
        place=place,
        marked=marked,
        first=_year(asking, "from", years, years[0]),
        last=_year(asking, "to", years, years[-1]),
        year=_year(asking, "year", years, years[-1]),
        ascending=asking.parameters.get("order") == "up",
        page=_page(asking),
        organ=organs[0] if organs else None,
    )
    if level not in (*LEVELS, DEPARTMENT):
        raise NotUnderstood(say("explore.no_level", asking.language, text=level[:30]))
    if choice.first > choice.last:
        choice = replace(choice, first=choice.last, last=choice.first)
    return choice


def _organs(conn: sqlite3.Connection, asking: Asking) -> list[Row]:
    """The publishers that ``mark`` names by id or name, where departments are looked at."""
    text = asking.parameters.get("mark", "").strip()
    if not text or asking.parameters.get("level") != DEPARTMENT:
        return []
    return select(conn, _ORGANS, {"text": text, "most": MOST_CALLED})


def _child_level(place: tuple[Row, ...]) -> str:
    return _CHILD_LEVEL[place[-1]["level"] if place else None]


def _one_of(asking: Asking, name: str, known: Mapping[str, Any]) -> Any:
    """The value of a parameter among those known, the first where none is given."""
    text = asking.parameters.get(name) or next(iter(known))
    if text not in known:
        raise NotUnderstood(say(f"explore.no_{name}", asking.language, text=text[:30]))
    return known[text]


def _year(asking: Asking, name: str, years: Sequence[int], default: int) -> int:
    text = asking.parameters.get(name, "").strip()
    if not text:
        return default
    year = next((year for year in years if str(year) == text), None)
    if year is None:
        raise NotUnderstood(say("explore.no_year", asking.language, text=text[:10]))
    return year


def _page(asking: Asking) -> int | None:
    text = asking.parameters.get("page", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and int(text)):
        raise NotUnderstood(say("explore.no_page", asking.language, text=text[:10]))
    return int(text)
