"""The columns (lists of several pages) and redirects of a walk: where each page stands in them, and
where they end.

Bounds against what never ends: ``MAX_LIST_PAGES`` pages of a column, a list page that brings no
article that the pages before it did not have ends its column, ``MAX_REDIRECTS`` in a row.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import NamedTuple

MAX_LIST_PAGES = 400
"""Pages of one column. The longest seen have some 300, for twenty years of news of a county."""

MAX_REDIRECTS = 5
"""In a row. Real ones need two at most: to https, and to a column that has moved."""


class PlaceInColumn(NamedTuple):
    """A page of the column that begins at this address; the first has the number 1."""

    column: str
    number: int


class Columns:
    """Where the pages of one walk stand, each known by its address."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        """``tell`` is called with an address and what has to be said of it."""
        self._tell = tell
        self._places: dict[str, PlaceInColumn] = {}
        self._listed: dict[str, set[int]] = {}
        self._moved: dict[str, str] = {}
        self._hops: dict[str, int] = {}

    def place(self, url: str) -> PlaceInColumn:
        """Where a page stands; one that no other led to begins a column."""
        return self._places.get(url, PlaceInColumn(url, 1))

    def go_on(self, url: str, further: str) -> None:
        """A page has a next one."""
        column, number = self.place(url)
        self._places[further] = PlaceInColumn(column, number + 1)

    def leave(self, url: str) -> None:
        """A page is done."""
        self._hops.pop(url, None)
        self._places.pop(url, None)

    def bring(self, url: str, articles: Iterable[str]) -> bool:
        """Note the articles of a list page; returns whether it is worth going on after it: it
        brought new ones, or is the first page, which may have none where a script paints them."""
        column, number = self.place(url)
        listed = self._listed.setdefault(column, set())
        before = len(listed)
        listed.update(map(hash, articles))
        return len(listed) > before or number == 1

    def is_empty(self, url: str) -> bool:
        """Whether no page of the column has brought an article."""
        return not self._listed.get(self.place(url).column)

    def may_go_on(self, url: str) -> bool:
        """Whether there may be one page more; says so where there may not."""
        column, number = self.place(url)
        if number < MAX_LIST_PAGES:
            return True
        self._tell(column, f"more than {MAX_LIST_PAGES} pages; the rest is left out")
        return False

    def end(self, url: str) -> None:
        """The column ends with this page."""
        del self._listed[self.place(url).column]

    def redirect(self, url: str, target: str | None) -> str | None:
        """A page sends on to another; returns what is wrong with the way there."""
        if target is None:
            return "a redirect to nowhere"
        end = target
        while end in self._moved and end != url:
            end = self._moved[end]
        if end == url:
            return f"a redirect loop by way of {target}"
        if self._hops.get(url, 0) >= MAX_REDIRECTS:
            return f"more than {MAX_REDIRECTS} redirects in a row"
        self._moved[url] = target
        return None

    def follow(self, url: str, target: str) -> None:
        """The target of a redirect is asked in the place of the page that sent there."""
        self._hops[target] = self._hops.get(url, 0) + 1
        if url in self._places:
            self._places[target] = self._places[url]

    def end_of_redirects(self, url: str) -> str:
        """Where the redirects from an address end."""
        met = set()
        while url in self._moved and url not in met:
            met.add(url)
            url = self._moved[url]
        return url

    def unread(self, column: str, read: Container[str]) -> bool:
        """Whether a column has a further page under way that is not among those."""
        return any(
            place.column == column and further not in read
            for further, place in self._places.items()
        )
