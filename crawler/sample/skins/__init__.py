"""The sample's county as the other families would publish it: the same reports and columns, other
addresses and other pages. 博达 VSB is the sample's own (``crawler.sample.vsb``)."""

from __future__ import annotations

from crawler.sample.skins.base import Body, Skin
from crawler.sample.skins.gkmlpt import Gkmlpt
from crawler.sample.skins.jcms import Jcms
from crawler.sample.skins.jpaas import Jpaas
from crawler.sample.skins.longxun import Longxun
from crawler.sample.skins.openness import Openness
from crawler.sample.skins.plain import Plain
from crawler.sample.skins.trs import Trs
from crawler.sample.skins.ucap import Ucap

__all__ = ["SKINS", "Body", "Skin"]

SKINS: dict[str, type[Skin]] = {
    skin.name: skin for skin in (Jcms, Jpaas, Trs, Ucap, Gkmlpt, Longxun, Openness, Plain)
}
