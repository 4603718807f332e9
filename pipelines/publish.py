"""The published snapshot: a read-only copy of the database at one moment, for the site.

It holds more than the database: tables that are views there (database/site_tables.py) and the
search index.

``HOME/published/gongkai.db`` is a link to the newest ``gongkai-<time>.db`` beside it. A snapshot is
made under another name, is on the disk before it takes its own, and only then does the link change,
in one step: whoever opens the link has either the old snapshot or the new one, whole. Snapshots are
never written to again, so they may be opened as immutable, copied and served while a crawl goes on.
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from pipelines.database.file import DATABASE, existing_database, open_to_read
from pipelines.database.site_counts import COUNT_TABLES, count_rows
from pipelines.database.site_tables import TABLES, make_site_tables
from pipelines.disk import sync
from pipelines.progress import Advance, part_of, silent
from pipelines.search.index import make_search_index

FOLDER = "published"
_STEM = Path(DATABASE).stem
_TIME = "%Y%m%dT%H%M%SZ"
_UNFINISHED = ".tmp"

CACHE_KB = 50_000
"""Memory for the pages of a snapshot that is being made, and as much for each sort: what is more
goes to temporary files. Most of a snapshot is written in order, and more memory makes it no faster.
"""

GROWTH = 1.5
"""Room that a snapshot and its temporary files take, by the size of its database without gaps."""

COPIED, INDEXED, TABLED = 10, 75, 98
"""Per cent of the time of publishing that has gone when the database is copied, has its search
index, and its tables: measured on 100,000 reports."""

_INSTRUCTIONS_BETWEEN = 1_000_000
"""SQLite's instructions from one look at how much is copied to the next."""


class PublishError(RuntimeError):
    """Why no snapshot was published, in one sentence. The one before stays where it is."""


def published_database(home: Path) -> Path:
    """The link to the newest snapshot of an archive, whether there is one or not."""
    return home / FOLDER / DATABASE


def served_database(home: Path) -> Path:
    """What readers are shown: the published snapshot, or the live database where nothing has been
    published yet. Raises NoArchive where there is neither."""
    published = published_database(home)
    return published if published.exists() else existing_database(home)


def published_at(home: Path) -> datetime | None:
    """When the newest snapshot was made (UTC); None where there is none."""
    link = published_database(home)
    return made_at(link.resolve()) if link.exists() else None


def made_at(file: Path) -> datetime | None:
    """When a snapshot was made (UTC), by the name of its file; None for a file that is none."""
    with suppress(ValueError):
        return datetime.strptime(file.name, f"{_STEM}-{_TIME}.db").replace(tzinfo=UTC)
    return None


def crawled_since_published(home: Path) -> bool:
    """Whether the live database holds captures that the newest snapshot, if there is one, lacks.
    A snapshot's time is no measure: it is that at which its night began."""
    files = (published_database(home), home / DATABASE)
    return all(file.exists() for file in files) and len({_last_capture(file) for file in files}) > 1


def _last_capture(database: Path) -> int | None:
    with closing(open_to_read(database)) as conn:
        last: int | None = conn.execute("SELECT max(id) FROM captures").fetchone()[0]
    return last


def is_published(home: Path) -> bool:
    """Whether there is a snapshot with all tables that this version's pages read."""
    link = published_database(home)
    if not link.exists():
        return False
    with closing(open_to_read(link)) as conn:
        names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    return names >= {*TABLES, *COUNT_TABLES}


def publish(
    home: Path,
    moment: datetime,
    keep: int,
    advance: Advance = silent,
) -> Path:
    """Publish the database as it is now, and remove all but the last ``keep`` snapshots.
    ``advance`` is told the step and how far it is.

    ``moment`` (UTC) names the snapshot; returns its file. Only one process may publish at a time.
    A database that is being written to is copied as of one moment. Raises PublishError or
    NoArchive.
    """
    source = existing_database(home)
    folder = home / FOLDER
    snapshot = folder / f"{_STEM}-{moment.strftime(_TIME)}.db"
    unfinished = snapshot.with_suffix(_UNFINISHED)
    try:
        folder.mkdir(exist_ok=True)
        _remove_unfinished(folder)
        try:
            _refuse_small_disk(source, folder)
            with _temporary_files_in(folder):
                _copy(source, unfinished, advance)
            os.replace(unfinished, snapshot)
            _point_to(snapshot)
        finally:
            _remove_unfinished(folder)
        _prune(folder, keep)
    except (OSError, sqlite3.Error) as error:
        what = error.strerror if isinstance(error, OSError) else str(error)
        raise PublishError(
            f"no snapshot could be published in {folder} ({what}); readers keep the one before"
        ) from error
    return snapshot


def _refuse_small_disk(source: Path, folder: Path) -> None:
    """Raises OSError where the disk is too small: better at once than after half an hour."""
    with closing(open_to_read(source)) as live:
        pages, gaps, size = (
            live.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    needed, free = int(GROWTH * (pages - gaps) * size), shutil.disk_usage(folder).free
    if free < needed:
        sizes = f"{needed / 1e6:,.0f} MB are needed, {free / 1e6:,.0f} MB are free"
        raise OSError(errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: {sizes}")


@contextmanager
def _temporary_files_in(folder: Path) -> Iterator[None]:
    """Sort on the disk that has room for a snapshot; the system's folder for temporary files is
    small in many places. SQLite removes the names of such files as soon as they are open, so that
    none outlives its process. The setting is the process's own and not a connection's."""
    with closing(sqlite3.connect(":memory:")) as conn:
        quoted = str(folder.resolve()).replace("'", "''")
        conn.execute(f"PRAGMA temp_store_directory = '{quoted}'")
        try:
            yield
        finally:
            conn.execute("PRAGMA temp_store_directory = ''")


def _copy(source: Path, target: Path, advance: Advance) -> None:
    """A whole, compact copy without a log beside it, with what the site needs to be fast: tables in
    the place of heavy views, the search index, counts, and figures for the query planner."""
    with closing(open_to_read(source)) as live:
        copying, size = part_of(advance, 0, COPIED, "copy"), source.stat().st_size

        def look() -> None:
            with suppress(FileNotFoundError):
                copying(target.stat().st_size, size)

        live.set_progress_handler(look, _INSTRUCTIONS_BETWEEN)
        live.execute("VACUUM INTO ?", [str(target)])
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # Nothing of this file is worth keeping unless all of it is written; it is synced below.
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        copy.execute("BEGIN")
        # The index leaves pages free that the tables then fill.
        make_search_index(copy, part_of(advance, COPIED, INDEXED, "search index"))
        make_site_tables(copy, part_of(advance, INDEXED, TABLED, "table"))
        advance(TABLED, 100, "counts")
        count_rows(copy)
        copy.execute("COMMIT")
        # All of each index: from a part of it the planner takes ``current = 1`` for a rare value,
        # and sorts all reports for a page of them. Of 2.5 million rows of figures it takes 1.5 s.
        copy.execute("ANALYZE")
    target.chmod(0o444)
    sync(target)


def _point_to(snapshot: Path) -> None:
    """Change the link in one step. It is relative: HOME may be moved, or mounted elsewhere."""
    link = snapshot.parent / f"{DATABASE}{_UNFINISHED}"
    link.symlink_to(snapshot.name)
    os.replace(link, snapshot.parent / DATABASE)
    sync(snapshot.parent)


def _remove_unfinished(folder: Path) -> None:
    """What a publisher that was killed has left; journals of SQLite's included."""
    for path in folder.glob(f"*{_UNFINISHED}*"):
        path.unlink()


def _prune(folder: Path, keep: int) -> None:
    current = (folder / DATABASE).resolve()
    for path in sorted(folder.glob(f"{_STEM}-*.db"))[:-keep]:
        if path != current:
            path.unlink()
