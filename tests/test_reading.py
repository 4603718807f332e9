"""Reading in worker processes: order, and what happens when a page ends or stops its worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.reading import pages as reading
from pipelines.reading.pages import Page, Reading, read_page
from pipelines.reading.reader import Reader
from pipelines.reading.report import Report

ROOT = Path(__file__).parent.parent
SEED = (Path(__file__).parent / "pages" / "kecai-2021" / "page.txt").read_bytes()


def test_readings_come_in_the_order_of_their_pages() -> None:
    pages: list[tuple[int, Page | Reading]] = [
        (number, Page(SEED if number % 3 else b"<p>%d</p>" % number)) for number in range(30)
    ]
    pages[7] = (7, Reading(None, "not there"))
    with Reader[int](2) as reader:
        found = list(reader.read_all(pages))
    assert [key for key, _ in found] == list(range(30))
    assert found[7][1].failure == "not there"
    assert all(one.report for key, one in found if key != 7)
    assert [key for key, one in found if one.report and one.report.kind == "annual_report"] == [
        key for key in range(30) if key % 3 and key != 7
    ]


def test_a_page_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(body: bytes, **_: object) -> Report:
        time.sleep(30)
        raise AssertionError

    monkeypatch.setattr(reading, "extract", never)
    monkeypatch.setattr(reading, "TIME_LIMIT", 0.2)
    assert read_page(Page(b"x")).failure == "reading took longer than 0.2 s and was given up"


def test_a_fault_of_the_reader_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(body: bytes, **_: object) -> Report:
        raise RecursionError("too deep")

    monkeypatch.setattr(reading, "extract", broken)
    assert read_page(Page(b"x")).failure == "the reader failed: RecursionError: too deep"


def test_a_page_that_kills_its_worker_takes_no_other_page_with_it() -> None:
    with Reader[int](1) as reader:
        first = reader.submit(Page(SEED))
        assert first.result().report
        for process in list(reader._pool._processes.values()):
            os.kill(process.pid, 9)
        pages: list[tuple[int, Page | Reading]] = [(number, Page(SEED)) for number in range(5)]
        found = list(reader.read_all(pages))
    assert [key for key, _ in found] == list(range(5))
    assert all(one.report for _, one in found)


def test_workers_end_when_the_process_that_they_work_for_is_killed() -> None:
    killed = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "killed_reader.py"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
    )
    assert killed.stdout
    workers = [int(word) for word in killed.stdout.readline().split()]
    assert len(workers) == 2
    killed.kill()
    try:
        # Each of its processes holds the other end: it closes when the last one has ended.
        assert killed.communicate(timeout=60) == (b"", None)
    except subprocess.TimeoutExpired:
        for worker in workers:
            os.kill(worker, signal.SIGKILL)
        raise
