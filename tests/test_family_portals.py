"""The sample's county as each family would publish it: found whole, read right, asked little."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ROOT, contents, query, run
from test_crawl import assert_true, stored
from walking import HOME, begin, open_store, walk_all

from crawler.families import FAMILIES, Page, recognise
from crawler.registry import Portal
from crawler.sample import Server, Site, World, serve
from crawler.sample.world import FAMILIES as SAMPLES

OTHERS = [name for name in SAMPLES if name != "vsb"]
CODE = "990121"
CRAWL = (
    "import json, sys; from pathlib import Path; from crawler.run import run_crawl;"
    "from crawler.registry import unlisted_portal as portal;"
    f"portals = [portal(url, '{CODE}') for url in sys.argv[2:]];"
    "print(json.dumps(run_crawl(Path(sys.argv[1]), portals, quiet=True)))"
)


def test_each_family_has_a_sample() -> None:
    assert set(SAMPLES) == set(FAMILIES)


@pytest.mark.parametrize("family", OTHERS)
def test_a_portal_is_walked_to_all_its_reports(home: Path, family: str) -> None:
    """From its home page alone: nobody says which family it is."""
    site = World(seed=2, units=11, families=[family]).sites[0]
    portal = Portal(CODE, site.county.name, HOME, division=CODE, synthetic=True)

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        page = site.page(path)
        return page.status, {"Content-Type": page.content_type}, page.body()

    with open_store(home, portal) as store:
        asked = walk_all(begin(store, portal), answer)
    assert set(site.report_paths) <= set(asked)
    assert set(site.way) <= set(asked)
    assert len(asked) == len(set(asked)) <= 1.1 * site.needed
    assert not [path for path in asked if any(rule.search(path) for rule in site.never)]


@pytest.mark.parametrize("family", SAMPLES)
def test_a_home_page_shows_its_family(family: str) -> None:
    home = World(units=5, families=[family]).sites[0].page("/")
    found, evidence = recognise(Page(HOME, home.body(), home.content_type))
    assert found.name == family
    assert evidence


def test_the_samples_have_their_traps() -> None:
    sites = {name: World(units=11, families=[name]).sites[0] for name in OTHERS}

    def source(family: str, path: str) -> str:
        return sites[family].page(path).body().decode()

    stale = {"more": False, "fewer": False}
    for column in sites["trs"].portal.columns.values():
        pages = -(-len(column.listed) // column.per_page)
        if match := re.search(
            r"^<script>createPageHTML\((\d+), 0", source("trs", column.url), re.M
        ):
            stale["more"] |= int(match[1]) > pages
            stale["fewer"] |= int(match[1]) < pages
    assert all(stale.values())
    assert "_wap.html" in source("trs", "/")
    reports = next(c for c in sites["jcms"].portal.columns.values() if c.name == "政府信息公开年报")
    assert "<record><![CDATA[<li><a href=" in source("jcms", reports.url)
    assert "/module/xxgk/xxgkAnnualReport.jsp?" in " ".join(sites["jcms"].report_paths)
    jpaas = sites["jpaas"].report_paths
    assert any(re.match(r"/art/\d{4}/\d+/\d+/art_\d+_\d+\.html", path) for path in jpaas)
    assert any("/2026n/art/2026/" in path for path in jpaas)  # the reports of 2025
    shells = [name for name in ("jpaas", "ucap", "longxun", "generic") if _has_shell(sites[name])]
    assert shells == ["jpaas", "ucap", "longxun", "generic"]


def _has_shell(site: Site) -> bool:
    """Whether some list of reports has no rows in its own page."""
    return any(
        column.url not in site.report_paths
        and not any(row.url in site.page(column.url).body().decode() for row in column.listed)
        for column in site.portal.columns.values()
        if any(row.report for row in column.listed)
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The same county in all families but the sample's own, which others tests crawl."""
    world = World()
    world.sites = [World(units=5, families=[family]).sites[0] for family in OTHERS]
    with serve(world) as server:
        yield server


@pytest.fixture(scope="module")
def crawled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("families") / "archive"
    crawl(home, server)
    return home


def crawl(home: Path, server: Server) -> dict[str, int]:
    command = [sys.executable, "-c", CRAWL, str(home), *server.urls]
    result = subprocess.run(command, check=True, capture_output=True, timeout=300, cwd=ROOT)
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


@pytest.mark.parametrize("number", range(len(OTHERS)), ids=OTHERS)
def test_reports_are_stored_as_they_were_printed(
    server: Server, crawled: Path, number: int
) -> None:
    site, url = server.world.sites[number], server.urls[number].rstrip("/")
    found = query(crawled, "SELECT url FROM reports WHERE portal = ?", (url.split("//")[1],))
    assert {row[0] for row in found} == {url + path for path in site.report_paths}
    for path, truth in site.reports.items():
        assert_true(stored(crawled, url + path), truth)


def test_the_second_night_asks_the_lists_and_a_rebuild_gives_the_same(
    server: Server, crawled: Path
) -> None:
    before = len(server.requests)
    counts = crawl(crawled, server)
    assert counts["reports"]["new"] == counts["reports"]["changed"] == 0
    asked = [request.target for request in server.requests[before:]]
    lists = sum(_lists(site) for site in server.world.sites)
    assert len(asked) <= 1.15 * lists
    stored_before = contents(crawled)
    assert run("rebuild", "--home", crawled).returncode == 0
    assert contents(crawled) == stored_before


def _lists(site: Site) -> int:
    """Requests for lists, for columns that are a report, and for robots.txt."""
    articles = sum(article.column.is_article for article in site.portal.reports())
    return site.needed - len(site.report_paths) + articles + 1
