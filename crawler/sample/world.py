"""The fictional world: any number of counties, each with a portal of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.sample import places
from crawler.sample.facts import Facts
from crawler.sample.places import County
from crawler.sample.site import Site
from crawler.sample.skinned_site import SkinnedSite
from crawler.sample.skins import SKINS

OWN_FAMILY = "vsb"
FAMILIES = (OWN_FAMILY, *SKINS)
"""The families that a county's portal may be of."""


class World:
    """``counties`` fictional counties with ``units`` reporting bodies each, the county's government
    among them; their portals are of the ``families`` in turn. All follows from ``seed``; nothing is
    drawn before it is asked for. The default world is the bundled sample."""

    def __init__(
        self,
        seed: int = 0,
        counties: int = 1,
        units: int = 15,
        families: Sequence[str] = (OWN_FAMILY,),
    ) -> None:
        self.seed = seed
        self.sites = [
            _site(Facts(County(number, units), str(seed)), families[number % len(families)])
            for number in range(counties)
        ]

    def divisions(self) -> Iterator[tuple[str, str, str]]:
        """Code, name and level of every fictional division: province, prefectures, counties, and
        the townships of each county."""
        return places.divisions([site.county for site in self.sites])


def _site(facts: Facts, family: str) -> Site:
    return Site(facts) if family == OWN_FAMILY else SkinnedSite(facts, family)
