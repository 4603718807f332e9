"""The golden pages: what lies in tests/pages/, and each of its fields held against what is read.

A field is a key of the JSON that ``gongkai extract`` prints. A table counts by its cells, sections
and findings count one by one, everything else counts as one. Sections are matched by heading,
findings by check and place: their wording may change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipelines.reading.extract import extract

SOME_FORMS = ("statistics", "statements")
"""Keys that are printed for the forms before 2019 only."""
SOME_PAGES = ("index_number", "document_number", "author")
"""Keys of which ``expected.json`` needs only those that the page prints."""
WHERE_GIVEN = ("published_from", "dates")
"""Keys that follow from what is printed elsewhere, so that not every page needs them."""

MACHINES_OWN = "ocr_confidence"
"""Key of table rows that differs from machine to machine."""

PAGES = Path(__file__).resolve().parent.parent / "pages"

Parts = Mapping[Hashable, Any]


class Score(NamedTuple):
    """How many parts of a field are right, of those that are printed or were read."""

    right: int
    total: int

    def __add__(self, other: object) -> Score:
        if not isinstance(other, Score):
            return NotImplemented
        return Score(self.right + other.right, self.total + other.total)

    @property
    def share(self) -> float:
        return self.right / self.total if self.total else 1.0


@dataclass(frozen=True)
class Golden:
    """A folder of tests/pages/: ``page.<ending>`` as captured, ``page.yml`` about it, and
    ``expected.json``, which comes from a person or from the facts that the page was made of."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def about(self) -> dict[str, Any]:
        about = yaml.safe_load((self.folder / "page.yml").read_text("utf-8"))
        assert isinstance(about, dict), self.name
        return about

    @cached_property
    def expected(self) -> dict[str, Any]:
        expected = json.loads((self.folder / "expected.json").read_text("utf-8"))
        assert isinstance(expected, dict), self.name
        return _without_empty(expected)

    @property
    def page(self) -> Path:
        (page,) = (path for path in self.folder.glob("page.*") if path.suffix != ".yml")
        return page

    @property
    def misses(self) -> list[str]:
        """Fields that are known to be read wrong: they count as wrong, and the test expects it."""
        return list(self.about.get("misses", ()))

    @property
    def unscored(self) -> list[str]:
        """Fields that the page does not decide, such as findings on a table that is cut off."""
        return list(self.about.get("unscored", ()))

    def read(self) -> dict[str, Any]:
        """The JSON that ``gongkai extract`` prints, without how sure OCR is."""
        about = self.about
        return _without_empty(
            _read(
                self.page.read_bytes(),
                about.get("url"),
                about.get("content_type"),
                about.get("division"),
            )
        )

    def score(self, read: Mapping[str, Any]) -> dict[str, Score]:
        """Each field's score, but for those that are not scored."""
        return {
            field: score_field(field, self.expected.get(field), read.get(field))
            for field in {**self.expected, **read}
            if field not in self.unscored and (field in self.expected or field not in WHERE_GIVEN)
        }


@cache
def _read(
    body: bytes, url: str | None, content_type: str | None, division: str | None
) -> dict[str, Any]:
    """Kept, because some files take seconds and the tests read each of them twice."""
    read = extract(body, url=url, content_type=content_type, division=division).to_json()
    for table in ("disclosure", "applications", "proceedings"):
        for row in read.get(table, ()):
            row.pop(MACHINES_OWN, None)
    return read


def _without_empty(report: dict[str, Any]) -> dict[str, Any]:
    """Without the keys that only some forms or pages have, where there is nothing in them."""
    some = SOME_FORMS + SOME_PAGES
    return {key: value for key, value in report.items() if value or key not in some}


def goldens() -> list[Golden]:
    return [Golden(path.parent) for path in sorted(PAGES.glob("*/page.yml"))]


def score_field(field: str, expected: Any, read: Any) -> Score:
    split = _SPLIT.get(field, _whole)
    there, here = split(expected), split(read)
    if not there and not here:
        # No finding where none must be is a right answer; no cell where none is printed is none.
        return Score(1, 1) if field == "findings" else Score(0, 0)
    missing = object()
    keys = {**there, **here}
    return Score(sum(there.get(k, missing) == here.get(k, missing) for k in keys), len(keys))


def _whole(value: Any) -> Parts:
    return {"": value}


def _disclosure(rows: Any) -> Parts:
    return {(row["item"], row["measure"]): row for row in rows or ()}


def _cells(key: str) -> Callable[[Any], Parts]:
    def split(rows: Any) -> Parts:
        return {
            (row[key], column): value
            for row in rows or ()
            for column, value in row.items()
            if column != key
        }

    return split


def _sections(rows: Any) -> Parts:
    seen: Counter[str] = Counter()
    parts: dict[Hashable, Any] = {}
    for row in rows or ():
        parts[row["heading"], seen[row["heading"]]] = (row["number"], row["text"])
        seen[row["heading"]] += 1
    return parts


def _findings(rows: Any) -> Parts:
    return Counter((row["check"], row["where"]) for row in rows or ())


_SPLIT: dict[str, Callable[[Any], Parts]] = {
    "disclosure": _disclosure,
    "applications": _cells("outcome"),
    "proceedings": _cells("route"),
    "sections": _sections,
    "findings": _findings,
}
