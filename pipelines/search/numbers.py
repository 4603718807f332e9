"""Sets of documents of the search index, a bit a document: to meet, to count, to go through."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_NOT_ZERO = re.compile(rb"[^\0]", re.DOTALL)
_PLACES = [[bit for bit in range(8) if byte >> bit & 1] for byte in range(256)]


class Numbers:
    """Numbers of documents from 0 to 8 × ``len(bits)`` - 1, the lowest bit of a byte first. Sets
    that meet must have the same length."""

    __slots__ = ("bits",)

    def __init__(self, bits: bytes | bytearray) -> None:
        self.bits = bits

    @classmethod
    def up_to(cls, last: int) -> Numbers:
        """All numbers from 0 on."""
        return cls(b"\xff" * (last >> 3) + bytes([(2 << (last & 7)) - 1]))

    @classmethod
    def of(cls, numbers: Iterable[int], last: int) -> Numbers:
        """These numbers, none of them above ``last``."""
        bits = bytearray((last >> 3) + 1)
        for number in numbers:
            bits[number >> 3] |= 1 << (number & 7)
        return cls(bits)

    def __contains__(self, number: int) -> bool:
        return bool(self.bits[number >> 3] >> (number & 7) & 1)

    def __iter__(self) -> Iterator[int]:
        for found in _NOT_ZERO.finditer(self.bits):
            place = found.start()
            for bit in _PLACES[self.bits[place]]:
                yield place << 3 | bit

    def __and__(self, other: Numbers) -> Numbers:
        return self._from(_int(self.bits) & _int(other.bits))

    def __sub__(self, other: Numbers) -> Numbers:
        return self._from(_int(self.bits) & ~_int(other.bits))

    def _from(self, bits: int) -> Numbers:
        return Numbers(bits.to_bytes(len(self.bits), "little"))

    def count(self) -> int:
        return _int(self.bits).bit_count()

    def count_in(self, first: int, last: int) -> int:
        """How many lie in a range, its ends with it."""
        return self._part(first, last).bit_count()

    def within(self, ranges: Iterable[tuple[int, int]]) -> Numbers:
        """Those that lie in one of the ranges, which are in order and share no number."""
        bits = bytearray(len(self.bits))
        for first, last in ranges:
            size = (last >> 3) - (first >> 3) + 1
            part = (self._part(first, last) << (first & 7)).to_bytes(size, "little")
            # Two ranges may share the byte in which one ends.
            bits[first >> 3] |= part[0]
            bits[(first >> 3) + 1 : (last >> 3) + 1] = part[1:]
        return Numbers(bits)

    def _part(self, first: int, last: int) -> int:
        part = _int(self.bits[first >> 3 : (last >> 3) + 1]) >> (first & 7)
        return part & ((1 << (last - first + 1)) - 1)


def _int(bits: bytes | bytearray) -> int:
    return int.from_bytes(bits, "little")
