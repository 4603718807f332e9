"""The signature (落款) at the end of a report: the organ that signs, and the date under it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pipelines.reading.dates import read_signed_date
from pipelines.reading.halfwidth import halve
from pipelines.reading.head_fields import Fields, read_fields
from pipelines.reading.report import Block, Paragraph

_ORGAN_LINE = re.compile(
    r"(?P<organ>[一-鿿㐀-䶿·、()]{2,40}?"
    r"(?:人民政府|政府|公所|办事处|办公室|委员会|管委会|工委|党委|局|委|厅|署|院|中心|支队|大队|总队"
    r"|乡|镇|街道|苏木|站|处|所|馆|队|社|公司|联合会|总会|校|园|集团))"
    r"(?:\(?(?:盖章|公章|印章|章|印)\)?)?"
)
_ORGAN_END = re.compile(r"[府所处室会委局厅署院心队乡镇道木站馆社司校园团章印][)）\s]*$")
_DIGIT = re.compile("[12１２二⼆]")
_YEAR = re.compile(r"(?:19|20)\d\d(?:年|[-/.])|二[〇○零Ooо◯0]")
_LABEL = re.compile(r"(?:报告|编制|填报|落款|签发)(?:单位|机关|机构):|^单位:")
_AROUND_DATE = re.compile(r"^(?:日期|时间):|^[(\[]|(?:[)\]]|印发|星期[一二三四五六日])$")
_EDITS = re.compile("[编編辑輯者稿]")
_EDITOR = re.compile(r"[(\[【\s]{0,3}(?P<label>(?:责任|网络)?编辑|责编|作者|撰稿|供稿)")
_EDITOR_ABOVE, _EDITOR_BELOW = 30, 8  # blocks before and after the end of the article
_LONGEST = 60  # characters of an organ's full name with its date on one line, and some room
_RUNNING_TEXT = 120  # a paragraph as long as this, with a full stop, is the report's text
_LOOKS_BACK = 3  # lines between the date and its organ: a second organ, a stamp


class Signature(NamedTuple):
    """``first`` is the index of its first block; ``signed_on`` is ISO, a day or a month; ``date``
    as printed, without white space."""

    first: int
    signatory: str | None
    signed_on: str | None
    date: str | None = None


def find_signature(blocks: Sequence[Block], start: int, end: int) -> Signature | None:
    """The signature within ``blocks[start:end]``, below the last long paragraph of the text.

    It is looked for from the end, so what follows it (附件, 责任编辑, 上一条, a site's footer) may
    lie within the range. A line is a signature where an organ stands beside a date, or where a date
    in Chinese wording, or an organ alone, closes the text. A label (主办单位:) makes a line the
    site's, not the report's.
    """
    start = _tail(blocks, start, end)
    for position in range(end - 1, start - 1, -1):
        if not _may_be(_DIGIT, blocks[position]):
            continue
        line = _AROUND_DATE.sub("", _line(blocks, position))
        if line and len(line) <= _LONGEST and _YEAR.search(line):
            signature = _dated(blocks, start, end, position, line)
            if signature is not None:
                return signature
    for position in range(end - 1, start, -1):
        if not _may_be(_ORGAN_END, blocks[position]):
            continue
        organ = _organ(_line(blocks, position))
        if organ is not None and _closes_text(blocks, start, position):
            return Signature(position, organ, None)
    return None


def find_editor(blocks: Sequence[Block], start: int, end: int) -> str | None:
    """Who wrote or edited the page, by a line around the end of the article: （责任编辑：…）."""
    for block in blocks[max(start, end - _EDITOR_ABOVE) : end + _EDITOR_BELOW]:
        if isinstance(block, Paragraph) and len(block.text) <= _LONGEST:
            match = _EDITOR.match(halve(block.text)) if _EDITS.search(block.text) else None
            if match is not None:
                fields = Fields()
                text = block.text[match.start("label") :].rstrip(")）]】")
                read_fields(fields, text, halve(text))
                if fields.author or fields.editor:
                    return fields.author or fields.editor
    return None


def _tail(blocks: Sequence[Block], start: int, end: int) -> int:
    for position in range(end - 1, start - 1, -1):
        block = blocks[position]
        if isinstance(block, Paragraph) and len(block.text) > _RUNNING_TEXT and "。" in block.text:
            return position
    return start


def _dated(
    blocks: Sequence[Block], start: int, end: int, position: int, line: str
) -> Signature | None:
    year = _YEAR.search(line)
    split = year.start() if year else 0
    signed_on = read_signed_date(line[split:])
    if signed_on is None:
        return None
    if split:
        organ = _organ(line[:split])
        return Signature(position, organ, signed_on, line[split:]) if organ else None
    first, organ = position, None
    for before in range(position - 1, max(start, position - _LOOKS_BACK) - 1, -1):
        above = _organ(_line(blocks, before))
        if above is None and (_line(blocks, before) or not isinstance(blocks[before], Paragraph)):
            break
        if above is not None:
            first, organ = before, organ or above
    if organ is not None:
        return Signature(first, organ, signed_on, line)
    if "月" not in line or not _closes_text(blocks, start, position):
        return None
    below = _organ(_line(blocks, position + 1)) if position + 1 < end else None
    return Signature(position, below, signed_on, line)


def _may_be(what: re.Pattern[str], block: Block) -> bool:
    """Whether a line as printed holds what a signature needs: cheaper than to halve every line."""
    return isinstance(block, Paragraph) and what.search(block.text) is not None


def _closes_text(blocks: Sequence[Block], start: int, position: int) -> bool:
    """Whether the line stands right below a sentence."""
    for before in range(position - 1, start - 1, -1):
        line = _line(blocks, before)
        if line:
            return line[-1] in "。.;!" or line in ("无", "暂无")
        if not isinstance(blocks[before], Paragraph):
            return False
    return False


def _organ(line: str) -> str | None:
    if len(line) > _LONGEST:
        return None
    if line.startswith("(") and line.endswith(")"):
        line = line[1:-1]
    match = _ORGAN_LINE.fullmatch(_LABEL.sub("", line))
    return match["organ"] if match else None


def _line(blocks: Sequence[Block], position: int) -> str:
    """The paragraph without its white space, which only spreads an organ's name over the line;
    empty for a table."""
    block = blocks[position]
    if not isinstance(block, Paragraph):
        return ""
    text = block.text if len(block.text) <= _RUNNING_TEXT * 2 else block.text[-_RUNNING_TEXT:]
    return "".join(halve(text).split())
