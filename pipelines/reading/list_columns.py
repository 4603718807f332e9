"""The columns of a list of indicators (统计表) by its header, and what its cells may be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pipelines.reading.cells import Cell
from pipelines.reading.labels import fold_label
from pipelines.reading.list_form import HEADING_UNIT, ListForm, Role, fold_indicator
from pipelines.reading.numbers import read_money, read_number

# fmt: off
_UNITS = frozenset((
    "条", "件", "次", "篇", "个", "人", "人次", "项", "份", "起", "元", "千元", "万元", "场", "期",
    "户", "家", "册", "天",
))
# fmt: on
OWN = "own"
"""The scope of the one count that a table without a header has."""


class HeadCell(NamedTuple):
    """A column by its header: what it holds, its scope (of a count), where the header stands."""

    role: Role
    scope: str
    column: int


def header(form: ListForm, line: Sequence[Cell]) -> Iterator[HeadCell]:
    """The columns, if a line is the header: it names the labels' column and that of units or one
    of counts that is known."""
    roles = {form.head.get(cell.label) for cell in line}
    counts = any(cell.label in form.scope_of for cell in line)
    if "label" not in roles or not (counts or "unit" in roles or "code" in roles):
        return
    if any(cell.label in form.words for cell in line):
        return
    for cell in line:
        role = form.head.get(cell.label)
        if role is not None:
            yield HeadCell(role, "", cell.column)
        elif cell.raw:
            yield HeadCell("count", scope_named(form, cell.raw), cell.column)


def scope_named(form: ListForm, header: str) -> str:
    """The scope of a count column: its code where the form's data knows its header, else the header
    as printed."""
    return form.scope_of.get(fold_label(header)) or " ".join(header.split())


def second_line(
    form: ListForm, line: Sequence[Cell], head: Sequence[HeadCell]
) -> list[HeadCell] | None:
    """The header with its last count column divided, where a second line divides it."""
    printed = [cell for cell in line if cell.raw]
    counts = [cell for cell in head if cell.role == "count"]
    first = counts[-1].column if counts else 1 << 30
    if len(printed) < 2 or any(
        cell.column < first or not cell.label or is_count(cell) or cell.label in form.words
        for cell in printed
    ):
        return None
    divided = [HeadCell("count", scope_named(form, cell.raw), cell.column) for cell in printed]
    return [cell for cell in head if cell is not counts[-1]] + divided


def is_row_label(form: ListForm, cell: Cell) -> bool:
    """Whether a cell is the label of a row of the form."""
    return bool(cell.label) and fold_indicator(cell.raw) in form.words


def is_ignored(form: ListForm, cells: Sequence[Cell]) -> bool:
    """Whether a row begins with what carries nothing: head and foot of the paper."""
    return any(cell.label.startswith(form.ignored) for cell in cells[:1])


def is_unit(cell: Cell) -> bool:
    """Whether a cell is a unit, or the strokes that a heading has for one."""
    text = "".join(cell.raw.split()).strip("()（）")
    return text in _UNITS or (len(text) >= len(HEADING_UNIT) and set(text) <= set("-—–－─"))


def is_text(cell: Cell) -> bool:
    """Whether a cell is a text that may be a label."""
    return bool(cell.label) and not is_count(cell)


def is_count(cell: Cell) -> bool:
    """Whether a cell may be a count: a number, money, or an absence."""
    return (
        read_number(cell.raw).absence != "unreadable"
        or read_money(cell.raw, "万元").absence != "unreadable"
    )
