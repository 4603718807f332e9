"""The registry (门户登记): data/portals/<code>-<province>.yml, records keyed by division.

A record holds values and no logic:

    "623027":
      name: 夏河县
      family: vsb
      url: http://www.xiahe.gov.cn/
      verified: never
      …

docs/registry.md says what each key means, and where the records come from. ``family`` names a
module of crawler/families and may be left out where it is not known: the walk then looks at the
home page. ``synthetic: true`` marks invented portals, whose codes begin with 99.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from crawler.portal import Portal, polite_delay
from crawler.records import ROOT, SYNTHETIC, RegistryError, home_page, read_records
from crawler.urls import site_of
from pipelines.divisions import read_divisions

__all__ = [
    "Portal",
    "Registry",
    "RegistryError",
    "default_registry",
    "division_name",
    "divisions",
    "file_of",
    "load_registry",
    "places_within",
    "polite_delay",
    "said_of_left_out",
    "unlisted_portal",
]

PORTALS = ROOT / "data" / "portals"
LEFT_OUT = PORTALS / "left_out.csv"
"""Rows of the list that the records were made from that have no record, each with its reason."""


class Registry:
    """The portals of all records, in the order of their ids."""

    def __init__(self, portals: Iterable[Portal]) -> None:
        self._portals = {portal.id: portal for portal in sorted(portals, key=lambda p: p.id)}
        self._sites = {site: portal for portal in self for site in portal.sites}

    def __iter__(self) -> Iterator[Portal]:
        return iter(self._portals.values())

    def __len__(self) -> int:
        return len(self._portals)

    def by_id(self, id: str) -> Portal:
        """The portal with this id. Raises RegistryError."""
        if id not in self._portals:
            raise RegistryError(
                f"no portal {id!r} in the registry; `gongkai portals list` shows all of them, "
                "`gongkai crawl --url URL` crawls one that has no record"
            )
        return self._portals[id]

    def by_url(self, url: str) -> Portal | None:
        """The portal on one of whose hosts an address lies."""
        return self._sites.get(site_of(url))

    def within(self, division: str) -> list[Portal]:
        """The portals in and below a division; of all divisions for an empty code."""
        found = [portal for portal in self if portal.id.startswith(division)]
        if not found:
            raise RegistryError(
                f"no portal in the registry lies in {division_name(division)}; "
                "`gongkai portals list` shows all of them"
            )
        return found


def default_registry(division: str = "") -> Registry:
    """The registry that comes with the project; with a division's code at least the portals of its
    province, which is fifty times as fast."""
    return _load(division[:2] if division[:2] in _files() else "")


@cache
def _load(province: str) -> Registry:
    return load_registry([_files()[province]] if province else _files().values())


@cache
def _files() -> dict[str, Path]:
    """The first two digits of codes → the file with their records."""
    return {path.name[:2]: path for path in sorted(PORTALS.glob("*.yml"))}


def file_of(portal: Portal) -> str:
    """The file with a portal's record, from the project's root."""
    return str(_files()[portal.id[:2]].relative_to(ROOT))


def said_of_left_out(division: str) -> str:
    """A sentence on the rows of the source that have no record, in a province or anywhere; empty
    where there are none."""
    province = divisions().get(division[:2], "")
    with LEFT_OUT.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if province in ("", row["province"])]
    places = "、".join(row["county"] or row["prefecture"] or row["province"] for row in rows)
    where = LEFT_OUT.relative_to(ROOT)
    return f"{len(rows)} places of the source have no record ({places}): {where}" if rows else ""


@cache
def divisions() -> dict[str, str]:
    """Code → name of every division, those of the sample included."""
    return {place.code: place.name for place in read_divisions()}


def division_name(code: str) -> str:
    """The name of a division; RegistryError where no division has the code."""
    try:
        return divisions()[code]
    except KeyError:
        raise RegistryError(f"no division has the code {code!r}") from None


def places_within(division: str | None) -> list[str]:
    """The names of the divisions below one."""
    if not division:
        return []
    codes = _codes()
    # A colon is what comes after the digits.
    below = codes[bisect_right(codes, division) : bisect_left(codes, f"{division}:")]
    return [divisions()[code] for code in below]


@cache
def _codes() -> list[str]:
    """Looked through as a whole for each portal of the country, they would take ten seconds."""
    return sorted(divisions())


def unlisted_portal(url: str, division: str | None = None) -> Portal:
    """A portal that is in no registry, by its home page alone."""
    home = home_page(url)
    name = division_name(division) if division else site_of(home)
    return Portal(
        id=urlsplit(home).netloc,
        name=name,
        url=home,
        division=division,
        synthetic=bool(division and division.startswith(SYNTHETIC)),
    )


def load_registry(paths: Iterable[Path]) -> Registry:
    """Read records and check each value; RegistryError for the first that is wrong."""
    portals: dict[str, Portal] = {}
    sites: dict[str, str] = {}
    for path in paths:
        for portal, where in read_records(path, divisions()):
            if portal.id in portals:
                raise RegistryError(f"{where}: division {portal.id} has a portal already")
            for site in portal.sites:
                if site in sites:
                    raise RegistryError(f"{where}: {site} is the portal of {sites[site]} already")
                sites[site] = portal.id
            portals[portal.id] = portal
    return Registry(portals.values())
