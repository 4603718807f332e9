"""What a walk finds to be no longer as the portal's record says: its family, its columns.

A record that is out of date must not be found out by reports that quietly stay away. The walk goes
on with what it sees, and the reason of its run says what is to be mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crawler.families import FAMILIES, GENERIC, Page, recognise
from crawler.portal import ColumnKind, Portal
from crawler.urls import resolve

SEEDS: Mapping[ColumnKind, str] = {
    "reports": "list",
    "units": "gateway",
    # They lie in the disclosure section, beside the column of annual reports.
    "policy": "weak",
    "budget": "weak",
}
"""What a column of a record is to the walk: a kind of ``crawler.links``."""

_WANTED: Mapping[str, frozenset[str]] = {
    "reports": frozenset(["report", "file", "list"]),
    "units": frozenset(["report", "file", "list", "unit", "gateway"]),
}
"""What a column has to lead to, or it is no longer the one that the record means."""

LEAST_NAMED = 0.5
"""Share of the known reports that a whole walk's lists must name. Lists drop a few old years when
a portal is tidied up; half of all is a column that the walk no longer finds."""


class RecordCheck:
    """Told of what came during one walk; ``complaints`` says what contradicts the record."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._columns = {
            self._one(url): (url, kind) for url, kind in portal.columns.items() if kind in _WANTED
        }
        self._said: dict[str, str] = {}
        self._asked: set[str] = set()
        self._fruitful: set[str] = set()
        self.named: set[int] = set()
        """Hashes of the addresses of reports that lists have named."""

    def home(self, page: Page) -> str | None:
        """The family that the home page shows, where that is another than the record's."""
        family = self.portal.family
        if family is None or FAMILIES[family].recognise(page):
            return None
        found, evidence = recognise(page)
        if found is GENERIC:
            return None
        self._said["family"] = (
            f"the record says family {family}, the home page shows {found.name} ({evidence})"
        )
        return found.name

    def came(self, column: str, links: Iterable[tuple[str, str]]) -> None:
        """A page of the list that begins at ``column`` came; address and kind of its links that
        lie on the portal."""
        column = self._one(column)
        self._asked.add(column)
        kinds = set()
        for url, kind in links:
            kinds.add(kind)
            if kind in ("report", "file"):
                self.named.add(hash(url))
        if column in self._columns and kinds & _WANTED[self._columns[column][1]]:
            self._fruitful.add(column)

    def missed(self, url: str, what: str) -> None:
        """No page came from an address. What is said of a column before stays said."""
        if self._one(url) in self._columns:
            self._said.setdefault(self._one(url), f"the column {url} of the record: {what}")

    def moved(self, url: str, target: str) -> None:
        """An address sends on to another; from http to https, or to www, it is still the same."""
        if self._one(target) != self._one(url):
            self.missed(url, f"it leads to {target} now")

    def _one(self, url: str) -> str:
        """One spelling of an address on the portal, whatever its scheme and with or without www."""
        return resolve(self.portal.url, url) or url

    def complaints(self, known: int | None) -> list[str]:
        """One clause each. ``known``: reports of the portal that stand, where the whole of it was
        walked; else None."""
        said = dict(self._said)
        for column in self._asked - self._fruitful:
            if column in self._columns:
                url = self._columns[column][0]
                said.setdefault(column, f"the column {url} of the record leads to no report")
        if known and len(self.named) < LEAST_NAMED * known:
            said["named"] = (
                f"its lists name {len(self.named)} of {known} reports known here, "
                "as if a column had moved"
            )
        return list(said.values())
