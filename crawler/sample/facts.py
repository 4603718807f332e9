"""The reports of one county: who has published what, in which variant, with which mistake."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from random import Random

from crawler.sample.figures import Cell
from crawler.sample.mistakes import MISTAKES, Mistake
from crawler.sample.places import County, Unit
from crawler.sample.report_html import STYLES, Style
from crawler.sample.reports import YEARS, Report, write


@dataclass
class Facts:
    """Reports are written anew whenever asked for. ``corrections`` are cells that are printed
    otherwise since, by body and year."""

    county: County
    seed: str
    corrections: dict[tuple[Unit, int], dict[str, Cell]] = field(default_factory=dict)

    def report(self, unit: Unit, year: int) -> Report:
        """A body's report for a year as its page prints it."""
        report = self._write(unit, year)
        report.figures.cells |= self.corrections.get((unit, year), {})
        if self.style(unit, year).full_width:
            report.figures.in_full_width()
        return report

    def _write(self, unit: Unit, year: int) -> Report:
        report = write(self.county, unit, year, self._seed)
        if mistake := self._mistakes.get((unit, year)):
            mistake.make(report, Random(f"{self._seed} {unit.slug} {year} {mistake.name}"))
        return report

    def head(self, unit: Unit, year: int) -> tuple[str, datetime]:
        """Title and time of publication."""
        report = self._write(unit, year)
        return report.title, report.published

    def style(self, unit: Unit, year: int) -> Style:
        """Bodies change the way they make their report from year to year; pages of the old template
        keep to the old way."""
        if unit.looks_old:
            return STYLES["old"]
        names = [name for name in STYLES if name != "old"]
        return STYLES[names[(unit.number * 5 + year) % len(names)]]

    @property
    def _seed(self) -> str:
        return f"{self.seed} {self.county.code}"

    @cached_property
    def _mistakes(self) -> dict[tuple[Unit, int], Mistake]:
        """Each mistake once a county, as far as there are enough reports: about every fourth report
        of the bundled sample has one."""
        random = Random(f"{self._seed} mistakes")
        free = [(unit, year) for unit in self.county.units for year in YEARS]
        random.shuffle(free)
        made: dict[tuple[Unit, int], Mistake] = {}
        for mistake in MISTAKES[: len(free) // 3]:
            for place in free:
                if mistake.fits(place[1], place[0].kind):
                    made[place] = mistake
                    free.remove(place)
                    break
        return made
