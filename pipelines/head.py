"""The head of a page: what is printed between its navigation and the article's text.

Portals print time, source and counters there in every order: one line of glued labels
(发布时间:2023-02-01 18:24:12来源: 办公室点击:[]), a line a label, a table of labels and values
(索引号, 发布机构, 发布日期), or a bare date. Labels are matched in half-width form; values are
given as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipelines.breadcrumb import read_breadcrumb
from pipelines.dates import find_date, read_date
from pipelines.halfwidth import halve, simplify
from pipelines.report import Block, Document, Grid, Paragraph

_LONGEST_LINE = 200  # characters of a publication line, however many labels it carries
_RUNNING_TEXT = 60  # a paragraph as long as this, with a full stop, is the article's text
_BLOCKS_ABOVE = 80  # between navigation and text: tables, tools and lists
_LARGEST_TABLE = 12  # rows or columns of a head table

# The best label first: 发布 is the publication itself, 成文 and 发文 when the paper was written.
_DATE_LABELS = (
    "发布时间 发布日期 发表时间 发表日期 公布时间 公布日期 发稿时间 上传时间",
    "时间 日期 录入时间 添加时间",
    "公开日期 公开时间 生成日期 生成时间",
    "发文日期 发文时间 成文日期 成文时间 制发日期 印发日期",
    "更新时间 更新日期",
)
_RANKS = {label: rank for rank, labels in enumerate(_DATE_LABELS) for label in labels.split()}
_BARE = len(_DATE_LABELS)
_OTHER_TIMES = (
    *("生效", "废止", "失效", "有效", "截止", "实施"),
    *("办公", "工作", "受理", "服务", "当前", "系统"),
)

_TEXT_STARTS = re.compile(r"第一\s*(?:部分|章)|第?一\s*[、.,:]|(?:总体情况|概述)$")
_ODD_DATE = re.compile(
    r"(?=.{0,20}\d)[^|【\[]{1,40}?(?=\s{2}|来源|作者|点击|浏览|访问|字体|字号|$)"
)
_DATE_LABEL = re.compile(r"[一-鿿]{0,4}(?:时 {0,2}间|日 {0,2}期)[:|\s]*")
_SOURCE_LABEL = re.compile(r"来\s{0,4}源\s*[:|][|\s]*|(?<![一-鿿])信息:\s*")
_LABEL_ALONE = re.compile(r"[间期源息][:|\s]*$")  # the value of the last label is not beside it
_ORGAN_LABEL = re.compile(r"(?:发布|公开|发文|制发|责任)(?:机构|单位|机关|部门)[:|\s]*")
_CLICKS = re.compile(
    r"(?:点击|浏览|访问|阅读)(?:次数|数量|量|数|率|人次|人数)?\s*[:(]?\s*\[?\s*(\d[\d,]*)(?![\d.万年/-])"
)
_NEXT_LABEL = re.compile(
    r"\s*(?:[|【\[]|\s{2}|(?:发(?:\(fā\))?布|发表|公布|公开|生成|成文|发文|更新)?(?:时间|日期)|(?:19|20)\d\d[-年/.]"
    r"|点击|浏览|访问|阅读|作者|编辑|责任编辑|责编|审核|初审|校对|字体|字号|分享|打印|收藏|关闭|视力"
    r"|索引号|文号|发文字号|关键[字词]|主题词|有效性|发布机构|发布单位|(?:信息|文章|稿件)?来源|评论|扫一扫)"
)
_BARE_DATE_TAIL = re.compile(
    r"\s*(?:(?:信息|文章|稿件)?来源|作者|[(\[【]?\s*(?:点击|浏览|访问|阅读)|字体|字号|【)"
)
_OTHER_LABELS = frozenset(
    ["索引号", "文号", "名称", "来源", "信息来源", "分类", "主题分类", "主题词", "关键词", "有效性"]
)

# What an editor left as it stood, or a system filled in by itself, names nobody.
_NO_SOURCES = frozenset(
    [
        *("1", "0", "-", "--", "/", "无", "请选择", "null", "admin", "管理员"),
        *("本站", "原创", "本站原创", "佚名", "未知", "网络", "互联网"),
    ]
)


class PrintedDate(NamedTuple):
    """A date of the head: ISO, the rank of its label (0 is best), the block that holds it."""

    iso: str
    rank: int
    block: int
    origin: Literal["line", "head table"]


@dataclass(slots=True)
class Head:
    """What the head says. ``start`` and ``end`` are the range of blocks it was read from; ``end``
    is where the article's text starts. ``unreadable`` is a labelled time that is no date."""

    start: int
    end: int
    dates: list[PrintedDate] = field(default_factory=list)
    unreadable: str | None = None
    source: str | None = None
    organ: str | None = None
    clicks: int | None = None
    breadcrumb: tuple[str, ...] = ()
    breadcrumb_block: int | None = None

    def published(self, title_block: int | None = None) -> PrintedDate | None:
        """The date under the best label, a line's before a table's, the first of equals. A date
        without any label counts only right below the title: lists print such dates too."""
        dates = [
            date
            for date in self.dates
            if date.rank < _BARE or (title_block is not None and 0 < date.block - title_block <= 3)
        ]
        return min(dates, key=lambda date: (date.rank, date.origin != "line"), default=None)


def read_head(document: Document) -> Head:
    """Read the head of a page; of a page without an article, its first blocks."""
    blocks = document.blocks
    body = document.body or (0, len(blocks))
    end = _find_text(blocks, *body)
    head = Head(max(0, min(body[0] or end, end) - _BLOCKS_ABOVE), end)
    for index in range(head.start, end):
        block = blocks[index]
        if isinstance(block, Grid):
            _read_table(head, block, index)
        elif len(block.text) <= _LONGEST_LINE and block.tag != "title":
            _read_line(head, blocks, index, block.text)
    return head


def _find_text(blocks: Sequence[Block], start: int, end: int) -> int:
    """The first block of the article's text: its first heading, or a long sentence."""
    for index in range(start, end):
        block = blocks[index]
        if isinstance(block, Paragraph) and block.tag != "title":
            text = block.text
            if (len(text) > _RUNNING_TEXT and "。" in text) or _TEXT_STARTS.match(halve(text[:16])):
                return index
    return end


def _read_line(head: Head, blocks: Sequence[Block], index: int, text: str) -> None:
    if not head.breadcrumb:
        head.breadcrumb = read_breadcrumb(blocks, index)
        if head.breadcrumb:
            head.breadcrumb_block = index
            return
    plain = _plain(text)
    below = ""
    if index + 1 < head.end and _LABEL_ALONE.search(plain):
        below = _text_below(blocks, index)
    for match in _DATE_LABEL.finditer(plain):
        rank = _rank(match[0])
        if rank is not None:
            alone = match.end() == len(plain)
            _read_date(head, below if alone else plain, 0 if alone else match.end(), rank, index)
    if plain[:1] in ("1", "2", "二"):
        date = find_date(plain)
        if date is not None and date.start == 0:
            labelled = _BARE_DATE_TAIL.match(plain, date.end) is not None
            if labelled or date.end == len(plain) or find_date(plain, date.end):
                rank = _RANKS["时间"] if labelled else _BARE
                head.dates.append(PrintedDate(date.iso, rank, index, "line"))
    _read_fields(head, text, plain, below)


def _read_date(head: Head, plain: str, start: int, rank: int, index: int) -> None:
    date = find_date(plain, start)
    if date is not None and date.start <= start + 1:
        head.dates.append(PrintedDate(date.iso, rank, index, "line"))
        return
    odd = _ODD_DATE.match(plain, start)
    iso = read_date(odd[0]) if odd else None
    if iso is not None:
        head.dates.append(PrintedDate(iso, rank, index, "line"))
    elif odd:
        head.unreadable = head.unreadable or odd[0].strip()


def _read_fields(head: Head, text: str, plain: str, below: str) -> None:
    match = _SOURCE_LABEL.search(plain)
    if match and head.source is None:
        alone = match[0] == plain and ":" not in below and not find_date(below)
        source = below.strip() if alone else _value(text, plain, match.end())
        head.source = source if source and source.lower() not in _NO_SOURCES else None
    match = _ORGAN_LABEL.search(plain)
    if match and head.organ is None:
        head.organ = _value(text, plain, match.end()) or None
    match = _CLICKS.search(plain)
    if match and head.clicks is None:
        head.clicks = int(match[1].replace(",", ""))


def _read_table(head: Head, grid: Grid, index: int) -> None:
    """A head table: the value stands right of its label, or below it, or in the same cell."""
    if grid.rows > _LARGEST_TABLE or grid.columns > _LARGEST_TABLE:
        return
    for label, value in _pairs(grid):
        plain = _plain(label).strip(" :")
        rank = _rank(plain)
        if rank is None:
            _read_fields(head, f"{label}:{value}", f"{plain}:{_plain(value)}", "")
            continue
        iso = read_date(value)
        if iso is not None:
            head.dates.append(PrintedDate(iso, rank, index, "head table"))
        elif re.search(r"\d", value):
            head.unreadable = head.unreadable or value


def _pairs(grid: Grid) -> Iterator[tuple[str, str]]:
    for row, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            if not cell:
                continue
            label, colon, value = halve(cell).partition(":")
            if colon and value.strip():
                yield label, cell[len(label) + 1 :].strip()
            elif not _is_label(cell):
                continue
            right = next((c for c in cells[column + 1 :] if c), "")
            if right and not _is_label(right):
                yield cell, right
            elif row + 1 < grid.rows and (under := grid.cells[row + 1][column]):
                yield cell, under


def _is_label(cell: str) -> bool:
    plain = _plain(cell).strip(" :")
    return plain in _OTHER_LABELS or _rank(plain) is not None or bool(_ORGAN_LABEL.fullmatch(plain))


def _rank(label: str) -> int | None:
    """The rank of a label that may have other characters glued before it; None for a time that is
    not the publication's (生效日期, 办公时间)."""
    name = "".join(label.split()).rstrip(":|")
    for cut in range(max(0, len(name) - 1)):
        if name[cut:] in _RANKS:
            return None if name[:cut].endswith(_OTHER_TIMES) else _RANKS[name[cut:]]
    return None


def _value(text: str, plain: str, start: int) -> str:
    """The value after a label as printed, up to the next label or the end."""
    match = _NEXT_LABEL.search(plain, start)
    return text[start : match.start() if match else len(text)].strip(" \u3000|;,:")


def _text_below(blocks: Sequence[Block], index: int) -> str:
    below = blocks[index + 1]
    return _plain(below.text) if isinstance(below, Paragraph) and len(below.text) <= 40 else ""


def _plain(text: str) -> str:
    return simplify(halve(text))
