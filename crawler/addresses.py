"""Which portals share a server: those whose hosts have one address (IP) share one pause.

A prefecture hosts the portals of all its counties on one machine, and a content network puts many
behind one address; both count as one server. The addresses are those that the crawl connects to:
its resolver remembers them until it ends.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.utils.defer import maybe_deferred_to_future

from crawler.urls import is_loopback, site_of


class Addresses:
    """Sites (``crawler.urls.site_of``) and their addresses, which name Scrapy's download slots."""

    def __init__(self) -> None:
        self._found: dict[str, str] = {}

    def known(self, url: str) -> str:
        """The address of a host as far as it is known, else its site."""
        site = site_of(url)
        return self._found.get(site, site)

    async def find(self, url: str) -> str:
        """The address of a host; its site where it has none, or lies on loopback: there each port
        is a server of its own."""
        site = site_of(url)
        if site not in self._found:
            self._found[site] = site if is_loopback(url) else await _resolve(url) or site
        return self._found[site]


async def _resolve(url: str) -> str | None:
    from twisted.internet import reactor  # made when the crawl starts

    host = urlsplit(url).hostname or ""
    try:
        found: str = await maybe_deferred_to_future(reactor.resolve(host))  # type: ignore[attr-defined]
    except Exception:
        return None  # the request fails for the same reason and says which
    return found
