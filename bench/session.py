"""What all processes of a command take together: memory and processor time; Linux only."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

SAMPLED = 0.5
"""Seconds between two looks."""

_TICKS = os.sysconf("SC_CLK_TCK")


class Taken(NamedTuple):
    """Seconds by the clock, seconds of processor time, and the most memory at any look in MB; what
    processes share counts once."""

    seconds: float
    busy: float
    memory: float


def run_watched(command: Sequence[str | Path]) -> Taken:
    """Run a command to its end in a session of its own. Raises RuntimeError where it fails."""
    busy: dict[str, float] = {}
    peak = 0.0
    started = time.perf_counter()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        while process.poll() is None:
            held = 0.0
            for folder in _session(process.pid):
                held += _memory(folder)
                busy[folder.name] = max(busy.get(folder.name, 0.0), processor_time(folder))
            peak = max(peak, held)
            time.sleep(SAMPLED)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Taken(time.perf_counter() - started, sum(busy.values()), peak)


def _session(leader: int) -> list[Path]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == leader:
                found.append(folder)
        except ProcessLookupError:
            continue
    return found


def _memory(folder: Path) -> float:
    """MB of proportional set size; 0 for a process that has ended."""
    try:
        return int((folder / "smaps_rollup").read_text().partition("Pss:")[2].split()[0]) / 1000
    except (OSError, IndexError):
        return 0.0


def session_time(leader: int) -> float:
    """Seconds of processor time of all processes of a session, now running, until now."""
    return sum(processor_time(folder) for folder in _session(leader))


def processor_time(folder: Path) -> float:
    """Seconds of a process until now; 0 for one that has ended."""
    try:
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
