"""Commands on the archive and its database: ingest, rebuild, check, verify, cite, status,
changes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import click

from crawler import terminal
from crawler.commands.common import F, UserError, home_option, json_option, open_store, print_json


def jobs_option(help: str) -> Callable[[F], F]:
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=os.cpu_count() or 1,
        show_default="number of cores",
        help=help,
    )


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
    if not result["files"] and not result["problems"]:
        named = ", ".join(str(path) for path in paths)
        result["problems"].append(f"{named}: there is no file here that could be taken in")
    for problem in result["mended"] + result["problems"]:
        click.echo(f"gongkai ingest: {problem}", err=True)
    if as_json:
        print_json(result)
    else:
        terminal.print_ingest(result)
    if result["problems"]:
        raise SystemExit(1)


@click.command()
@jobs_option("Reading processes.")
@click.option("--portal", metavar="ID", help="Only what this portal was asked for.")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"]),
    metavar="DATE",
    help="Only what was captured since this day or moment (UTC).",
)
@click.option("--diff", is_flag=True, help="Show what would be read differently; change nothing.")
@home_option
@json_option
def rebuild(
    jobs: int, portal: str | None, since: datetime | None, diff: bool, home: Path, as_json: bool
) -> None:
    """Make the database anew from the archived bytes alone.

    With --portal or --since only the addresses captured there or since then, each with its whole
    history; all other rows stay as they are. With --diff nothing is changed: each cell that this
    version reads differently than the database has it is listed (all of them with --json, one JSON
    object a line).
    """
    from crawler.difference_tables import print_differences
    from pipelines.archive.capture import moment_of
    from pipelines.database.rebuild import RebuildError, made_beside
    from pipelines.database.selection import NothingSelected, Selection

    if not (home / "warc").is_dir():
        raise UserError(f"there is no archive at {home}: no folder {home / 'warc'}")
    moment = moment_of(f"{since.isoformat()}Z") if since else None
    selection = Selection(portal, moment) if portal or since else None
    if selection or diff:
        open_store(home).close()
    with ExitStack() as open_until_the_end:
        try:
            with terminal.progress("reading the archive") as advance:
                made = open_until_the_end.enter_context(made_beside(home, jobs, advance, selection))
        except (RebuildError, NothingSelected) as error:
            raise UserError(str(error)) from error
        if diff:
            print_differences(made.differences(), as_json)
        else:
            made.replace_present()
    if not diff and as_json:
        print_json(made.result)
    elif not diff:
        terminal.print_rebuild(made.result)
    for sentence in made.result["torn"]:
        click.echo(sentence, err=True)
    if made.result["torn"]:
        raise SystemExit(1)


@click.command()
@home_option
@json_option
def check(home: Path, as_json: bool) -> None:
    """Run all checks again and print the findings by kind."""
    from pipelines.database.recheck import recheck

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
@jobs_option("Processes, each with one WARC file at a time.")
@home_option
@json_option
def verify(jobs: int, home: Path, as_json: bool) -> None:
    """Prove that the archive is whole: every digest, every row, every file.

    What is not is named with file and byte, one sentence each, and the exit code is 1. Nothing is
    changed, so that a copy on a read-only disk can be proved as well, or an archive while it grows.
    """
    from crawler.proof_lines import print_proof, proof_progress
    from pipelines.archive.verify import verify as prove

    if not (home / "warc").is_dir():
        raise UserError(f"there is no archive at {home}: no folder {home / 'warc'}")
    with proof_progress() as advance:
        result = prove(home, jobs, advance)
    if as_json:
        print_json(result)
    else:
        print_proof(result)
    if result["problem_count"]:
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
    from pipelines.archive.archived_bytes import NotProved
    from pipelines.archive.cite import cite as cite_cell
    from pipelines.archive.cite import find_report
    from pipelines.archive.cited_cell import Unknown

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
    from pipelines.database.health import portal_health, summarise_places
    from pipelines.database.summary import coverage, last_runs
    from pipelines.publish import published_at

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


@click.command()
@click.argument("report")
@home_option
@json_option
def changes(report: str, home: Path, as_json: bool) -> None:
    """What happened to a report, by its number or its address.

    When it appeared, changed, went, came back or moved; what changed from version to version, cell
    by cell and sentence by sentence; and, of fetches that made no version although their bytes
    differ, what was ignored.
    """
    from crawler.history_text import print_history
    from pipelines.database.report_history import NoReport, report_history

    try:
        history = report_history(open_store(home), report)
    except NoReport as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json(history)
    else:
        print_history(history)
