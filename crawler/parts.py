"""The parts of pages on one portal: what is still to ask for, and which pages have all of theirs.

A page is archived, and read once to learn what it shows as its report besides itself. Then it waits
here until each of these parts has its row in the archive, whatever came of it. What a crash loses
of this the archive knows: the page is unread and names its parts again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from crawler.frontier import Row
from pipelines.archive.archived import still_to_ask
from pipelines.archive.capture import Capture
from pipelines.database.backlog import Waiting
from pipelines.database.store import Store


class PartsQueue:
    """``asking`` is how many parts are asked for now."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.asking = 0
        self._pages: dict[int, _Page] = {}
        self._rows: deque[Row] = deque()
        self._complete: deque[Capture] = deque()

    @property
    def waiting(self) -> int:
        """How many pages wait, for parts or to be taken with all of them."""
        return len(self._pages) + len(self._complete)

    def add(self, waiting: Waiting) -> None:
        """Let a page wait for its parts."""
        page = _Page(waiting)
        self._pages[page.capture.id] = page
        self._ask(page)

    def take(self, count: int) -> list[Row]:
        """Up to ``count`` parts to ask for now; each is to be ``settled``."""
        rows = [self._rows.popleft() for _ in range(min(count, len(self._rows)))]
        self.asking += len(rows)
        return rows

    def settled(self, row: Row) -> None:
        """A part has its row in the archive."""
        assert row.page
        self.asking -= 1
        page = self._pages[row.page.id]
        page.asked_now.discard(row.url)
        if not page.asked_now:
            self._ask(page)

    def put_off(self) -> None:
        """A part is to be asked another night: its page waits on, and the archive knows it."""
        self.asking -= 1

    def take_complete(self) -> Iterable[Capture]:
        """The pages whose parts are all there, each once."""
        while self._complete:
            yield self._complete.popleft()

    @property
    def has_complete(self) -> bool:
        return bool(self._complete)

    def _ask(self, page: _Page) -> None:
        """Ask for what the archive has nothing of, and for what redirects lead to."""
        for url in still_to_ask(self.store, page.capture, page.parts):
            if url not in page.asked:
                page.asked.add(url)
                page.asked_now.add(url)
                self._rows.append(Row(url, "part", page.capture))
        if not page.asked_now:
            del self._pages[page.capture.id]
            self._complete.append(page.capture)


class _Page:
    def __init__(self, waiting: Waiting) -> None:
        self.capture = waiting.page
        self.parts = waiting.parts
        self.asked: set[str] = set()
        self.asked_now: set[str] = set()
