"""Ways in which a portal misbehaves, for tests: each is a function from the answer that the portal
would have given to the one it gives instead. ``Server.faults`` holds them by path."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, field, replace

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire. ``length`` is claimed instead of the body's own length; ``pause`` is
    the time in seconds between two pieces of ``piece`` bytes; an answer that ``hangs_up`` ends the
    connection, with status 0 before a single byte."""

    status: int
    headers: tuple[tuple[str, str], ...] = field(default=())
    body: bytes = b""
    length: int | None = None
    piece: int | None = None
    pause: float = 0.0
    hangs_up: bool = False


Fault = Callable[[str, Answer], Answer]
"""Takes the path asked for and the answer that it would have got."""


def refused(status: int) -> Fault:
    """An error status with a small page: 403, 412, 503 …"""

    def fault(path: str, answer: Answer) -> Answer:
        page = f"<html><body><h1>{status}</h1></body></html>"
        return Answer(status, (("Content-Type", "text/html"),), page.encode())

    return fault


def challenge(path: str, answer: Answer) -> Answer:
    """521 with a script that sets a cookie and asks again, as 加速乐 answers a first visit."""
    script = b"<script>document.cookie=('__jsl_clearance_s=')+('1763');location.reload()</script>"
    headers = (("Content-Type", "text/html"), ("Set-Cookie", "__jsluid_s=0a1b2c; path=/; HttpOnly"))
    return Answer(521, headers, script)


def script_challenge(path: str, answer: Answer) -> Answer:
    """412 with nothing but script, as 瑞数 answers."""
    page = (
        b'<html><head><meta id="9DhefwqGPrzGxEp9hPaoag" content="{}"><script src="/x.js"></script>'
    )
    return Answer(412, (("Content-Type", "text/html; charset=utf-8"),), page + b"</head></html>")


def stub(path: str, answer: Answer) -> Answer:
    """200 with a short script and no link in place of the page."""
    page = (
        b"<html><head><script>var a=0;" + b"a=a+1;" * 150 + b"</script></head><body></body></html>"
    )
    return Answer(200, (("Content-Type", "text/html"),), page)


def shell(path: str, answer: Answer) -> Answer:
    """200 with the shell of a page that is one program in the browser."""
    page = (
        b"<html><head><style>" + b".a{color:red}" * 300 + b"</style></head><body>"
        b"<div id=app></div><script src=/js/app.js></script></body></html>"
    )
    return Answer(200, (("Content-Type", "text/html"),), page)


def missing(path: str, answer: Answer) -> Answer:
    """200 with a page that says that it is none."""
    page = "<html><body><p>您访问的页面不存在,3秒后返回</p></body></html>"
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def login(path: str, answer: Answer) -> Answer:
    """200 with a form that asks for a password."""
    page = "<html><body><form>用户登录 <input type='password'></form></body></html>"
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), page.encode())


def bomb(path: str, answer: Answer) -> Answer:
    """50 kB of gzip that hold 50 MB."""
    headers = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
    return Answer(200, headers, gzip.compress(b"<p>" * (50 * MEGABYTE // 3)))


def endless_head(path: str, answer: Answer) -> Answer:
    """A megabyte of headers."""
    return replace(answer, headers=(("Set-Cookie", "a=" + "0" * 1000),) * 1000)


def huge_cookie(path: str, answer: Answer) -> Answer:
    """One header of 100 kB."""
    return replace(answer, headers=(("Set-Cookie", "a=" + "0" * 100_000),))


def loop(path: str, answer: Answer) -> Answer:
    """A redirect to itself, for ever."""
    return Answer(302, (("Location", path),))


def empty(path: str, answer: Answer) -> Answer:
    """200 and not one byte."""
    return replace(answer, status=200, body=b"", headers=(("Content-Type", "text/html"),))


def truncated(path: str, answer: Answer) -> Answer:
    """The connection ends in the middle of the body."""
    return replace(
        answer, body=answer.body[: len(answer.body) // 2], length=len(answer.body), hangs_up=True
    )


def closed(path: str, answer: Answer) -> Answer:
    """The connection ends before the answer begins."""
    return Answer(0, hangs_up=True)


def huge(path: str, answer: Answer) -> Answer:
    """A page of 50 MB."""
    row = b"<tr><td>0</td></tr>\n"
    body = b"<html><body><table>" + row * (50 * MEGABYTE // len(row))
    return Answer(200, (("Content-Type", "text/html"),), body)


def slow(path: str, answer: Answer) -> Answer:
    """The body drips: 64 bytes every 50 ms."""
    return replace(answer, piece=64, pause=0.05)


def silent(path: str, answer: Answer) -> Answer:
    """The connection stays open and nothing comes."""
    return replace(answer, piece=1, pause=3600.0)
