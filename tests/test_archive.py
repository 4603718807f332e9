"""A crawl and its archive: what is asked again, what is written twice, and what stops a crawl.
All answers are invented."""

from __future__ import annotations

import gzip
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from archive_crawl import (
    Crawl,
    captures,
    empty_archive,
    exchange_of,
    exchanges,
    home,
    warc_files,
)
from raw_server import ok, raw_server
from warcio.archiveiterator import ArchiveIterator

from pipelines.archive.capture import Capture
from pipelines.archive.capture_index import capture_of
from pipelines.archive.message import LARGEST
from pipelines.archive.warc import Exchange, Reference

__all__ = ["empty_archive", "home"]  # fixtures


def packed(body: bytes) -> bytes:
    """Without the time of day: parameters of tests must be the same in each process."""
    return gzip.compress(body, mtime=0)


PAGE = "<html><title>石坪镇</title><p>政府信息公开</p></html>".encode("gb18030")
DATE = b"Last-Modified: Tue, 06 Feb 2024 08:00:00 GMT"


def reindexed(home: Path) -> list[Capture]:
    """The rows as a rebuild makes them from the files alone."""
    rows: list[Capture] = []
    for exchange in exchanges(home):
        previous = next(
            (
                row
                for row in reversed(rows)
                if row.url == exchange.url and row.outcome in ("page", "unchanged")
            ),
            None,
        )
        rows.append(capture_of(exchange, "127.0.0.1", previous))
    return rows


def unless_known(body: bytes, *headers: bytes) -> object:
    """Answers 304 to whoever names the validator of the page."""

    def answer(request: bytes) -> bytes:
        if b'If-None-Match: "v1"' in request or b"If-Modified-Since: Tue, 06 Feb" in request:
            return b"HTTP/1.1 304 Not Modified\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n\r\n"
        return ok(body, *headers)

    return answer


def test_unchanged_pages_are_not_sent_again_and_still_read(home: Path) -> None:
    answers = {
        "etag": unless_known(PAGE, b'ETag: "v1"'),
        "date": unless_known(packed(PAGE), DATE, b"Content-Encoding: gzip"),
        "neither": ok(PAGE, b"Date: today"),
        "missing": b'HTTP/1.1 404 Not Found\r\nETag: "v1"\r\nContent-Length: 0\r\n\r\n',
    }
    with raw_server(**answers) as server:
        urls = [f"{server.url}/{name}" for name in answers]
        first = Crawl(home, urls, conditional=True)
        assert not any(b"If-" in request for request in server.requests)
        second = Crawl(home, urls, conditional=True)
        third = Crawl(home, urls, conditional=True)
    for name in ("etag", "date", "neither"):
        url = f"{server.url}/{name}"
        rows = captures(home, url)
        assert [row.outcome for row in rows] == ["page", "unchanged", "unchanged"]
        assert [row.revisits for row in rows] == [None, rows[0].id, rows[0].id]
        assert {(row.digest, row.size, row.mime, row.etag) for row in rows} == {
            (rows[0].digest, rows[0].size, "text/html", rows[0].etag)
        }
        assert [row.reading for row in rows] == [None, None, None]
        for crawl in (first, second, third):
            seen = crawl.seen[url]
            assert seen["body"] == PAGE.decode("latin-1")
            assert (seen["status"], seen["type"]) == (200, "HtmlResponse")
    assert [row.outcome for row in captures(home, f"{server.url}/missing")] == ["gone"] * 3
    assert b'If-None-Match: "v1"' in server.asked("/etag")[1]
    assert b"If-Modified-Since: Tue, 06 Feb 2024 08:00:00 GMT" in server.asked("/date")[2]
    assert not any(b"If-" in request for request in server.asked("/missing"))
    evidence = [row.evidence for row in captures(home, f"{server.url}/etag")]
    since = captures(home, f"{server.url}/etag")[0].fetched_at
    assert evidence == [None, *[f"answered 304, not modified since {since}"] * 2]
    assert captures(home) == reindexed(home)


def test_revisit_of_what_is_not_there_is_an_error() -> None:
    head = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    lost = Reference(7, "http://a.invalid/", "sha1:LOST")
    exchange = Exchange(
        kind="response", id=9, run=1, url=lost.url, response_head=head, refers_to=lost
    )
    page = Exchange(kind="response", id=5, run=1, url=lost.url, response_head=b"HTTP/1.1 200 OK")
    for previous in (None, capture_of(page, "x", None)):
        row = capture_of(exchange, "x", previous)
        assert (row.outcome, row.revisits) == ("error", None)
        assert row.evidence == (
            "refers to a capture of 2008-05-01T00:00:00.000007Z that is not in the archive"
        )


@pytest.mark.parametrize(("before", "now"), [("other", "other"), ("report", None), (None, None)])
def test_only_what_was_no_report_is_not_read_again(before: Any, now: Any) -> None:
    page = Exchange(kind="response", id=5, run=1, url="http://a.invalid/", response_head=ok(b""))
    previous = replace(capture_of(page, "x", None), reading=before)
    again = Exchange(
        kind="response",
        id=9,
        run=2,
        url=page.url,
        response_head=b"HTTP/1.1 304 Not Modified\r\n\r\n",
        refers_to=Reference(5, page.url, "sha1:SAME"),
    )
    row = capture_of(again, "x", previous)
    assert (row.outcome, row.reading) == ("unchanged", now)


@pytest.mark.parametrize(("before", "now"), [("other", "other"), ("report", None), (None, None)])
def test_a_clock_makes_no_other_page(before: Any, now: Any) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    text = "<html><body><ul><li><a href=/1.htm>{}</a></ul><p>10:20:{}</body></html>"
    rows: list[Capture] = []
    for id, title, seconds in ((5, "a notice", 1), (9, "a notice", 2), (13, "another", 2)):
        body = text.format(title, f"{seconds:02}").encode()
        page = Exchange(
            kind="response", id=id, run=id, url="http://a.invalid/", response_head=head, body=body
        )
        row = capture_of(page, "x", replace(rows[-1], reading=before) if rows else None)
        rows.append(row)
    assert [row.outcome for row in rows] == ["page"] * 3
    assert [row.reading for row in rows] == [None, now, None]


def test_full_crawl_asks_for_everything_and_stores_it_once(home: Path) -> None:
    with raw_server(etag=unless_known(PAGE, b'ETag: "v1"')) as server:
        url = f"{server.url}/etag"
        Crawl(home, [url])
        Crawl(home, [url])
        assert not any(b"If-" in request for request in server.requests)
    assert [row.evidence for row in captures(home)][1].startswith("the same bytes since")
    assert [exchange.body for exchange in exchanges(home)] == [PAGE, b""]


def test_changed_page_is_stored_whole(home: Path) -> None:
    with raw_server(page=ok(PAGE, b'ETag: "v1"')) as server:
        url = f"{server.url}/page"
        Crawl(home, [url], conditional=True)
        server.answers["/page"] = ok(PAGE * 2, b'ETag: "v2"')
        Crawl(home, [url], conditional=True)
        Crawl(home, [url], conditional=True)
    rows = captures(home)
    assert [row.outcome for row in rows] == ["page", "page", "unchanged"]
    assert rows[2].revisits == rows[1].id
    assert rows == reindexed(home)


def test_page_whose_archived_body_is_lost_is_fetched_whole(home: Path) -> None:
    with raw_server(etag=unless_known(PAGE, b'ETag: "v1"')) as server:
        url = f"{server.url}/etag"
        Crawl(home, [url], conditional=True)
        [path] = warc_files(home)
        path.rename(path.with_suffix(".moved"))
        crawl = Crawl(home, [url], conditional=True)
        assert "is asked again, its archived body cannot be read" in crawl.log
    assert crawl.seen[url]["body"] == PAGE.decode("latin-1")
    assert [row.outcome for row in captures(home)] == ["page", "unchanged", "page"]
    assert exchanges(home)[-1].body == PAGE


def test_robots_and_redirects_and_retries_are_archived(home: Path) -> None:
    answers = {
        "robots.txt": ok(b"User-agent: *\nDisallow: /secret\n"),
        "away": b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n",
        "loop": b"HTTP/1.1 302 Found\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n",
        "a": ok(PAGE),
        "secret": ok(PAGE),
        "down": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
    }
    settings = {
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.archive.ArchiveMiddleware": 950,
            "tests.archive_spider.GiveRun": 200,
        },
        "ROBOTSTXT_OBEY": True,
        "REDIRECT_ENABLED": True,
        "REDIRECT_MAX_TIMES": 3,
        "RETRY_ENABLED": True,
        "RETRY_TIMES": 1,
    }
    with raw_server(**answers) as server:
        urls = [f"{server.url}/{name}" for name in ("away", "loop", "secret", "down")]
        crawl = Crawl(home, urls, settings=settings)
        assert server.asked("/secret") == []
    found = [(row.url.removeprefix(server.url), row.outcome) for row in captures(home)]
    assert found.count(("/robots.txt", "page")) == 1
    assert found.count(("/away", "redirect")) == 1
    assert found.count(("/a", "page")) == 1
    assert found.count(("/loop", "redirect")) == 4
    assert found.count(("/down", "error")) == 2
    assert len(found) == 9
    assert captures(home, f"{server.url}/robots.txt")[0].reading == "none"
    assert crawl.seen[f"{server.url}/a"]["status"] == 200


def test_run_is_archived_from_beginning_to_end(home: Path) -> None:
    with raw_server(a=ok(PAGE)) as server:
        Crawl(home, [f"{server.url}/a"])
    [path] = warc_files(home)
    with path.open("rb") as file:
        records = [
            (r.rec_type, r.rec_headers, r.content_stream().read()) for r in ArchiveIterator(file)
        ]
    assert [kind for kind, _, _ in records] == [
        "warcinfo",
        "metadata",
        "response",
        "request",
        "metadata",
    ]
    info = records[0][2].decode()
    assert "software: gongkai/" in info
    assert "robots: ignored" in info
    assert "http-header-user-agent: " in info
    assert '"name": "虚构县(测试)"' in records[1][2].decode()
    assert '"reason": "finished"' in records[4][2].decode()
    run = captures(home)[0].run
    assert {headers["WARC-Gongkai-Run"] for _, headers, _ in records} == {str(run)}
    assert path.name.split("-")[2] == str(run)


def test_full_disk_ends_the_crawl_with_one_sentence(home: Path) -> None:
    database = max(path.stat().st_size for path in home.glob("gongkai.db*"))
    chance = random.Random(2)
    pages = {f"p{n}": ok(chance.randbytes(database // 3)) for n in range(9)}
    with raw_server(**pages) as server:
        urls = [f"{server.url}/{name}" for name in pages]
        crawl = Crawl(home, urls, largest_file=database * 2)
        assert crawl.reason == "archive not writable"
        assert len(server.requests) < len(pages)
    assert crawl.log.count("the archive cannot be written") == 1
    assert "Traceback" not in crawl.log
    stored = [seen["url"] for seen in crawl.seen.values() if "status" in seen]
    assert stored == [row.url for row in captures(home)]
    assert captures(home) == reindexed(home)
    again = Crawl(home, [])
    # The disk had no room for the line that ends a file in the manifest.
    assert again.log == "1 WARC file had not been finished; now so, with a line in the manifest\n"


def test_archive_that_cannot_be_opened_ends_the_crawl_before_it_asks(home: Path) -> None:
    (home / "warc").touch()  # a file where the folder should be: writing fails even for root
    with raw_server(a=ok(PAGE)) as server:
        crawl = Crawl(home, [f"{server.url}/a"])
        assert server.requests == []
    assert crawl.reason == "archive not writable"
    assert crawl.log.count("the archive cannot be written") == 1
    assert "Traceback" not in crawl.log


@pytest.mark.parametrize(
    ("body", "evidence"),
    [
        (packed(bytes(LARGEST + 1)), f"the compressed body grows to more than {LARGEST:,}"),
        (PAGE, "the body is not gzip, as its header says"),
        (packed(PAGE)[:-9], "the compressed body ends early"),
    ],
)
def test_body_that_does_not_decode_is_an_error_and_is_kept(
    home: Path, body: bytes, evidence: str
) -> None:
    with raw_server(page=ok(body, b"Content-Encoding: gzip")) as server:
        url = f"{server.url}/page"
        crawl = Crawl(home, [url])
    assert exchange_of(home, url).body == body
    [row] = captures(home)
    assert row.outcome == "error"
    assert row.evidence is not None
    assert row.evidence.startswith(evidence)
    assert [row] == reindexed(home)
    # It comes to the spider, which reads the outcome and not the body.
    assert crawl.seen[url]["capture"]["outcome"] == "error"
    assert crawl.log == ""
