"""The search page: reports by words of their titles, publishers and sections, by place and year."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from pipelines.search.index import has_search_index
from pipelines.search.query import PAGE_SIZE, Found, search
from pipelines.search.snippet import mark
from pipelines.search.words import LONGEST_QUERY, MOST_WORDS, query_words
from pipelines.site.language import Language
from pipelines.site.page import Asking, NotUnderstood, Page
from pipelines.site.rows import select_one
from pipelines.site.words import say

PATH = "/-/search"
_PLACE = "SELECT code, name, parent FROM divisions WHERE code = ?"


def _read(conn: sqlite3.Connection, asking: Asking) -> dict[str, Any]:
    """What a search finds. ``message`` is a sentence where there is nothing to show, or not all of
    the query was looked for. Raises NotUnderstood for a place, a year or a page that is none."""
    query = asking.parameters.get("q", "").strip()
    place = asking.parameters.get("place", "").strip()
    year = _number(asking, "year")
    page = _number(asking, "page") or 1
    found = Found((), 0, page, True, (), (), ())
    known = select_one(conn, _PLACE, [place]) if place else None
    if place and not known:
        raise NotUnderstood(say("search.no_place", asking.language, place=place[:20]))
    if has_search_index(conn):
        found = search(conn, query, place, year, page)
        message = _message(query, found, asking.language)
    else:
        message = say("search.no_index", asking.language)
    kept = {"q": query[:LONGEST_QUERY], "place": place, "year": year}
    return {
        "query": query[:LONGEST_QUERY],
        "longest": LONGEST_QUERY,
        "place": known,
        "year": year,
        "found": found,
        "first": (page - 1) * PAGE_SIZE + 1,
        "message": message,
        "mark": lambda text: mark(text, found.words),
        "address": lambda **changed: asking.address(PATH, kept | changed),
    }


def _message(query: str, found: Found, language: Language) -> str | None:
    if not query:
        return None
    if not found.words:
        return say("search.no_words", language)
    if len(query) > LONGEST_QUERY or len(query_words(query, most=None)) > MOST_WORDS:
        return say("search.cut", language, words=" ".join(found.words))
    return None if found.total else say("search.nothing", language)


def _number(asking: Asking, name: str) -> int | None:
    text = asking.parameters.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and int(text)):
        raise NotUnderstood(say(f"search.no_{name}", asking.language, text=text[:20]))
    return int(text)


def _to_json(shown: Mapping[str, Any]) -> dict[str, Any]:
    """A page of hits as plain values: texts are whole, ``snippet`` has its hits between ⟦ and ⟧."""
    found: Found = shown["found"]
    return {
        "query": shown["query"],
        "words": list(found.words),
        "place": shown["place"]["code"] if shown["place"] else None,
        "year": shown["year"],
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "ranked": found.ranked,
        "message": shown["message"],
        "years": [{"year": year, "count": count} for year, count in found.years],
        "places": [
            {"division": code, "name": name, "count": count} for code, name, count in found.places
        ],
        "hits": [
            {
                "report": hit.report,
                "title": "".join(piece.text for piece in hit.title),
                "publisher": "".join(piece.text for piece in hit.publisher),
                "year": hit.year,
                "division": hit.division,
                "division_name": hit.division_name,
                "heading": hit.heading,
                "snippet": "".join(
                    f"⟦{piece.text}⟧" if piece.hit else piece.text for piece in hit.snippet
                ),
            }
            for hit in found.hits
        ],
    }


PAGE = Page(rf"{PATH}(?P<format>\.json)?$", "search.html", _read, _to_json)
