"""A process with two reading processes at work, which prints their ids and waits to be killed."""

from __future__ import annotations

import os
import time

from pipelines.reading.reader import Reader


def wait(_item: int) -> int:
    time.sleep(1)
    return os.getpid()


if __name__ == "__main__":
    with Reader[int](2) as reader:
        print(*{worker for _, worker in reader.run_all(wait, range(4))}, flush=True)
        time.sleep(600)
