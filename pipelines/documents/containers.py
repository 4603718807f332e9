"""Where on a page the article is: the containers of data/article_containers.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import yaml
from lxml import etree

_FILE = Path(__file__).resolve().parents[2] / "data" / "article_containers.yml"
_MAY_CONTAIN = ("div", "td", "section", "article", "ucapcontent", "form", "main")


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
    for place, entry in enumerate(yaml.safe_load(_FILE.read_text(encoding="utf-8"))):
        for key, value in entry.items():
            tables[key][value] = place
    return ranks


def container_tags() -> frozenset[str]:
    """Names of elements that are containers by their name alone."""
    return frozenset(_ranks().tag)


def find_container(root: etree._Element) -> etree._Element | None:
    """The element that holds the article: of the surest kind found, the one with most text."""
    ranks = _ranks()
    best: list[etree._Element] = []
    best_rank = 1000
    for element in root.iter(*_MAY_CONTAIN):
        rank = ranks.tag.get(element.tag, 1000)
        identifier = element.get("id")
        if identifier:
            identifier = identifier.lower()
            rank = min(rank, ranks.id.get(identifier, 1000))
            for beginning, place in ranks.id_begins.items():
                if identifier.startswith(beginning):
                    rank = min(rank, place)
        classes = element.get("class")
        if classes:
            for name in classes.lower().split():
                rank = min(rank, ranks.class_.get(name, 1000))
        if rank < best_rank:
            best, best_rank = [element], rank
        elif rank == best_rank and best:
            best.append(element)
    if len(best) < 2:
        return best[0] if best else None
    return max(best, key=lambda element: sum(map(len, element.itertext())))
