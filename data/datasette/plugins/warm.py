"""Templates are compiled while the first reader still looks for the address: 50 to 150 ms each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from datasette import hookimpl
from datasette.app import Datasette

from pipelines.site.pages import PAGES

TEMPLATES = sorted(
    {page.template for page in PAGES}
    | {"archived.html", "database.html", "query.html", "row.html", "table.html", "_table.html"}
)


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    async def begin() -> None:
        # Not waited for: whoever comes first is not kept waiting for the templates of other pages.
        asyncio.get_running_loop().run_in_executor(None, _compile, datasette)

    return begin


def _compile(datasette: Datasette) -> None:
    for name in TEMPLATES:
        datasette.jinja_env.get_template(name)
