"""Facets whose counts over a whole table were made with the snapshot (pipelines/site_tables.py).

metadata.yml marks them: ``{counted: year}``. Of a table that is filtered, or in a live database,
they are counted as Datasette counts its own.
"""

from __future__ import annotations

from typing import Any

from datasette import hookimpl
from datasette.facets import ColumnFacet, Facet
from datasette.utils import escape_sqlite, path_with_added_args, path_with_removed_args

from pipelines.site_tables import COUNTED, KEPT_VALUES

_COUNTS = """
SELECT value, count FROM facet_counts WHERE table_name = ? AND column_name = ? ORDER BY position
"""


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    return [CountedFacet]


class CountedFacet(ColumnFacet):  # type: ignore[misc]
    type = COUNTED

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        database = self.ds.get_database(self.database)
        size = self.get_facet_size()
        is_whole = self.sql.rstrip().endswith(f"from {escape_sqlite(self.table or '')}")
        if not is_whole or size > KEPT_VALUES or not await database.table_exists("facet_counts"):
            found: tuple[list[dict[str, Any]], list[str]] = await super().facet_results()
            return found
        results = []
        for asked in self.get_configs():
            column = asked["config"]["simple"]
            counts = (await database.execute(_COUNTS, [self.table, column])).rows
            shown = [(row["value"], row["count"]) for row in counts[:size]]
            labels = await self.ds.expand_foreign_keys(
                self.database, self.table, column, [value for value, _ in shown]
            )
            results.append(
                {
                    "name": column,
                    "type": self.type,
                    "hideable": asked["source"] != "metadata",
                    "toggle_url": self._url(
                        path_with_removed_args(self.request, {f"_facet_{COUNTED}": column})
                    ),
                    "results": [
                        {
                            "value": value,
                            "label": labels.get((column, value), value),
                            "count": count,
                            "toggle_url": self._url(
                                path_with_added_args(self.request, {column: value})
                            ),
                            "selected": False,
                        }
                        for value, count in shown
                    ],
                    "truncated": len(counts) > size,
                }
            )
        return results, []

    def _url(self, path: str) -> str:
        return str(self.ds.absolute_url(self.request, self.ds.urls.path(path)))

    async def suggest(self) -> list[dict[str, Any]]:
        return []
