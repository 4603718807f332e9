"""Cells to figures: each value with its text as printed and the cell that printed it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipelines.reading import table_findings as found
from pipelines.reading.cells import Cell
from pipelines.reading.form_table import Column, Row, Table
from pipelines.reading.numbers import Printed, read_money, read_number
from pipelines.reading.report import CellRef, Figure, Finding


def read_figures(
    table: Table,
    row: Row,
    cells: Sequence[Cell],
    units: Mapping[str, str],
    findings: list[Finding],
) -> tuple[Figure, ...]:
    """The figures of a row, one a column. ``units`` are units of money that the header names, by
    column; what cannot be read goes to ``findings``."""
    # tuple.__new__ takes half the time of the constructors, and a page has some 200 figures.
    new = tuple.__new__
    figures = []
    for column, cell in zip(row.columns, cells, strict=True):
        raw = cell[0]
        if column.is_money:
            unit = units.get(column.code, column.printed_unit)
            printed = _read_money(table, row, column, cell, unit, findings)
        else:
            # With one argument the cache of read_number needs half the time.
            printed = read_number(raw, True) if column.signed else read_number(raw)
            if printed[1] == "unreadable":
                findings.append(found.unreadable_cell(table, row, column, cell))
        figures.append(new(Figure, (printed[0], raw, printed[1], new(CellRef, cell[2:]))))
    return tuple(figures)


def unknowable_figures(row: Row) -> tuple[Figure, ...]:
    """The figures of a row whose cells cannot be told apart: what stands somewhere in it cannot be
    said to stand in any one column."""
    return tuple([Figure(None, "", "unreadable", None)] * len(row.columns))


def _read_money(
    table: Table, row: Row, column: Column, cell: Cell, unit: str | None, findings: list[Finding]
) -> Printed:
    printed = read_money(cell.raw, unit)
    if printed.absence == "unreadable":
        has_no_unit = read_money(cell.raw, unit or column.unit).absence is None
        describe = found.amount_without_unit if has_no_unit else found.unreadable_cell
        findings.append(describe(table, row, column, cell))
    return printed
