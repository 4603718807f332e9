"""The command that an operator schedules: nightly."""

from __future__ import annotations

from pathlib import Path

import click

from crawler import terminal
from crawler.commands.common import UserError, home_option
from crawler.duration import Duration


@click.command()
@click.argument("portals", nargs=-1, metavar="[PORTAL…]")
@click.option(
    "--budget",
    type=Duration(),
    default="6h",
    show_default=True,
    help="Crawl no longer than this (6h, 90m, 30s); 0s only checks and publishes.",
)
@click.option(
    "--keep",
    type=click.IntRange(min=2),
    default=14,
    show_default=True,
    help="Snapshots and reports to keep.",
)
@home_option
def nightly(portals: tuple[str, ...], budget: float, keep: int, home: Path) -> None:
    """One scheduled night: crawl what is due, check, publish a snapshot, write a report.

    All portals of the registry, or those of the division codes named. Exits with 1 only where
    somebody must act, and with 2 where nothing was done because another night is running.
    """
    from crawler.nightly import Night

    night = Night(home, keep)
    try:
        report = night.run(portals, budget)
    except ValueError as error:
        raise UserError(str(error)) from error
    terminal.print_night(night.result, report)
    if night.result["alarms"]:
        raise SystemExit(1)
