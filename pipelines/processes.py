"""Worker processes that do not outlive the process that they work for."""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """Let this worker end at once when its parent is gone, in whatever it is doing.

    A worker waits for its next task on a pipe that it also holds the other end of, so the death of
    a parent that was killed (kill -9, out of memory) would leave it waiting for ever.
    """
    threading.Thread(target=_await_parent, name="end with parent", daemon=True).start()


def _await_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # called in workers alone
    parent.join()
    os._exit(1)
