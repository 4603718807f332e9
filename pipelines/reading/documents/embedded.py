"""What an article shows without being text of the page: frames, viewers of files, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from pipelines.yaml_file import read_yaml

RULES = Path(__file__).resolve().parents[3] / "data" / "parts.yml"

_FRAMES = {"iframe": "src", "embed": "src", "object": "data"}
# The original first: systems show a smaller copy, or a placeholder until the reader scrolls there.
_PICTURE = ("orisrc", "data-original", "data-src", "src")
_SMALLEST = 200  # pixels: a table in a narrower picture could not be read by anybody
_PIXELS = re.compile(r"\s*(\d+)(?:px)?\s*", re.I)


@lru_cache(maxsize=1)
def rules() -> dict[str, Any]:
    """The words of data/parts.yml, by their keys."""
    found: dict[str, Any] = read_yaml(RULES)
    return found


def names_file(address: str) -> bool:
    """Whether an address is that of a document: by its ending, or as a download script's."""
    endings, scripts = _file_marks()
    address = address.lower()
    if address.partition("?")[0].endswith(endings):
        return True
    return scripts.search(address) is not None


@lru_cache(maxsize=1)
def _file_marks() -> tuple[tuple[str, ...], re.Pattern[str]]:
    return tuple(rules()["endings"]), re.compile("|".join(map(re.escape, rules()["scripts"])))


@lru_cache(maxsize=1)
def _call() -> re.Pattern[str]:
    names = "|".join(map(re.escape, rules()["viewer_calls"]))
    return re.compile(rf"\b(?:{names})\s*\(\s*([\"'])(.+?)\1")


def read_calls(text: str, base: str) -> Iterator[str]:
    """The files that scripts of a page show, as absolute addresses."""
    if any(name in text for name in rules()["viewer_calls"]):
        for call in _call().finditer(text):
            yield _join(base, call[2])


def read_embedded(article: etree._Element, base: str) -> tuple[list[str], list[str]]:
    """The absolute addresses of what frames in an article show (the file behind a viewer, else the
    frame), and of its images, less those of the page's template: small ones, and those whose path
    or ending says so (data/parts.yml)."""
    frames: list[str] = []
    pictures: list[str] = []
    for element in article.iter("img", *_FRAMES):
        if element.tag == "img":
            address = next((a.strip() for name in _PICTURE if (a := element.get(name))), "")
            if address.startswith("data:image/"):
                pictures.append(address)
            elif address and not _is_small(element) and not _of_template(address):
                pictures.append(_join(base, address))
        else:
            address = (element.get(_FRAMES[str(element.tag)]) or "").strip()
            if address and not address.startswith(("about:", "javascript:", "data:", "#")):
                frames.append(_behind_viewer(_join(base, address)))
    return frames, pictures


def _is_small(image: etree._Element) -> bool:
    sizes = (_PIXELS.fullmatch(image.get(name) or "") for name in ("width", "height"))
    return any(size is not None and int(size[1]) < _SMALLEST for size in sizes)


def _of_template(address: str) -> bool:
    path = address.partition("?")[0].lower()
    return path.endswith(tuple(rules()["picture_endings"])) or any(
        word in path for word in rules()["template_pictures"]
    )


def _behind_viewer(address: str) -> str:
    """The file that a viewer is told to show; the address itself where it is no viewer."""
    try:
        query = parse_qsl(urlsplit(address).query)
    except ValueError:
        return address
    for name, value in query:
        if name.lower() in rules()["viewer_parameters"] and names_file(value):
            return _join(address, value)
    return address


def _join(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # such as http://[broken
        return address
