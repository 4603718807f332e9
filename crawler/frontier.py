"""The frontier (待采队列): what is still to be asked of each portal, and what was.

It lives in the table ``frontier`` of the archive's database, one row an address of a portal, so
that a crawl that was killed goes on where it was. A row is ``waiting`` until its page has been
archived and its links are stored, in one transaction: whatever was in flight when the process died
is still waiting. States: waiting, fetched, failed, excluded (robots.txt forbids it).

``run`` is the run that asked last, or is to ask. Each run finds its way anew from the home page,
and a column or list page that it meets waits again; an article that is known does so only when it
is due (``crawler.revisit``).
"""

from __future__ import annotations

import sqlite3
from collections import deque
from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple

from crawler.links import PlaceKind
from crawler.revisit import age_counts_from, load_policy
from pipelines.archive.capture import Capture, moment_of, time_of
from pipelines.database.runs import FINISHED
from pipelines.database.store import Store

CONTINUE_WITHIN = 24 * 3600 * 1_000_000
"""Microseconds for which a run that was broken off is continued. After a day its list pages may
have moved on, and the way is walked anew."""

MAX_URLS = 20_000
"""Addresses of one portal: a county with 60 units and 18 years has some 1,500 reports and as many
list pages. More is a trap, and the walk says so and goes on with what it has."""

PRIORITIES = {"report": 5, "list": 4, "unit": 3, "gateway": 2, "home": 9, "file": 1, "weak": 0}
"""The home page, then what is nearest to the reports, so that little waits and a crawl with a limit
ends soon."""

READ_AHEAD = 32
"""Waiting addresses that are read from the table at once, until a page brings others."""

LAST = "('file', 'weak')"
"""Kinds that are asked when nothing else is left, each by a rule of its own."""

_FILES = """
SELECT url, kind FROM frontier AS f
WHERE portal = ? AND state = 'waiting' AND run = ? AND kind = 'file'
    AND NOT EXISTS (SELECT 1 FROM captures WHERE url = f.url AND part_of IS NOT NULL)
    AND 'report' IS NOT (SELECT reading FROM captures WHERE url = f.parent AND part_of IS NULL
        AND reading IS NOT NULL ORDER BY fetched_at DESC, id DESC LIMIT 1)
LIMIT ?
"""

MAX_WEAK = 40
"""Weak links that are asked where a portal's reports were not found without them."""


class Row(NamedTuple):
    """An address to ask, and what it is thought to be: a kind of ``crawler.links``, home, or a part
    of the captured ``page``, which is no row of the frontier's table."""

    url: str
    kind: PlaceKind | Literal["part"]
    page: Capture | None = None


class Frontier:
    """The addresses of one portal in one run."""

    def __init__(self, store: Store, portal: str, run: int, *, full: bool = False) -> None:
        self.store = store
        self.conn: sqlite3.Connection = store.conn
        self.portal = portal
        self.run = run
        self.full = full
        self.policy = load_policy()
        self.size = 0
        self._ahead: deque[Row] = deque()

    def open(self, home: str) -> bool:
        """Begin the run, or continue the one before where it was broken off; says which (True)."""
        with self.store.transaction():
            continued = self._continue()
            self._queue(home, "home", None)
            if not continued:
                self._queue_due()
        self.size = self._count("1")
        return continued

    def _continue(self) -> bool:
        """Take over what the last run of this portal left waiting."""
        last = self.conn.execute(
            "SELECT max(run) FROM frontier WHERE portal = ? AND run < ?", [self.portal, self.run]
        ).fetchone()[0]
        if last is None or last < self.run - CONTINUE_WITHIN:
            return False
        left = self._count(f"state = 'waiting' AND kind NOT IN {LAST} AND run = {last}")
        if not left:
            return False
        self.conn.execute(
            "UPDATE frontier SET run = ? WHERE portal = ? AND run = ?",
            [self.run, self.portal, last],
        )
        return True

    def _queue_due(self) -> None:
        """Let articles wait that are due: also those that no list names now."""
        rows = self.conn.execute(
            "SELECT f.url, f.run, f.state, f.tries, f.found_at, r.first_seen, r.published_at"
            " FROM frontier AS f LEFT JOIN reports AS r"
            " ON r.url = f.url AND r.current = 1 AND r.gone_at IS NULL"
            " WHERE f.portal = ? AND f.kind IN ('report', 'file') AND f.run < ?",
            [self.portal, self.run],
        ).fetchall()
        whole_since = self.conn.execute(
            "SELECT min(finished) FROM runs WHERE portal = ? AND reason = ?",
            [self.portal, FINISHED],
        ).fetchone()[0]
        self.conn.executemany(
            "UPDATE frontier SET state = 'waiting', run = ? WHERE portal = ? AND url = ?",
            [
                (self.run, self.portal, url)
                for url, *known in rows
                if self.full or self._is_due(*known, whole_since)
            ],
        )

    def _is_due(
        self,
        asked: int,
        state: str,
        tries: int,
        found_at: str,
        first_seen: str | None,
        published_at: str | None,
        whole_since: str | None,
    ) -> bool:
        if state == "failed":
            return self.policy.is_due_after_failures(self.run, asked, tries)
        if state != "fetched":
            return True  # not asked yet, or looked at anew: robots.txt may say something else now
        if first_seen is None:
            return self.policy.is_due(self.run, asked, moment_of(found_at), is_report=False)
        since = age_counts_from(first_seen, published_at, whole_since)
        return self.policy.is_due(self.run, asked, since, is_report=True)

    def add(self, parent: str, found: Iterable[tuple[str, str]]) -> list[str]:
        """Put in addresses with their kinds; returns those that this run had not met yet.

        A known article is taken note of and not asked again: ``open`` has put in those due.
        """
        fresh = []
        for url, kind in found:
            known = self.conn.execute(
                "SELECT kind, state, run FROM frontier WHERE portal = ? AND url = ?",
                [self.portal, url],
            ).fetchone()
            if known is None:
                if self.size >= MAX_URLS:
                    continue
                self.size += 1
            elif known[2] == self.run:
                self._promote(url, known[0], kind)
                continue
            elif known[0] == kind in ("report", "file") and known[1] in ("fetched", "failed"):
                continue
            self._queue(url, kind, parent)
            fresh.append(url)
        return fresh

    def _promote(self, url: str, known: str, kind: str) -> None:
        """A waiting page that turns out to be nearer to the reports than it seemed."""
        if PRIORITIES[kind] > PRIORITIES[known]:
            self._ahead.clear()
            self.conn.execute(
                "UPDATE frontier SET kind = ?, priority = ?"
                " WHERE portal = ? AND url = ? AND state = 'waiting'",
                [kind, PRIORITIES[kind], self.portal, url],
            )

    def _queue(self, url: str, kind: str, parent: str | None) -> None:
        self._ahead.clear()
        self.conn.execute(
            "INSERT INTO frontier (portal, url, kind, parent, state, priority, found_at, run)"
            " VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)"
            " ON CONFLICT (portal, url) DO UPDATE SET kind = excluded.kind,"
            " parent = excluded.parent, state = 'waiting', priority = excluded.priority,"
            " run = excluded.run",
            [self.portal, url, kind, parent, PRIORITIES[kind], time_of(self.run), self.run],
        )

    def take(self, count: int, busy: Collection[str]) -> list[Row]:
        """Up to ``count`` rows to ask now, none of those that are ``busy``."""
        if len(self._ahead) < count:
            self.store.flush()
            rows = self.conn.execute(
                "SELECT url, kind FROM frontier"
                f" WHERE portal = ? AND state = 'waiting' AND run = ? AND kind NOT IN {LAST}"
                " ORDER BY priority DESC LIMIT ?",
                [self.portal, self.run, READ_AHEAD + count + len(busy)],
            )
            self._ahead = deque(Row(*row) for row in rows if row[0] not in busy)
        return [self._ahead.popleft() for _ in range(min(count, len(self._ahead)))]

    def take_files(self, count: int) -> list[Row]:
        """Up to ``count`` documents that a list links as reports, when all pages have been read:
        those are left out that were asked for as the part of a page, or whose list proved to be
        the report itself."""
        self.store.flush()
        rows = self.conn.execute(_FILES, [self.portal, self.run, max(count, 0)])
        return [Row(*row) for row in rows]

    def take_weak(self, count: int) -> list[Row]:
        """Up to ``count`` links that may lead on, where nothing better is left."""
        self.store.flush()
        rows = self.conn.execute(
            "SELECT url, kind FROM frontier"
            " WHERE portal = ? AND state = 'waiting' AND run = ? AND kind = 'weak'"
            " ORDER BY length(url) LIMIT ?",
            [self.portal, self.run, max(count, 0)],
        )
        return [Row(*row) for row in rows]

    def settle(self, url: str, state: str) -> None:
        """Write down how asking went: fetched, failed or excluded."""
        # With the next transaction, which indexes the capture as well: never before it.
        self.store.note(
            "UPDATE frontier SET state = :state,"
            " tries = CASE :state WHEN 'failed' THEN tries + 1 ELSE 0 END"
            " WHERE portal = :portal AND url = :url",
            {"state": state, "portal": self.portal, "url": url},
        )

    def has_reports(self) -> bool:
        """Whether this portal has led to anything that looks like a report."""
        return self._count("kind IN ('report', 'file')") > 0

    def has_read_reports(self) -> bool:
        """Whether an annual report of this portal was read before; a link to one is none."""
        found = self.conn.execute("SELECT 1 FROM reports WHERE portal = ? LIMIT 1", [self.portal])
        return found.fetchone() is not None

    def standing_reports(self) -> int:
        """How many reports of this portal are known and not gone."""
        count: int = self.conn.execute(
            "SELECT count(*) FROM reports WHERE portal = ? AND current AND gone_at IS NULL",
            [self.portal],
        ).fetchone()[0]
        return count

    def weak_asked(self) -> int:
        """How many weak links this run has asked."""
        return self._count(f"kind = 'weak' AND state != 'waiting' AND run = {self.run}")

    def _count(self, condition: str) -> int:
        self.store.flush()
        count: int = self.conn.execute(
            f"SELECT count(*) FROM frontier WHERE portal = ? AND {condition}", [self.portal]
        ).fetchone()[0]
        return count
