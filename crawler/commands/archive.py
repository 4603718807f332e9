"""Commands on the archive and its database: ingest, rebuild, check, cite, status."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from crawler import terminal
from crawler.commands.common import UserError, home_option, json_option, open_store, print_json


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--url", help="Where the file was published (of one file alone).")
@click.option(
    "--division",
    help="Division code of what lies on no host that the registry or the archive knows.",
)
@home_option
@json_option
def ingest(
    paths: tuple[Path, ...], url: str | None, division: str | None, home: Path, as_json: bool
) -> None:
    """Archive and read local files and folders, with their own dates and origin.

    Saved pages (HTML, MHTML) with what was saved beside them, documents of all types that extract
    reads, and WARC, ARC and WACZ files of other crawlers. Taken in twice, a file adds nothing.
    """
    from crawler.ingest import run_ingest

    started = time.monotonic()
    try:
        with terminal.progress("ingesting") as advance:
            result = run_ingest(home, paths, url=url, division=division, advance=advance)
    except ValueError as error:
        raise UserError(str(error)) from error
    result["seconds"] = round(time.monotonic() - started, 1)
    for problem in result["mended"] + result["problems"]:
        click.echo(f"gongkai ingest: {problem}", err=True)
    if as_json:
        print_json(result)
    else:
        terminal.print_ingest(result)
    if result["problems"]:
        raise SystemExit(1)


@click.command()
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default="number of cores",
    help="Reading processes.",
)
@home_option
def rebuild(jobs: int, home: Path) -> None:
    """Make the database anew from the archived bytes alone."""
    from pipelines.rebuild import rebuild as make_anew

    if not (home / "warc").is_dir():
        raise UserError(f"there is no archive at {home}: no folder {home / 'warc'}")
    with terminal.progress("reading the archive") as advance:
        result = make_anew(home, jobs=jobs, advance=advance)
    terminal.print_rebuild(result)
    if result["torn"]:
        raise SystemExit(1)


@click.command()
@home_option
@json_option
def check(home: Path, as_json: bool) -> None:
    """Run all checks again and print the findings by kind."""
    from pipelines.recheck import recheck

    store = open_store(home)
    with terminal.progress("checking") as advance:
        counts = recheck(store, advance=advance)
    if as_json:
        print_json(counts)
    else:
        terminal.print_findings(counts)
    if counts:
        raise SystemExit(1)


@click.command()
@click.argument("report")
@click.argument("cell", required=False)
@home_option
@json_option
def cite(report: str, cell: str | None, home: Path, as_json: bool) -> None:
    """Lead from a report, or one figure of it, to its archived bytes, with a citation to copy.

    REPORT is an id, or a URL: then its current version. CELL is a figure as a column of the view
    report_wide is called (received_total, regulations_issued), a count of an older form or of a
    text (requests_received), or TABLE.ROW.COLUMN counted from 0. The record is read and its digest
    proved first.
    """
    from crawler.citation_text import print_citation
    from pipelines.archived_bytes import NotProved
    from pipelines.cite import cite as cite_cell
    from pipelines.cite import find_report
    from pipelines.cited_cell import Unknown

    store = open_store(home)
    try:
        cited = cite_cell(home, store.conn, find_report(store.conn, report), cell)
    except Unknown as error:
        raise UserError(str(error)) from error
    except NotProved as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        print_json(cited)
    else:
        print_citation(cited)


@click.command()
@click.argument("division", default="")
@home_option
@json_option
def status(division: str, home: Path, as_json: bool) -> None:
    """Who has published which year, which portals are not well, and how the last runs went.

    By province; with the code of a province, prefecture or county by what lies in it.
    """
    from crawler.night_report import NIGHTS, last_nights, summarise_nights
    from crawler.registry import RegistryError, default_registry, division_name
    from crawler.status_tables import print_status
    from pipelines.health import portal_health, summarise_places
    from pipelines.publish import published_at
    from pipelines.summary import coverage, last_runs

    store = open_store(home)
    try:
        if division:
            division_name(division)
        listed = [one for one in default_registry(division) if one.id.startswith(division)]
    except RegistryError as error:
        raise UserError(str(error)) from error
    health = portal_health(store.conn, {one.id: one.expect for one in listed}, division)
    published = coverage(store.conn, division)
    result = {
        "places": summarise_places(published, health, division),
        "coverage": published,
        "portals": health,
        "runs": last_runs(store.conn, division),
        "nights": summarise_nights(last_nights(home, NIGHTS)),
        "published": made.isoformat() if (made := published_at(home)) else None,
    }
    if as_json:
        print_json(result)
    else:
        print_status(result, len(listed))
