"""The formats of an export that hold rows, each with the module that writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.export.csv_file import write_csv, write_plain_csv
from pipelines.export.excel_file import write_excel
from pipelines.export.parquet_file import write_parquet
from pipelines.export.tables import Row, Table
from pipelines.export.written import Written


@dataclass(frozen=True)
class Format:
    """``write(file, table, rows)`` streams rows into a file that does not exist yet.

    The rest is for the data package: the types that Frictionless finds where they are others than
    the columns', and whether it can check foreign keys, the bytes of a file and its digest.
    """

    suffix: str
    mediatype: str
    write: Callable[[Path, Table, Iterable[Row]], Written]
    read_as: Mapping[str, str] = field(default_factory=dict)
    is_checkable: bool = True


ROW_FORMATS = {
    "csv": Format("csv", "text/csv", write_csv),
    "csv-plain": Format("csv", "text/csv", write_plain_csv),
    "xlsx": Format(
        "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_excel
    ),
    "parquet": Format(
        "parquet",
        "application/vnd.apache.parquet",
        write_parquet,
        # Frictionless reads Parquet through pandas: a gap is NaN, which makes whole numbers floats
        # and is found in no other table.
        read_as={"any": "string", "integer": "number"},
        is_checkable=False,
    ),
}
