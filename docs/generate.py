"""Writes the generated pages of docs/: commands.md, tables.md and checks.md.

python docs/generate.py            write them
python docs/generate.py --check    write nothing; exit 1 where one is not up to date
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from crawler.cli import main as gongkai

DOCS = Path(__file__).resolve().parent
NOTE = "<!-- Written by `make docs`; what to change is named below the title. -->"


def commands_page() -> str:
    lines = ["# Commands", "", "From the command itself, `crawler/cli.py`.", ""]
    for path, command in walk_commands(gongkai, "gongkai"):
        context = click.Context(command, info_name=path)
        usage = " ".join([path, *command.collect_usage_pieces(context)])
        lines += [f"## {path}", "", f"`{usage}`", "", as_markdown(command.help or ""), ""]
        options = [
            record
            for option in command.params
            if isinstance(option, click.Option) and (record := option.get_help_record(context))
        ]
        if options:
            rows = ((f"`{names}`", meaning) for names, meaning in options)
            lines += [*table(["option", "meaning"], rows), ""]
        if isinstance(command, click.Group):
            names = (f"[{path} {name}](#{anchor(f'{path} {name}')})" for name in command.commands)
            lines += [f"Commands: {', '.join(names)}.", ""]
    return page(lines)


def walk_commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The command and all commands below it, each with its full name ("gongkai portals list")."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.commands:
            yield from walk_commands(command.commands[name], f"{path} {name}")


def anchor(heading: str) -> str:
    """The fragment by which a heading can be linked to."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def table(header: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    body = [" | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in rows]
    return [f"| {' | '.join(header)} |", "|" + " --- |" * len(header), *(f"| {r} |" for r in body)]


def as_markdown(help_text: str) -> str:
    """A docstring's paragraphs, each on one line."""
    paragraphs = help_text.replace("\b", "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def page(lines: list[str]) -> str:
    return "\n".join([lines[0], "", NOTE, *lines[1:]]).rstrip("\n") + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
}


def main(check: bool) -> int:
    stale = False
    for name, make in PAGES.items():
        target, wanted = DOCS / name, make()
        if target.exists() and target.read_text(encoding="utf-8") == wanted:
            continue
        if check:
            print(f"docs/{name} is not up to date: run `make docs`", file=sys.stderr)
            stale = True
        else:
            target.write_text(wanted, encoding="utf-8")
            print(f"docs/{name} written")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
