"""The walk from a home page to every report and nothing else, in memory and over HTTP."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from commands import ROOT, query, run
from mock_portal import MockPortal, Style
from mock_portal import serve as serve_mock
from walking import DAY, HOME, Answer, begin, open_store, walk_all

from crawler.columns import MAX_REDIRECTS
from crawler.families import Page
from crawler.registry import Portal
from crawler.sample import Site, World, faults, serve
from crawler.walk import GIVE_UP_AFTER, Walk
from pipelines.archive.capture import Capture
from pipelines.database.store import Store

PORTAL = Portal("127.0.0.1:8000", "夏河县", HOME, division="623027")
STYLES = [
    Style(),
    Style(nested=False),
    Style(dropdown=True, nested=False, menu="divs"),
    Style(pager="text", menu="table", titles="whole", encoding="gb18030"),
    Style(nested=False, menu="divs", names="invented", crumbs=False, pager="text"),
    Style(names="invented", dropdown=True, crumbs=False),
]


class Walked(NamedTuple):
    store: Store
    walk: Walk


@pytest.fixture
def walked(home: Path) -> Iterator[Walked]:
    with open_store(home, PORTAL) as store:
        yield Walked(store, begin(store, PORTAL))


@pytest.mark.parametrize(
    "style", STYLES, ids=lambda style: "-".join(map(str, vars(style).values()))
)
def test_a_portal_nobody_configured_is_walked_to_all_its_reports(
    walked: Walked, style: Style
) -> None:
    portal = MockPortal(style)
    _, walk = walked
    asked = walk_all(walk, portal.answer)
    assert set(portal.reports) <= set(asked)
    assert len(asked) == len(set(asked))
    assert walk.reason == "finished"
    needed = portal.lists | portal.reports.keys()
    assert len(asked) <= 1.15 * len(needed)
    assert not any(path.startswith(("/rili", "/ssjgy", "/zjxh")) for path in asked)


def test_titles_cut_without_a_trace_are_fetched_to_be_sure(walked: Walked) -> None:
    portal = MockPortal(Style(titles="cut"))
    _, walk = walked
    asked = set(walk_all(walk, portal.answer))
    assert portal.reports.keys() <= asked
    titles = [portal.titles.get(path, "") for path in asked]
    assert not any(word in title for title in titles for word in ("法治", "决算", "防汛", "召开"))


@pytest.mark.parametrize("seed", [0, 5])
def test_the_sample_is_walked_to_all_its_reports(home: Path, seed: int) -> None:
    site = World(seed=seed).sites[0]
    code = site.county.code
    portal = Portal(code, site.county.name, HOME, division=code, synthetic=True)
    with open_store(home, portal) as store:
        asked = walk_all(begin(store, portal), answer_of(site))
    assert set(site.report_paths) <= set(asked)
    assert set(site.way) <= set(asked)
    assert len(asked) <= 1.15 * len({*site.way, *site.report_paths, *site.missing})


def answer_of(site: Site) -> Answer:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        page = site.page(path)
        return page.status, {"Content-Type": page.content_type}, page.body()

    return answer


def test_the_second_run_asks_the_way_and_no_known_report(home: Path) -> None:
    mock = MockPortal()
    with open_store(home, PORTAL) as store:
        walk_all(begin(store, PORTAL), mock.answer)
        mock.pages.pop(next(iter(mock.reports)))
        asked = walk_all(begin(store, PORTAL, 2 * DAY), mock.answer)
        assert not set(asked) & {path for path in mock.reports if path.startswith("/info/")}
        assert set(asked) >= mock.lists
        asked = walk_all(begin(store, PORTAL, 40 * DAY), mock.answer)
        assert set(asked) >= mock.reports.keys()


def test_an_article_added_meanwhile_shifts_pages_and_is_found(home: Path) -> None:
    with open_store(home, PORTAL) as store:
        first = MockPortal()
        walk_all(begin(store, PORTAL), first.answer)
        second = MockPortal()
        trail = [(second.gateway, "政务公开")]
        path, title = second.unit_paths["kcz"], "科才镇2018年政府信息公开工作年度报告"
        late = second.article(title, trail, report=True)
        rows = [(url, name) for url, name in second.reports.items() if "科才镇" in name]
        second.column(path, "科才镇", [(late, title), *rows * 5], trail)
        asked = walk_all(begin(store, PORTAL, 2 * DAY), second.answer)
        assert late in asked


def test_a_list_that_is_the_same_leads_where_it_led(home: Path) -> None:
    """Without a look at it: here it comes empty, and is said to be the same."""
    column = page(link("/zfxxgk/nb.htm", "政府信息公开年报"))
    years = page(*(link(f"/zfxxgk/nb/{year}.htm", f"{year}年") for year in (2021, 2022)))
    led = []
    with open_store(home, PORTAL) as store:
        for night, (body, mark) in enumerate([(years, "a"), ("", "a"), ("", "b")], 1):
            walk = begin(store, PORTAL, night * DAY)
            for text in (column, body):
                [row] = walk.next_rows()
                walk.arrived(row, Page(row.url, text.encode()), mark)
            led.append({row.url for row in walk.next_rows()})
            for url in led[-1]:
                walk.frontier.settle(url, "fetched")
    assert led == [{f"{HOME}zfxxgk/nb/{year}.htm" for year in (2021, 2022)}] * 2 + [set()]


def page(*links: str, extra: str = "") -> str:
    return f"<html><body>{''.join(links)}{extra}<p>一页</p></body></html>"


def link(url: str, text: str) -> str:
    return f'<p><a href="{url}">{text}</a></p>'


MANY = page(*(link(f"/info/1/{n}.htm", f"{n}年政府信息公开年报") for n in range(2000, 2020)))


def small(pages: dict[str, str], moved: dict[str, str] | None = None) -> Answer:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if moved and path in moved:
            return 302, {"Location": moved[path]}, b""
        if path not in pages:
            return 404, {}, b""
        return 200, {"Content-Type": "text/html"}, pages[path].encode()

    return answer


def test_a_list_without_end_ends_where_it_brings_nothing_new(walked: Walked) -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/":
            body = page(link("/nb.htm", "政府信息公开年报"))
        else:
            number = int(path.removesuffix(".htm").rpartition("/")[2]) if "/nb/" in path else 1000
            body = page(
                link("/info/1/2.htm", "科才镇2021年政府信息公开工作年度报告"),
                link(f"/nb/{number - 1}.htm", "下一页"),
            )
        return 200, {}, body.encode()

    _, walk = walked
    assert walk_all(walk, answer) == ["/", "/nb.htm", "/info/1/2.htm", "/nb/999.htm"]


def test_a_list_that_always_brings_something_new_ends_at_its_bound(
    walked: Walked,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("crawler.columns.MAX_LIST_PAGES", 5)

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        number = int(path.removesuffix(".htm").rpartition("/")[2]) if "/nb/" in path else 1000
        body = page(
            link(f"/info/1/{number}.htm", f"防汛通知第{number}号"),
            link(f"/nb/{number - 1}.htm", "下一页"),
        )
        if path == "/":
            body = page(link("/nb.htm", "政府信息公开年报"))
        return 200, {}, body.encode()

    _, walk = walked
    assert walk_all(walk, answer) == [
        "/",
        "/nb.htm",
        *(f"/nb/{n}.htm" for n in range(999, 995, -1)),
    ]


def test_redirects_are_followed_on_the_portal_and_nowhere_else(walked: Walked) -> None:
    pages = {
        "/": page(*(link(f"/{n}.htm", "政府信息公开年报") for n in "abcdefg")),
        "/real.htm": page(),
    }
    moved = {
        "/a.htm": "/real.htm",
        "/b.htm": "http://www.gansu.gov.cn/",
        "/c.htm": "http://127.0.0.1:9/",
        "/d.htm": "/e.htm",
        "/e.htm": "/d.htm",
        "/f.htm": "/f.htm",
        "/g.htm": "http://169.254.169.254/latest",
    }
    store, walk = walked
    asked = walk_all(walk, small(pages, moved))
    assert sorted(asked) == sorted(["/", *moved, "/real.htm"])
    states = dict(store.conn.execute("SELECT url, state FROM frontier"))
    assert states[HOME + "real.htm"] == "fetched"
    assert [states[f"{HOME}{n}.htm"] for n in "bcg"] == ["excluded"] * 3
    assert [states[f"{HOME}{n}.htm"] for n in "df"] == ["failed"] * 2


def test_a_redirect_that_grows_ends(walked: Walked) -> None:
    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        if path == "/":
            return 200, {}, page(link("/r0.htm", "政府信息公开年报")).encode()
        return 302, {"Location": f"/r{int(path[2:-4]) + 1}.htm"}, b""

    _, walk = walked
    assert len(walk_all(walk, answer)) == 2 + MAX_REDIRECTS


def test_a_page_that_only_sends_on_is_followed(walked: Walked) -> None:
    pages = {
        "/": '<meta http-equiv="refresh" content="0;url=/index.htm">',
        "/index.htm": page(link("/nb.htm", "政府信息公开年报")),
        "/nb.htm": "<script>location.href='/nb2.htm'</script>",
        "/nb2.htm": page(link("/info/1/2.htm", "2021年政府信息公开工作年度报告")),
        "/info/1/2.htm": page(),
    }
    _, walk = walked
    assert walk_all(walk, small(pages)) == list(pages)


def test_a_portal_that_fails_again_and_again_is_left_alone(walked: Walked) -> None:
    pages = {
        "/": page(*(link(f"/info/1/{n}.htm", f"{n}年政府信息公开年报") for n in range(2000, 2020)))
    }

    def answer(path: str) -> tuple[int, dict[str, str], bytes]:
        return small(pages)(path) if path == "/" else (503, {}, b"")

    store, walk = walked
    asked = walk_all(walk, answer)
    assert len(asked) < 1 + 2 * GIVE_UP_AFTER
    assert walk.reason == f"{GIVE_UP_AFTER} failures in a row, the last: error: answered 503"
    # The rest waits for the next run.
    assert store.conn.execute("SELECT count(*) FROM frontier WHERE state = 'waiting'").fetchone()[0]


def test_pages_that_are_gone_are_no_sign_of_a_sick_portal(walked: Walked) -> None:
    pages = {
        "/": page(*(link(f"/info/1/{n}.htm", f"{n}年政府信息公开年报") for n in range(2000, 2020)))
    }
    _, walk = walked
    assert len(walk_all(walk, small(pages))) == 21
    assert walk.stopped is None
    assert walk.reason.startswith("finished without finding an annual report. To look anew: ")


def test_a_home_page_that_cannot_be_had_is_the_reason(walked: Walked) -> None:
    _, walk = walked
    assert walk_all(walk, lambda path: (412, {}, b"")) == ["/"]
    assert walk.reason.startswith("home page: blocked: answered 412, the script challenge 瑞数. ")


def test_finding_nothing_is_no_success(walked: Walked) -> None:
    _, walk = walked
    walk_all(walk, small({"/": page(link("/xwzx.htm", "新闻中心"))}))
    assert walk.reason.startswith("finished without finding an annual report. To look anew: ")


def test_weak_links_are_asked_only_where_nothing_better_was_found(walked: Walked) -> None:
    report = link("/info/1/2.htm", "2021年政府信息公开工作年度报告")
    pages = {
        "/": page(link("/zdly.htm", "重点领域信息公开"), link("/gk.htm", "政府信息公开")),
        "/gk.htm": page(link("/ml.htm", "政府信息公开目录")),
        "/zdly.htm": page(),
        "/ml.htm": page(report),
        "/info/1/2.htm": page(),
    }
    _, walk = walked
    assert set(walk_all(walk, small(pages))) == set(pages)
    pages["/gk.htm"] = page(report, link("/ml.htm", "政府信息公开目录"))


def test_weak_links_are_left_alone_otherwise(walked: Walked) -> None:
    pages = {
        "/": page(link("/zdly.htm", "重点领域信息公开"), link("/gk.htm", "政府信息公开")),
        "/gk.htm": page(link("/info/1/2.htm", "2021年政府信息公开工作年度报告")),
        "/info/1/2.htm": page(),
    }
    _, walk = walked
    assert walk_all(walk, small(pages)) == ["/", "/gk.htm", "/info/1/2.htm"]


def test_a_limit_ends_the_walk_at_so_many_reports(home: Path) -> None:
    mock = MockPortal()
    with open_store(home, PORTAL) as store:
        walk = begin(store, PORTAL, limit=3)
        asked = walk_all(walk, mock.answer)
        assert len(set(asked) & mock.reports.keys()) == 3
        assert walk.reason == "limit of 3 reports"
        # What is left waits; the next crawl goes on with it.
        rest = walk_all(begin(store, PORTAL, DAY + 60_000_000), mock.answer)
        assert mock.reports.keys() <= {*asked, *rest}
        assert not (set(asked) & set(rest)) - {"/"}


def test_a_walk_that_was_killed_goes_on_where_it_was(home: Path) -> None:
    mock = MockPortal()
    asked: list[str] = []

    def dies(path: str) -> tuple[int, dict[str, str], bytes]:
        if len(asked) == 60:
            raise KeyboardInterrupt
        asked.append(path)
        return mock.answer(path)

    with open_store(home, PORTAL) as store, pytest.raises(KeyboardInterrupt):
        walk_all(begin(store, PORTAL), dies)
    with open_store(home, dataclasses.replace(PORTAL)) as store:
        rest = walk_all(begin(store, PORTAL, DAY + 60_000_000), mock.answer)
    assert {*asked, *rest} >= mock.lists | mock.reports.keys()
    assert set(asked) & set(rest) == {"/"}


# The same over HTTP, by the command


def test_over_http_nothing_is_asked_that_is_not_needed(home: Path) -> None:
    mock = MockPortal(Style(nested=False))
    with serve_mock(mock) as (url, asked):
        first = run("crawl", "--url", url, "--division", "623027", "--home", home, "--json")
        assert first.returncode == 0, first.stderr
        # robots.txt once, and no address twice.
        assert len(asked) == len(set(asked)) <= 1.15 * len(mock.lists | mock.reports.keys()) + 1
        assert asked[0] == "/robots.txt"
        assert mock.reports.keys() <= set(asked)
        assert json.loads(first.stdout)["requests"] == len(asked)


BAD = {
    "forbidden": (faults.refused(403), "blocked"),
    "412": (faults.script_challenge, "blocked"),
    "521": (faults.challenge, "blocked"),
    "503": (faults.refused(503), "error"),
    "redirect loop": (faults.loop, "error"),
    "empty": (faults.empty, "error"),
    "closed": (faults.closed, "error"),
    "50 MB": (faults.huge, "error"),
}


def test_each_bad_answer_has_its_name_and_the_crawl_goes_on(home: Path) -> None:
    """Good pages lie between the bad ones, so that the portal is not given up."""
    with serve(World(seed=4)) as server:
        site = server.world.sites[0]
        reports = sorted(path for path in site.report_paths if path.startswith("/info/"))
        bad = dict(zip(reports[:: len(reports) // len(BAD)], BAD.values(), strict=False))
        assert len(bad) == len(BAD)
        server.faults.update({path: fault for path, (fault, _) in bad.items()})
        url = server.urls[0]
        result = run(
            "crawl", "--url", url, "--division", site.county.code, "--home", home, "--json"
        )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    counts = json.loads(result.stdout)
    assert counts["reports"]["new"] == len(set(site.report_paths) - bad.keys())
    assert (counts["blocked"], counts["errors"]) == (3, 9)
    for path, (_, outcome) in bad.items():
        address = url.rstrip("/") + path
        lines = [line for line in result.stderr.splitlines() if f" {address}: " in line]
        assert len(lines) == 1, (path, outcome, result.stderr)
        assert outcome in lines[0]
        outcomes = query(home, "SELECT outcome FROM captures WHERE url = ?", (address,))
        assert (outcome,) in outcomes
        state = query(home, "SELECT state FROM frontier WHERE url = ?", (address,))
        assert state == [("failed",)]


@pytest.mark.parametrize(
    ("fault", "says"),
    [(faults.script_challenge, "瑞数"), (faults.closed, "closed"), (faults.loop, "redirect loop")],
)
def test_a_home_page_that_cannot_be_had_ends_the_run(
    home: Path, fault: faults.Fault, says: str
) -> None:
    with serve(World()) as server:
        server.faults["/"] = fault
        result = run("crawl", "--url", server.urls[0], "--home", home)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    ((reason,),) = query(home, "SELECT reason FROM runs")
    assert reason.startswith("home page: ")
    assert says in reason


def test_robots_txt_is_obeyed_for_the_home_page_too(home: Path) -> None:
    mock = MockPortal()
    mock.pages["/robots.txt"] = "User-agent: *\nDisallow: /\n"
    with serve_mock(mock) as (url, asked):
        result = run("crawl", "--url", url, "--home", home)
    assert asked == ["/robots.txt"]
    assert result.returncode == 1
    ((reason,),) = query(home, "SELECT reason FROM runs")
    assert reason.startswith("home page: Forbidden by robots.txt. To look anew: ")


def test_files_come_before_all_else_and_their_page_counts_for_the_limit(home: Path) -> None:
    report, list_page = HOME + "info/1/2.htm", HOME + "zfxxgk.htm"
    capture = Capture(
        *(1, PORTAL.id, DAY, report, 200, "page", None, "text/html", None, 1, None, None, None),
        *("a.warc.gz", 0, 1),
    )
    files = (HOME + "a.docx", HOME + "b.docx")
    with open_store(home, PORTAL) as store:
        walk = begin(store, PORTAL, limit=1)
        walk.frontier.settle(HOME, "fetched")
        walk.frontier.add(HOME, [(list_page, "list")])
        walk.reading()
        walk.waits(capture, files)
        rows = walk.next_rows()
        assert [row.url for row in rows] == list(files)
        assert {row.page for row in rows} == {capture}
        for row in rows:
            assert walk.next_rows() == []
            walk.part_settled(row)
        assert walk.next_rows() == []
        assert not walk.over
        assert list(walk.parts.take_complete()) == [capture]
        walk.reading()
        walk.read("new")
        assert walk.next_rows() == []
        assert walk.over
        assert walk.reason == "limit of 1 reports"


@pytest.mark.parametrize("at_once", [64, 2])
def test_many_portals_are_walked_side_by_side(home: Path, at_once: int) -> None:
    program = (
        "import sys; from pathlib import Path; import crawler.spiders.portal as spider;"
        "from crawler.run import run_crawl; from crawler.registry import unlisted_portal as portal;"
        "spider.PORTALS_AT_ONCE = int(sys.argv[1]);"
        "run_crawl(Path(sys.argv[2]), [portal(url) for url in sys.argv[3:]], limit=5, quiet=True)"
    )
    with serve(World(seed=6, counties=4, units=5)) as server:
        arguments = [sys.executable, "-c", program, str(at_once), str(home), *server.urls]
        subprocess.run(arguments, check=True, timeout=120, cwd=ROOT)
    runs = query(home, "SELECT portal, new, reason FROM runs ORDER BY started")
    assert runs == [(url.split("/")[2], 5, "limit of 5 reports") for url in server.urls]
    numbers = [request.site for request in server.requests]
    first = {site: numbers.index(site) for site in range(4)}
    last = {site: len(numbers) - 1 - numbers[::-1].index(site) for site in range(4)}
    if at_once >= 4:
        # None waits for another to end.
        assert max(first.values()) < min(last.values())
    # And none is begun before its turn.
    for site in range(at_once, 4):
        ended = sum(last[earlier] < first[site] for earlier in range(site))
        assert ended >= site - at_once + 1


def test_a_short_delay_is_refused_before_anything_is_asked(home: Path) -> None:
    result = run("crawl", "623027", "--delay", "0.5", "--home", home)
    assert result.returncode == 2
    assert "a delay of 0.5 s is too short for xiahe.gov.cn" in result.stderr
    assert not home.exists()


def test_a_public_name_that_points_at_this_machine_is_not_asked(home: Path) -> None:
    program = (
        "import socket, sys; socket.gethostbyname = lambda name: '127.0.0.1';"
        "from pathlib import Path; from crawler.run import run_crawl;"
        "from crawler.registry import unlisted_portal as portal;"
        "run_crawl(Path(sys.argv[1]), [portal(sys.argv[2])], delay=1, quiet=True)"
    )
    with serve_mock(MockPortal()) as (url, asked):
        public = url.replace("127.0.0.1", "www.portal.example")
        result = subprocess.run(
            [sys.executable, "-c", program, home, public],
            capture_output=True,
            text=True,
            timeout=120,
            cwd=ROOT,
            env={**os.environ, "GONGKAI_CONTACT": "crawl@portal.example"},
        )
    assert asked == []
    assert "www.portal.example resolves to the private address 127.0.0.1" in result.stderr
    ((reason,),) = query(home, "SELECT reason FROM runs")
    assert reason.startswith("robots.txt: error: the name www.portal.example")
