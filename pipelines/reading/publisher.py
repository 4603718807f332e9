"""The organ that reports, by its full name, kind and division; and where a page names two."""

from __future__ import annotations

import re

from pipelines.reading.findings import make_finding
from pipelines.reading.halfwidth import halve
from pipelines.reading.organs import TOWN, is_same_organ
from pipelines.reading.places import Places
from pipelines.reading.report import Finding
from pipelines.reading.titles import as_organ, organ_in_title

_ANY_ORGAN = re.compile(
    r"(?:本|我)?[县市区旗镇乡州省]?(?:街道)?(?:(?:人民)?政府|党委|党工委)?"
    r"(?:党政|综合|行政|(?:政务|信息|政府信息)公开(?:工作)?(?:领导小组)?)?(?:办公室|办事处|办|机关)?"
)


def choose_publisher(
    signatory: str | None,
    title: str | None,
    portal_division: str | None,
    places: Places,
    organ: str | None = None,
) -> tuple[str | None, str | None, str | None]:
    """(full name, kind, division) of the organ that reports: the one that signs, else the one of
    the title, else the one that the page names elsewhere, else the portal's government.

    A signature that names no one in particular (办公室, 镇人民政府) counts for nothing, a
    department that the title names with its place (教育局, 夏河县教育局) counts by that name."""
    titled = organ_in_title(title) if title else None
    signed = _particular(as_organ(signatory)) if signatory else None
    if signed and titled and titled.endswith(signed) and not TOWN.fullmatch(signed):
        signed = titled
    name = signed or _particular(titled) or _particular(organ)
    if name is not None:
        return places.resolve(name, portal_division)
    government = places.government_of(portal_division) if portal_division else None
    return government if government is not None else (None, None, None)


def check_publisher(
    signatory: str | None,
    title: str | None,
    division: str | None,
    portal_division: str | None,
    places: Places,
) -> list[Finding]:
    """``publisher.disagrees``: signature and title name two organs, of which neither is the other's
    office, short or former name. ``publisher.elsewhere``: the publisher's ``division`` does not lie
    within the portal's."""
    titled = _particular(organ_in_title(title)) if title else None
    signed = _particular(as_organ(signatory)) if signatory else None
    findings = []
    if (
        signed
        and titled
        and signed != titled
        and not _is_same(signed, titled, portal_division, places)
    ):
        findings.append(
            make_finding(
                "publisher.disagrees",
                "publisher",
                f"The title names {titled}, but {signed} signs.",
                f"标题所称机关为“{titled}”，落款为“{signed}”。",
                expected=titled,
                found=signed,
            )
        )
    county = (portal_division or "")[:6]
    if division and county and not (division.startswith(county) or county.startswith(division)):
        findings.append(
            make_finding(
                "publisher.elsewhere",
                "publisher",
                f"The publisher belongs to division {division}, which is not in {county}, the"
                " portal's.",
                f"发布机构属于区划 {division}，不在门户网站所属区划 {county} 之内。",
                expected=county,
                found=division,
            )
        )
    return findings


def _is_same(signed: str, titled: str, portal_division: str | None, places: Places) -> bool:
    places_named, organs = zip(
        *(places.split(halve(name), portal_division) for name in (signed, titled)), strict=True
    )
    first, second = places_named
    if first and second and not (first.startswith(second) or second.startswith(first)):
        return False
    return is_same_organ(*organs)


def _particular(organ: str | None) -> str | None:
    return None if organ is None or _ANY_ORGAN.fullmatch(organ) else organ
