"""The pages of pipelines/site/pages.py, as Datasette's routes."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import sqlite_timelimit
from datasette.utils.asgi import BadRequest, NotFound, Request, Response

from pipelines.site.language import asked
from pipelines.site.page import Asking, Missing, NotUnderstood, Page
from pipelines.site.pages import PAGES

DATABASE = "gongkai"

View = Callable[[Request, Datasette], Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, View]]:
    return [(page.path, _view(page)) for page in PAGES]


def _view(page: Page) -> View:
    async def view(request: Request, datasette: Datasette) -> Response:
        asking = Asking(
            parts=request.url_vars,
            parameters={name: request.args[name] for name in request.args},
            language=asked.get().language,
            base=datasette.urls.instance(),
        )
        limit = datasette.setting("sql_time_limit_ms")

        def read(conn: sqlite3.Connection) -> Mapping[str, Any]:
            with sqlite_timelimit(conn, limit):
                return page.read(conn, asking)

        try:
            shown = await datasette.get_database(DATABASE).execute_fn(read)
        except Missing as missing:
            raise NotFound(str(missing)) from missing
        except NotUnderstood as error:
            raise BadRequest(str(error)) from error
        html = await datasette.render_template(page.template, dict(shown), request)
        return Response.html(html)

    return view
