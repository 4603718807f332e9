"""How the registry looks on a terminal: lines of aligned columns, which a pipe can take apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click
from rich.cells import cell_len

from crawler.portal import Portal
from crawler.record_text import write_record

NOTHING = "–"
"""Stands where nothing is known: a column is never empty."""

HEADS = ("code", "province", "prefecture", "name", "family", "verified", "home page")
LEVELS = {2: "provinces", 4: "prefectures", 6: "counties"}
"""Digits of a code → what has such codes."""


def aligned(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Rows of texts as lines, their columns aligned by what a terminal shows: a Chinese character
    is two cells wide. The last column is not filled up."""
    table = [tuple(row) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    for row in table:
        sized = zip(row, widths, strict=True)
        cells = (text + " " * (width - cell_len(text)) for text, width in sized)
        yield "  ".join(cells).rstrip()


def print_portals(portals: Sequence[Portal], names: Mapping[str, str], left_out: str) -> None:
    """``names``: code → name of divisions; ``left_out``: a sentence on what has no record."""
    rows = [
        (
            portal.id,
            names.get(portal.id[:2], NOTHING),
            names.get(portal.id[:4], NOTHING) if len(portal.id) >= 4 else NOTHING,
            portal.name,
            portal.family or NOTHING,
            str(portal.verified or "never"),
            portal.url,
        )
        for portal in portals
    ]
    for line in aligned([HEADS, *rows]):
        click.echo(line)
    click.echo(_counts(portals), err=True)
    if left_out:
        click.echo(left_out, err=True)


def _counts(portals: Sequence[Portal]) -> str:
    levels = Counter(LEVELS.get(len(portal.id), "others") for portal in portals)
    families = Counter(portal.family or "not known" for portal in portals)
    return (
        f"{len(portals):,} portals ({_listed(levels)}); "
        f"verified {sum(portal.verified is not None for portal in portals):,}; "
        f"family {_listed(families)}"
    )


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())


def print_portal(portal: Portal, names: Mapping[str, str], file: str) -> None:
    """The record as it stands in the registry, below a line that says where the place is."""
    above = [names[portal.id[:digits]] for digits in (2, 4) if len(portal.id) > digits]
    click.echo(f"# {' › '.join([*above, portal.name])}, {file}")
    click.echo(write_record(portal))
