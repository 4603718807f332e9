"""Walks a portal in memory: the walk's own decisions, without Scrapy, sockets or an archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from crawler.families import Page
from crawler.registry import Portal
from crawler.urls import resolve_redirect
from crawler.walk import Walk
from pipelines.archive.capture import time_of
from pipelines.archive.outcome import judge
from pipelines.database.store import Store
from pipelines.reading.substance import substance_of

HOME = "http://127.0.0.1:8000/"
DAY = 24 * 3600 * 1_000_000

Answer = Callable[[str], tuple[int, dict[str, str], bytes]]


def open_store(home: Path, portal: Portal) -> Store:
    store = Store.open(home)
    store.add_portal(
        portal.id, portal.name, portal.family, portal.division, portal.url, portal.synthetic
    )
    return store


def begin(store: Store, portal: Portal, run: int = DAY, **options: object) -> Walk:
    store.start_run(run, portal.id, time_of(run))
    walk = Walk(store, portal, run, **options)  # type: ignore[arg-type]
    walk.open()
    return walk


def walk_all(walk: Walk, answer: Answer, *, at_most: int = 5000) -> list[str]:
    """Walk to the end; returns what was asked, in order, as paths with their queries."""
    asked: list[str] = []
    while len(asked) < at_most:
        rows = walk.next_rows()
        if not rows:
            assert walk.over
            return asked
        for row in rows:
            parts = urlsplit(row.url)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            asked.append(path)
            status, headers, body = answer(path)
            page = Page(row.url, body, headers.get("Content-Type"))
            lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            outcome, evidence = judge(status, lines, body)
            if outcome == "redirect":
                to = headers.get("Location")
                walk.redirected(row, resolve_redirect(row.url, to) if to else page.target)
            elif outcome == "page":
                walk.arrived(row, page, substance_of(body, headers.get("Content-Type")))
                walk.reading()
                walk.read("new" if row.kind == "report" else "other")
            else:
                walk.failed(row, f"{outcome}: {evidence}", answered=outcome in ("gone", "soft 404"))
    return asked
