"""A page as the walk needs it: its links with their blocks, its breadcrumb, where it sends on.

Reading what a report says is not done here; that is for ``pipelines.reading.extract``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree

from crawler.link_text import WORDS, fold
from crawler.urls import resolve, resolve_redirect, site_of
from pipelines.reading.charset import decode

Element = etree._Element

_MORE = re.compile(r"[\[(<>+»›·]*(?:查看)?(?:更多|more|全部)(?:内容|信息)?[\])<>+»›·.]*", re.I)
_SEPARATORS = re.compile(r"\s*(?:>>|>|»|›|→|/|\\|—>|-)\s*")
_REFRESH = re.compile(r"url\s*=\s*['\"]?([^'\"]+)", re.I)
_SCRIPTED = re.compile(
    r"location(?:\.href)?\s*(?:=|\.(?:replace|assign)\s*\()\s*[\"']([^\"']+)[\"']"
)
MOST_LINKS = 5_000
"""Links that are looked at on one page, at 0.2 ms each; the longest real pages, maps of a whole
portal, have some 2,000."""

_HEADING_LIMIT = 30  # characters; a longer text beside 更多 is no heading
_MOST_CRUMBS = 12

# 位置 is in every marker before a breadcrumb; looked for first because it is cheap.
_MARKERS = etree.XPath("//body//text()[contains(., '位置')][not(ancestor::script)]")
_CLASSED = etree.XPath(
    # Four times as fast as without the first condition, which most elements do not meet.
    "//body//*[@class or @id]["
    + " or ".join(
        f"contains(@class, '{word}') or contains(@id, '{word}')"
        for word in ("crumb", "position", "location", "dqwz", "weizhi")
    )
    + "]"
)


class Anchor(NamedTuple):
    """A link before its family has looked at it. ``mark``: class, id and rel of it and the class
    of the element around it."""

    url: str
    text: str
    title: str
    group: int
    crumb: bool
    mark: str


class Page:
    """An HTML page and its address. Bytes that are no HTML give a page without links."""

    def __init__(self, url: str, body: bytes, content_type: str | None = None) -> None:
        self.url = url
        self.text = decode(body, content_type)[0]

    @cached_property
    def tree(self) -> Element:
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        source = self.text.encode("utf-8", "replace").replace(b"\0", b"")
        try:
            tree = etree.fromstring(source, parser)
        except etree.XMLSyntaxError:  # nothing in it
            tree = None
        return etree.Element("html") if tree is None else tree

    @cached_property
    def base(self) -> str:
        """What relative links are relative to."""
        for element in self.tree.iter("base"):
            if href := element.get("href"):
                return resolve(self.url, href) or self.url
        return self.url

    @cached_property
    def anchors(self) -> list[Anchor]:
        """The links of the page in their order, those that lead to no page left out."""
        crumbs = set() if self._breadcrumb is None else set(self._breadcrumb.iter("a", "area"))
        groups: dict[Element, int] = {}
        anchors = []
        for element in islice(self.tree.iter("a", "area", "option"), MOST_LINKS):
            url = resolve(self.base, _address(element))
            if url is None:
                continue
            anchors.append(
                Anchor(
                    url=url,
                    text=_text(element),
                    title=element.get("title") or "",
                    group=groups.setdefault(_block(element), len(groups)),
                    crumb=element in crumbs,
                    mark=_mark(element),
                )
            )
        return anchors

    @cached_property
    def own_paths(self) -> frozenset[str]:
        """The paths of its links to its own portal; friends are often of another family."""
        own = site_of(self.url)
        urls = (anchor.url for anchor in self.anchors)
        return frozenset(urlsplit(url).path for url in urls if site_of(url) == own)

    @property
    def frames(self) -> list[str]:
        """The addresses of the pages that it shows within itself."""
        frames = (resolve(self.base, f.get("src") or "") for f in self.tree.iter("iframe", "frame"))
        return [url for url in frames if url]

    @cached_property
    def trail(self) -> tuple[str, ...]:
        """The breadcrumb as printed: ("网站首页", "政府信息公开", "乡镇街道", "科才镇")."""
        if self._breadcrumb is None:
            return ()
        text = _content(self._breadcrumb)
        for marker in WORDS["breadcrumb"]:
            text = text.rpartition(marker)[2]
        parts = _SEPARATORS.split(text.lstrip(":： "))
        return tuple(part.strip() for part in parts if part.strip())

    @cached_property
    def _breadcrumb(self) -> Element | None:
        """The element that holds the breadcrumb's links: by its words, else by its class."""
        found = (_with_links(element) for element in self._breadcrumb_candidates())
        return next((element for element in found if element is not None), None)

    def _breadcrumb_candidates(self) -> Iterator[Element | None]:
        for text in _MARKERS(self.tree):
            if any(marker in fold(str(text)) for marker in WORDS["breadcrumb"]):
                parent = text.getparent()
                yield parent.getparent() if text.is_tail else parent
        yield from _CLASSED(self.tree)

    @property
    def target(self) -> str | None:
        """Where a page sends its reader on to that ``pipelines.archive.outcome`` calls a redirect:
        by a meta tag or by its script."""
        for element in self.tree.iter("meta"):
            is_refresh = (element.get("http-equiv") or "").lower() == "refresh"
            if is_refresh and (match := _REFRESH.search(element.get("content") or "")):
                return resolve_redirect(self.base, match[1])
        for element in self.tree.iter("script"):
            if match := _SCRIPTED.search(element.text or ""):
                return resolve_redirect(self.base, match[1])
        return None


def _content(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _with_links(element: Element | None) -> Element | None:
    """The element or the one or two around it that has links, but no more than a breadcrumb: the
    words may stand in a span of their own beside them."""
    for _ in range(3):
        if element is None:
            return None
        links = sum(1 for _ in element.iter("a"))
        if links:
            return element if links <= _MOST_CRUMBS else None
        element = element.getparent()
    return None


def _address(element: Element) -> str:
    """Where a link leads; menus of units are now and then lists to choose from (select)."""
    if element.tag != "option":
        return element.get("href") or ""
    value = element.get("value") or ""
    return value if "/" in value or ".htm" in value else ""


def _block(element: Element) -> Element:
    """The nearest element around a link that holds other links as well."""
    block = element
    for around in element.iterancestors():
        block = around
        links = around.iter("a", "area", "option")
        next(links)
        if next(links, None) is not None:
            break
    return block


def _mark(element: Element) -> str:
    parent = element.getparent()
    around = None if parent is None else parent.get("class")
    return " ".join(filter(None, (*map(element.get, ("class", "id", "rel")), around)))


def _text(element: Element) -> str:
    """A link's text, a picture's alternative text, or the heading that 更多 stands beside."""
    text = _content(element)
    if not text:
        pictures = (picture.get("alt") or picture.get("title") for picture in element.iter("img"))
        return next(filter(None, pictures), element.get("alt") or "")
    if _MORE.fullmatch(fold(text)):
        for around in list(element.iterancestors())[:3]:
            heading = _content(around).replace(text, "").strip()
            if heading:
                return heading if len(heading) <= _HEADING_LIMIT else text
    return text
