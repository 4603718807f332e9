"""Looks at a portal's home page and a few pages behind it, and writes its record of the registry.

A probe is a crawl of a dozen pages (``crawler.probe_walk``) whose archive is thrown away.
"""

from __future__ import annotations

import dataclasses
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from crawler.families import Page
from crawler.portal import Portal
from crawler.probe_walk import ProbeSpider, ProbeWalk
from crawler.record_text import write_record
from crawler.registry import default_registry, division_name, unlisted_portal
from crawler.robots import FORBIDDEN
from crawler.run import run_spider
from pipelines.database.file import existing_database
from pipelines.reading.places import Places

ADVICE = (
    ("blocked", "the portal lets no program in: try again on another night"),
    ("error: the name", "the address is no longer right: look for the portal's new one"),
    (
        "error: TLS",
        "if a browser opens it all the same, give its record a `tls` (docs/registry.md)",
    ),
    ("error: empty", "there is nothing to see without running its scripts"),
    ("error", "try again later, and the other of http:// and https://"),
    ("gone", "the home page is not there any more: look for the portal's new address"),
    ("soft 404", "the home page is not there any more: look for the portal's new address"),
    ("a redirect to", "the portal has moved: probe that address"),
    (FORBIDDEN, "nothing but robots.txt was asked"),
)
"""What the reason of a failed home page begins with → what it means for the record."""

MOST_TOLD = 3
"""Other hosts, and reports read, that are told of."""


@dataclass(frozen=True)
class Probe:
    """``record``: YAML to commit, below comments with the evidence; empty where the home page did
    not come. ``problem``: what is wrong, one sentence; None where all was found."""

    record: str
    problem: str | None


def run_probe(url: str, division: str | None = None) -> Probe:
    """Probe the portal with this home page; can be called once a process.

    What its record says by hand (hosts, tls, expect, note) is kept. Raises RegistryError for an
    address or a division that is none, ValueError where no contact is set (``crawler.politeness``).
    """
    found = unlisted_portal(url, division)
    if known := default_registry().by_url(found.url):
        place = division or known.division
        found = dataclasses.replace(
            known, url=found.url, family=None, columns={}, division=place, verified=None
        )
    with tempfile.TemporaryDirectory(prefix="gongkai-probe-") as folder:
        spider = run_spider(ProbeSpider, Path(folder), portals=[found])
        if spider is None or spider.walk is None:
            return Probe("", f"{found.url} could not be asked")
        with closing(sqlite3.connect(existing_database(Path(folder)))) as conn:
            return _tell(spider.walk, conn, bool(known))


def _tell(walk: ProbeWalk, conn: sqlite3.Connection, known: bool) -> Probe:
    if walk.home is None:
        lost = "home page: it could not be kept while it was looked at"
        failure = walk.left or walk.failure or lost
        return Probe("", f"{walk.portal.url}: {_with_advice(failure)}")
    portal, why = _place(walk.portal, walk.home, known)
    columns = walk.columns
    family = walk.family[0] if walk.family else None
    portal = dataclasses.replace(portal, family=family, columns=columns, synthetic=portal.loopback)
    (requests,) = conn.execute("SELECT count(*) FROM captures").fetchone()
    lines = [f"# {requests} requests", *(f"# {line}" for line in [why, *_evidence(walk, conn)])]
    problem = None
    if "reports" not in columns.values():
        problem = (
            f"{portal.url}: no column of annual reports found on {walk.asked.total()} pages; "
            "`gongkai crawl --url` looks further, and a column found by hand goes into the record"
        )
    return Probe("\n".join([*lines, write_record(portal)]), problem)


def _with_advice(reason: str) -> str:
    what = reason.removeprefix("home page: ").removeprefix("robots.txt: ")
    advice = next((advice for start, advice in ADVICE if what.startswith(start)), None)
    return f"{reason}; {advice}" if advice else reason


def _place(portal: Portal, home: Page, known: bool) -> tuple[Portal, str]:
    """The portal with its division, where that is certain, and what shows it."""
    name = _site_name(home)
    named = Places.load().resolve(name).division if name else None
    if portal.division:
        why = (
            f"division {portal.division} {portal.name}: {'by its record' if known else 'as given'}"
        )
        if named and not named.startswith(portal.division):
            why += f"; but the site calls itself {name}"
        return dataclasses.replace(portal, id=portal.division), why
    if named is None:
        why = f"division unknown ({name or 'the home page has no name'}): put its code below"
        return dataclasses.replace(portal, name=name or portal.name), why
    place = dataclasses.replace(portal, id=named, division=named, name=division_name(named))
    return place, f"division {named} {place.name}: the site calls itself {name}"


def _site_name(page: Page) -> str:
    """What a portal calls itself: its label SiteName, as the standard for government websites has
    it, or else the title."""
    for element in page.tree.iter("meta"):
        if (element.get("name") or "").lower() == "sitename" and element.get("content"):
            return str(element.get("content")).strip()
    title = next(page.tree.iter("title"), None)
    return " ".join((title.text or "").split()) if title is not None else ""


def _evidence(walk: ProbeWalk, conn: sqlite3.Connection) -> Iterator[str]:
    """What shows the family and the columns; what was read; what lies on other hosts."""
    if walk.family:
        yield "family {}: {} ({})".format(*walk.family)
    else:
        yield "no family is recognised"
    texts, units = walk.seen.columns(), walk.seen.units()
    for url, kind in walk.columns.items():
        if kind == "units":
            yield f"units {url}: {units[url]} townships and departments"
        else:
            text = f" {texts[url]}" if texts.get(url) else ""
            yield f"reports {url}{text}: {walk.reports_in[url]} reports on the pages asked"
    for title, form in conn.execute(
        "SELECT title, form FROM reports ORDER BY id LIMIT ?", [MOST_TOLD]
    ):
        yield f"read {title} (form {form})"
    for site, links in walk.elsewhere().most_common(MOST_TOLD):
        yield f"{links} links to {site} are not followed: name it in `hosts` if it is the portal's"
