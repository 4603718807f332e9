"""Commands for readers: serve, export."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import click

from crawler import terminal
from crawler.commands.common import UserError, home_option, open_store

LOOPBACK = "127.0.0.1"

KEPT = 1
"""Snapshots that are kept where a first one is made: nightly says how many it keeps."""

open_option = click.option("--open", "open_browser", is_flag=True, help="Open it in the browser.")


@click.command()
@click.option("--port", default=8001, show_default=True, help="Port to listen on.")
@click.option("--host", default=LOOPBACK, show_default=True, help="Address to listen on.")
@open_option
@home_option
def serve(port: int, host: str, open_browser: bool, home: Path) -> None:
    """Open the archive in Datasette: the published snapshot, and each new one as it is published.

    Where nothing has been published yet, a first snapshot is made.
    """
    run_site(home, port, host, open_browser=open_browser)


def run_site(home: Path, port: int, host: str = LOOPBACK, *, open_browser: bool = False) -> None:
    """Replace this process by the site on the archive."""
    from pipelines.database.file import NoArchive
    from pipelines.publish import published_at
    from pipelines.site.server import CannotListen, listen, site_command

    try:
        with listen(host, port) as listener:
            _publish_first(home)
            arguments = site_command(home, listener)
            made = published_at(home)
            shown = f"the snapshot of {made:%Y-%m-%d %H:%M} UTC" if made else "the live database"
            _say_what_is_not_published(home)
            place = f"[{host}]" if ":" in host else host
            address = f"http://{place}:{listener.getsockname()[1]}/"
            click.echo(f"Datasette opens on {address} with {shown} (Ctrl-C ends it)")
            sys.stdout.flush()
            if open_browser:
                # A process of its own: this one becomes the site, which has yet to start.
                subprocess.Popen([sys.executable, "-m", "crawler.browser", address])
            listener.set_inheritable(True)
            os.execv(arguments[0], arguments)
    except (NoArchive, CannotListen) as error:
        raise UserError(str(error)) from error


def _say_what_is_not_published(home: Path) -> None:
    """Readers are shown what was published, also after a crawl: publishing a large archive takes
    half an hour, for which no site is to wait that starts again."""
    from pipelines.publish import crawled_since_published

    if crawled_since_published(home):
        click.echo(
            "The archive holds later captures than this snapshot; this publishes them, also while "
            f"the site runs: {terminal.publish_command(home)}"
        )


def _publish_first(home: Path) -> None:
    """Publish a snapshot where there is none, or one of an older version, whose tables the pages
    cannot read. Where that cannot be, as on a disk that is read-only or while a night is at work,
    say why; what there is is shown."""
    from crawler.night_lock import NightRuns, night_lock
    from pipelines.publish import PublishError, is_published, publish

    if is_published(home):
        return
    now = datetime.now(UTC)
    try:
        open_store(home).close()  # brings tables and views up to date
        with night_lock(home, now.isoformat()):
            click.echo("Nothing that this version shows has been published yet; making a snapshot")
            with terminal.progress("publishing") as advance:
                publish(home, now, KEPT, advance)
    except (NightRuns, PublishError, OSError, sqlite3.OperationalError) as error:
        click.echo(f"No snapshot was made: {error}", err=True)


@click.command()
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "csv-plain", "xlsx", "parquet", "sqlite", "wacz"]),
    default="csv",
    show_default=True,
    help="csv opens rightly in Excel, csv-plain is for programs; sqlite is a copy of the whole "
    "database, wacz holds the archived pages for replay in a browser.",
)
@click.option(
    "--labels",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Column headers as English codes or in Chinese.",
)
@click.option(
    "--table", "tables", multiple=True, help="A table to export, once for each; without it, all."
)
@click.option("--where", help='SQL condition on the table reports, such as "year = 2023".')
@home_option
def export(
    directory: Path,
    form: str,
    labels: Literal["en", "zh"],
    tables: tuple[str, ...],
    where: str | None,
    home: Path,
) -> None:
    """Write a release of the data into DIRECTORY: tables, codebook, licence, checksums.

    It shows the published snapshot, or the live database where nothing has been published yet.
    DIRECTORY holds a whole release afterwards, or what it held before.
    """
    from pipelines.export import wacz
    from pipelines.export.release import export as write
    from pipelines.export.source import ExportError
    from pipelines.export.tables import TABLES
    from pipelines.export.wanted import Wanted
    from pipelines.publish import published_database

    if not published_database(home).exists():
        # An older version's database is brought up to date; a snapshot stays as it is.
        open_store(home).close()
    try:
        if form == "wacz":
            if tables or labels != "en":
                raise UserError("a WACZ file holds pages: it has no tables or labels to choose")
            count = wacz.export_wacz(home, directory, where)
            click.echo(f"{count:,} captures in {directory / wacz.FILE}")
            return
        wanted = Wanted(form, labels, where, tables or TABLES)
        with terminal.progress("exporting") as advance:
            release = write(home, directory, wanted, advance)
    except ExportError as error:
        raise UserError(str(error)) from error
    terminal.print_export(release, directory)
    _say_what_is_not_published(home)
