"""What ``gongkai ingest`` takes in: which files of a folder, of which portal, in which order."""

from __future__ import annotations

import mimetypes
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crawler.owners import Owners
from crawler.records import RegistryError
from crawler.registry import division_name
from pipelines.archive.archiving import Archive
from pipelines.archive.capture import Capture, Origin
from pipelines.archive.collection import PICTURES, STYLING, Collection, is_styling
from pipelines.archive.foreign_stream import is_warc, warcs_of
from pipelines.archive.ingest import Ingest, Item, NotTaken
from pipelines.archive.recovery import recover
from pipelines.archive.saved import content_type_of, file_beside, files_below, is_mhtml, read_mhtml
from pipelines.archive.saved import saved_from as address_of
from pipelines.database.store import Store
from pipelines.progress import Advance, silent
from pipelines.reading.documents import Unreadable
from pipelines.reading.pages import read_file
from pipelines.reading.parts import asked_as, can_be_asked
from pipelines.reading.reader import Reader

_HEAD = 1 << 16


def run_ingest(
    home: Path,
    paths: Sequence[Path],
    *,
    url: str | None = None,
    division: str | None = None,
    jobs: int = 1,
    advance: Advance = silent,
) -> dict[str, Any]:
    """Take files and folders into the archive at ``home``.

    Returns what ``ingest --json`` prints: files, captures, reports, left_out (by reason),
    ``mended`` (what a crash before had left) and ``problems``: a sentence for each thing that could
    not be taken in or read. RegistryError for what cannot be meant.
    """
    if url and (len(paths) != 1 or not paths[0].is_file()):
        raise RegistryError("--url says where one file was published; name that file alone")
    if url and not can_be_asked(url):
        raise RegistryError(f"{url!r} is no address; it begins with http:// or https://")
    if division:
        division_name(division)
    with Store.open(home) as store, Reader[Capture](jobs) as reader:
        archive = Archive(store, {"software": f"gongkai/{version('gongkai')}"})
        try:
            mended = recover(store)
            problems: list[str] = []
            ingest = Ingest(archive, reader, Owners(store, division).of)
            try:
                files = _Files(archive.directory, ingest, problems, advance, url)
                files.take(paths)
                result = ingest.finish()
            finally:
                ingest.close()
        finally:
            archive.close()
        problems += ingest.unread()
    return {"files": files.count, **result, "mended": mended, "problems": problems}


@dataclass(slots=True)
class _Files:
    """The files of one call. ``count``: how many were taken in, of how many ``paths`` hold."""

    directory: Path
    ingest: Ingest
    problems: list[str]
    advance: Advance
    url: str | None
    count: int = 0
    _done: int = 0
    _total: int = 0
    _roots: dict[Path, Path] = field(default_factory=dict)
    _as_parts: set[str] = field(default_factory=set)

    def take(self, paths: Sequence[Path]) -> None:
        """Take in WARC files together, then pages, then all else that no page showed."""
        warcs: list[Path] = []
        pages: list[Path] = []
        documents: list[Path] = []
        pictures: list[Path] = []
        for path in paths:
            for file in self._below(path):
                self._roots[file] = path if path.is_dir() else file.parent
                kind = self._kind(file, named=path == file)
                if kind is not None:
                    {"warc": warcs, "page": pages, "document": documents, "picture": pictures}[
                        kind
                    ].append(file)
        every = [*warcs, *pages, *documents, *pictures]
        self._total = sum(file.stat().st_size for file in every)
        if warcs:
            self._take_warcs(warcs)
        for file in [*pages, *documents]:
            if str(file.resolve()) not in self._as_parts:
                self._take_file(file)
        for file in pictures:
            if str(file.resolve()) in self._as_parts:
                continue
            if pages and file not in paths:
                self.ingest.left_out[PICTURES] += 1
            else:
                self._take_file(file)

    def _below(self, path: Path) -> Iterator[Path]:
        try:
            yield from files_below(path) if path.is_dir() else [path]
        except OSError as error:
            self.problems.append(f"{error.filename}: {error.strerror}")

    def _kind(self, file: Path, named: bool) -> str | None:
        try:
            with file.open("rb") as opened:
                head = opened.read(_HEAD)
        except OSError as error:
            self.problems.append(f"{file}: {error.strerror}")
            return None
        guessed = mimetypes.guess_type(file.name)[0] or ""
        if is_warc(head) or self._is_wacz(file, head):
            return "warc"
        if is_styling(guessed) and not named:
            self.ingest.left_out[STYLING] += 1
            return None
        content_type = content_type_of(head, file.name)
        if content_type == "text/html" or is_mhtml(head):
            return "page"
        return "picture" if content_type.startswith("image/") else "document"

    def _is_wacz(self, file: Path, head: bytes) -> bool:
        if not head.startswith(b"PK"):
            return False
        try:
            with zipfile.ZipFile(file) as package:
                found = bool(warcs_of(package))
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
            found = False
        if not found and file.suffix == ".wacz":
            self.problems.append(
                f"{file}: it is no WACZ file, since no archive/*.warc.gz can be found in it; it is "
                "taken in as a ZIP file of documents"
            )
        return found

    def _take_warcs(self, files: Sequence[Path]) -> None:
        left_out = self.ingest.left_out
        with Collection(self.directory) as collection:
            for file in files:
                collection.add(file, left_out, self.problems.append)
                self._note(file)
            shown: set[tuple[str, str]] = set()
            for item in collection.pages():
                if (item.url, item.origin.source) in shown:
                    continue
                if item.media_type.startswith("image/"):
                    left_out[PICTURES] += 1
                    continue
                parts = self._add(item, partial(collection.find, item))
                shown.update((part.url, part.origin.source) for part in parts)
            for revisit in collection.revisits(left_out):
                item, *origin = revisit
                try:
                    found = self.ingest.add_revisit(item, *origin)
                except NotTaken as error:
                    self._say(str(error))
                    continue
                if not found:
                    self._say(
                        f"{item.origin.source}: the revisit record of {item.url} refers to a "
                        f"capture of {revisit.date or 'an unknown time'}, which is neither in "
                        "these files nor in the archive; it is left out"
                    )

    def _take_file(self, file: Path) -> None:
        self._note(file)
        try:
            body = read_file(file)
        except Unreadable as error:
            self._say(f"{file}: {error}")
            return
        if not body.strip():
            self._say(f"{file}: the file is empty")
            return
        origin = _origin(file)
        if is_mhtml(body[:_HEAD]):
            self._take_mhtml(file, body, origin)
            return
        url = self.url or address_of(body) or _file_url(file)
        content_type = content_type_of(body, file.name)
        item = Item(url=asked_as(url), origin=origin, load=lambda: body, content_type=content_type)
        for part in self._add(item, lambda address: self._beside(file, item, address)):
            self._as_parts.add(part.origin.source)

    def _beside(self, page: Path, item: Item, address: str) -> Item | None:
        found = file_beside(page, self._roots[page], item.url, address)
        if found is None:
            return None
        try:
            body = read_file(found)
        except Unreadable as error:
            self._say(f"{found}: {error}")
            return None
        return Item(
            url=address,
            origin=_origin(found),
            load=lambda: body,
            content_type=content_type_of(body, found.name),
        )

    def _take_mhtml(self, file: Path, body: bytes, origin: Origin) -> None:
        saved = read_mhtml(body)
        if saved is None:
            self._say(f"{file}: no page is in this MHTML file")
            return
        if saved.date:
            origin = Origin(origin.source, saved.date, "mhtml")

        def item_of(url: str, content_type: str, content: bytes) -> Item:
            return Item(url=url, origin=origin, load=lambda: content, content_type=content_type)

        def find(address: str) -> Item | None:
            part = saved.parts.get(address)
            return item_of(*part) if part else None

        url = self.url or saved.url or _file_url(file)
        self._add(item_of(asked_as(url), saved.content_type, saved.body), find)

    def _add(self, item: Item, find: Callable[[str], Item | None]) -> list[Item]:
        try:
            return self.ingest.add_page(item, find)
        except NotTaken as error:
            self._say(str(error))
            return []

    def _note(self, file: Path) -> None:
        self.count += 1
        self._done += file.stat().st_size
        self.advance(self._done, self._total)

    def _say(self, sentence: str) -> None:
        if sentence not in self.problems:
            self.problems.append(sentence)


def _file_url(file: Path) -> str:
    return file.resolve().as_uri()


def _origin(file: Path) -> Origin:
    changed = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    name = " ".join(str(file).splitlines())
    return Origin(name, changed.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), "file")
