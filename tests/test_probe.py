"""`gongkai portals probe`: the record of a portal from its home page, or what is wrong with it."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from commands import run
from raw_server import ok, raw_server

from crawler.record_text import write_record
from crawler.records import read_records
from crawler.registry import default_registry, divisions
from crawler.sample import Server, World, serve

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def portal() -> Iterator[Server]:
    with serve(World(seed=3)) as server:
        yield server


@pytest.fixture(scope="module")
def probed(portal: Server) -> Done:
    return run("portals", "probe", portal.urls[0])


def test_the_record_can_be_committed_as_it_is(portal: Server, probed: Done, tmp_path: Path) -> None:
    assert probed.returncode == 0, probed.stderr
    site = portal.world.sites[0]
    path = tmp_path / "99-sample.yml"
    path.write_text(probed.stdout, "utf-8")
    ((record, _),) = read_records(path, divisions())
    assert (record.id, record.name) == (site.county.code, site.county.name)
    assert (record.family, record.url, record.synthetic) == ("vsb", portal.urls[0], True)
    assert record.verified is None
    kinds = {url.removeprefix(portal.urls[0]): kind for url, kind in record.columns.items()}
    assert kinds["zfxxgk/zfxxgknb.htm"] == "reports"
    assert kinds["zfxxgk/xzsqbmpt/xzjd.htm"] == "units"


def test_what_shows_it_stands_above_the_record(probed: Done) -> None:
    shown = [line for line in probed.stdout.splitlines() if line.startswith("# ")]
    assert any("family vsb: its scripts lie under /system/resource/" in line for line in shown)
    assert any("the site calls itself" in line for line in shown)
    assert any(line.startswith("# read ") for line in shown)


def test_a_probe_asks_little_and_nothing_twice(portal: Server, probed: Done) -> None:
    asked = portal.counts()
    assert 5 <= asked.total() <= 15
    assert set(asked.values()) == {1}
    assert "/robots.txt" in asked


NO_COLUMN = '<html><title>虚构网</title><a href="/x.htm">新闻</a><p>虚构(synthetic)</p></html>'
MISSING = "<html><title>虚构网</title><p>页面不存在</p></html>"


def test_what_is_wrong_is_one_sentence_with_what_to_do() -> None:
    challenge = b"HTTP/1.1 412 Precondition Failed\r\nContent-Length: 0\r\n\r\n"
    away = b"HTTP/1.1 302 Found\r\nLocation: http://a.invalid/\r\nContent-Length: 0\r\n\r\n"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{taken.getsockname()[1]}/"
    with raw_server(
        a=challenge, b=ok(MISSING.encode()), d=away, e=ok(NO_COLUMN.encode())
    ) as server:
        urls = [dead, *(f"{server.url}/{name}" for name in "abde")]
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(lambda url: run("portals", "probe", url), urls))
    said = [result.stderr.splitlines()[-1] for result in done]
    assert [result.returncode for result in done] == [1] * len(urls)
    assert not any("Traceback" in result.stderr for result in done)
    for url, line, what in zip(
        urls,
        said,
        [
            "refused the connection; nothing is asked where it cannot be had (RFC 9309); try again",
            "blocked: answered 412, the script challenge 瑞数; the portal lets no program in",
            "soft 404: the page says only: 页面不存在; the home page is not there any more",
            "a redirect to http://a.invalid/, which is not on this portal; the portal has moved",
            "no column of annual reports found on 1 pages",
        ],
        strict=True,
    ):
        assert line.startswith(url)
        assert what in line
    assert [bool(result.stdout) for result in done] == [False] * 4 + [True]
    assert "# division unknown (虚构网): put its code below" in done[-1].stdout


def test_wrong_addresses_are_wrong_usage() -> None:
    wrong = run("portals", "probe", "ftp://a.invalid/")
    assert wrong.returncode == 2
    assert "is not the address of a home page" in wrong.stderr


def test_every_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "all.yml"
    path.write_text("\n".join(map(write_record, default_registry())), "utf-8")
    again = [portal for portal, _ in read_records(path, divisions())]
    assert again == list(default_registry())
