"""What a family is, and what all of them share."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

from crawler.families.page import Page
from crawler.links import Link, Shape


class Family(Protocol):
    """What the walk asks of a family. All methods are pure."""

    name: str

    def recognise(self, page: Page) -> str | None:
        """What on the page shows that this family made it; None where nothing does."""

    def shape(self, url: str) -> Shape:
        """What kind of page an address is one of."""

    def links(self, page: Page) -> list[Link]:
        """The links of a page with their shapes, also those that a browser's script would paint."""

    def next_page(self, page: Page) -> str | None:
        """Where the list goes on: the page after this one or, on a page whose script or iframe
        brings the rows, the address that they come from. None on the last page, or where the page
        names none."""


@lru_cache(maxsize=20_000)
def _shape(family: Family, url: str) -> Shape:
    """Menus are the same on every page."""
    return family.shape(url)


def page_links(page: Page, family: Family, first_group: int = 0) -> list[Link]:
    """The links that stand in the page's own HTML, its groups numbered from ``first_group``."""
    return [
        Link(
            url=anchor.url,
            text=anchor.text,
            shape=_shape(family, anchor.url),
            title=anchor.title,
            group=first_group + anchor.group,
            crumb=anchor.crumb,
        )
        for anchor in page.anchors
    ]
