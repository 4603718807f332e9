"""A page as print: glyphs and ruled lines with their places, and lines of text made of glyphs.

PDF pages, OFD pages and scanned pages all become a ``Page``. Places are in points (1/72 inch), x to
the right and y downwards from the page's top left corner, as the page is held when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple


class Glyph(NamedTuple):
    """One character with its box; or, from OCR, one run of characters with its ``confidence``
    (0 to 1) and the ``other`` way to read it, where there is one. ``turn`` is the direction of
    writing: 0 to the right, 90 downwards, 180 to the left, 270 upwards."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    turn: int = 0
    confidence: float | None = None
    other: str | None = None


class Rule(NamedTuple):
    """A straight line along one axis: ``at`` is its y (x), ``start`` and ``end`` its x (y)."""

    at: float
    start: float
    end: float


class Box(NamedTuple):
    """A filled rectangle."""

    x0: float
    y0: float
    x1: float
    y1: float


SMALLEST_TABLE = 30_000.0
"""Square points that a picture of a table of the form takes at least; a seal takes half of it."""


class Page(NamedTuple):
    """``pictured`` is the square points that the page's pictures take."""

    width: float
    height: float
    glyphs: list[Glyph]
    across: list[Rule]
    down: list[Rule]
    boxes: Sequence[Box] = ()
    pictured: float = 0.0


class Line(NamedTuple):
    """Glyphs on one base line. ``em`` is about the width of a Chinese character in it. ``row`` is
    the text with bars where words stand apart as cells do; "" where OCR has read it."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    em: float
    row: str = ""

    @property
    def middle(self) -> float:
        return (self.y0 + self.y1) / 2


_WHITE = re.compile(r"[\s\u3000\xa0]+")
_INVISIBLE = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])
_WORD = re.compile(r"[A-Za-z]")


def fold(text: str) -> str:
    """White space folded to single spaces and gone at both ends; invisible characters gone."""
    return _WHITE.sub(" ", text.translate(_INVISIBLE)).strip()


def join_lines(lines: Iterable[str]) -> str:
    """One text of the lines a paragraph or cell was broken into. Chinese text and numbers break
    anywhere, so only Latin words get a space between them."""
    text = ""
    for line in lines:
        between = " " if _WORD.match(text[-1:]) and _WORD.match(line[:1]) else ""
        text += between + line
    return text


def find_lines(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of some glyphs in reading order, whichever way they are turned."""
    if _runs_down(glyphs):
        return [_turned_back(line, 90) for line in _upright_lines(list(map(_stacked, glyphs)))]
    lines: list[Line] = []
    for turn in sorted({glyph.turn for glyph in glyphs}):
        turned = [_upright(glyph) for glyph in glyphs if glyph.turn == turn]
        lines += [_turned_back(line, turn) for line in _upright_lines(turned)]
    return lines


def _runs_down(glyphs: Sequence[Glyph]) -> bool:
    """Whether these glyphs, in the order of the file, are columns of vertical writing, where
    Chinese characters stand upright and figures lie."""
    down = right = 0
    for glyph, following in pairwise(glyphs):
        em = glyph.x1 - glyph.x0
        if glyph.turn == 0 and glyph.text > "\u2e80" and following.turn in (0, 90):
            stays = abs(following.x0 + following.x1 - glyph.x0 - glyph.x1) < 0.5 * em
            down += stays and 0 < following.y0 - glyph.y0 < 1.5 * em
            right += abs(following.y0 - glyph.y0) < 0.5 * em
    return down > 0 and not right and len({glyph.turn for glyph in glyphs} - {0}) < 2


def _stacked(glyph: Glyph) -> Glyph:
    return _upright(glyph._replace(turn=90))


def _upright(glyph: Glyph) -> Glyph:
    """The glyph as it would lie if the page were turned so that it stands upright."""
    text, x0, y0, x1, y1, turn, *_ = glyph
    if turn == 90:
        return Glyph(text, y0, -x1, y1, -x0)
    if turn == 180:
        return Glyph(text, -x1, -y1, -x0, -y0)
    if turn == 270:
        return Glyph(text, -y1, x0, -y0, x1)
    return glyph


def _turned_back(line: Line, turn: int) -> Line:
    _, x0, y0, x1, y1, *_ = line
    if turn == 90:
        return line._replace(x0=-y1, y0=x0, x1=-y0, y1=x1)
    if turn == 180:
        return line._replace(x0=-x1, y0=-y1, x1=-x0, y1=-y0)
    if turn == 270:
        return line._replace(x0=y0, y0=-x1, x1=y1, y1=-x0)
    return line


def _upright_lines(glyphs: list[Glyph]) -> list[Line]:
    groups: list[list[Glyph]] = []
    middle = 0.0
    for glyph in sorted(glyphs, key=lambda glyph: glyph.y0 + glyph.y1):
        centre = (glyph.y0 + glyph.y1) / 2
        # Small type beside large (a note mark, a unit) is off the middle by less than this.
        if groups and centre - middle < 0.4 * min(
            glyph.y1 - glyph.y0, groups[-1][-1].y1 - groups[-1][-1].y0
        ):
            groups[-1].append(glyph)
        else:
            groups.append([glyph])
        middle += (centre - middle) / len(groups[-1])
    lines = [_line(sorted(group, key=lambda glyph: glyph.x0)) for group in groups]
    return [line for line in lines if line.text]


def _line(glyphs: list[Glyph]) -> Line:
    em = _em(glyphs)
    parts: list[str] = []
    cells: list[str] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if last is not None:
            both_words = last.text[-1:].isascii() and glyph.text[:1].isascii()
            gap = glyph.x0 - last.x1
            if gap > (0.25 if both_words else 0.6) * em:
                parts.append(" ")
                cells.append(" | " if gap > em else " ")
        parts.append(glyph.text)
        cells.append(glyph.text)
        last = glyph
    inked = [glyph for glyph in glyphs if not glyph.text.isspace()] or glyphs
    return Line(
        fold("".join(parts)),
        inked[0].x0,
        min(glyph.y0 for glyph in inked),
        max(glyph.x1 for glyph in inked),
        max(glyph.y1 for glyph in inked),
        em,
        fold("".join(cells)) if all(glyph.confidence is None for glyph in glyphs) else "",
    )


def _em(glyphs: list[Glyph]) -> float:
    wide = [
        glyph.x1 - glyph.x0 for glyph in glyphs if len(glyph.text) == 1 and glyph.text > "\u2e80"
    ]
    return median(wide) if wide else 0.8 * max(glyph.y1 - glyph.y0 for glyph in glyphs)
