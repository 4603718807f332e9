"""Commands for readers: serve, export."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Literal

import click

from crawler import terminal
from crawler.commands.common import UserError, home_option, open_store

LOOPBACK = "127.0.0.1"


@click.command()
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
    from pipelines import wacz
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
