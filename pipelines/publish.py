"""The published snapshot: a read-only copy of the database at one moment, for the site.

It holds more than the database: tables that are views there (site_tables.py) and the search index.

``HOME/published/gongkai.db`` is a link to the newest ``gongkai-<time>.db`` beside it. A snapshot is
made under another name, is on the disk before it takes its own, and only then does the link change,
in one step: whoever opens the link has either the old snapshot or the new one, whole. Snapshots are
never written to again, so they may be opened as immutable, copied and served while a crawl goes on.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from pipelines.database import DATABASE, existing_database
from pipelines.disk import sync
from pipelines.progress import Advance, silent
from pipelines.search_index import make_search_index
from pipelines.site_tables import TABLES, count_rows, make_site_tables

FOLDER = "published"
_STEM = Path(DATABASE).stem
_TIME = "%Y%m%dT%H%M%SZ"
_UNFINISHED = ".tmp"

ANALYSED_ROWS = 1000
"""Rows of each index that ANALYZE looks at: enough for the planner, and seconds at any size."""

CACHE_KB = 200_000
"""Memory for the pages of a snapshot that is being made; most of it is written in order."""


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


def is_published(home: Path) -> bool:
    """Whether there is a snapshot with all tables that this version's pages read."""
    link = published_database(home)
    if not link.exists():
        return False
    with closing(sqlite3.connect(f"file:{quote(str(link.resolve()))}?mode=ro", uri=True)) as conn:
        names = {name for (name,) in conn.execute("SELECT name FROM sqlite_master")}
    return names >= set(TABLES)


def publish(
    home: Path,
    moment: datetime,
    keep: int,
    advance: Advance = silent,
) -> Path:
    """Publish the database as it is now, and remove all but the last ``keep`` snapshots.
    ``advance`` is told how many of its steps are done.

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


def _copy(source: Path, target: Path, advance: Callable[[int, int], None]) -> None:
    """A whole, compact copy without a log beside it, with what the site needs to be fast: tables in
    the place of heavy views, the search index, counts, and figures for the query planner."""
    with closing(sqlite3.connect(f"file:{quote(str(source.resolve()))}?mode=ro", uri=True)) as live:
        live.execute("VACUUM INTO ?", [str(target)])
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        # Nothing of this file is worth keeping unless all of it is written; it is synced below.
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        copy.execute("BEGIN")
        # The index leaves pages free that the tables then fill.
        steps = (make_search_index, make_site_tables, count_rows)
        for done, make in enumerate(steps, 1):
            advance(done, len(steps) + 1)
            make(copy)
        copy.execute("COMMIT")
        copy.execute(f"PRAGMA analysis_limit = {ANALYSED_ROWS}")
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
