"""The site's processes: several workers show the same, and none is left when the site has ended."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from datasette_process import serve
from generated import open_archive

from crawler.cli import main
from pipelines.database.store import Store
from pipelines.publish import publish
from pipelines.site.server import listen

NIGHT = datetime(2026, 11, 22, 3, tzinfo=UTC)
READERS = 4


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return open_archive(tmp_path / "archive").store.home


def publish_version(home: Path, number: int) -> str:
    """The name of the one file that is published then."""
    with Store.open(home) as store, store.transaction() as conn:
        conn.execute("UPDATE divisions SET name = ? WHERE code = '99'", [f"第{number}版"])
    return publish(home, NIGHT + timedelta(days=number), 1).name


def workers_of(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            above = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if int(above) == parent and b"spawn_main" in command:
            found.append(int(folder.name))
    return found


def opened(process: int) -> set[str]:
    folder = Path(f"/proc/{process}/fd")
    return {Path(os.readlink(file)).name for file in folder.iterdir() if file.exists()}


def wait_for(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_all_workers_take_up_a_new_snapshot_and_end_when_told(home: Path) -> None:
    publish_version(home, 0)
    base, process = serve(home, workers=2)
    shown = base + "/gongkai/divisions/99.json?_shape=objects"

    def ask(_number: int) -> str:
        with urllib.request.urlopen(shown) as response:
            return str(json.load(response)["rows"][0]["name"])

    try:
        wait_for(lambda: len(workers_of(process.pid)) == 2)
        workers = workers_of(process.pid)
        for number in (1, 2):
            file = publish_version(home, number)

            def answered_by_all(number: int = number, file: str = file) -> bool:
                with ThreadPoolExecutor(READERS) as readers:
                    assert set(readers.map(ask, range(READERS))) == {f"第{number}版"}
                return all(file in opened(worker) for worker in workers)

            wait_for(answered_by_all)
    finally:
        process.terminate()
        ended = process.wait()
    assert ended == 0
    assert not any(running(worker) for worker in workers)


def test_no_worker_outlives_a_site_that_was_killed(home: Path) -> None:
    _, process = serve(home, workers=2)
    wait_for(lambda: len(workers_of(process.pid)) == 2)
    workers = workers_of(process.pid)
    process.kill()
    process.wait()
    wait_for(lambda: not any(running(worker) for worker in workers))


def test_a_port_that_is_taken_is_one_sentence(home: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["serve", "--home", str(home), "--port", port])
    assert result.exit_code == 2
    assert result.output.count("\n") == 1
    assert f"cannot listen on port {port} of 127.0.0.1 (Address already in use)" in result.output
