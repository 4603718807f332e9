"""The pictures of a DOCX file that can show a table. Source of names: ECMA-376 part 1, 20."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from pipelines.reading.documents.page import SMALLEST_TABLE

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_EMU = 12_700
"""English Metric Units of a point."""


def large_pictures(content: etree._Element, parts: Mapping[str, str]) -> Iterator[str]:
    """The names of the parts that hold such pictures, in order; ``parts`` names them by their
    identifiers."""
    for drawing in content.iter(_W + "drawing"):
        extent, blip = drawing.find(f".//{_WP}extent"), drawing.find(f".//{_A}blip")
        if extent is None or blip is None:
            continue
        try:
            area = int(extent.get("cx", "")) * int(extent.get("cy", "")) / _EMU**2
        except ValueError:
            continue
        if area > SMALLEST_TABLE:
            yield parts.get(blip.get(_R + "embed", ""), "a picture")
