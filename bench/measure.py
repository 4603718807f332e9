"""Series of measurements, and how they are shown beside each other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Protocol

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Series:
    """The figures of one way to do the work, one a round; ``goal`` says what the ratio of ours to
    this one ought to be."""

    name: str
    figures: tuple[float, ...]
    goal: str = ""

    @property
    def median(self) -> float:
        return median(self.figures)


@dataclass(frozen=True, slots=True)
class Result:
    """A benchmark: our series and those of its peers, all in the same ``unit``; ``note`` says on
    what it was measured."""

    title: str
    unit: str
    note: str
    ours: Series
    peers: tuple[Series, ...]

    def ratio(self, peer: Series) -> float:
        """Ours to the peer's: the median over the rounds, in each of which both had the same
        machine."""
        return median(our / its for our, its in zip(self.ours.figures, peer.figures, strict=True))

    def show(self) -> None:
        table = Table(
            "",
            self.unit,
            "range",
            "n",
            "ours / this",
            "goal",
            title=self.title,
            title_justify="left",
        )
        for series in (self.ours, *self.peers):
            low, high = min(series.figures), max(series.figures)
            ratio = "" if series is self.ours else f"{self.ratio(series):.2f}"
            table.add_row(
                series.name,
                f"{series.median:.2f}",
                f"{low:.2f}–{high:.2f}",
                str(len(series.figures)),
                ratio,
                series.goal,
            )
        console = Console(width=110)
        console.print(table)
        console.print(f"{self.note}\n")

    def to_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "unit": self.unit,
            "note": self.note,
            "series": [
                {
                    "name": series.name,
                    "median": series.median,
                    "figures": series.figures,
                    "ratio": self.ratio(series),
                    "goal": series.goal,
                }
                for series in (self.ours, *self.peers)
            ],
        }


def measure_in_turn(
    ways: Mapping[str, Callable[[bytes], object]], bodies: Sequence[bytes], rounds: int
) -> list[Series]:
    """A series for each way to read the bodies: milliseconds each, of processor time, which other
    programs on the machine disturb least."""
    for way in ways.values():
        way(bodies[0])
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            started = time.process_time()
            for body in bodies:
                way(body)
            figures[name].append((time.process_time() - started) / len(bodies) * 1000)
    return [Series(name, tuple(row)) for name, row in figures.items()]


class Shown(Protocol):
    """What a benchmark gives: shown on a terminal, and kept."""

    def to_json(self) -> dict[str, object]: ...


def write_json(results: Sequence[Shown], file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(
        json.dumps([result.to_json() for result in results], ensure_ascii=False, indent=1) + "\n",
        encoding="utf-8",
    )
