"""Names of organs: what kind an organ is, and its full name where only its place is printed."""

from __future__ import annotations

import re

from pipelines.reading.halfwidth import halve

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


_OFFICE = re.compile(
    r"(?:中共|中国共产党)|(?:人民)?政府|党委|党工委|委员会|办事处|街道办|(?:党政|综合|行政|政务|信息|公开|领导|小组|工作)*"
    r"(?:办公室|办)$"
)
_KIND_OF_PLACE = re.compile(r"(?:(?:[一-鿿]{1,3}族)?(?:乡|镇|街道|苏木)|[县区市旗州])$")
_TYPE = re.compile(r"(?:局|委|办|厅|中心|署|部|站|处|所)$")
# Organs that compile the report of the government that they belong to.
_COMPILES = re.compile(
    r"政务(?:服务|公开|信息)|大数据|行政审批|信息公开|数据(?:资源)?管理|电子政务"
)


def is_same_organ(one: str, other: str) -> bool:
    """Whether two names, without the places above township that they state, may be of one organ.

    One may be the other's office (办公室), government, short form (卫健局 for 卫生健康局) or former
    kind of place (乡 that became 镇). What is left empty is a government, whose offices report for
    it."""
    first, second = _core(one), _core(other)
    if not first or not second:
        return not (first or second) or bool(_COMPILES.search(first or second))
    if first in second or second in first:
        return True
    short, long = sorted((_TYPE.sub("", first), _TYPE.sub("", second)), key=len)
    return _is_short_for(short, long)


def _core(name: str) -> str:
    """科才 of 科才镇人民政府, 教育局 of 县教育局."""
    name = name.removeprefix("中共")
    town = TOWN.fullmatch(name)
    if town is not None:
        return _KIND_OF_PLACE.sub("", town["unit"])
    name = re.sub("^[县市区旗州]", "", name)
    return _OFFICE.sub("", name) if not _DEPARTMENT.search(_OFFICE.sub("", name)) else name


def _is_short_for(short: str, long: str) -> bool:
    """Whether the characters of one name stand in the other in this order, the first one first."""
    if len(short) < 2 or short[0] != long[0]:
        return False
    rest = iter(long)
    return all(character in rest for character in short)
