"""What a portal can do to a crawl: each thing has a name in the database and a line in the log,
and the crawl goes on."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import contents, query, run

from crawler.sample import Server, World, faults, serve

MEANS = {
    "refused 403": (faults.refused(403), "blocked"),
    "challenge 412": (faults.script_challenge, "blocked"),
    "challenge 521": (faults.challenge, "blocked"),
    "script stub": (faults.stub, "blocked"),
    "shell": (faults.shell, "blocked"),
    "login": (faults.login, "blocked"),
    "soft 404": (faults.missing, "soft 404"),
    "bomb": (faults.bomb, "error"),
    "endless head": (faults.endless_head, "error"),
    "huge cookie": (faults.huge_cookie, "error"),
    "server error": (faults.refused(500), "error"),
    "no service": (faults.refused(503), "error"),
    "loop": (faults.loop, "error"),
    "empty": (faults.empty, "error"),
    "truncated": (faults.truncated, "error"),
    "too large": (faults.huge, "error"),
    "hung up": (faults.closed, "error"),
}


@pytest.fixture(scope="module")
def portal() -> Iterator[Server]:
    with serve(World(seed=8)) as server:
        yield server


def outcomes(home: Path, url: str) -> list[tuple[str, str]]:
    return query(home, "SELECT outcome, evidence FROM captures WHERE url = ? ORDER BY id", (url,))


def test_every_bad_answer_has_a_name_and_the_crawl_goes_on(portal: Server, tmp_path: Path) -> None:
    home = tmp_path / "archive"
    site = portal.world.sites[0]
    base = portal.urls[0].rstrip("/")
    # Far enough apart in the walk that no run of failures makes it give the portal up.
    details = [path for path in site.report_paths if path.startswith("/info/")]
    chosen = dict(zip(details[:: len(details) // len(MEANS)], MEANS.items(), strict=False))
    assert len(chosen) == len(MEANS)
    portal.faults.update({path: means[0] for path, (_, means) in chosen.items()})
    crawl = ("crawl", "--url", base + "/", "--division", site.county.code, "--home", home)
    result = run(*crawl, "--json", timeout=300)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    counts = json.loads(result.stdout)
    for path, (name, (_, outcome)) in chosen.items():
        found = outcomes(home, base + path)
        assert found, name
        assert found[-1][0] == outcome, (name, found)
        assert found[-1][1], name
        lines = [line for line in result.stderr.splitlines() if f"{base}{path}:" in line]
        assert len(lines) == 1, (name, lines)
    stored = {row[0] for row in query(home, "SELECT url FROM reports")}
    assert stored == {base + path for path in site.report_paths if path not in chosen}
    assert counts["blocked"] >= 4
    assert counts["errors"] >= 7
    # When the portal is well, everything that was missed comes in; --full does not wait for
    # another night.
    portal.faults.clear()
    assert run(*crawl, "--full").returncode == 0
    stored = {row[0] for row in query(home, "SELECT url FROM reports")}
    assert stored == {base + path for path in site.report_paths}
    live = contents(home)
    assert run("rebuild", "--home", home).returncode == 0
    assert contents(home) == live


def test_a_portal_that_does_not_answer_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    home = tmp_path / "archive"
    result = run("crawl", "--url", f"http://127.0.0.1:{port}/", "--home", home, "--json")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert "refused" in result.stderr
    assert json.loads(result.stdout)["errors"] >= 1
    ((reason,),) = query(home, "SELECT reason FROM runs")
    assert reason.startswith("robots.txt: error:")


def test_a_portal_without_a_report_is_no_success(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    with serve(World(seed=8)) as server:
        site = server.world.sites[0]
        for path in site.pages:
            if path != "/":
                server.faults[path] = faults.refused(404)
        result = run("crawl", "--url", server.urls[0], "--home", home)
    assert result.returncode == 1
    assert "without finding an annual report" in result.stderr


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("missing.html", None, "No such file"),
        ("empty.html", b"", "empty"),
        ("program", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 9, "program"),
        ("noise", bytes(range(256)) * 50, "binary"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(
    tmp_path: Path, name: str, body: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if body is not None:
        path.write_bytes(body)
    result = run("extract", path)
    assert result.returncode == 2
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert str(path) in line
    assert sentence in line


def test_good_files_of_a_batch_are_read_beside_bad_ones(tmp_path: Path) -> None:
    good = Path(__file__).parent / "pages" / "kecai-2021" / "page.txt"
    result = run("extract", good, tmp_path / "missing", good, "--url", "http://www.xiahe.gov.cn/")
    assert result.returncode == 2
    reports = [json.loads(line) for line in result.stdout.splitlines()]
    assert [report["division"] for report in reports] == ["623027107", "623027107"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["crawl"], "name what to crawl"),
        (["crawl", "000000"], "no division has the code"),
        (["crawl", "--url", "ftp://a.invalid/"], "is not the address of a home page"),
        (["crawl", "--url", "http://a.invalid/", "--delay", "0.2"], "too short"),
        (["status", "--home", "HOME"], "there is no archive at"),
        (["check", "--home", "HOME"], "there is no archive at"),
        (["serve", "--home", "HOME"], "there is no archive at"),
        (["export", "out", "--home", "HOME"], "there is no archive at"),
        (["rebuild", "--home", "HOME"], "there is no archive at"),
        (["portals", "show", "1"], "no portal '1' in the registry"),
    ],
)
def test_wrong_usage_is_one_clear_line(tmp_path: Path, arguments: list[str], sentence: str) -> None:
    result = run(*[str(tmp_path) if word == "HOME" else word for word in arguments])
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert sentence in result.stderr
