"""After a crash: what is archived and not indexed is indexed, what is torn is set aside and said.

A crash can leave three things behind. A record that was written but has no row yet: the order of
writing makes it the last ones of a file. A last record that is not whole: its bytes are kept beside
the file, and the file ends where its last whole record does. And, where the power failed, rows of
records that the disk did not hold yet. A file that was being written is read whole, mended, and
then as finished as any other: it gets its line in the manifest, and is never changed after that.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture_index import capture_of, previous_of
from pipelines.archive.lost import StillReferredTo, forget_lost
from pipelines.archive.manifest import enter, mend, read_manifest, sha256_of
from pipelines.archive.records import Damage, read_records
from pipelines.archive.warc import Exchange, read_exchanges
from pipelines.database.backdating import find_backdated
from pipelines.database.runs import CRAWL
from pipelines.database.store import Store
from pipelines.disk import sync


def recover(store: Store) -> list[str]:
    """Mend what a crash left in the archive of this store; returns a sentence on each thing done
    or found. Nothing is lost, nothing is indexed twice, and a sound archive is left as it is.

    Files that a running process has locked are their own business.
    """
    directory = warc_directory(store.home)
    sentences = mend(directory)
    finished = read_manifest(directory).lines
    entered = 0
    for path in sorted(directory.glob("*.warc.gz")):
        with path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            # Read again: it may have been finished since.
            if path.name in finished or path.name in read_manifest(directory).lines:
                sentences += _index_rest(store, path)
                continue
            sentences += _mend_file(store, path)
            if path.exists():
                sync(path)
                enter(directory, path.name, path.stat().st_size, sha256_of(path))
                entered += 1
    if entered:
        files = "1 WARC file" if entered == 1 else f"{entered} WARC files"
        sentences.append(f"{files} had not been finished; now so, with a line in the manifest")
    return sentences


def _mend_file(store: Store, path: Path) -> list[str]:
    """Mend a file whose writer died."""
    size = path.stat().st_size
    damages: list[Damage] = []
    for _ in read_records(path, 0, damages.append):
        pass
    torn = damages.pop() if damages and damages[-1].last else None
    sentences = [str(damage) for damage in damages]
    try:
        if lost := forget_lost(store, path.name, torn.offset if torn else size):
            sentences.append(
                f"{path.name}: {lost} captures were indexed, but the disk has lost their records, "
                "as when the power fails; their rows are removed and the pages are asked again"
            )
    except StillReferredTo as error:
        sentences.append(f"{path.name}: {error}")
    if size == 0:
        path.unlink()
        return [*sentences, f"{path.name}: nothing had been written to it; it is removed"]
    sentences += _index_rest(store, path, tell_of_damage=False)
    if torn:
        sentences.append(_set_aside(torn, size))
    return sentences


def _index_rest(store: Store, path: Path, *, tell_of_damage: bool = True) -> list[str]:
    """Index what comes after the last record of a file that has a row."""
    size = path.stat().st_size
    known = _last_indexed(store, path.name)
    if known >= size:
        return [
            f"{path.name}: the index knows a record at byte {known}, but the file ends at byte "
            f"{size}; `gongkai verify` says what is missing"
        ]
    damages: list[Damage] = []
    sentences: list[str] = []
    added = 0
    for exchange in read_exchanges(path, max(known, 0), damages.append):
        if exchange.kind == "run":
            _index_run(store, exchange)
        elif exchange.warc_offset > known:
            trouble = _index_capture(store, exchange)
            if trouble:
                sentences.append(f"{path.name}: {trouble}")
            else:
                added += 1
    if added:
        sentences.append(f"{path.name}: {added} captures were archived but not indexed; now so")
    if tell_of_damage:
        sentences += map(str, damages)
    return sentences


def _last_indexed(store: Store, file: str) -> int:
    """Where the last record of a file that has a row begins; -1 where none has."""
    row = store.conn.execute(
        "SELECT max(warc_offset) FROM captures WHERE warc_file = ?", [file]
    ).fetchone()
    return -1 if row[0] is None else int(row[0])


def _index_run(store: Store, exchange: Exchange) -> None:
    details = exchange.details
    row = store.conn.execute("SELECT finished FROM runs WHERE id = ?", [exchange.run]).fetchone()
    if row is None and "portal" in details:
        store.add_portal(**details["portal"])
        store.start_run(
            exchange.run, details["portal"]["id"], details["started"], details.get("kind", CRAWL)
        )
    elif row is not None and row[0] is None and "finished" in details:
        with store.transaction():
            store.finish_run(exchange.run, details["finished"], details["reason"])
            find_backdated(store, exchange.run)


def _index_capture(store: Store, exchange: Exchange) -> str | None:
    row = store.conn.execute("SELECT portal FROM runs WHERE id = ?", [exchange.run]).fetchone()
    if row is None:
        return (
            f"the record at byte {exchange.warc_offset} belongs to run {exchange.run}, which is "
            "not known; `gongkai rebuild` makes the index anew"
        )
    capture = capture_of(exchange, row[0], previous_of(store, exchange))
    store.add_capture(capture)
    return None


def _set_aside(damage: Damage, size: int) -> str:
    """Copy the torn end of a file beside it, have the disk hold the copy, and only then cut."""
    path = damage.path
    aside = path.with_name(f"{path.name}.torn-{damage.offset}")
    with path.open("r+b") as file:
        file.seek(damage.offset)
        with aside.open("wb") as copy:
            copy.write(file.read())
            copy.flush()
            os.fsync(copy.fileno())
        sync(path.parent)
        file.truncate(damage.offset)
        os.fsync(file.fileno())
    if damage.offset == 0:
        path.unlink()
    return (
        f"{path.name}: its last record was not whole, as a crash leaves it; the "
        f"{size - damage.offset} bytes from byte {damage.offset} on are kept in {aside.name}"
    )
