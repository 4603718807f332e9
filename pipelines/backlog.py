"""Pages read from the archive: above all those that a killed crawl archived and did not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pipelines.archive import warc_directory
from pipelines.capture import Capture
from pipelines.message import CodingError, header, read_head
from pipelines.reading import Page, Reader, Reading
from pipelines.records import Damage
from pipelines.store import Store
from pipelines.warc import Exchange, decoded_body, read_exchange


def read_backlog(store: Store, reader: Reader[Capture]) -> int:
    """Read what waits, the oldest first, and save it; returns how many pages that were."""
    count = 0
    for capture, reading in reader.read_all(archived_pages(store, store.unread())):
        store.save_reading(capture, reading.report, reading.failure)
        count += 1
    return count


def archived_pages(
    store: Store, captures: Iterable[Capture]
) -> Iterator[tuple[Capture, Page | Reading]]:
    """The pages of captures as they lie in the archive, or the reading that says why not."""
    directory = warc_directory(store.home)
    divisions = dict(store.conn.execute("SELECT id, division FROM portals"))
    for capture in captures:
        try:
            exchange = read_exchange(directory, capture.warc_file, capture.warc_offset)
            yield capture, page_of(exchange, divisions[capture.portal], directory, store)
        except (OSError, Damage) as error:
            yield capture, Reading(None, f"the archived page cannot be read back: {error}")


def page_of(exchange: Exchange, division: str | None, directory: Path, store: Store) -> Page:
    """What reading needs of an archived exchange; ``division`` is its portal's own.

    A revisit has the head and body of the exchange that it refers to. Raises OSError or Damage
    where that cannot be read.
    """
    url = exchange.url
    if exchange.refers_to is not None:
        origin = store.capture(exchange.refers_to.id)
        if origin is not None:
            exchange = read_exchange(directory, origin.warc_file, origin.warc_offset)
    _, headers = read_head(exchange.response_head)
    try:
        body = decoded_body(exchange)
    except CodingError:
        body = exchange.body
    return Page(body, url, header(headers, b"content-type"), division)
