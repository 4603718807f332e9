"""The sentences of a report's text, and how they differ between two versions of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_SENTENCE = re.compile(r"[^。；！？\n]*(?:[。；！？]+[”’」』）)]*|\n|$)")

ALIKE = 0.5
"""Share of their characters that two sentences have in common, of which one replaced the other."""

MOST_PAIRS = 10_000
"""Pairs of sentences that are looked at in one stretch of changed text: a second's work. Where more
was rewritten at once, what was removed and what was added is said without pairing them."""


class Passage(NamedTuple):
    """A number, a heading or a sentence, and its place: "2.number", "2.heading", "2.text.5", the
    fifth sentence of the second section, both counted from 1."""

    place: str
    text: str

    @property
    def said(self) -> tuple[str, str]:
        """What makes it the same at another place."""
        return self.place.split(".")[1], self.text


Difference = tuple[str, str | None, str | None]
"""A place, of the later version where it has one; the text before; the text after."""


def split_sentences(text: str) -> list[str]:
    """A text cut after 。；！？ and at line breaks, white space at the ends gone, no sentence
    empty. Two texts with the same sentences say the same to a reader."""
    return [cut for match in _SENTENCE.finditer(text) if (cut := match[0].strip())]


def list_passages(sections: Sequence[tuple[int | None, str, str]]) -> list[Passage]:
    """The passages of sections, each given as its number, heading and text, in reading order."""
    passages = []
    for position, (number, heading, text) in enumerate(sections, 1):
        if number is not None:
            passages.append(Passage(f"{position}.number", str(number)))
        passages.append(Passage(f"{position}.heading", heading))
        passages += [
            Passage(f"{position}.text.{count}", sentence)
            for count, sentence in enumerate(split_sentences(text), 1)
        ]
    return passages


def compare_passages(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Difference]:
    """What was replaced, removed and added, in reading order. A sentence that stands elsewhere now
    because others were put in before it has not changed."""
    said, says = ([passage.said for passage in version] for version in (before, after))
    matcher = SequenceMatcher(None, said, says, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield from _pair(before[start:end], after[new_start:new_end])


def _pair(before: Sequence[Passage], after: Sequence[Passage]) -> Iterator[Difference]:
    """Each passage with the first one alike among those that are left, in their order."""
    looks = len(before) * len(after) <= MOST_PAIRS
    left = 0
    for old in before:
        places = range(left, len(after)) if looks else ()
        twin = next((place for place in places if _are_alike(old, after[place])), None)
        if twin is None:
            yield old.place, old.text, None
            continue
        yield from ((new.place, None, new.text) for new in after[left:twin])
        yield after[twin].place, old.text, after[twin].text
        left = twin + 1
    yield from ((new.place, None, new.text) for new in after[left:])


def _are_alike(old: Passage, new: Passage) -> bool:
    kind, other = old.said[0], new.said[0]
    if kind != other or kind != "text":
        return kind == other
    matcher = SequenceMatcher(None, old.text, new.text, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
