"""A server on loopback that answers with exactly the bytes it is given, and remembers exactly the
bytes it was sent. Everything it serves is invented."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = bytes | Callable[[bytes], bytes]


@dataclass
class RawServer:
    """``answers``: path → the bytes of the answer, or a function of the request's bytes that gives
    them. After one that ends with ``HANG`` the connection stays open and silent; one that says
    ``Connection: keep-alive`` takes the next request. ``connections`` counts them."""

    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[bytes] = field(default_factory=list)
    port: int = 0
    tls: ssl.SSLContext | None = None
    connections: int = 0

    HANG = b"\0hang"

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def asked(self, path: str) -> list[bytes]:
        """The requests for a path."""
        return [head for head in self.requests if head.split(b" ")[1] == path.encode()]

    def serve(self, connection: socket.socket) -> None:
        self.connections += 1
        with suppress(OSError):
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                while self.answer_one(connection):
                    pass

    def answer_one(self, connection: socket.socket) -> bool:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece:
                return False
            request += piece
        self.requests.append(request)
        path = request.split(b" ")[1].decode()
        answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if callable(answer):
            answer = answer(request)
        connection.sendall(answer.removesuffix(self.HANG))
        if answer.endswith(self.HANG):
            time.sleep(30)
        return b"\r\nConnection: keep-alive\r\n" in answer


def ok(body: bytes, *headers: bytes) -> bytes:
    """A plain answer of a page."""
    lines = [b"HTTP/1.1 200 OK", b"Content-Type: text/html", *headers]
    return b"\r\n".join([*lines, b"Content-Length: %d" % len(body), b"", body])


@contextmanager
def raw_server(tls: ssl.SSLContext | None = None, **answers: Answer) -> Iterator[RawServer]:
    """A running server; the names of answers are paths without the slash."""
    server = RawServer({f"/{name}": answer for name, answer in answers.items()}, tls=tls)
    listener = socket.create_server(("127.0.0.1", 0))
    server.port = listener.getsockname()[1]

    def accept() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=server.serve, args=[connection], daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield server
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
