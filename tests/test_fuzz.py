"""Ten thousand damaged pages: reading gives a report or one clear line, in bounded time."""

from __future__ import annotations

import pytest

from pipelines.reading.documents import Unreadable
from pipelines.reading.extract import extract
from tests.quality import fuzz

COUNT = 10_000


def test_no_exception_leaves_reading_for_any_damaged_page() -> None:
    found = list(fuzz.faults(COUNT))
    assert not found, f"{len(found)} faults, the first: page {found[0][0]}: {found[0][1]}"


def test_damage_follows_from_the_number_and_leaves_reports_to_read() -> None:
    pages = [fuzz.damaged(number) for number in range(200)]
    assert pages == [fuzz.damaged(number) for number in range(200)]
    assert len(set(pages)) > 190
    assert sum(page not in fuzz.pages() for page in pages) > 180
    reports = 0
    for page in pages:
        try:
            reports += bool(extract(page).applications)
        except Unreadable:
            continue
    assert 50 < reports < 190


def test_a_fault_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(fuzz, "extract", fail)
    assert "a fault of ours" in (fuzz.fault_of(3) or "")
