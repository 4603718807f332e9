"""The official forms (统一格式) of the reports since 2019, loaded from data/forms/*.yml.

Those before are lists of indicators and have a module of their own (list_form.py).

A form knows its tables: rows, columns, their labels in all wordings that pages print, units, the
sums that hold (勾稽关系), and with which fields of other forms a field may be compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml

from pipelines.form_layout import Layout, read_layout
from pipelines.labels import fold_label
from pipelines.numbers import MONEY
from pipelines.report import APPLICANTS, RESULTS, ROUTES
from pipelines.report import Form as FormId
from pipelines.yaml_file import read_yaml

FOLDER = Path(__file__).resolve().parent.parent / "data" / "forms"

TableName = Literal["disclosure", "applications", "proceedings"]
TABLES: tuple[TableName, ...] = ("disclosure", "applications", "proceedings")

_KEYS = {
    *("form", "basis", "first_year", "last_year", "like", *TABLES, "identities"),
    *("comparable", "alone"),
}
_LIST_KEYS = {
    *("form", "report_form", "basis", "first_year", "last_year", "title", "signs", "head"),
    *("scopes", "ignored", "rows", "sums", "comparable", "alone"),
}
_TABLE_KEYS = {
    *("title", "begins", "begins_with", "ignored", "ignored_beginnings"),
    *("parts", "groups", "spanning", "rows", "columns", "distinct", "layout"),
}


class FormError(ValueError):
    """A form file is wrong: one sentence with the file's name."""


@dataclass(frozen=True, eq=False)
class Label:
    """A row, column or title: its code, its name in both languages, its other wordings."""

    code: str
    zh: str
    en: str
    labels: tuple[str, ...] = ()

    @cached_property
    def folded(self) -> frozenset[str]:
        """Every wording as ``fold_label`` leaves it."""
        return frozenset(fold_label(label) for label in (self.zh, *self.labels))


@dataclass(frozen=True, eq=False)
class Column(Label):
    """A column. ``unit`` is the unit its values are kept in; ``printed_unit`` the unit that the
    form prints in the header, if any; ``signed`` columns hold changes (本年增/减)."""

    unit: str = "件"
    printed_unit: str | None = None
    signed: bool = False

    @cached_property
    def is_money(self) -> bool:
        """Whether the column holds amounts of money."""
        return self.unit in MONEY


@dataclass(frozen=True, eq=False)
class Row(Label):
    """A row and its columns from left to right."""

    columns: tuple[Column, ...] = ()

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the columns."""
        return tuple(column.code for column in self.columns)


@dataclass(frozen=True, eq=False)
class Table:
    """One of the three tables. ``parts`` are labels that begin it or a part of it (申请人情况),
    ``groups`` labels before rows (（三）不予公开), ``spanning`` labels over several columns
    (法人或其他组织), ``ignored`` labels that carry nothing,
    ``distinct`` codes of the rows and columns that no other form has. ``begins_with`` and
    ``ignored_beginnings`` are the first words of longer texts of the first and third kind."""

    name: TableName
    title: Label
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    parts: tuple[str, ...]
    groups: tuple[str, ...]
    spanning: tuple[str, ...]
    ignored: tuple[str, ...]
    begins_with: tuple[str, ...]
    ignored_beginnings: tuple[str, ...]
    distinct: frozenset[str]
    layout: Layout

    @cached_property
    def row(self) -> Mapping[str, Row]:
        return {row.code: row for row in self.rows}

    @cached_property
    def column(self) -> Mapping[str, Column]:
        return {column.code: column for column in self.columns}


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
            forms.append(_form(_complete(data, by_id)))
    return tuple(sorted(forms, key=lambda form: form.first_year, reverse=True))


def form_of(form_id: FormId) -> Form:
    """The form with this id. Raises KeyError."""
    return {form.id: form for form in load_forms()}[form_id]


@contextmanager
def naming_file(name: str) -> Iterator[None]:
    """Whatever is wrong with a form that is built within is a FormError that names its file."""
    try:
        yield
    except (KeyError, TypeError, AttributeError) as error:
        raise FormError(f"data/forms/{name}: {error!r} is missing or of the wrong kind") from error
    except FormError as error:
        raise FormError(f"data/forms/{name}: {error}") from error


def read_form_files() -> Mapping[str, dict[str, Any]]:
    """The files in data/forms by their names; a list of indicators has its own ``rows``. Raises
    FormError."""
    return {path.name: _read(path) for path in sorted(FOLDER.glob("*.yml"), reverse=True)}


def _read(path: Path) -> dict[str, Any]:
    try:
        data = read_yaml(path)
    except yaml.YAMLError as error:
        sentence = " ".join(str(error).split())
        raise FormError(f"data/forms/{path.name}: not YAML: {sentence}") from error
    if not isinstance(data, dict):
        raise FormError(f"data/forms/{path.name}: a form is a mapping")
    own = _LIST_KEYS if "rows" in data else _KEYS
    for keys, allowed in ((data.keys(), own), *((data.get(t, {}), _TABLE_KEYS) for t in TABLES)):
        if unknown := set(keys) - allowed:
            raise FormError(f"data/forms/{path.name}: there is no key {sorted(unknown)[0]!r}")
    return data


def _complete(data: dict[str, Any], forms: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The data with what it leaves out taken from the form it is ``like``."""
    if "like" not in data:
        return data
    if data["like"] not in forms:
        raise FormError(f"there is no form {data['like']!r} to be like")
    model = forms[data["like"]]
    merged = model | data
    for table in TABLES:
        there = {row["code"]: row for row in model[table]["rows"]}
        here = model[table] | data.get(table, {})
        rows = [there[row] if isinstance(row, str) else row for row in here["rows"]]
        merged[table] = here | {"rows": rows}
    return merged


def _form(data: dict[str, Any]) -> Form:
    tables = {name: _table(name, data[name]) for name in TABLES}
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


def _table(name: TableName, data: dict[str, Any]) -> Table:
    columns = {entry["code"]: Column(**_label(entry)) for entry in data["columns"]}
    of_row: dict[str, tuple[Column, ...]] = {}
    for part in data.get("parts", ()):
        for row in part["rows"]:
            of_row[row] = tuple(columns[code] for code in part["columns"])
    rows = tuple(
        Row(**_label(entry), columns=of_row.get(entry["code"], tuple(columns.values())))
        for entry in data["rows"]
    )
    for kind, labels in (("row", rows), ("column", tuple(columns.values()))):
        _check_unambiguous(f"{kind} of {name}", labels)
    distinct = frozenset(data.get("distinct", ()))
    if unknown := distinct - {label.code for label in (*rows, *columns.values())}:
        raise FormError(f"{name} has no row or column {sorted(unknown)[0]!r} to be distinct")
    return Table(
        name=name,
        title=Label(**_label({"code": name} | data["title"])),
        rows=rows,
        columns=tuple(columns.values()),
        parts=(*data.get("begins", ()), *(part["label"] for part in data.get("parts", ()))),
        groups=tuple(data.get("groups", ())),
        spanning=tuple(data.get("spanning", ())),
        ignored=tuple(data.get("ignored", ())),
        begins_with=tuple(data.get("begins_with", ())),
        ignored_beginnings=tuple(data.get("ignored_beginnings", ())),
        distinct=distinct,
        layout=read_layout(data, rows, tuple(columns.values())),
    )


def _label(entry: dict[str, Any]) -> dict[str, Any]:
    return entry | {"labels": tuple(entry.get("labels", ()))}


def _check_unambiguous(where: str, labels: Iterable[Label]) -> None:
    codes: set[str] = set()
    wordings: dict[str, str] = {}
    for label in labels:
        if label.code in codes:
            raise FormError(f"{where}: the code {label.code!r} stands twice")
        codes.add(label.code)
        for wording in label.folded:
            if wordings.setdefault(wording, label.code) != label.code:
                raise FormError(
                    f"{where}: {wording!r} means both {wordings[wording]!r} and {label.code!r}"
                )


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
