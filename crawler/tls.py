"""How a portal is spoken to over https, by the ``tls`` of its record.

Certificates are checked and old ciphers refused unless a record says otherwise, for its portal
alone. Some portals have an expired certificate, or one for another name, and some servers speak
nothing newer than TLS 1.0: what they publish is public, so both may be let through by name.
"""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.contextfactory import (
    _get_creator_context,
    _load_context_factory_from_settings,
    _ScrapyClientContextFactory,
)
from scrapy.crawler import Crawler
from twisted.internet.ssl import TLSVersion
from twisted.web.iweb import IPolicyForHTTPS

from crawler.portal import USUAL_TLS, Tls

OLD_CIPHERS = b"DEFAULT:@SECLEVEL=0"
"""All that OpenSSL still has: without this level no TLS before 1.2, no key below 2048 bits and no
signature with SHA-1 is accepted."""

_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT: servers without secure renegotiation (RFC 5746)."""


def tls_policy(crawler: Crawler, tls: Tls) -> IPolicyForHTTPS:
    """What Twisted asks for the TLS of a connection; that of the settings for the usual one."""
    if tls == USUAL_TLS:
        return _load_context_factory_from_settings(crawler)
    if tls.old_ciphers:
        return _OldCiphers(
            verify_certificates=tls.verify, tls_min_version=TLSVersion.TLSv1_0, method=None
        )
    return _ScrapyClientContextFactory(verify_certificates=tls.verify)


class _OldCiphers(_ScrapyClientContextFactory):
    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        creator = super().creatorForNetloc(hostname, port)
        context = _get_creator_context(creator)
        # Twisted names ciphers one by one, and so loses the level.
        context.set_cipher_list(OLD_CIPHERS)
        context.set_options(_LEGACY_SERVER_CONNECT)
        return creator
