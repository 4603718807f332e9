"""How long the pages of a site took, and how that is shown."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median, quantiles

from rich.console import Console
from rich.table import Table

_GOAL, _SEARCH_GOAL = 200, 50


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds that each of several requests took, and of the server's processor time in the
    mean, which other programs on the machine disturb least."""

    waited: tuple[float, ...]
    busy: float

    @property
    def p50(self) -> float:
        return median(self.waited)

    @property
    def p95(self) -> float:
        return quantiles(self.waited, n=20)[-1]


@dataclass(frozen=True, slots=True)
class Pages:
    """How long each kind of page took; shown and kept like a ``Result``."""

    title: str
    note: str
    times: dict[str, Times]

    def show(self) -> None:
        columns = ("page", "p50 ms", "p95 ms", "goal", "processor ms")
        table = Table(*columns, title=self.title, title_justify="left")
        for kind, times in self.times.items():
            figures = (f"{times.p50:.0f}", f"{times.p95:.0f}", f"< {_goal(kind)}")
            table.add_row(kind, *figures, f"{times.busy:.0f}")
        console = Console(width=110)
        console.print(table)
        console.print(f"{self.note}\n")

    def to_json(self) -> dict[str, object]:
        return {
            "title": self.title,
            "unit": "ms",
            "note": self.note,
            "series": [
                {
                    "name": kind,
                    "median": times.p50,
                    "p95": times.p95,
                    "goal": _goal(kind),
                    "processor": times.busy,
                }
                for kind, times in self.times.items()
            ],
        }


def _goal(kind: str) -> int:
    return _SEARCH_GOAL if kind.startswith("search") else _GOAL
