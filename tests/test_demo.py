"""``gongkai demo`` begins anew and touches nothing else; ``serve`` makes a first snapshot."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from commands import query
from hand_archive import Answers, Portal

from crawler import demo
from crawler.cli import main
from pipelines.database.store import Store
from pipelines.publish import is_published

MARK = "INSERT INTO publishers (id, name) VALUES ('mark', '前一次')"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The commands by which the site would have been started."""
    found: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, arguments: found.append(arguments))
    return found


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crawl of one page in the place of the sample portal's."""

    @contextmanager
    def nothing(_portal: Any) -> Iterator[None]:
        yield

    def crawl(home: Path, portals: list[Any], *, quiet: bool) -> dict[str, Any]:
        answers = Answers(home, Portal(portals[0].id))
        answers.add("/", "<p>首页".encode())
        answers.close()
        reports = dict.fromkeys(("new", "changed", "unchanged", "gone"), 0)
        return {"requests": 1, "reports": reports, "blocked": 0, "errors": 0}

    monkeypatch.setattr(demo, "served_sample", nothing)
    monkeypatch.setattr(demo, "run_crawl", crawl)


def call(*arguments: str | int | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_a_second_demo_begins_anew_and_keeps_what_is_not_its_own(home: Path) -> None:
    assert call("demo", "--home", home).exit_code == 0
    with Store.open(home) as store:
        store.conn.execute(MARK)
    own = [home / "notes.txt", home / "warc" / "notes.txt"]
    for file in own:
        file.write_text("mine")
    assert call("demo", "--home", home).exit_code == 0
    assert query(home, "SELECT count(*) FROM publishers WHERE id = 'mark'") == [(0,)]
    assert query(home, "SELECT count(*) FROM captures") == [(1,)]
    assert len(list((home / "warc").glob("*.warc.gz"))) == 1
    assert all(file.read_text() == "mine" for file in own)


def test_a_demo_leaves_an_archive_of_other_portals_alone(home: Path) -> None:
    answers = Answers(home, Portal("623027"))
    answers.add("/", b"<p>")
    answers.close()
    before = {file: file.read_bytes() for file in home.rglob("*.gz")}
    result = call("demo", "--home", home)
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert "--home" in result.output
    assert {file: file.read_bytes() for file in home.rglob("*.gz")} == before


def test_a_site_begins_with_a_first_snapshot(home: Path, served: list[list[str]]) -> None:
    call("demo", "--home", home)
    first = call("serve", "--port", 0, "--home", home)
    assert (first.exit_code, is_published(home)) == (0, True)
    assert "making a snapshot" in first.output
    again = call("serve", "--port", 0, "--home", home)
    assert "making a snapshot" not in again.output
    assert str(home) in served[-1]


def test_a_demo_that_is_served_shows_what_it_crawled(home: Path, served: list[list[str]]) -> None:
    call("demo", "--serve", "--port", 0, "--home", home)
    call("demo", "--serve", "--port", 0, "--home", home)
    assert len(served) == 2
    assert len(list((home / "published").glob("gongkai-*.db"))) == 1


def test_without_an_archive_serve_says_how_to_make_one(home: Path) -> None:
    result = call("serve", "--port", 0, "--home", home)
    assert result.exit_code == 2
    assert "gongkai demo" in result.output
    assert not home.exists()
