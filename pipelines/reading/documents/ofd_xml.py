"""Names, places and numbers as the XML files of an OFD package write them."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator

from lxml import etree

POINTS = 72 / 25.4
"""Of a millimetre, the unit of lengths in OFD."""


def resolved(folder: str, place: str) -> str:
    """The name in the package of a place given in a file of a folder."""
    path = place if place.startswith("/") else posixpath.join("/", folder, place)
    return posixpath.normpath(path).lstrip("/")


def every(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """All descendants of a name, whatever prefix or namespace the file's maker gave them."""
    return (found for found in element.iter("{*}" + name))


def numbers(text: str | None) -> list[float]:
    """The numbers of an attribute; 0 for what is none."""
    return [number(word) for word in (text or "").split()]


def number(word: str) -> float:
    """A finite number; 0 for what is none."""
    try:
        number = float(word)
    except ValueError:
        return 0.0
    return number if math.isfinite(number) else 0.0
