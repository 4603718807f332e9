"""A small line of values over years, drawn by the server as one path of SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 140
HEIGHT = 26
MARGIN = 3


@dataclass(frozen=True)
class Sparkline:
    """``path`` is the ``d`` of an SVG path in a box of WIDTH by HEIGHT; ``dots`` are the points of
    values that stand alone, and the last one."""

    path: str
    dots: tuple[tuple[float, float], ...]


def draw(values: Sequence[float | None]) -> Sparkline | None:
    """A line through values at equal distances, from zero up; a gap where there is none. None
    where fewer than two are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return None
    top = max(known) or 1
    step = (WIDTH - 2 * MARGIN) / (len(values) - 1)
    points = [
        None
        if value is None
        else (
            round(MARGIN + n * step, 1),
            round(HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * value / top, 1),
        )
        for n, value in enumerate(values)
    ]
    parts, dots = [], []
    for n, point in enumerate(points):
        if point is None:
            continue
        before = points[n - 1] if n else None
        after = points[n + 1] if n + 1 < len(points) else None
        parts.append(f"{'M' if before is None else 'L'}{point[0]} {point[1]}")
        if before is None and after is None:
            dots.append(point)
    last = next(point for point in reversed(points) if point is not None)
    return Sparkline("".join(parts), tuple(dict.fromkeys([*dots, last])))
