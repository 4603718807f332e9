"""The files of the official forms (data/forms/*.yml): read, their keys checked, and completed from
the forms that they are like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import yaml

from pipelines.yaml_file import read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "data" / "forms"

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


def complete(data: dict[str, Any], forms: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
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
