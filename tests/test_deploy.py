"""The files in deploy/ start commands that exist, with settings that the code reads."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from crawler.cli import main as gongkai

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
FILES = sorted(DEPLOY.iterdir())


def command_lines() -> Iterator[tuple[str, list[str]]]:
    """File and words after `gongkai` of everything that is to be run."""
    for path in FILES:
        for line in re.findall(r"^[^#\n]*\.venv/bin/gongkai ([^>;\n]+)", path.read_text(), re.M):
            yield path.name, shlex.split(line)
    site = yaml.safe_load((DEPLOY / "compose.yml").read_text())["services"]["site"]
    yield "compose.yml", site["command"]


@pytest.mark.parametrize(("file", "words"), list(command_lines()))
def test_commands_are_those_of_gongkai(file: str, words: list[str]) -> None:
    command = gongkai.commands[words[0]]
    # Parses the options without running anything.
    with command.make_context(words[0], words[1:], resilient_parsing=False) as context:
        assert isinstance(context, click.Context)


def test_each_file_runs_something_or_belongs_to_one_that_does() -> None:
    said = {name for name, _ in command_lines()}
    assert said == {"compose.yml", "crontab", "gongkai-nightly.service", "gongkai-site.service"}
    timer = (DEPLOY / "gongkai-nightly.timer").read_text()
    assert "[Timer]" in timer  # starts the service of its own name
    assert "EnvironmentFile=-/etc/gongkai.env" in (DEPLOY / "gongkai-nightly.service").read_text()


def test_settings_are_read_by_the_code() -> None:
    named = {name for path in FILES for name in re.findall(r"GONGKAI_[A-Z_]+", path.read_text())}
    code = "".join(path.read_text("utf-8") for path in (ROOT / "crawler").glob("*.py"))
    assert named
    assert {name for name in named if f'"{name}"' not in code} == set()


def test_the_image_copies_what_there_is() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    for line in re.findall(r"^COPY (.*)$", text, re.M):
        for name in line.split()[:-1]:
            assert (ROOT / name).exists(), name
    assert 'ENTRYPOINT ["/project/.venv/bin/gongkai"]' in text


def test_the_manual_names_every_file_and_setting() -> None:
    manual = (ROOT / "docs" / "operating.md").read_text("utf-8")
    for path in FILES:
        assert f"deploy/{path.name}" in manual or f"`{path.name}`" in manual, path.name
        for name in re.findall(r"GONGKAI_[A-Z_]+", path.read_text()):
            assert name in manual
