"""WARC files: what is written comes back, and what is broken is named. All content is synthetic."""

from __future__ import annotations

import fcntl
import gzip
import io
import random
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.warcwriter import WARCWriter

from pipelines.archive.message import (
    CodingError,
    restore_transfer_encoding,
    set_transfer_encoding_aside,
)
from pipelines.archive.records import Damage
from pipelines.archive.warc import (
    Exchange,
    Reference,
    decoded_body,
    in_order,
    payload_digest,
    read_exchange,
    read_exchanges,
)
from pipelines.archive.warc_writer import WarcWriter

SAMPLES = Path(__file__).parent / "warc"
URL = "http://www.example.invalid/info/1.htm"
REQUEST = b"GET /info/1.htm HTTP/1.1\r\nHost: www.example.invalid\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"

NAMES = st.sampled_from(
    [
        b"Server",
        b"Set-Cookie",
        b"set-cookie",
        b"X-Path",
        b"Content-Length",
        b"Transfer-Encoding",
        b"X-Archive-Orig-Transfer-Encoding",
        b"x-archive-orig-transfer-encoding",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=20).map(lambda raw: raw.translate(None, b"\r\n")),
    st.text("石坪县人民政府信息公开", max_size=8).map(lambda text: text.encode("gb18030")),
    st.sampled_from([b"chunked", b"a=1; path=/\r\n folded"]),
)
ENDS = st.sampled_from([b"\r\n", b"\n"])
LINES = st.builds(lambda name, value, end: name + b": " + value + end, NAMES, VALUES, ENDS)
HEADS = st.builds(
    lambda status, lines, end: b"HTTP/1.1 " + status + end + b"".join(lines) + end,
    st.sampled_from([b"200 OK", b"404", b"200 \xb3\xc9\xb9\xa6"]),
    st.lists(LINES, max_size=6),
    ENDS,
)


@contextmanager
def writer(directory: Path, **options: float) -> Iterator[WarcWriter]:
    opened = WarcWriter(directory, {"software": "test"}, **options)  # type: ignore[arg-type]
    yield opened
    opened.close()


def files(directory: Path) -> list[Path]:
    return sorted(directory.glob("*.warc.gz"))


def write_some(directory: Path, count: int = 4) -> tuple[Path, list[Exchange]]:
    with writer(directory) as out:
        run = out.moment()
        written = [out.write_run(run, {"run": run})]
        written += [
            out.write_exchange(
                run=run,
                url=f"{URL}?{number}",
                request_head=REQUEST,
                response_head=OK,
                body=f"<p>第{number}页</p>".encode() * 40,
            )
            for number in range(count)
        ]
        written.append(out.write_failure(run=run, url=URL, details={"evidence": "超时"}))
    return files(directory)[0], written


def check_with_warcio(path: Path) -> None:
    """Every digest, by the reader that most tools use."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, check_digests="raise"):
            record.content_stream().read()


@given(HEADS, st.binary(max_size=300), st.binary(max_size=40))
def test_what_is_written_comes_back(head: bytes, body: bytes, request_body: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        with writer(directory) as out:
            written = out.write_exchange(
                run=7,
                url=URL,
                request_head=REQUEST,
                request_body=request_body,
                response_head=head,
                body=body,
                ip="192.0.2.1",
                truncated="disconnect",
            )
        assert list(read_exchanges(directory / written.warc_file)) == [written]
        assert read_exchange(directory, written.warc_file, written.warc_offset) == written
        assert (written.response_head, written.body) == (head, body)
        check_with_warcio(directory / written.warc_file)
        with (directory / written.warc_file).open("rb") as file:
            payloads = {
                record.rec_type: record.content_stream().read() for record in ArchiveIterator(file)
            }
        assert payloads["response"] == body
        assert payloads["request"] == request_body


@given(HEADS)
def test_transfer_encoding_is_set_aside_and_restored(head: bytes) -> None:
    aside = set_transfer_encoding_aside(head)
    assert b"\ntransfer-encoding" not in aside.lower()
    assert restore_transfer_encoding(aside) == head


def test_chunked_answer_is_not_decoded_twice_by_other_readers(tmp_path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = b"3\r\nabc is how a list of numbers may begin\r\n0\r\n\r\n"
    with writer(tmp_path) as out:
        written = out.write_exchange(
            run=1, url=URL, request_head=REQUEST, response_head=head, body=body
        )
    with files(tmp_path)[0].open("rb") as file:
        response = next(r for r in ArchiveIterator(file) if r.rec_type == "response")
        assert response.content_stream().read() == body
    assert read_exchange(tmp_path, written.warc_file, written.warc_offset).response_head == head


def test_revisit_refers_to_the_record_that_has_the_body(tmp_path: Path) -> None:
    not_modified = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
    with writer(tmp_path) as out:
        first = out.write_exchange(
            run=1, url=URL, request_head=REQUEST, response_head=OK, body=b"<p>x</p>"
        )
        reference = Reference(first.id, first.url, first.digest or "")
        again = [
            out.write_exchange(
                run=1,
                url=URL,
                request_head=REQUEST,
                response_head=head,
                body=b"<p>x</p>" if head == OK else b"",
                refers_to=reference,
            )
            for head in (OK, not_modified)
        ]
    path = files(tmp_path)[0]
    assert list(read_exchanges(path)) == [first, *again]
    assert [exchange.body for exchange in again] == [b"", b""]
    with path.open("rb") as file:
        records = {r.rec_headers["WARC-Record-ID"]: r for r in ArchiveIterator(file)}
    revisits = [r for r in records.values() if r.rec_type == "revisit"]
    profiles = [r.rec_headers["WARC-Profile"].rsplit("/", 1)[1] for r in revisits]
    assert profiles == ["identical-payload-digest", "server-not-modified"]
    for revisit in revisits:
        origin = records[revisit.rec_headers["WARC-Refers-To"]].rec_headers
        assert revisit.rec_headers["WARC-Refers-To-Date"] == origin["WARC-Date"]
        assert revisit.rec_headers["WARC-Refers-To-Target-URI"] == origin["WARC-Target-URI"]
        assert revisit.rec_headers["WARC-Payload-Digest"] == origin["WARC-Payload-Digest"]
    check_with_warcio(path)


def test_records_say_where_they_come_from(tmp_path: Path) -> None:
    path, _ = write_some(tmp_path)
    with path.open("rb") as file:
        records = [
            (r.rec_type, r.rec_headers, r.content_stream().read()) for r in ArchiveIterator(file)
        ]
    kinds = [kind for kind, _, _ in records]
    assert kinds == ["warcinfo", "metadata", *["response", "request"] * 4, "metadata"]
    info = records[0][2].decode()
    assert "software: test\r\n" in info
    assert "WARC File Format 1.1" in info
    for _, headers, _ in records:
        assert headers.protocol == "WARC/1.1"
        assert headers["WARC-Gongkai-Run"] == records[1][1]["WARC-Gongkai-Run"]
        assert len(headers["WARC-Date"]) == len("2026-11-22T12:52:15.123456Z")
        assert headers["WARC-Block-Digest"].startswith("sha1:")


def test_warcio_check_passes(tmp_path: Path) -> None:
    path, _ = write_some(tmp_path)
    command = [str(Path(sys.executable).with_name("warcio")), "check", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_files_end_before_they_grow_too_large(tmp_path: Path) -> None:
    chance = random.Random(1)
    with writer(tmp_path, max_size=60_000) as out:
        written = [
            out.write_exchange(
                run=1,
                url=f"{URL}?{number}",
                request_head=REQUEST,
                response_head=OK,
                body=chance.randbytes(3_000),
            )
            for number in range(40)
        ]
    assert len(files(tmp_path)) > 2
    assert all(path.stat().st_size <= 60_000 for path in files(tmp_path))
    assert [exchange for path in files(tmp_path) for exchange in read_exchanges(path)] == written
    for path in files(tmp_path):
        check_with_warcio(path)
        with path.open("rb") as file:
            assert next(iter(ArchiveIterator(file))).rec_type == "warcinfo"


def test_open_file_is_locked_and_a_finished_one_is_not(tmp_path: Path) -> None:
    with writer(tmp_path) as out:
        out.write_run(1, {"run": 1})
        with files(tmp_path)[0].open("rb") as file, pytest.raises(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with files(tmp_path)[0].open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_two_writers_never_give_the_same_moment(tmp_path: Path) -> None:
    with writer(tmp_path) as one, writer(tmp_path) as other:
        moments = [each.moment() for _ in range(2000) for each in (one, other)]
    assert len(set(moments)) == len(moments)
    assert moments[::2] == sorted(moments[::2])
    with writer(tmp_path) as next_one:
        assert next_one.moment() not in moments


def read_leniently(path: Path) -> tuple[list[Exchange], list[Damage]]:
    damages: list[Damage] = []
    return list(read_exchanges(path, 0, damages.append)), damages


def test_file_cut_anywhere_gives_what_was_whole(tmp_path: Path) -> None:
    path, written = write_some(tmp_path)
    content = path.read_bytes()
    cut = tmp_path / path.name.replace("gongkai", "cut")
    for size in range(0, len(content), 7):
        cut.write_bytes(content[:size])
        got, damages = read_leniently(cut)
        whole = [e for e in written if e.warc_offset + e.warc_length <= size]
        assert [e.id for e in got] == [e.id for e in whole]
        assert [e.body for e in got] == [e.body for e in whole]
        # The request of the last one may be what was cut.
        assert all(e.request_head == w.request_head for e, w in zip(got[:-1], whole, strict=False))
        if damages:
            assert len(damages) == 1
            assert damages[0].last
            assert damages[0].offset <= size == damages[0].end
            with pytest.raises(Damage, match=r"bytes \d+ to \d+ hold no whole record"):
                list(read_exchanges(cut))


def test_flipped_byte_costs_one_record_and_is_named(tmp_path: Path) -> None:
    path, written = write_some(tmp_path)
    content = path.read_bytes()
    flipped = tmp_path / path.name.replace("gongkai", "flipped")
    for position in range(0, len(content), 11):
        flipped.write_bytes(
            content[:position] + bytes([content[position] ^ 0x41]) + content[position + 1 :]
        )
        got, damages = read_leniently(flipped)
        known = {exchange.id: exchange for exchange in written}
        changed = [e for e in got if replace(e, warc_file=path.name) != known[e.id]]
        # Nothing comes back altered: at most a response without its request.
        assert all(
            replace(known[e.id], request_head=b"", warc_file=e.warc_file) == e for e in changed
        )
        assert len(got) >= len(written) - 1
        if len(got) < len(written) or changed:
            assert len(damages) == 1
            assert damages[0].offset <= position < damages[0].end


@pytest.mark.parametrize(
    ("name", "ids", "damage"),
    [
        ("whole", [1, 2, 3], None),
        ("torn", [1, 2], "the file ends inside it"),
        ("flipped", [1, 3], "its gzip member is broken"),
        ("zeros", [1, 2, 3], "its gzip member is broken"),
    ],
)
def test_kept_samples(name: str, ids: list[int], damage: str | None) -> None:
    """Files of the first version of the writer, one as it was and three broken on purpose: cut in
    the last response, one bit of the second response turned, zeros after the end as a file system
    leaves them after a power failure."""
    got, damages = read_leniently(SAMPLES / f"{name}.warc.gz")
    assert [int(exchange.url.rsplit("/", 1)[1]) for exchange in got] == ids
    assert [exchange.body for exchange in got] == [b"<p>%d</p>" % number for number in ids]
    assert len(damages) == (1 if damage else 0)
    if damage:
        assert damage in str(damages[0])
        assert name in str(damages[0])


def test_records_of_other_tools_are_named_not_guessed(tmp_path: Path) -> None:
    path = tmp_path / "other.warc.gz"
    with path.open("wb") as file:
        out = WARCWriter(file, gzip=True)
        out.write_record(
            out.create_warc_record(
                URL, "response", payload=io.BytesIO(OK + b"<p>"), length=len(OK) + 3
            )
        )
        out.write_record(
            out.create_warc_record("urn:x", "conversion", payload=io.BytesIO(b"x"), length=1)
        )
    got, damages = read_leniently(path)
    assert got == []
    assert [damage.last for damage in damages] == [False, False]
    assert "conversion" in str(damages[1])


def test_missing_exchange_is_an_error(tmp_path: Path) -> None:
    path, written = write_some(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_exchange(tmp_path, "gone.warc.gz", 0)
    with pytest.raises(Damage):
        read_exchange(tmp_path, path.name, written[1].warc_offset + 1)
    with pytest.raises(Damage):
        read_exchange(tmp_path, path.name, path.stat().st_size)


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from pipelines.archive.warc_writer import WarcWriter

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
out = WarcWriter(Path(sys.argv[1]), {"software": "test"})
body = Path("/dev/urandom").open("rb").read(7_000)
for number in range(100):
    try:
        out.write_exchange(
            run=1, url="http://a.invalid/", request_head=b"GET / HTTP/1.1\\r\\n\\r\\n",
            response_head=b"HTTP/1.1 200 OK\\r\\n\\r\\n", body=body,
        )
    except OSError as error:
        print(number, error.strerror, error.filename)
        break
out.write_run(1, {"run": 1})
out.close()
"""


def test_full_disk_leaves_whole_records_and_the_writer_in_order(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True
    )
    number, rest = done.stdout.split(" ", 1)
    first, second = files(tmp_path)
    assert rest == f"File too large {first}\n"
    assert len(list(read_exchanges(first))) == int(number) > 2
    assert [exchange.kind for exchange in read_exchanges(second)] == ["run"]
    check_with_warcio(first)


def coded(coding: bytes, body: bytes) -> Exchange:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n\r\n" % coding
    return Exchange(kind="response", id=1, run=1, url=URL, response_head=head, body=body)


def packed(body: bytes) -> bytes:
    """Without the time of day: parameters of tests must be the same in each process."""
    return gzip.compress(body, mtime=0)


PAGE = "<p>政府信息公开</p>".encode() * 100


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        (b"gzip", packed(PAGE)),
        (b"x-gzip", packed(PAGE)),
        (b"GZIP", packed(PAGE[:500]) + packed(PAGE[500:])),
        (b"gzip", packed(PAGE) + b"trailing"),
        (b"deflate", zlib.compress(PAGE)),
        (b"deflate", zlib.compress(PAGE)[2:-4]),
        (b"br", brotli.compress(PAGE)),
        (b"br, gzip", packed(brotli.compress(PAGE))),
        (b"identity", PAGE),
        (b"", PAGE),
    ],
)
def test_content_coding_is_undone(coding: bytes, body: bytes) -> None:
    assert decoded_body(coded(coding, body)) == PAGE


@pytest.mark.parametrize(
    ("coding", "body", "complaint"),
    [
        (b"gzip", PAGE, "is not gzip"),
        (b"deflate", PAGE, "is not deflate"),
        (b"br", PAGE, "is not br"),
        (b"gzip", packed(PAGE)[:-20], "ends early"),
        (b"br", brotli.compress(PAGE)[:-4], "ends early"),
        (b"exi", PAGE, "unknown coding, 'exi'"),
        (b"gzip", packed(bytes(1_000_001)), "more than 1,000,000 bytes"),
        (b"br", brotli.compress(bytes(1_000_001)), "more than 1,000,000 bytes"),
        (b"deflate", zlib.compress(bytes(1_000_001)), "more than 1,000,000 bytes"),
    ],
)
def test_broken_or_endless_coding_is_one_sentence(
    coding: bytes, body: bytes, complaint: str
) -> None:
    with pytest.raises(CodingError, match=complaint):
        decoded_body(coded(coding, body), 1_000_000)


def test_digest_is_what_warc_files_hold() -> None:
    assert payload_digest(b"") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


def test_files_written_at_the_same_time_are_read_in_the_order_of_time(tmp_path: Path) -> None:
    with writer(tmp_path) as one, writer(tmp_path) as other:
        written = [
            opened.write_failure(run=run, url=f"{URL}?{number}", details={"outcome": "error"}).id
            for number in range(30)
            for run, opened in ([(1, one), (2, other)] if number % 3 else [(2, other)])
        ]
    assert len(files(tmp_path)) == 2
    assert [exchange.id for exchange in in_order(files(tmp_path))] == sorted(written)
