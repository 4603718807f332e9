"""Where on a page the article is: the containers of data/article_containers.yml."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, cast

from lxml import etree

from pipelines.yaml_file import read_yaml

_FILE = Path(__file__).resolve().parents[3] / "data" / "article_containers.yml"
_NONE = 1000  # the rank of what is no container
_OFTEN = ("div", "section", "article", "form", "main")
# Asked only where there is no other, and by libxml2: a page has hundreds.
_SELDOM = etree.XPath("descendant::td[@id or @class]")


class _Ranks(NamedTuple):
    """Place in the file, where smaller is surer, by what is compared."""

    tag: dict[str, int]
    id: dict[str, int]
    id_begins: dict[str, int]
    class_: dict[str, int]


@lru_cache(maxsize=1)
def _ranks() -> _Ranks:
    ranks = _Ranks({}, {}, {}, {})
    tables = {"tag": ranks.tag, "id": ranks.id, "id_begins": ranks.id_begins, "class": ranks.class_}
    for place, entry in enumerate(read_yaml(_FILE)):
        for key, value in entry.items():
            tables[key][value] = place
    return ranks


def find_container(root: etree._Element) -> etree._Element | None:
    """The element that holds the article: of the surest kind found, the one with most text."""
    best = _surest(root.iter(*_OFTEN, *_ranks().tag))
    if not best:
        best = _surest(cast("list[etree._Element]", _SELDOM(root)))
    if len(best) < 2:
        return best[0] if best else None
    return max(best, key=lambda element: sum(map(len, element.itertext())))


def _surest(elements: Iterable[etree._Element]) -> list[etree._Element]:
    best: list[etree._Element] = []
    best_rank = _NONE
    by_tag = _ranks().tag
    for element in elements:
        identifier, classes = element.get("id"), element.get("class")
        if identifier is None and classes is None and element.tag not in by_tag:
            continue
        rank = _rank(element.tag, identifier, classes)
        if rank < best_rank:
            best, best_rank = [element], rank
        elif rank == best_rank != _NONE:
            best.append(element)
    return best


@lru_cache(maxsize=4096)
def _rank(tag: str, identifier: str | None, classes: str | None) -> int:
    ranks = _ranks()
    identifier = (identifier or "").lower()
    return min(
        ranks.tag.get(tag, _NONE),
        ranks.id.get(identifier, _NONE),
        *(rank for start, rank in ranks.id_begins.items() if identifier.startswith(start)),
        *(ranks.class_.get(name, _NONE) for name in (classes or "").lower().split()),
    )
