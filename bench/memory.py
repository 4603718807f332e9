"""How much memory a program and the processes that it starts hold, while it runs."""

from __future__ import annotations

import threading
from pathlib import Path

EVERY = 2.0
"""Seconds between two looks."""

QUARTERS = 4


class MemoryWatch:
    """Watches a process and its descendants until ``stop``; Linux only.

    ``own`` and ``others`` are what the process itself and the largest of its descendants held, in
    MB (10^6 bytes) of resident memory, at each look.
    """

    def __init__(self, pid: int) -> None:
        self.own: list[float] = []
        self.others: list[float] = []
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(EVERY):
            if held := _resident(self._pid):
                self.own.append(held)
                self.others.append(max(map(_resident, _descendants(self._pid)), default=0.0))


def by_quarter(looks: list[float]) -> tuple[float, ...]:
    """The most that was held in each quarter of the time; nothing of a run that was too short."""
    size = len(looks) // QUARTERS
    return tuple(max(looks[n * size : (n + 1) * size]) for n in range(QUARTERS)) if size else ()


def _resident(pid: int) -> float:
    """MB; 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    held = (int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    return next(held, 0) * 1024 / 1_000_000


def _descendants(pid: int) -> list[int]:
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()
        own = [int(kid) for task in tasks for kid in (task / "children").read_text().split()]
    except OSError:
        return []
    return own + [kid for child in own for kid in _descendants(child)]
