"""A portal (门户) as the registry knows it: where it is, what belongs to it, what is expected."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NamedTuple

from crawler.urls import is_loopback, site_of

LEAST_DELAY = 1.0
"""Seconds between two requests to a host that is not on loopback: less is refused."""

ColumnKind = Literal["reports", "units", "policy", "budget"]


class Tls(NamedTuple):
    """How a portal is spoken to over https. ``old_ciphers``: also with what OpenSSL refuses by now
    (TLS 1.0 and 1.1, short keys). ``verify``: its certificate must be valid and its own."""

    old_ciphers: bool = False
    verify: bool = True


class Bounds(NamedTuple):
    """How many reports a portal is expected to have; None for no bound."""

    least: int | None = None
    most: int | None = None


USUAL_TLS = Tls()
UNBOUNDED = Bounds()


@dataclass(frozen=True)
class Portal:
    """A portal. ``id`` is its division's code, or its host where it is in no registry.

    ``hosts``: further hosts that belong to it, with their ports where they are not the usual ones.
    ``columns``: address → what it lists (``ColumnKind``). ``verified``: the day on which somebody
    last compared the record with a crawl; None for never.
    """

    id: str
    name: str
    url: str
    family: str | None = None
    division: str | None = None
    synthetic: bool = False
    hosts: tuple[str, ...] = ()
    tls: Tls = USUAL_TLS
    columns: Mapping[str, ColumnKind] = field(default_factory=dict)
    expect: Bounds = UNBOUNDED
    verified: datetime.date | None = None
    note: str | None = None

    @property
    def site(self) -> str:
        return site_of(self.url)

    @cached_property
    def sites(self) -> frozenset[str]:
        """The sites of the home page and of the further hosts."""
        return frozenset([self.site, *(site_of(f"http://{host}/") for host in self.hosts)])

    @property
    def loopback(self) -> bool:
        return is_loopback(self.url)

    def owns(self, url: str) -> bool:
        """Whether an address lies on a host of the portal, or on its twin with or without www."""
        return site_of(url) in self.sites

    def to_json(self) -> dict[str, Any]:
        """The object that ``gongkai portals show`` prints."""
        return {
            "id": self.id,
            "name": self.name,
            "family": self.family,
            "division": self.division,
            "url": self.url,
            "hosts": list(self.hosts),
            "tls": {"ciphers": "old" if self.tls.old_ciphers else None, "verify": self.tls.verify},
            "columns": dict(self.columns),
            "expect": {"reports": {"min": self.expect.least, "max": self.expect.most}},
            "verified": self.verified.isoformat() if self.verified else None,
            "synthetic": self.synthetic,
            "note": self.note,
        }


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
