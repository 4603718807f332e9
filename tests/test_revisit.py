"""The policy of data/revisit.yml: what is asked again when."""

from __future__ import annotations

from pathlib import Path

import pytest
from commands import run

from crawler.due import due_portals
from crawler.portal import Portal
from crawler.registry import RegistryError
from crawler.revisit import DAY, SLACK, age_counts_from, load_policy
from crawler.run import choose_portals
from pipelines.archive.capture import moment_of, time_of
from pipelines.archive.moments import now
from pipelines.database.store import Store

SUMMER = moment_of("2026-07-01T02:00:00Z")
SEASON = moment_of("2026-02-01T02:00:00Z")
PORTAL = Portal("623027", "夏河县", "http://www.xiahe.gov.cn/")


@pytest.mark.parametrize(
    ("now", "age", "nights"),
    [
        (SUMMER, 0, 1),
        (SUMMER, 30, 1),
        (SUMMER, 32, 7),
        (SUMMER, 365, 7),
        (SUMMER, 400, 30),
        (SUMMER, 6000, 30),
        (SEASON, 10, 1),
        (SEASON, 200, 3),
        (SEASON, 3000, 7),
    ],
)
def test_a_report_is_asked_less_often_as_it_grows_old(now: int, age: int, nights: int) -> None:
    policy = load_policy()
    asked = [
        night
        for night in range(1, 60)
        if policy.is_due(now, now - night * DAY, now - age * DAY, is_report=True)
    ]
    assert asked[0] == nights
    assert asked == list(range(nights, 60))


def test_a_night_may_be_some_hours_shorter_than_a_day() -> None:
    policy = load_policy()
    assert policy.is_due(SUMMER, SUMMER - DAY + SLACK, SUMMER, is_report=True)
    assert not policy.is_due(SUMMER, SUMMER - DAY + SLACK + 1, SUMMER, is_report=True)


def test_a_report_that_was_always_there_is_as_old_as_it_says() -> None:
    first_seen, walked = "2026-07-01T02:00:00Z", "2026-07-01T04:00:00Z"
    old = "2019-01-28T10:00:00+08:00"
    assert age_counts_from(first_seen, old, walked) == moment_of(old)
    assert age_counts_from(first_seen, "2019-01-28", None) == moment_of("2019-01-27T16:00:00Z")
    assert age_counts_from(first_seen, None, walked) == moment_of(first_seen)


def test_a_report_that_appeared_since_is_new_whatever_it_says() -> None:
    first_seen, walked = "2026-07-02T02:00:00Z", "2026-07-01T04:00:00Z"
    assert age_counts_from(first_seen, "2019-01-28", walked) == moment_of(first_seen)


def run_at(store: Store, moment: int, reason: str | None, outcome: str = "page") -> None:
    store.add_portal(PORTAL.id, PORTAL.name, None, None, PORTAL.url, False)
    store.start_run(moment, PORTAL.id, time_of(moment))
    store.conn.execute(
        "INSERT INTO captures (id, portal, run, url, fetched_at, warc_file, warc_offset,"
        " warc_length, outcome) VALUES (?, ?, ?, ?, ?, ?, 0, 1, ?)",
        [moment + 1, PORTAL.id, moment, PORTAL.url, time_of(moment + 1), str(moment), outcome],
    )
    if reason is not None:
        store.finish_run(moment, time_of(moment + 2), reason)


def test_a_portal_is_due_once_a_night(home: Path) -> None:
    with Store.open(home) as store:
        assert due_portals(store.conn, [PORTAL], SUMMER) == [PORTAL]
        run_at(store, SUMMER, "finished")
        assert due_portals(store.conn, [PORTAL], SUMMER + DAY // 2) == []
        assert due_portals(store.conn, [PORTAL], SUMMER + DAY - SLACK) == [PORTAL]


@pytest.mark.parametrize("reason", [None, "shutdown", "limit of 3 reports"])
def test_a_portal_whose_run_was_cut_off_is_due_at_once(home: Path, reason: str | None) -> None:
    with Store.open(home) as store:
        run_at(store, SUMMER, reason)
        assert due_portals(store.conn, [PORTAL], SUMMER + 60_000_000) == [PORTAL]


def test_a_portal_that_gives_no_page_is_asked_with_patience(home: Path) -> None:
    asked = []
    with Store.open(home) as store:
        for night in range(30):
            now = SUMMER + night * DAY
            if due_portals(store.conn, [PORTAL], now):
                asked.append(night)
                run_at(store, now, "home page: blocked: answered 412", "blocked")
    assert asked == [0, 1, 2, 4, 8, 15, 22, 29]


def test_due_chooses_among_the_portals_that_are_named(home: Path) -> None:
    assert [portal.id for portal in choose_portals(["623027"], None, None, home)] == ["623027"]
    with Store.open(home) as store:
        run_at(store, now(), "finished")
    result = run("crawl", "--due", "623027", "--home", home)
    assert (result.returncode, result.stdout.splitlines()[0]) == (0, "no portal is due")
    with pytest.raises(RegistryError, match="--url"):
        choose_portals([], PORTAL.url, None, home)
