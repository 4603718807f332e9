"""WARC files of other tools: what is odd in one is a clear line, and the rest is read. All content
is synthetic."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd
from foreign_warcs import DATE, HOST, OK, arc, record, with_length, without_digests

from pipelines.archive.capture_index import capture_of
from pipelines.archive.foreign import ForeignRecord, read_foreign
from pipelines.archive.foreign_stream import is_warc
from pipelines.archive.warc import Exchange

PAGES = [
    record(f"{HOST}/{number}", OK + b"<p>page %d</p>" % number * 30, id=f"<urn:x:{number}>")
    for number in range(4)
]
WARC = b"".join(PAGES)
MEMBERS = b"".join(map(gzip.compress, PAGES))


def read(folder: Path, content: bytes, name: str = "other.warc") -> tuple[list[ForeignRecord], str]:
    path = folder / name
    path.write_bytes(content)
    said: list[str] = []
    return list(read_foreign(path, said.append, Counter())), "\n".join(said)


def wacz(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("archive/data.warc.gz", content)
        package.writestr("datapackage.json", "{}")
    return buffer.getvalue()


def packed_with_dictionary(records: list[bytes]) -> bytes:
    """As https://iipc.github.io/warc-specifications/specifications/warc-zstd/ has it: a frame with
    the dictionary, which is packed itself, then one a record."""
    words = zstd.train_dict(records * 20, 2000)
    frame = zstd.compress(words.dict_content)
    packed = (zstd.compress(one, zstd_dict=words) for one in records)
    return b"\x5d\x2a\x4d\x18" + len(frame).to_bytes(4, "little") + frame + b"".join(packed)


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(lambda: WARC, id="not packed"),
        pytest.param(lambda: MEMBERS, id="a member a record"),
        pytest.param(lambda: gzip.compress(WARC), id="one member"),
        pytest.param(lambda: zstd.compress(WARC), id="zstd"),
        pytest.param(lambda: packed_with_dictionary(PAGES), id="zstd with a dictionary"),
        pytest.param(lambda: without_digests(WARC), id="without digests"),
        pytest.param(lambda: wacz(MEMBERS), id="wacz"),
    ],
)
def test_however_records_are_packed_they_are_read(
    tmp_path: Path, packed: Callable[[], bytes]
) -> None:
    records, said = read(tmp_path, packed())
    assert said == ""
    assert [one.url for one in records] == [f"{HOST}/{number}" for number in range(4)]
    for number, one in enumerate(records):
        assert (one.id, one.date) == (f"<urn:x:{number}>", DATE)
        assert (one.head, one.body) == (OK, b"<p>page %d</p>" % number * 30)


def test_a_damaged_dictionary_is_said(tmp_path: Path) -> None:
    whole = packed_with_dictionary(PAGES)
    for damaged in (whole[:6], whole[:30], whole[:20] + bytes(40) + whole[60:]):
        records, said = read(tmp_path, damaged)
        assert records == []
        assert "other.warc: its zstd dictionary cannot be read" in said


def test_a_damaged_member_costs_one_record(tmp_path: Path) -> None:
    damaged = bytearray(MEMBERS)
    damaged[len(gzip.compress(PAGES[0])) + 60] ^= 0xFF
    records, said = read(tmp_path, bytes(damaged))
    assert [one.id for one in records] == ["<urn:x:0>", "<urn:x:2>", "<urn:x:3>"]
    assert "other.warc: bytes " in said


@pytest.mark.parametrize(
    ("by", "whole", "line"),
    [
        (-50, ["<urn:x:0>", "<urn:x:2>", "<urn:x:3>"], "has not the digest that it states"),
        (300, ["<urn:x:0>", "<urn:x:2>", "<urn:x:3>"], "takes in the record after it"),
    ],
)
def test_a_wrong_length_is_said_and_the_rest_goes_in(
    tmp_path: Path, by: int, whole: list[str], line: str
) -> None:
    records, said = read(tmp_path, with_length(WARC, 1, by))
    assert line in said
    assert f"{HOST}/1 " in said
    assert [one.id for one in records if not one.truncated] == whole


def test_a_file_that_ends_in_the_middle(tmp_path: Path) -> None:
    records, said = read(tmp_path, WARC[:-200])
    assert [one.truncated for one in records] == [None, None, None, "unspecified"]
    assert "ends after" in said


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/2 200\r\ncontent-type: text/html\r\n\r\n",
        b":status: 200\r\ncontent-type: text/html\r\n\r\n",
        b"HTTP/2 200\r\n:status: 200\r\nContent-Type: text/html\r\n\r\n",
    ],
)
def test_what_came_over_http_2_is_a_page(tmp_path: Path, head: bytes) -> None:
    plain = record(f"{HOST}/", OK + b"<p>page</p>")
    block = head + b"<p>page</p>"
    start, end = plain.index(OK), plain.index(OK) + len(OK)
    length = b"Content-Length: %d\r\n" % (len(OK) + 11)
    warc = without_digests(plain[:start] + head + plain[end:])
    warc = warc.replace(length, b"Content-Length: %d\r\n" % len(block))
    [found], said = read(tmp_path, warc)
    assert said == ""
    assert (found.head, found.body) == (head, b"<p>page</p>")
    exchange = Exchange(
        kind="response", id=1, run=1, url=found.url, response_head=head, body=found.body
    )
    row = capture_of(exchange, "portal", None)
    assert (row.outcome, row.status, row.mime) == ("page", 200, "text/html")


@pytest.mark.parametrize(
    "body",
    [b"3\r\n<p>\r\n4\r\npage\r\n0\r\n\r\n", b"<p>page"],
    ids=["kept", "undone"],
)
def test_transfer_coding_is_undone_once(tmp_path: Path, body: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    [found], _ = read(tmp_path, record(f"{HOST}/", head + body))
    assert found.body == b"<p>page"


def test_records_of_other_types_are_passed_over_and_counted(tmp_path: Path) -> None:
    others = (
        record("dns:www.example.invalid", b"192.0.2.1", "resource")
        + record(f"{HOST}/1", b"{}", "metadata")
        + record(f"{HOST}/1", b"text", "conversion")
        + record("metadata://tool/log", b"log", "resource")
    )
    path = tmp_path / "other.warc"
    path.write_bytes(others + WARC)
    said: list[str] = []
    passed_over: Counter[str] = Counter()
    assert len(list(read_foreign(path, said.append, passed_over))) == 4
    assert said == []
    assert passed_over == {
        "resource records of dns: addresses": 1,
        "resource records of metadata: addresses": 1,
        "records of the type metadata": 1,
        "records of the type conversion": 1,
    }


def test_a_record_without_a_date_is_named(tmp_path: Path) -> None:
    records, said = read(tmp_path, record(f"{HOST}/x", OK, date="yesterday") + WARC)
    assert len(records) == 4
    assert f"the response record of {HOST}/x says no date of its capture and is left out" in said


def test_arc_files_are_read(tmp_path: Path) -> None:
    content = arc(f"{HOST}/old", OK + b"<p>old")
    assert is_warc(content)
    [found], said = read(tmp_path, content, "old.arc")
    assert said == ""
    assert (found.url, found.date, found.body) == (f"{HOST}/old", "2010-01-02T03:04:05Z", b"<p>old")


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04", b"<html>", b"\x1f\x8b\x08junk", gzip.compress(b"<html>", mtime=0)],
)
def test_what_is_no_warc_is_not_taken_for_one(content: bytes) -> None:
    assert not is_warc(content)
    assert is_warc(MEMBERS)
    assert is_warc(zstd.compress(WARC))
