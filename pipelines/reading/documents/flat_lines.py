"""What a line of text is that may belong to a flattened table, by the labels of the forms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.reading.labels import fold_label
from pipelines.reading.list_form import fold_indicator, list_heads, list_words
from pipelines.reading.numbers import read_money, read_number
from pipelines.reading.section_names import section_named
from pipelines.reading.vocabulary import (
    all_words,
    head_words,
    is_fragment,
    meaning_by_beginning,
    weak_words,
)

_LONGEST_LABEL = 60  # characters; the longest label of the forms has 47
_LONGEST_LINE = 1000  # a row of a table with bars; real ones have some 120
_CHAPTER = re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、.．,，]")
_NO_UNIT = re.compile(r"\s[-—]{2,}$")


class Line(NamedTuple):
    """A line that is not blank, with the number of blank lines before it."""

    text: str
    gap: int


def kind_of(text: str) -> str:
    """What a line is: a "head" (label of a column or part), a "row" (any other label), a "full row"
    (one with its numbers), a "value" (a number, an absence, bars alone), a "piece" of a label, or
    "other"."""
    return "other" if len(text) > _LONGEST_LINE else _kind_of_line(text)


def is_list_heading(lines: Sequence[Line], place: int) -> bool:
    """Whether a heading (一、主动公开情况) is a row of a list: one with ---- or a row behind it."""
    text = lines[place].text
    if len(text) > _LONGEST_LABEL or fold_label(text) not in list_words():
        return False
    if _NO_UNIT.search(text):
        return True
    following = next((line.text for line in lines[place + 1 : place + 3] if line.text != "|"), "")
    return fold_indicator(following) in list_words() or (
        len(following) > 1 and set(following) <= set("-—|")
    )


def is_odd_label(lines: Sequence[Line], place: int) -> bool:
    """Whether a line that is no label stands where one must: short, and a value follows."""
    text = lines[place].text
    if len(text) > _LONGEST_LABEL or "。" in text or "|" in text or _CHAPTER.match(text):
        return False
    following = lines[place + 1].text if place + 1 < len(lines) else ""
    return kind_of(following) == "value" and section_named(text) is None


def spaced_cells(text: str) -> list[str] | None:
    """The cells of a line in which spaces stand between them, as text taken from a PDF has it: a
    label with numbers behind it, numbers only, or the labels of a header."""
    words = text.split()
    first = len(words)
    while first and _is_value(words[first - 1]):
        first -= 1
    label = " ".join(words[:first])
    folded = fold_label(label)
    if len(words) - first > (folded not in all_words() or folded in weak_words()):
        if not label or folded in all_words():
            return [label, *words[first:]] if label else words
        # The label of a group stands before that of its first row.
        if all(fold_label(word) in all_words() for word in words[:first]):
            return words
    sure, weak = list_heads()
    # In a list of indicators the unit stands between label and number.
    label_end = first - (first > 1 and words[first - 1] in weak)
    label = " ".join(words[:label_end])
    if first < len(words) and fold_indicator(label) in list_words():
        return [label, *words[label_end:]]
    heads = sure | weak
    if len(words) > 1 and all(
        is_fragment(folded) or folded in heads for folded in map(fold_label, words)
    ):
        return words
    return None


@lru_cache(maxsize=4096)
def _kind_of_line(text: str) -> str:
    if "|" in text:
        kinds = {_kind_of_line(part) for part in text.split("|") if part.strip()}
        best = next((kind for kind in ("head", "row") if kind in kinds), "value")
        return "other" if kinds == {"other"} else best
    label = fold_label(text)
    if (kind := _kind_in_list(text, label)) is not None:
        return kind
    if section_named(text) or len(text) > _LONGEST_LABEL:
        return "head" if _begins_part(label) else "other"
    if label in all_words():
        return _kind_of_label(label)
    if _is_value(text) or set(text) == {"0"}:
        return "value"
    if _begins_part(label):
        return "head"
    if (cells := spaced_cells(text)) is not None:
        kinds = {_kind_of_line(cell) for cell in cells}
        if "row" in kinds and "value" in kinds:
            return "full row"
        return next((kind for kind in ("head", "row") if kind in kinds), "value")
    return "piece" if is_fragment(label) else "other"


def _is_value(text: str) -> bool:
    return (
        read_number(text, True).absence != "unreadable"
        or read_money(text, "万元").absence != "unreadable"
    )


def _begins_part(label: str) -> bool:
    meaning = meaning_by_beginning(label)
    return meaning is not None and meaning.role == "part"


def _kind_in_list(text: str, label: str) -> str | None:
    """What a line is in a list of indicators, as reports had them before 2019."""
    sure, weak = list_heads()
    if label in sure:
        return "head"
    if label in weak and label not in all_words():
        return "piece"
    if section_named(text) or len(text) > _LONGEST_LABEL:
        return None
    return "row" if fold_indicator(text) in list_words() else None


def _kind_of_label(label: str) -> str:
    # Words such as 数量 and 其他 stand in prose and in other tables too, and begin no table.
    if label in weak_words():
        return "piece"
    return "head" if label in head_words() else "row"
