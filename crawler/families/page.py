"""A page as the walk needs it: its links with their blocks, its breadcrumb, where it sends on.

Reading what a report says is not done here; that is for ``pipelines.extract``.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

from lxml import html

from crawler.links import WORDS, fold
from crawler.urls import resolve
from pipelines.charset import decode

_MORE = re.compile(r"[\[(<>+»›·]*(?:查看)?(?:更多|more|全部)(?:内容|信息)?[\])<>+»›·.]*", re.I)
_SEPARATORS = re.compile(r"\s*(?:>>|>|»|›|→|/|\\|—>|-)\s*")
_REFRESH = re.compile(r"^\s*(\d+)[^;,]*[;,]\s*(?:url\s*=\s*)?['\"]?([^'\"]+)", re.I)
_SCRIPTED = re.compile(
    r"^\s*(?://[^\n]*\n\s*)?(?:window\.|self\.|top\.|document\.)?location(?:\.href)?\s*"
    r"(?:=|\.replace\()\s*[\"']([^\"']+)[\"']\s*\)?;?\s*$"
)
_CRUMB_CLASS = re.compile(r"crumb|position|location|dqwz|weizhi|curmb", re.I)
_HEADING_LIMIT = 30  # characters; a longer text beside 更多 is no heading


class Anchor(NamedTuple):
    """A link before its family has looked at it. ``mark``: class and id of it and its parent."""

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
    def tree(self) -> html.HtmlElement:
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        source = self.text.encode("utf-8", "replace").replace(b"\0", b"")
        tree = html.document_fromstring(source, parser=parser) if source.strip() else None
        return html.Element("html") if tree is None else tree

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
        crumbs = self._breadcrumb
        groups: dict[html.HtmlElement, int] = {}
        anchors = []
        for element in self.tree.iter("a", "area"):
            url = resolve(self.base, element.get("href") or "")
            if url is None:
                continue
            block = _block(element)
            parent = element.getparent()
            mark = " ".join(
                filter(
                    None,
                    (
                        element.get("class"),
                        element.get("id"),
                        element.get("rel"),
                        parent.get("class") if parent is not None else None,
                    ),
                )
            )
            anchors.append(
                Anchor(
                    url,
                    _text(element),
                    element.get("title") or "",
                    groups.setdefault(block, len(groups)),
                    crumbs is not None and crumbs in element.iterancestors(),
                    mark,
                )
            )
        return anchors

    @cached_property
    def trail(self) -> tuple[str, ...]:
        """The breadcrumb as printed: ("网站首页", "政府信息公开", "乡镇街道", "科才镇")."""
        if self._breadcrumb is None:
            return ()
        text = " ".join(self._breadcrumb.text_content().split())
        for marker in WORDS["breadcrumb"]:
            text = text.rpartition(marker)[2]
        parts = _SEPARATORS.split(text.lstrip(":： ").lstrip())
        return tuple(part.strip() for part in parts if part.strip())

    @cached_property
    def _breadcrumb(self) -> html.HtmlElement | None:
        for element in self.tree.iter():
            if not isinstance(element.tag, str) or element.tag in ("script", "style", "title"):
                continue
            said = fold(element.text or "") + fold(
                "".join(child.tail or "" for child in element) if len(element) else ""
            )
            marked = any(marker in said for marker in WORDS["breadcrumb"])
            if not marked and not _CRUMB_CLASS.search(
                f"{element.get('class', '')} {element.get('id', '')}"
            ):
                continue
            # The marker may stand in a span of its own beside the links.
            for around in (element, *list(element.iterancestors())[:2]):
                links = around.findall(".//a")
                if links:
                    if len(links) <= 12:
                        return around
                    break
        return None

    @cached_property
    def refresh(self) -> str | None:
        """Where the page sends its reader at once: by a meta tag, or a script and nothing else."""
        for element in self.tree.iter("meta"):
            if (element.get("http-equiv") or "").lower() == "refresh":
                match = _REFRESH.match(element.get("content") or "")
                if match and int(match[1]) <= 5:
                    return resolve(self.base, match[2])
        if not self.anchors:
            for element in self.tree.iter("script"):
                if match := _SCRIPTED.match(element.text or ""):
                    return resolve(self.base, match[1])
        return None


def _block(element: html.HtmlElement) -> html.HtmlElement:
    """The nearest element around a link that holds other links as well."""
    child = element
    for around in element.iterancestors():
        if any(other is not element for other in around.iter("a", "area") if other is not child):
            return around
        child = around
    return child


def _text(element: html.HtmlElement) -> str:
    """A link's text, a picture's alternative text, or the heading that 更多 stands beside."""
    text = " ".join(element.text_content().split())
    if not text:
        pictures = (picture.get("alt") or picture.get("title") for picture in element.iter("img"))
        return next(filter(None, pictures), "")
    if _MORE.fullmatch(fold(text)):
        for around in list(element.iterancestors())[:3]:
            heading = " ".join(around.text_content().split()).replace(text, "").strip()
            if heading:
                return heading if len(heading) <= _HEADING_LIMIT else text
    return text
