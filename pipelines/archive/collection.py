"""The records of WARC files that are ingested together: pages find their parts in any of them."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

from pipelines.archive.capture import Origin, moment_of
from pipelines.archive.foreign import ForeignRecord, read_foreign
from pipelines.archive.foreign_stream import Say
from pipelines.archive.ingest import Item
from pipelines.reading.parts import asked_as

STYLING = "style sheets, scripts, fonts, sound and video"
PICTURES = "pictures that no report shows"


class Revisit(NamedTuple):
    """That a page was the same as at ``url`` and ``date``, or by its ``digest`` where the record
    names none."""

    item: Item
    url: str
    date: str | None
    digest: str | None


class Collection:
    """Bodies wait in a temporary file without a name in ``directory``; the rest in memory. Use it
    as a context manager."""

    def __init__(self, directory: Path) -> None:
        self._spool = tempfile.TemporaryFile(dir=directory)  # noqa: SIM115 -- closed by __exit__
        self._items: list[Item] = []
        self._by_address: defaultdict[str, list[Item]] = defaultdict(list)
        self._revisits: list[Revisit] = []
        self._requests: dict[str, tuple[int, int]] = {}
        self._concurrent: dict[str, tuple[str, ...]] = {}
        self._styling: set[str] = set()

    def __enter__(self) -> Collection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spool.close()

    def add(self, path: Path, left_out: Counter[str], say: Say) -> None:
        """Take the records of a WARC, ARC or WACZ file."""
        for record in read_foreign(path, say, left_out):
            if record.kind == "request":
                place = self._put(record.head)
                for id in (record.id, *record.concurrent):
                    self._requests[id] = place
                continue
            item = self._item(path, record)
            if is_styling(item.media_type):
                self._styling.add(item.url)
                left_out[STYLING] += 1
            elif record.kind == "revisit":
                url, date = record.refers_to
                self._revisits.append(Revisit(item, url or item.url, date, record.digest))
            else:
                self._items.append(item)
                self._by_address[asked_as(item.url)].append(item)

    def pages(self) -> Iterator[Item]:
        """What may be a page or a document, pages first, the oldest first."""
        items = sorted(self._items, key=lambda item: moment_of(item.origin.date))
        for html in (True, False):
            yield from map(
                self._with_request,
                (item for item in items if ("html" in item.media_type) == html),
            )

    def revisits(self, left_out: Counter[str]) -> Iterator[Revisit]:
        """What was asked for again, the oldest first."""
        for revisit in sorted(self._revisits, key=lambda one: moment_of(one.item.origin.date)):
            if revisit.url in self._styling:
                left_out[STYLING] += 1
            elif revisit.item.media_type.startswith("image/"):
                left_out[PICTURES] += 1
            else:
                yield revisit._replace(item=self._with_request(revisit.item))

    def find(self, page: Item, address: str) -> Item | None:
        """What was fetched at an address at the time nearest to that of a page."""
        moment = moment_of(page.origin.date)
        found = self._by_address.get(address, ())
        if not found:
            return None
        nearest = min(found, key=lambda item: abs(moment_of(item.origin.date) - moment))
        return self._with_request(nearest)

    def _with_request(self, item: Item) -> Item:
        """An item with the request that it answers, where that was archived too: some tools write
        it before the response."""
        record = item.origin.source.rpartition(" ")[2]
        for id in (record, *self._concurrent.get(record, ())):
            if id in self._requests:
                return replace(item, request_head=self._get(self._requests[id]))
        return item

    def _item(self, path: Path, record: ForeignRecord) -> Item:
        if record.concurrent:
            self._concurrent[record.id] = record.concurrent
        return Item(
            url=record.url,
            origin=Origin(f"{path.name} {record.id}".strip(), record.date, "warc"),
            load=partial(self._get, self._put(record.body)),
            head=record.head,
            content_type=record.content_type,
            ip=record.ip,
            truncated=record.truncated,
        )

    def _put(self, data: bytes) -> tuple[int, int]:
        place = self._spool.seek(0, 2)
        self._spool.write(data)
        return place, len(data)

    def _get(self, place: tuple[int, int]) -> bytes:
        self._spool.seek(place[0])
        return self._spool.read(place[1])


def is_styling(media_type: str) -> bool:
    """Whether files of a type only make pages look or sound."""
    return (
        media_type == "text/css"
        or "javascript" in media_type
        or "font" in media_type
        or media_type.startswith(("audio/", "video/"))
    )
