"""With which fields of other forms a field may be compared (可比口径): fields are never chained
across eras but where the forms' data says so.

A field is "applications.received" or "disclosure.licences.decisions" in the forms since 2019, an
indicator's code in the lists before, and the code of a statement in the form "narrative".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from pipelines.columns import row_text
from pipelines.reading.form import load_forms
from pipelines.reading.list_form import load_list_forms
from pipelines.reading.statements import load_statements
from pipelines.wide import wide_columns

NARRATIVE = "narrative"


class Match(NamedTuple):
    """The sum of the fields ``here`` may be compared with that of ``there`` in ``form``."""

    here: tuple[str, ...]
    form: str
    there: tuple[str, ...]


class Field(NamedTuple):
    """A field and with what it may be compared. ``why`` says (zh, en) why no later form has
    anything that it may be compared with (for the forms since 2019: no other form). ``seen`` is
    "page" or "form" in lists."""

    form: str
    name: str
    zh: str
    en: str
    unit: str
    seen: str
    matches: tuple[Match, ...]
    why: tuple[str, str] | None


@lru_cache(maxsize=1)
def load_fields() -> tuple[Field, ...]:
    """Every field of every form, the newest form first, in the order of print."""
    matches = tuple(dict.fromkeys(_both_ways()))
    return tuple(
        field._replace(
            matches=tuple(
                match
                for form, match in matches
                if form == field.form and any(_is_part(here, field.name) for here in match.here)
            )
        )
        for field in _fields()
    )


def _is_part(name: str, field: str) -> bool:
    """Whether a name is that of a field, or of one of its columns."""
    return f"{name}.".startswith(f"{field}.")


def _both_ways() -> Iterator[tuple[str, Match]]:
    """(form, match): what one form's data says of another holds the other way round too."""
    for form, here, other, there in _said():
        yield form, Match(here, other, there)
        yield other, Match(there, form, here)


def _said() -> Iterator[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    for form in load_forms():
        for entry in form.comparable:
            yield form.id, entry.here, entry.form, entry.there
    for old in load_list_forms():
        for other, pairs in old.comparable.items():
            for here, there in pairs:
                yield old.id, here, other, there
    for statement in load_statements():
        for other, there in statement.comparable.items():
            yield NARRATIVE, (statement.code,), other, there


def _fields() -> Iterator[Field]:
    wide: dict[str, tuple[str, str, str]] = {}
    for column in wide_columns():
        text = row_text(column)
        name = f"{column.table}.{column.row.code}"
        wide.setdefault(name, (text.zh, text.en, "件"))
        both = (f"{text.zh}·{column.column.zh}", f"{text.en}, {column.column.en}")
        wide[f"{name}.{column.column.code}"] = (*both, column.column.unit)
    for form in load_forms():
        for name in form.fields:
            yield Field(form.id, name, *wide[name], "", (), form.alone.get(name))
    for old in load_list_forms():
        for row in old.rows:
            why = old.alone.get(row.code)
            yield Field(old.id, row.code, row.zh, row.en, row.unit, row.seen, (), why)
    for entry in load_statements():
        yield Field(NARRATIVE, entry.code, entry.zh, entry.en, "", "", (), entry.alone)
