"""`gongkai verify` names what is not whole, with file and byte. All content is synthetic."""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from archive_crawl import empty_archive, warc_files
from commands import run

from crawler.registry import Portal
from crawler.sample import World
from pipelines.archive.archiving import Archive
from pipelines.archive.manifest import NAME, NONE_BEFORE, enter, mend, read_manifest
from pipelines.archive.verify import verify
from pipelines.database.store import Store
from pipelines.reading.extract import extract

__all__ = ["empty_archive"]  # a fixture

PORTAL = Portal("127.0.0.1", "虚构县(测试)", "http://127.0.0.1/")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
FILES = 3


@pytest.fixture(scope="module")
def whole(empty_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three WARC files of a run each: a report and two pages, then the same ones as revisits."""
    home = Path(shutil.copytree(empty_archive, tmp_path_factory.mktemp("whole") / "archive"))
    site = World(units=1).sites[0]
    report = site.page(site.report_paths[0]).body()
    for _ in range(FILES):
        with Store.open(home) as store:
            archive = Archive(store, {"software": "test"})
            run_id = archive.begin_run(PORTAL)
            for name, body in (("r", report), ("a", b"<p>a</p>" * 50), ("b", b"<p>b</p>" * 50)):
                url = f"http://127.0.0.1/{name}"
                capture = archive.add_answer(
                    run_id, url, request_head=b"", response_head=HEAD, body=body
                )
                store.flush()
                store.save_reading(capture, extract(body, content_type="text/html"), None)
            archive.add_failure(run_id, "http://127.0.0.1/e", "no answer within 5 s")
            archive.finish_run(run_id, "finished")
            archive.close()
    return home


@pytest.fixture
def home(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "archive"))


def sql(home: Path, statement: str) -> None:
    with Store.open(home) as store:
        store.conn.execute("PRAGMA foreign_keys = OFF")
        store.conn.execute(statement)


def problems(home: Path) -> list[tuple[str, int | None, str]]:
    """File, byte and kind of all problems; that each sentence names its file and byte."""
    result = verify(home)
    assert result["problem_count"] == len(result["problems"])
    for one in result["problems"]:
        assert one["message"].startswith(one["file"])
        assert "\n" not in one["message"]
    return [(one["file"], one["offset"], one["kind"]) for one in result["problems"]]


def kinds(home: Path) -> list[str]:
    return [kind for _, _, kind in problems(home)]


def row(home: Path, url: str = "http://127.0.0.1/r") -> tuple[str, int, int]:
    """The file, offset and length of the first capture of a URL."""
    with Store.open(home) as store:
        found: tuple[str, int, int] = store.conn.execute(
            "SELECT warc_file, warc_offset, warc_length FROM captures WHERE url = ? ORDER BY id",
            [url],
        ).fetchone()
    return found


def change(path: Path, edit: Callable[[bytearray], Any]) -> None:
    content = bytearray(path.read_bytes())
    edit(content)
    path.write_bytes(content)


def sealed_again(home: Path) -> None:
    """The manifest as somebody would write it who changed files and can compute hashes."""
    (home / "warc" / NAME).unlink()
    for path in warc_files(home):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        enter(home / "warc", path.name, path.stat().st_size, digest)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_whole_archive_is_proved_with_any_number_of_processes(
    home: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.archive.verify.WORTH_PROCESSES", 0)
    size = sum(path.stat().st_size for path in warc_files(home))
    told: list[tuple[int, int]] = []
    result = verify(home, jobs, lambda done, total: told.append((done, total)))
    assert (result["files"], result["captures"], result["reports"]) == (FILES, 4 * FILES, 1)
    assert result["records"] == FILES * (1 + 2 + 3 * 2 + 1)
    assert (result["bytes"], result["problems"], result["problem_count"]) == (size, [], 0)
    assert told[-1] == (size, size)
    assert result["manifest"]["lines"] == FILES
    last = (home / "warc" / NAME).read_bytes().splitlines(keepends=True)[-1]
    assert result["manifest"]["head"] == hashlib.sha256(last).hexdigest()


def test_the_command_exits_with_1_and_one_sentence_each(home: Path) -> None:
    assert run("verify", "--home", home).returncode == 0
    file, offset, length = row(home)
    change(home / "warc" / file, lambda data: data.__setitem__(offset + length // 2, 0))
    result = run("verify", "--home", home)
    assert result.returncode == 1
    assert f"{file}, byte {offset}: no whole record until byte {offset + length}" in result.stdout
    counts = json.loads(run("verify", "--home", home, "--json").stdout)
    assert set(counts) >= {"files", "records", "captures", "reports", "bytes", "seconds"}
    assert {"file", "offset", "kind", "message"} == set(counts["problems"][0])
    assert run("verify", "--home", home / "nowhere").returncode == 2


def test_any_flipped_byte_is_found(home: Path) -> None:
    """In any part of a file, whatever the manifest says."""
    path = warc_files(home)[0]
    content = path.read_bytes()
    for offset in range(0, len(content), len(content) // 25):
        change(path, lambda data, at=offset: data.__setitem__(at, data[at] ^ 0x10))  # type: ignore[misc]
        [altered, *_] = problems(home)
        assert altered == (path.name, None, "altered")
        path.write_bytes(content)


def test_a_flipped_byte_is_named_with_its_record_and_report(home: Path) -> None:
    file, offset, length = row(home)
    change(home / "warc" / file, lambda data: data.__setitem__(offset + 40, data[offset + 40] ^ 1))
    sealed_again(home)
    assert problems(home) == [
        (file, offset, "damage"),
        (file, offset, "row without record"),
        (file, offset, "report"),
    ]
    assert length > 40


def test_a_record_that_was_rewritten_has_other_digests(home: Path) -> None:
    """A forger who compresses what he changed leaves no gap and no broken checksum."""
    file, offset, length = row(home)
    path = home / "warc" / file
    record = zlib.decompress(path.read_bytes()[offset : offset + length], 31)
    forged = record.replace("年度".encode(), "季度".encode(), 1)
    assert forged != record
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    member = packer.compress(forged) + packer.flush()
    change(path, lambda data: data.__setitem__(slice(offset, offset + length), member))
    sealed_again(home)
    found = problems(home)
    assert (file, offset, "digest") in found
    assert (file, offset, "report") in found


def test_a_byte_between_two_records_is_found(home: Path) -> None:
    file, offset, _ = row(home)
    change(home / "warc" / file, lambda data: data.insert(offset, 0))
    sealed_again(home)
    found = problems(home)
    assert found[0] == (file, offset, "damage")
    # Nothing after it is where the index has it.
    assert {kind for _, _, kind in found[1:]} >= {"row without record", "record without row"}


@pytest.mark.parametrize("cut", [1, 200])
def test_a_truncated_file_is_named_with_its_end(home: Path, cut: int) -> None:
    path = warc_files(home)[-1]
    size = path.stat().st_size
    change(path, lambda data: data.__delitem__(slice(size - cut, size)))
    found = problems(home)
    assert (path.name, size - cut, "altered") in found
    assert "damage" in {kind for _, _, kind in found}


def test_a_missing_file_is_named_once_with_what_it_held(home: Path) -> None:
    path = warc_files(home)[1]
    path.unlink()
    result = verify(home)
    first = result["problems"][0]
    assert (first["file"], first["offset"], first["kind"]) == (path.name, None, "missing")
    assert "4 captures" in first["message"]
    assert [one["kind"] for one in result["problems"][1:]] == ["run"]


def test_rows_and_records_are_held_against_each_other(home: Path) -> None:
    file, offset, _ = row(home, "http://127.0.0.1/b")
    where = f"warc_file = '{file}' AND warc_offset = {offset}"
    with Store.open(home) as store:
        columns = [name for _, name, *_ in store.conn.execute("PRAGMA table_info(captures)")]
    copied = ", ".join(
        {"id": "id + 1", "warc_offset": "warc_offset + 7"}.get(name, name) for name in columns
    )
    sql(home, f"INSERT INTO captures SELECT {copied} FROM captures WHERE {where}")
    assert problems(home) == [(file, offset + 7, "row without record")]
    sql(home, f"DELETE FROM captures WHERE warc_file = '{file}' AND warc_offset = {offset + 7}")
    sql(home, f"UPDATE captures SET warc_length = warc_length + 1 WHERE {where}")
    assert problems(home) == [(file, offset, "row differs")]
    sql(home, f"UPDATE captures SET warc_length = warc_length - 1 WHERE {where}")
    assert problems(home) == []
    sql(home, f"DELETE FROM captures WHERE {where}")
    # The rows of both revisits lead nowhere now.
    found = problems(home)
    assert found[0] == (file, offset, "record without row")
    assert [kind for _, _, kind in found[1:]] == ["revisit", "revisit"]


def test_runs_and_reports_without_records_are_named(home: Path) -> None:
    sql(home, "INSERT INTO runs (id, portal, started) VALUES (5, '127.0.0.1', 'x')")
    sql(home, "UPDATE reports SET capture = 5")
    assert kinds(home) == ["run", "report"]


def test_no_database_and_a_damaged_one_are_one_problem(home: Path) -> None:
    database = home / "gongkai.db"
    change(database, lambda data: data.__setitem__(slice(0, 100), b"x" * 100))
    assert kinds(home) == ["database"]
    database.unlink()
    assert kinds(home) == ["database"]
    assert verify(home)["captures"] == 4 * FILES


def test_what_is_being_written_is_no_problem(home: Path) -> None:
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test"})
        run_id = archive.begin_run(PORTAL)
        for name in ("x", "y"):
            archive.add_failure(run_id, f"http://127.0.0.1/{name}", "no answer within 5 s")
        [new] = [path for path in warc_files(home) if path.name not in manifest(home)]
        with new.open("ab") as file:
            file.write(b"\x1f\x8b\x08 half a record")
        assert problems(home) == []
        store.flush()
        assert problems(home) == []
        change(new, lambda data: data.__setitem__(slice(900, 901), b"?"))
        assert "damage" in kinds(home)
        archive.close()


# The manifest


def manifest(home: Path) -> list[str]:
    return list(read_manifest(home / "warc").lines)


def test_the_manifest_is_a_chain_of_all_files(home: Path) -> None:
    lines = (home / "warc" / NAME).read_bytes().splitlines(keepends=True)
    assert manifest(home) == [path.name for path in warc_files(home)]
    previous = NONE_BEFORE
    for line, path in zip(lines, warc_files(home), strict=True):
        values = json.loads(line)
        assert values["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert values["previous"] == previous
        previous = hashlib.sha256(line).hexdigest()


def test_a_line_that_was_changed_or_removed_breaks_the_chain(home: Path) -> None:
    path = home / "warc" / NAME
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0].replace(b'"size": ', b'"size": 1') + lines[1] + lines[2])
    assert (NAME, len(lines[0]) + 1, "manifest") in problems(home)
    path.write_bytes(lines[0] + lines[2])
    assert (NAME, len(lines[0]), "manifest") in problems(home)
    path.write_bytes(lines[0] + b"nonsense\n" + lines[1] + lines[2])
    found = [offset for file, offset, _ in problems(home) if file == NAME]
    assert found == [len(lines[0]), len(lines[0]) + 9]
    # What is cut off at the end breaks no chain, but leaves a file without its line.
    path.write_bytes(lines[0] + lines[1])
    assert problems(home) == [(warc_files(home)[2].name, None, "manifest")]


def test_a_torn_line_is_set_aside_before_the_next(tmp_path: Path) -> None:
    enter(tmp_path, "a.warc.gz", 1, "0" * 64)
    path = tmp_path / NAME
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"file": "b.wa')
    [sentence] = mend(tmp_path)
    assert f"the 14 bytes from byte {len(whole)} on are kept in" in sentence
    assert (tmp_path / f"{NAME}.torn-{len(whole)}").read_bytes() == b'{"file": "b.wa'
    assert mend(tmp_path) == []
    path.write_bytes(whole + b'{"file": "b.wa')
    enter(tmp_path, "b.warc.gz", 2, "1" * 64)
    read = read_manifest(tmp_path)
    assert (list(read.lines), read.broken) == (["a.warc.gz", "b.warc.gz"], [])
