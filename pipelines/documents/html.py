"""HTML to blocks: one pass over the tree, paragraphs and grids in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast
from urllib.parse import urljoin

from lxml import etree

from pipelines.documents.containers import container_tags, find_container
from pipelines.grid import Cell, expand
from pipelines.report import Block, Document, Grid, Link, Paragraph
from pipelines.text import fold

DEEPEST = 2048
"""Levels of elements that are read (libxml2 with ``huge_tree``); deeper ones are not."""

_DROPPED = ("script", "style", "template", "noscript")
# fmt: off
_BLOCKS = frozenset((
    "html", "body", "head", "title", "base", "link", "meta", "address", "article", "aside",
    "blockquote", "br", "caption", "center", "col", "colgroup", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "legend", "li", "listing", "main", "menu",
    "nav", "ol", "optgroup", "option", "p", "plaintext", "pre", "section", "select", "summary",
    "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "tr", "ul", "xmp",
))
_INLINE = (
    "span", "font", "b", "strong", "i", "em", "u", "o:p", "img", "sup", "sub", "small", "big", "s",
    "ins", "del", "label", "input", "iframe",
)
# fmt: on
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINES_COUNT = frozenset(("pre", "listing", "plaintext", "xmp", "textarea"))
_NOT_A_PAGE = ("javascript:", "mailto:", "tel:", "data:", "#")

_PROSE = 80
"""Characters from which the only cell of a row is running text, not part of a table. The longest
label of the forms has 47."""

_LAYOUT = 300
"""Characters from which a cell beside others shows that the table only lays out the page."""

_parser = etree.HTMLParser(
    encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
)


def read_html(text: str, encoding: str, url: str | None = None) -> Document:
    """Read a page. Scripts, styles and comments are dropped; hidden elements are text.

    Each block-level element gives one paragraph, ``<br>`` begins another; text of inline elements
    is joined as it stands, so that digits split over spans are one number. A table that contains a
    table, or running text beside other cells, only lays out the page: its cells are read as blocks.
    """
    if "\0" in text:
        text = text.replace("\0", "")
    root = etree.fromstring(text.encode("utf-8", "replace"), _parser) if text.strip() else None
    if root is None:
        return Document("html", encoding, ())
    etree.strip_elements(root, *_DROPPED, with_tail=False)
    meta = tuple(
        (name.lower(), fold(element.get("content", "")))
        for element in root.iter("meta")
        if (name := element.get("name") or element.get("property"))
    )
    container = find_container(root)
    etree.strip_tags(root, *_INLINE)
    links = _links(root, container, url)
    unknown = {str(element.tag) for element in root.iter()} - _BLOCKS - container_tags()
    etree.strip_tags(root, *unknown)
    reader = _Reader(container)
    reader.walk(root)
    return Document("html", encoding, tuple(reader.blocks), reader.body, meta, links)


def _links(
    root: etree._Element, container: etree._Element | None, url: str | None
) -> tuple[Link, ...]:
    base = url or ""
    for element in root.iter("base"):
        base = urljoin(base, element.get("href", "").strip())
        break
    inside = set() if container is None else set(container.iter("a"))
    links = []
    for element in root.iter("a"):
        href = element.get("href")
        if not href or (href := href.strip()).lower().startswith(_NOT_A_PAGE):
            continue
        text = element.text or "" if not len(element) else "".join(_texts(element))
        links.append(Link(_absolute(base, href), fold(text), element in inside))
    return tuple(links)


def _absolute(base: str, href: str) -> str:
    if href.startswith(("http://", "https://")):
        return href
    try:
        return urljoin(base, href)
    except ValueError:  # such as http://[broken
        return href


class _Reader:
    """Blocks of a tree in which only block-level elements are left."""

    def __init__(self, container: etree._Element | None) -> None:
        self.blocks: list[Block] = []
        self.body: tuple[int, int] | None = None
        self._container = container

    def walk(self, root: etree._Element) -> None:
        """Append the blocks below ``root``. Not recursive: pages may nest ``DEEPEST`` levels."""
        walker = etree.iterwalk(root, events=("start", "end"))
        holders = [""]  # the element that each open element's text belongs to, innermost last
        begin = 0
        for event, element in walker:
            if event == "start":
                tag = element.tag
                if element is self._container:
                    begin = len(self.blocks)
                if tag == "table" and self._read_table(element):
                    walker.skip_subtree()
                # The lines of a heading stay the heading's, whatever wraps them.
                holders.append(holders[-1] if tag == "br" or holders[-1] in _HEADINGS else tag)
                if tag != "table" and (text := element.text):
                    self._add(text, holders[-1])
            else:
                holders.pop()
                if element is self._container:
                    self.body = (begin, len(self.blocks))
                if text := element.tail:
                    self._add(text, holders[-1])

    def _add(self, text: str, holder: str) -> None:
        for line in text.splitlines() if holder in _LINES_COUNT else (text,):
            if folded := fold(line):
                self.blocks.append(Paragraph(folded, holder))

    def _read_table(self, table: etree._Element) -> bool:
        """Append a table's grids, and its running text as paragraphs; False if it is no data."""
        if next(table.iterdescendants("table"), None) is not None:
            return False
        rows: list[list[Cell]] = []
        strays: list[str] = []
        for row in table.iter("tr"):
            rows.append(list(_cells(row, strays)))
        if max(map(len, rows), default=0) < 2 or any(
            len(row) > 1 and any(len(cell.text) > _LAYOUT for cell in row) for row in rows
        ):
            return False
        for text in strays:
            # Where browsers show text that stands between cells (HTML Standard: foster parenting).
            self._add(text, "table")
        for element in table.iter("caption"):
            self._add("".join(_texts(element)), "caption")
        self._add_rows(rows)
        return True

    def _add_rows(self, rows: list[list[Cell]]) -> None:
        pending: list[list[Cell]] = []
        for row in rows:
            if len(row) == 1 and len(row[0].text) > _PROSE:
                self._add_grid(pending)
                pending = []
                for line in row[0].text.split("\n"):
                    self._add(line, "td")
            else:
                pending.append(row)
        self._add_grid(pending)

    def _add_grid(self, rows: list[list[Cell]]) -> None:
        if any(cell.text for row in rows for cell in row):
            above = self.blocks[-1] if self.blocks else None
            caption = above.text if isinstance(above, Paragraph) else ""
            self.blocks.append(Grid(expand(rows), caption))


def _cells(row: etree._Element, strays: list[str]) -> Iterator[Cell]:
    """The cells of a row; texts that stand between them go to ``strays``."""
    for element in row:
        if element.tag == "td" or element.tag == "th":
            yield Cell(_cell_text(element), _span(element, "rowspan"), _span(element, "colspan"))
        else:
            # A form or a paragraph that wraps cells; else it is a stray itself.
            inner = list(element.iter("td", "th"))
            if not inner:
                strays.extend(_texts(element))
            for cell in inner:
                yield Cell(_cell_text(cell), _span(cell, "rowspan"), _span(cell, "colspan"))
        if (tail := element.tail) and not tail.isspace():
            strays.append(tail)


def _cell_text(cell: etree._Element) -> str:
    """The paragraphs of a cell, one a line."""
    if not len(cell):
        return fold(cell.text or "")
    return "\n".join(line for text in _texts(cell) if (line := fold(text)))


def _texts(element: etree._Element) -> Iterator[str]:
    return cast("Iterator[str]", element.itertext())


def _span(cell: etree._Element, name: str) -> int:
    """A span as HTML reads it: 1 where there is none or no number; rowspan="0" is to the end."""
    value = cell.get(name)
    if value is None or value == "1":
        return 1
    digits = value.strip()[:6]
    if not (digits.isascii() and digits.isdigit()):
        return 1
    return int(digits) or (65534 if name == "rowspan" else 1)
