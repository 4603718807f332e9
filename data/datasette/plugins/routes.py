"""The pages of pipelines/site/pages.py, as Datasette's routes."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import unquote

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import Request, Response

from pipelines.site.language import asked
from pipelines.site.page import Asking, Page
from pipelines.site.pages import PAGES

DATABASE = "gongkai"

View = Callable[[Request, Datasette], Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    return [(page.path, _view(page)) for page in PAGES]


def _view(page: Page) -> View:
    async def view(request: Request, datasette: Datasette) -> Response:
        asking = Asking(
            parts={name: unquote(part or "") for name, part in request.url_vars.items()},
            parameters={name: request.args[name] for name in request.args},
            language=asked.get().language,
            base=datasette.urls.instance(),
        )
        limit = datasette.setting("sql_time_limit_ms")

        def read(conn: sqlite3.Connection) -> Mapping[str, Any]:
            with sqlite_timelimit(conn, limit):
                return page.read(conn, asking)

        database = datasette.get_database(DATABASE)
        # A published snapshot never changes, and says the same to the same question.
        once = getattr(database, "once", lambda key, fn: database.execute_fn(fn))
        parts, parameters = (tuple(sorted(d.items())) for d in (asking.parts, asking.parameters))
        key = (page.path, parts, parameters, asking.language)
        shown = await once(key, read)
        if page.to_json and asking.parts.get("format"):
            return Response.json(page.to_json(shown))
        html = await datasette.render_template(page.template, dict(shown), request)
        return Response.html(html)

    return view
