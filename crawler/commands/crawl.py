"""Commands that ask portals: demo, crawl."""

from __future__ import annotations

import time
from pathlib import Path

import click

from crawler import terminal
from crawler.commands.common import DEFAULT_HOME, UserError, home_option, json_option, print_json
from crawler.commands.site import open_option, run_site
from crawler.duration import Duration


@click.command()
@click.option("--serve", is_flag=True, help="Open Datasette on the result.")
@click.option("--port", default=8001, show_default=True, help="Port of Datasette with --serve.")
@open_option
@home_option
@json_option
def demo(serve: bool, port: int, open_browser: bool, home: Path, as_json: bool) -> None:
    """Crawl the bundled sample portal (a fictional county) into a fresh archive and show what was
    found.

    The archive of an earlier demo is removed first. One that holds anything else is left as it is.
    """
    from crawler.demo import run_demo

    try:
        result = run_demo(home, quiet=as_json)
    except ValueError as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json(result)
    else:
        terminal.print_demo(result, "" if home == DEFAULT_HOME else f" --home {home}")
    if serve or open_browser:
        run_site(home, port, open_browser=open_browser)


@click.command()
@click.argument("portals", nargs=-1, metavar="[PORTAL…]")
@click.option("--url", help="Crawl a portal that is in no registry, from its home page.")
@click.option("--division", help="With --url: the division code that the portal belongs to.")
@click.option("--due", is_flag=True, help="Only portals that were not crawled tonight.")
@click.option("--full", is_flag=True, help="Ask every known report page again.")
@click.option("--limit", type=click.IntRange(min=1), help="Stop after this many reports a portal.")
@click.option(
    "--delay",
    type=click.FloatRange(min=0),
    help="Seconds between two requests to one host (below 1 only for a portal on loopback).",
)
@click.option("--budget", type=Duration(), help="Ask nothing more after this time (6h, 90m, 30s).")
@home_option
@json_option
def crawl(
    portals: tuple[str, ...],
    url: str | None,
    division: str | None,
    due: bool,
    full: bool,
    limit: int | None,
    delay: float | None,
    budget: float | None,
    home: Path,
    as_json: bool,
) -> None:
    """Crawl portals of the registry by division code, or one portal by --url.

    A code of a county crawls its portal; a code of a prefecture or province all portals below it.
    With --due and no code: all portals of the registry.
    """
    from crawler.run import choose_portals, run_crawl

    started = time.monotonic()
    try:
        chosen = choose_portals(portals, url, division, home if due else None)
        if not chosen and not as_json:
            click.echo("no portal is due")
        summary = run_crawl(
            home, chosen, full=full, limit=limit, delay=delay, budget=budget, quiet=as_json
        )
    except ValueError as error:
        raise UserError(str(error)) from error
    summary["seconds"] = round(time.monotonic() - started, 1)
    problems = summary.pop("problems")
    for problem in problems:
        click.echo(problem, err=True)
    if as_json:
        print_json(summary)
    else:
        terminal.print_crawl(summary, home)
    if summary["errors"] or summary["blocked"] or problems:
        raise SystemExit(1)
