"""The texts of two reports side by side: only what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipelines.reading.sentences import split_sentences
from pipelines.site.rows import Row

MOST_SENTENCES = 2_000
"""Sentences of a section that are compared; a longer one is said to differ, and no more."""


@dataclass(frozen=True)
class ComparedSection:
    """A section of either report: its headings (None where one has no such section), how many
    sentences stand in both, and the stretches that differ, as (left, right) texts."""

    number: int | None
    left: str | None
    right: str | None
    same: int
    different: tuple[tuple[str, str], ...]
    is_long: bool = False


def compare_sections(left: Sequence[Row], right: Sequence[Row]) -> list[ComparedSection]:
    """The sections (number, heading, text) of both reports by their numbers, those of the left
    one first. Sections of one number, and those without one, are one section."""
    texts = [_by_number(sections) for sections in (left, right)]
    numbers = dict.fromkeys([*texts[0], *texts[1]])
    return [_compare(number, texts[0].get(number), texts[1].get(number)) for number in numbers]


def _by_number(sections: Sequence[Row]) -> dict[int | None, tuple[str, list[str]]]:
    """Number → heading and sentences."""
    found: dict[int | None, tuple[str, list[str]]] = {}
    for section in sections:
        heading, sentences = found.setdefault(section["number"], (section["heading"] or "", []))
        if section["heading"] and section["heading"] != heading:
            sentences.append(section["heading"])
        sentences += split_sentences(section["text"] or "")
    return found


def _compare(
    number: int | None, left: tuple[str, list[str]] | None, right: tuple[str, list[str]] | None
) -> ComparedSection:
    heads = (left[0] if left else None, right[0] if right else None)
    before, after = (left[1] if left else []), (right[1] if right else [])
    if max(len(before), len(after)) > MOST_SENTENCES:
        return ComparedSection(number, *heads, 0, (), is_long=True)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    different = []
    same = 0
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            same += end - start
        else:
            different.append(("".join(before[start:end]), "".join(after[new_start:new_end])))
    return ComparedSection(number, *heads, same, tuple(different))
