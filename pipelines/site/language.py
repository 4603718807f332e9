"""The language of a page: Chinese unless the reader chose English.

``?lang=en`` on any address chooses, a cookie remembers. The choice is taken out of the address
before Datasette sees it, for which it would be a column to filter by.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Literal
from urllib.parse import parse_qsl, urlencode

Language = Literal["zh", "en"]
NAMES: dict[Language, str] = {"zh": "中文", "en": "English"}
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
"""What the ``lang`` attribute of a page says."""
PARAMETER = "lang"
COOKIE = "lang"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Asked:
    """What a request asks for: ``path`` as sent, ``query`` without the choice of a language.
    ``chosen`` says that this request made the choice."""

    language: Language = "zh"
    path: str = "/"
    query: str = ""
    chosen: bool = False

    def address(self, language: Language) -> str:
        """This page in a language."""
        parts = [part for part in (self.query, f"{PARAMETER}={language}") if part]
        return f"{self.path}?{'&'.join(parts)}"

    @property
    def cookie(self) -> str:
        """The value of a Set-Cookie header that remembers the choice for a year."""
        return f"{COOKIE}={self.language}; Path=/; Max-Age={YEAR}; SameSite=Lax"


_UNASKED = Asked()
asked: ContextVar[Asked] = ContextVar("asked", default=_UNASKED)
"""The request that is being answered."""


def read_request(path: str, query: str, cookies: str) -> Asked:
    """The request with this path, query string and Cookie header. A language that the site does
    not speak is left in the query."""
    chosen: Language | None = None
    rest = []
    pairs = parse_qsl(query, keep_blank_values=True)
    for name, value in pairs:
        language = _language(value) if name == PARAMETER else None
        if language:
            chosen = language
        else:
            rest.append((name, value))
    # Datasette's own reading of a query stays as it is where nothing was taken out.
    kept = urlencode(rest) if chosen else query
    return Asked(chosen or _remembered(cookies) or "zh", path, kept, chosen is not None)


def _remembered(cookies: str) -> Language | None:
    try:
        morsel = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return None
    return _language(morsel.value) if morsel else None


def _language(text: str) -> Language | None:
    return next((language for language in NAMES if language == text), None)
