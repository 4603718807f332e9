"""Pages of an OFD file that are pictures: which they are, and the pictures themselves.

A page shows a picture by an ImageObject, whose ResourceID leads through a resource file of the
document (PublicRes, DocumentRes) to a file of the package.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from pipelines.reading.documents.ofd_xml import POINTS, every, numbers, resolved
from pipelines.reading.documents.package import Package
from pipelines.reading.documents.page import Page
from pipelines.reading.documents.scan import frames

if TYPE_CHECKING:
    from pipelines.reading.documents.picture import Picture

_SHARE = 0.4
"""Of its page, above which a picture on a page without text is a scan of the page."""


class Scan(NamedTuple):
    """A file of the package with a picture, and the longer side that it has on the page, in
    points."""

    name: str
    side: float


class Media:
    """The files that the pictures of a document are in."""

    def __init__(self, package: Package, folder: str, document: etree._Element) -> None:
        self._package = package
        self._names: dict[str | None, str] = {}
        for kind in ("PublicRes", "DocumentRes"):
            for element in every(document, kind):
                self._add(resolved(folder, (element.text or "").strip()))

    def _add(self, name: str) -> None:
        if name not in self._package:
            return
        resources = self._package.xml(name)
        folder = resolved(posixpath.dirname(name), resources.get("BaseLoc", ""))
        for medium in every(resources, "MultiMedia"):
            for file in every(medium, "MediaFile"):
                self._names[medium.get("ID")] = resolved(folder, (file.text or "").strip())

    def scan_of(self, page: Page, layers: Iterable[etree._Element]) -> Scan | None:
        """The picture that a page without text consists of."""
        least = _SHARE * page.width * page.height
        for image in (image for layer in layers for image in every(layer, "ImageObject")):
            name = self._names.get(image.get("ResourceID"), "")
            sides = [side * POINTS for side in numbers(image.get("Boundary"))[2:4]]
            if name in self._package and math.prod(sides) > least:
                return Scan(name, max(sides))
        return None

    def picture(self, scan: Scan) -> tuple[Picture, float]:
        """The picture and the pixels that a point has in it."""
        picture = next(frames(self._package.read(scan.name)))
        return picture, max(picture.shape[:2]) / scan.side
