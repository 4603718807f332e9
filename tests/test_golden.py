"""Every page in tests/pages/ against what a person, or the facts it was made of, says of it.

A folder holds ``page.html``, ``page.txt``, … as captured, ``page.yml`` (shape, format, form, url,
content_type, division, ``synthetic: true`` for a page that was made up, ``read_by``) and
``expected.json``. Where the last is missing it is written and the test fails once: read it beside
the page before you commit it. Fields that ``misses`` names in page.yml are known to be read wrong.
"""

from __future__ import annotations

import json
from collections import Counter

import pytest

from tests.quality.golden import Golden, goldens

GOLDEN = goldens()
KEYS = {"shape", "format", "form", "synthetic", "read_by"}


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_page_reads_as_a_person_read_it(golden: Golden) -> None:
    expected = golden.folder / "expected.json"
    read = golden.read()
    if not expected.exists():
        expected.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        pytest.fail(f"{expected} was missing and is written now: read it beside the page")
    wrong = {field for field, score in golden.score(read).items() if score.right < score.total}
    for field in sorted(wrong - set(golden.misses)):
        assert read.get(field) == golden.expected.get(field), field
    assert wrong == set(golden.misses), "read rightly now: take it off misses in page.yml"


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_page_says_what_it_is(golden: Golden) -> None:
    assert golden.about.keys() >= KEYS
    assert golden.about["read_by"] in ("person", "truth")
    assert set(golden.expected).isdisjoint(golden.unscored)
    division = str(golden.about.get("division") or "")
    if golden.about["synthetic"]:
        # Fictional places have codes that China does not use.
        assert division.startswith("99")
        assert str(golden.expected.get("division") or "99").startswith("99")
    else:
        assert not division.startswith("99")


def test_there_are_golden_pages_of_every_form_and_most_shapes() -> None:
    assert len(GOLDEN) >= 120
    forms = Counter(golden.about["form"] for golden in GOLDEN)
    assert min(forms[form] for form in ("2021", "2019", "2014", "narrative", "other")) >= 4
    assert len({golden.about["shape"] for golden in GOLDEN}) >= 60
    assert sum(not golden.about["synthetic"] for golden in GOLDEN) >= 100
