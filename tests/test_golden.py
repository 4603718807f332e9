"""Every page in tests/pages/ against the report that a person has read and approved.

A folder holds ``page.html`` or ``page.txt`` as captured, ``page.yml`` (url, content_type, division,
and ``synthetic: true`` for a page that was made up) and ``expected.json``. Where the last is
missing it is written and the test fails once: read it beside the page before you commit it.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pipelines.extract import extract

PAGES = Path(__file__).parent / "pages"
GOLDEN = sorted(path.parent for path in PAGES.glob("*/page.yml"))


def read_golden(folder: Path) -> dict[str, object]:
    about = yaml.safe_load((folder / "page.yml").read_text(encoding="utf-8"))
    page = next(path for path in sorted(folder.glob("page.*")) if path.suffix != ".yml")
    report = extract(
        page.read_bytes(),
        url=about.get("url"),
        content_type=about.get("content_type"),
        division=about.get("division"),
    )
    return report.to_json()


@pytest.mark.parametrize("folder", GOLDEN, ids=lambda folder: folder.name)
def test_page_reads_as_a_person_read_it(folder: Path) -> None:
    expected = folder / "expected.json"
    read = read_golden(folder)
    if not expected.exists():
        expected.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected} was missing and is written now: read it beside the page")
    assert read == json.loads(expected.read_text(encoding="utf-8"))


def test_there_are_golden_pages() -> None:
    assert GOLDEN
