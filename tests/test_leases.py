"""Two crawls at once into one archive: no server hears two of them, and none does work twice."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands import contents, kill, query, run
from crawl_together import begin_crawl, end_crawl

from crawler.sample import Server, World, serve
from crawler.sample import server as sample_server
from crawler.sample.faults import Answer
from pipelines.archive.archiving import Archive
from pipelines.archive.verify import verify
from pipelines.database.leases import LASTS, Leases
from pipelines.database.store import Store

FAMILIES = ("vsb", "jcms", "trs", "gkmlpt", "longxun")
PORTALS = 6
PAUSE = 0.01


class Watchful(Server):
    """Takes a moment for each answer, and notes who asks a portal that has not answered yet."""

    def __init__(self, world: World, port: int = 0) -> None:
        super().__init__(world, port)
        self.busy: dict[int, float] = {}
        self.asked_while_busy: list[tuple[int, str]] = []

    def answer(self, number: int, method: str, target: str, headers: dict[str, str]) -> Answer:
        now = time.monotonic()
        if now < self.busy.get(number, 0.0):
            self.asked_while_busy.append((number, target))
        answer = super().answer(number, method, target, headers)
        if answer.body:
            self.busy[number] = now + PAUSE * 0.9
        return replace(answer, piece=len(answer.body) or 1, pause=PAUSE)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watchful]:
    monkeypatch.setattr(sample_server, "Server", Watchful)
    with serve(World(seed=6, counties=PORTALS, units=3, families=FAMILIES)) as server:
        assert isinstance(server, Watchful)
        yield server


def assert_whole(home: Path, server: Server) -> None:
    found = {url for (url,) in query(home, "SELECT url FROM reports WHERE current")}
    wanted = {
        home_page.rstrip("/") + path
        for home_page, site in zip(server.urls, server.world.sites, strict=True)
        for path in site.report_paths
    }
    assert found == wanted
    assert query(home, "SELECT count(*) FROM reports WHERE version > 1") == [(0,)]
    assert query(home, "SELECT count(*) FROM captures WHERE reading IS NULL") == [(0,)]
    assert query(home, "SELECT * FROM leases") == []
    assert verify(home)["problems"] == []
    live = contents(home)
    assert run("rebuild", "--home", home).returncode == 0
    assert contents(home) == live


def test_two_processes_share_the_portals(server: Watchful, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    crawls = [begin_crawl(home, server.urls, at_once=2) for _ in range(2)]
    one, other = (end_crawl(process) for process in crawls)
    assert one["problems"] == other["problems"] == []
    assert one["requests"] > 0 < other["requests"]
    assert server.asked_while_busy == []
    for number in range(PORTALS):
        assert max(server.counts(number).values()) == 1
    assert len(query(home, "SELECT * FROM runs")) == PORTALS
    assert "left to it" in one["log"] + other["log"]
    assert_whole(home, server)


def test_what_a_killed_process_had_is_taken_over(server: Watchful, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    killed, living = (begin_crawl(home, server.urls, at_once=3) for _ in range(2))
    while len(_both_at_work(home)) < 2:
        assert killed.poll() is None is living.poll()
        time.sleep(0.05)
    kill(killed)
    killed.communicate()
    result = end_crawl(living)
    assert result["problems"] == []
    assert "taken over from a process that died" in result["log"]
    assert server.asked_while_busy == []
    # A run goes on from the home page; besides only what was under way is asked again: of each
    # portal one page that came and one that was asked for.
    twice: Counter[str] = Counter()
    for number in range(PORTALS):
        counts = server.counts(number)
        twice.update(
            path for path in counts if counts[path] > 1 and path not in ("/", "/robots.txt")
        )
        assert max(counts.values()) <= 2
    assert twice.total() <= 2 * 3
    assert_whole(home, server)


def _both_at_work(home: Path) -> list[str]:
    """The holders of leases that have captured a few pages each."""
    try:
        return [
            holder
            for (holder,) in query(
                home,
                "SELECT holder FROM leases JOIN captures USING (portal)"
                " GROUP BY holder HAVING count(*) > 30",
            )
        ]
    except Exception:  # there is no database yet
        return []


class TestLeases:
    @pytest.fixture
    def pair(self, home: Path) -> Iterator[tuple[Leases, Leases]]:
        with Store.open(home) as store:
            archives = [Archive(store, {}) for _ in range(2)]
            leases = [archive.open_leases() for archive in archives]
            yield leases[0], leases[1]
            for one, archive in zip(leases, archives, strict=True):
                one.close()
                archive.close()

    def test_a_site_is_leased_to_one(self, pair: tuple[Leases, Leases]) -> None:
        one, other = pair
        assert one.take("p", ["a.gov.cn", "b.gov.cn"]).holder is None
        assert other.take("q", ["c.gov.cn", "b.gov.cn"]).holder == one.holder
        assert other.take("r", ["c.gov.cn"]).holder is None
        assert one.elsewhere() == {"r"}
        assert not other.holds("q")
        one.give_back("p")
        assert other.take("q", ["c.gov.cn", "b.gov.cn"]) == (None, False)

    def test_a_process_may_have_a_site_for_two_portals(self, pair: tuple[Leases, Leases]) -> None:
        one, other = pair
        one.take("p", ["10.0.0.1"])
        assert one.take("q", ["10.0.0.1"]).holder is None
        one.give_back("p")
        assert other.take("r", ["10.0.0.1"]).holder == one.holder

    def test_a_lease_that_is_not_renewed_ends(
        self, pair: tuple[Leases, Leases], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, other = pair
        one.take("p", ["a.gov.cn"])
        later = time.time() + LASTS + 1
        monkeypatch.setattr("pipelines.database.leases.time.time", lambda: later)
        assert not one.holds("p")
        assert other.take("p", ["a.gov.cn"]) == (None, True)
