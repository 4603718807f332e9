"""What a label of a table can mean (标签的含义): the words of the forms, as pages print them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from pipelines.reading.form import Form, load_forms
from pipelines.reading.form_file import TABLES, TableName
from pipelines.reading.form_table import Label, Table
from pipelines.reading.labels import fold_label
from pipelines.reading.report import Form as FormId

Role = Literal["row", "column", "part", "group", "ignored", "title"]


SPANNING = "spanning"
"""The code of a label that stands over several columns, each of which has its own."""


class Meaning(NamedTuple):
    """A label's place in a form: the table, what it is there, and its code ("" for what has none).

    A "part" (申请人情况) begins a table or a part of it; a "group" (（三）不予公开) stands before
    rows of which each has its own label.
    """

    table: TableName
    role: Role
    code: str = ""


@lru_cache(maxsize=8)
def vocabulary(form: Form) -> Mapping[str, tuple[Meaning, ...]]:
    """Every folded label of the form with all that it can mean."""
    words: dict[str, tuple[Meaning, ...]] = {}
    for table in form.tables:
        for label, meaning in _meanings(table):
            known = words.setdefault(label, ())
            if meaning not in known:
                words[label] = (*known, meaning)
    return words


@lru_cache(maxsize=16)
def joint_vocabulary(
    forms: tuple[tuple[TableName, Form], ...],
) -> Mapping[str, tuple[Meaning, ...]]:
    """The labels of tables of which each follows a form of its own."""
    words: dict[str, tuple[Meaning, ...]] = {}
    for name, form in forms:
        for word, meanings in vocabulary(form).items():
            own = tuple(meaning for meaning in meanings if meaning.table == name)
            if own:
                words[word] = words.get(word, ()) + own
    return words


def _meanings(table: Table) -> Iterator[tuple[str, Meaning]]:
    named: tuple[tuple[Role, Sequence[Label]], ...] = (
        ("row", table.rows),
        ("column", table.columns),
        ("title", (table.title,)),
    )
    for role, labels in named:
        for label in labels:
            for folded in label.folded:
                yield folded, Meaning(table.name, role, label.code)
    plain: tuple[tuple[Role, Sequence[str]], ...] = (
        ("part", table.parts),
        ("group", table.groups),
        ("ignored", table.ignored),
    )
    for role, wordings in plain:
        for wording in wordings:
            yield fold_label(wording), Meaning(table.name, role)
    for wording in table.spanning:
        yield fold_label(wording), Meaning(table.name, "ignored", SPANNING)


@lru_cache(maxsize=1)
def all_words() -> frozenset[str]:
    """Every folded label of every form: what makes a text a part of some table."""
    return frozenset(_all_meanings())


@lru_cache(maxsize=1)
def _all_meanings() -> Mapping[str, frozenset[Meaning]]:
    """Every label of every form with what it means in any of them."""
    words: dict[str, set[Meaning]] = {}
    for form in load_forms():
        for word, meanings in vocabulary(form).items():
            words.setdefault(word, set()).update(meanings)
    return {word: frozenset(meanings) for word, meanings in words.items()}


def _words_of(*wanted: tuple[TableName, Role]) -> frozenset[str]:
    """Labels that mean this and nothing else."""
    return frozenset(
        word
        for word, meanings in _all_meanings().items()
        if {(meaning.table, meaning.role) for meaning in meanings} <= set(wanted)
    )


@lru_cache(maxsize=1)
def head_words() -> frozenset[str]:
    """Labels of columns and parts alone: they show that a table is there."""
    return frozenset().union(*(_words_of((table, "column"), (table, "part")) for table in TABLES))


@lru_cache(maxsize=1)
def sure_words() -> frozenset[str]:
    """Labels that stand in no tables but those of the forms: heads, and rows of the requests."""
    return head_words() | _words_of(("applications", "row"))


@lru_cache(maxsize=1)
def weak_words() -> frozenset[str]:
    """Labels that show no table by themselves: what is ignored, and words such as 其他."""
    return frozenset(
        word
        for word, meanings in _all_meanings().items()
        if any(meaning.role == "ignored" for meaning in meanings)
        or {meaning.role for meaning in meanings} >= {"row", "column"}
    )


@lru_cache(maxsize=1)
def distinct_words() -> Mapping[str, tuple[TableName, FormId]]:
    """Labels that only one form has, with their table and the form's id."""
    words: dict[str, tuple[TableName, FormId]] = {}
    for form in load_forms():
        for table in form.tables:
            for label in (*table.rows, *table.columns):
                if label.code in table.distinct:
                    for folded in label.folded:
                        words[folded] = (table.name, form.id)
    return words


@lru_cache(maxsize=4096)
def is_fragment(label: str) -> bool:
    """Whether a folded text is a piece of some label: 商业 of 商业企业."""
    return bool(label) and any(label in word for word in all_words())


@lru_cache(maxsize=4096)
def meaning_by_beginning(label: str) -> Meaning | None:
    """What a folded text means that only begins with words of a form: the sum rule above the table
    of requests (本列数据的勾稽关系…) is a part, a note in the margin (单位：件) is ignored."""
    for form in load_forms():
        for table in form.tables:
            if label.startswith(table.begins_with):
                return Meaning(table.name, "part")
            if label.startswith(table.ignored_beginnings):
                return Meaning(table.name, "ignored")
    return None
