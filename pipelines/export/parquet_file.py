"""Parquet, compressed with Zstandard: whole numbers as INT64, others as DOUBLE, times and codes as
text, dictionary-encoded. Needs pyarrow, which is 170 MB and so an extra."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from pipelines.export.source import ExportError
from pipelines.export.tables import Row, Table
from pipelines.export.written import Sheet, Written

_CELLS_OF_GROUP = 150_000
_ROWS_OF_GROUP = range(1_000, 50_000)
"""Rows of a row group by how many columns there are: each is held in memory until it is whole."""


def write_parquet(path: Path, table: Table, rows: Iterable[Row]) -> Written:
    """Raises ExportError where pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise ExportError(
            "Parquet files take pyarrow, which is not installed: `make install-all` brings it"
        ) from error
    types = {"integer": pyarrow.int64(), "number": pyarrow.float64()}
    kinds = [types.get(column.type, pyarrow.string()) for column in table.columns]
    schema = pyarrow.schema(list(zip(table.headers, kinds, strict=True)))
    most = _CELLS_OF_GROUP // len(kinds)
    size = min(max(most, _ROWS_OF_GROUP.start), _ROWS_OF_GROUP.stop)
    count = 0
    rows = iter(rows)
    mixed = [number for number, column in enumerate(table.columns) if column.type == "any"]
    # A file of Python's own says which error of the disk it was.
    with path.open("wb") as file, ParquetWriter(file, schema, compression="zstd") as writer:
        while group := list(islice(rows, size)):
            values: list[Any] = list(zip(*group, strict=True))
            for number in mixed:
                values[number] = [None if v is None else str(v) for v in values[number]]
            arrays = [
                pyarrow.array(column, kind) for column, kind in zip(values, kinds, strict=True)
            ]
            writer.write_table(pyarrow.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    return Written(table.name, path.name, (Sheet(None, count),))
