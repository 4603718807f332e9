"""The archive, or what the reports chosen need of it, as one WACZ file for replay in a browser.

WACZ 1.1.1 (https://specs.webrecorder.net/wacz/1.1.1/): a ZIP file with WARC files, a compressed
index of them and the list of pages, which here are the reports. The records are copied as they
are, byte for byte; a revisit comes with the capture that has its body.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from pipelines.archive.archiving import warc_directory
from pipelines.archive.records import Damage, Record, read_records
from pipelines.export.cdxj import Indexed, in_blocks, index_line
from pipelines.export.folder import refuse_other_files, written_whole
from pipelines.export.source import ExportError, open_source
from pipelines.export.tables import check_selection, selected

FILE = "gongkai.wacz"

_BLOCK = 1 << 20

_NEEDED = """
WITH shown AS (SELECT capture AS id FROM reports WHERE id IN ({selected})),
wanted AS (SELECT id FROM shown UNION SELECT id FROM captures WHERE part_of IN shown),
whole AS (SELECT id FROM wanted
    UNION SELECT revisits FROM captures WHERE id IN wanted AND revisits IS NOT NULL)
"""
"""The captures of the reports chosen, of their parts, and of the bodies that those refer to."""

_CAPTURES = """
SELECT url, fetched_at, status, mime, digest, revisits IS NOT NULL, warc_file, warc_offset,
    warc_length
FROM captures WHERE {condition} ORDER BY warc_file, warc_offset
"""
_PAGES = """
SELECT r.id, r.title, r.url, c.fetched_at FROM reports AS r JOIN captures AS c ON c.id = r.capture
WHERE r.id IN ({selected}) AND r.url LIKE 'http%' ORDER BY r.url, r.version
"""


def export_wacz(home: Path, directory: Path, where: str | None = None) -> int:
    """Write ``gongkai.wacz`` into ``directory``; returns how many captures it holds.

    ``where`` as in ``pipelines.export.wanted``; without it, the WARC files are taken whole. The
    file takes its name when it is whole. Raises ExportError.
    """
    with open_source(home) as source:
        check_selection(source, where)
        refuse_other_files(directory, {FILE})
        with written_whole(directory) as folder, zipfile.ZipFile(folder / FILE, "w") as package:
            count = _Writer(package).write(source.conn, warc_directory(home), where)
    return count


class _Writer:
    """Writes the members of a WACZ file, and remembers what its description says of each."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._package = package
        self._now = datetime.now(UTC)
        self._resources: list[dict[str, Any]] = []

    def write(self, conn: sqlite3.Connection, warcs: Path, where: str | None) -> int:
        condition = "TRUE"
        if where is not None:
            condition = f"id IN (SELECT id FROM ({_NEEDED} SELECT id FROM whole))"
        sql = _CAPTURES.format(condition=condition.format(selected=selected(where)))
        captures = (Indexed(*row) for row in conn.execute(sql))
        lines = []
        for name, group in groupby(captures, key=lambda capture: capture.file):
            copy = self._copy_whole if where is None else self._copy_chosen
            lines += [index_line(capture) for capture in copy(warcs / name, group)]
        lines = [line for line in lines if line]
        self._add_index(sorted(lines))
        pages = conn.execute(_PAGES.format(selected=selected(where)))
        self._add("pages/pages.jsonl", [_jsonl(_page_lines(pages))])
        self._add_description()
        return len(lines)

    def _copy_whole(self, path: Path, captures: Iterable[Indexed]) -> Iterator[Indexed]:
        end = _whole_size(path)
        self._add(f"archive/{path.name}", _blocks(path, end))
        yield from (one for one in captures if one.offset + one.length <= end)

    def _copy_chosen(self, path: Path, captures: Iterable[Indexed]) -> Iterator[Indexed]:
        """The records of captures, with their requests, after the file's own first record."""
        taken: list[Record] = [*islice(read_records(path), 1)]
        size = taken[0].length
        moved = []
        try:
            for capture in captures:
                moved.append(capture._replace(offset=size))
                records = _records_of(path, capture)
                taken += records
                size += sum(record.length for record in records)
        except Damage as error:
            raise ExportError(f"{error}; `gongkai verify` names all that is damaged") from error
        self._add(f"archive/{path.name}", _members(path, taken))
        yield from moved

    def _add_index(self, lines: list[str]) -> None:
        blocks, firsts = in_blocks(lines)
        self._add("indexes/index.cdx.gz", blocks)
        self._add("indexes/index.idx", [firsts])

    def _add_description(self) -> None:
        description = {
            "profile": "data-package",
            "title": "政府信息公开工作年度报告",
            "created": self._now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "wacz_version": "1.1.1",
            "software": f"gongkai {version('gongkai')}",
            "resources": self._resources,
        }
        text = json.dumps(description, ensure_ascii=False, indent=2).encode()
        self._add("datapackage.json", [text])
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(text).hexdigest()}"}
        self._add("datapackage-digest.json", [json.dumps(digest, indent=2).encode()])

    def _add(self, name: str, parts: Iterable[bytes]) -> None:
        """A member, not packed: a reader asks for parts of it by their place."""
        info = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        info.external_attr = 0o644 << 16
        digest = hashlib.sha256()
        size = 0
        with self._package.open(info, "w", force_zip64=True) as member:
            for part in parts:
                member.write(part)
                digest.update(part)
                size += len(part)
        self._resources.append(
            {
                "name": name.rpartition("/")[2].lower(),
                "path": name,
                "hash": f"sha256:{digest.hexdigest()}",
                "bytes": size,
            }
        )


def _whole_size(path: Path) -> int:
    """Bytes of a file up to its last whole record; a running process may be writing to it."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            records = read_records(path, on_damage=lambda _: None)
            return max((record.offset + record.length for record in records), default=0)
        return path.stat().st_size


def _records_of(path: Path, capture: Indexed) -> list[Record]:
    """The record of a capture, and its request where that follows."""
    records = list(islice(read_records(path, capture.offset), 2))
    id = records[0].field("WARC-Record-ID")
    return [
        record
        for record in records
        if record is records[0] or record.field("WARC-Concurrent-To") == id
    ]


def _members(path: Path, records: Iterable[Record]) -> Iterator[bytes]:
    with path.open("rb") as file:
        for record in records:
            file.seek(record.offset)
            yield file.read(record.length)


def _blocks(path: Path, end: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        while end and (block := file.read(min(end, _BLOCK))):
            end -= len(block)
            yield block


def _page_lines(pages: Iterable[tuple[int, str | None, str, str]]) -> Iterator[dict[str, Any]]:
    yield {"format": "json-pages-1.0", "id": "pages", "title": "年度报告 Annual reports"}
    for id, title, url, fetched_at in pages:
        yield {"id": str(id), "url": url, "ts": fetched_at, "title": title or url}


def _jsonl(lines: Iterable[dict[str, Any]]) -> bytes:
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()
