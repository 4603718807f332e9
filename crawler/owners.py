"""Whose portal an address is that was ingested, not crawled."""

from __future__ import annotations

from urllib.parse import urlsplit

from crawler.portal import Portal
from crawler.records import SYNTHETIC
from crawler.registry import default_registry, division_name, unlisted_portal
from pipelines.database.store import Store

LOCAL = "local"
"""The portal of files that say no address; with a division, "local-" and its code."""


class Owners:
    """The portals of addresses: that of the registry; else the one that the archive knows by this
    host; else one made for the host, in ``division``."""

    def __init__(self, store: Store, division: str | None) -> None:
        self._store = store
        self._division = division
        self._found: dict[str, Portal] = {}

    def of(self, url: str) -> Portal:
        """The portal of an address."""
        host = urlsplit(url).netloc
        if host not in self._found:
            self._found[host] = self._find(url, host)
        return self._found[host]

    def _find(self, url: str, host: str) -> Portal:
        registered = default_registry().by_url(url) if host else None
        if registered:
            return registered
        if not host:
            return self._local()
        known = self._store.conn.execute(
            "SELECT id, name, url, family, division, synthetic FROM portals WHERE id = ?", [host]
        ).fetchone()
        if known:
            return Portal(*known[:5], synthetic=bool(known[5]))
        return unlisted_portal(f"{urlsplit(url).scheme}://{host}/", self._division)

    def _local(self) -> Portal:
        code = self._division
        return Portal(
            id=f"{LOCAL}-{code}" if code else LOCAL,
            name=f"{division_name(code)}（本地文件）" if code else "本地文件",
            url="file:///",
            division=code,
            synthetic=bool(code and code.startswith(SYNTHETIC)),
        )
