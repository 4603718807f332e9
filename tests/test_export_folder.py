"""A folder of an export is whole or as it was, whatever fails, fills the disk or kills it."""

from __future__ import annotations

import fcntl
import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from commands import ROOT, run
from generated import PORTAL, Crawl, make_report, open_archive, report_url

from pipelines.database.store import Store
from pipelines.export import csv_file
from pipelines.export.release import export
from pipelines.export.source import ExportError
from pipelines.export.wanted import Wanted
from pipelines.publish import publish

FEW = ("reports", "applications")


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """An archive of two reports that has never been published."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.divisions.FILES", ())
        crawl = open_archive(tmp_path_factory.mktemp("folder") / "archive")
    for year in (2020, 2021):
        crawl.save(report_url(PORTAL, year), make_report(PORTAL, year))
    crawl.end()
    return crawl


def contents(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_a_release_says_what_it_is_and_proves_itself(crawl: Crawl, tmp_path: Path) -> None:
    release = export(crawl.store.home, tmp_path, Wanted(tables=FEW))
    assert release.source.startswith("the live database of ")
    found = contents(tmp_path)
    sums = dict(
        reversed(line.split("  ")) for line in found.pop("SHA256SUMS").decode().splitlines()
    )
    assert sums == {name: hashlib.sha256(data).hexdigest() for name, data in found.items()}
    assert {"README.md", "LICENSE.txt", "CITATION.cff", "codebook.csv", "datapackage.json"} < set(
        found
    )
    readme = found["README.md"].decode()
    assert "| `reports.csv` | 2 |" in readme
    assert "虚构数据" in readme
    assert 'license: "CC-BY-4.0"' in found["CITATION.cff"].decode()


def test_a_failed_export_leaves_the_last_one_as_it_was(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(crawl.store.home, tmp_path, Wanted(tables=FEW))
    before = contents(tmp_path)

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(csv_file, "_defuse", fail)
    with pytest.raises(ExportError, match="cannot be written: No space left on device"):
        export(crawl.store.home, tmp_path, Wanted(labels="zh", tables=FEW))
    assert contents(tmp_path) == before


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file may become longer than 3,000 bytes, which fails as a full disk does, in other words;
    SQLite's pages are longer than that."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.usefixtures("full_disk")
@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet", "sqlite"])
def test_a_full_disk_is_one_sentence(crawl: Crawl, tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    with pytest.raises(ExportError, match=f"nothing was exported, for {out} cannot be written: "):
        export(crawl.store.home, out, Wanted(form))
    assert not out.exists()


def test_a_killed_export_leaves_no_half_folder(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path, Wanted(tables=FEW))
    before = contents(tmp_path)
    program = (
        "import os, sys, signal; from pathlib import Path\n"
        "from pipelines.export.release import export; from pipelines.export.wanted import Wanted\n"
        "def die(done, total):\n"
        "    if done: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"export(Path(sys.argv[1]), Path(sys.argv[2]), Wanted(labels='zh', tables={FEW!r}), die)"
    )
    arguments = [sys.executable, "-c", program, crawl.store.home, tmp_path]
    assert subprocess.run(arguments, cwd=ROOT).returncode == -signal.SIGKILL
    left = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert len(left) == 1
    assert left[0].name.startswith(".export-")
    export(crawl.store.home, tmp_path, Wanted(tables=FEW))
    assert set(contents(tmp_path)) == set(before)


def test_an_export_that_is_still_writing_is_left_alone(crawl: Crawl, tmp_path: Path) -> None:
    other = tmp_path / ".export-other"
    other.mkdir()
    lock = os.open(other, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    export(crawl.store.home, tmp_path, Wanted(tables=FEW))
    assert other.is_dir()
    os.close(lock)


def test_the_command_says_what_it_wrote_and_of_which_database(crawl: Crawl, tmp_path: Path) -> None:
    arguments = [
        "--table",
        "panel",
        "--table",
        "reports",
        "--labels",
        "zh",
        "--format",
        "csv-plain",
    ]
    result = run("export", tmp_path, "--home", crawl.store.home, *arguments)
    assert result.returncode == 0, result.stderr
    assert [line.split()[:2] for line in result.stdout.splitlines()[:2]] == [
        ["14", "rows"],
        ["2", "rows"],
    ]
    assert "From the live database of " in result.stdout
    assert (tmp_path / "panel.csv").read_text("utf-8").startswith("行政区划,名称,级别,年度,状态,")


def test_two_releases_are_never_mixed(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path, Wanted(tables=FEW))
    before = contents(tmp_path)
    with pytest.raises(ExportError, match=r"holds a release with other files \(applications.csv"):
        export(crawl.store.home, tmp_path, Wanted("xlsx", tables=FEW))
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "where",
    ["yaer = 2021", "year =", "year = 2021; DROP TABLE reports", "year = ?", "1) OR (", "'"],
)
def test_a_wrong_condition_is_one_sentence_and_writes_nothing(
    crawl: Crawl, tmp_path: Path, where: str
) -> None:
    with pytest.raises(ExportError, match="is not one on the table reports") as error:
        export(crawl.store.home, tmp_path / "out", Wanted(where=where))
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Wanted("sqlite", labels="zh"), "sqlite is a copy of the whole database"),
        (lambda: Wanted(tables=("reports", "frontier")), "there is no table frontier"),
    ],
)
def test_what_does_not_go_together_is_refused(make: Callable[[], Wanted], sentence: str) -> None:
    with pytest.raises(ExportError, match=sentence):
        make()


def test_nothing_selected_is_an_error(crawl: Crawl, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no report fulfils"):
        export(crawl.store.home, tmp_path / "out", Wanted(where="year = 1949"))
    empty = Store.open(tmp_path / "empty")
    with pytest.raises(ExportError, match="no report yet"):
        export(empty.home, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_export_only_reads(crawl: Crawl, tmp_path: Path) -> None:
    """It takes a moment of a database that a crawl is writing to, and never waits for it."""
    with crawl.store.transaction():
        crawl.store.conn.execute("UPDATE reports SET title = '尚未提交'")
        export(crawl.store.home, tmp_path, Wanted(tables=FEW))
        crawl.store.conn.execute("UPDATE reports SET title = '已提交'")
    assert "尚未提交" not in (tmp_path / "reports.csv").read_text(encoding="utf-8")


def test_whoever_downloaded_the_database_makes_every_format_of_it(
    crawl: Crawl, tmp_path: Path
) -> None:
    site, home = tmp_path / "site", tmp_path / "downloaded"
    site.mkdir()
    home.mkdir()
    crawl.store.conn.execute("VACUUM INTO ?", [str(site / "gongkai.db")])
    shutil.copyfile(publish(site, datetime(2026, 1, 2, tzinfo=UTC), keep=1), home / "gongkai.db")
    result = run("export", tmp_path / "out", "--home", home)
    assert result.returncode == 0, result.stderr
    export(site, tmp_path / "wanted")
    made, wanted = contents(tmp_path / "out"), contents(tmp_path / "wanted")
    assert set(made) == set(wanted)
    for table in (*FEW, "sections", "figures", "report_wide"):
        assert made[f"{table}.csv"] == wanted[f"{table}.csv"], table
