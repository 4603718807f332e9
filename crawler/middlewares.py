"""What every request and answer passes: it stays on its portal, and its coding is undone.

The walk only puts in what its portal owns; ``KeepToPortal`` is the second lock, and it covers what
the walk does not see: robots.txt and its redirects. Nothing ever leads to a loopback or private
address but the portal's own home page on one: neither by the address itself nor by a name that
resolves to one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.urls import is_private, site_of
from pipelines.archive.message import decode_body

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler


logger = logging.getLogger(__name__)


class OffPortal(IgnoreRequest):
    """A request that would leave its portal."""


class LeftAlone(IgnoreRequest):
    """A request to a portal of which nothing more is asked tonight; the message says why."""


class KeepToPortal:
    """Refuses requests to other hosts, and all to a portal that is left alone; gives each its
    portal, run and TLS."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeepToPortal:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        spider: Any = self.crawler.spider
        walk = spider.walk_of(request)
        if walk is None or not walk.portal.owns(request.url):
            portal = walk.portal.id if walk else "none"
            raise OffPortal(f"{site_of(request.url)} is not a host of the portal ({portal})")
        if walk.left:
            raise LeftAlone(walk.left)
        request.meta["portal"] = walk.portal.id
        request.meta["run"] = walk.run
        request.meta["tls"] = walk.portal.tls


class UndoCoding:
    """Undoes Content-Encoding, as Scrapy's HttpCompressionMiddleware does, and no more.

    That one also looks for each page's character set, at 5 ms a page; so does every response that
    knows of text (``replace``), and this one is handed on as bytes, which
    ``pipelines.reading.charset`` decodes. What does not decode never comes here: the archive names
    it an error.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        codings = response.headers.getlist("Content-Encoding")
        if not codings:
            return response
        fields = {name: getattr(response, name) for name in Response.attributes}
        headers = fields["headers"] = response.headers.copy()
        del headers["Content-Encoding"]
        coded = [(b"Content-Encoding", coding) for coding in codings]
        fields["body"] = decode_body(coded, response.body)
        return Response(**fields)


class PublicResolver(CachingThreadedResolver):
    """Resolves names to public addresses only: a public name may point at 127.0.0.1."""

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:
        found = super().getHostByName(name, timeout)
        return found if is_private(name) else found.addCallback(_refuse_private, name)


def _refuse_private(address: str, name: str) -> str:
    if is_private(address):
        # Twisted keeps no more of an error than that there is no address, so it is said here.
        logger.warning("%s resolves to the private address %s and is not asked", name, address)
        raise DNSLookupError(name)
    return address
