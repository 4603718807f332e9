"""The findings of joining a page with its parts: one function each, one sentence a language."""

from __future__ import annotations

from dataclasses import replace

from pipelines.columns import value_text
from pipelines.reading.findings import make_finding
from pipelines.reading.parts import Missing, Wanted
from pipelines.reading.report import Figure, Finding
from pipelines.reasons import reason_zh

PICTURES = "pictures"
"""What the pictures of an article are called together."""

A_PAGE = Missing("the portal answered with a web page in place of the file")
NOT_ARCHIVED = Missing("it is not in the archive", "reading")
NO_ADDRESS = Missing("its address is none of the web")

_KINDS = {"file": "附件", "frame": "内嵌文件", "picture": "图片"}
_LONGEST = 60


def missing(part: Wanted, why: Missing) -> Finding:
    """A part that was not to be had."""
    finding = make_finding(
        "attachment.missing",
        _name(part),
        f'The {part.kind} "{_name(part)}" that belongs to the report is not there: {why.reason}.',
        f"年报的{_KINDS[part.kind]}“{_name(part)}”未能取得：{reason_zh(why.reason)}。",
        found=why.reason,
    )
    return replace(finding, fault=why.fault)


def unreadable(part: Wanted, reason: str) -> Finding:
    """A part that no reader takes; ``reason`` is the reader's."""
    return make_finding(
        "attachment.unreadable",
        _name(part),
        f'The {part.kind} "{_name(part)}" that belongs to the report cannot be read: {reason}.',
        f"年报的{_KINDS[part.kind]}“{_name(part)}”无法读取：{reason_zh(reason)}。",
        found=reason,
    )


def differs(where: str, first: tuple[str, Figure], second: tuple[str, Figure]) -> Finding:
    """One figure as two sources print it, each a name ("" for the page) with its figure. The first
    is the one whose figures the report has."""
    (name, figure), (other, twin) = first, second
    return make_finding(
        "attachment.differs",
        where,
        f'{_source(name).capitalize()} prints "{figure.raw}" for {_place(where, "en")},'
        f' {_source(other)} prints "{twin.raw}"; the first was taken.',
        f"{_place(where, 'zh')}：{_source_zh(name)}为“{figure.raw}”，"
        f"{_source_zh(other)}为“{twin.raw}”，以前者为准。",
        expected=figure.raw if figure.value is None else figure.value,
        found=twin.raw if twin.value is None else twin.value,
    )


def _name(part: Wanted) -> str:
    return part.name if len(part.name) <= _LONGEST else f"{part.name[: _LONGEST - 1]}…"


def _place(where: str, language: str) -> str:
    """ "applications.granted.total" by the names of its row and column."""
    _, _, place = where.partition(".")
    row, _, column = place.rpartition(".")
    names = [
        value_text("item", row, language) or row,
        value_text("measure", column, language) or value_text("scope", column, language) or column,
    ]
    return ("“{}”的“{}”" if language == "zh" else '"{}", {}').format(*names)


def _source(name: str) -> str:
    if name == PICTURES:
        return "the page's pictures"
    return f'the attachment "{name}"' if name else "the page"


def _source_zh(name: str) -> str:
    if name == PICTURES:
        return "页面图片"
    return f"附件“{name}”" if name else "页面"
