"""Many files in one call: in order, beside bad ones, within bounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from commands import run

from pipelines.reading.documents import limits
from pipelines.reading.pages import Page, Reading, read_page
from pipelines.reading.reader import FEW, WINDOW, Reader, read_all
from tests.quality.golden import goldens

LINE = "<h1>虚构县甲{0}镇{1}年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>第{0}号。</p>"


def write_pages(folder: Path, count: int) -> list[Path]:
    """Small reports, each of which can be told from the others by its title."""
    paths = [folder / f"{number:05d}.html" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_text(f"<html><body>{LINE.format(number, 2008 + number % 18)}", encoding="utf-8")
    return paths


def test_three_hundred_files_come_out_in_order_beside_those_that_cannot_be_read(
    tmp_path: Path,
) -> None:
    paths = write_pages(tmp_path, 290)
    real = [golden.page for golden in goldens()[:6]]
    large, program, folder = tmp_path / "large.html", tmp_path / "program", tmp_path / "folder"
    with large.open("wb") as file:
        file.truncate(500_000_000)
    program.write_bytes(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 9)
    folder.mkdir()
    batch = [*paths[:100], large, tmp_path / "missing", *real, *paths[100:], program, folder]
    result = run("extract", *batch)

    assert result.returncode == 2
    titles = [json.loads(line)["title"] for line in result.stdout.splitlines()]
    numbered = [f"虚构县甲{n}镇{2008 + n % 18}年政府信息公开工作年度报告" for n in range(290)]
    assert titles[:100] + titles[106:] == numbered
    assert titles[100:106] == [golden.expected["title"] for golden in goldens()[:6]]
    assert result.stderr.splitlines() == [
        f"gongkai extract: {large}: the file has more than 100 MB and is not read",
        f"gongkai extract: {tmp_path / 'missing'}: No such file or directory",
        f"gongkai extract: {program}: the file is a program, neither HTML nor text",
        f"gongkai extract: {folder}: Is a directory",
    ]


def test_what_a_batch_prints_is_what_each_file_prints_alone() -> None:
    pages = [golden.page for golden in goldens()[: FEW + 6]]
    together = run("extract", *pages)
    assert together.returncode == 0
    assert together.stdout.splitlines() == [
        json.dumps(report.to_json(), ensure_ascii=False)
        for page in pages
        if (report := read_page(Page(page)).report)
    ]


def test_a_batch_reads_ahead_no_further_than_a_window(tmp_path: Path) -> None:
    """So memory stays the same, however many files there are."""
    (path,) = write_pages(tmp_path, 1)
    asked = 0

    def pages() -> object:
        nonlocal asked
        for number in range(200):
            asked += 1
            yield number, Page(path)

    with Reader[int](2) as reader:
        read: list[Reading] = []
        for number, each in reader.read_all(pages()):  # type: ignore[arg-type]
            read.append(each)
            assert number == len(read) - 1
            assert asked - len(read) < 2 * WINDOW
    assert asked == len(read) == 200


def test_files_without_an_end_or_a_size_are_read_to_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "MAX_BYTES", 1000)
    endless = read_page(Page(Path("/dev/zero")))
    assert endless.failure == "the file has more than 0 MB and is not read"
    just = tmp_path / "just.html"
    just.write_bytes(b"<p>" + b"a" * 997)
    assert read_page(Page(just)).report is not None
    just.write_bytes(b"<p>" + b"a" * 998)
    assert read_page(Page(just)).report is None


def test_no_file_and_few_files_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(Reader, "_start", refuse)
    assert list(read_all([])) == []
    pages = [(n, Page(golden.page)) for n, golden in enumerate(goldens()[:FEW])]
    assert [number for number, _ in read_all(pages)] == list(range(FEW))
