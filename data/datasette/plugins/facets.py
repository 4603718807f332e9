"""Facets whose counts were made with the snapshot (pipelines/database/site_counts.py).

metadata.yml marks them: ``{counted: year}``. Of a table that is filtered by more than two frequent
values, or in a live database, all of them are counted in one pass over the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from datasette import hookimpl
from datasette.database import Database, QueryInterrupted
from datasette.facets import Facet
from datasette.filters import Filters
from datasette.plugins import pm
from datasette.utils import (
    await_me_maybe,
    escape_sqlite,
    path_with_added_args,
    path_with_removed_args,
)

from pipelines.database.site_counts import COUNTED, KEPT_VALUES, filter_key

Counts = dict[str, list[tuple[Any, int]]]
"""The values of each facet with their counts, the most frequent first."""

_KEPT = """
SELECT column_name, value, count FROM facet_values
WHERE table_name = ? AND filter = ? AND position <= ?
ORDER BY column_name, position
"""


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    return [CountedFacet]


class CountedFacet(Facet):  # type: ignore[misc]
    type = COUNTED

    async def facet_results(self) -> tuple[list[dict[str, Any]], list[str]]:
        columns = {
            asked["config"]["simple"]: asked["source"] != "metadata" for asked in self.get_configs()
        }
        if not columns:
            return [], []
        database = self.ds.get_database(self.database)
        size = min(self.get_facet_size(), KEPT_VALUES)
        filters, clauses, params = await self._condition()
        chosen = [(column, value) for column, lookup, value in filters if lookup == "exact"]
        counts = None
        # Filtered by nothing, or by values of columns and nothing else.
        if len(clauses) == len(chosen):
            counts = await self._kept(database, filter_key(chosen), size + 1, columns)
        if counts is None:
            try:
                counts = await self._count(database, list(columns), clauses, params, size + 1)
            except QueryInterrupted:
                return [], list(columns)
        return [
            await self._result(column, counts[column], size, hideable)
            for column, hideable in columns.items()
        ], []

    async def _condition(self) -> tuple[list[tuple[str, str, str]], list[str], dict[str, Any]]:
        """The filters that the address names, and the condition that the page makes of all of it.
        Datasette's own query of a later page leaves out the rows before it."""
        args = self.request.args
        names = [name for name in args if not name.startswith("_") or "__" in name]
        filters = Filters(sorted((name, value) for name in names for value in args.getlist(name)))
        clauses, params = filters.build_where_clauses(self.table)
        for hook in pm.hook.filters_from_request(
            request=self.request, table=self.table, database=self.database, datasette=self.ds
        ):
            if found := await await_me_maybe(hook):
                clauses.extend(found.where_clauses)
                params.update(found.params)
        return list(filters.selections()), clauses, params

    async def _kept(
        self, database: Database, key: str, limit: int, columns: Mapping[str, Any]
    ) -> Counts | None:
        """What was counted with the snapshot; None where that was not."""
        if not await database.table_exists("facet_values"):
            return None
        counts: Counts = {column: [] for column in columns}
        found = await database.execute(_KEPT, [self.table, key, limit])
        for column, value, count in found.rows:
            if column in counts:
                counts[column].append((value, count))
        return counts if found.rows else None

    async def _count(
        self,
        database: Database,
        columns: list[str],
        clauses: list[str],
        params: dict[str, Any],
        limit: int,
    ) -> Counts:
        """Count the rows that the table is filtered to; they are looked up once for all facets."""
        where = f" WHERE {' AND '.join(clauses)}" if clauses else ""
        parts = [
            f"SELECT * FROM (SELECT {number} AS facet, {name} AS value, count(*) AS count FROM hits"
            f" WHERE {name} IS NOT NULL GROUP BY 2 ORDER BY 3 DESC, 2 LIMIT {limit})"
            for number, name in enumerate(map(escape_sqlite, columns))
        ]
        found = await database.execute(
            f"WITH hits AS MATERIALIZED (SELECT {', '.join(map(escape_sqlite, columns))}"
            f" FROM {escape_sqlite(self.table)}{where}) {' UNION ALL '.join(parts)}",
            params,
            custom_time_limit=self.ds.setting("facet_time_limit_ms"),
        )
        counts: Counts = {column: [] for column in columns}
        for number, value, count in found.rows:
            counts[columns[number]].append((value, count))
        return counts

    async def _result(
        self, column: str, counts: list[tuple[Any, int]], size: int, hideable: bool
    ) -> dict[str, Any]:
        """A facet as Datasette's template and JSON have it."""
        shown = counts[:size]
        labels = await self.ds.expand_foreign_keys(
            self.database, self.table, column, [value for value, _ in shown]
        )
        pairs = set(parse_qsl(self.request.query_string, keep_blank_values=True))
        # Joining two URLs takes longer than all else that is done for a value.
        origin = self.ds.absolute_url(self.request, "/").rstrip("/")
        results = []
        for value, count in shown:
            selected = (column, str(value)) in pairs
            # Other rows begin with their first page.
            path = (
                path_with_removed_args(
                    self.request, {column: str(value), "_next": self.request.args.get("_next")}
                )
                if selected
                else path_with_added_args(self.request, {column: value, "_next": None})
            )
            results.append(
                {
                    "value": value,
                    "label": labels.get((column, value), value),
                    "count": count,
                    "toggle_url": f"{origin}{self.ds.urls.path(path)}",
                    "selected": selected,
                }
            )
        without = path_with_removed_args(self.request, {f"_facet_{COUNTED}": column})
        return {
            "name": column,
            "type": self.type,
            "hideable": hideable,
            "toggle_url": f"{origin}{self.ds.urls.path(without)}",
            "results": results,
            "truncated": len(counts) > size,
        }

    async def suggest(self) -> list[dict[str, Any]]:
        return []
