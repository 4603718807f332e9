"""How long work says how far it is."""

from __future__ import annotations

from collections.abc import Callable

Advance = Callable[[int, int], None]
"""Told of progress: how much is done, of all there is."""


def silent(_done: int, _total: int) -> None:
    """Tells nobody."""
