"""What was said on the wire is what is archived, byte for byte. All answers are invented."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from archive_crawl import Crawl, exchange_of, exchanges
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from raw_server import RawServer, ok, raw_server

from crawler.sample import World, faults, serve

PAGE = b"<html><a href='x'>\xc4\xe3\xba\xc3</a></html>"

HEADS = {
    "odd_case": b"HTTP/1.1 200 OK\r\nserver: A\r\nCONTENT-TYPE:text/html\r\nX-b:  spaced  \r\n"
    b"Content-Length: %d\r\n\r\n",
    "repeated": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nVia: x\r\nset-cookie: b=2\r\n"
    b"Content-Length: %d\r\n\r\n",
    "gbk_value": b"HTTP/1.1 200 \xb3\xc9\xb9\xa6\r\nX-Path: \xc4\xe3\xba\xc3\r\n"
    b"Content-Length: %d\r\n\r\n",
    "folded": b"HTTP/1.1 200 OK\r\nX-Fold: one\r\n\t two\r\nContent-Length: %d\r\n\r\n",
    "bare_feeds": b"HTTP/1.1 200 OK\nServer: B\nContent-Length: %d\n\n",
    "no_colon": b"HTTP/1.1 200 OK\r\nThis is no header\r\nContent-Length: %d\r\n\r\n",
    "old": b"HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n",
    "no_reason": b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n",
}
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n"
ANSWERS = {
    **{name: head % len(PAGE) + PAGE for name, head in HEADS.items()},
    "chunked": CHUNKED + b"6;x=y\r\n" + PAGE[:6] + b"\r\n%x\r\n" % (len(PAGE) - 6) + PAGE[6:]
    + b"\r\n0\r\nX-Trailer: t\r\n\r\n",
    "chunked_cut": CHUNKED + b"ff\r\n" + PAGE,
    "interim": b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + ok(PAGE),
    "until_close": b"HTTP/1.1 200 OK\r\nServer: C\r\n\r\n" + PAGE,
    "cut": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + PAGE,
    "closed": b"",
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "silent": b"HTTP/1.1 200 OK\r\nContent-Le" + RawServer.HANG,
    "large": ok(b"x" * 300_000),
    "endless_head": b"HTTP/1.1 200 OK\r\n" + b"X-More: of the same\r\n" * 20_000 + b"\r\n",
    "endless_interim": b"HTTP/1.1 103 Wait\r\n\r\n" * 20_000 + ok(PAGE),
    "long_line": ok(PAGE, b"Set-Cookie: a=" + b"0" * 20_000),
    "long_line_alone": b"HTTP/1.1 200 OK\r\nSet-Cookie: a=" + b"0" * 90_000 + RawServer.HANG,
    "large_unannounced": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000,
}  # fmt: skip


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RawServer, Crawl]]:
    """One crawl of all the answers above."""
    with raw_server(**ANSWERS) as server:
        yield (
            server,
            Crawl(
                tmp_path_factory.mktemp("wire") / "archive",
                [f"{server.url}/{name}" for name in ANSWERS],
                settings={"DOWNLOAD_MAXSIZE": 200_000, "DOWNLOAD_TIMEOUT": 3},
            ),
        )


@pytest.mark.parametrize("name", HEADS)
def test_heads_are_kept_as_they_were(wire: tuple[RawServer, Crawl], name: str) -> None:
    server, crawl = wire
    exchange = exchange_of(crawl.home, f"{server.url}/{name}")
    assert exchange.response_head == HEADS[name] % len(PAGE)
    assert exchange.body == PAGE
    assert server.asked(f"/{name}") == [exchange.request_head]
    assert exchange.ip == "127.0.0.1"
    assert crawl.seen[exchange.url]["body"] == PAGE.decode("latin-1")


def test_transfer_coding_is_removed_and_said(wire: tuple[RawServer, Crawl]) -> None:
    server, crawl = wire
    exchange = exchange_of(crawl.home, f"{server.url}/chunked")
    assert (exchange.response_head, exchange.body) == (CHUNKED, PAGE)


def test_interim_answers_are_left_out(wire: tuple[RawServer, Crawl]) -> None:
    server, crawl = wire
    exchange = exchange_of(crawl.home, f"{server.url}/interim")
    assert exchange.response_head + exchange.body == ok(PAGE)


@pytest.mark.parametrize(
    ("name", "size"), [("cut", f"after {len(PAGE)} of 500 bytes"), ("chunked_cut", f"{len(PAGE)}")]
)
def test_truncated_body_is_kept_as_far_as_it_came(
    wire: tuple[RawServer, Crawl], name: str, size: str
) -> None:
    server, crawl = wire
    exchange = exchange_of(crawl.home, f"{server.url}/{name}")
    assert (exchange.body, exchange.truncated) == (PAGE, "disconnect")
    capture = crawl.seen[exchange.url]["capture"]
    assert capture["outcome"] == "error"
    assert capture["evidence"].startswith("truncated: the connection was lost after")
    assert size in capture["evidence"]


def test_body_that_ends_with_the_connection_is_whole(wire: tuple[RawServer, Crawl]) -> None:
    server, crawl = wire
    exchange = exchange_of(crawl.home, f"{server.url}/until_close")
    assert (exchange.body, exchange.truncated) == (PAGE, None)
    assert crawl.seen[exchange.url]["capture"]["outcome"] == "page"


@pytest.mark.parametrize(
    ("name", "evidence"),
    [
        ("closed", "{host} closed the connection without an answer"),
        ("ssh", "the answer is not HTTP"),
        ("silent", "no whole answer within 3 s"),
        ("large", "the answer is larger than 200,000 bytes"),
        ("large_unannounced", "the answer is larger than 200,000 bytes"),
        ("endless_head", "the head of the answer is longer than 131,072 bytes"),
        ("endless_interim", "the head of the answer is longer than 131,072 bytes"),
        ("long_line", "a line of the answer's head is longer than 16,384 bytes"),
        ("long_line_alone", "a line of the answer's head is longer than 16,384 bytes"),
    ],
)
def test_what_gets_no_answer_is_a_record_too(
    wire: tuple[RawServer, Crawl], name: str, evidence: str
) -> None:
    server, crawl = wire
    exchange = exchange_of(crawl.home, f"{server.url}/{name}")
    assert exchange.kind == "failure"
    said = evidence.format(host=f"127.0.0.1:{server.port}")
    assert exchange.details["evidence"] == said
    capture = crawl.seen[exchange.url]["capture"]
    assert (capture["outcome"], capture["evidence"], capture["reading"]) == ("error", said, "none")


def certificate(folder: Path, address: str = "127.0.0.1") -> Path:
    """A certificate for an address, loopback's by default, that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + signed.public_bytes(serialization.Encoding.PEM)
    )
    return path


def answer_in_clear(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_wire_under_tls_and_what_is_no_tls(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with (
        raw_server(tls=context, a=ok(PAGE)) as server,
        socket.create_server(("127.0.0.1", 0)) as plain_text,
    ):
        threading.Thread(target=answer_in_clear, args=[plain_text], daemon=True).start()
        secure = f"https://127.0.0.1:{server.port}/a"
        plain = f"https://127.0.0.1:{plain_text.getsockname()[1]}/"
        refused = "http://127.0.0.1:1/"
        unknown = "http://nowhere.invalid/"
        crawl = Crawl(tmp_path / "archive", [secure, plain, refused, unknown])
    exchange = exchange_of(crawl.home, secure)
    assert exchange.response_head + exchange.body == ok(PAGE)
    assert server.asked("/a") == [exchange.request_head]
    evidence = {url: seen["capture"]["evidence"] for url, seen in crawl.seen.items()}
    assert evidence[plain].startswith("TLS failed: ")
    assert evidence[refused] == "127.0.0.1:1 refused the connection"
    assert evidence[unknown] == "the name nowhere.invalid does not resolve"


def test_a_record_lets_through_what_tls_refuses_and_only_that(tmp_path: Path) -> None:
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(certificate(tmp_path))
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.set_ciphers("DEFAULT:@SECLEVEL=0")
    old.load_cert_chain(certificate(tmp_path))
    with warnings.catch_warnings():  # that 1.0 is old is what this is about
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1
    with (
        raw_server(tls=own, a=ok(PAGE), b=ok(PAGE)) as server,
        raw_server(tls=old, a=ok(PAGE), b=ok(PAGE)) as aged,
    ):
        tls = {f"{server.url}/b": (False, False)}
        tls |= {f"{aged.url}/a": (False, False), f"{aged.url}/b": (True, False)}
        urls = [f"{server.url}/a", *tls]
        settings = {"DOWNLOAD_VERIFY_CERTIFICATES": True}
        crawl = Crawl(tmp_path / "archive", urls, tls=tls, settings=settings)
    found = [crawl.seen[url]["capture"]["evidence"] for url in urls]
    assert found[0] == (
        "TLS failed: certificate verify failed"
        " (`tls: {verify: false}` in the portal's record would let it through)"
    )
    assert found[1] is None
    assert found[2].startswith("TLS failed: ")
    assert "`tls: {ciphers: old}`" in found[2]
    assert found[3] is None


def test_a_certificate_for_another_host_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though somebody trusted vouches for it."""
    path = certificate(tmp_path, "192.0.2.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    with raw_server(tls=context, a=ok(PAGE), b=ok(PAGE)) as server:
        urls = [f"{server.url}/a", f"{server.url}/b"]
        settings = {"DOWNLOAD_VERIFY_CERTIFICATES": True}
        tls = {urls[1]: (False, False)}
        crawl = Crawl(tmp_path / "archive", urls, tls=tls, settings=settings)
    assert crawl.seen[urls[0]]["capture"]["evidence"] == (
        f"TLS failed: the certificate is not for 127.0.0.1:{server.port}"
        " (`tls: {verify: false}` in the portal's record would let it through)"
    )
    assert crawl.seen[urls[1]]["capture"]["outcome"] == "page"


def test_a_body_that_drips_ends_in_time(tmp_path: Path) -> None:
    """The time is for the whole answer, so a byte now and then does not hold a crawl up."""

    def drip(path: str, answer: faults.Answer) -> faults.Answer:
        return replace(answer, body=b"<p>" * 1000, piece=1, pause=0.05)

    with serve(World(units=1)) as server:
        server.faults["/"] = drip
        crawl = Crawl(tmp_path / "archive", server.urls, settings={"DOWNLOAD_TIMEOUT": 1})
    capture = crawl.seen[server.urls[0]]["capture"]
    assert (capture["outcome"], capture["evidence"]) == ("error", "no whole answer within 1 s")


def test_every_answer_on_one_connection_has_its_own_head(tmp_path: Path) -> None:
    with raw_server(
        a=ok(PAGE, b"X-Name: a", b"Connection: keep-alive"),
        b=ok(PAGE[:9], b"X-Name: b", b"Connection: keep-alive"),
    ) as server:
        crawl = Crawl(tmp_path / "archive", [f"{server.url}/{name}" for name in "abab"])
        assert server.connections < 4
    names = [exchange.response_head.split(b"X-Name: ")[1][:1] for exchange in exchanges(crawl.home)]
    assert names == [exchange.url[-1].encode() for exchange in exchanges(crawl.home)]
    assert sorted(names) == [b"a", b"a", b"b", b"b"]
