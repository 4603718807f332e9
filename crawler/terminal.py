"""How results look: tables and bars where a person looks on, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    ProgressColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from pipelines.progress import Advance

if TYPE_CHECKING:
    from pipelines.export.release import Release

LINES_EVERY = 10.0
"""Where there is no terminal, one plain line of progress after this many seconds."""


PIPE_WIDTH = 120
"""Columns of a table that goes into a file or a pipe, where nothing says how wide it may be."""


def console() -> Console:
    screen = Console(highlight=False, soft_wrap=True)
    return (
        screen if screen.is_terminal else Console(highlight=False, soft_wrap=True, width=PIPE_WIDTH)
    )


@contextmanager
def progress(what: str, *, in_bytes: bool = False) -> Iterator[Advance]:
    """Progress on stderr: call ``advance(done, total)``, with the name of the step where there are
    several; of bytes also how many a second."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        said = time.monotonic()

        def line(done: int, total: int, step: str = "", /) -> None:
            nonlocal said
            if time.monotonic() - said >= LINES_EVERY:
                said = time.monotonic()
                screen.print(f"{_named(what, step)}: {done / max(total, 1):.0%}", markup=False)

        yield line
        return
    columns: list[ProgressColumn] = [TextColumn("{task.description}"), BarColumn()]
    columns += [DownloadColumn(), TransferSpeedColumn()] if in_bytes else [TaskProgressColumn()]
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bar:
        task = bar.add_task(what, total=None)

        def move(done: int, total: int, step: str = "", /) -> None:
            bar.update(task, completed=done, total=total, description=_named(what, step))

        yield move


def _named(what: str, step: str) -> str:
    return f"{what}, {step}" if step else what


def counts_line(counts: dict[Any, int]) -> str:
    """{"2019": 3, None: 1} as "2019: 3, none: 1"."""
    return ", ".join(f"{'none' if key is None else key}: {n:,}" for key, n in counts.items())


def crawl_line(summary: dict[str, Any]) -> str:
    reports = summary["reports"]
    return (
        f"{summary['requests']} requests in {summary['seconds']} s; reports: {reports['new']} new, "
        f"{reports['changed']} changed, {reports['unchanged']} unchanged, {reports['gone']} gone; "
        f"{summary['blocked']} blocked, {summary['errors']} errors"
    )


def print_crawl(summary: dict[str, Any], home: Path) -> None:
    from pipelines.publish import crawled_since_published

    screen = console()
    screen.print(crawl_line(summary))
    if summary["errors"] or summary["blocked"]:
        screen.print(
            "Some pages gave no usable answer; the lines above name them. To see them all: "
            f'sqlite3 {home / "gongkai.db"} "select outcome, evidence, url from captures '
            "where outcome in ('blocked', 'soft 404', 'gone', 'error')\""
        )
    if crawled_since_published(home):
        screen.print(f"Readers see the snapshot published before; next: {publish_command(home)}")
    else:
        screen.print(f"Next: gongkai serve --home {home}   gongkai export out --home {home}")


def publish_command(home: Path) -> str:
    """What publishes an archive as it is."""
    return f"gongkai nightly --budget 0s --home {home}"


def print_night(night: dict[str, Any], report: Path | None) -> None:
    """What a scheduler's log or mail is to show of a night."""
    screen = console()
    total = night["totals"]
    screen.print(
        f"portals: {len(night['portals'])}; requests: {total['requests']}; reports: "
        f"{total['new']} new, {total['changed']} changed, {total['gone']} gone; "
        f"{total['blocked']} blocked, {total['errors']} errors",
        markup=False,
    )
    for alarm in night["alarms"]:
        screen.print(f"To do: {alarm['message']}. Next: {alarm['next']}", markup=False)
    screen.print(f"Report: {report}" if report else "No report was written.", markup=False)


def print_findings(counts: dict[str, int]) -> None:
    table = Table("check", "findings", title="Findings by kind", title_justify="left")
    table.columns[1].justify = "right"
    for name, count in counts.items():
        table.add_row(name, f"{count:,}")
    console().print(table if counts else "No findings.")


def print_demo(result: dict[str, Any], option: str) -> None:
    """``option`` is what the next commands need to find the archive: " --home …" or nothing."""
    screen = console()
    archive = result["archive"]
    screen.print(crawl_line(result["crawl"]))
    screen.print(
        f"The archive holds {archive['reports']} reports of {archive['publishers']} publishers on "
        f"{archive['portals']} portal; {archive['cells']:,} cells read"
    )
    screen.print(f"  by form    {counts_line(archive['reports_by_form'])}")
    screen.print(f"  by year    {counts_line(archive['reports_by_year'])}")
    screen.print(f"  captures   {counts_line(archive['captures'])}")
    print_findings(archive["findings"])
    screen.print(
        "The sample county is fictional and some of its pages are broken on purpose.\n"
        "Next commands to type:\n"
        f"  .venv/bin/gongkai demo --serve{option}      open the result in the browser\n"
        f"  .venv/bin/gongkai status{option}            who has published which year\n"
        f"  .venv/bin/gongkai export out{option}        CSV files for Excel, R, pandas\n"
        f"  .venv/bin/gongkai rebuild{option}           the database again, from the archive alone"
    )


def print_rebuild(result: dict[str, Any]) -> None:
    console().print(
        f"Read {result['captures']:,} captures from {result['files']} WARC files: "
        f"{result['reports']:,} reports in {result['seconds']:.1f} s"
    )


def print_ingest(result: dict[str, Any]) -> None:
    screen = console()
    captures, reports = result["captures"], result["reports"]
    screen.print(
        f"{result['files']} files: {captures['new']} captures, {captures['known']} known already; "
        f"reports: {reports['new']} new, {reports['changed']} changed, {reports['unchanged']} "
        f"unchanged; {len(result['problems'])} problems, in {result['seconds']} s"
    )
    for reason, count in result["left_out"].items():
        screen.print(f"  left out: {count:,} {reason}")


def print_export(release: Release, directory: Path) -> None:
    screen = console()
    for one in release.written:
        notes = [f"{len(one.sheets)} sheets"] if len(one.sheets) > 1 else []
        if one.shortened:
            notes.append(f"{one.shortened:,} texts cut, longer than a cell of Excel holds")
        note = f" ({', '.join(notes)})" if notes else ""
        screen.print(f"{one.rows:>11,} rows  {directory / one.file}{note}", markup=False)
    screen.print(f"From {release.source}; what is what: {directory / 'README.md'}", markup=False)
