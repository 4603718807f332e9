"""How long OCR takes by page, told to whoever listens: what is read does not depend on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple


class PageTime(NamedTuple):
    """The number of a page of its file, and the seconds that OCR took to read it."""

    page: int
    seconds: float


Listener = Callable[[PageTime], None]

_listener: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextmanager
def telling(listener: Listener) -> Iterator[None]:
    """Calls the listener after each page that OCR reads meanwhile."""
    token = _listener.set(listener)
    try:
        yield
    finally:
        _listener.reset(token)


def tell(page: int, seconds: float) -> None:
    """Says that OCR has read a page."""
    listener = _listener.get()
    if listener is not None:
        listener(PageTime(page, seconds))
