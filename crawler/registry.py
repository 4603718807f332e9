"""The registry (门户登记): data/portals/<province>.yml, records keyed by division code.

A record holds values and no logic:

    "623027":
      name: 夏河县
      family: vsb
      url: http://www.xiahe.gov.cn/
      notes: …

``family`` names a module of crawler/families and may be left out where it is not known: the walk
then looks at the home page. ``synthetic: true`` marks invented portals, whose codes begin with 99.
Whatever is wrong with a record is one sentence with its file and line.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawler.families import FAMILIES
from crawler.urls import is_loopback, resolve, site_of
from pipelines.divisions import read_divisions

DATA = Path(__file__).resolve().parent.parent / "data"
SYNTHETIC = "99"
"""What the codes of invented divisions begin with; no province has it."""

LEAST_DELAY = 1.0
"""Seconds between two requests to a host that is not on loopback: less is refused."""


class RegistryError(ValueError):
    """A record, a code or an address that cannot be used; the message is one whole sentence."""


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal. ``id`` is its division's code, or its host where it is in no registry."""

    id: str
    name: str
    url: str
    family: str | None = None
    division: str | None = None
    synthetic: bool = False
    notes: str | None = None

    @property
    def site(self) -> str:
        return site_of(self.url)

    @property
    def loopback(self) -> bool:
        return is_loopback(self.url)

    def owns(self, url: str) -> bool:
        """Whether an address lies on the portal's host, or on its twin with or without www."""
        return site_of(url) == self.site

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "family": self.family,
            "division": self.division,
            "url": self.url,
            "synthetic": self.synthetic,
            "notes": self.notes,
        }


class Registry:
    """The portals of all records, in the order of their ids."""

    def __init__(self, portals: Iterable[Portal]) -> None:
        self._portals = {portal.id: portal for portal in sorted(portals, key=lambda p: p.id)}

    def __iter__(self) -> Iterator[Portal]:
        return iter(self._portals.values())

    def __len__(self) -> int:
        return len(self._portals)

    def by_id(self, id: str) -> Portal:
        if id not in self._portals:
            raise RegistryError(
                f"no portal {id!r} in the registry; `gongkai portals list` shows all of them, "
                "`gongkai crawl --url URL` crawls one that has no record"
            )
        return self._portals[id]

    def by_url(self, url: str) -> Portal | None:
        """The portal on whose host an address lies."""
        return next((portal for portal in self if portal.owns(url)), None)

    def within(self, division: str) -> list[Portal]:
        """The portals in and below a division; of all divisions for an empty code."""
        found = [portal for portal in self if portal.id.startswith(division)]
        if not found:
            raise RegistryError(
                f"no portal in the registry lies in {division_name(division)}; "
                "`gongkai portals list` shows all of them"
            )
        return found


@cache
def default_registry() -> Registry:
    """The registry that comes with the project."""
    return load_registry(sorted((DATA / "portals").glob("*.yml")))


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
    return [
        name
        for code, name in divisions().items()
        if code.startswith(division) and len(code) > len(division)
    ]


def unlisted_portal(url: str, division: str | None = None) -> Portal:
    """A portal that is in no registry, by its home page alone."""
    home = _home_page(url)
    name = division_name(division) if division else site_of(home)
    return Portal(
        id=urlsplit(home).netloc,
        name=name,
        url=home,
        division=division,
        synthetic=bool(division and division.startswith(SYNTHETIC)),
    )


def _home_page(url: str) -> str:
    home = resolve(url, url) if "//" in url else None
    if home is None:
        raise RegistryError(
            f"{url!r} is not the address of a home page; it begins with http:// or https://"
        )
    return home


def load_registry(paths: Iterable[Path]) -> Registry:
    """Read records and check each value; RegistryError for the first that is wrong."""
    portals: dict[str, Portal] = {}
    sites: dict[str, str] = {}
    for path in paths:
        for portal, where in _read_file(path):
            if portal.id in portals:
                raise RegistryError(f"{where}: division {portal.id} has a portal already")
            if portal.site in sites:
                raise RegistryError(
                    f"{where}: {portal.site} is the portal of {sites[portal.site]} already"
                )
            portals[portal.id] = portal
            sites[portal.site] = portal.id
    return Registry(portals.values())


def _read_file(path: Path) -> Iterator[tuple[Portal, str]]:
    name = _shown(path)
    try:
        document = yaml.compose(path.read_text("utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RegistryError(f"{name}:{line}: {error.problem}") from error
    if document is None:
        return
    if not isinstance(document, yaml.MappingNode):
        raise RegistryError(f"{name}:1: records are wanted, each under its division's code")
    for key, value in document.value:
        yield _read_record(key, value, name), f"{name}:{key.start_mark.line + 1}"


def _shown(path: Path) -> str:
    """A file as messages name it: from the project's root where it lies there."""
    root = DATA.parent
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


KEYS = {
    "name": "str",
    "family": "str",
    "url": "str",
    "synthetic": "bool",
    "notes": "str",
}
REQUIRED = ("name", "url")


def _read_record(key: yaml.Node, record: yaml.Node, name: str) -> Portal:
    """One record; every check knows the line of what it looks at."""

    def wrong(node: yaml.Node, message: str) -> RegistryError:
        return RegistryError(f"{name}:{node.start_mark.line + 1}: {message}")

    code = str(key.value)
    if code not in divisions():
        raise wrong(key, f"no division has the code {code!r}")
    if not isinstance(record, yaml.MappingNode):
        raise wrong(key, f"the record of {code} has no keys; it needs {' and '.join(REQUIRED)}")
    values: dict[str, Any] = {}
    nodes: dict[str, yaml.Node] = {}
    for label, value in record.value:
        field = str(label.value)
        if field not in KEYS:
            raise wrong(label, f"unknown key {field!r} in the record of {code}{_guess(field)}")
        if field in values:
            raise wrong(label, f"the key {field!r} stands twice in the record of {code}")
        if value.tag != f"tag:yaml.org,2002:{KEYS[field]}" or not value.value.strip():
            wanted = {"str": "a text", "bool": "true or false"}[KEYS[field]]
            raise wrong(value, f"{field!r} of {code} must be {wanted}")
        values[field] = value.value.lower() == "true" if KEYS[field] == "bool" else value.value
        nodes[field] = value
    for field in REQUIRED:
        if field not in values:
            raise wrong(key, f"the record of {code} lacks the key {field!r}")
    if (family := values.get("family")) is not None and family not in FAMILIES:
        known = ", ".join(sorted(FAMILIES))
        raise wrong(nodes["family"], f"unknown family {family!r} of {code}; known are {known}")
    try:
        values["url"] = _home_page(values["url"])
    except RegistryError as error:
        raise wrong(nodes["url"], str(error)) from error
    if values.get("synthetic", False) != code.startswith(SYNTHETIC):
        raise wrong(key, f"codes that begin with {SYNTHETIC} are synthetic, and only those: {code}")
    return Portal(id=code, division=code, **values)


def _guess(field: str) -> str:
    close = difflib.get_close_matches(field, KEYS, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(KEYS)}"


def polite_delay(portal: Portal, asked: float | None, default: float) -> float:
    """Seconds between two requests to a portal: what is asked for, else none on loopback and the
    default elsewhere. ValueError for less than ``LEAST_DELAY`` where it is not on loopback."""
    if asked is None:
        return 0.0 if portal.loopback else default
    if asked < LEAST_DELAY and not portal.loopback:
        raise ValueError(
            f"a delay of {asked:g} s is too short for {portal.site}: "
            f"below {LEAST_DELAY:g} s only portals on loopback may be asked"
        )
    return asked
