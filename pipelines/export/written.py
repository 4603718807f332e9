"""What was written of one table."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """A part of a table with a header of its own; ``name`` is None where the format has none."""

    name: str | None
    rows: int


@dataclass(frozen=True)
class Written:
    """The file of a table, its sheets in order, and how many texts were too long for the format."""

    table: str
    file: str
    sheets: tuple[Sheet, ...]
    shortened: int = 0

    @property
    def rows(self) -> int:
        return sum(sheet.rows for sheet in self.sheets)
