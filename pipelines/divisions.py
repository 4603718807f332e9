"""The administrative divisions (行政区划) of data/, loaded into the database."""

from __future__ import annotations

import csv
import hashlib
import sqlite3
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = (("data/divisions.csv", 0), ("data/sample/divisions.csv", 1))
"""Files with columns code, name, level; and whether what they name is invented."""

ADD_DIVISION = """
INSERT INTO divisions (code, name, level, parent, synthetic) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,
    parent = excluded.parent, synthetic = excluded.synthetic
"""

_PARENT_LENGTH = {2: 0, 4: 2, 6: 4, 9: 6}
"""Length of a division's code → length of the code of the division that it lies in."""


def load_divisions(conn: sqlite3.Connection) -> None:
    """Take in the files that the database does not hold as they are now: all, when it is new."""
    held = dict(conn.execute("SELECT file, digest FROM loaded"))
    for name, synthetic in FILES:
        content = (ROOT / name).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        if held.get(name) == digest:
            continue
        lines = content.decode("utf-8-sig").splitlines()
        rows = sorted((row["code"], row["name"], row["level"]) for row in csv.DictReader(lines))
        conn.execute("BEGIN IMMEDIATE")
        try:
            conn.executemany(
                ADD_DIVISION,
                [
                    (code, place, level, code[: _PARENT_LENGTH[len(code)]] or None, synthetic)
                    for code, place, level in rows
                ],
            )
            conn.execute("INSERT OR REPLACE INTO loaded VALUES (?, ?)", [name, digest])
        except BaseException:
            conn.execute("ROLLBACK")
            raise
        conn.execute("COMMIT")
