"""HTML to a tree of elements, within what libxml2 can bear."""

from __future__ import annotations

import re

from lxml import etree

DEEPEST = 2048
"""Levels of elements that are read (libxml2 with ``huge_tree``). Of a page with more, unclosed
``<font>`` or ``<div>`` mostly, the text is read with less of its markup."""

DROPPED = ("script", "style", "template", "noscript")
"""Elements that show nothing of what they hold."""

SMART_TAG = "st1:"
"""Word's marks for dates and places (st1:chsdate), of which there are many."""

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
_FLATTENED = (
    (re.compile(rf"</?(?:{'|'.join(_INLINE)})\b[^>]*>", re.I), ""),
    (
        re.compile(r"</?(?!(?:table|tr|td|th|p|br|a|title|meta|script|style)\b)[a-z][^>]*>", re.I),
        "<br>",
    ),
    (re.compile(r"</?(?!(?:p|br|a|title|meta|script|style)\b)[a-z][^>]*>", re.I), "<br>"),
    (re.compile(r"</?(?!(?:title|meta|script|style)\b)[a-z][^>]*>", re.I), "<br>"),
)

_MOST_ATTRIBUTES = 5000
_LONG_TAG = 50_000
_TAG_TOO_LONG = re.compile(rb"<[^<>]{%d,}" % _LONG_TAG)
"""Attributes of one tag, and characters from which a tag is looked at: libxml2 compares each with
each, which takes minutes for 100,000. A picture within its tag is long, but one attribute."""

_parser = etree.HTMLParser(
    encoding="utf-8",
    huge_tree=True,
    remove_comments=True,
    remove_pis=True,
    no_network=True,
    collect_ids=False,  # nobody looks elements up by them: 4 % of the time of parsing
)


def parse_page(text: str) -> etree._Element | None:
    """The tree of a page that ``read_html`` reads, with all its elements; None where the page is
    empty. One thread at a time."""
    return parse(markup_of(text))


def markup_of(text: str) -> bytes:
    """A page's text as ``parse`` takes it."""
    return text.encode("utf-8", "replace").replace(b"\0", b"")


def parse(markup: bytes) -> etree._Element | None:
    """The tree of a page, without comments; None where the page is empty."""
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


def strip_inline(root: etree._Element, *, has_smart_tags: bool) -> None:
    """Leave the text of inline elements in the blocks that hold them."""
    inline = {"a", *_INLINE}
    if has_smart_tags:
        inline |= {element.tag for element in root.iter() if element.tag.startswith(SMART_TAG)}
    etree.strip_tags(root, *inline)


def _shortened(tag: re.Match[bytes]) -> bytes:
    return tag[0] if len(tag[0].split(None, _MOST_ATTRIBUTES)) <= _MOST_ATTRIBUTES else b"<br"


def _parse_once(markup: bytes) -> etree._Element | None:
    if not markup or markup.isspace():
        return None
    return etree.fromstring(markup, _parser)
