"""`gongkai rebuild --diff`: what is read differently, on a terminal and as JSON Lines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from crawler.terminal import console
from pipelines.database.compare import Difference

MOST_LINES = 40
"""Differences listed on a terminal; --json lists all."""

LONGEST_VALUE = 60
"""Characters shown of a value; --json has all of it."""


def print_differences(differences: Iterable[Difference], as_json: bool) -> None:
    """All as JSON, one object a line; or the first of them, and how many there are of each kind."""
    if as_json:
        for difference in differences:
            click.echo(json.dumps(difference._asdict(), ensure_ascii=False))
        return
    count = 0
    kinds: Counter[tuple[str, str]] = Counter()
    reports: Counter[tuple[str, str]] = Counter()
    last: dict[tuple[str, str], int] = {}
    for count, difference in enumerate(differences, 1):
        kind = (difference.table, difference.column or "whole rows")
        if difference.table == "tables" and (difference.column or "").isdigit():
            kind = ("tables", "cells")
        kinds[kind] += 1
        # They come report by report.
        reports[kind] += last.get(kind) != difference.report
        last[kind] = difference.report
        if count <= MOST_LINES:
            click.echo(_line(difference))
    if not count:
        click.echo("Nothing is read differently than before.")
        return
    if count > MOST_LINES:
        click.echo(f"… and {count - MOST_LINES:,} more: gongkai rebuild --diff --json lists all")
    table = Table("table", "column", "differences", "reports", box=SIMPLE_HEAD, pad_edge=False)
    for column in table.columns[2:]:
        column.justify = "right"
    for (name, column_name), number in sorted(kinds.items()):
        table.add_row(name, column_name, f"{number:,}", f"{reports[name, column_name]:,}")
    console().print(table)
    click.echo("Nothing was changed. `gongkai rebuild` takes it over.")


def _line(difference: Difference) -> str:
    place = ".".join(filter(None, (difference.table, difference.row, difference.column)))
    return (
        f"{difference.report} {difference.url} {place}: "
        f"{_shown(difference.before)} → {_shown(difference.after)}"
    )


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        value = ", ".join(str(part) for part in value.values() if part not in (None, ""))
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
