"""How long work says how far it is."""

from __future__ import annotations

from typing import Protocol


class Advance(Protocol):
    """Told of progress: how much is done, of all there is, and in which step of several."""

    def __call__(self, done: int, total: int, step: str = "", /) -> None: ...


def silent(_done: int, _total: int, _step: str = "", /) -> None:
    """Tells nobody."""


def part_of(advance: Advance, first: int, last: int, name: str) -> Advance:
    """Tells of a part of long work as of the whole: of its ``first`` to its ``last`` per cent."""

    def tell(done: int, total: int, step: str = "", /) -> None:
        whole = max(total, 1)
        share = first * whole + (last - first) * min(done, whole)
        advance(share, 100 * whole, f"{name} {step}".rstrip())

    return tell
