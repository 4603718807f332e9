"""HTML to blocks: one pass over the tree, paragraphs and grids in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from functools import lru_cache
from typing import cast

from lxml import etree

from pipelines.documents.containers import find_container
from pipelines.documents.embedded import read_calls, read_embedded
from pipelines.documents.flat import gather_flat_tables
from pipelines.documents.links import base_of, read_links
from pipelines.grid import Row, expand
from pipelines.labels import fold_label
from pipelines.report import Block, Document, Grid, Paragraph
from pipelines.section_names import section_named
from pipelines.text import fold
from pipelines.vocabulary import all_words, is_fragment, meaning_by_beginning

DEEPEST = 2048
"""Levels of elements that are read (libxml2 with ``huge_tree``). Of a page with more, unclosed
``<font>`` or ``<div>`` mostly, the text is read with less of its markup."""

_DROPPED = ("script", "style", "template", "noscript")
# fmt: off
_INLINE = (
    "span", "font", "b", "strong", "i", "em", "u", "s", "sup", "sub", "small", "big", "o:p", "img",
    "ins", "del", "strike", "label", "input", "button", "iframe", "abbr", "acronym", "area",
    "audio", "bdi", "bdo", "canvas", "cite", "code", "data", "dfn", "embed", "kbd", "map", "mark",
    "meter",
    "nobr", "object", "output", "param", "picture", "progress", "q", "rp", "rt", "ruby", "samp",
    "source", "time", "tt", "var", "video", "wbr",
)
# fmt: on
_SMART_TAG = "st1:"  # Word's marks for dates and places (st1:chsdate), of which there are many
_FLATTENED = (
    (re.compile(rf"</?(?:{'|'.join(_INLINE)})\b[^>]*>", re.I), ""),
    (
        re.compile(r"</?(?!(?:table|tr|td|th|p|br|a|title|meta|script|style)\b)[a-z][^>]*>", re.I),
        "<br>",
    ),
    (re.compile(r"</?(?!(?:p|br|a|title|meta|script|style)\b)[a-z][^>]*>", re.I), "<br>"),
    (re.compile(r"</?(?!(?:title|meta|script|style)\b)[a-z][^>]*>", re.I), "<br>"),
)
_CELLS = frozenset(("td", "th"))
_ROW_GROUPS = frozenset(("tbody", "thead", "tfoot", "form"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINES_COUNT = frozenset(("pre", "listing", "plaintext", "xmp", "textarea"))

_PROSE = 80
"""Characters from which the only cell of a row is running text, not part of a table. The longest
label of the forms has 47."""

_FEWEST_LABELS = 3
"""Labels of the forms that make a table with tables in its cells a table of data."""

_MOST_ATTRIBUTES = 5000
_LONG_TAG = 50_000
_TAG_TOO_LONG = re.compile(rb"<[^<>]{%d,}" % _LONG_TAG)
"""Attributes of one tag, and characters from which a tag is looked at: libxml2 compares each with
each, which takes minutes for 100,000. A picture within its tag is long, but one attribute."""

_LAYOUT = 300
"""Characters from which a cell beside others shows that the table only lays out the page."""

_parser = etree.HTMLParser(
    encoding="utf-8",
    huge_tree=True,
    remove_comments=True,
    remove_pis=True,
    no_network=True,
    collect_ids=False,  # nobody looks elements up by them: 4 % of the time of parsing
)


def read_html(text: str, encoding: str, url: str | None = None) -> Document:
    """Read a page. Scripts, styles and comments are dropped; hidden elements are text.

    Each block-level element gives one paragraph, ``<br>`` begins another; text of inline elements
    is joined as it stands, so that digits split over spans are one number. A table that contains a
    table, or running text beside other cells, only lays out the page: its cells are read as blocks.
    """
    markup = _markup(text)
    root = _parse(markup)
    if root is None:
        return Document("html", encoding, ())
    etree.strip_elements(root, *_DROPPED, with_tail=False)
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
    _strip_inline(root, has_smart_tags=_SMART_TAG.encode() in markup)
    reader = _Reader(container)
    reader.walk(root)
    blocks, body = gather_flat_tables(reader.blocks, reader.body)
    return Document(
        "html", encoding, blocks, body, meta, links, frames=tuple(frames), pictures=tuple(pictures)
    )


def parse_page(text: str) -> etree._Element | None:
    """The tree of a page that ``read_html`` reads, with all its elements; None where the page is
    empty. One thread at a time."""
    return _parse(_markup(text))


def printed_cells(root: etree._Element) -> Iterator[list[list[tuple[str, etree._Element]]]]:
    """For each table of a page's tree its rows, and for each of their cells the text as
    ``read_html`` reads it and the element of ``root`` that holds it."""
    copy = deepcopy(root)
    origins = dict(zip(copy.iter(*_CELLS), root.iter(*_CELLS), strict=True))
    etree.strip_elements(copy, *_DROPPED, with_tail=False)
    _strip_inline(copy, has_smart_tags=True)
    for table in copy.iter("table"):
        nested = next(table.iterdescendants("table"), None) is not None
        rows = _own_rows(table) if nested else table.iter("tr")
        yield [
            list(zip(_read_row(row, []).texts, map(origins.__getitem__, _cells(row)), strict=True))
            for row in rows
        ]


def _markup(text: str) -> bytes:
    return text.encode("utf-8", "replace").replace(b"\0", b"")


def _strip_inline(root: etree._Element, *, has_smart_tags: bool) -> None:
    """Leave the text of inline elements in the blocks that hold them."""
    inline = {"a", *_INLINE}
    if has_smart_tags:
        inline |= {element.tag for element in root.iter() if element.tag.startswith(_SMART_TAG)}
    etree.strip_tags(root, *inline)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    """The cells of a row, in the order in which ``_read_row`` reads them."""
    for element in row:
        if element.tag in _CELLS:
            yield element
        else:
            yield from element.iter(*_CELLS)


def _parse(markup: bytes) -> etree._Element | None:
    if len(markup) > _LONG_TAG:
        markup = _TAG_TOO_LONG.sub(_shortened, markup)
    root = _parse_once(markup)
    for tags, line in _FLATTENED:
        last_error = _parser.error_log.last_error
        if last_error is None or last_error.type != etree.ErrorTypes.ERR_RESOURCE_LIMIT:
            break
        # libxml2 ends at what is nested too deeply; without some of its markup all text is read.
        markup = tags.sub(line, markup.decode()).encode()
        root = _parse_once(markup)
    return root


def _shortened(tag: re.Match[bytes]) -> bytes:
    return tag[0] if len(tag[0].split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES else b"<br"


def _parse_once(markup: bytes) -> etree._Element | None:
    if not markup or markup.isspace():
        return None
    return etree.fromstring(markup, _parser)


class _Reader:
    """Blocks of a tree in which only block-level elements are left."""

    def __init__(self, container: etree._Element | None) -> None:
        self.blocks: list[Block] = []
        self.body: tuple[int, int] | None = None
        self._container = container
        # What holds the article lays it out, however little stands in it.
        self._around = set() if container is None else set(container.iterancestors("table"))

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
        lines = _own_rows(table) if nested else table.iter("tr")
        rows = [_read_row(row, strays) for row in lines]
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
            self._add("".join(_texts(element)), "caption")
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


def _own_rows(table: etree._Element) -> Iterator[etree._Element]:
    """The rows of a table without those of the tables in its cells."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in _ROW_GROUPS:
            yield from child.iterchildren("tr")


def _has_own_labels(table: etree._Element) -> bool:
    """Whether a table that contains tables has labels of the forms, and these have none: then they
    stand for the text of their cells."""
    labels = 0
    nested: list[etree._Element] = []
    for row in _own_rows(table):
        for cell in row:
            if next(cell.iterdescendants("table"), None) is not None:
                nested.append(cell)
            elif fold_label("".join(_texts(cell))) in all_words():
                labels += 1
    return labels >= _FEWEST_LABELS and not any(
        fold_label(text) in all_words() for cell in nested for text in _texts(cell)
    )


def _read_row(row: etree._Element, strays: list[str]) -> Row:
    """The cells of a row; texts that stand between them go to ``strays``."""
    texts: list[str] = []
    spans: dict[int, tuple[int, int]] = {}
    strays += [text for text in (row.text, row.tail) if text and not text.isspace()]
    for element in row:
        if element.tag in _CELLS:
            rowspan, colspan = element.get("rowspan"), element.get("colspan")
            if rowspan is not None or colspan is not None:
                spans[len(texts)] = (_span(rowspan, 65534), _span(colspan, 1))
            if len(element):
                texts.append(_lines(element))
            else:
                text = element.text
                texts.append(text if text and text.isdecimal() else fold(text or ""))
        else:
            # A form or a paragraph that wraps cells; else it is a stray itself.
            cells = list(element.iter("td", "th"))
            texts.extend(_lines(cell) for cell in cells)
            strays.extend(_texts(element) if not cells else ())
        tail = element.tail
        if tail and not tail.isspace():
            strays.append(tail)
    return Row(texts, spans)


def _lines(cell: etree._Element) -> str:
    """The text of a cell, one line for each paragraph."""
    if len(cell) == 1:
        # What Word makes of a cell: one paragraph and nothing beside it.
        inner = cell[0]
        before, after = cell.text, inner.tail
        if not (len(inner) or (before and not before.isspace()) or (after and not after.isspace())):
            text = inner.text
            # Most are numbers: no need to fold these.
            return text if text and text.isdecimal() else fold(text or "")
    return "\n".join([line for text in _texts(cell) if (line := fold(text))])


@lru_cache(maxsize=256)
def _span(value: str | None, zero: int) -> int:
    """A span as HTML reads it: 1 where there is none or no number; ``zero`` for "0"."""
    digits = (value or "").strip()[:6]
    return (int(digits) or zero) if digits.isascii() and digits.isdigit() else 1


def _texts(element: etree._Element) -> Iterator[str]:
    return cast("Iterator[str]", element.itertext())
