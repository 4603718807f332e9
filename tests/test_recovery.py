"""What a crash leaves behind is mended at the next start, and said. All content is synthetic."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from archive_crawl import empty_archive, home, warc_files
from warcio.archiveiterator import ArchiveIterator

from crawler.registry import Portal
from pipelines.archive.archiving import Archive
from pipelines.archive.capture import Capture
from pipelines.archive.manifest import NAME
from pipelines.archive.recovery import recover
from pipelines.archive.warc import read_exchanges
from pipelines.database.store import Store

PORTAL = Portal("127.0.0.1", "虚构县(测试)", "http://127.0.0.1/")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
__all__ = ["empty_archive", "home"]  # fixtures

LOOP = Path(__file__).with_name("archive_loop.py")


def captures(store: Store) -> list[Capture]:
    ids = store.conn.execute("SELECT id FROM captures ORDER BY id").fetchall()
    return [capture for (id,) in ids if (capture := store.capture(id))]


def archive_some(store: Store, finish: bool = True, killed: bool = False) -> None:
    """A run of seven captures: five pages, the second of them twice, one failure, one gone.

    ``killed``: as if the process had died, so that its file is not finished."""
    archive = Archive(store, {"software": "test"})
    run = archive.begin_run(PORTAL)
    for name in ("a", "b", "c", "b", "d"):
        body = f"<p>{name}</p>".encode() * 50
        url = f"http://127.0.0.1/{name}"
        archive.add_answer(run, url, request_head=b"", response_head=HEAD, body=body)
    archive.add_failure(run, "http://127.0.0.1/e", "no answer within 5 s")
    gone = b"HTTP/1.1 404 Not Found\r\n\r\n"
    archive.add_answer(run, "http://127.0.0.1/f", request_head=b"", response_head=gone, body=b"")
    if finish:
        archive.finish_run(run, "finished")
    archive.close()
    if killed:
        (store.home / "warc" / NAME).unlink()


FINISHED_NOW = "1 WARC file had not been finished; now so, with a line in the manifest"


def test_sound_archive_is_left_as_it_is(home: Path) -> None:
    with Store.open(home) as store:
        archive_some(store)
        before = captures(store), warc_files(home)[0].read_bytes()
        assert recover(store) == []
        assert (captures(store), warc_files(home)[0].read_bytes()) == before


@pytest.mark.parametrize("lost", range(1, 8))
def test_captures_without_a_row_are_indexed_as_they_would_have_been(home: Path, lost: int) -> None:
    with Store.open(home) as store:
        archive_some(store)
        before = captures(store)
        runs = store.conn.execute("SELECT * FROM runs").fetchall()
        store.conn.execute(
            "DELETE FROM captures WHERE id IN (SELECT id FROM captures ORDER BY id DESC LIMIT ?)",
            [lost],
        )
        store.conn.execute("UPDATE runs SET finished = NULL, reason = NULL, requests = NULL")
        sentences = recover(store)
        assert captures(store) == before
        assert store.conn.execute("SELECT * FROM runs").fetchall() == runs
        assert sentences == [
            f"{warc_files(home)[0].name}: {lost} captures were archived but not indexed; now so"
        ]
        assert recover(store) == []


def test_lost_run_comes_back_with_its_portal(home: Path) -> None:
    with Store.open(home) as store:
        archive_some(store)
        tables = ("portals", "runs", "captures")
        before = {name: store.conn.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        for name in reversed(tables):
            store.conn.execute(f"DELETE FROM {name}")
        recover(store)
        after = {name: store.conn.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        assert after == before


def test_torn_end_is_set_aside_with_every_byte(home: Path) -> None:
    with Store.open(home) as store:
        archive_some(store, finish=False, killed=True)
        [path] = warc_files(home)
        content = path.read_bytes()
        last = captures(store)[-1]
        store.conn.execute("DELETE FROM captures WHERE id = ?", [last.id])
        torn = content[: last.warc_offset + 100]
        path.write_bytes(torn)
        sentence, finished = recover(store)
        assert finished == FINISHED_NOW
        aside = path.with_name(f"{path.name}.torn-{last.warc_offset}")
        assert f"the 100 bytes from byte {last.warc_offset} on are kept in {aside.name}" in sentence
        assert aside.read_bytes() == torn[last.warc_offset :]
        assert path.read_bytes() == torn[: last.warc_offset]
        assert recover(store) == []
        assert len(captures(store)) == 6


def test_torn_request_does_not_cost_the_response(home: Path) -> None:
    with Store.open(home) as store:
        archive_some(store, finish=False, killed=True)
        [path] = warc_files(home)
        last = captures(store)[-1]
        store.conn.execute("DELETE FROM captures WHERE id = ?", [last.id])
        path.write_bytes(path.read_bytes()[: last.warc_offset + last.warc_length + 50])
        sentences = recover(store)
        assert captures(store)[-1] == last
        assert len(sentences) == 3
        assert "50 bytes" in sentences[1]


def test_file_that_was_damaged_later_is_named_and_kept(home: Path) -> None:
    with Store.open(home) as store:
        archive_some(store, finish=False)
        [path] = warc_files(home)
        last = captures(store)[-1]
        content = bytearray(path.read_bytes())
        content[last.warc_offset + last.warc_length // 2] ^= 1
        path.write_bytes(bytes(content))
        [sentence] = recover(store)
        assert f"bytes {last.warc_offset} to " in sentence
        assert path.read_bytes() == bytes(content)
        path.write_bytes(bytes(content[: last.warc_offset]))
        [sentence] = recover(store)
        assert f"the file ends at byte {last.warc_offset}" in sentence


def test_empty_file_goes_and_the_file_of_a_running_process_stays(home: Path) -> None:
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test"})
        run = archive.begin_run(PORTAL)
        archive.add_failure(run, "http://127.0.0.1/", "no answer within 5 s")
        store.conn.execute("DELETE FROM captures")
        (home / "warc" / "gongkai-0.warc.gz").touch()
        [sentence] = recover(store)
        assert "nothing had been written" in sentence
        assert len(warc_files(home)) == 1
        assert captures(store) == []
        archive.close()
        recover(store)
        assert len(captures(store)) == 1


def test_killed_at_any_moment_nothing_is_lost_and_nothing_doubled(home: Path) -> None:
    chance = random.Random(5)
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, str(LOOP), str(home)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        process.communicate()
    with Store.open(home) as store:
        recover(store)
        assert recover(store) == []
        archived = [
            exchange
            for path in warc_files(home)
            for exchange in read_exchanges(path)
            if exchange.kind != "run"
        ]
        assert len(archived) > 100
        assert [exchange.id for exchange in archived] == [row.id for row in captures(store)]
        for exchange, row in zip(archived, captures(store), strict=True):
            assert (row.url, row.digest) == (exchange.url, exchange.digest)
            assert (row.warc_file, row.warc_offset) == (exchange.warc_file, exchange.warc_offset)
        assert {row.outcome for row in captures(store)} == {"page", "unchanged", "error"}
    for path in warc_files(home):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                record.content_stream().read()
