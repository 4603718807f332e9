"""The findings of reading a list of indicators: one function each, a sentence in each language."""

from __future__ import annotations

from dataclasses import replace

from pipelines.reading.cells import Cell
from pipelines.reading.findings import make_finding, short
from pipelines.reading.list_form import Indicator, ListForm
from pipelines.reading.list_rows import ListRow
from pipelines.reading.report import Finding

PART = "statistics"


def unknown_label(form: ListForm, cell: Cell, values: int) -> Finding:
    """A row that the form does not have. Its counts are kept, without a code."""
    finding = make_finding(
        "label.unknown",
        PART,
        f'The label "{short(cell.raw)}" in the list is not one of the {form.id} form\'s'
        f"{'; its values were kept without a code' if values else ''}.",
        f"统计表中的“{short(cell.raw)}”不是{form.id}格式的指标"
        f"{'，其数字保留而不编码' if values else ''}。",
        found=cell.raw,
    )
    return finding if values else replace(finding, severity="info")


def more_unknown(rest: int) -> Finding:
    """What a list holds of unknown labels besides those that are named one by one."""
    return make_finding(
        "label.unknown",
        PART,
        f"{rest} more labels in the list are none of the form's.",
        f"统计表中另有{rest}个名称不是规定格式的指标。",
        found=rest,
    )


def label_taken_as(row: Indicator, cell: Cell) -> Finding:
    """A label with a slip of the pen."""
    return make_finding(
        "label.variant",
        _where(row),
        f'The label "{short(cell.raw)}" was taken for "{row.zh}".',
        f"“{short(cell.raw)}”视为“{row.zh}”。",
        expected=row.zh,
        found=cell.raw,
    )


def row_repeated(row: Indicator) -> Finding:
    """Two rows of one label with different counts; the first one counts."""
    return make_finding(
        "row.repeated",
        _where(row),
        f'The row "{row.en}" is printed twice with different values; the first was taken.',
        f"“{row.zh}”一行印了两次而数字不同，以前一次为准。",
    )


def row_missing(row: Indicator) -> Finding:
    """A row of the form that the list does not print."""
    return make_finding(
        "row.missing",
        _where(row),
        f'The row "{row.en}" is not in its table.',
        f"表中没有“{row.zh}”一行。",
    )


def wrong_number_of_cells(form: ListForm, row: ListRow, indicator: Indicator | None) -> Finding:
    """A row whose counts cannot be told apart."""
    return make_finding(
        "row.cells",
        _where(indicator),
        f'The row "{short(row.label.raw)}" has {row.printed} cells behind its label for'
        f" {len(row.scopes)} count columns, and nothing says which belong where.",
        f"“{short(row.label.raw)}”一行有{row.printed}个数据格，而统计数有{len(row.scopes)}列，"
        "无法确定各属哪一列。",
        expected=len(row.scopes),
        found=row.printed,
    )


def unreadable_cell(indicator: Indicator | None, label: Cell, cell: Cell) -> Finding:
    """A cell that holds text where a count stands."""
    return make_finding(
        "cell.unreadable",
        _where(indicator),
        f'The count of "{short(label.raw)}" is printed as "{short(cell.raw)}", which is no number.',
        f"“{short(label.raw)}”的统计数印作“{short(cell.raw)}”，不是数字。",
        found=cell.raw,
    )


def amount_without_unit(indicator: Indicator | None, label: Cell, cell: Cell) -> Finding:
    """Money of which neither the cell nor the unit's column says whether it is 元 or 万元."""
    return make_finding(
        "amount.unit",
        _where(indicator),
        f'The amount "{short(cell.raw)}" of "{short(label.raw)}" has no unit, so it may be 元 or'
        " 万元.",
        f"“{short(label.raw)}”的金额“{short(cell.raw)}”没有单位，可能是元，也可能是万元。",
        found=cell.raw,
    )


def columns_unnamed(form: ListForm) -> Finding:
    """Several count columns, and no header that says which is whose."""
    return make_finding(
        "columns.unnamed",
        PART,
        "The list has several columns of counts and no header that names them; each was kept by its"
        " number, and none is taken for the report's own.",
        f"{form.title.zh}有几列统计数而没有表头，各列按次序保留，不认定哪一列是本机关的统计数。",
    )


def form_beside(list_form: str, form: str) -> Finding:
    """A list of an older form beside the three tables."""
    return make_finding(
        "form.mixed",
        "form",
        f"Beside the tables of the {form} form there is a list of the {list_form} form; each was"
        " read by its own.",
        f"除{form}年格式的表外，另有{list_form}格式的统计表，分别按各自格式读取。",
        expected=form,
        found=list_form,
    )


def _where(row: Indicator | None) -> str:
    return PART if row is None else f"{PART}.{row.code}"
