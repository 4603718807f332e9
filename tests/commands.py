"""The ``gongkai`` command as a user runs it: in a process of its own."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = [sys.executable, "-m", "crawler"]


def run(
    *arguments: str | Path, timeout: float = 120, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def start(*arguments: str | Path) -> subprocess.Popen[bytes]:
    """Start a command in a process group of its own, to be killed with all it started."""
    return subprocess.Popen(
        [*PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill(process: subprocess.Popen[bytes]) -> None:
    """What a power failure or the kernel's memory killer does: nobody is asked."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def query(home: Path, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query on an archive's database."""
    with closing(sqlite3.connect(f"file:{home / 'gongkai.db'}?mode=ro", uri=True)) as conn:
        return conn.execute(sql, values).fetchall()


DERIVED_APART = {
    "frontier",
    "leases",
    "walked",
    "_sqlite_migrations",
    "sqlite_stat1",
    "sqlite_stat4",
}
"""Tables that are no part of what was printed: what is still to fetch, and SQLite's own."""


def contents(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that is derived from the archive, in the order of their keys."""
    tables = [
        name
        for (name,) in query(home, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if name not in DERIVED_APART
    ]
    return {
        name: sorted(query(home, f'SELECT * FROM "{name}"'), key=lambda row: str(row[:4]))
        for name in tables
    }
