"""Night after night: a portal where nothing is new is asked for its lists and no more, whether it
gives validators or clocks and counters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from commands import contents, query, run
from crawl_together import crawl

from crawler.sample import Server, Site, World, serve
from crawler.sample import server as sample_server
from crawler.sample.faults import Answer

FAMILIES = ("vsb", "jcms", "trs")
UNITS = 3


class Restless(Server):
    """Gives no validators, and on each page a clock, a counter and a session."""

    def answer(self, number: int, method: str, target: str, headers: dict[str, str]) -> Answer:
        plain = {name: value for name, value in headers.items() if name == "host"}
        answer = super().answer(number, method, target, plain)
        fields = tuple(
            (name, value) for name, value in answer.headers if name not in ("ETag", "Last-Modified")
        )
        count = len(self.requests)
        live = (
            f"<p>现在是 {count % 24}:{count % 60:02}:{count % 60:02}　点击数：<i>{count}</i>"
            f"　您是第{count}位访问者　<a href='/index.htm?_={count}'>刷新</a></p></body>"
        )
        charset = "gb18030" if b"gb" in answer.body[:300].lower() else "utf-8"
        body = answer.body.replace(b"</body>", live.encode(charset))
        return replace(answer, headers=fields, body=body)


@pytest.fixture(scope="module", params=[Server, Restless], ids=["validators", "clocks"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    world = World()
    world.sites = [World(seed=5, units=UNITS, families=[name]).sites[0] for name in FAMILIES]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sample_server, "Server", request.param)
        with serve(world) as server:
            yield server


def test_a_second_night_asks_the_lists_and_finds_nothing_new(
    server: Server, tmp_path: Path
) -> None:
    home = tmp_path / "archive"
    first = crawl(home, server.urls)
    reports = sum(len(site.report_paths) for site in server.world.sites)
    assert first["reports"]["new"] == reports
    before = len(server.requests)
    second = crawl(home, server.urls)
    assert second["reports"]["new"] == second["reports"]["changed"] == 0
    assert second["reports"]["gone"] == 0
    asked = len(server.requests) - before
    assert asked <= 1.1 * sum(lists_of(site) for site in server.world.sites)
    told = query(
        home,
        "SELECT url FROM captures WHERE reading = 'other' AND outcome != 'unchanged'"
        " AND evidence NOT LIKE '%but for clocks and counters'"
        " AND run IN (SELECT max(id) FROM runs GROUP BY portal)",
    )
    assert told == []
    ((size, sent),) = query(
        home,
        "SELECT (SELECT sum(bytes) FROM runs),"
        " (SELECT sum(size) FROM captures WHERE status != 304)",
    )
    assert size == sent > 0
    live = contents(home)
    assert run("rebuild", "--home", home).returncode == 0
    assert contents(home) == live


def lists_of(site: Site) -> int:
    """Pages that lead to reports, columns that are one and show its files, and robots.txt."""
    if hasattr(site, "needed"):
        articles = sum(article.column.is_article for article in site.portal.reports())
        return site.needed - len(site.report_paths) + articles + 1
    columns = [article for article in site.portal.reports() if article.column.is_article]
    return len(site.way) + len(columns) + len(site.missing) + 1
