"""A batch: files a second of one ``gongkai extract`` call, and the memory that it takes at most."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from bench.measure import Result, Series
from bench.reading import UNITS, report_bodies
from crawler.sample import World

FILES = 4000
FEW = FILES // 4
SAMPLED = 0.1  # seconds between two looks at the memory


def measure() -> list[Result]:
    with tempfile.TemporaryDirectory() as folder:
        files = write_reports(Path(folder))
        _, memory_of_few = run(files[:FEW])
        speed, memory = run(files)
    name = f"gongkai extract, {FILES:,} files"
    few = Series(f"gongkai extract, {FEW:,} files", (memory_of_few,), "at most 1.1")
    return [
        Result(
            title="Reading a batch",
            unit="files/s",
            note=f"{FILES:,} report pages of the sample portal in one call.",
            ours=Series(name, (speed,)),
            peers=(),
        ),
        Result(
            title="Reading a batch: peak memory",
            unit="MB",
            note="All processes of the call together; what they share counts once.",
            ours=Series(name, (memory,)),
            peers=(few,),
        ),
    ]


def write_reports(folder: Path) -> list[Path]:
    """``FILES`` names; those beyond the first are links to the files of the same bytes."""
    bodies = report_bodies(World(units=UNITS).sites[0])
    first: dict[bytes, Path] = {}
    files = []
    for number, body in enumerate(islice(cycle(bodies), FILES)):
        file = folder / f"{number}.html"
        if body in first:
            file.hardlink_to(first[body])
        else:
            file.write_bytes(body)
            first[body] = file
        files.append(file)
    return files


def run(files: Sequence[Path]) -> tuple[float, float]:
    """Files a second and peak memory in MB of one call."""
    program = "from crawler.cli import main; main()"
    command = [sys.executable, "-c", program, "extract", *map(str, files)]
    peak = 0.0
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True) as process:
        while process.poll() is None:
            peak = max(peak, memory_of_session(process.pid))
            time.sleep(SAMPLED)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"gongkai extract ended with {process.returncode}")
    return len(files) / seconds, peak


def memory_of_session(leader: int) -> float:
    """MB that the processes of a session hold in memory (Linux: proportional set size)."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == leader:
                rollup = (folder / "smaps_rollup").read_text()
                total += int(rollup.partition("Pss:")[2].split()[0])
        except (ProcessLookupError, FileNotFoundError, IndexError):
            continue  # it has ended since
    return total / 1000
