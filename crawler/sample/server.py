"""Serves a world over HTTP/1.1 on loopback, each county at its own address, all on one port.

with serve(World(counties=2)) as server:
    server.urls  # ["http://127.0.0.1:34567/", "http://127.0.0.2:34567/"]
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import threading
from collections import Counter, OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formatdate, parsedate_to_datetime
from functools import partial
from http.client import responses
from typing import NamedTuple

from crawler.sample.faults import Answer, Fault
from crawler.sample.page import Page
from crawler.sample.site import Site
from crawler.sample.world import World

_KEPT_PAGES = 1500
_BEIJING = timedelta(hours=8)


class Request(NamedTuple):
    """A request that the server has answered; ``status`` is 0 where it hung up instead."""

    site: int
    method: str
    target: str
    status: int


class Server:
    """``urls`` are the counties' home pages. ``requests`` grows with every request. ``faults`` are
    ways to misbehave by path, with its query; they hold for all counties."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self.requests: list[Request] = []
        self.faults: dict[str, Fault] = {}
        self._visitors = 0
        self._kept: OrderedDict[tuple[int, str, int], _Kept] = OrderedDict()
        self._sockets = _listen(len(world.sites), port)
        self.port: int = self._sockets[0].getsockname()[1]
        self.urls = [f"http://{address(n)}:{self.port}/" for n in range(len(world.sites))]

    def counts(self, site: int = 0) -> Counter[str]:
        """How often each path of a county was asked for."""
        return Counter(request.target for request in list(self.requests) if request.site == site)

    async def start(self) -> None:
        """Accepts connections on the running loop from now on."""
        loop = asyncio.get_running_loop()
        for number, listener in enumerate(self._sockets):
            await loop.create_server(partial(_Connection, self, number), sock=listener)

    def close(self) -> None:
        for listener in self._sockets:
            listener.close()

    def answer(self, number: int, method: str, target: str, headers: dict[str, str]) -> Answer:
        site = self.world.sites[number]
        answer = (
            Answer(405, (("Allow", "GET, HEAD"),), hangs_up=True)
            if method not in ("GET", "HEAD")
            else self._page(number, site, target, headers)
        )
        if fault := self.faults.get(target):
            answer = fault(target, answer)
        self.requests.append(Request(number, method, target, answer.status))
        return answer

    def _page(self, number: int, site: Site, target: str, headers: dict[str, str]) -> Answer:
        key = (number, target, site.revision)
        kept = self._kept.get(key)
        if kept is None:
            kept = self._kept[key] = _Kept(site.page(target))
            if len(self._kept) > _KEPT_PAGES:
                self._kept.popitem(last=False)
        fields = [("Content-Type", kept.content_type), ("Vary", "Accept-Encoding")]
        if kept.modified:
            fields += [("ETag", kept.etag), ("Last-Modified", _http_time(kept.modified))]
            if _is_known(headers, kept.etag, kept.modified):
                return Answer(304, tuple(fields))
        self._visitors += 1
        zipped = "gzip" in headers.get("accept-encoding", "")
        if zipped:
            fields.append(("Content-Encoding", "gzip"))
        return Answer(kept.status, tuple(fields), kept.body(zipped, self._visitors))


class _Kept:
    """A page as far as it stays between requests: its bytes, or its text where those change."""

    def __init__(self, page: Page) -> None:
        self.status = page.status
        self.content_type = page.content_type
        self.modified = page.modified
        self._live = page if page.is_live else None
        self._plain = b"" if page.is_live else page.body()
        self._zipped = b""
        self.etag = f'"{hashlib.sha1(self._plain).hexdigest()[:16]}"'

    def body(self, zipped: bool, visitor: int) -> bytes:
        if self._live:
            plain = self._live.body(datetime.now(), visitor)
            return gzip.compress(plain, 1) if zipped else plain
        if not zipped:
            return self._plain
        self._zipped = self._zipped or gzip.compress(self._plain, 1)
        return self._zipped


class _Connection(asyncio.Protocol):
    """One connection: reads requests one after the other and keeps alive between them."""

    def __init__(self, server: Server, number: int) -> None:
        self.server = server
        self.number = number
        self.received = b""
        self.drip: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self.drip:
            self.drip.cancel()

    def data_received(self, data: bytes) -> None:
        self.received += data
        while b"\r\n\r\n" in self.received:
            head, self.received = self.received.split(b"\r\n\r\n", 1)
            self._serve(head.decode("latin-1"))

    def _serve(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        if first.count(" ") != 2:
            self.transport.abort()
            return
        method, target, _ = first.split(" ")
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        answer = self.server.answer(self.number, method, target, headers)
        if answer.status == 0:
            self.transport.abort()
            return
        keeps = headers.get("connection", "").lower() != "close" and not answer.hangs_up
        head_bytes = _head(answer, keeps)
        body = b"" if method == "HEAD" else answer.body
        if answer.piece:
            self.transport.write(head_bytes)
            loop = asyncio.get_running_loop()
            self.drip = loop.create_task(self._drip(body, answer.piece, answer.pause, keeps))
            return
        # In one write: a second small one would wait for the client's delayed acknowledgement.
        self.transport.write(head_bytes + body)
        if not keeps:
            self.transport.close()

    async def _drip(self, body: bytes, piece: int, pause: float, keeps: bool) -> None:
        for start in range(0, len(body), piece):
            await asyncio.sleep(pause)
            self.transport.write(body[start : start + piece])
        if not keeps:
            self.transport.close()


def _head(answer: Answer, keeps: bool) -> bytes:
    length = len(answer.body) if answer.length is None else answer.length
    lines = [
        f"HTTP/1.1 {answer.status} {responses.get(answer.status, 'Unknown')}",
        f"Date: {formatdate(usegmt=True)}",
        "Server: VWebServer",
        *(f"{name}: {value}" for name, value in answer.headers),
        *([] if answer.status == 304 else [f"Content-Length: {length}"]),
        f"Connection: {'keep-alive' if keeps else 'close'}",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _http_time(moment: datetime) -> str:
    """Time of a page, which is Beijing's, as HTTP writes it."""
    return format_datetime((moment - _BEIJING).replace(tzinfo=UTC), usegmt=True)


def _is_known(headers: dict[str, str], etag: str, modified: datetime) -> bool:
    """Whether the client says that it has this very page (RFC 9110, 13.2.2)."""
    if known := headers.get("if-none-match"):
        return etag in known
    if since := headers.get("if-modified-since"):
        try:
            return parsedate_to_datetime(since) >= (modified - _BEIJING).replace(tzinfo=UTC)
        except ValueError:
            return False
    return False


def address(number: int) -> str:
    """The loopback address of a county: 127.0.0.1, 127.0.0.2 …"""
    return f"127.0.{number // 250}.{number % 250 + 1}"


def _listen(count: int, port: int) -> list[socket.socket]:
    """One listening socket a county, all on one port: ``port``, or one that is free everywhere."""
    for _ in range(20):
        sockets: list[socket.socket] = []
        try:
            for number in range(count):
                wanted = sockets[0].getsockname()[1] if sockets else port
                sockets.append(socket.create_server((address(number), wanted), backlog=512))
            return sockets
        except OSError:
            for listener in sockets:
                listener.close()
            if port:
                raise
    raise OSError(f"no port is free on {count} loopback addresses")


@contextmanager
def serve(world: World, port: int = 0) -> Iterator[Server]:
    """Serves ``world`` in a thread of its own until the context ends; port 0 takes a free one."""
    server = Server(world, port)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(server.start())
    thread = threading.Thread(target=loop.run_forever, name="sample portal", daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(_stop, loop)
        thread.join()
        server.close()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


def _stop(loop: asyncio.AbstractEventLoop) -> None:
    for task in asyncio.all_tasks(loop):
        task.cancel()
    loop.stop()
