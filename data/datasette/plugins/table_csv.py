"""The CSV of a table has all its rows, filtered or not, and is sent by the block.

Datasette gives the rows of one page unless ``_stream=on`` asks for all, and its file does not say
which. It sends each row by itself, which takes longer than to make it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

App = Callable[..., Awaitable[None]]

BLOCK = 1 << 16
"""Bytes that are gathered before they are sent."""

_CSV = re.compile(r"/gongkai/[^/]+\.csv")

_ONE_PAGE = re.compile(rb"(?:^|&)_(?:next|size|stream)=")
"""Asked for by who wants a page of a table and says so."""


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def in_blocks(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http" and _CSV.fullmatch(scope["path"]):
                scope = scope | {"query_string": _whole(scope["query_string"])}
            gathered = bytearray()

            async def gather(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.body":
                    gathered.extend(event.get("body", b""))
                    if event.get("more_body") and len(gathered) < BLOCK:
                        return
                    event = event | {"body": bytes(gathered)}
                    gathered.clear()
                await send(event)

            await app(scope, receive, gather)

        return in_blocks

    return wrap


def _whole(query: bytes) -> bytes:
    return query if _ONE_PAGE.search(query) else (query + b"&" if query else b"") + b"_stream=on"
