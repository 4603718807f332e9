"""What is streamed is sent by the block: of a CSV Datasette gives each row to the server by itself,
which takes longer than to make it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

App = Callable[..., Awaitable[None]]

BLOCK = 1 << 16
"""Bytes that are gathered before they are sent."""


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def in_blocks(scope: Any, receive: Any, send: Any) -> None:
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
