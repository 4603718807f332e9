"""The accuracy of reading, by form, format and field: docs/accuracy.md, and floors that only rise.

python -m tests.quality.accuracy            write docs/accuracy.md
python -m tests.quality.accuracy --check    write nothing; exit 1 where it is not up to date or a
                                            score is below its floor
python -m tests.quality.accuracy --update   take the scores as floors, after pages were added or
                                            reading got better; refuses to lower one

A floor holds for the pages it was taken on, so floors.json carries a fingerprint of them. Where a
floor has to fall, it is lowered by hand in that file, for everybody to see.
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.quality.golden import PAGES, Golden, Score, goldens

FLOORS = Path(__file__).with_name("floors.json")
DOCUMENT = PAGES.parent.parent / "docs" / "accuracy.md"

Group = tuple[str, str]
"""A form ("2021", "other" for pages that are no report) and a format ("html", "text", …)."""
Scores = dict[str, dict[str, float]]


@dataclass
class Accuracy:
    """``fields`` has the sum of scores by group and field; ``missed`` the fields that were read
    wrong by page, with their scores."""

    fields: dict[Group, dict[str, Score]] = field(default_factory=dict)
    missed: dict[str, dict[str, Score]] = field(default_factory=dict)
    pages: Counter[Group] = field(default_factory=Counter)
    shapes: Counter[str] = field(default_factory=Counter)

    def floors(self) -> Scores:
        """Scores by group and field as shares, rounded down to four digits."""
        return {
            " ".join(group): {name: floor_of(score) for name, score in sorted(scores.items())}
            for group, scores in sorted(self.fields.items())
        }


def floor_of(score: Score) -> float:
    return math.floor(score.right * 10_000 / score.total) / 10_000


def measure(pages: Iterable[Golden]) -> Accuracy:
    accuracy = Accuracy()
    for golden in pages:
        group = (str(golden.about["form"]), str(golden.about["format"]))
        accuracy.pages[group] += 1
        accuracy.shapes[str(golden.about["shape"])] += 1
        sums = accuracy.fields.setdefault(group, {})
        for name, score in golden.score(golden.read()).items():
            if score.total:
                sums[name] = sums.get(name, Score(0, 0)) + score
            if score.right < score.total:
                accuracy.missed.setdefault(golden.name, {})[name] = score
    return accuracy


def fingerprint(folder: Path = PAGES) -> str:
    """Changes with every byte of every golden page and of what is expected of it."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.glob("*/*") if path.is_file()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def below(scores: Scores, floors: Mapping[str, Mapping[str, float]]) -> list[str]:
    """A sentence for each score that is below its floor, or that is not there any more."""
    return [
        f"{group}, {name}: {scores.get(group, {}).get(name, 0)} is below its floor, {floor}"
        for group, of_group in floors.items()
        for name, floor in of_group.items()
        if scores.get(group, {}).get(name, 0) < floor
    ]


def failures(accuracy: Accuracy, print_of_pages: str, floors: Mapping[str, object]) -> list[str]:
    """A sentence for everything that the floors do not allow."""
    wrong = below(accuracy.floors(), floors["scores"])  # type: ignore[arg-type]
    if floors["pages"] != print_of_pages:
        wrong.append("tests/pages/ has changed: run `make accuracy ARGS=--update`")
    return wrong


FIELDS = (
    *("kind", "form", "title", "year", "publisher", "division", "published_at", "source"),
    *("signatory", "signed_on", "breadcrumb", "clicks", "attachments", "sections"),
    *("disclosure", "applications", "proceedings", "findings"),
)


def document(accuracy: Accuracy) -> str:
    groups = sorted(accuracy.fields)
    known = {name for scores in accuracy.fields.values() for name in scores}
    fields = [*(name for name in FIELDS if name in known), *sorted(known - set(FIELDS))]
    lines = [
        "# Accuracy of reading",
        "",
        "<!-- Written by `make accuracy`. -->",
        "",
        f"{sum(accuracy.pages.values())} golden pages (`tests/pages/`), each compared with what a "
        "person read in it or with the facts that it was made of. Tables count by their cells, "
        "sections and findings one by one, other fields once a page. `tests/quality/floors.json` "
        "holds the score that none may fall below.",
        "",
        "## By form, format and field",
        "",
        "Sections and findings of scans are not scored: how sure OCR is differs from machine to "
        "machine.",
        "",
        "| form | format | pages | " + " | ".join(fields) + " |",
        "| --- | --- |" + " ---: |" * (len(fields) + 1),
        *(
            f"| {form} | {kind} | {accuracy.pages[form, kind]} | "
            + " | ".join(percent(accuracy.fields[form, kind].get(name)) for name in fields)
            + " |"
            for form, kind in groups
        ),
        "",
        "## Known misses",
        "",
    ]
    lines += [
        f"- `{page}`: "
        + ", ".join(f"{name} {score.right}/{score.total}" for name, score in scores.items())
        for page, scores in sorted(accuracy.missed.items())
    ] or ["None."]
    lines += ["", "## Shapes", "", "| shape | pages |", "| --- | ---: |"]
    lines += [f"| {shape} | {count} |" for shape, count in sorted(accuracy.shapes.items())]
    return "\n".join(lines) + "\n"


def percent(score: Score | None) -> str:
    """Rounded down, so that only what is wholly right reads 100 %; cells are counted beside it."""
    if score is None:
        return ""
    share = f"{math.floor(score.share * 1000) / 10:g} %"
    return share if score.right == score.total else f"{share} ({score.right}/{score.total})"


def main(arguments: list[str]) -> int:
    if unknown := set(arguments) - {"--check", "--update"}:
        sys.exit(f"unknown: {' '.join(sorted(unknown))}; there are --check and --update")
    accuracy = measure(goldens())
    text = document(accuracy)
    floors = json.loads(FLOORS.read_text("utf-8")) if FLOORS.exists() else {"scores": {}}
    if "--check" in arguments:
        wrong = failures(accuracy, fingerprint(), floors)
        if not DOCUMENT.exists() or DOCUMENT.read_text("utf-8") != text:
            wrong.append("docs/accuracy.md is not up to date: run `make accuracy`")
        print("\n".join(wrong), file=sys.stderr, end="\n" if wrong else "")
        return int(bool(wrong))
    DOCUMENT.write_text(text, encoding="utf-8")
    if "--update" in arguments:
        if wrong := below(accuracy.floors(), floors["scores"]):
            print("\n".join(wrong), file=sys.stderr)
            print("No floor is lowered: mend reading, or edit floors.json.", file=sys.stderr)
            return 1
        new = {"pages": fingerprint(), "scores": accuracy.floors()}
        FLOORS.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")
    print("docs/accuracy.md written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
