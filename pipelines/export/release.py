"""Makes a release: the chosen tables in one format, and everything that says what they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.export import about, codebook, package, sqlite_file
from pipelines.export.folder import refuse_other_files, written_whole
from pipelines.export.formats import ROW_FORMATS
from pipelines.export.source import ExportError, Source, open_source
from pipelines.export.tables import Row, Table, check_selection, describe, read_rows
from pipelines.export.wanted import SQLITE, Wanted
from pipelines.export.written import Written
from pipelines.progress import Advance, silent

_ROWS_BETWEEN = 10_000
"""Rows from one telling of progress to the next."""


@dataclass(frozen=True)
class Release:
    """What was made: from which database, and its files with their rows, in order."""

    source: str
    written: tuple[Written, ...]


def export(
    home: Path, directory: Path, wanted: Wanted | None = None, advance: Advance = silent
) -> Release:
    """Write a release of the archive at ``home`` into ``directory``, whole or not at all.

    All files show the database at one moment. Raises ExportError, or NoArchive.
    """
    wanted = wanted or Wanted()
    try:
        with open_source(home) as source:
            check_selection(source, wanted.where)
            refuse_other_files(directory, _names(wanted))
            tables = [describe(source.conn, name, wanted.labels) for name in wanted.tables]
            with written_whole(directory) as folder:
                written = _write(source, folder, wanted, tables, advance)
    except OSError as error:
        raise ExportError(
            f"nothing was exported, for {directory} cannot be written: {error.strerror or error}"
        ) from error
    return Release(source.name, tuple(written))


def _write(
    source: Source, folder: Path, wanted: Wanted, tables: list[Table], advance: Advance
) -> list[Written]:
    written: list[Written] = []
    if wanted.format == SQLITE:
        sqlite_file.copy_database(source, folder, advance)
    else:
        kind = ROW_FORMATS[wanted.format]
        progress = _Progress(source, wanted, advance)
        for table in tables:
            rows = progress.through(table, read_rows(source.conn, table, wanted.where))
            written.append(kind.write(folder / f"{table.name}.{kind.suffix}", table, rows))
    entries = codebook.codebook(source.conn, wanted.tables)
    text = codebook.codebook_text(entries)
    (folder / codebook.FILE).write_text(text, encoding="utf-8", newline="")
    package.write_package(folder, source, wanted, tables, written)
    about.write_about(folder, source, wanted, written)
    return written


def _names(wanted: Wanted) -> set[str]:
    """The files of a release, but for its checksums."""
    names = {codebook.FILE, package.FILE, *about.FILES}
    if wanted.format == SQLITE:
        return names | {sqlite_file.FILE}
    return names | {f"{name}.{ROW_FORMATS[wanted.format].suffix}" for name in wanted.tables}


class _Progress:
    """Says how many rows are done, of those that a snapshot has counted; where nobody has counted
    them, how many tables."""

    def __init__(self, source: Source, wanted: Wanted, advance: Advance) -> None:
        self._advance = advance
        self._done = 0
        self._sizes = dict.fromkeys(wanted.tables, 1)
        if source.is_published and not wanted.where:
            counted = dict(source.conn.execute("SELECT table_name, rows FROM row_counts"))
            self._sizes = {name: counted.get(name, 1) for name in wanted.tables}
        self._total = sum(self._sizes.values())

    def through(self, table: Table, rows: Iterator[Row]) -> Iterator[Row]:
        size = self._sizes[table.name]
        for number, row in enumerate(rows):
            if number % _ROWS_BETWEEN == 0:
                self._advance(self._done + min(number, size), self._total)
            yield row
        self._done += size
        self._advance(self._done, self._total)
