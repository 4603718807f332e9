"""What others fetched or saved, taken into the archive. All content is synthetic."""

from __future__ import annotations

import gzip
import os
import shutil
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from archive_crawl import captures, empty_archive, home
from commands import contents, query, run
from foreign_warcs import HOST, OK, record

from crawler.ingest import run_ingest
from crawler.portal import Portal
from crawler.sample import World
from crawler.sample.files import file_path
from pipelines.archive.archiving import Archive
from pipelines.archive.capture import Capture, Origin, time_of
from pipelines.archive.verify import verify
from pipelines.database.backdating import find_backdated
from pipelines.database.backlog import read_backlog
from pipelines.database.rebuild import rebuild
from pipelines.database.selection import Selection
from pipelines.database.store import Store
from pipelines.reading.reader import Reader

__all__ = ["empty_archive", "home"]  # fixtures

SITE = World(seed=11, units=4).sites[0]
PLACE = SITE.county.code
SHOWN = {truth.shown: path for path, truth in reversed(SITE.reports.items())}
PAGE = SITE.page(SHOWN["page"]).body()
OTHER = PAGE.replace("依申请公开".encode(), "依申请公开（更正）".encode())
FILE_PAGE = SITE.page(SHOWN["file"]).body()
FILE_URL = file_path(SITE.portal.articles[SHOWN["file"]])
FILE = SITE.page(FILE_URL).body()
URL = f"{HOST}/info/1.htm"
PORTAL = Portal("www.example.invalid", "虚构县", f"{HOST}/", division=PLACE)
THEN = 1_557_126_489
"""2019-05-06T07:08:09Z."""
ANSWER = OK.replace(b"html", b"html; charset=utf-8")


def ingest(home: Path, *paths: Path, **options: str) -> dict[str, object]:
    return run_ingest(home, paths, division=PLACE, **options)


def assert_rebuilt(home: Path) -> None:
    assert verify(home)["problems"] == []
    live, told = contents(home), views(home)
    assert rebuild(home)["torn"] == []
    assert contents(home) == live
    assert views(home) == told


def views(home: Path) -> list[list[tuple[object, ...]]]:
    """What the views of the reports' history hold."""
    return [
        sorted(query(home, f"SELECT * FROM {view}"), key=str)
        for view in ("events", "sightings", "coverage")
    ]


def events(home: Path, url: str = URL) -> list[tuple[str, str]]:
    """What happened at an address, and the year in which it did: "then" or "now"."""
    return query(
        home,
        "SELECT event, CASE WHEN at < '2026' THEN substr(at, 1, 4) ELSE 'now' END FROM events"
        " WHERE url = ? ORDER BY at",
        (url,),
    )


def warc(folder: Path, *records: bytes, name: str = "harvest.warc.gz") -> Path:
    path = folder / name
    path.write_bytes(b"".join(map(gzip.compress, records)))
    return path


def crawl(home: Path, *bodies: bytes | None, url: str = URL) -> None:
    """The answers that a crawl gets now at a URL, one after the other; None for a page gone."""
    with Store.open(home) as store, Reader[Capture]() as reader:
        archive = Archive(store, {"software": "test"})
        run = archive.begin_run(PORTAL)
        for body in bodies:
            head = b"HTTP/1.1 404 Not Found\r\n\r\n" if body is None else ANSWER
            archive.add_answer(run, url, request_head=b"", response_head=head, body=body or b"")
            store.flush()
            read_backlog(store, reader)
        archive.finish_run(run, "finished")
        find_backdated(store, run)
        archive.close()


def test_a_warc_goes_in_with_its_own_dates_and_its_origin(home: Path, tmp_path: Path) -> None:
    style = b"HTTP/1.1 200 OK\r\nContent-Type: text/css\r\n\r\n"
    moved = b"HTTP/1.1 302 Found\r\nContent-Type: text/html\r\nLocation: /info/1.htm\r\n\r\n"
    asked = b"GET /info/1.htm HTTP/1.1\r\nHost: www.example.invalid\r\n\r\n"
    harvest = warc(
        tmp_path,
        record("dns:www.example.invalid", b"192.0.2.1", "resource"),
        record(URL, asked, "request", fields={"WARC-Concurrent-To": "<urn:x:1>"}),
        record(URL, ANSWER + PAGE, id="<urn:x:1>"),
        record(f"{HOST}/a.css", style + b"p {}"),
        record(f"{HOST}/old.htm", moved, date="2019-05-06T07:08:08Z"),
        record(
            URL,
            ANSWER,
            "revisit",
            date="2020-01-02T03:04:05.5Z",
            fields={
                "WARC-Refers-To-Target-URI": URL,
                "WARC-Refers-To-Date": "2019-05-06T07:08:09Z",
                "WARC-Profile": "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest",
            },
        ),
        record(f"{HOST}/lost.htm", ANSWER, "revisit", id="<urn:x:5>"),
    )
    result = ingest(home, harvest)
    assert result["captures"] == {"new": 3, "known": 0}
    assert result["left_out"] == {
        "resource records of dns: addresses": 1,
        "style sheets, scripts, fonts, sound and video": 1,
    }
    [problem] = result["problems"]  # type: ignore[misc]
    assert problem.startswith(
        f"harvest.warc.gz <urn:x:5>: the revisit record of {HOST}/lost.htm refers to a capture of"
    )
    rows = {(row.url, row.outcome): row for row in captures(home)}
    page = rows[URL, "page"]
    assert page.fetched_at == "2019-05-06T07:08:09.000000Z"
    assert page.origin is not None
    assert (page.origin.source, page.origin.dated_by) == ("harvest.warc.gz <urn:x:1>", "warc")
    again = rows[URL, "unchanged"]
    assert (again.revisits, again.fetched_at) == (page.id, "2020-01-02T03:04:05.500000Z")
    assert (f"{HOST}/old.htm", "redirect") in rows
    with Store.open(home) as store:
        exchange = Archive(store, {"software": "test"}).origin_of(page)
    assert (exchange.request_head, exchange.response_head) == (asked, ANSWER)
    assert exchange.body == PAGE
    assert query(home, "SELECT first_seen, last_seen, version FROM reports") == [
        (page.fetched_at, again.fetched_at, 1)
    ]
    known = ingest(home, harvest)
    assert known["captures"] == {"new": 0, "known": 3}
    live = contents(home)
    rebuild(home, selection=Selection(portal=page.portal))
    assert contents(home) == live
    assert_rebuilt(home)


@pytest.mark.parametrize("shown_now", ["the same", "another", "gone"])
def test_what_is_older_takes_its_place_in_time(home: Path, tmp_path: Path, shown_now: str) -> None:
    answers = {"the same": (PAGE, PAGE), "another": (OTHER,), "gone": (OTHER, None)}
    crawl(home, *answers[shown_now])
    newest = captures(home)[-1]
    before = query(home, "SELECT gone_at FROM reports WHERE current = 1")
    result = ingest(home, warc(tmp_path, record(URL, ANSWER + PAGE)))
    assert result["problems"] == []
    then = "2019-05-06T07:08:09.000000Z"
    versions = query(home, "SELECT version, current, first_seen FROM reports ORDER BY version")
    if shown_now == "the same":
        assert versions == [(1, 1, then)]
        assert query(home, "SELECT last_seen FROM reports") == [(newest.fetched_at,)]
    else:
        assert [row[:2] for row in versions] == [(1, 0), (2, 1)]
        assert versions[0][2] == then
        assert query(home, "SELECT count(*) > 0 FROM changes") == [(1,)]
    assert query(home, "SELECT gone_at FROM reports WHERE current = 1") == before
    later = {"the same": [], "another": ["changed"], "gone": ["changed", "gone"]}[shown_now]
    assert events(home) == [("appeared", "2019"), *((event, "now") for event in later)]
    assert ("warc", then) in query(home, "SELECT label, raw FROM dates WHERE kind = 'first seen'")
    assert_rebuilt(home)
    crawl(home, PAGE)
    assert_rebuilt(home)


def test_what_is_newer_than_a_crawl_comes_after_it(home: Path, tmp_path: Path) -> None:
    crawl(home, PAGE)
    now = time_of(captures(home)[-1].id + 1)
    ingest(home, warc(tmp_path, record(URL, ANSWER + OTHER, date=now)))
    assert [event for event, _ in events(home)] == ["appeared", "changed"]
    assert query(home, "SELECT version, first_seen FROM reports WHERE current = 1") == [(2, now)]
    crawl(home, OTHER, None)
    assert query(home, "SELECT new, changed, unchanged, gone FROM runs ORDER BY id") == [
        (1, 0, 0, 0),
        (0, 1, 0, 0),
        (0, 0, 1, 1),
    ]
    assert_rebuilt(home)


@pytest.mark.parametrize("after", ["the first night", "the second night"])
def test_somebody_else_found_it_gone_before_we_did(home: Path, tmp_path: Path, after: str) -> None:
    for answer in (PAGE, PAGE, None):
        crawl(home, answer)
    first, second, third = captures(home)
    between = time_of((first if after == "the first night" else second).id + 1)
    gone = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<h1>404</h1>"
    ingest(home, warc(tmp_path, record(URL, gone, date=between)))
    ((gone_at,),) = query(home, "SELECT gone_at FROM reports")
    told = [event for event, _ in events(home)]
    runs = query(home, "SELECT gone FROM runs ORDER BY id")
    if after == "the first night":
        assert told == ["appeared", "gone", "returned", "gone"]
        assert gone_at == third.fetched_at
        assert runs == [(0,), (0,), (1,), (1,)]
    else:
        assert told == ["appeared", "gone"]
        assert gone_at == between
        assert runs == [(0,), (0,), (0,), (1,)]
    assert_rebuilt(home)


def test_a_report_that_moved_keeps_its_place_when_the_new_address_is_read_anew(
    home: Path, tmp_path: Path
) -> None:
    new = f"{HOST}/col/1.htm"
    crawl(home, PAGE, None)
    between = time_of(captures(home)[-1].id + 1)
    crawl(home, PAGE, url=new)
    ingest(home, warc(tmp_path, record(new, ANSWER + PAGE, date=between)))
    assert [event for event, _ in events(home)] == ["appeared", "moved"]
    assert query(
        home,
        "SELECT new.first_seen, new.url FROM reports AS old"
        " JOIN reports AS new ON new.id = old.moved_to",
    ) == [(between, new)]
    assert_rebuilt(home)
    ingest(home, warc(tmp_path, record(new, ANSWER + PAGE), name="old.warc.gz"))
    # It stood there first, so that it is the other address to which it came.
    assert [event for event, _ in events(home)] == ["appeared", "gone"]
    assert_rebuilt(home)


def test_whose_dates_prove_that_a_report_was_not_there(home: Path, tmp_path: Path) -> None:
    """Absence and presence elsewhere are told by WARC records, and not by the time of a file."""
    gone = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<h1>404</h1>"
    crawl(home, PAGE)
    proved = (
        "SELECT c.origin FROM findings AS f JOIN captures AS c ON c.id = f.capture"
        " WHERE \"check\" = 'dates.backdated'"
    )
    assert query(home, proved) == []
    ingest(home, warc(tmp_path, record(URL, gone, date="2026-01-01T00:00:00Z", id="<urn:x:1>")))
    assert query(home, proved) == [("harvest.warc.gz <urn:x:1>",)]
    assert_rebuilt(home)
    saved = tmp_path / "saved.html"
    saved.write_bytes(PAGE)
    os.utime(saved, (THEN, THEN))
    ingest(home, saved)
    assert query(home, proved) == [("harvest.warc.gz <urn:x:1>",)]
    elsewhere = record(f"{HOST}/old/1.htm", ANSWER + PAGE)
    ingest(home, warc(tmp_path, elsewhere, name="elsewhere.warc.gz"))
    assert query(home, proved) == []
    assert_rebuilt(home)


def test_a_date_that_is_yet_to_come_is_said(home: Path, tmp_path: Path) -> None:
    result = ingest(home, warc(tmp_path, record(URL, ANSWER + PAGE, date="2999-01-01T00:00:00Z")))
    assert result["captures"] == {"new": 0, "known": 0}
    [problem] = result["problems"]  # type: ignore[misc]
    assert "is dated 2999-01-01T00:00:00Z, which is yet to come" in problem


def saved_folder(folder: Path) -> Path:
    """A page with its file, as a browser and a hand leave them, and what is only styling."""
    folder.mkdir()
    name = FILE_URL.rpartition("/")[2]
    beside = folder / "page_files"
    beside.mkdir()
    (beside / "style.css").write_text("p {}")
    (beside / name).write_bytes(FILE)
    page = FILE_PAGE.replace(f"../..{FILE_URL}".encode(), f"page_files/{name}".encode())
    assert page != FILE_PAGE
    (folder / "page.html").write_bytes(page)
    os.utime(folder / "page.html", (THEN, THEN))
    (folder / "app.js").write_text("1")
    return folder


@pytest.mark.parametrize("line", ["", f"<!-- saved from url=(0030){HOST}/info/2.htm -->"])
def test_a_saved_page_brings_the_files_beside_it(home: Path, tmp_path: Path, line: str) -> None:
    folder = saved_folder(tmp_path / "saved")
    page = folder / "page.html"
    page.write_bytes(line.encode() + page.read_bytes())
    os.utime(page, (THEN, THEN))
    result = ingest(home, folder)
    assert result["problems"] == []
    assert result["captures"] == {"new": 2, "known": 0}
    assert result["left_out"] == {"style sheets, scripts, fonts, sound and video": 1}
    first, part = captures(home)
    assert first.url == (f"{HOST}/info/2.htm" if line else page.resolve().as_uri())
    assert (first.fetched_at, part.part_of) == ("2019-05-06T07:08:09.000000Z", first.id)
    assert first.origin is not None
    assert (first.origin.source, first.origin.dated_by) == (str(page), "file")
    [(portal, figures)] = query(
        home,
        "SELECT r.portal, (SELECT count(*) FROM applications WHERE report = r.id)"
        " FROM reports AS r",
    )
    assert portal == ("www.example.invalid" if line else f"local-{PLACE}")
    assert figures
    assert ingest(home, folder)["captures"] == {"new": 0, "known": 2}
    assert_rebuilt(home)


def mhtml(folder: Path) -> Path:
    message = EmailMessage()
    message["Snapshot-Content-Location"] = URL
    message["Date"] = "Mon, 6 May 2019 15:08:09 +0800"
    message.make_related()
    message.add_related(PAGE, "text", "html", headers=[f"Content-Location: {URL}"])
    message.add_related(b"p {}", "text", "css", headers=[f"Content-Location: {HOST}/a.css"])
    path = folder / "page.mhtml"
    path.write_bytes(message.as_bytes())
    return path


def bundle(folder: Path) -> Path:
    """A ZIP file of documents that claims to be WACZ."""
    path = folder / "reports.wacz"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("report.html", PAGE)
    return path


@pytest.mark.parametrize(
    ("make", "dated_by", "problem"),
    [(mhtml, "mhtml", ""), (bundle, "file", "it is no WACZ file")],
)
def test_other_files_are_read_as_what_they_are(
    home: Path, tmp_path: Path, make: Callable[[Path], Path], dated_by: str, problem: str
) -> None:
    file = make(tmp_path)
    os.utime(file, (THEN, THEN))
    result = ingest(home, file)
    assert problem in " ".join(result["problems"])  # type: ignore[arg-type]
    assert bool(result["problems"]) == bool(problem)
    [row] = captures(home)
    assert row.origin is not None
    assert (row.origin.dated_by, row.fetched_at) == (dated_by, "2019-05-06T07:08:09.000000Z")
    assert query(home, "SELECT count(*) FROM reports") == [(1,)]


def test_cut_off_between_a_page_and_its_file_it_goes_on_there(home: Path, tmp_path: Path) -> None:
    folder = saved_folder(tmp_path / "saved")
    whole = tmp_path / "whole"
    shutil.copytree(home, whole)
    ingest(whole, folder)
    files = shutil.move(folder / "page_files", tmp_path / "away")
    ingest(home, folder)
    shutil.move(files, folder / "page_files")
    assert ingest(home, folder)["captures"] == {"new": 1, "known": 1}
    figures = "SELECT outcome, total FROM applications ORDER BY position"
    assert query(home, figures) == query(whole, figures) != []
    assert_rebuilt(home)


def test_a_crash_after_a_part_came_in_leaves_its_page_to_be_read(
    home: Path, tmp_path: Path
) -> None:
    folder = saved_folder(tmp_path / "saved")
    files = shutil.move(folder / "page_files", tmp_path / "away")
    ingest(home, folder)
    [page] = captures(home)
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test"})
        run = archive.begin_run(PORTAL, "ingest")
        name = FILE_URL.rpartition("/")[2]
        archive.add_ingested(
            run,
            page.url.replace("page.html", f"page_files/{name}"),
            body=(Path(files) / name).read_bytes(),
            origin=Origin("page_files", "2019-05-06T07:08:09Z", "file"),
            content_type="application/octet-stream",
            part_of=page.id,
        )
        archive.close()
    assert query(home, "SELECT count(*) FROM reports") == [(0,)]
    with Store.open(home) as store, Reader[Capture]() as reader:
        read_backlog(store, reader)
    assert query(home, "SELECT count(*) > 0 FROM applications") == [(1,)]
    assert_rebuilt(home)


def test_what_a_crash_left_unread_takes_its_place_in_time(home: Path, tmp_path: Path) -> None:
    crawl(home, OTHER)
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test"})
        run = archive.begin_run(PORTAL, "ingest")
        origin = Origin("harvest.warc.gz", "2019-05-06T07:08:09Z", "warc")
        archive.add_ingested(run, URL, body=PAGE, origin=origin, response_head=ANSWER)
        archive.close()
    with Store.open(home) as store, Reader[Capture]() as reader:
        read_backlog(store, reader)
    versions = "SELECT version, current, substr(first_seen, 1, 4) = '2019' FROM reports"
    assert query(home, f"{versions} ORDER BY version") == [(1, 0, 1), (2, 1, 0)]
    assert_rebuilt(home)


def test_the_command_says_what_went_wrong_and_takes_in_the_rest(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "good.html").write_bytes(PAGE)
    (folder / "empty.html").touch()
    (folder / "program").write_bytes(b"\x7fELF" + bytes(200))
    done = run("ingest", folder, tmp_path / "none.html", "--home", home)
    assert done.returncode == 1
    assert sorted(done.stderr.splitlines()) == [
        f"gongkai ingest: {tmp_path / 'none.html'}: No such file or directory",
        f"gongkai ingest: {folder / 'empty.html'}: the file is empty",
        f"gongkai ingest: {folder / 'program'}: the file is a program, neither HTML nor text",
    ]
    assert "2 captures, 0 known already; reports: 1 new" in done.stdout
    for wrong in (("--url", URL), ("--division", "000000")):
        refused = run("ingest", folder, *wrong, "--home", home)
        assert refused.returncode == 2
        assert len(refused.stderr.splitlines()) == 1


def test_a_folder_without_a_file_is_no_success(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "nothing"
    folder.mkdir()
    result = run("ingest", folder, "--home", home)
    assert result.returncode == 1
    said = f"gongkai ingest: {folder}: there is no file here that could be taken in\n"
    assert result.stderr == said
