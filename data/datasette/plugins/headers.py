"""Headers that keep a page of the site from running or loading any files but the site's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl

App = Callable[..., Awaitable[None]]

# Datasette's editor and its column menu set style attributes; scripts come from files alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; frame-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    def wrap(app: App) -> App:
        async def with_headers(scope: Any, receive: Any, send: Any) -> None:
            async def send_with_headers(event: dict[str, Any]) -> None:
                if event["type"] == "http.response.start":
                    sent = [
                        (name, value)
                        for name, value in event.get("headers", [])
                        if name.lower() != b"referrer-policy"
                    ]
                    own = {name.lower() for name, _ in sent}
                    sent += [(name, value) for name, value in HEADERS if name not in own]
                    event = event | {"headers": sent}
                await send(event)

            await app(scope, receive, send_with_headers)

        return with_headers

    return wrap
