"""Pages and their parts as they lie in the archive: what reading is given of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import urljoin

from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import Capture
from pipelines.archive.message import CodingError, header, read_head
from pipelines.archive.records import Damage
from pipelines.archive.warc import Exchange, decoded_body, read_exchange
from pipelines.database.store import Store
from pipelines.reading.documents import limits
from pipelines.reading.pages import Page, Reading
from pipelines.reading.parts import Missing, Part, asked_as

MOST_REDIRECTS = 5
"""From the address that a page names to its part."""

DivisionOf = Callable[[Capture], str | None]
"""The division of the portal that a capture belongs to."""


def archived_pages(
    store: Store, captures: Iterable[Capture], division_of: DivisionOf | None = None
) -> Iterator[tuple[Capture, Page | Reading]]:
    """The pages of captures with the parts that the archive has, or the reading that says why not.

    ``division_of`` is that of the portals as they are known now, unless another is given.
    """
    if division_of is None:
        divisions: dict[str, str | None] = dict(
            store.conn.execute("SELECT id, division FROM portals")
        )

        def division_of(capture: Capture) -> str | None:
            return divisions[capture.portal]

    for capture in captures:
        try:
            body, content_type = _content(store, capture)
        except (OSError, Damage) as error:
            yield capture, Reading(None, f"the archived page cannot be read back: {error}")
        else:
            parts = store.parts(capture.id)
            yield (
                capture,
                Page(
                    body,
                    capture.url,
                    content_type,
                    division_of(capture),
                    _parts(store, parts),
                    {address: part.id for address, part in parts.items()},
                ),
            )


def _parts(store: Store, captures: Mapping[str, Capture]) -> dict[str, Part | Missing]:
    """What the archive has of a page's parts, by the addresses that were asked for it. Bodies of
    more than ``limits.MAX_BYTES`` together are not taken."""
    parts: dict[str, Part | Missing] = {}
    room = limits.MAX_BYTES
    for address in captures:
        part = _part(store, captures, address, room)
        if isinstance(part, Part):
            room -= len(part.body)
        if part is not None:
            parts[address] = part
    return parts


def still_to_ask(store: Store, page: Capture, addresses: Iterable[str]) -> list[str]:
    """Of a page's parts those that the archive has nothing of, and what redirects lead to."""
    captures = store.parts(page.id)
    ends = (_follow(store, captures, address)[0] for address in addresses)
    return list(dict.fromkeys(end for end in ends if end not in captures))


def _part(
    store: Store, captures: Mapping[str, Capture], address: str, room: int
) -> Part | Missing | None:
    try:
        end, trouble = _follow(store, captures, address)
        if trouble:
            return Missing(trouble)
        capture = captures.get(end)
        if capture is None:
            return None
        if capture.outcome not in ("page", "unchanged"):
            ours = capture.outcome == "excluded"
            return Missing(capture.evidence or capture.outcome, "reading" if ours else "source")
        body, content_type = _content(store, capture)
    except (OSError, Damage) as error:
        return Missing(f"the archived file cannot be read back: {error}", "reading")
    if len(body) > room:
        most = limits.MAX_BYTES // 1_000_000
        return Missing(f"the files of this page have more than {most} MB together", "reading")
    return Part(body, content_type, end)


def _follow(store: Store, captures: Mapping[str, Capture], address: str) -> tuple[str, str]:
    """Where redirects lead from an address, and what is wrong with the way there, if anything."""
    way = [address]
    while (capture := captures.get(way[-1])) is not None and capture.outcome == "redirect":
        _, headers = read_head(_exchange(store, capture).response_head)
        target = header(headers, b"location")
        if not target:
            return way[-1], "a redirect to nowhere"
        try:
            further = asked_as(urljoin(way[-1], target))
        except ValueError:
            return way[-1], "a redirect to no address"
        if further in way:
            return way[-1], "a redirect loop"
        if len(way) > MOST_REDIRECTS:
            return way[-1], f"more than {MOST_REDIRECTS} redirects in a row"
        way.append(further)
    return way[-1], ""


def _content(store: Store, capture: Capture) -> tuple[bytes, str | None]:
    """The body of a capture as a reader takes it, and its content type. A revisit has the head and
    body of the exchange that it refers to. Raises OSError or Damage where it cannot be read."""
    exchange = _exchange(store, capture)
    if exchange.refers_to is not None:
        origin = store.capture(exchange.refers_to.id)
        if origin is not None:
            exchange = _exchange(store, origin)
    return content_of(exchange)


def content_of(exchange: Exchange) -> tuple[bytes, str | None]:
    """The body of an exchange that has one as a reader takes it, and its content type."""
    if exchange.kind == "resource":
        return exchange.body, exchange.content_type
    _, headers = read_head(exchange.response_head)
    try:
        body = decoded_body(exchange)
    except CodingError:
        body = exchange.body
    return body, header(headers, b"content-type")


def _exchange(store: Store, capture: Capture) -> Exchange:
    return read_exchange(warc_directory(store.home), capture.warc_file, capture.warc_offset)
