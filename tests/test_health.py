"""Whether portals are well: what is an alarm and what is none, and how it is shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from commands import run

from pipelines.archive.capture import moment_of
from pipelines.database.health import portal_health, summarise_places
from pipelines.database.store import Store
from pipelines.database.summary import coverage

XIAHE, LUQU, ANNING = "623027", "623026", "620105"
NAMES = {XIAHE: "夏河县", LUQU: "碌曲县", ANNING: "安宁区"}


class Nights:
    """An archive that holds runs and the reports they found, and nothing else (synthetic)."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.conn: sqlite3.Connection = store.conn
        self.conn.execute("PRAGMA foreign_keys = OFF")
        self.id = 0

    def night(
        self, day: int, portal: str = XIAHE, reason: str | None = "finished", **found: int
    ) -> None:
        """``new``: reports that appear; ``gone``: that were there and are not any more."""
        at = f"{date(2025, 12, 31) + timedelta(days=day)}T02:00:00Z"
        self.store.add_portal(portal, NAMES[portal], None, portal, f"http://{portal}/", False)
        self.conn.execute(
            "INSERT INTO runs (id, portal, started, finished, reason) VALUES (?, ?, ?, ?, ?)",
            [moment_of(at) + int(portal), portal, at, at if reason else None, reason],
        )
        for _ in range(found.get("new", 0)):
            self.id += 1
            self.conn.execute(
                "INSERT INTO reports (id, url, version, current, first_seen, last_seen, portal,"
                " capture, breadcrumb, synthetic, fingerprint, year, division, publisher)"
                " VALUES (?, ?, 1, 1, ?, ?, ?, 0, '[]', 0, '', 2025, ?, ?)",
                [self.id, f"u{self.id}", at, at, portal, portal, portal],
            )
        self.conn.execute(
            "UPDATE reports SET gone_at = ? WHERE id IN (SELECT id FROM reports"
            " WHERE portal = ? AND gone_at IS NULL LIMIT ?)",
            [at, portal, found.get("gone", 0)],
        )

    def state(self, *bounds: int | None) -> tuple[str, list[str]]:
        (one,) = portal_health(self.conn, {XIAHE: (bounds[0], bounds[1])} if bounds else {}, XIAHE)
        return one["state"], one["alarms"]


@pytest.fixture
def nights(home: Path) -> Iterator[Nights]:
    with Store.open(home) as store:
        yield Nights(store)


def test_a_portal_whose_reports_stand_is_well(nights: Nights) -> None:
    nights.night(1, new=5)
    assert nights.state() == ("ok", [])
    nights.night(2, new=1)
    assert nights.state(6, 6) == ("ok", [])


def test_fewer_than_the_last_good_run_is_an_alarm_until_they_are_back(nights: Nights) -> None:
    fewer = ("alarm", ["3 reports stand, 5 stood after the last good run"])
    nights.night(1, new=5)
    nights.night(2, reason="home page: blocked: answered 412")
    nights.night(3, gone=2)
    assert nights.state() == fewer
    nights.night(4)
    assert nights.state() == fewer
    nights.night(5, reason="limit of time")
    assert nights.state() == fewer
    nights.night(6, new=2)
    assert nights.state() == ("ok", [])


def test_reports_that_are_gone_for_good_are_an_alarm_for_a_month(nights: Nights) -> None:
    nights.night(1, new=5)
    nights.night(10, new=1)
    nights.night(11, gone=2)
    nights.night(39)
    assert nights.state() == ("alarm", ["4 reports stand, 6 stood after the last good run"])
    nights.night(42)
    assert nights.state() == ("ok", [])


def test_a_portal_that_is_seldom_crawled_is_held_against_its_last_whole_run(
    nights: Nights,
) -> None:
    nights.night(1, new=5)
    nights.night(100, gone=1)
    assert nights.state()[0] == "alarm"


def test_reports_that_only_moved_are_no_alarm(nights: Nights) -> None:
    nights.night(1, new=5)
    nights.night(2, new=2, gone=2)
    assert nights.state() == ("ok", [])


@pytest.mark.parametrize(
    ("bounds", "says"),
    [((6, None), "expects at least 6"), ((None, 4), "expects at most 4")],
)
def test_what_the_record_expects_is_held_against_it(
    nights: Nights, bounds: tuple[int | None, int | None], says: str
) -> None:
    nights.night(1, new=5)
    state, (alarm,) = nights.state(*bounds)
    assert state == "alarm"
    assert alarm.startswith("5 reports stand")
    assert says in alarm


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (None, "unfinished"),
        ("limit of 3 reports", "limited"),
        ("finished without finding an annual report", "alarm"),
        ("finished; the column http://a/ of the record: gone", "alarm"),
        ("5 failures in a row, the last: error", "alarm"),
        ("shutdown", "alarm"),
    ],
)
def test_only_a_run_that_finished_is_held_against_what_is_expected(
    nights: Nights, reason: str | None, state: str
) -> None:
    nights.night(1, reason=reason)
    assert nights.state(None, None)[0] == state
    nights.night(2, reason="limit of 3 reports", new=3)
    assert nights.state(20, None) == ("limited", [])


def test_places_are_summed_up_at_the_widest_level_that_tells_more_than_one_apart(
    nights: Nights,
) -> None:
    nights.conn.execute(
        "INSERT INTO publishers (id, name, division, kind) SELECT code, name, code, 'government'"
        " FROM divisions WHERE length(code) = 6 AND code LIKE '62%'"
    )
    nights.night(1, XIAHE, new=1)
    nights.night(1, LUQU, "home page: error: no answer", new=0)
    health = portal_health(nights.conn, {})
    xiahe, luqu = reversed(summarise_places(coverage(nights.conn), health))
    assert (luqu["name"], luqu["portals"], luqu["alarms"]) == ("碌曲县", 1, 1)
    assert (xiahe["name"], xiahe["portals"], xiahe["alarms"]) == ("夏河县", 1, 0)
    assert xiahe["years"]["2025"][1] > xiahe["years"]["2025"][0] == 0
    nights.night(1, ANNING)
    health = portal_health(nights.conn, {})
    assert [one["division"] for one in summarise_places(coverage(nights.conn), health)] == [
        "6201",
        "6230",
    ]
    assert summarise_places(coverage(nights.conn), health, XIAHE) == []


def test_status_shows_it(nights: Nights, home: Path) -> None:
    nights.night(1, XIAHE, new=2)
    nights.night(2, XIAHE, gone=1)
    nights.night(2, LUQU, new=1)
    nights.store.close()
    lines = [line.strip() for line in run("status", "--home", home).stdout.splitlines()]
    (line,) = [line for line in lines if line.startswith("623026 ")]
    assert line.split()[:4] == ["623026", "碌曲县", "1", "–"]
    assert any("2 crawled: 1 alarm, 1 ok" in line for line in lines)
    assert any("夏河县 (623027), 2026-01-02: 1 reports stand, 2 stood" in line for line in lines)
    shown = json.loads(run("status", XIAHE, "--json", "--home", home).stdout)
    assert [one["state"] for one in shown["portals"]] == ["alarm"]
    wrong = run("status", "777", "--home", home)
    assert (wrong.returncode, wrong.stderr) == (2, "Error: no division has the code '777'\n")


def test_how_many_nights_a_wall_has_stood_is_said(nights: Nights) -> None:
    wall = "home page: blocked: answered 412, the script challenge 瑞数"
    nights.night(1, new=3)
    nights.night(2, reason=wall)
    (one,) = portal_health(nights.conn, {}, XIAHE)
    assert one["blocked_nights"] == 1
    nights.night(3, reason=None)
    nights.night(4, reason="robots.txt: blocked: answered 521 with the cookie of 加速乐")
    (one,) = portal_health(nights.conn, {}, XIAHE)
    assert (one["state"], one["blocked_nights"]) == ("alarm", 2)
    assert "blocked for 2 nights now" in one["alarms"]
    nights.night(5)
    (one,) = portal_health(nights.conn, {}, XIAHE)
    assert (one["state"], one["blocked_nights"]) == ("ok", 0)
