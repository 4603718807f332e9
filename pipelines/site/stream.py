"""Sends files to readers of the site block by block, as they come from the database."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Blocks = Generator[bytes, None, None]

_threads = ThreadPoolExecutor(2, thread_name_prefix="download")
"""Downloads read in threads of their own, in turn and block by block: pages never wait for them."""


async def send_blocks(
    send: Send, receive: Receive, headers: Mapping[str, str], blocks: Blocks, *, empty: bool = False
) -> None:
    """Send blocks until all are sent or the reader has gone, or with ``empty`` the headers alone.

    What goes wrong with the first block is raised before anything is sent, so that it can be said;
    what goes wrong later breaks the transfer off, so that no half file looks like a whole one.
    """
    loop = asyncio.get_running_loop()

    async def read() -> bytes | None:
        return await loop.run_in_executor(_threads, next, blocks, None)

    first = None if empty else await read()
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": 200, "headers": pairs})
    gone = asyncio.ensure_future(_wait_for_end(receive))
    try:
        block = first
        while block is not None and not gone.done():
            await send({"type": "http.response.body", "body": block, "more_body": True})
            block = await read()
    finally:
        gone.cancel()
        await loop.run_in_executor(_threads, blocks.close)
    await send({"type": "http.response.body", "body": b""})


async def _wait_for_end(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
