"""The official forms (统一格式) of the reports since 2019, loaded from data/forms/*.yml.

Those before are lists of indicators and have a module of their own (list_form.py).

A form knows its tables: rows, columns, their labels in all wordings that pages print, units, the
sums that hold (勾稽关系), and with which fields of other forms a field may be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pipelines.reading.form_file import (
    TABLES,
    FormError,
    TableName,
    complete,
    naming_file,
    read_form_files,
)
from pipelines.reading.form_table import Label, Table, read_table
from pipelines.reading.report import APPLICANTS, RESULTS, ROUTES
from pipelines.reading.report import Form as FormId


@dataclass(frozen=True, eq=False)
class Identity:
    """A sum that the form demands: the codes of ``left`` add up to those of ``right``.

    ``across`` "rows": rows are added, in each column; "columns": columns are added, in each row.
    """

    check: str
    table: TableName
    across: Literal["rows", "columns"]
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Comparable:
    """Fields ("disclosure.licences.decisions", "applications.total") of this form whose sum means
    the same as the sum of the fields ``there`` in the form ``form``."""

    form: str
    here: tuple[str, ...]
    there: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Form:
    """A form: its tables in print order and the rules between their cells."""

    id: FormId
    basis: str
    first_year: int
    last_year: int | None
    disclosure: Table
    applications: Table
    proceedings: Table
    identities: tuple[Identity, ...]
    comparable: tuple[Comparable, ...]
    alone: Mapping[str, tuple[str, str]]
    """Fields that are comparable with nothing in other forms, and why (zh, en)."""

    @property
    def tables(self) -> tuple[Table, ...]:
        return (self.disclosure, self.applications, self.proceedings)

    @property
    def fields(self) -> tuple[str, ...]:
        """What is compared with other forms: cells of table two, rows of the others."""
        return tuple(_fields({table.name: table for table in self.tables}))


@lru_cache(maxsize=1)
def load_forms() -> tuple[Form, ...]:
    """Every form of three tables in data/forms, the newest first. Raises FormError."""
    raw = {name: data for name, data in read_form_files().items() if "rows" not in data}
    by_id = {str(data.get("form")): data for data in raw.values()}
    forms = []
    for name, data in raw.items():
        with naming_file(name):
            forms.append(_form(complete(data, by_id)))
    return tuple(sorted(forms, key=lambda form: form.first_year, reverse=True))


def form_of(form_id: FormId) -> Form:
    """The form with this id. Raises KeyError."""
    return {form.id: form for form in load_forms()}[form_id]


def _form(data: dict[str, Any]) -> Form:
    tables = {name: read_table(name, data[name]) for name in TABLES}
    _check_codes(tables["applications"], tables["applications"].columns, APPLICANTS)
    _check_codes(tables["proceedings"], tables["proceedings"].columns, RESULTS)
    _check_codes(tables["proceedings"], tables["proceedings"].rows, ROUTES)
    return Form(
        id=data["form"],
        basis=data["basis"],
        first_year=data["first_year"],
        last_year=data.get("last_year"),
        identities=tuple(_identity(entry, tables) for entry in data["identities"]),
        comparable=tuple(_comparable(data["comparable"], tables)),
        alone=_alone(data["alone"], tables),
        **tables,
    )


def _alone(
    entries: Iterable[dict[str, Any]], tables: Mapping[TableName, Table]
) -> dict[str, tuple[str, str]]:
    """Field → why; an entry may name a row for all of its fields."""
    alone: dict[str, tuple[str, str]] = {}
    for entry in entries:
        for name in entry["fields"]:
            fields = [field for field in _fields(tables) if f"{field}.".startswith(f"{name}.")]
            if not fields:
                raise FormError(f"there is no field {name!r}")
            alone |= dict.fromkeys(fields, (entry["why"]["zh"], entry["why"]["en"]))
    return alone


def _fields(tables: Mapping[TableName, Table]) -> Iterator[str]:
    """The fields that are compared: cells of table two, rows of the others."""
    for name, table in tables.items():
        for row in table.rows:
            if name == "disclosure":
                yield from (f"{name}.{row.code}.{column.code}" for column in row.columns)
            else:
                yield f"{name}.{row.code}"


def _check_codes(table: Table, labels: Iterable[Label], codes: tuple[str, ...]) -> None:
    """The rows or columns that every form shares must stand in the order of the archive's own."""
    if tuple(label.code for label in labels) != codes:
        raise FormError(f"{table.name} must have {', '.join(codes)}, in this order")


def _identity(entry: dict[str, Any], tables: Mapping[TableName, Table]) -> Identity:
    identity = Identity(
        entry["check"],
        entry["table"],
        entry["across"],
        tuple(entry["left"]),
        tuple(entry["right"]),
    )
    table = tables[identity.table]
    known = {label.code for label in (table.rows if identity.across == "rows" else table.columns)}
    for code in (*identity.left, *identity.right):
        if code not in known:
            raise FormError(f"{identity.check}: {identity.table} has no {code!r}")
    return identity


def _comparable(
    entries: Mapping[str, dict[str, Any]], tables: Mapping[TableName, Table]
) -> Iterable[Comparable]:
    for form, entry in entries.items():
        pairs = [(tuple(here), tuple(there)) for here, there in entry.get("pairs", ())]
        paired = {field for here, _ in pairs for field in here}
        for name in entry.get("same", ()):
            for row in tables[name].rows:
                field = f"{name}.{row.code}"
                if field not in paired:
                    pairs.append(((field,), (field,)))
        for here, there in pairs:
            yield Comparable(form, here, there)
