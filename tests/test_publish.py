"""Snapshots are whole or not there, and the site takes them up between two requests."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from datasette_process import serve
from generated import open_archive

from crawler.terminal import print_crawl
from pipelines.database.file import NoArchive
from pipelines.database.site_tables import TABLES
from pipelines.database.store import Store
from pipelines.publish import (
    FOLDER,
    PublishError,
    crawled_since_published,
    publish,
    published_at,
    published_database,
    served_database,
)

NIGHT = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with its places and no report, to be copied."""
    return open_archive(tmp_path_factory.mktemp("publish") / "archive").store.home


@pytest.fixture
def home(archive: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "archive"
    copy.mkdir()
    with closing(sqlite3.connect(archive / "gongkai.db")) as conn:
        conn.execute("VACUUM INTO ?", [str(copy / "gongkai.db")])
    return copy


def mark(home: Path, number: int) -> None:
    """One number in two tables, in one transaction: whoever sees two numbers sees two moments."""
    with Store.open(home) as store, store.transaction() as conn:
        conn.execute("DELETE FROM publishers WHERE id LIKE 'mark%'")
        conn.execute("UPDATE divisions SET name = ? WHERE code = '99'", [f"第{number}版"])
        conn.executemany(
            "INSERT INTO publishers (id, name) VALUES (?, ?)",
            [(f"mark{n}", f"第{number}版") for n in range(200)],
        )


def names(path: Path) -> list[str]:
    return sorted(entry.name for entry in path.iterdir())


def marked(path: Path) -> str:
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as conn:
        return str(conn.execute("SELECT name FROM divisions WHERE code = '99'").fetchone()[0])


def test_a_snapshot_is_one_moment_of_a_database_that_is_being_written(home: Path) -> None:
    mark(home, 1)
    with Store.open(home) as store, store.transaction() as conn:
        conn.execute("UPDATE divisions SET name = '写到一半' WHERE code = '99'")
        snapshot = publish(home, NIGHT, 7)
    assert marked(published_database(home)) == "第1版"
    assert served_database(home).resolve() == snapshot
    assert published_at(home) == NIGHT
    # Nothing beside it: no journal, no log, no temporary name.
    assert names(home / FOLDER) == ["gongkai-20261122T030000Z.db", "gongkai.db"]
    with closing(sqlite3.connect(f"file:{snapshot}?mode=ro", uri=True)) as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert conn.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0] > 0


def test_the_last_snapshots_are_kept_and_what_a_crash_left_goes(home: Path) -> None:
    folder = home / FOLDER
    folder.mkdir()
    for name in ("gongkai-20261121T030000Z.tmp", "gongkai-20261121T030000Z.tmp-journal"):
        (folder / name).write_bytes(b"half a database")
    (folder / "gongkai.db.tmp").symlink_to("nowhere")
    for day in range(5):
        publish(home, NIGHT + timedelta(days=day), keep=2)
    assert names(folder) == [
        "gongkai-20261125T030000Z.db",
        "gongkai-20261126T030000Z.db",
        "gongkai.db",
    ]


def test_an_open_snapshot_stays_readable_when_it_is_removed(home: Path) -> None:
    mark(home, 1)
    first = publish(home, NIGHT, 2)
    with closing(sqlite3.connect(f"file:{first}?immutable=1", uri=True)) as reader:
        reader.execute("SELECT 1 FROM divisions").fetchone()
        for day in range(1, 4):
            publish(home, NIGHT + timedelta(days=day), keep=2)
        assert not first.exists()
        assert reader.execute("SELECT count(DISTINCT name) FROM publishers").fetchone() == (1,)


def test_nothing_to_publish_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="no archive at"):
        publish(tmp_path, NIGHT, 7)


def test_a_full_disk_leaves_the_old_snapshot_and_nothing_else(home: Path) -> None:
    mark(home, 1)
    before = publish(home, NIGHT, 7)
    mark(home, 2)
    program = (
        "import sys\nfrom datetime import *\nfrom pathlib import Path\n"
        "from pipelines.publish import *\n"
        "try: publish(Path(sys.argv[1]), datetime(2026, 11, 23, tzinfo=UTC), 7)\n"
        "except PublishError as error: print(error)"
    )

    def full_after_100_kb() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        preexec_fn=full_after_100_kb,
        capture_output=True,
        text=True,
    )
    assert "no snapshot could be published" in done.stdout, done.stderr
    assert done.stdout.count("\n") == 1
    assert names(home / FOLDER) == [before.name, "gongkai.db"]
    assert marked(published_database(home)) == "第1版"


def test_a_folder_that_cannot_be_made_is_one_sentence(home: Path) -> None:
    (home / FOLDER).write_text("a file where the folder should be")
    with pytest.raises(PublishError, match="readers keep the one before"):
        publish(home, NIGHT, 7)


def test_a_disk_that_is_too_small_is_said_before_anything_is_copied(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = publish(home, NIGHT, 7)
    mark(home, 1)
    usage = shutil.disk_usage(home)._replace(free=1_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _: usage)
    monkeypatch.setattr("pipelines.publish._copy", lambda *_: pytest.fail("something was copied"))
    with pytest.raises(PublishError, match=r"\d+ MB are needed, 1 MB are free"):
        publish(home, NIGHT + timedelta(days=1), 7)
    assert names(home / FOLDER) == [before.name, "gongkai.db"]


def test_what_is_sorted_goes_to_the_disk_of_the_snapshot(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's folder for temporary files may be small, and memory even more so."""
    seen = []

    def look(conn: sqlite3.Connection) -> None:
        seen.append(conn.execute("PRAGMA temp_store_directory").fetchone()[0])
        seen.append(conn.execute("PRAGMA temp_store").fetchone()[0])

    monkeypatch.setattr("pipelines.publish.count_rows", look)
    publish(home, NIGHT, 7)
    in_files = 0  # as SQLite was compiled, which is in files
    assert seen == [str(home / FOLDER), in_files]
    with closing(sqlite3.connect(":memory:")) as conn:
        assert conn.execute("PRAGMA temp_store_directory").fetchone() is None


def test_publishing_says_which_step_it_is_at_and_how_far(home: Path) -> None:
    told: list[tuple[float, str]] = []
    publish(home, NIGHT, 7, lambda done, total, step="": told.append((done / total, step)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    steps = [step for _, step in told if not step.startswith("copy")]
    assert steps == ["search index documents", *(f"table {name}" for name in TABLES), "counts"]


def test_after_a_crawl_by_hand_the_command_that_publishes_is_named(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    crawled = {"requests": 1, "seconds": 1, "blocked": 0, "errors": 0}
    crawled["reports"] = dict.fromkeys(("new", "changed", "unchanged", "gone"), 0)
    print_crawl(crawled, home)
    assert f"Next: gongkai serve --home {home}" in capsys.readouterr().out
    publish(home, NIGHT, 7)
    assert not crawled_since_published(home)
    with Store.open(home) as store, store.transaction() as conn:
        conn.execute(
            "INSERT INTO runs (id, portal, started)"
            " SELECT 9, id, '2026-11-22T00:00:00Z' FROM portals LIMIT 1"
        )
        conn.execute(
            "INSERT INTO captures (portal, run, url, fetched_at, warc_file, warc_offset,"
            " warc_length, outcome) SELECT id, 9, 'http://a.example/', '2026-11-22T01:00:00Z',"
            " 'a.warc.gz', 0, 1, 'page' FROM portals LIMIT 1"
        )
    # What a night archived is of a later moment than the one its snapshot is named by.
    assert crawled_since_published(home)
    print_crawl(crawled, home)
    assert f"gongkai nightly --budget 0s --home {home}" in capsys.readouterr().out
    publish(home, NIGHT, 7)
    assert not crawled_since_published(home)


# The site


class Hammer:
    """Asks a site for pages without pause, and keeps what it saw. Every page shows numbers that
    come from more than one query."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.seen: list[set[str]] = []
        self.errors: list[str] = []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(n,)) for n in range(3)]

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.base + path) as response:
            body: bytes = response.read()
            return body

    def run(self, number: int) -> None:
        # A CSV of the whole table is streamed in many queries, page by page.
        paths = (
            "/gongkai/publishers.json?_shape=objects&_facet=name&_size=20&id__startswith=mark",
            "/gongkai/publishers.csv?_stream=1&_size=20&id__startswith=mark",
            "/gongkai/divisions/99.json?_shape=objects",
        )
        while not self.over.is_set():
            path = paths[number]
            try:
                self.seen.append(self.versions(path, self.get(path)))
            except (urllib.error.URLError, ConnectionError) as error:
                self.errors.append(f"{path}: {error}")

    def versions(self, path: str, body: bytes) -> set[str]:
        if ".csv" in path:
            return {line.split(",")[1] for line in body.decode("utf-8-sig").splitlines()[1:]}
        page: dict[str, Any] = json.loads(body)
        found = {row["name"] for row in page["rows"]}
        facets = page.get("facet_results", {})
        for facet in facets.values():
            found |= {result["value"] for result in facet.get("results", [])}
        return found


@pytest.fixture
def site(home: Path) -> Iterator[str]:
    mark(home, 0)
    base, process = serve(home)
    yield base
    process.terminate()
    process.wait()


def test_the_site_takes_up_each_snapshot_and_no_request_sees_two(home: Path, site: str) -> None:
    hammer = Hammer(site)
    shown = "/gongkai/divisions/99.json?_shape=objects"
    # Nothing has been published: the live database, with each change at once.
    assert hammer.versions(shown, hammer.get(shown)) == {"第0版"}
    publish(home, NIGHT, 2)
    mark(home, 1)
    assert hammer.versions(shown, hammer.get(shown)) == {"第0版"}
    for thread in hammer.threads:
        thread.start()
    for number in range(1, 6):
        mark(home, number)
        publish(home, NIGHT + timedelta(days=number), 2)
        # The very next request is answered from the new snapshot.
        assert hammer.versions(shown, hammer.get(shown)) == {f"第{number}版"}
    hammer.over.set()
    for thread in hammer.threads:
        thread.join()
    assert not hammer.errors
    assert len(hammer.seen) > 20
    assert all(len(versions) == 1 for versions in hammer.seen), hammer.seen
    assert len(set.union(*hammer.seen)) > 1


def test_the_site_closes_snapshots_that_nobody_reads_any_more(home: Path) -> None:
    mark(home, 0)
    base, process = serve(home)
    try:
        for day in range(4):
            publish(home, NIGHT + timedelta(days=day), 2)
            for _ in range(6):
                urllib.request.urlopen(base + "/gongkai/divisions/99.json").read()
        opened = {
            os.path.basename(os.readlink(f"/proc/{process.pid}/fd/{fd}"))
            for fd in os.listdir(f"/proc/{process.pid}/fd")
        }
        assert not [name for name in opened if "(deleted)" in name]
        assert {name for name in opened if name.startswith("gongkai-")} == {
            "gongkai-20261125T030000Z.db"
        }
    finally:
        process.terminate()
        process.wait()
