"""The sample portal crawled by the command, held against its truth cell by cell; and rebuilt."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import contents, kill, query, run, start

from crawler.sample import Server, Site, Truth, World, serve
from pipelines.reading.report import APPLICANTS, RESULTS


@pytest.fixture(scope="module")
def portal() -> Iterator[Server]:
    with serve(World(seed=3)) as server:
        yield server


@pytest.fixture(scope="module")
def site(portal: Server) -> Site:
    return portal.world.sites[0]


@pytest.fixture(scope="module")
def crawled(portal: Server, site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample crawled once; the tests that use it only read."""
    home = tmp_path_factory.mktemp("crawled") / "archive"
    result = run("crawl", "--url", portal.urls[0], "--division", site.county.code, "--home", home)
    assert result.returncode == 0, result.stderr
    return home


def url(portal: Server, path: str) -> str:
    return portal.urls[0].rstrip("/") + path


def stored(home: Path, address: str) -> dict[str, Any]:
    """A report as the database has it, in the shape that ``gongkai extract`` prints."""
    ((report, *metadata),) = query(
        home,
        "SELECT r.id, r.form, r.year, r.title, p.name, r.division, r.published_at, r.source,"
        " r.signatory, r.signed_on, r.index_number, r.breadcrumb FROM reports AS r"
        " LEFT JOIN publishers AS p ON p.id = r.publisher WHERE r.url = ? AND r.current",
        (address,),
    )
    names = ("form", "year", "title", "publisher", "division", "published_at", "source")
    names += ("signatory", "signed_on", "index_number", "breadcrumb")
    found = dict(zip(names, metadata, strict=True))
    found["breadcrumb"] = json.loads(found["breadcrumb"])
    found["disclosure"] = [
        dict(zip(("item", "measure", "value", "unit", "raw"), row, strict=True))
        for row in query(
            home,
            "SELECT item, measure, value, unit, raw FROM disclosure WHERE report = ?",
            (report,),
        )
    ]
    for table, key, columns in (
        ("applications", "outcome", APPLICANTS),
        ("proceedings", "route", RESULTS),
    ):
        found[table] = [
            dict(zip((key, *columns), row, strict=True))
            for row in query(
                home,
                f"SELECT {key}, {', '.join(columns)} FROM {table} WHERE report = ?",
                (report,),
            )
        ]
    found["findings"] = sorted(
        query(home, 'SELECT "check", "where" FROM findings WHERE report = ?', (report,))
    )
    return found


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=str)


def assert_true(found: dict[str, Any], truth: Truth) -> None:
    tables = ("disclosure", "applications", "proceedings")
    for name in set(found) - {*tables, "findings"}:
        assert found[name] == truth.expected[name], (truth.path, name)
    for name in tables:
        assert in_order(found[name]) == in_order(truth.expected[name]), (truth.path, name)
    assert found["findings"] == sorted((check.check, check.where) for check in truth.checks)


def test_every_report_of_the_sample_is_stored_as_it_was_printed(
    crawled: Path, portal: Server, site: Site
) -> None:
    addresses = {row[0] for row in query(crawled, "SELECT url FROM reports")}
    assert addresses == {url(portal, path) for path in site.report_paths}
    for path, truth in site.reports.items():
        assert_true(stored(crawled, url(portal, path)), truth)


def test_every_figure_leads_to_the_cell_that_printed_it(crawled: Path) -> None:
    figures = query(
        crawled,
        'SELECT f.raw, t.cells, f."row", f."column" FROM figures AS f'
        " JOIN tables AS t ON t.id = f.table_id",
    )
    assert len(figures) == query(crawled, "SELECT count(*) FROM figures")[0][0] > 10_000
    for raw, cells, row, column in figures:
        assert json.loads(cells)[row][column] == raw


def test_no_request_was_wasted(portal: Server, site: Site, crawled: Path) -> None:
    asked = [request.target for request in portal.requests]
    needed = {*site.way, *site.report_paths}
    assert needed <= set(asked)
    assert not [path for path in asked if any(rule.search(path) for rule in site.never)]
    most = len(needed) + len(site.missing) + len(site.files) + 5
    assert len(query(crawled, "SELECT * FROM captures")) <= most


def test_a_second_crawl_adds_nothing(
    crawled: Path, portal: Server, site: Site, tmp_path: Path
) -> None:
    home = copy_of(crawled, tmp_path)
    before = contents(home)
    result = run(
        "crawl", "--url", portal.urls[0], "--division", site.county.code, "--home", home, "--json"
    )
    assert result.returncode == 0, result.stderr
    counts = json.loads(result.stdout)
    assert (counts["reports"]["new"], counts["reports"]["changed"]) == (0, 0)
    assert counts["reports"]["gone"] == 0
    # Columns that hold one report and show it are lists: they are asked again, and are unchanged.
    columns = counts["reports"]["unchanged"]
    assert columns < len(site.report_paths) / 4
    ((files,),) = query(
        home, "SELECT count(part_of) FROM captures WHERE run = (SELECT max(id) FROM runs)"
    )
    assert files <= columns
    assert counts["requests"] <= len(site.way) + columns + files + len(site.missing) + 5
    after = contents(home)
    for table in set(before) - {"runs", "captures", "reports"}:
        assert before[table] == after[table], table
    assert len(before["reports"]) == len(after["reports"])


def copy_of(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home, tmp_path / "copy"))


def test_a_rebuild_gives_the_same_rows(crawled: Path, tmp_path: Path) -> None:
    home = copy_of(crawled, tmp_path)
    (home / "gongkai.db").write_bytes(b"no database any more")
    for ending in ("-wal", "-shm"):
        (home / f"gongkai.db{ending}").unlink(missing_ok=True)
    result = run("rebuild", "--home", home)
    assert result.returncode == 0, result.stderr
    assert contents(home) == contents(crawled)


def test_a_correction_and_a_removal_are_caught_cell_by_cell(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    with serve(World(seed=11)) as server:
        site = server.world.sites[0]
        crawl = ("crawl", "--url", server.urls[0], "--division", site.county.code, "--home", home)
        assert run(*crawl).returncode == 0
        right = [path for path, truth in site.reports.items() if truth.mistake is None]
        changed, removed = right[0], right[1]
        site.correct(changed, "applications.received.total", 4321)
        site.set_state(removed, "gone")
        counts = json.loads(run(*crawl, "--full", "--json").stdout)
        assert (counts["reports"]["changed"], counts["reports"]["gone"]) == (1, 1)
        ((before, after),) = query(
            home, "SELECT before, after FROM changes WHERE field = 'received.total'"
        )
        assert int(before) != 4321  # both as printed, which may be in full-width digits
        assert int(after) == 4321
        versions = query(
            home,
            "SELECT version, current FROM reports WHERE url = ? ORDER BY version",
            (url(server, changed),),
        )
        assert versions == [(1, 0), (2, 1)]
        ((gone_at, cells),) = query(
            home,
            "SELECT gone_at, (SELECT count(*) FROM applications WHERE report = r.id)"
            " FROM reports AS r WHERE url = ?",
            (url(server, removed),),
        )
        assert gone_at is not None
        assert cells > 20
    live = contents(home)
    assert run("rebuild", "--home", home, "--jobs", "1").returncode == 0
    assert contents(home) == live


def test_a_crawl_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    draw = random.Random(20)
    with serve(World(seed=4)) as server:
        site = server.world.sites[0]
        crawl = ("crawl", "--url", server.urls[0], "--division", site.county.code, "--home", home)
        for _ in range(4):
            process = start(*crawl)
            time.sleep(2.0 + draw.random() * 2)
            kill(process)
        result = run(*crawl)
        assert result.returncode == 0, result.stderr
        for path, truth in site.reports.items():
            assert_true(stored(home, url(server, path)), truth)
    assert query(home, "SELECT count(*) FROM captures WHERE reading IS NULL") == [(0,)]
    assert query(home, "SELECT count(*) FROM reports WHERE version > 1") == [(0,)]
    addresses = query(home, "SELECT url FROM reports")
    assert len(addresses) == len(set(addresses)) == len(site.report_paths)
    live = contents(home)
    assert run("rebuild", "--home", home).returncode == 0
    assert contents(home) == live
