"""A night without anybody looking on: what it does, what it says, whom it tells, and that it can be
cut off at any moment. The portal is the sample; all its content is synthetic."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from commands import ROOT, contents, query, run

from crawler.night_crawl import count_processes
from crawler.night_lock import night_lock
from crawler.night_report import FOLDER, last_nights
from crawler.nightly import Night
from crawler.sample import Server, World, serve
from pipelines.archive.capture import Capture
from pipelines.archive.recovery import recover
from pipelines.database.backlog import read_backlog
from pipelines.database.portal_alarms import PATIENCE, portal_alarms
from pipelines.database.store import Store
from pipelines.publish import published_at, published_database
from pipelines.reading.reader import Reader

DRIVER = Path(__file__).with_name("night_of_sample.py")


@pytest.fixture(scope="module")
def portal() -> Iterator[Server]:
    with serve(World(seed=3)) as server:
        yield server


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GONGKAI_CONTACT", "nobody@example.invalid")
    for name in ("GONGKAI_WEBHOOK", "GONGKAI_MAIL_COMMAND"):
        monkeypatch.delenv(name, raising=False)


def command(portal: Server | None, home: Path, *options: str, **order: Any) -> list[str]:
    crawl = []
    if portal is not None:
        county = portal.world.sites[0].county.code
        crawl = ["--url", portal.urls[0], "--division", county]
        crawl += order.pop("full", "").split()
    order_text = json.dumps({"crawl": crawl, **order})
    return [sys.executable, str(DRIVER), order_text, "--home", str(home), *options]


def begin(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        arguments,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ['PYTHONPATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def night(*arguments: Any, **order: Any) -> tuple[int, str]:
    """Run one night to its end: its exit code and all it said."""
    process = begin(command(*arguments, **order))
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in err, err
    return process.returncode, out + err


@pytest.fixture(scope="module")
def first(portal: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive after its first night, which found all there is. Only to be read."""
    home = tmp_path_factory.mktemp("nights") / "archive"
    os.environ["GONGKAI_CONTACT"] = "nobody@example.invalid"
    code, said = night(portal, home, "--budget", "5m")
    assert code == 0, said
    return home


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(first, tmp_path / "archive", symlinks=True))


def report_of(home: Path) -> tuple[dict[str, Any], str]:
    """The last night's report, as JSON and as Markdown."""
    [last] = last_nights(home, 1)
    return last, sorted((home / FOLDER).glob("*.md"))[-1].read_text("utf-8")


def test_a_first_night_archives_publishes_and_says_so(first: Path, portal: Server) -> None:
    said, text = report_of(first)
    site = portal.world.sites[0]
    assert said["totals"]["new"] == len(site.report_paths) > 50
    assert said["totals"]["bytes"] > 500_000
    assert said["alarms"] == []
    assert "**Nothing to do.**" in text
    assert f"| {site.county.name} (" in text
    assert "cut off" not in text
    rows = "SELECT count(*) FROM reports"
    assert query(published_database(first).parent, rows) == query(first, rows)
    assert not (first / "nightly.lock").read_text()


def test_two_processes_bring_what_one_does(first: Path, portal: Server, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    before = {path: portal.counts()[path] for path in portal.world.sites[0].report_paths}
    code, said = night(portal, home, processes=2)
    assert code == 0, said
    asked = {path: portal.counts()[path] - count for path, count in before.items()}
    assert set(asked.values()) == {1}
    last, _ = report_of(home)
    assert last["alarms"] == []
    assert last["totals"]["requests"] == report_of(first)[0]["totals"]["requests"]
    rows = "SELECT url, year, form, title, publisher, fingerprint FROM reports ORDER BY url"
    assert query(home, rows) == query(first, rows)


def test_how_many_processes_crawl(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    assert count_processes([]) == 2
    assert count_processes(["623027"]) == 1
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert count_processes([]) == 1


def test_a_second_night_finds_nothing_new_and_keeps_what_it_is_told_to(
    home: Path, portal: Server
) -> None:
    code, said = night(portal, home, "--keep", "2")
    assert code == 0, said
    last, text = report_of(home)
    assert (last["totals"]["new"], last["totals"]["changed"], last["totals"]["gone"]) == (0, 0, 0)
    # The same reader: each report was checked when it was read.
    assert "checked again" not in text
    assert last["findings"]
    code, said = night(None, home, "--keep", "2", "--budget", "0s")
    assert code == 0, said
    assert report_of(home)[0]["totals"]["requests"] == 0
    assert len(list(home.glob("published/gongkai-*.db"))) == 2
    assert len(list((home / FOLDER).iterdir())) == 4
    status = json.loads(run("status", "--home", home, "--json").stdout)
    assert [one["requests"] > 0 for one in status["nights"]] == [False, True]
    assert status["published"] == published_at(home).isoformat()  # type: ignore[union-attr]
    shown = run("status", "--home", home).stdout
    assert "Last nights" in shown
    assert "Readers see the snapshot of" in shown


def test_a_change_and_a_removal_are_in_the_report(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    with serve(World(seed=11)) as server:
        site = server.world.sites[0]
        assert night(server, home)[0] == 0
        right = [path for path, truth in site.reports.items() if truth.mistake is None]
        titles = [site.reports[path].expected["title"] for path in right[:2]]
        site.correct(right[0], "applications.received.total", 4321)
        site.set_state(right[1], "gone")
        code, said = night(server, home, full="--full")
    last, text = report_of(home)
    assert [one["title"] for one in last["changed"]] == titles[:1]
    assert [one["title"] for one in last["gone"]] == titles[1:]
    assert str(titles[1]) in text
    # One report fewer than the night before: somebody is to see whether that is so.
    assert code == 1, said
    assert "stood after the last good run" in last["alarms"][0]["message"]


# One night at a time


def test_a_second_start_says_who_is_at_work(home: Path) -> None:
    before = sorted((home / FOLDER).iterdir())
    with night_lock(home, "2026-11-22T03:00:00Z"):
        result = run("nightly", "--home", home, "--budget", "0s")
    assert result.returncode == 2
    assert f"process {os.getpid()} on " in result.stderr
    assert "since 2026-11-22T03:00:00Z" in result.stderr
    assert result.stderr.count("\n") == 1
    assert sorted((home / FOLDER).iterdir()) == before


# Cut off


def test_a_night_that_is_killed_while_it_crawls_is_continued(
    portal: Server, tmp_path: Path
) -> None:
    home = tmp_path / "archive"
    process = begin(command(portal, home))
    deadline = time.monotonic() + 60
    while not list(home.glob("warc/*.warc.gz")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(1)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (home / FOLDER).exists()
    code, said = night(portal, home)
    assert code == 0, said
    assert "was cut off; this one goes on from there" in report_of(home)[1]
    [(count,)] = query(home, "SELECT count(*) FROM reports")
    assert count == len(portal.world.sites[0].report_paths)


STAGES = (
    "crawler.nightly.publish",
    "pipelines.publish.sync",  # a whole copy under another name
    "pipelines.publish._point_to",  # the snapshot has its name, the link is the old one
    "pipelines.publish._prune",  # readers have the new one
    "crawler.nightly.write_report",
)


def test_nights_that_are_killed_anywhere_leave_a_whole_snapshot(home: Path) -> None:
    before = report_of(home)[0]
    for stage in STAGES:
        code, said = night(None, home, "--budget", "0s", killed_at=stage)
        assert code == -signal.SIGKILL, (stage, said)
        served = query(published_database(home).parent, "SELECT count(*) FROM reports")
        assert served == query(home, "SELECT count(*) FROM reports"), stage
        assert report_of(home)[0] == before
    code, said = night(None, home, "--budget", "0s")
    assert code == 0, said
    assert not list(home.glob("published/*.tmp*"))
    assert published_database(home).resolve().name == report_of(home)[0]["snapshot"]


def test_checks_that_are_cut_off_are_run_again(home: Path) -> None:
    # Another reader than the night before: all reports are checked again.
    for path in (home / FOLDER).glob("*.json"):
        path.write_text(path.read_text("utf-8").replace('"reader": "', '"reader": "x'), "utf-8")
    findings = report_of(home)[0]["findings"]
    night(None, home, "--budget", "0s", killed_at="crawler.nightly.recheck")
    code, said = night(None, home, "--budget", "0s")
    assert code == 0, said
    last, text = report_of(home)
    assert "checked again: the reader is new" in text
    assert last["findings"] == findings


def test_a_night_that_is_told_to_end_ends_in_good_order(portal: Server, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    process = begin(command(portal, home))
    deadline = time.monotonic() + 60
    while not list(home.glob("warc/*.warc.gz")):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.terminate()
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    last, text = report_of(home)
    assert "was told to end" in text
    assert last["snapshot"] is None
    assert query(home, "SELECT count(*) FROM runs WHERE finished IS NULL") == [(0,)]


OUT_OF_TIME_AFTER_40 = """
from crawler.cli import main
from crawler.spiders.portal import PortalSpider
answers = lambda spider: spider.crawler.stats.get_value("response_received_count", 0)
PortalSpider.time_is_up = property(lambda spider: answers(spider) >= 40)
main()
"""


def test_a_crawl_that_is_out_of_time_is_gone_on_with(portal: Server, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    crawl = ("crawl", "--url", portal.urls[0], "--division", "990121", "--home", str(home))
    cut = subprocess.run(
        [sys.executable, "-c", OUT_OF_TIME_AFTER_40, *crawl], capture_output=True, text=True
    )
    # What was not reached is no problem of the portal.
    assert "limit of time" not in cut.stderr
    [(reason, first)] = query(home, "SELECT reason, requests FROM runs")
    assert reason == "limit of time"
    assert 40 <= first < 60
    run(*crawl, "--budget", "5m")
    [(reason, second)] = query(
        home, "SELECT reason, requests FROM runs WHERE id > (SELECT min(id) FROM runs)"
    )
    assert reason == "finished"
    assert query(home, "SELECT count(*) FROM captures WHERE reading IS NULL") == [(0,)]
    [(pages,)] = query(home, "SELECT count(DISTINCT url) FROM captures")
    # The home page and robots.txt are asked by both.
    assert first + second <= pages + 5
    [(reports,)] = query(home, "SELECT count(*) FROM reports")
    assert reports == len(portal.world.sites[0].report_paths)


def test_no_time_is_no_crawl(portal: Server, tmp_path: Path) -> None:
    crawl = ("crawl", "--url", portal.urls[0], "--home", tmp_path, "--budget", "0s", "--json")
    result = run(*crawl)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["requests"] == 0


@pytest.mark.parametrize("time_given", ["6", "6 hours", "-1h", ""])
def test_a_time_that_is_none_is_refused(time_given: str, tmp_path: Path) -> None:
    result = run("nightly", "--budget", time_given, "--home", tmp_path)
    assert result.returncode == 2
    assert "write 6h, 90m or 30s" in result.stderr


# Backup


def test_an_archive_is_restored_from_its_warc_files_and_an_older_snapshot(
    home: Path, portal: Server, tmp_path: Path
) -> None:
    # What was archived after the snapshot was made is in the WARC files alone.
    run("crawl", "--url", portal.urls[0], "--division", "990121", "--full", "--home", home)
    restored = tmp_path / "restored"
    shutil.copytree(home / "warc", restored / "warc")
    shutil.copy(published_database(home), restored / "gongkai.db")
    (restored / "gongkai.db").chmod(0o644)
    assert contents(restored) != contents(home)
    with Store.open(restored) as store, Reader[Capture]() as reader:
        recover(store)
        read_backlog(store, reader)
    assert contents(restored) == contents(home)


# Who must act


class Hook(HTTPServer):
    """A chat service that keeps what is posted to it."""

    def __init__(self) -> None:
        self.posted: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), HookHandler)


class HookHandler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.server.posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    server = Hook()
    monkeypatch.setenv("GONGKAI_WEBHOOK", f"http://127.0.0.1:{server.server_port}/alarm")
    threading.Thread(target=server.serve_forever).start()
    yield server
    server.shutdown()
    server.server_close()


def spoil_publishing(home: Path) -> None:
    shutil.rmtree(home / "published")
    (home / "published").write_text("a file where the folder should be")


def test_an_alarm_is_delivered_by_webhook_and_by_mail(
    home: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail = home / "mail.txt"
    monkeypatch.setenv("GONGKAI_MAIL_COMMAND", f"tee '{mail}'")
    code, said = night(None, home, "--budget", "0s")
    assert (code, hook.posted) == (0, []), said
    assert not mail.exists()
    spoil_publishing(home)
    code, said = night(None, home, "--budget", "0s")
    assert code == 1
    [posted] = hook.posted
    assert "no snapshot could be published" in posted["text"]
    assert posted["alarms"] == report_of(home)[0]["alarms"]
    assert mail.read_text("utf-8") == report_of(home)[1]
    assert "**Somebody has to act:**" in mail.read_text("utf-8")
    assert "To do: no snapshot could be published" in said


def test_an_alarm_that_cannot_be_delivered_is_one_more(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGKAI_WEBHOOK", "http://127.0.0.1:1/")
    monkeypatch.setenv("GONGKAI_MAIL_COMMAND", "sh -c 'echo no such user >&2; exit 67'")
    spoil_publishing(home)
    code, said = night(None, home, "--budget", "0s")
    assert code == 1
    _, text = report_of(home)
    assert "could not be delivered by GONGKAI_WEBHOOK: " in text
    assert "could not be delivered by GONGKAI_MAIL_COMMAND: exit code 67: no such user" in text
    assert said.count("could not be delivered") == 2


def test_a_crawl_that_cannot_be_done_is_an_alarm_and_the_rest_is_done(home: Path) -> None:
    code, said = night(None, home)  # nothing to crawl is named
    assert code == 1
    last, _ = report_of(home)
    [alarm] = last["alarms"]
    assert alarm["message"].startswith("a crawl ended before it was done (exit code 2): Error: ")
    assert last["snapshot"] == published_database(home).resolve().name
    assert said.count("To do: ") == 1


def test_a_disk_that_is_nearly_full_is_an_alarm(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(home)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=1_500_000_000))
    last = Night(home, 2)
    last.run([], 0)
    [alarm] = last.result["alarms"]
    assert "the disk is nearly full: 1.5 GB free, 2.0 GB are needed" in alarm["message"]


def test_an_archive_that_cannot_be_written_to_is_an_alarm(tmp_path: Path, hook: Hook) -> None:
    (tmp_path / "file").write_text("no folder")
    result = run("nightly", "--home", tmp_path / "file" / "archive", "--budget", "0s")
    assert result.returncode == 1
    assert "the archive cannot be used" in result.stdout
    assert "Traceback" not in result.stderr
    assert "the archive cannot be used" in hook.posted[0]["text"]


def test_no_archive_at_all_is_an_alarm_and_makes_none(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    result = run("nightly", "--home", home, "--budget", "0s")
    assert result.returncode == 1
    assert "there is no archive at" in result.stdout
    assert not (home / "gongkai.db").exists()


def test_a_damaged_database_is_made_anew_and_an_alarm(home: Path) -> None:
    before = contents(home)
    # In the middle, where only reading all of it finds the damage.
    with (home / "gongkai.db").open("r+b") as file:
        file.seek(200 * 4096)
        file.write(b"no database any more" * 1000)
    code, said = night(None, home, "--budget", "0s")
    assert code == 1
    assert "the database is damaged (" in said
    assert "it was made anew from 1 WARC files: " in said
    assert contents(home) == before
    assert report_of(home)[0]["snapshot"] == published_database(home).resolve().name


def test_a_deleted_database_is_made_anew_without_an_alarm(home: Path) -> None:
    before = contents(home)
    for path in home.glob("gongkai.db*"):
        path.unlink()
    code, said = night(None, home, "--budget", "0s")
    assert code == 0, said
    last, text = report_of(home)
    assert "- The database is missing; it was made anew from 1 WARC files: " in text
    assert f"head {last['manifest']['head']}." in text
    assert contents(home) == before


# Portals


def portal_state(reason: str, *alarms: str) -> list[dict[str, Any]]:
    return [{"portal": "990701", "name": "虚构县", "reason": reason, "alarms": list(alarms)}]


def nights_of(*states: list[dict[str, Any]]) -> list[bool]:
    """Whether somebody is told, night after night."""
    told, before = [], {}
    for state in states:
        found = portal_alarms(state, before, {"990701"})
        before = {one["portal"]: one for one in found}
        told.append(any(one["act"] for one in found))
    return told


def test_a_portal_that_fails_is_told_of_once_when_it_has_lasted() -> None:
    dead = portal_state("5 failures in a row", "5 failures in a row")
    well = portal_state("finished")
    assert nights_of(*[dead] * (PATIENCE + 3)) == [False] * (PATIENCE - 1) + [True] + [False] * 3
    assert nights_of(dead, dead, well, dead, dead) == [False] * 5
    assert nights_of(dead, dead, dead, well, dead, dead, dead)[-1]


def test_missing_reports_are_told_of_at_once_and_once() -> None:
    fewer = portal_state("finished", "3 reports stand, its record expects at least 20")
    assert nights_of(fewer, fewer, portal_state("finished"), fewer) == [True, False, False, True]


def test_a_portal_that_was_not_crawled_is_no_news() -> None:
    dead = portal_state("5 failures in a row", "5 failures in a row")
    before = {"990701": {"failed": PATIENCE - 1, "missing": False}}
    [one] = portal_alarms(dead, before, set())
    assert (one["act"], one["failed"]) == (False, PATIENCE - 1)
    assert portal_alarms([], before, set()) == []
