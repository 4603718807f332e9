"""The walk through one portal, from its home page to its reports, apart from how pages are asked.

``Walk`` says what to ask next and is told what came: a page, a redirect, a failure. It knows no
network, so that it can be walked over pages in memory; ``crawler.spiders.portal`` gives it one.

Bounds against what never ends: ``GIVE_UP_AFTER`` failures in a row end the run; and those of
``crawler.columns`` and ``crawler.frontier``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from crawler.columns import Columns
from crawler.families import Page
from crawler.frontier import MAX_URLS, MAX_WEAK, Frontier, Row
from crawler.leads import LeadFinder
from crawler.parts import PartsQueue
from crawler.portal import Portal
from crawler.record_check import SEEDS, RecordCheck
from crawler.walked import Leads, Walked
from pipelines.archive.capture import Capture
from pipelines.database.backlog import Waiting
from pipelines.database.runs import FINISHED, LIMITED
from pipelines.database.store import Store

GIVE_UP_AFTER = 5
"""Failures in a row after which a portal is left for another day: it is down, or has had enough."""

AT_ONCE = 4
"""Addresses of one portal that are handed out together. One is asked at a time; the others wait
for it, so that the next one starts without delay."""

UNREAD = 16
"""Pages of one portal that may wait for reading before more are asked: what memory holds."""

REPORT_WORD = "予以公开"
"""A row of the official form since 2019. A page that was taken for a report and does not print it
may be a column, or have the report elsewhere: its links are looked at."""

REMEMBERED = ("list", "unit", "gateway")
"""Kinds of pages that are asked each night, and mostly bring nothing new. Not the home page: it
tells menus from content, and shows which family the portal is of."""

logger = logging.getLogger(__name__)


class Walk:
    """One run of one portal."""

    def __init__(
        self,
        store: Store,
        portal: Portal,
        run: int,
        *,
        full: bool = False,
        limit: int | None = None,
        backlog: Iterable[Waiting] = (),
    ) -> None:
        """``backlog``: pages archived by runs before this one, whose parts are asked for first."""
        self.portal = portal
        self.run = run
        self.limit = limit
        self.frontier = Frontier(store, portal.id, run, full=full)
        self.store = store
        self.parts = PartsQueue(store)
        for waiting in backlog:
            self.parts.add(waiting)
        self.reports = 0
        self.stopped: str | None = None
        self.left: str | None = None
        self._walked = Walked(store.conn, portal)
        self._record = RecordCheck(portal)
        self._columns = Columns(self._tell)
        self._finder = LeadFinder(portal, self._record, self._columns)
        self._whole = True
        self._busy: dict[str, Row] = {}
        self._catching_up = self.parts.waiting > 0
        self._unread = 0
        self._failures = 0
        self.failure = ""

    def open(self) -> None:
        """Begin at the home page and the columns that the portal's record names, or go on."""
        if self.frontier.open(self.portal.url):
            logger.info("%s: goes on where the run before was broken off", self.portal.id)
            self._whole = False
        seeds = [(url, SEEDS[kind]) for url, kind in self.portal.columns.items()]
        with self.store.transaction():
            self.frontier.add(self.portal.url, seeds)

    # What to ask

    def next_rows(self) -> list[Row]:
        """What to ask now; each is to be answered by one of the methods below."""
        if self.stopped:
            return []
        room = AT_ONCE - len(self._busy) - self.parts.asking
        # Before all others, so that pages do not pile up that wait for them.
        parts = self.parts.take(max(room, 0))
        self._catching_up = self._catching_up and not self._caught_up()
        if parts or self._catching_up or self._unread >= UNREAD:
            return parts
        if self.limit is not None:
            if self.reports >= self.limit:
                self.stopped = f"{LIMITED}{self.limit} reports"
                return []
            under_way = len(self._busy) + self._unread + self.parts.waiting
            room = min(room, self.limit - self.reports - under_way)
        if room <= 0 or any(row.kind == "home" for row in self._busy.values()):
            return []
        rows = self.frontier.take(room, self._busy)
        if not rows and not self._busy and self._caught_up():
            rows = self.frontier.take_files(room)
            if not rows and self._finds_nothing():
                rows = self.frontier.take_weak(min(room, MAX_WEAK - self.frontier.weak_asked()))
        if rows and rows[0].kind == "home":
            # What the home page links tells menus from content on every other page.
            del rows[1:]
        self._busy.update((row.url, row) for row in rows)
        return rows

    def _finds_nothing(self) -> bool:
        """Whether no list has named a report in this run: those that are known were found by weak
        links then, and must be again."""
        return not self._record.named and (self._whole or not self.frontier.has_reports())

    @property
    def over(self) -> bool:
        """Whether nothing is in flight; to be asked after ``next_rows`` gave nothing."""
        if self._busy or self._unread or self.parts.asking or self.parts.has_complete:
            return False
        # What a walk that was stopped did not ask for is left for the next one.
        return bool(self.stopped) or not self.parts.waiting

    @property
    def reason(self) -> str:
        """Why the walk ended, for the row of its run, and what is to be done where it is not as
        the portal's record says."""
        known = None
        if self.stopped:
            ended = self.stopped
        elif self.reports or self.frontier.has_read_reports():
            ended = self.failure or FINISHED
            known = self.frontier.standing_reports() if self._whole else None
        else:
            ended = self.failure or f"{FINISHED} without finding an annual report"
        complaints = self._record.complaints(known)
        if not complaints and ended in (FINISHED, self.stopped):
            return ended
        said = "; ".join([ended, *complaints])
        return f"{said}. To look anew: gongkai portals probe {self.portal.url}"

    # What came

    def arrived(self, row: Row, page: Page, mark: str | None = None) -> None:
        """A page came: its links go to the frontier, and it is done, both or neither. ``mark`` is
        the same as before where nothing came to the page (``crawler.walked``)."""
        self._failures = 0
        if row.kind == "file" or (row.kind == "report" and REPORT_WORD in page.text):
            # It is the report itself, which leads nowhere that a list does not lead. Looking at the
            # links of each would take a quarter of a crawl's processor time.
            self.frontier.settle(row.url, "fetched")
            self._done(row)
            return
        remembered = mark if row.kind in REMEMBERED else None
        known = self._recall(row, remembered)
        leads = known or self._finder.find(row, page)
        self._record.came(self._columns.place(row.url).column, leads.found.items())
        if leads.further:
            self._columns.go_on(row.url, leads.further)
        with self.store.transaction():
            self.frontier.add(row.url, leads.found.items())
            self.frontier.settle(row.url, "fetched")
            if remembered and not known:
                self._walked.note(row.url, row.kind, remembered, leads)
        self._done(row)
        if self.frontier.size >= MAX_URLS:
            self._tell(row.url, f"more than {MAX_URLS} addresses here; the rest is left out")

    def _recall(self, row: Row, mark: str | None) -> Leads | None:
        if mark is None or self.frontier.full:
            return None
        return self._walked.recall(row.url, row.kind, mark)

    def redirected(self, row: Row, target: str | None) -> str | None:
        """The portal sends on to another address; returns what is wrong with the way there.

        Where it leads off the portal it is not followed, and nothing is wrong with the portal.
        """
        if target is not None and not self.portal.owns(target):
            self.excluded(row, f"a redirect to {target}, which is not on this portal")
            return None
        with self.store.transaction():
            wrong = self._columns.redirect(row.url, target)
            if target and not wrong and self.frontier.add(row.url, [(target, row.kind)]):
                self._columns.follow(row.url, target)
            if wrong:
                self._record.missed(row.url, wrong)
            elif target:
                self._record.moved(row.url, target)
            self.frontier.settle(row.url, "failed" if wrong else "fetched")
        if wrong:
            self._count_failure(row, f"error: {wrong}")
        self._done(row)
        return wrong

    def failed(self, row: Row, reason: str, *, answered: bool = False) -> None:
        """No page came. ``answered``: the portal is well and says so itself (404)."""
        self._record.missed(row.url, reason)
        self.frontier.settle(row.url, "failed")
        if answered:
            self._tell(row.url, reason)
            self._failures = 0
            if row.kind == "home":
                self.failure = f"home page: {reason}"
        else:
            self._count_failure(row, reason)
        self._done(row)

    def excluded(self, row: Row, reason: str) -> None:
        """The page may not be asked."""
        self._record.missed(row.url, reason)
        self._tell(row.url, reason)
        self.frontier.settle(row.url, "excluded")
        if row.kind == "home":
            self.failure = f"home page: {reason}"
        self._done(row)

    def leave(self, reason: str) -> None:
        """Nothing more is to be asked of this portal tonight; what waits goes on waiting."""
        self.left = self.left or reason
        self.stopped = self.stopped or reason

    def put_off(self, row: Row) -> None:
        """The page or part was not asked, or is to be asked again, on another night."""
        if row.page is None:
            self._done(row)
        else:
            self.parts.put_off()

    def reading(self) -> None:
        """A page went to be read."""
        self._unread += 1

    def part_settled(self, row: Row, trouble: str | None = None, *, answered: bool = True) -> None:
        """A part has its row in the archive; ``trouble`` says why it is not there, ``answered`` as
        for ``failed``."""
        if answered:
            self._failures = 0
        if trouble and answered:
            self._tell(row.url, trouble)
        elif trouble:
            self._count_failure(row, trouble)
        self.parts.settled(row)

    def waits(self, page: Capture, parts: tuple[str, ...]) -> None:
        """A page was read that shows parts of its report elsewhere: it is read again with them."""
        self._unread -= 1
        self.parts.add(Waiting(page, parts))

    def read(self, result: str | None) -> None:
        """A page was read, with the result of ``Store.save_reading``."""
        self._unread -= 1
        if result in ("new", "changed", "unchanged"):
            self.reports += 1

    # Within

    def _caught_up(self) -> bool:
        return not (self._unread or self.parts.waiting)

    def _tell(self, url: str, what: str) -> None:
        """One line of the log: what went wrong, with its portal and address."""
        logger.warning("%s %s: %s", self.portal.id, url, what)

    def _done(self, row: Row) -> None:
        self._busy.pop(row.url, None)
        self._columns.leave(row.url)

    def _count_failure(self, row: Row, reason: str) -> None:
        self._tell(row.url, reason)
        self._failures += 1
        if row.kind == "home":
            self.failure = f"home page: {reason}"
        if self._failures == GIVE_UP_AFTER:
            self.stopped = self.failure or f"{self._failures} failures in a row, the last: {reason}"
