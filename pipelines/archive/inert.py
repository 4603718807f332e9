"""An archived page made inert (静态重现): its text, tables and looks, and nothing that acts.

The page is written anew from its tree. Only the elements and attributes named here come out, every
text is escaped, and no element is written in whose content a browser reads text other than as text,
but for style sheets, which cannot end early. So whatever a page holds, what is written has no
scripts, no forms that send, no frames, no redirects, and no address but those of the archive. The
headers that the site sends with it would stop all of these a second time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from pipelines.archive.inert_parts import (
    absolute,
    data_address,
    data_picture,
    picture_kind,
    tame_styles,
)
from pipelines.reading.documents.links import base_of

CELL = "cell"
"""The fragment of the cell that a reader asked for."""

MOST_PICTURES = 8_000_000
"""Bytes of pictures that are written into one page."""

_VOID = frozenset(("br", "hr", "img", "input", "col", "wbr"))
# fmt: off
_KEPT = frozenset((
    "a", "abbr", "address", "article", "aside", "b", "bdi", "bdo", "big", "blockquote", "br",
    "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "div",
    "dl", "dt", "em", "fieldset", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "i", "img", "ins", "kbd", "legend", "li", "main", "mark", "nav",
    "nobr", "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span",
    "strike", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "time", "tr", "tt", "u", "ul", "var", "wbr",
))
"""Elements that are written as they are."""
_DROPPED = frozenset((
    "script", "style", "template", "title", "meta", "link", "base", "basefont", "param", "source",
    "track", "area",
))
"""Elements that are left out with all they hold."""
_ATTRIBUTES = frozenset((
    "abbr", "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "char", "charoff",
    "class", "clear", "color", "colspan", "compact", "datetime", "dir", "face", "frame", "headers",
    "height", "hidden", "hspace", "id", "lang", "noshade", "nowrap", "open", "reversed", "rowspan",
    "rules", "scope", "size", "span", "start", "style", "summary", "title", "type", "valign",
    "value", "vspace", "width",
))
# fmt: on
_WRITTEN_AS = {"xmp": "pre", "listing": "pre", "plaintext": "pre", "form": "div", "noscript": "div"}
"""Elements that stand for others; any that is named nowhere is a ``span``."""
_FRAMES = frozenset(("iframe", "frame", "embed", "object"))
_HIDDEN = _DROPPED | {"iframe"}
"""Elements of which a browser shows none of the text that they hold."""
_TABLE = frozenset(("table", "thead", "tbody", "tfoot", "tr", "colgroup"))
_INPUTS = frozenset(("", "text", "button", "submit", "reset", "search", "checkbox", "radio"))
_HIDES = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*;?", re.I)
_OLD_TYPE = "-//W3C//DTD HTML 4.0 Transitional//EN"
_OWN_STYLE = (
    # Some pages hide themselves until a script has run, or scroll by one.
    "html,body{display:block!important;visibility:visible!important;opacity:1!important;"
    "overflow:auto!important;height:auto!important}"
    "a:not([href]){cursor:default}"
    ".archived-frame{display:block;padding:.3em .6em;border:1px dashed #999;color:#555;"
    "font:13px sans-serif;overflow-wrap:anywhere}"
    ".archived-frame::after{content:'[ ' attr(title) ' ]'}"
    f"#{CELL}{{outline:3px solid #b3261e!important;outline-offset:-1px;"
    "background:#ffe9a8!important;color:#000!important;scroll-margin:40vh 30vw}"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the archive has around a page. ``captures``: address → capture; ``load``: the body of a
    capture, None where it cannot be had; ``path``: where the site shows a capture."""

    captures: Mapping[str, int] = field(default_factory=dict)
    load: Callable[[int], bytes | None] = lambda _capture: None
    path: Callable[[int], str] = str


def addresses(root: etree._Element, url: str | None) -> set[str]:
    """Every address of the web that a page names in its links, frames, pictures, style sheets."""
    base = base_of(root, url)
    named = (
        element.get("src") or element.get("href") or element.get("data")
        for element in root.iter("a", "img", "link", *_FRAMES)
    )
    found = (absolute(base, address) for address in named if address)
    return {address for address in found if address}


def write_inert(
    root: etree._Element,
    url: str | None,
    around: Surroundings,
    cell: etree._Element | None = None,
) -> str:
    """A page's tree as an inert page. ``cell`` is marked, and has the fragment ``CELL``."""
    return _Writer(root, url, around, cell).page()


class _Writer:
    def __init__(
        self,
        root: etree._Element,
        url: str | None,
        around: Surroundings,
        cell: etree._Element | None,
    ) -> None:
        self._root = root
        self._base = base_of(root, url)
        self._around = around
        self._cell = cell
        # What a script would show at a click (tabs, folded parts) is shown where the cell is in it.
        self._holders = set() if cell is None else {cell, *cell.iterancestors()}
        self._room = MOST_PICTURES

    def page(self) -> str:
        root = self._root
        body = next(root.iter("body"), None)
        # Without a document type a page is laid out as browsers did before there were any; the
        # parser names an old one where there is none.
        doctype = "" if root.getroottree().docinfo.public_id == _OLD_TYPE else "<!DOCTYPE html>"
        title = next(root.iter("title"), None)
        parts = [
            f'{doctype}<html{self._attributes(root)}><head><meta charset="utf-8">',
            f"<title>{'' if title is None else escape(_text(title), quote=False)}</title>",
            *(f"<style>{sheet}</style>" for sheet in self._sheets()),
            f"<style>{_OWN_STYLE}</style></head>",
            f"<body{'' if body is None else self._attributes(body)}>",
            *self._content(),
            "</body></html>",
        ]
        return "".join(parts)

    def _content(self) -> Iterator[str]:
        """Not recursive: pages may nest two thousand levels."""
        walker = etree.iterwalk(self._root, events=("start", "end"))
        ends: list[str] = []
        for event, element in walker:
            if event == "start":
                start, end = self._tags(element)
                yield start
                ends.append(end)
                if element.tag in _HIDDEN:
                    walker.skip_subtree()
                elif element.text:
                    yield escape(str(element.text), quote=False)
            else:
                yield ends.pop()
                if element.tail:
                    yield escape(str(element.tail), quote=False)

    def _tags(self, element: etree._Element) -> tuple[str, str]:
        tag = element.tag
        if tag in ("html", "head", "body", "frameset") or tag in _DROPPED:
            return "", ""
        if tag in _FRAMES:
            return self._frame(element), ""
        if tag == "input":
            return self._input(element), ""
        parent = element.getparent()
        name = tag if tag in _KEPT else _WRITTEN_AS.get(tag, "span")
        if name != tag and parent is not None and parent.tag in _TABLE:
            return "", ""  # such as a form around rows
        attributes = self._attributes(element)
        if tag == "a":
            attributes += self._link(element)
        elif tag == "img":
            attributes += self._picture(element)
        return f"<{name}{attributes}>", "" if name in _VOID else f"</{name}>"

    def _attributes(self, element: etree._Element) -> str:
        parts = []
        for name, value in _attributes(element):
            if name not in _ATTRIBUTES:
                continue
            if name == "id" and (element is self._cell or value == CELL):
                continue
            if name == "style":
                value = tame_styles(value)
            if element in self._holders:
                if name == "hidden":
                    continue
                value = _HIDES.sub("", value) if name == "style" else value
            parts.append(f' {name}="{escape(value)}"')
        if element is self._cell:
            parts.append(f' id="{CELL}"')
        return "".join(parts)

    def _link(self, element: etree._Element) -> str:
        """A link leads to what the archive has of its address; else it only says the address."""
        href = (element.get("href") or "").strip()
        name = element.get("name")
        anchor = f' name="{escape(name)}"' if name and name != CELL else ""
        if href.startswith("#"):
            return f'{anchor} href="{escape(href)}"'
        address = absolute(self._base, href)
        if not address:
            return anchor
        title = "" if element.get("title") else f' title="{escape(address)}"'
        return f"{anchor}{title}{self._way_to(address)}"

    def _way_to(self, address: str) -> str:
        capture = self._around.captures.get(address)
        if capture is None:
            return ""
        return f' href="{escape(self._around.path(capture))}" target="_top"'

    def _frame(self, element: etree._Element) -> str:
        address = absolute(self._base, element.get("src") or element.get("data") or "")
        if not address:
            return ""
        return f'<a class="archived-frame" title="{escape(address)}"{self._way_to(address)}></a>'

    def _input(self, element: etree._Element) -> str:
        kind = (element.get("type") or "").strip().lower()
        return f"<input disabled{self._attributes(element)}>" if kind in _INPUTS else ""

    def _picture(self, element: etree._Element) -> str:
        source = (element.get("src") or "").strip()
        if source[:5].lower() == "data:":
            data = data_picture(source)
            return f' src="{data}"' if data else ""
        address = absolute(self._base, source)
        if not address:
            return ""
        said = "" if element.get("title") else f' title="{escape(address)}"'
        capture = self._around.captures.get(address)
        body = self._around.load(capture) if capture is not None else None
        if not body or len(body) > self._room or not (kind := picture_kind(body)):
            return said
        self._room -= len(body)
        return f'{said} src="{data_address(kind, body)}"'

    def _sheets(self) -> Iterator[str]:
        """Style sheets in the order of the page, those of the archive too."""
        for element in self._root.iter("style", "link"):
            if element.tag == "style":
                yield tame_styles(_text(element))
            elif "stylesheet" in (element.get("rel") or "").lower().split():
                address = absolute(self._base, element.get("href") or "")
                capture = self._around.captures.get(address)
                if capture is not None and (body := self._around.load(capture)):
                    yield tame_styles(body.decode("utf-8", "replace"))


def _attributes(element: etree._Element) -> Iterator[tuple[str, str]]:
    for name, value in element.items():
        yield str(name), str(value)


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
