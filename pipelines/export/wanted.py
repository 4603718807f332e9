"""What an export is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.export.source import ExportError
from pipelines.export.tables import TABLES, Labels

SQLITE = "sqlite"
"""The format that is a copy of the whole database."""


@dataclass(frozen=True)
class Wanted:
    """``where`` is an SQL condition on the table reports: reports and what belongs to them are then
    only those it holds for, and the panel that of their places and years; places, portals, runs and
    captures stay whole. Raises ExportError for what does not go together."""

    format: str = "csv"
    labels: Labels = "en"
    where: str | None = None
    tables: tuple[str, ...] = TABLES

    def __post_init__(self) -> None:
        if unknown := [name for name in self.tables if name not in TABLES]:
            raise ExportError(f"there is no table {unknown[0]}; there are {', '.join(TABLES)}")
        is_whole = (self.labels, self.where, self.tables) == ("en", None, TABLES)
        if self.format == SQLITE and not is_whole:
            raise ExportError(
                "the format sqlite is a copy of the whole database: "
                "it has no labels, tables or condition to choose"
            )
