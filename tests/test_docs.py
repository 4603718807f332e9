"""What the documents say is there."""

from __future__ import annotations

import importlib
import importlib.util
import re
import shlex
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from crawler.cli import main as gongkai
from pipelines.database.schema import migrate

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])

_spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
assert _spec is not None
assert _spec.loader is not None
generate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(generate)


def name_of(document: Path) -> str:
    return str(document.relative_to(ROOT))


def test_generated_pages_are_up_to_date() -> None:
    assert generate.main(check=True) == 0


def test_a_generated_page_that_is_not_up_to_date_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    assert generate.main(check=True) == 1
    assert "docs/commands.md is not up to date: run `make docs`" in capsys.readouterr().err
    assert generate.main(check=False) == 0
    assert generate.main(check=True) == 0


@pytest.mark.parametrize(("path", "command"), list(generate.walk_commands(gongkai, "gongkai")))
def test_each_command_and_option_says_what_it_does(path: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{path} {parameter.opts[0]}"


WRITTEN_BY_HAND = [path for path in DOCUMENTS if path.name not in generate.PAGES]


INTERNAL = {"_sqlite_migrations", "frontier", "leases", "loaded", "walked"}
"""Tables of the crawler's own, of no use to whoever reads the archive."""


def test_every_table_and_view_is_described() -> None:
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    names = {
        name for (name,) in conn.execute("SELECT name FROM sqlite_master WHERE type != 'index'")
    }
    conn.close()
    assert set(generate.described_tables()) == names - INTERNAL


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_queries_that_a_document_shows_run(document: Path) -> None:
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    for queries in re.findall(r"```sql\n(.*?)```", document.read_text("utf-8"), re.DOTALL):
        conn.executescript(queries)
    conn.close()


def commands_named(document: Path) -> Iterator[list[str]]:
    """The words after `gongkai` wherever a document tells the reader to type it."""
    for code in re.findall(r"```sh\n(.*?)```|`([^`\n]+)`", document.read_text("utf-8"), re.DOTALL):
        for line in "".join(code).splitlines():
            words = shlex.split(line, comments=True)
            if words and Path(words[0]).name == "gongkai":
                yield words[1:]


@pytest.mark.parametrize("document", WRITTEN_BY_HAND, ids=name_of)
def test_commands_that_a_document_names_exist(document: Path) -> None:
    for words in commands_named(document):
        command: click.Command = gongkai
        options = [word for word in words if word.startswith("--")]
        for word in words:
            if not isinstance(command, click.Group):
                break
            assert word in command.commands, f"gongkai {' '.join(words)}"
            command = command.commands[word]
        known = {name for parameter in command.params for name in parameter.opts}
        assert set(options) <= known, f"gongkai {' '.join(words)}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_make_targets_that_a_document_names_exist(document: Path) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    named = re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)", document.read_text("utf-8"), re.M)
    assert {"".join(pair) for pair in named} <= set(targets)


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_links_resolve(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", target):
            continue
        name, _, fragment = target.partition("#")
        file = document.parent / name if name else document
        assert file.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
            assert fragment in map(generate.anchor, headings), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_paths_that_a_document_names_exist(document: Path) -> None:
    folders = "crawler|pipelines|data|tests|docs"
    for path in re.findall(rf"`((?:{folders})/[\w./-]*)`", document.read_text("utf-8")):
        # Made by crawling; named so that a reader finds it.
        if not path.startswith("data/archive"):
            assert (ROOT / path).exists(), path


def test_every_bound_of_the_crawl_is_the_one_that_the_code_keeps() -> None:
    rows = re.findall(
        r"^\| .+ \| ([\d,]+) \| `([\w.]+)\.(\w+)` \|$",
        (ROOT / "docs" / "crawling.md").read_text("utf-8"),
        re.M,
    )
    assert len(rows) > 10
    for bound, module, name in rows:
        assert getattr(importlib.import_module(module), name) == int(bound.replace(",", "")), name
