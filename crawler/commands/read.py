"""The command that reads files without an archive: extract."""

from __future__ import annotations

from pathlib import Path

import click

from crawler.commands.common import print_json


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--url", help="Where the page was published; its host tells the portal.")
def extract(files: tuple[str, ...], url: str | None) -> None:
    """Read saved pages; prints one JSON object a file, in order. Touches no archive.

    A file that cannot be read is one line on stderr; the others are read all the same. Pages that
    OCR reads take seconds: how many, stderr says of each, and of all of them at the end.
    """
    from crawler.registry import default_registry
    from pipelines.reading.pages import Page
    from pipelines.reading.reader import read_all

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
