"""What comes back for the requests of a crawl: each answer is told to the walk that asked, and each
page is handed on to be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Request, Response

from crawler.archive import ArchiveMiddleware
from crawler.families import Page
from crawler.frontier import Row
from crawler.items import PageItem
from crawler.middlewares import LeftAlone
from crawler.urls import resolve_redirect
from crawler.walk import Walk
from pipelines.archive.capture import Capture

if TYPE_CHECKING:
    from twisted.python.failure import Failure


class Answers:
    """The callbacks of the requests."""

    def __init__(self, archive: ArchiveMiddleware, feed: Callable[[Walk], None]) -> None:
        """``feed`` is called when a walk may have something new to ask."""
        self.archive = archive
        self._feed = feed

    def parse_page(self, response: Response, walk: Walk, row: Row) -> Iterator[PageItem]:
        """Tell the walk what came, and hand the page on to be read."""
        capture: Capture = response.meta["capture"]
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        try:
            if capture.outcome in ("page", "unchanged"):
                mark = capture.substance or capture.digest
                walk.arrived(row, Page(row.url, response.body, kind), mark)
                if capture.reading is None:
                    walk.reading()
                    yield PageItem(capture, response.body, kind, walk.portal.division)
            elif capture.outcome == "redirect":
                self._redirect(walk, row, response, kind)
            else:
                # The portal is well: it says itself that there is no such page.
                missing = capture.outcome in ("gone", "soft 404")
                walk.failed(row, f"{capture.outcome}: {capture.evidence}", answered=missing)
        except (OSError, sqlite3.Error) as error:
            self.archive.stop(error)
        except CloseSpider:
            raise
        except Exception as error:
            # A fault of ours with one page must not hold up all others: it is said, and counted.
            reason = f"its links could not be followed: {type(error).__name__}: {error}"
            self.archive.add_failure(walk.run, row.url, reason)
            walk.failed(row, f"error: {reason}")
        finally:
            self._feed(walk)

    def parse_part(self, response: Response, walk: Walk, row: Row) -> None:
        """A part of a page came, or the portal says that there is none."""
        capture: Capture = response.meta["capture"]
        there = capture.outcome in ("page", "unchanged", "redirect")
        trouble = None if there else f"{capture.outcome}: {capture.evidence}"
        # A download that asks for a code says nothing against the portal's pages.
        self._settle_part(walk, row, trouble, answered=capture.outcome != "error")

    def _settle_part(self, walk: Walk, row: Row, trouble: str | None, *, answered: bool) -> None:
        try:
            walk.part_settled(row, trouble, answered=answered)
        except (OSError, sqlite3.Error) as error:
            self.archive.stop(error)
        finally:
            self._feed(walk)

    def _redirect(self, walk: Walk, row: Row, response: Response, kind: str) -> None:
        location = response.headers.get("Location")
        if location is not None:
            target = resolve_redirect(row.url, location.decode("utf-8", "replace"))
        else:
            target = Page(row.url, response.body, kind).target
        if wrong := walk.redirected(row, target):
            self.archive.add_failure(walk.run, row.url, wrong)

    def note_failure(self, failure: Failure) -> None:
        """No answer came, or none was asked for."""
        request: Request = failure.request  # type: ignore[attr-defined]
        walk, row = request.cb_kwargs["walk"], request.cb_kwargs["row"]
        capture: Capture | None = request.meta.get("capture")
        if self.archive.stopped:
            return  # it stays waiting: the next crawl asks again
        if isinstance(failure.value, LeftAlone):
            walk.leave(str(failure.value))
            walk.put_off(row)
        elif row.page is not None:
            self._part_failed(failure, walk, row, capture)
            return
        elif isinstance(failure.value, IgnoreRequest):
            walk.excluded(row, str(failure.value))
        elif capture is not None:
            walk.failed(row, f"{capture.outcome}: {capture.evidence}")
        else:
            walk.failed(row, f"error: {failure.value or type(failure.value).__name__}")
        self._feed(walk)

    def _part_failed(self, failure: Failure, walk: Walk, row: Row, capture: Capture | None) -> None:
        """A part was not to be had: that, too, has a row in the archive, for whoever reads its page
        again from there."""
        assert row.page
        excluded = isinstance(failure.value, IgnoreRequest)
        if capture is None:
            reason = str(failure.value) or type(failure.value).__name__
            outcome = "excluded" if excluded else "error"
            capture = self.archive.add_failure(
                walk.run, row.url, reason, outcome=outcome, part_of=row.page.id
            )
        trouble = f"{capture.outcome}: {capture.evidence}"
        self._settle_part(walk, row, trouble, answered=excluded)
