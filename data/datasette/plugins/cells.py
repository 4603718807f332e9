"""How a cell is shown: links to what it refers to, words for codes, JSON as what it stands for.

Everything that a page printed is text here: it is escaped, and a URL is a link only where it is
one to a web page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode, to_css_class
from markupsafe import Markup, escape

from pipelines.columns import value_text
from pipelines.reasons import reason_zh
from pipelines.site.language import asked

REFERENCES = {
    "report": "reports",
    "previous": "reports",
    "moved_to": "reports",
    "replaces": "reports",
    "capture": "captures",
    "revisits": "captures",
    "part_of": "captures",
    "run": "runs",
    "table_id": "tables",
    "division": "divisions",
    "parent": "divisions",
    "publisher": "publishers",
    "portal": "portals",
}
"""Column of a table, a view or a query → the table whose row it names."""

PAGES = {
    "reports": "/-/report/",
    "divisions": "/-/division/",
    "captures": "/-/archived/",
}
"""Table → the page that shows a row of it to a reader."""

LONGEST_URL = 60

_MEANING_NUMBERS = {*REFERENCES, "id", "current", "synthetic", "same_bytes"}
"""Columns whose numbers are not just numbers. All others are passed by at once: the wide view has
thousands of them on a page."""

_CHINESE = re.compile("[\u3400-\u9fff]")

TIMES = ("_at", "_seen", "started", "finished")
"""Endings of the names of columns that hold times."""


@hookimpl
def render_cell(
    row: Any, value: Any, column: str, table: str | None, database: str, datasette: Datasette
) -> Markup | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return _link_label(datasette, database, column, value)
    if column == "other" and table == "events":
        return _link_row(datasette, database, "reports", value, value)
    if isinstance(value, int | float) and column not in _MEANING_NUMBERS:
        return None
    if column == "url" or column.endswith("_url"):
        return link_out(str(value))
    if column in ("id", "title") and table in ("reports", "report_wide", "indicators"):
        return _link_row(datasette, database, "reports", row["id"], value)
    if column == "raw" and table in ("figures", "disclosure", "statistics"):
        return _link_cell(row, value, datasette)
    if column == "id" and table == "captures":
        return _link_row(datasette, database, table, value, value)
    if column in REFERENCES:
        return _link_row(datasette, database, REFERENCES[column], value, value)
    if isinstance(value, str) and (column == "at" or column.endswith(TIMES)):
        return Markup(f'<time title="{escape(value)}">{escape(_show_time(value))}</time>')
    if meaning := value_text(column, value, asked.get().language):
        return Markup(f'{escape(meaning)} <small class="code">{escape(value)}</small>')
    if column == "evidence" and asked.get().language == "zh":
        return Markup('<span title="{}">{}</span>').format(value, reason_zh(str(value)))
    if column == "breadcrumb":
        return Markup("{}").format(" › ".join(_json_list(value)))
    if column == "cells":
        return show_grid(_json_list(value)) if table == "tables" else _show_places(value)
    return None


@hookimpl
def extra_template_vars() -> dict[str, Any]:
    return {
        "table_body": table_body,
        "query_body": query_body,
        "link_out": link_out,
        "show_grid": show_grid,
        "lang_of": lang_of,
    }


def lang_of(shown: object) -> Markup:
    """The ``lang`` attribute of an element on an English page that shows Chinese."""
    is_chinese = asked.get().language == "en" and _CHINESE.search(str(shown))
    return Markup(' lang="zh-CN"') if is_chinese else Markup("")


def table_body(rows: list[Any]) -> Markup:
    """The rows of a table's page. A template that writes each cell takes three times as long."""
    classes: dict[str, str] = {}
    parts: list[str] = []
    for row in rows:
        parts.append("<tr>")
        for cell in row:
            name = cell["column"]
            if name not in classes:
                classes[name] = to_css_class(name)
            lang = lang_of(cell["value"])
            parts.append(f'<td class="col-{classes[name]} type-{cell["value_type"]}"{lang}>')
            parts += (str(escape(cell["value"])), "</td>")
        parts.append("</tr>\n")
    return Markup("".join(parts))


def query_body(columns: Sequence[str], rows: list[list[Any]]) -> Markup:
    """The rows of a query's result, of which a page may show thousands."""
    openings = [f'<td class="col-{to_css_class(column)}"' for column in columns]
    parts: list[str] = []
    for row in rows:
        parts.append("<tr>")
        for opening, value in zip(openings, row, strict=True):
            parts += (opening, lang_of(value), ">", str(escape(value)), "</td>")
        parts.append("</tr>\n")
    return Markup("".join(parts))


def link_out(url: str) -> Markup | None:
    """A link to another site that tells it nothing of ours; None for what is no web address."""
    if urlsplit(url).scheme not in ("http", "https"):
        return None
    shown = url if len(url) <= LONGEST_URL else url[: LONGEST_URL - 1] + "…"
    address = escape(url)
    return Markup(
        f'<a class="out" href="{address}" title="{address}" rel="noreferrer noopener nofollow"'
        f' target="_blank">{escape(shown)}</a>'
    )


def show_grid(
    rows: Sequence[Sequence[str | None]],
    marked: tuple[int, int] | None = None,
    anchor: str = "",
) -> Markup:
    """A table of a page with its cells as printed; the one at ``marked`` (row and column) stands
    out, and has ``anchor`` as its id."""
    lines = []
    for row, texts in enumerate(rows):
        cells = []
        for column, text in enumerate(texts):
            if text is None:
                cells.append(Markup('<td class="covered"></td>'))
            elif (row, column) == marked:
                id = Markup(' id="{}"').format(anchor) if anchor else ""
                cells.append(Markup('<td class="marked"{}>{}</td>').format(id, text))
            else:
                cells.append(Markup("<td>{}</td>").format(text))
        lines.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
    body = Markup("").join(lines)
    return Markup('<div class="grid" lang="zh-CN" tabindex="0"><table>{}</table></div>').format(
        body
    )


def _show_places(cells: str) -> Markup | None:
    """Where the figures of a row were printed: "row 3, columns 1–7", counted from 0."""
    places = [entry[:2] for entry in _json_list(cells) if entry[0] is not None]
    if not places:
        return None
    rows, columns = ({place[n] for place in places} for n in (0, 1))
    return Markup('<span title="{}">r{} c{}</span>').format(cells, _span(rows), _span(columns))


def _span(numbers: set[int]) -> str:
    return f"{min(numbers)}–{max(numbers)}" if len(numbers) > 1 else str(*numbers)


def _link_row(datasette: Datasette, database: str, table: str, key: Any, text: Any) -> Markup:
    above = datasette.urls.path(PAGES[table]) if table in PAGES else None
    path = f"{above or datasette.urls.table(database, table) + '/'}{tilde_encode(str(key))}"
    return _link(path, text)


def _link(path: str, text: Any) -> Markup:
    # Not Markup.format(): that takes ten times as long, and a page has hundreds of links.
    return Markup(f'<a href="{escape(path)}">{escape(text)}</a>')


def _link_label(
    datasette: Datasette, database: str, column: str, value: dict[str, Any]
) -> Markup | None:
    """A foreign key by the name of its row, leading to that row's page."""
    table = REFERENCES.get(column)
    if table is None:
        return None
    key, label = value["value"], value["label"]
    if label == key:
        return _link_row(datasette, database, table, key, key)
    if table == "captures":
        label = _show_time(str(label))
    link = _link_row(datasette, database, table, key, label or "—")
    return Markup("{}&nbsp;<em>{}</em>").format(link, key)


def _link_cell(row: Any, raw: str, datasette: Datasette) -> Markup | None:
    """What a figure's cell prints, leading to that cell in the archived page where it is known."""
    if row["row"] is None:
        return None
    table = row["table_id"]
    report, _, number = str(table["value"] if isinstance(table, dict) else table).rpartition("-")
    path = datasette.urls.path(f"/-/archived/{report}")
    return Markup('<a href="{}?table={}&row={}&column={}#cell">{}</a>').format(
        path, number, row["row"], row["column"], raw or "（空）"
    )


def _show_time(time: str) -> str:
    """To the second; of a time as printed, which is Beijing's, without the +08:00."""
    date, _, rest = time.partition("T")
    return f"{date} {rest[:8]}{' UTC' if rest.endswith('Z') else ''}".strip()


def _json_list(text: str) -> list[Any]:
    value = json.loads(text)
    return value if isinstance(value, list) else []
