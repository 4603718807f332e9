"""Names of organs: what kind an organ is, and its full name where only its place is printed."""

from __future__ import annotations

import re

from pipelines.halfwidth import halve

TOWN = re.compile(
    r"(?P<unit>.{1,14}?(?:乡|镇|街道|苏木))(?P<organ>|(?:人民)?政府|(?:街道)?办事处|办"
    r"|(?:人民政府|办事处)?(?:党政|综合|行政)*办公室)"
)
GOVERNMENT = re.compile(r"(?:人民)?政府")
# What is no department of a government: hospitals, centres, the committees that run zones.
_DEPARTMENT = re.compile(r"(?:局|(?<!管理)委员会|委|办公室|办|厅|署|部|支队|大队|总队)$")
_ZONE = re.compile(
    r"(?:开发|园|景|新|矿|管理|林|地|度假|示范|高新|保税|试验|合作|产业|工业|物流|牧|农|社|保护|聚集|集聚)区$"
)


def government_name(place: str) -> str:
    """The government of a place above township: 夏河县人民政府, 大兴安岭地区行政公署."""
    return f"{place}行政公署" if place.endswith(("地区", "盟")) else f"{place}人民政府"


def full_name(printed: str) -> str:
    """The organ's full name: a bare place gets its government, 政府 becomes 人民政府."""
    if printed.endswith("政府"):
        return printed if printed.endswith("人民政府") else f"{printed[:-2]}人民政府"
    if printed.endswith("街道办"):
        return f"{printed}事处"
    if printed.endswith("街道"):
        return f"{printed}办事处"
    if printed.endswith(("乡", "镇", "苏木", "县", "市", "旗", "州", "省", "区")):
        return printed if _ZONE.search(printed) else f"{printed}人民政府"
    return printed


def kind_of(name: str) -> str:
    """government, department, township, street or other, by the name alone."""
    town = TOWN.fullmatch(halve(name))
    if town is not None:
        return "street" if town["unit"].endswith("街道") else "township"
    if name.endswith("人民政府"):
        return "government"
    return "department" if _DEPARTMENT.search(name) else "other"
