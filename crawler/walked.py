"""What list pages led to when they were walked last, so that one that brings nothing new is not
worked through again.

A page is the same where its mark is: the digest of its body or, where the portal gives no
validators, of its substance (``pipelines.reading.substance``), together with the edition of
the code and record that judged its links.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from crawler.portal import Portal
from crawler.records import ROOT

JUDGES = (
    "crawler/columns.py",
    "crawler/leads.py",
    "crawler/link_text.py",
    "crawler/links.py",
    "crawler/urls.py",
    "crawler/walk.py",
    "crawler/families/*.py",
    "data/links.yml",
)
"""Files that decide where a page leads to: a new version of the project looks at each page anew."""


class Leads(NamedTuple):
    """Where a page leads to: address → kind, and the next page of its list, which is among them."""

    found: Mapping[str, str]
    further: str | None


class Walked:
    """The memory of one portal's walks, in the table ``walked``."""

    def __init__(self, conn: sqlite3.Connection, portal: Portal) -> None:
        self.conn = conn
        self.portal = portal
        about = f"{_edition()} {portal.division} {sorted(portal.sites)} {portal.family}"
        self._edition = hashlib.sha1(about.encode()).hexdigest()

    def recall(self, url: str, kind: str, mark: str) -> Leads | None:
        """Where a page led to when it had the same mark; None where it had not."""
        row = self.conn.execute(
            "SELECT found, further FROM walked WHERE portal = ? AND url = ? AND mark = ?",
            [self.portal.id, url, self._mark(kind, mark)],
        ).fetchone()
        return Leads(json.loads(row[0]), row[1]) if row else None

    def note(self, url: str, kind: str, mark: str, leads: Leads) -> None:
        """Remember where the links of a page led, for ``recall``."""
        self.conn.execute(
            "INSERT OR REPLACE INTO walked (portal, url, mark, found, further)"
            " VALUES (?, ?, ?, ?, ?)",
            [self.portal.id, url, self._mark(kind, mark), json.dumps(leads.found), leads.further],
        )

    def _mark(self, kind: str, mark: str) -> str:
        return f"{self._edition} {kind} {mark}"


@lru_cache(maxsize=1)
def _edition() -> str:
    digest = hashlib.sha1()
    for pattern in JUDGES:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()
