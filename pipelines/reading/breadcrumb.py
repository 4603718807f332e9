"""The breadcrumb (您所在的位置) of a page: the columns that lead to it, as printed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.reading.halfwidth import halve
from pipelines.reading.report import Block, Paragraph

_LABEL = re.compile(
    r".{0,4}(?:当前|目前|所在|现在|您|你)[^:>]{0,6}?位置(?:是|在)?\s*:?\s*|位置\s*:\s*"
)
_ARROW = re.compile(r"\s*(?:-*>+|›|»|→)\s*")
_STROKE = re.compile(r"\s*[/|\\]\s*|\s+[-·]\s+")
_HOME = re.compile(r"(?:网站|本站|政府)?首页|主页")
_MOST_STEPS = 24
_LONGEST_STEP = 40  # characters


def read_breadcrumb(blocks: Sequence[Block], index: int) -> tuple[str, ...]:
    """The steps that paragraph ``index`` prints, or that follow it a paragraph each where it is
    only the label; empty if it is no breadcrumb. Without a label it must start at the home page and
    have arrows."""
    block = blocks[index]
    if not isinstance(block, Paragraph):
        return ()
    text = block.text
    if "位置" not in text and not _HOME.match(text):
        return ()
    label = _LABEL.match(halve(text))
    if label is None:
        if not _ARROW.search(halve(text)):
            return ()
        return _split(text)
    rest = text[label.end() :]
    if not _ARROW.search(halve(rest)):
        rest += _steps_below(blocks, index + 1)
    return _split(rest)


def _steps_below(blocks: Sequence[Block], start: int) -> str:
    joined = ""
    for block in blocks[start : start + _MOST_STEPS]:
        text = block.text if isinstance(block, Paragraph) else ""
        if not text or len(text) > _LONGEST_STEP:
            break
        starts = _ARROW.match(halve(text))
        if joined and not starts and not _ARROW.search(halve(joined[-2:])):
            break
        joined += text
    return joined if _ARROW.search(halve(joined)) else ""


def _split(text: str) -> tuple[str, ...]:
    plain = halve(text)
    separator = _ARROW if _ARROW.search(plain) else _STROKE
    steps, start = [], 0
    for match in separator.finditer(plain):
        steps.append(text[start : match.start()].strip())
        start = match.end()
    steps.append(text[start:].strip())
    return tuple(step for step in steps if step)
