"""Addresses: one spelling for one page, and which of them a portal may lead to.

Bounds against addresses that a script makes without end: ``MAX_LENGTH`` characters and
``MAX_PARAMETERS`` of a query. The longest real ones seen (list scripts of the large systems) have
some 400 characters and 12 parameters.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

MAX_LENGTH = 1000
MAX_PARAMETERS = 20

_PORTS = {"http": 80, "https": 443}
_SESSION_PATH = re.compile(r";(?:jsessionid|sessionid|sid)=[^/?#]*|/\(S\([0-9a-z]+\)\)(?=/)", re.I)
_SESSION_KEYS = frozenset(
    ["jsessionid", "phpsessid", "sessionid", "session_id", "sid", "cfid", "cftoken"]
) | frozenset(["_", "rnd", "rand", "random", "timestamp"])
"""Parameters that change from one visit to the next and never the page: sessions and what keeps a
cache from answering."""
_CLOCK_KEYS = frozenset(["_t", "t", "ts", "v", "time", "nocache", "cache"])
_CLOCK = re.compile(r"1[4-9]\d{8}(?:\d{3})?|0\.\d{5,}")
"""What JavaScript's clock (since 2014) and dice give. In parameters that also have other values."""

_LEGACY_ADDRESS = re.compile(r"[\d.]+|0x[\da-f.x]+", re.I)


@lru_cache(maxsize=20_000)
def resolve(base: str, href: str) -> str | None:
    """The absolute address of a link on the page ``base``; None where it leads to no page.

    Without fragment, session ids, default port and steps like ``/../``. A link to the page's own
    host under the other scheme or the other of its two names (with or without www.) takes the
    page's: both lead to the same page, and the page's own is known to answer.
    """
    href = href.strip()
    if not href or href.startswith("#"):
        return None
    if _PLAIN.fullmatch(href):
        return _join(base, href)
    try:
        parts = urlsplit(urljoin(base, href))
        if parts.scheme not in _PORTS or not parts.hostname or parts.username is not None:
            return None
        url = _spell(parts, urlsplit(base))
    except ValueError:  # a port that is no number, brackets that do not close
        return None
    return url if len(url) <= MAX_LENGTH else None


def resolve_redirect(base: str, location: str) -> str | None:
    """Where the page ``base`` sends on to. Other than a link, it means the scheme and the host that
    it names: a portal that answers http:// sends on to https:// or to www."""
    try:
        target = urljoin(base, location.strip()) if location.strip() else ""
    except ValueError:
        return None
    return resolve(target, target)


_PLAIN = re.compile(r"(?:/|(?:\.\./)*)[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*(?:\.[a-z]+)?")
"""../../info/1024/2345.htm: most links of a page, and ten times as fast to join by themselves."""


def _join(base: str, href: str) -> str | None:
    origin, *folders = _folders(base)
    if href.startswith("/"):
        folders = []
    while href.startswith("../"):
        href = href[3:]
        folders = folders[:-1]
    url = "/".join((origin, *folders, href.lstrip("/")))
    return url if len(url) <= MAX_LENGTH else None


@lru_cache(maxsize=2_000)
def _folders(base: str) -> tuple[str, ...]:
    """The origin of an address and the names of the folders that its page lies in."""
    parts = urlsplit(resolve(base, "x?") or base)
    return (f"{parts.scheme}://{parts.netloc}", *parts.path.split("/")[1:-1])


def _spell(parts: SplitResult, base: SplitResult) -> str:
    scheme, host, port = parts.scheme, _host(parts.hostname), parts.port
    if port == _PORTS[scheme]:
        port = None
    if port is None and base.port in (None, _PORTS.get(base.scheme)):
        own = _host(base.hostname)
        if bare_host(host) == bare_host(own):
            scheme, host = base.scheme, own
    query = parts.query
    if query:
        pairs = parse_qsl(query, keep_blank_values=True, encoding="latin-1")
        if len(pairs) > MAX_PARAMETERS:
            raise ValueError("more parameters than a page needs")
        if any(_is_passing(key, value) for key, value in pairs):
            kept = (pair for pair in query.split("&") if not _is_passing(*pair.partition("=")[::2]))
            query = "&".join(kept)
    path = _SESSION_PATH.sub("", parts.path) or "/"
    while path.startswith(("/../", "/./")):  # above the root, as browsers read it
        path = path[path.index("/", 1) :]
    netloc = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return safe_url_string(urlunsplit((scheme, netloc, path, query, "")))


def _is_passing(key: str, value: str) -> bool:
    """Whether a parameter changes from one visit to the next, and the page does not."""
    key = key.lower()
    return key in _SESSION_KEYS or (key in _CLOCK_KEYS and _CLOCK.fullmatch(value) is not None)


def _host(name: str | None) -> str:
    return (name or "").rstrip(".").lower()


def bare_host(host: str) -> str:
    """The host without www.: portals use both for the same pages."""
    return host.removeprefix("www.")


def site_of(url: str) -> str:
    """What may be asked at one time by one request only: the host without www., and its port."""
    parts = urlsplit(url)
    port = parts.port
    host = bare_host(_host(parts.hostname))
    return host if port in (None, 80, 443) else f"{host}:{port}"


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, without the slash."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_loopback(url: str) -> bool:
    """Whether an address leads to this machine itself."""
    host = _host(urlsplit(url).hostname)
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_private(host: str) -> bool:
    """Whether a host's name or literal address says that it is not on the public network.

    Old spellings of addresses (2130706433, 0x7f.1, 127.1) count as private: no portal has one.
    """
    host = _host(host)
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _LEGACY_ADDRESS.fullmatch(host) is not None
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is not None:
            return is_private(str(inner))
        if address.is_site_local:
            return True
    return address.is_multicast or not address.is_global


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""Addresses of IPv4 as a network that has only IPv6 writes them (RFC 6052)."""


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address not in _NAT64:
        return None
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def below(url: str, column: str) -> bool:
    """Whether the path of ``url`` lies under that of a column: /a/b.htm is above /a/b/c.htm."""
    path = urlsplit(column).path
    stem = path.removesuffix("index" + _ending(path)) if _is_index(path) else path
    stem = stem.removesuffix(_ending(stem)).rstrip("/")
    return bool(stem) and urlsplit(url).path.startswith(stem + "/")


def _ending(path: str) -> str:
    name = path.rpartition("/")[2]
    return "." + name.rpartition(".")[2] if "." in name else ""


def _is_index(path: str) -> bool:
    return path.rpartition("/")[2].partition(".")[0] == "index"
