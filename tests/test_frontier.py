"""The frontier: nothing is asked twice or lost by a crash; known reports wait their time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.frontier import CONTINUE_WITHIN, MAX_URLS, Frontier
from crawler.revisit import DAY, load_policy
from pipelines.archive.capture import Capture, time_of
from pipelines.database.store import Store

HOME = "http://www.xiahe.gov.cn/"
RUN = 1_700_000_000_000_000


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as store:
        store.add_portal("p", "夏河县", None, None, HOME, True)
        yield store


def begin(store: Store, run: int = RUN, **options: bool) -> Frontier:
    store.start_run(run, "p", time_of(run))
    frontier = Frontier(store, "p", run, **options)
    frontier.open(HOME)
    return frontier


def capture(store: Store, url: str, run: int, outcome: str = "page") -> None:
    store.add_capture(
        Capture(
            id=run + 1 + abs(hash((url, run))) % 1_000_000,
            portal="p",
            run=run,
            url=url,
            status=200,
            outcome=outcome,  # type: ignore[arg-type]
            evidence=None,
            mime="text/html",
            charset=None,
            size=1,
            digest=None,
            etag=None,
            last_modified=None,
            warc_file=f"{url}-{run}",
            warc_offset=0,
            warc_length=1,
        )
    )


def finish(store: Store, frontier: Frontier) -> list[str]:
    """Ask all that waits, with success."""
    asked = []
    while rows := frontier.take(10, ()):
        for row in rows:
            capture(store, row.url, frontier.run)
            frontier.settle(row.url, "fetched")
            asked.append(row.url)
    return asked


def test_a_run_begins_at_the_home_page(store: Store) -> None:
    frontier = begin(store)
    assert [row[:2] for row in frontier.take(5, ())] == [(HOME, "home")]
    assert frontier.take(5, {HOME}) == []


def test_what_is_nearest_to_the_reports_comes_first(store: Store) -> None:
    frontier = begin(store)
    frontier.settle(HOME, "fetched")
    frontier.add(
        HOME, [("g", "gateway"), ("w", "weak"), ("r", "report"), ("u", "unit"), ("l", "list")]
    )
    assert [row.url for row in frontier.take(9, ())] == ["r", "l", "u", "g"]
    assert [row.url for row in frontier.take_weak(9)] == ["w"]


def test_an_address_is_asked_once_a_run(store: Store) -> None:
    frontier = begin(store)
    assert frontier.add(HOME, [("a", "list"), ("a", "list")]) == ["a"]
    finish(store, frontier)
    assert frontier.add("b", [("a", "list")]) == []
    assert frontier.take(9, ()) == []


def test_a_waiting_page_may_turn_out_to_be_more(store: Store) -> None:
    frontier = begin(store)
    frontier.settle(HOME, "fetched")
    frontier.add(HOME, [("a", "weak")])
    frontier.add("b", [("a", "list")])
    frontier.add("c", [("a", "gateway")])
    assert [row[:2] for row in frontier.take(9, ())] == [("a", "list")]


def test_what_was_in_flight_when_the_process_died_is_asked_again(home: Path) -> None:
    with Store.open(home) as store:
        store.add_portal("p", "夏河县", None, None, HOME, True)
        first = begin(store)
        first.settle(HOME, "fetched")
        first.add(HOME, [("list", "list"), ("r1", "report"), ("r2", "report")])
        first.settle("list", "fetched")
        first.settle("r1", "fetched")
        first.take(1, ())
    with Store.open(home) as store:  # as after kill -9
        second = begin(store, RUN + 60_000_000)
        assert [row.url for row in second.take(9, ())] == [HOME, "r2"]
        assert second.add(HOME, [("list", "list")]) == []


def test_a_run_that_was_broken_off_long_ago_is_begun_anew(store: Store) -> None:
    first = begin(store)
    first.settle(HOME, "fetched")
    first.add(HOME, [("list", "list"), ("r", "report")])
    first.settle("list", "fetched")
    second = begin(store, RUN + CONTINUE_WITHIN + 1)
    assert [row.url for row in second.take(9, ())] == [HOME, "r"]
    assert second.add(HOME, [("list", "list")]) == ["list"]


def test_the_next_run_asks_columns_again_and_known_reports_only_when_due(store: Store) -> None:
    first = begin(store)
    first.add(HOME, [("list", "list"), ("r", "report")])
    assert set(finish(store, first)) == {HOME, "list", "r"}
    second = begin(store, RUN + 3600 * 1_000_000)
    second.settle(HOME, "fetched")
    assert second.add(HOME, [("list", "list"), ("r", "report"), ("new", "report")]) == [
        "list",
        "new",
    ]
    finish(store, second)
    third = begin(store, RUN + 31 * DAY)
    # Also a report that no list shows any more is asked, so that its removal is noticed.
    assert {row.url for row in third.take(9, ())} == {HOME, "r", "new"}


def test_a_full_run_asks_every_known_report(store: Store) -> None:
    finish_first = begin(store)
    finish_first.add(HOME, [("r", "report")])
    finish(store, finish_first)
    full = begin(store, RUN + 3600 * 1_000_000, full=True)
    assert {row.url for row in full.take(9, ())} == {HOME, "r"}


def test_a_report_that_fails_is_asked_again_with_growing_patience(store: Store) -> None:
    asked = []
    for night in range(40):
        frontier = begin(store, RUN + night * DAY)
        frontier.settle(HOME, "fetched")
        frontier.add(HOME, [("r", "report")])
        if "r" in [row.url for row in frontier.take(9, ())]:
            asked.append(night)
            frontier.settle("r", "failed")
    waited = [later - sooner for sooner, later in pairwise(asked)]
    assert waited == list(load_policy().failed[: len(waited)])
    assert len(waited) == 5


def test_what_robots_forbid_is_looked_at_anew_each_run(store: Store) -> None:
    first = begin(store)
    first.settle(HOME, "fetched")
    first.add(HOME, [("r", "report")])
    first.settle("r", "excluded")
    second = begin(store, RUN + 3600 * 1_000_000)
    assert [row.url for row in second.take(9, ())] == [HOME, "r"]


def test_portals_do_not_meet_in_the_frontier(store: Store) -> None:
    store.add_portal("q", "临潭县", None, None, "http://q/", True)
    one = begin(store)
    one.add(HOME, [("r", "report")])
    store.start_run(RUN + 1, "q", time_of(RUN + 1))
    other = Frontier(store, "q", RUN + 1)
    other.open("http://q/")
    assert [row.url for row in other.take(9, ())] == ["http://q/"]
    assert not other.has_reports()
    assert one.has_reports()


def test_a_portal_may_have_so_many_addresses_and_no_more(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_URLS >= 10_000
    monkeypatch.setattr("crawler.frontier.MAX_URLS", 5)
    frontier = begin(store)
    frontier.add(HOME, [(f"r{n}", "report") for n in range(50)])
    assert frontier.size == 5
    assert len(finish(store, frontier)) == 5
