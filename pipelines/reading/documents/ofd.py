"""OFD (GB/T 33190) -> document: text with its places and ruled lines from the pages' own XML.

Element and attribute names are those of GB/T 33190-2016. Lengths there are in millimetres; a page's
layers hold text objects, path objects and images. Templates are pages that lie below a page.
"""

from __future__ import annotations

import itertools
import math
import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from pipelines.reading.documents import limits
from pipelines.reading.documents.ofd_pictures import Media
from pipelines.reading.documents.ofd_xml import POINTS, every, number, numbers, resolved
from pipelines.reading.documents.package import Package
from pipelines.reading.documents.page import Glyph, Page, Rule
from pipelines.reading.documents.printed import read_pages
from pipelines.reading.documents.scan import MISSING, PageReader, is_installed
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.report import Document

_THIN = 3.0
"""Points up to which a filled box is a line."""
_ASCENT = 0.88
"""Of a character, the share above the base line."""
_DEPTH = 16
_STEPS = re.compile(r"([MLCBQAS])([^MLCBQAS]*)")

_Matrix = tuple[float, float, float, float, float, float]


def read_ofd(body: bytes) -> Document:
    """The document of an OFD file; raises ``Unreadable`` where it is none or holds no text."""
    package = Package(body)
    if "OFD.xml" not in package:
        raise Unreadable("the OFD file has no OFD.xml")
    roots = [element.text or "" for element in every(package.xml("OFD.xml"), "DocRoot")]
    ocr = PageReader()
    blocks = read_pages(
        page for root in roots for page in _pages(package, root.strip().lstrip("/"), ocr)
    )
    if not blocks:
        nothing = "the OFD file has no text, and no picture of any"
        raise Unreadable(MISSING if ocr.unread else nothing)
    return Document("ofd", "", blocks, findings=ocr.findings())


def _pages(package: Package, root: str, ocr: PageReader) -> Iterator[Page]:
    document = _part(package, root)
    folder = posixpath.dirname(root)
    box = next(iter(every(document, "PhysicalBox")), None)
    size = numbers(box.text if box is not None else None) or [0.0, 0.0, 210.0, 297.0]
    templates = {
        element.get("ID"): resolved(folder, element.get("BaseLoc", ""))
        for element in every(document, "TemplatePage")
    }
    places = [resolved(folder, element.get("BaseLoc", "")) for element in every(document, "Page")]
    if len(places) > limits.MAX_PAGES:
        raise Unreadable(
            f"the OFD file has {len(places)} pages; at most {limits.MAX_PAGES} are read"
        )
    media = Media(package, folder, document)
    for page_number, place in enumerate(places, 1):
        content = _part(package, place)
        layers = [content]
        for element in every(content, "Template"):
            if template := templates.get(element.get("TemplateID")):
                layers.append(_part(package, template))
        page = Page(size[2] * POINTS, size[3] * POINTS, [], [], [])
        for layer in layers:
            _read_objects(layer, page, 0)
        scan = None if page.glyphs else media.scan_of(page, layers)
        if scan is None:
            yield page
        elif is_installed():
            picture, unit = media.picture(scan)
            yield ocr.read(picture, page_number, unit)
        else:
            ocr.miss(page_number)


def _part(package: Package, name: str) -> etree._Element:
    if name not in package:
        raise Unreadable(f"the OFD file is damaged: it has no {name}")
    return package.xml(name)


def _read_objects(element: etree._Element, page: Page, depth: int) -> None:
    for child in element:
        if not isinstance(child.tag, str) or depth > _DEPTH:
            continue
        name = etree.QName(child).localname
        if name == "TextObject":
            page.glyphs.extend(_glyphs(child))
        elif name == "PathObject":
            _add_rules(child, page)
        elif name in ("Content", "Layer", "PageBlock"):
            _read_objects(child, page, depth + 1)


def _matrix(element: etree._Element) -> _Matrix:
    """Places in an object -> points on the page."""
    x, y, *_ = [*numbers(element.get("Boundary")), 0.0, 0.0]
    a, b, c, d, e, f = (numbers(element.get("CTM")) + [0.0] * 6)[:6]
    if not (a or b or c or d):
        a = d = 1.0
    k = POINTS
    return a * k, b * k, c * k, d * k, (e + x) * k, (f + y) * k


def _glyphs(element: etree._Element) -> Iterator[Glyph]:
    matrix = _matrix(element)
    size = (numbers(element.get("Size")) or [3.0])[0]
    turn = round(math.degrees(math.atan2(matrix[1], matrix[0])) / 90) * 90
    turn += round((numbers(element.get("CharDirection")) or [0.0])[0] / 90) * 90
    x = y = 0.0
    for code in every(element, "TextCode"):
        # A place that is left out is that of the code before it.
        x = (numbers(code.get("X")) or [x])[0]
        y = (numbers(code.get("Y")) or [y])[0]
        text = code.text or ""
        across = _steps(code.get("DeltaX"), len(text))
        down = _steps(code.get("DeltaY"), len(text))
        at_x, at_y = x, y
        for index, letter in enumerate(text):
            width = size if letter > "\u2e80" else size / 2
            corners = [
                _moved(matrix, at_x, at_y - _ASCENT * size),
                _moved(matrix, at_x + width, at_y + (1 - _ASCENT) * size),
            ]
            (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(*corners, strict=True))
            yield Glyph(letter, x0, y0, x1, y1, turn % 360)
            at_x += across[index] if index < len(across) else (0.0 if down else width)
            at_y += down[index] if index < len(down) else 0.0


def _steps(text: str | None, count: int) -> list[float]:
    """Distances between characters; ``g 3 5.2`` stands for three times 5.2."""
    steps: list[float] = []
    words = iter((text or "").split())
    for word in words:
        if word == "g":
            times = int(number(next(words, "0")))
            steps += [number(next(words, "0"))] * max(0, min(times, count))
        else:
            steps.append(number(word))
    return steps


def _add_rules(element: etree._Element, page: Page) -> None:
    data = next(iter(every(element, "AbbreviatedData")), None)
    stroked = element.get("Stroke", "true") != "false"
    filled = element.get("Fill", "false") == "true"
    colour = next(iter(every(element, "StrokeColor" if stroked else "FillColor")), None)
    value = numbers(colour.get("Value")) if colour is not None else []
    if data is None or not (stroked or filled) or (len(value) == 3 and min(value) > 250):
        return
    for points in _outlines(data.text or "", _matrix(element)):
        if stroked:
            for (x0, y0), (x1, y1) in itertools.pairwise(points):
                if min(abs(x1 - x0), abs(y1 - y0)) < 1.0:
                    _add_rule(page, x0, y0, x1, y1)
        else:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            _add_rule(page, min(xs), min(ys), max(xs), max(ys))


def _add_rule(page: Page, x0: float, y0: float, x1: float, y1: float) -> None:
    x0, x1 = sorted((x0, x1))
    y0, y1 = sorted((y0, y1))
    if y1 - y0 <= _THIN and x1 - x0 > y1 - y0:
        page.across.append(Rule((y0 + y1) / 2, x0, x1))
    elif x1 - x0 <= _THIN:
        page.down.append(Rule((x0 + x1) / 2, y0, y1))


def _outlines(data: str, matrix: _Matrix) -> Iterator[list[tuple[float, float]]]:
    points: list[tuple[float, float]] = []
    for step, rest in _STEPS.findall(data):
        values = numbers(rest)
        if step in "MS" and len(points) > 1:
            yield points
        if step in "MS":
            points = []
        if step == "C" and points:
            points.append(points[0])
        elif len(values) >= 2:
            # Of a curve only its end counts.
            points.append(_moved(matrix, values[-2], values[-1]))
    if len(points) > 1:
        yield points


def _moved(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f
