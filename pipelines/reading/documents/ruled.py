"""Ruled lines of a page -> tables of cells, merged cells included.

The forms are ruled tables. Where two neighbouring positions have no line between them they are one
cell; so a table comes out as the rectangle of its spans without looking at any text.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from pipelines.reading.documents.page import Box, Rule

TOLERANCE = 2.5
"""Points by which lines that are meant to meet, or to be one, may miss each other."""
_MOST_BOXES = 2000
"""Filled boxes of one page; a page with more is a drawing."""


_Lines = tuple[list[Rule], list[Rule]]
"""Lines across and down."""


class Cell(NamedTuple):
    """Half-open ranges of rows and columns of its table."""

    top: int
    left: int
    bottom: int
    right: int


class RuledTable(NamedTuple):
    """``xs`` and ``ys`` are the places of the column and row edges, one more than columns, rows."""

    xs: list[float]
    ys: list[float]
    cells: list[Cell]

    def position(self, x: float, y: float) -> tuple[int, int] | None:
        """Row and column of a place, or None outside the table."""
        row, column = bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1
        if 0 <= row < len(self.ys) - 1 and 0 <= column < len(self.xs) - 1:
            return row, column
        return None

    def is_closed_below(self, column: int, across: Iterable[Rule]) -> bool:
        """Whether a line is drawn below the last row of a column."""
        left, right = self.xs[column], self.xs[column + 1]
        drawn = sum(
            max(0.0, min(rule.end, right) - max(rule.start, left))
            for rule in across
            if abs(rule.at - self.ys[-1]) <= TOLERANCE
        )
        # Half of it, because lines are dotted and dashed.
        return drawn > 0.4 * (right - left)


def find_tables(across: Iterable[Rule], down: Iterable[Rule]) -> list[RuledTable]:
    """The tables of at least two cells that the lines draw, from the top of the page downwards."""
    tables = []
    for horizontal, vertical in _with_loose_sides(_connected(_merged(across), _merged(down))):
        horizontal, vertical = _closed(horizontal, vertical)
        if len({rule.at for rule in horizontal}) > 1 and len({rule.at for rule in vertical}) > 1:
            table = _table(horizontal, vertical)
            if len(table.cells) > 1:
                tables.append(table)
    return sorted(tables, key=lambda table: table.ys[0])


def find_boxed_tables(boxes: Sequence[Box], ruled: Sequence[RuledTable]) -> list[RuledTable]:
    """The tables whose cells are filled boxes, with no line but the gaps between them. What lies in
    a ruled table is a coloured cell of it, and what holds other boxes is their ground."""

    def is_cell(box: Box) -> bool:
        if any(table.position((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for table in ruled):
            return False
        return sum(_holds(box, other) for other in boxes) < 2

    cells = [box for box in boxes if is_cell(box)] if len(boxes) <= _MOST_BOXES else []
    across = [Rule(y, box.x0, box.x1) for box in cells for y in (box.y0, box.y1)]
    down = [Rule(x, box.y0, box.y1) for box in cells for x in (box.x0, box.x1)]
    # Marked lines of text, one below the other, are no table; a page break may leave one row.
    return [t for t in find_tables(across, down) if len(t.xs) > 2 and len(t.xs) + len(t.ys) > 5]


def _holds(box: Box, other: Box) -> bool:
    x, y = (other.x0 + other.x1) / 2, (other.y0 + other.y1) / 2
    size = (other.x1 - other.x0) * (other.y1 - other.y0)
    own = (box.x1 - box.x0) * (box.y1 - box.y0)
    return box.x0 < x < box.x1 and box.y0 < y < box.y1 and size < 0.9 * own


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Lines that lie on one another as one: double lines, a line drawn anew for each cell."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules):
        if groups and rule.at - groups[-1][0].at <= TOLERANCE:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    merged = []
    for group in groups:
        at = sum(rule.at for rule in group) / len(group)
        start, end = None, 0.0
        for rule in sorted(group, key=lambda rule: rule.start):
            if start is not None and rule.start <= end + TOLERANCE:
                end = max(end, rule.end)
                continue
            if start is not None:
                merged.append(Rule(at, start, end))
            start, end = rule.start, rule.end
        if start is not None:
            merged.append(Rule(at, start, end))
    # What is shorter than this is a dash or a tick, not the side of a cell.
    return [rule for rule in merged if rule.end - rule.start > 2 * TOLERANCE]


def _connected(across: list[Rule], down: list[Rule]) -> list[_Lines]:
    """The lines in groups that touch."""
    groups = _Groups(len(across) + len(down))
    for i, rule in enumerate(across):
        for j, other in enumerate(down):
            if (
                rule.start - TOLERANCE <= other.at <= rule.end + TOLERANCE
                and other.start - TOLERANCE <= rule.at <= other.end + TOLERANCE
            ):
                groups.join(i, len(across) + j)
    found: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate(across):
        found.setdefault(groups.find(i), ([], []))[0].append(rule)
    for j, rule in enumerate(down):
        found.setdefault(groups.find(len(across) + j), ([], []))[1].append(rule)
    return list(found.values())


def _with_loose_sides(groups: list[_Lines]) -> list[_Lines]:
    """The groups with the lines down beside them that touch none of their lines: a cell that spans
    more rows than the page has is drawn without a line above and below it."""
    loose = [down[0] for across, down in groups if not across]
    whole = [(across, down) for across, down in groups if across and down]
    for _, down in whole:
        top, bottom = min(rule.start for rule in down), max(rule.end for rule in down)
        down += [
            rule
            for rule in loose
            if abs(rule.start - top) <= 2 * TOLERANCE and abs(rule.end - bottom) <= 2 * TOLERANCE
        ]
    return whole


def _closed(across: list[Rule], down: list[Rule]) -> tuple[list[Rule], list[Rule]]:
    """The lines with open sides closed: tables are set without outer lines at left and right, and
    some printers leave the line out where a page ends inside a table."""
    return across + _missing_ends(across, down), down + _missing_ends(down, across)


def _missing_ends(present: list[Rule], crossing: list[Rule]) -> list[Rule]:
    missing: list[Rule] = []
    ends: list[tuple[float, Callable[[Rule], float]]] = []
    if crossing and present:
        ends = [
            (min(rule.start for rule in crossing), lambda rule: rule.start),
            (max(rule.end for rule in crossing), lambda rule: rule.end),
        ]
    for at, end_of in ends:
        reaching = [rule for rule in crossing if abs(end_of(rule) - at) <= TOLERANCE]
        if len(reaching) > 1:
            # Part of it is there at times, below some of the cells.
            near = [rule.at for rule in present if abs(rule.at - at) <= 2 * TOLERANCE]
            places = [rule.at for rule in reaching]
            missing.append(Rule(near[0] if near else at, min(places), max(places)))
    return missing


def _table(across: list[Rule], down: list[Rule]) -> RuledTable:
    xs = sorted({rule.at for rule in down})
    ys = sorted({rule.at for rule in across})
    rows, columns = len(ys) - 1, len(xs) - 1
    above = _sides(across, ys, xs)
    before = _sides(down, xs, ys)
    # One ring of positions around the table stands for the page outside it.
    width = columns + 2
    groups = _Groups((rows + 2) * width)
    for row in range(-1, rows + 1):
        for column in range(-1, columns + 1):
            here = (row + 1) * width + column + 1
            inside = 0 <= column < columns
            if row >= 0 and not (inside and above[row][column]):
                groups.join(here, here - width)
            inside = 0 <= row < rows
            if column >= 0 and not (inside and before[column][row]):
                groups.join(here, here - 1)
    members: dict[int, list[tuple[int, int]]] = {}
    for row in range(rows):
        for column in range(columns):
            group = groups.find((row + 1) * width + column + 1)
            members.setdefault(group, []).append((row, column))
    outside = groups.find(0)
    cells: list[Cell] = []
    for group, positions in members.items():
        cell = _bounds(positions)
        size = (cell.bottom - cell.top) * (cell.right - cell.left)
        if group != outside and size == len(positions):
            cells.append(cell)
        else:
            # A line is missing, so the shape is no rectangle: each position by itself.
            cells += [Cell(row, column, row + 1, column + 1) for row, column in positions]
    return RuledTable(xs, ys, sorted(cells))


def _bounds(positions: list[tuple[int, int]]) -> Cell:
    rows = [row for row, _ in positions]
    columns = [column for _, column in positions]
    return Cell(min(rows), min(columns), max(rows) + 1, max(columns) + 1)


def _sides(rules: list[Rule], places: list[float], edges: list[float]) -> list[list[bool]]:
    """For each place a line may lie at, whether one does between each edge and the next."""
    sides = [[False] * (len(edges) - 1) for _ in places]
    index = {place: position for position, place in enumerate(places)}
    for rule in rules:
        side = sides[index[rule.at]]
        for position, (start, end) in enumerate(itertools.pairwise(edges)):
            # Most of the side is enough: corners are left out by some printers.
            covered = min(rule.end, end) - max(rule.start, start)
            if covered > 0.6 * (end - start):
                side[position] = True
    return sides


class _Groups:
    """Union-find over the numbers below ``size``."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def find(self, member: int) -> int:
        parents = self._parents
        while parents[member] != member:
            parents[member] = parents[parents[member]]
            member = parents[member]
        return member

    def join(self, one: int, other: int) -> None:
        self._parents[self.find(one)] = self.find(other)
