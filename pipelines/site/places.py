"""Divisions as the site shows them: the nation above all, which has no row of its own."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from functools import lru_cache

from pipelines.database.file import select
from pipelines.database.indicator_views import NATION
from pipelines.site.rows import Row
from pipelines.site.words import FOLDER
from pipelines.yaml_file import read_yaml

_ANCESTORS = """
WITH RECURSIVE above(code, name, level, parent, depth) AS (
    SELECT code, name, level, parent, 0 FROM divisions WHERE code = ?
    UNION ALL
    SELECT d.code, d.name, d.level, d.parent, depth + 1
    FROM divisions AS d JOIN above ON d.code = above.parent WHERE depth < 9
)
SELECT code, name, level FROM above ORDER BY depth DESC
"""

_CALLED = (
    "SELECT code, name, level, parent FROM divisions WHERE {} ORDER BY length(code), code LIMIT ?"
)

MOST_CALLED = 40
"""Places of one name that are named; some hundred townships are called 城关镇."""


@dataclass(frozen=True)
class Province:
    """A province as an equal square of a map: where it stands, from 1 at the north-west."""

    code: str
    iso: str
    zh: str
    en: str
    row: int
    column: int


def ancestors(conn: sqlite3.Connection, code: str | None) -> list[Row]:
    """A division and all above it, the highest first: code, name, level. Nothing for an unknown
    one."""
    return select(conn, _ANCESTORS, [code])


def find_places(conn: sqlite3.Connection, text: str) -> list[Row]:
    """The divisions that a reader means by a name, a code, or both: the one of that code, else
    those of just that name, else those whose names hold it; the highest first, at most
    MOST_CALLED."""
    code = next((word for word in text.split() if word.isdecimal()), text)
    for condition, value in (("code = ?", code), ("name = ?", text), ("instr(name, ?)", text)):
        if found := select(conn, _CALLED.format(condition), [value, MOST_CALLED]):
            return found
    return []


@lru_cache(maxsize=1)
def provinces() -> tuple[Province, ...]:
    """The provinces of data/site/provinces.yml."""
    path = FOLDER / "provinces.yml"
    data = read_yaml(path)
    return tuple(Province(**entry) for entry in data["provinces"])


def children_of(code: str) -> str | None:
    """What the divisions right below one name as their parent."""
    return None if code == NATION else code
