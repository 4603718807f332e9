"""The published accuracy: up to date, on the pages that are there, never below its floor."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.quality import accuracy
from tests.quality.accuracy import Accuracy
from tests.quality.golden import PAGES, Golden, Score, goldens, score_field


@pytest.fixture(scope="module")
def measured() -> Accuracy:
    return accuracy.measure(goldens())


def test_no_score_is_below_its_floor_and_the_pages_are_those_it_was_taken_on(
    measured: Accuracy,
) -> None:
    floors = json.loads(accuracy.FLOORS.read_text("utf-8"))
    assert accuracy.failures(measured, accuracy.fingerprint(), floors) == []


def test_the_published_accuracy_is_up_to_date(measured: Accuracy) -> None:
    assert accuracy.DOCUMENT.read_text("utf-8") == accuracy.document(measured), "make accuracy"


CELLS = [{"outcome": "granted", "natural_person": 4, "total": 5}]


@pytest.mark.parametrize(
    ("field", "expected", "read", "score"),
    [
        ("year", 2021, 2021, (1, 1)),
        ("year", 2021, None, (0, 1)),
        ("source", None, None, (1, 1)),
        ("applications", CELLS, CELLS, (2, 2)),
        ("applications", CELLS, [{**CELLS[0], "total": 4}], (1, 2)),
        ("applications", CELLS, [], (0, 2)),
        ("applications", [], CELLS, (0, 2)),
        ("applications", [], [], (0, 0)),
        ("findings", [], [], (1, 1)),
        ("findings", [], [{"check": "row.cells", "where": "x"}], (0, 1)),
        (
            "findings",
            [{"check": "row.cells", "where": "x"}],
            [{"check": "row.cells", "where": "x", "message": "…"}] * 2,
            (0, 1),
        ),
    ],
)
def test_scores_count_what_is_right_of_all_that_is_printed_or_read(
    field: str, expected: object, read: object, score: tuple[int, int]
) -> None:
    assert score_field(field, expected, read) == score


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two golden pages, with floors and a document of their own."""
    pages = tmp_path / "pages"
    for name in ("kecai-2021", "sample-plain-2019"):
        shutil.copytree(PAGES / name, pages / name)
    fingerprint = accuracy.fingerprint
    monkeypatch.setattr(accuracy, "FLOORS", tmp_path / "floors.json")
    monkeypatch.setattr(accuracy, "DOCUMENT", tmp_path / "accuracy.md")
    monkeypatch.setattr(accuracy, "fingerprint", lambda: fingerprint(pages))
    monkeypatch.setattr(
        accuracy, "goldens", lambda: [Golden(path) for path in sorted(pages.iterdir())]
    )
    return pages


def spoil(pages: Path) -> None:
    """Expect another year than the page prints: the score falls, and the pages change."""
    path = pages / "kecai-2021" / "expected.json"
    path.write_text(path.read_text("utf-8").replace('"year": 2021', '"year": 1999'), "utf-8")


def test_floors_are_taken_and_never_lowered(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert accuracy.main(["--update"]) == 0
    assert accuracy.main(["--check"]) == 0
    floors = accuracy.FLOORS.read_text("utf-8")
    spoil(copied)
    assert accuracy.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert "2021 text, year: 0.0 is below its floor, 1.0" in said
    assert "tests/pages/ has changed" in said
    assert "docs/accuracy.md is not up to date" in said
    assert accuracy.main(["--update"]) == 1
    assert accuracy.FLOORS.read_text("utf-8") == floors


def test_a_changed_page_is_noticed_and_a_lost_one_as_well(copied: Path) -> None:
    accuracy.main(["--update"])
    page = copied / "kecai-2021" / "page.txt"
    page.write_bytes(page.read_bytes() + b"\n")
    assert accuracy.main(["--check"]) == 1
    assert accuracy.main(["--update"]) == 0
    shutil.rmtree(copied / "kecai-2021")
    assert accuracy.main(["--update"]) == 1


def test_only_what_is_wholly_right_reads_100_percent() -> None:
    assert accuracy.percent(Score(9999, 10_000)) == "99.9 % (9999/10000)"
    assert accuracy.percent(Score(7, 7)) == "100 %"
