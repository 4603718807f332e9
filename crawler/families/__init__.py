"""建站系统: the content management systems that portals are built with, one module each.

A family knows how the pages of its system are made: what recognises it, which addresses are
articles, columns, further pages and files, and where a list goes on, also where a script paints
it from JSON or XML. What a link means is for ``crawler.links``, the walk for
``crawler.spiders.portal``; so a family is added by a module here and a line in ``FAMILIES``.

All that is asked is asked with GET: where a system's script posts a form, its server answers the
same parameters in the address, so that an address alone names a capture. Systems whose lists take
nothing but a posted body (新点 Epoint, some truecms) have no family: their lists are not read.
"""

from __future__ import annotations

from crawler.families.base import Family
from crawler.families.generic import Generic
from crawler.families.gkmlpt import Gkmlpt
from crawler.families.jcms import Jcms
from crawler.families.jpaas import Jpaas
from crawler.families.longxun import Longxun
from crawler.families.openness import Openness
from crawler.families.page import Page
from crawler.families.trs import Trs
from crawler.families.ucap import Ucap
from crawler.families.vsb import Vsb

__all__ = ["FAMILIES", "GENERIC", "Family", "Page", "family_of", "recognise"]

GENERIC: Family = Generic()
# The surest marks first: jpaas before jcms, whose addresses it keeps, trs last, for its marks are
# pasted into the texts of other systems.
_KNOWN = (Vsb(), Jpaas(), Jcms(), Gkmlpt(), Longxun(), Openness(), Ucap(), Trs(), GENERIC)
FAMILIES: dict[str, Family] = {family.name: family for family in _KNOWN}


def recognise(page: Page) -> tuple[Family, str]:
    """The family that made a page and what shows it; the generic one where none is recognised."""
    for family in FAMILIES.values():
        if evidence := family.recognise(page):
            return family, evidence
    return GENERIC, "no family is recognised"


def family_of(page: Page, usual: Family) -> Family:
    """The family that made a page of a portal that is mostly of the family ``usual``.

    Portals mix systems, so a page that only another family recognises is that one's.
    """
    if usual.recognise(page):
        return usual
    found = recognise(page)[0]
    return usual if found is GENERIC else found
