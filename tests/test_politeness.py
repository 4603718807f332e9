"""What a portal asks of a crawl is done, and no setting takes it back. All portals are invented."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from commands import ROOT, query, run
from raw_server import Answer, RawServer, ok, raw_server
from scrapy.settings import Settings

from crawler.politeness import stay_polite
from crawler.registry import unlisted_portal

HOME = (
    "<html><title>虚构网</title><a href='/nb.htm'>政府信息公开年报</a><p>虚构(synthetic)</p></html>"
)
LIST = "<html><title>年报</title><p>虚构(synthetic)</p></html>"
EMPTY = b"\r\nContent-Length: 0\r\n\r\n"
PROGRAM = """
import sys
from pathlib import Path
{patch}
from crawler.run import run_crawl
from crawler.registry import unlisted_portal
run_crawl(Path(sys.argv[1]), [unlisted_portal(url) for url in sys.argv[2:]], quiet=True)
"""


def status(line: str, *headers: str) -> bytes:
    """An answer without a body."""
    return "\r\n".join([f"HTTP/1.1 {line}", *headers]).encode() + EMPTY


def portal(stack: ExitStack, robots: Answer, **answers: Answer) -> RawServer:
    """A portal of two pages with this robots.txt."""
    pages = {"": ok(HOME.encode()), "nb.htm": ok(LIST.encode()), "robots.txt": robots}
    return stack.enter_context(raw_server(**{**pages, **answers}))


def crawl(home: Path, servers: list[RawServer], patch: str = "") -> tuple[list[str], str]:
    """Crawl portals in one process; the reason why each run ended, and what was said."""
    urls = [f"{server.url}/" for server in servers]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(patch=patch), str(home), *urls],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    reasons = dict(query(home, "SELECT portal, reason FROM runs"))
    return [reasons[url.split("/")[2]] for url in urls], done.stderr


def rules(*lines: str) -> bytes:
    return ok("\n".join(lines).encode())


WALKED = "finished without finding"
DOWN = "robots.txt: error: "


def test_robots_txt_is_obeyed_whatever_it_answers(home: Path) -> None:
    with ExitStack() as stack:
        elsewhere = portal(stack, rules("User-agent: *", "Disallow: /"))
        away = f"Location: {elsewhere.url}/robots.txt"
        cases: list[tuple[str, str, RawServer]] = [
            (reason, says, portal(stack, robots, **more))
            for reason, says, robots, more in (
                (DOWN, "answered 503", status("503 Busy"), {}),
                (DOWN, "closed the connection", b"", {}),
                (
                    "robots.txt: blocked: ",
                    "加速乐",
                    status("521 x", "Set-Cookie: __jsluid_s=1"),
                    {},
                ),
                (WALKED, "", status("404 x"), {}),
                (WALKED, "", status("403 x"), {}),
                (WALKED, "", ok(HOME.encode()), {}),
                (WALKED, "", status("302 x", "Location: /robots.txt"), {}),
                (WALKED, "", status("302 x", away), {}),
                (
                    "home page: Forbidden by robots.txt",
                    "",
                    status("302 x", "Location: /r.txt"),
                    {"r.txt": rules("User-agent: gongkai", "Disallow: /")},
                ),
            )
        ]
        reasons, _ = crawl(home, [server for _, _, server in cases])
    for (expected, says, server), reason in zip(cases, reasons, strict=True):
        assert reason.startswith(expected), reason
        assert says in reason
        assert bool(server.asked("/")) == (expected == WALKED)
    assert elsewhere.requests == []
    archived = query(home, "SELECT count(*) FROM captures WHERE url LIKE '%/robots.txt'")
    assert archived[0][0] >= len(cases)


def test_what_a_server_asks_for_is_waited_for(home: Path) -> None:
    tries: list[bytes] = []

    def busy_once(request: bytes) -> bytes:
        tries.append(request)
        again = status("503 x", "Retry-After: 1")
        return again if len(tries) == 1 else ok(LIST.encode())

    with ExitStack() as stack:
        patient = portal(stack, status("404 x"), **{"nb.htm": busy_once})
        enough = portal(stack, status("404 x"), **{"nb.htm": status("429 x", "Retry-After: 86400")})
        slow = portal(stack, rules("User-agent: *", "Crawl-delay: 0.2"))
        slower = portal(stack, rules("User-agent: *", "Disallow: /", "Crawl-delay: 7200"))
        reasons, said = crawl(home, [patient, enough, slow, slower])
    assert reasons[0].startswith(WALKED)
    assert len(tries) == 2
    assert reasons[1].startswith(
        "answered 429 and asks to be left alone for 86,400 s (Retry-After)"
    )
    assert len(enough.asked("/nb.htm")) == 1
    # It is asked first the next time.
    waits = query(home, "SELECT state FROM frontier WHERE url = ?", (f"{enough.url}/nb.htm",))
    assert waits == [("waiting",)]
    assert reasons[2].startswith(WALKED)
    assert "asks for 7200 s between two requests (Crawl-delay); 60 s are kept" in said


def test_portals_at_one_address_are_asked_one_at_a_time(home: Path) -> None:
    """Loopback has a server on each port; here it is treated as a public address."""
    lock = threading.Lock()
    together: list[str] = []

    def alone(answer: bytes) -> Callable[[bytes], bytes]:
        def answers(request: bytes) -> bytes:
            if not lock.acquire(blocking=False):
                together.append(request.decode())
                return answer
            try:
                threading.Event().wait(0.05)
            finally:
                lock.release()
            return answer

        return answers

    pages = {"": alone(ok(HOME.encode())), "nb.htm": alone(ok(LIST.encode()))}
    with ExitStack() as stack:
        servers = [portal(stack, alone(status("404 x")), **pages) for _ in range(4)]
        reasons, _ = crawl(
            home,
            servers,
            "import crawler.addresses as a; a.is_loopback = lambda url: False",
        )
        assert all(server.asked("/nb.htm") for server in servers)
    assert all(reason.startswith(WALKED) for reason in reasons)
    assert together == []


PUBLIC = unlisted_portal("http://www.portal.example/")
CONTACT = {"GONGKAI_CONTACT": "crawl@portal.example", "USER_AGENT": "x (+crawl@portal.example)"}


def settings(**given: object) -> Settings:
    found = Settings()
    found.setmodule("crawler.settings")
    found.setdict(CONTACT, priority="project")
    found.setdict(given, priority="cmdline")
    return found


@pytest.mark.parametrize(
    "given",
    [
        {"ROBOTSTXT_OBEY": "False"},
        {"DOWNLOAD_DELAY": "0"},
        {"DOWNLOAD_DELAY": "0.5"},
        {"CONCURRENT_REQUESTS_PER_DOMAIN": "16"},
        {"DOWNLOAD_SLOTS": '{"portal.example": {"delay": 0}}'},
        {"DOWNLOADER_MIDDLEWARES": "{}"},
        {"USER_AGENT": "Mozilla/5.0 (+crawl@portal.example)"},
        {"DOWNLOAD_VERIFY_CERTIFICATES": "False"},
    ],
)
def test_no_setting_makes_a_crawl_rude(given: dict[str, str]) -> None:
    stay_polite(settings(), [PUBLIC])
    stay_polite(settings(DOWNLOAD_DELAY="5"), [PUBLIC])
    stay_polite(settings(**given), [unlisted_portal("http://127.0.0.1:8000/")])
    with pytest.raises(ValueError, match=next(iter(given))):
        stay_polite(settings(**given), [PUBLIC])


@pytest.mark.parametrize(
    "contact", ["", "no contact set", "me", "a@b", "a@b.cn\r\nX: y", "http://x"]
)
def test_who_asks_says_who_they_are(contact: str) -> None:
    found = settings()
    agent = f"gongkai/1 (+{contact})"
    found.setdict({"GONGKAI_CONTACT": contact, "USER_AGENT": agent}, priority="project")
    with pytest.raises(ValueError, match="GONGKAI_CONTACT"):
        stay_polite(found, [PUBLIC])


@pytest.mark.parametrize("command", [["crawl", "623027"], ["portals", "probe", PUBLIC.url]])
def test_without_a_contact_no_public_portal_is_asked(home: Path, command: list[str]) -> None:
    more = ["--home", home] if command[0] == "crawl" else []
    result = run(*command, *more, env={"GONGKAI_CONTACT": ""})
    assert result.returncode == 2
    (line,) = result.stderr.splitlines()
    assert "set the environment variable GONGKAI_CONTACT" in line
    assert not home.exists()


def test_scrapy_refuses_it_too(home: Path) -> None:
    arguments = ["-a", "portal=623027", "-a", f"home={home}", "-s", "ROBOTSTXT_OBEY=False"]
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "portal", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **CONTACT},
        timeout=60,
    )
    assert done.returncode != 0
    assert "ROBOTSTXT_OBEY cannot be set for xiahe.gov.cn" in done.stderr
    assert not home.exists()
