"""The fictional world: any number of counties, each with a portal of its own."""

from __future__ import annotations

from collections.abc import Iterator

from crawler.sample import places
from crawler.sample.facts import Facts
from crawler.sample.places import County
from crawler.sample.site import Site


class World:
    """``counties`` fictional counties with ``units`` reporting bodies each, the county's government
    among them. All follows from ``seed``; nothing is drawn before it is asked for. The default
    world is the bundled sample."""

    def __init__(self, seed: int = 0, counties: int = 1, units: int = 15) -> None:
        self.seed = seed
        self.sites = [Site(Facts(County(number, units), str(seed))) for number in range(counties)]

    def divisions(self) -> Iterator[tuple[str, str, str]]:
        """Code, name and level of every fictional division: province, prefectures, counties, and
        the townships of each county."""
        return places.divisions([site.county for site in self.sites])
