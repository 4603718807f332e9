"""The divisions (行政区划) of data/: read from their files, put into the database."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
FILES = (("data/divisions.csv", 0), ("data/sample/divisions.csv", 1))
"""Files with columns code, name, level; and whether what they name is invented."""

_PARENT_DIGITS = {4: 2, 6: 4, 9: 6}
"""Digits of a division's code → digits of the code of the division that it lies in."""


class Place(NamedTuple):
    """A division: its code, its name, and its level (province, prefecture, county, township)."""

    code: str
    name: str
    level: str

    @property
    def parent(self) -> str | None:
        digits = _PARENT_DIGITS.get(len(self.code))
        return self.code[:digits] if digits else None


def read_divisions() -> Iterator[Place]:
    """Every division, the real ones and then the sample's. Raises ValueError with file and line for
    a row that is none."""
    for name, _ in FILES:
        yield from _read(name)


def _read(name: str) -> Iterator[Place]:
    with (ROOT / name).open(encoding="utf-8-sig", newline="") as file:
        for line, row in enumerate(csv.reader(file), 1):
            if line == 1:
                continue
            if len(row) < 3 or not row[0].isdigit():
                raise ValueError(f"{name}:{line}: a division is code, name and level, not {row}")
            yield Place(row[0], row[1], row[2])


ADD_DIVISION = """
INSERT INTO divisions (code, name, level, parent, synthetic) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,
    parent = excluded.parent, synthetic = excluded.synthetic
"""


def load_divisions(conn: sqlite3.Connection) -> None:
    """Take in the files that the database does not hold as they are now: all, when it is new."""
    held = dict(conn.execute("SELECT file, digest FROM loaded"))
    for name, synthetic in FILES:
        digest = hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        if held.get(name) == digest:
            continue
        conn.execute("BEGIN IMMEDIATE")
        try:
            conn.executemany(
                ADD_DIVISION,
                [(*place, place.parent, synthetic) for place in sorted(_read(name))],
            )
            conn.execute("INSERT OR REPLACE INTO loaded VALUES (?, ?)", [name, digest])
        except BaseException:
            conn.execute("ROLLBACK")
            raise
        conn.execute("COMMIT")
