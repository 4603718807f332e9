"""建站系统: the content management systems that portals are built with, one module each.

A family knows how the pages of its system are made: what recognises it, which addresses are
articles, columns, further pages and files, and where a list goes on. What a link means is for
``crawler.links``, the walk for ``crawler.spiders.portal``; so a family is added by a module here
and a line in ``FAMILIES``.
"""

from __future__ import annotations

from crawler.families.base import Family
from crawler.families.generic import Generic
from crawler.families.page import Page
from crawler.families.vsb import Vsb

__all__ = ["FAMILIES", "GENERIC", "Family", "Page", "recognise"]

GENERIC: Family = Generic()
FAMILIES: dict[str, Family] = {family.name: family for family in (Vsb(), GENERIC)}


def recognise(page: Page) -> tuple[Family, str]:
    """The family that made a page and what shows it; the generic one where none is recognised."""
    for family in FAMILIES.values():
        if evidence := family.recognise(page):
            return family, evidence
    return GENERIC, "no family is recognised"
