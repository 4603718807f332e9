"""The ``gongkai`` command: parses arguments, calls the modules that do the work, prints.

Exit codes: 0 done; 1 done, but something is wrong with the data, a portal or the archive; 2 wrong
usage or input. An error is one line on stderr that says what, where and what to do.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler import terminal
from crawler.duration import Duration

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_HOME = ROOT / "data" / "archive"
LOOPBACK = "127.0.0.1"

F = TypeVar("F", bound=Callable[..., Any])


class UserError(click.ClickException):
    """Wrong usage or input: one clear line, exit code 2."""

    exit_code = 2


def home_option(command: F) -> F:
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="GONGKAI_HOME",
        default=DEFAULT_HOME,
        show_default="data/archive",
        help="Folder of the archive.",
    )(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def open_store(home: Path) -> Any:
    """The store of an archive that exists; a UserError that says how to make one otherwise."""
    from pipelines.store import NoArchive, Store, existing_database

    try:
        existing_database(home)
    except NoArchive as error:
        raise UserError(str(error)) from error
    return Store.open(home)


class OneLineErrors(click.Group):
    """Turns what a user, a disk or a damaged database did into one line, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except sqlite3.DatabaseError as error:
            raise UserError(
                f"the database cannot be used ({error}); "
                "`gongkai rebuild` makes it anew from the archive"
            ) from error
        except BrokenPipeError:
            # The reader of a pipe (`| head`) has seen enough; Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise UserError(f"{what}{error.strerror or error}") from error


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gongkai")
def main() -> None:
    """gongkai 公开: archive and read the annual reports on government information disclosure."""


@main.command()
@click.option("--serve", is_flag=True, help="Open Datasette on the result.")
@click.option("--port", default=8001, show_default=True, help="Port of Datasette with --serve.")
@home_option
@json_option
def demo(serve: bool, port: int, home: Path, as_json: bool) -> None:
    """Crawl the bundled sample portal (a fictional county) and show what was found."""
    from crawler.demo import run_demo

    try:
        result = run_demo(home, quiet=as_json)
    except ValueError as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json(result)
    else:
        terminal.print_demo(result, "" if home == DEFAULT_HOME else f" --home {home}")
    if serve:
        run_site(home, port)


@main.command()
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


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--url", help="Where the page was published; its host tells the portal.")
def extract(files: tuple[str, ...], url: str | None) -> None:
    """Read saved pages; prints one JSON object a file, in order. Touches no archive.

    A file that cannot be read is one line on stderr; the others are read all the same. Pages that
    OCR reads take seconds: how many, stderr says of each, and of all of them at the end.
    """
    from crawler.registry import default_registry
    from pipelines.reading import Page, read_all

    portal = default_registry().by_url(url) if url else None
    division = portal.division if portal else None
    failed = False
    ocr_seconds = []
    for name, reading in read_all((name, Page(Path(name), url, None, division)) for name in files):
        for page, seconds in reading.ocr:
            click.echo(f"{name}: page {page} read by OCR in {seconds:.1f} s", err=True)
            ocr_seconds.append(seconds)
        if reading.report is None:
            click.echo(f"gongkai extract: {name}: {reading.failure}", err=True)
            failed = True
        else:
            print_json(reading.report.to_json())
    if len(ocr_seconds) > 1:
        count, total = len(ocr_seconds), sum(ocr_seconds)
        click.echo(
            f"{count} pages read by OCR in {total:.1f} s, {total / count:.1f} s a page", err=True
        )
    if failed:
        raise SystemExit(2)


@main.command()
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


@main.command()
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


@main.command()
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


@main.command()
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


@main.command()
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@home_option
def serve(port: int, host: str, home: Path) -> None:
    """Open the archive in Datasette: the published snapshot, and each new one as it is published.

    Where nothing has been published yet, the live database.
    """
    run_site(home, port, host)


def run_site(home: Path, port: int, host: str = LOOPBACK) -> None:
    """Replace this process by Datasette on the archive."""
    from pipelines.publish import published_at
    from pipelines.site import datasette_arguments
    from pipelines.store import NoArchive

    try:
        arguments = datasette_arguments(home, port, host)
    except NoArchive as error:
        raise UserError(str(error)) from error
    made = published_at(home)
    shown = f"the snapshot of {made:%Y-%m-%d %H:%M} UTC" if made else "the live database"
    click.echo(f"Datasette opens on http://{host}:{port}/ with {shown} (Ctrl-C ends it)")
    sys.stdout.flush()
    os.execv(arguments[0], arguments)


@main.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--labels",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Column headers as English codes or in Chinese.",
)
@click.option("--where", help='SQL condition on the table reports, such as "year = 2023".')
@home_option
def export(directory: Path, labels: str, where: str | None, home: Path) -> None:
    """Write CSV files and a datapackage.json into DIRECTORY."""
    from pipelines.export import ExportError
    from pipelines.export import export as write

    open_store(home).close()
    try:
        counts = write(home, directory, labels=labels, where=where)
    except ExportError as error:
        raise UserError(str(error)) from error
    terminal.print_export(counts, directory)


@main.group()
def portals() -> None:
    """The registry of portals."""


@portals.command("list")
@click.option("--division", default="", help="Only portals in and below this division code.")
@json_option
def portals_list(division: str, as_json: bool) -> None:
    """List the portals of the registry."""
    from crawler.portal_tables import print_portals
    from crawler.registry import RegistryError, default_registry, divisions, said_of_left_out

    try:
        found = default_registry(division).within(division)
    except RegistryError as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json([portal.to_json() for portal in found])
    else:
        print_portals(found, divisions(), said_of_left_out(division))


@portals.command("show")
@click.argument("portal")
@json_option
def portals_show(portal: str, as_json: bool) -> None:
    """Show one record of the registry, by its division code."""
    from crawler.portal_tables import print_portal
    from crawler.registry import RegistryError, default_registry, divisions, file_of

    try:
        found = default_registry(portal).by_id(portal)
    except RegistryError as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json(found.to_json())
    else:
        print_portal(found, divisions(), file_of(found))


@portals.command("probe")
@click.argument("url")
@click.option("--division", help="The portal's division code, where its name does not tell it.")
def portals_probe(url: str, division: str | None) -> None:
    """Look at a home page and a few pages behind it; print the record to commit.

    Asks some 15 times at most, as politely as a crawl, and keeps nothing of what came.
    """
    from crawler.probe import run_probe

    try:
        probe = run_probe(url, division)
    except ValueError as error:
        raise UserError(str(error)) from error
    if probe.record:
        click.echo(probe.record)
    if probe.problem:
        click.echo(probe.problem, err=True)
        raise SystemExit(1)
