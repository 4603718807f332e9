"""HTML to blocks: one pass over the tree, paragraphs and grids in reading order."""

from __future__ import annotations

from lxml import etree

from pipelines.reading.documents.containers import find_container
from pipelines.reading.documents.embedded import read_calls, read_embedded
from pipelines.reading.documents.flat import gather_flat_tables
from pipelines.reading.documents.html_rows import own_rows, read_row, texts_of
from pipelines.reading.documents.html_tree import DROPPED, SMART_TAG, markup_of, parse, strip_inline
from pipelines.reading.documents.links import base_of, read_links
from pipelines.reading.grid import Row, expand
from pipelines.reading.labels import fold_label
from pipelines.reading.report import Block, Document, Grid, Paragraph
from pipelines.reading.section_names import section_named
from pipelines.reading.text import fold
from pipelines.reading.vocabulary import all_words, is_fragment, meaning_by_beginning

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINES_COUNT = frozenset(("pre", "listing", "plaintext", "xmp", "textarea"))

_PROSE = 80
"""Characters from which the only cell of a row is running text, not part of a table. The longest
label of the forms has 47."""

_FEWEST_LABELS = 3
"""Labels of the forms that make a table with tables in its cells a table of data."""

_LAYOUT = 300
"""Characters from which a cell beside others shows that the table only lays out the page."""


def read_html(text: str, encoding: str, url: str | None = None) -> Document:
    """Read a page. Scripts, styles and comments are dropped; hidden elements are text.

    Each block-level element gives one paragraph, ``<br>`` begins another; text of inline elements
    is joined as it stands, so that digits split over spans are one number. A table that contains a
    table, or running text beside other cells, only lays out the page: its cells are read as blocks.
    """
    markup = markup_of(text)
    root = parse(markup)
    if root is None:
        return Document("html", encoding, ())
    etree.strip_elements(root, *DROPPED, with_tail=False)
    meta = tuple(
        (name.lower(), fold(element.get("content", "")))
        for element in root.iter("meta")
        if (name := element.get("name") or element.get("property"))
    )
    container = find_container(root)
    base = base_of(root, url)
    frames, pictures = read_embedded(root if container is None else container, base)
    frames = [*read_calls(text, base), *frames]
    links = tuple(read_links(root, container, url))
    strip_inline(root, has_smart_tags=SMART_TAG.encode() in markup)
    reader = _Reader(container)
    reader.walk(root)
    blocks, body = gather_flat_tables(reader.blocks, reader.body)
    return Document(
        "html", encoding, blocks, body, meta, links, frames=tuple(frames), pictures=tuple(pictures)
    )


class _Reader:
    """Blocks of a tree in which only block-level elements are left."""

    def __init__(self, container: etree._Element | None) -> None:
        self.blocks: list[Block] = []
        self.body: tuple[int, int] | None = None
        self._container = container
        # What holds the article lays it out, however little stands in it.
        self._around = set() if container is None else set(container.iterancestors("table"))

    def walk(self, root: etree._Element) -> None:
        """Append the blocks below ``root``. Not recursive: pages may nest thousands of levels."""
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
        if text.isspace():
            return
        for line in text.splitlines() if holder in _LINES_COUNT else (text,):
            if folded := fold(line):
                self.blocks.append(Paragraph(folded, holder))

    def _read_table(self, table: etree._Element) -> bool:
        """Append a table's grids, and its running text as paragraphs; False if it is no data."""
        if table in self._around:
            return False
        nested = next(table.iterdescendants("table"), None) is not None
        if nested and not _has_own_labels(table):
            return False
        strays = [
            text
            for element in table.iter("table", "tbody", "thead", "tfoot")
            for text in (element.text, element.tail if element is not table else None)
            if text
        ]
        lines = own_rows(table) if nested else table.iter("tr")
        rows = [read_row(row, strays) for row in lines]
        if not any(len(texts) > 1 for texts, _ in rows):
            return False
        for texts, _ in rows:
            if (
                sum(map(len, texts)) > _LAYOUT
                and len(texts) > 1
                and len(max(texts, key=len)) > _LAYOUT
            ):
                return False
        for text in strays:
            # Where browsers show text that stands between cells (HTML Standard: foster parenting).
            self._add(text, "table")
        for element in table.iter("caption"):
            self._add("".join(texts_of(element)), "caption")
        self._add_rows(rows)
        return True

    def _add_rows(self, rows: list[Row]) -> None:
        pending: list[Row] = []
        whole = any(len(row.texts) == 1 and section_named(row.texts[0]) for row in rows)
        for row in rows:
            if len(row.texts) == 1 and (
                len(row.texts[0]) > _PROSE or (whole and _is_line(row.texts[0]))
            ):
                self._add_grid(pending)
                pending = []
                for line in row.texts[0].split("\n"):
                    self._add(line, "td")
            else:
                pending.append(row)
        self._add_grid(pending)

    def _add_grid(self, rows: list[Row]) -> None:
        if any(any(row.texts) for row in rows):
            above = self.blocks[-1] if self.blocks else None
            caption = above.text if isinstance(above, Paragraph) else ""
            self.blocks.append(Grid(expand(rows), caption))


def _is_line(text: str) -> bool:
    """Whether the only cell of a row is a line of the report, where a whole report is one table,
    and no label, caption or value of a table."""
    label = fold_label(text)
    if section_named(text):
        return True
    return bool(label) and not (
        label in all_words()
        or meaning_by_beginning(label)
        or is_fragment(label)
        or label.isdecimal()
    )


def _has_own_labels(table: etree._Element) -> bool:
    """Whether a table that contains tables has labels of the forms, and these have none: then they
    stand for the text of their cells."""
    labels = 0
    nested: list[etree._Element] = []
    for row in own_rows(table):
        for cell in row:
            if next(cell.iterdescendants("table"), None) is not None:
                nested.append(cell)
            elif fold_label("".join(texts_of(cell))) in all_words():
                labels += 1
    return labels >= _FEWEST_LABELS and not any(
        fold_label(text) in all_words() for cell in nested for text in texts_of(cell)
    )
