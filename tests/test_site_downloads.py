"""What readers of the site take home: whole tables, the database, the codebook."""

from __future__ import annotations

import csv
import json
import runpy
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import quote

import pytest
from datasette_process import serve
from generated import fill, open_archive

from pipelines.export.release import export
from pipelines.export.tables import TABLES
from pipelines.export.wanted import Wanted
from pipelines.publish import publish, published_database
from pipelines.site import FOLDER, SETTINGS


@dataclass
class Site:
    base: str
    home: Path

    def open(self, path: str, method: str = "GET") -> HTTPResponse:
        response = urllib.request.urlopen(
            urllib.request.Request(self.base + quote(path, safe="/?=&"), method=method)
        )
        assert isinstance(response, HTTPResponse)
        return response

    def get(self, path: str) -> bytes:
        with self.open(path) as response:
            return response.read()

    def refused(self, path: str) -> tuple[int, str]:
        with pytest.raises(urllib.error.HTTPError) as error:
            self.get(path)
        with error.value as response:
            return response.code, response.read().decode()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A published archive with more figures than the site's queries return rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.divisions.FILES", ())
        crawl = open_archive(tmp_path_factory.mktemp("downloads") / "archive")
    for _ in fill(crawl, range(2019, 2023)):
        pass
    crawl.end()
    publish(crawl.store.home, datetime(2026, 1, 2, tzinfo=UTC), keep=1)
    base, process = serve(crawl.store.home)
    yield Site(base, crawl.store.home)
    process.terminate()
    process.wait()


@pytest.mark.parametrize(("form", "labels"), [("csv", "zh"), ("csv-plain", "en")])
def test_the_site_sends_every_table_as_the_command_writes_it(
    site: Site, tmp_path: Path, form: str, labels: str
) -> None:
    export(site.home, tmp_path, Wanted(form, "zh" if labels == "zh" else "en"))
    for table in TABLES:
        sent = site.get(f"/-/download/{form}/{table}.csv?labels={labels}")
        assert sent == (tmp_path / f"{table}.csv").read_bytes(), table
    assert site.get("/-/download/codebook.csv") == (tmp_path / "codebook.csv").read_bytes()


FILTERED = "/gongkai/figures.csv?report__gt=0"


def test_no_limit_of_the_site_cuts_a_table(site: Site) -> None:
    """Neither of ours nor of Datasette's own CSV, which has filters."""
    limit = int(SETTINGS["max_returned_rows"])
    for path in ("/-/download/csv-plain/figures.csv", "/gongkai/figures.csv", FILTERED):
        rows = list(csv.reader(site.get(path).decode().splitlines()))
        assert len(rows) == 1 + 28 * 200 > limit, path
    # Who asks for a page of a table is given one.
    assert len(site.get("/gongkai/figures.csv?_size=30").splitlines()) == 1 + 30


def test_the_database_is_sent_whole_and_by_its_own_name(site: Site) -> None:
    with site.open("/-/download/gongkai.db") as response:
        body = response.read()
    assert body == published_database(site.home).read_bytes()
    assert int(response.headers["content-length"]) == len(body)
    assert "gongkai-20260102T000000Z.db" in response.headers["content-disposition"]
    with site.open("/-/download/csv/figures.csv", method="HEAD") as response:
        assert response.read() == b""


def test_a_reader_who_goes_away_does_no_harm(site: Site) -> None:
    for _ in range(5):
        with site.open("/-/download/csv/figures.csv") as response:
            response.read(100)
    assert len(site.get("/-/download/csv/divisions.csv").splitlines()) == 10


def test_the_page_writes_the_command_for_what_is_chosen(site: Site) -> None:
    page = site.get("/-/download?lang=en&format=parquet&labels=zh&panel=1&figures=1").decode()
    command = "gongkai export out --format parquet --labels zh --table figures --table panel"
    assert f">{command}</pre>" in page
    assert "/-/download/csv/panel.csv?labels=zh" in page
    assert "5,600" in page  # figures, counted when the snapshot was made
    assert "version 2026.01.02" in page
    page = site.get("/-/download?format=sqlite").decode()
    assert ">gongkai export out --format sqlite</pre>" in page


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/-/download?lang=en&format=<b>", 400, "There is no such choice as “&lt;b&gt;”."),
        ("/-/download/csv/frontier.csv?lang=en", 404, "There is no table frontier to download."),
        ("/-/download/csv/sqlite_master.csv?lang=en", 404, "There is no table sqlite_master"),
    ],
)
def test_what_there_is_not_is_one_sentence(
    site: Site, path: str, status: int, sentence: str
) -> None:
    code, page = site.refused(path)
    assert code == status
    assert sentence in page


def test_the_csv_of_a_query_has_all_its_rows(site: Site) -> None:
    sql = "SELECT report, item, measure, value FROM figures WHERE part = :part OR :part = ''"
    assert len(site.get(f"/gongkai.csv?sql={sql}").splitlines()) == 1 + 28 * 200
    named = site.get(f"/gongkai.csv?sql={sql}&part=applications").decode().splitlines()
    assert named[0] == "report,item,measure,value"
    with closing(sqlite3.connect(published_database(site.home))) as conn:
        wanted = conn.execute("SELECT count(*) FROM figures WHERE part = 'applications'").fetchone()
        assert len(named) == 1 + wanted[0]
    with site.open(f"/gongkai.csv?sql={sql}&_dl=1", method="HEAD") as response:
        assert response.headers["content-disposition"] == 'attachment; filename="query.csv"'


def test_the_csv_of_a_saved_query_is_what_its_page_shows(site: Site) -> None:
    rows = list(
        csv.reader(site.get("/gongkai/refusal_reasons.csv?year=2019").decode().splitlines())
    )
    shown = json.loads(site.get("/gongkai/refusal_reasons.json?year=2019&_shape=arrays"))
    assert len(rows) > 1
    assert rows[1:] == [["" if v is None else str(v) for v in row] for row in shown["rows"]]


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("DELETE FROM reports", "Only SELECT statements are answered."),
        ("SELECT nothing FROM reports", "The SQL is not understood"),
        ("SELECT 1; SELECT 2", "one statement"),
        ("", "Only SELECT statements are answered."),
    ],
)
def test_a_query_that_is_none_gives_no_csv(site: Site, sql: str, sentence: str) -> None:
    code, page = site.refused(f"/gongkai.csv?lang=en&sql={sql}")
    assert code == 400
    assert sentence in page


def test_a_query_ends_in_time_before_its_first_row_and_after() -> None:
    plugin = runpy.run_path(str(FOLDER / "plugins" / "query_csv.py"))
    endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT {} FROM c"
    with closing(sqlite3.connect(":memory:")) as conn:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            next(plugin["read_csv"](conn, endless.format("count(*)"), {}, 0.05, 60.0))
        blocks = plugin["read_csv"](conn, endless.format("n"), {}, 5.0, 0.05)
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            for _ in blocks:
                pass
