"""What a table's page says of its columns: headings, explanations, what to filter by.

The wide view has some 240 columns. A template that writes each of them takes fifty milliseconds a
page; what is said is the same on each page of a table, so it is written once a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import lru_cache
from typing import Any

from datasette import hookimpl
from datasette.utils import path_with_replaced_args, to_css_class
from datasette.utils.asgi import Request
from markupsafe import Markup, escape

from pipelines.columns import Text, column_text
from pipelines.site.definitions import chinese_pieces
from pipelines.site.language import Language, asked
from pipelines.site.words import note, say, side, title

KEPT_TABLES = 128
KEPT_COLUMNS = 4_096


@hookimpl
def extra_template_vars() -> dict[str, Any]:
    return {
        "column_notes": column_notes,
        "column_options": column_options,
        "column_headings": column_headings,
    }


def column_notes(table: str, columns: Iterable[dict[str, Any]]) -> Markup:
    """The terms and explanations of the columns that are described, for a ``<dl>``."""
    return _notes(table, tuple(column["name"] for column in columns), asked.get().language)


def column_options(table: str, columns: Iterable[str], chosen: str) -> Markup:
    """The columns as ``<option>``s."""
    return _options(table, tuple(columns), chosen, asked.get().language)


def column_headings(
    table: str,
    columns: Iterable[dict[str, Any]],
    sort: str,
    sort_desc: str,
    request: Request,
    fix_path: Callable[[str], str],
) -> Markup:
    """The columns' ``<th>``s: name in the reader's language over that in SQL, a link that sorts by
    it, a tooltip, what table.js makes its menu of."""
    language = asked.get().language
    cells = []
    for column in columns:
        name = column["name"]
        facts = (name, column["type"], column["notnull"], column["is_pk"])
        attributes = _attributes(table, *facts, column.get("description"), language)
        sign = " ▲" if name == sort else " ▼" if name == sort_desc else ""
        heading = _heading(table, name, sign if column["sortable"] else "", language)
        if column["sortable"]:
            by, not_by = ("_sort_desc", "_sort") if name == sort else ("_sort", "_sort_desc")
            changed = path_with_replaced_args(request, {by: name, not_by: None, "_next": None})
            heading = Markup(f'<a href="{escape(fix_path(changed))}" rel="nofollow">{heading}</a>')
        cells.append(f"<th {attributes}>{heading}</th>")
    return Markup("\n".join(cells))


@lru_cache(KEPT_TABLES)
def _notes(table: str, columns: tuple[str, ...], language: Language) -> Markup:
    entry = Markup('<dt>{} <small class="code">{}</small></dt>\n<dd>{}</dd>\n')
    described = ((name, text) for name in columns if (text := _text(table, name)))
    return Markup("").join(
        entry.format(
            _marked(title(text, language), language), name, _marked(note(text, language), language)
        )
        for name, text in described
    )


def _marked(text: str, language: Language) -> str | Markup:
    """What a text quotes in Chinese marked as such on an English page."""
    if language == "zh":
        return text
    quoted = Markup('<span lang="zh-CN">{}</span>')
    return Markup("").join(
        quoted.format(piece) if is_chinese else escape(piece)
        for piece, is_chinese in chinese_pieces(text)
    )


@lru_cache(KEPT_TABLES)
def _options(table: str, columns: tuple[str, ...], chosen: str, language: Language) -> Markup:
    entry = Markup('<option value="{}"{}>{}</option>\n')
    selected = Markup(" selected")
    texts = ((name, _text(table, name)) for name in columns)
    return Markup("").join(
        entry.format(
            name,
            selected if name == chosen else "",
            f"{title(text, language)} {name}" if text else name,
        )
        for name, text in texts
    )


@lru_cache(KEPT_COLUMNS)
def _attributes(
    table: str,
    name: str,
    kind: str,
    notnull: int,
    is_pk: bool,
    description: str | None,
    language: Language,
) -> Markup:
    said = {
        "title": _hint(_text(table, name), language),
        "data-column-description": side(description, language),
    }
    attributes = {key: value for key, value in said.items() if value} | {
        "class": f"col-{to_css_class(name)}",
        "scope": "col",
        "data-column": name,
        "data-column-type": kind.lower(),
        "data-column-not-null": notnull,
        "data-is-pk": int(is_pk),
    }
    entry = Markup('{}="{}"')
    return Markup(" ").join(entry.format(*attribute) for attribute in attributes.items())


@lru_cache(KEPT_COLUMNS)
def _heading(table: str, name: str, sign: str, language: Language) -> Markup:
    if name == "Link":
        return Markup("{}").format(say("common.row", language))
    if text := _text(table, name):
        entry = Markup('{}{} <small class="code">{}</small>')
        return entry.format(title(text, language), sign, name)
    return Markup("{}{}").format(name, sign)


def _hint(text: Text | None, language: Language) -> str:
    if text is None:
        return ""
    colon = ": " if language == "en" else "："
    said = note(text, language)
    return title(text, language) + (f"{colon}{said}" if said else "")


def _text(table: str, column: str) -> Text | None:
    with suppress(KeyError):
        return column_text(table, column)
    return None
