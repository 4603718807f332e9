"""Why a request got no answer: one sentence for the index and the log."""

from __future__ import annotations

from collections.abc import Iterator

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
)
from twisted.internet import error
from twisted.python.failure import Failure
from twisted.web._newclient import ParseError

LET_THROUGH = " (`tls: {verify: false}` in the portal's record would let it through)"
OLD_CIPHERS = " (`tls: {ciphers: old}` in the portal's record may meet it)"

_OLD = ("unsupported protocol", "protocol version", "too small", "too weak", "legacy", "handshake")
"""In what OpenSSL says of a server that is too old for it."""


class EndlessHead(ParseError):
    """The head of an answer is longer than any that was meant to be read; the message says so."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, b"")
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def evidence_of(exception: Exception, *, host: str, timeout: float, largest: int) -> str:
    """What went wrong, for a host asked with these limits (seconds, bytes)."""
    if isinstance(exception, CannotResolveHostError):
        return f"the name {host} does not resolve"
    if isinstance(exception, DownloadConnectionRefusedError):
        return f"{host} refused the connection"
    if isinstance(exception, DownloadTimeoutError):
        return f"no whole answer within {timeout:g} s"
    if isinstance(exception, DownloadCancelledError):
        # The only thing that Scrapy cancels a download for by itself.
        return f"the answer is larger than {largest:,} bytes"
    for cause in _causes(exception):
        if isinstance(cause, EndlessHead):
            return str(cause)
        if isinstance(cause, ParseError):
            return "the answer is not HTTP"
        if type(cause).__module__.startswith("OpenSSL"):
            return f"TLS failed: {_tls_reason(cause)}"
        if type(cause).__module__.startswith("service_identity"):
            return f"TLS failed: the certificate is not for {host}{LET_THROUGH}"
        if isinstance(cause, (error.NoRouteError, error.ConnectBindError)):
            return f"there is no route to {host}"
        if isinstance(cause, (error.ConnectionDone, error.ConnectionLost)):
            return f"{host} closed the connection without an answer"
    return f"{type(exception).__name__}: {' '.join(str(exception).split())[:200]}"


def _causes(exception: BaseException | None) -> Iterator[BaseException]:
    """An exception, what Twisted wrapped in it, and what it was raised from."""
    while exception is not None:
        yield exception
        for reason in getattr(exception, "reasons", ()):
            if isinstance(reason, Failure):
                yield from _causes(reason.value)
        exception = exception.__cause__


def _tls_reason(exception: BaseException) -> str:
    """OpenSSL's own words, the last part of ("SSL routines", "", "wrong version number"); and what
    would meet it, where a record can."""
    try:
        said = str(exception.args[0][0][2])
    except (IndexError, TypeError):
        return type(exception).__name__
    if said == "certificate verify failed":
        return said + LET_THROUGH
    return said + (OLD_CIPHERS if any(word in said for word in _OLD) else "")
