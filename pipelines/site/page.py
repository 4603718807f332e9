"""What a page of the site is: where it stands, its template, and how what it shows is read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from pipelines.site.language import Language


@dataclass(frozen=True)
class Asking:
    """What a request asks of a page: the parts of its path by name, the first value of each
    parameter, and the reader's language. ``base`` is what stands before every path of the site."""

    parts: Mapping[str, str]
    parameters: Mapping[str, str]
    language: Language
    base: str = "/"

    def address(self, path: str, values: Mapping[str, Any]) -> str:
        """The address of a page with these parameters; those that are empty are left out."""
        given = {name: value for name, value in values.items() if value}
        return f"{self.base.rstrip('/')}{path}?{urlencode(given)}"


class Missing(LookupError):
    """What a page is asked for is not there; one sentence for the reader, shown with status 404."""


class NotUnderstood(ValueError):
    """What a page is asked for makes no sense; one sentence, shown with status 400."""


Read = Callable[[sqlite3.Connection, Asking], Mapping[str, Any]]
"""Reads the database and returns what the template is to show. Called in a thread, under the time
limit of the site's queries. Raises Missing or NotUnderstood."""


@dataclass(frozen=True)
class Page:
    """A page. ``path`` is a regular expression for all of the path, with named groups for its
    parts; ``template`` is a file in data/datasette/templates/. A page for programs too says in
    ``to_json`` what of its reading they get, where its path has a part ``format``."""

    path: str
    template: str
    read: Read
    to_json: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
