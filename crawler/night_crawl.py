"""The crawl of a night: ``gongkai crawl`` in processes of its own, ended when the time is up."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from crawler.registry import default_registry
from crawler.settings import CONCURRENT_REQUESTS

MOST_PROCESSES = 2
"""Crawling processes, which share the portals by their leases (crawler.portal_queue). A night waits
for the pauses of its portals, so that two processes, which walk twice as many at once, take half of
the time (docs/scale.md); each with its reader takes some 40 % of a core and 0.4 GB of memory."""

GRACE = 900.0
"""Seconds that a crawl may take beyond its budget, to read what it has fetched, before it is
ended."""

LAST_WORDS = 40
"""Lines of a crawl's messages that are kept, to say why it ended."""


def crawl_arguments(portals: Sequence[str]) -> list[str]:
    """What a night crawls: these divisions, or all of the registry but invented portals. Raises
    RegistryError for a code without portals."""
    for code in portals:
        default_registry(code).within(code)
    return ["--due", *portals]


def count_processes(portals: Sequence[str]) -> int:
    """How many processes crawl these divisions, or all of the registry: one for each core, and no
    more than have portals to walk from the start."""
    count = sum(len(default_registry(code).within(code)) for code in portals or [""])
    return min(MOST_PROCESSES, os.cpu_count() or 1, math.ceil(count / CONCURRENT_REQUESTS))


class NightCrawl:
    """The crawling processes of one night. ``told_to_end``: somebody asked the night to stop."""

    def __init__(
        self, home: Path, arguments: Sequence[str], processes: int, budget: float, lock: int
    ) -> None:
        self.processes = processes
        self.command = [sys.executable, "-m", "crawler", "crawl", *arguments, "--json"]
        self.command += ["--home", str(home), "--budget", f"{budget:.0f}s"]
        self.budget = budget
        self.lock = lock
        self.told_to_end = False
        self._processes: list[subprocess.Popen[str]] = []

    def run(self) -> list[str]:
        """Crawl to the end; returns a sentence on each process that did not end by itself."""
        with self._ended_by_signals():
            watched = [self._start() for _ in range(self.processes)]
            ends = time.monotonic() + self.budget + GRACE
            return [sentence for one in watched if (sentence := one(ends))]

    def _start(self) -> Callable[[float], str | None]:
        process = subprocess.Popen(
            self.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[self.lock],
        )
        self._processes.append(process)
        if self.told_to_end:
            process.terminate()
        assert process.stdout
        assert process.stderr
        answer: list[str] = []
        said: deque[str] = deque(maxlen=LAST_WORDS)
        threads = [
            threading.Thread(target=_keep, args=(process.stdout, answer)),
            threading.Thread(target=_pass_on, args=(process.stderr, said)),
        ]
        for thread in threads:
            thread.start()

        def watch(ends: float) -> str | None:
            late = _wait(process, ends)
            for thread in threads:
                thread.join()
            if late:
                return f"a crawl did not end {GRACE / 60:.0f} minutes after its time and was ended"
            return _trouble(process.returncode, answer, said)

        return watch

    @contextmanager
    def _ended_by_signals(self) -> Iterator[None]:
        """While the crawl runs, SIGTERM and Ctrl-C end it in good order. Ctrl-C reaches the crawl
        by itself, and a second one would cut it off."""

        def end(number: int, _frame: object) -> None:
            if number == signal.SIGTERM and not self.told_to_end:
                for process in self._processes:
                    process.terminate()
            self.told_to_end = True

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _keep(stream: IO[str], answer: list[str]) -> None:
    answer.append(stream.read())


def _pass_on(stream: IO[str], said: deque[str]) -> None:
    for line in stream:
        sys.stderr.write(line)
        said.append(line.strip())
    sys.stderr.flush()


def _wait(process: subprocess.Popen[str], ends: float) -> bool:
    """Wait for a process; True where it had to be ended because it was late."""
    try:
        process.wait(max(ends - time.monotonic(), 0))
        return False
    except subprocess.TimeoutExpired:
        process.terminate()
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    return True


def _trouble(code: int, answer: list[str], said: deque[str]) -> str | None:
    """What is wrong with how a crawl ended, apart from what it says of single portals."""
    for line in said:
        if line.startswith("the archive cannot be written"):
            return line
    if code in (0, 1) and _is_summary("".join(answer)):
        return None
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    last = said[-1] if said else "it said nothing"
    return f"a crawl ended before it was done ({how}): {last}"


def _is_summary(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False
