"""Downloads over HTTP/1.1 that keep what was said on the wire, byte for byte.

Scrapy and Twisted hand on headers as a dictionary: names in lower case, their order lost, folded
values joined. An archive needs the lines themselves, so the protocol notes them as they pass:

- ``Wire.request_head``: the request line and headers as they were sent;
- ``Wire.response_head``: the status line and headers as they came, with their line ends, repeated
  headers and whatever encoding their values are in. Interim answers (1xx) are left out.

The body is what Scrapy notes, its transfer coding removed: chunk sizes and trailers are not kept
(``pipelines.archive.message.set_transfer_encoding_aside`` says why). A body that ends before its
announced length is handed on as far as it came, with the flag "dataloss".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import STATUS
from twisted.web.iweb import IResponse

from crawler.failures import EndlessHead
from crawler.portal import USUAL_TLS
from crawler.tls import tls_policy

LARGEST_HEAD = 128 * 1024
"""Bytes before a body. Real ones have some 500; browsers stop at 256 kB."""


@dataclass(frozen=True, slots=True)
class Wire:
    """What one download said and heard besides the body; in ``request.meta["wire"]``."""

    request_head: bytes
    response_head: bytes
    ip: str | None


class WireDownloadHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https whose responses leave a ``Wire`` behind."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _WireFactory
        self._context_factory = cache(partial(tls_policy, crawler))

    async def download_request(self, request: Request) -> Response:
        agent = _WireAgent(
            contextFactory=self._context_factory(request.meta.get("tls", USUAL_TLS)),
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            # An archive keeps what came. Who reads it is told by the flag.
            fail_on_dataloss=False,
            crawler=self._crawler,
            tls_verbose_logging=self._tls_verbose_logging,
        )
        request.meta.pop("wire", None)
        with wrap_twisted_exceptions():
            return await maybe_deferred_to_future(agent.download_request(request))


class _WireAgent(_ScrapyAgent):
    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        request.meta["wire"] = txresponse.gongkai_wire
        return super()._cb_bodyready(txresponse, request)


class _WireFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _WireProtocol:
        return _WireProtocol(self._quiescentCallback)


class _WireProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Deferred[IResponse]:
        sent = _Sent()
        write = request.writeTo
        request.writeTo = lambda transport: write(sent.noting(transport))
        answer = super().request(request)
        # The parser is made by Twisted's own class, and Scrapy exchanges its class as well; the
        # state it needs is given to it here.
        parser = self._parser
        assert parser is not None
        parser.__class__ = _WireParser
        parser.gongkai_lines = []
        parser.gongkai_room = LARGEST_HEAD
        transport = self.transport
        assert transport is not None

        def attach(response: Any) -> Any:
            peer = transport.getPeer()
            response.gongkai_wire = Wire(
                sent.head(), b"".join(parser.gongkai_lines), getattr(peer, "host", None)
            )
            return response

        answer.addCallback(attach)
        return answer


class _WireParser(_LenientHTTPClientParser):
    gongkai_lines: list[bytes]
    gongkai_room: int
    """Bytes that may still come before the body; interim answers are counted too."""

    def lineReceived(self, line: bytes) -> None:
        self.gongkai_room -= len(line) + 1
        if self.gongkai_room < 0:
            raise EndlessHead(f"the head of the answer is longer than {LARGEST_HEAD:,} bytes")
        if self.state == STATUS:
            # After an interim answer the parser begins anew.
            self.gongkai_lines.clear()
        # Lines are split at the line feed, so this is what came, carriage return or not.
        self.gongkai_lines.append(line + b"\n")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        raise EndlessHead(f"a line of the answer's head is longer than {self.MAX_LENGTH:,} bytes")


class _Sent:
    """Notes the head of a request while it is written to the transport."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._transport: Any = None

    def noting(self, transport: Any) -> _Sent:
        self._transport = transport
        return self

    def writeSequence(self, parts: Iterable[bytes]) -> None:
        """How Twisted writes the head of a request, all at once; the body goes by ``write``."""
        parts = list(parts)
        self._parts.extend(parts)
        self._transport.writeSequence(parts)

    def head(self) -> bytes:
        return b"".join(self._parts)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
