"""The findings of reading the tables: one function each, one sentence in each language."""

from __future__ import annotations

from dataclasses import replace

from pipelines.reading.cells import Cell
from pipelines.reading.findings import make_finding, short
from pipelines.reading.form_table import Column, Row, Table
from pipelines.reading.report import Finding


def unreadable_cell(table: Table, row: Row, column: Column, cell: Cell) -> Finding:
    """A cell that holds text where a number stands."""
    return make_finding(
        "cell.unreadable",
        f"{table.name}.{row.code}.{column.code}",
        f'The cell of "{row.en}", {column.en}, prints "{short(cell.raw)}", which is no number.',
        f"“{_plain(row)}”的“{column.zh}”一格印着“{short(cell.raw)}”，不是数字。",
        found=cell.raw,
    )


def amount_without_unit(table: Table, row: Row, column: Column, cell: Cell) -> Finding:
    """Money of which neither the cell nor the header says whether it is 元 or 万元."""
    return make_finding(
        "amount.unit",
        f"{table.name}.{row.code}.{column.code}",
        f'The amount "{short(cell.raw)}" of "{row.en}" has no unit, so it may be 元 or 万元.',
        f"“{_plain(row)}”的金额“{short(cell.raw)}”没有单位，可能是元，也可能是万元。",
        found=cell.raw,
    )


def wrong_number_of_cells(table: Table, row: Row, printed: int) -> Finding:
    """A row whose values cannot be told apart."""
    return make_finding(
        "row.cells",
        f"{table.name}.{row.code}",
        f'The row "{row.en}" has {_values(printed)} for {len(row.columns)} columns,'
        " and nothing says which are missing.",
        f"“{_plain(row)}”一行应有{len(row.columns)}个数，只见{printed}个，无法确定各属哪一列。",
        expected=len(row.columns),
        found=printed,
    )


def proceedings_cells(table: Table, expected: int, printed: int) -> Finding:
    """The one line of table four has too few or too many values."""
    return make_finding(
        "row.cells",
        table.name,
        f"The table of reconsideration and litigation has {_values(printed)} for {expected}"
        " columns, and nothing says which are missing.",
        f"行政复议、行政诉讼情况表应有{expected}个数，只能看到{printed}个，无法确定各属哪一列。",
        expected=expected,
        found=printed,
    )


def columns_in_other_order(table: Table) -> Finding:
    """The header names the columns in an order that is not the form's."""
    return make_finding(
        "columns.order",
        table.name,
        f"The header of the table of {table.title.en.lower()} names its columns in an order that is"
        " not the form's, so its values were not read.",
        f"“{table.title.zh}”表的列名次序与规定格式不同，未读取其中的数。",
    )


def row_repeated(table: Table, row: Row) -> Finding:
    """Two rows of one label with different values; the first one counts."""
    return make_finding(
        "row.repeated",
        f"{table.name}.{row.code}",
        f'The row "{row.en}" is printed twice with different values; the first was taken.',
        f"“{_plain(row)}”一行印了两次而数字不同，以前一次为准。",
    )


def row_missing(table: Table, row: Row) -> Finding:
    """A row of the form that its table does not print."""
    return make_finding(
        "row.missing",
        f"{table.name}.{row.code}",
        f'The row "{row.en}" is not in its table.',
        f"表中没有“{_plain(row)}”一行。",
    )


def label_taken_as(table: Table, row: Row, cell: Cell) -> Finding:
    """A label that is written in a way of its own, much like one of the form."""
    return make_finding(
        "label.variant",
        f"{table.name}.{row.code}",
        f'The label "{short(cell.raw)}" was taken for "{row.zh}".',
        f"“{short(cell.raw)}”视为“{row.zh}”。",
        expected=row.zh,
        found=cell.raw,
    )


def label_missing(table: Table, row: Row) -> Finding:
    """A row without a label, between the rows before and after it in the form."""
    return make_finding(
        "label.missing",
        f"{table.name}.{row.code}",
        f'A row without a label was taken for "{row.zh}", the only row that its place leaves.',
        f"一行数字没有项目名称，按其位置视为“{row.zh}”。",
        expected=row.zh,
    )


def unknown_label(table: Table, cell: Cell, values: int) -> Finding:
    """A label that stands in a table of the form and is none of its labels."""
    finding = make_finding(
        "label.unknown",
        table.name,
        f'The label "{short(cell.raw)}" in the table of {table.title.en.lower()} is not one of the'
        f" form's{', so its values were not read' if values else ''}.",
        f"“{table.title.zh}”表中的“{short(cell.raw)}”不是规定格式的项目"
        f"{'，其数字未读取' if values else ''}。",
        found=cell.raw,
    )
    return finding if values else replace(finding, severity="info")


def values_without_label(table: Table, values: int) -> Finding:
    """Numbers in a table of the form with no label before them."""
    return make_finding(
        "label.unknown",
        table.name,
        f"{_values(values).capitalize()} in the table of {table.title.en.lower()} without a label:"
        " not read.",
        f"“{table.title.zh}”表中有{values}个数没有对应的项目，未读取。",
        found=values,
    )


def more_unknown(table: Table, rest: int) -> Finding:
    """Unknown labels beyond those that are listed one by one."""
    return make_finding(
        "label.unknown",
        table.name,
        f"{rest} more labels or values without a label are none of the form's and were not read.",
        f"另有{rest}处不是规定格式的项目或没有对应项目的数，未读取。",
        found=rest,
    )


def forms_mixed(disclosure: str, applications: str) -> Finding:
    """Tables of two forms on one page."""
    return make_finding(
        "form.mixed",
        "form",
        f"The table of disclosure follows the {disclosure} form and the table of requests the"
        f" {applications} form; each was read by its own.",
        f"主动公开情况表用{disclosure}年格式，申请情况表用{applications}年格式，分别按各自格式读取。",
        expected=disclosure,
        found=applications,
    )


def form_unknown(table: Table) -> Finding:
    """No label tells which form a table follows."""
    return make_finding(
        "form.unknown",
        table.name,
        f"No label tells which form the table of {table.title.en.lower()} follows, so it was not"
        " read.",
        f"“{table.title.zh}”表的项目看不出属于哪一年格式，未读取。",
    )


def _values(number: int) -> str:
    return "1 value" if number == 1 else f"{number} values"


def _plain(row: Row) -> str:
    return row.zh.replace("“", "").replace("”", "")
