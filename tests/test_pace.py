"""How often a server is asked: the pause between requests, robots.txt, shared addresses."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crawler.addresses as addresses
from crawler.pace import MOST_DELAY, Pace, seconds_to_wait
from crawler.robots import LARGEST, read_rules

NOW = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
PAGE = "http://www.portal.example/a.htm"


def test_the_pause_grows_with_slow_answers_and_comes_back_to_its_floor() -> None:
    pace = Pace(1.5)
    pace.answered(0.1)
    assert pace.delay == 1.5
    pace.answered(10.0)
    assert pace.delay == 20.0
    delays = []
    while pace.delay > 1.5 and len(delays) < 20:
        pace.answered(0.1)
        delays.append(pace.delay)
    assert delays == sorted(delays, reverse=True)
    assert delays[-1] == 1.5
    assert delays[0] > 10


def test_the_pause_doubles_when_the_server_has_had_enough() -> None:
    pace = Pace(1.5)
    for expected in (3, 6, 12, 24, 48, MOST_DELAY, MOST_DELAY):
        pace.refused()
        assert pace.delay == expected


@given(
    st.floats(0, 120),
    st.lists(st.none() | st.floats(0, 1000), max_size=20),
    st.floats(0, 60),
)
def test_the_pause_is_never_below_its_floor(
    floor: float, answers: list[float | None], asked: float
) -> None:
    pace = Pace(floor)
    for seconds in answers:
        if seconds is None:
            pace.refused()
        else:
            pace.answered(seconds)
        assert floor <= pace.delay <= max(MOST_DELAY, floor)
    pace.raise_floor(asked)
    pace.answered(0)
    assert pace.delay >= asked


def test_on_loopback_nothing_waits_but_for_who_asks() -> None:
    pace = Pace(0)
    pace.answered(3)
    pace.refused()
    assert pace.delay == 0


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120),
        (b" 0 ", 0),
        (b"Sat, 31 Jan 2026 02:05:00 GMT", 300),
        (b"Sat, 31 Jan 2026 10:05:00 +0800", 300),
        (b"Sat, 31 Jan 2026 01:00:00 GMT", 0),
        (b"9" * 5000, math.inf),
        (b"soon", None),
        (b"-1", None),
        (b"\xc8\xfd\xc3\xeb", None),
        (b"", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: bytes | None, seconds: float | None) -> None:
    assert seconds_to_wait(value, NOW) == seconds


@given(st.binary(max_size=60))
def test_any_retry_after_can_be_read(value: bytes) -> None:
    found = seconds_to_wait(value, NOW)
    assert found is None or found >= 0


FORBIDS = "User-agent: *\nDisallow: /a\n"


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        (b"", True),
        (FORBIDS.encode(), False),
        (FORBIDS.encode("utf-8-sig"), False),
        (FORBIDS.encode("utf-16"), False),
        (("# 夏河县人民政府\n" + FORBIDS).encode("gb18030"), False),
        (FORBIDS.replace("\n", "\r").encode(), False),
        (b"User-agent: *\nDisallow: /\nUser-agent: gongkai\nAllow: /\n", True),
        (b"User-agent: *\nAllow: /\nUser-agent: Gongkai\nDisallow: /\n", False),
        # A contact that has the name of another program in it is no other program.
        (b"User-agent: mail\nDisallow: /\n", True),
        (b"User-agent: *\nDisallow: /b\n", True),
        (b"\n <!DOCTYPE html><pre>User-agent: *\nDisallow: /\n", True),
        (b"\x00\xff" * 50, True),
        (FORBIDS.encode() + b"#" * LARGEST, False),
        (b"#" * LARGEST + b"\n" + FORBIDS.encode(), True),
    ],
)
def test_what_a_robots_txt_says(body: bytes, allowed: bool) -> None:
    assert read_rules(body, "text/plain").allow(PAGE) is allowed


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("10", 10), ("0.5", 0.5), ("0", None), ("-3", None), ("soon", None), ("nan", None)],
)
def test_crawl_delay(said: str, seconds: float | None) -> None:
    assert read_rules(f"User-agent: *\nCrawl-delay: {said}\n".encode()).delay == seconds


def test_hosts_with_one_address_share_a_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    at = {"www.a.example": "192.0.2.1", "b.example": "192.0.2.1", "c.example": "192.0.2.2"}
    asked = []

    async def resolve(url: str) -> str | None:
        host = url.split("/")[2]
        asked.append(host)
        return at.get(host)

    monkeypatch.setattr(addresses, "_resolve", resolve)
    found = addresses.Addresses()

    def slot(url: str) -> str:
        return asyncio.run(found.find(url))

    assert found.known("http://www.a.example/") == "a.example"
    assert slot("http://www.a.example/") == slot("https://b.example/x") == "192.0.2.1"
    assert found.known("http://a.example/") == "192.0.2.1"
    assert slot("http://c.example/") == "192.0.2.2"
    assert slot("http://nowhere.example/") == "nowhere.example"
    assert slot("http://127.0.0.1:81/") != slot("http://127.0.0.1:82/")
    slot("http://c.example/again")
    assert asked == ["www.a.example", "b.example", "c.example", "nowhere.example"]
