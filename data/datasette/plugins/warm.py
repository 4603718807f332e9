"""Words are read and templates compiled while the first reader still looks for the address: 50 to
150 ms each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from datasette import hookimpl
from datasette.app import Datasette

from pipelines.site import FOLDER
from pipelines.site.words import say

FIRST = ("base.html", "home.html", "division.html", "report.html", "table.html", "search.html")
"""What most readers ask for first, after the parts of pages, whose names begin with _."""

TEMPLATES = sorted(
    (file.name for file in (FOLDER / "templates").glob("*.html")),
    key=lambda name: (not name.startswith("_"), name not in FIRST, name),
)


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    async def begin() -> None:
        # Not waited for: whoever comes first is not kept waiting for the templates of other pages.
        asyncio.get_running_loop().run_in_executor(None, _warm, datasette)

    return begin


def _warm(datasette: Datasette) -> None:
    say("common.too_slow", "zh", seconds=0)
    for name in TEMPLATES:
        datasette.jinja_env.get_template(name)
