"""The pages of tests/portals: what each family finds on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
import yaml

from crawler.families import FAMILIES, GENERIC, Page, family_of, recognise
from crawler.link_text import read_title

FOLDER = Path(__file__).parent / "portals"
SHAPES = {"articles": "detail", "columns": "column", "attachments": "attachment"}


def cases() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*/pages.yml")):
        for file, expected in yaml.safe_load(path.read_text("utf-8")).items():
            yield pytest.param(path.parent / file, expected, id=f"{path.parent.name}/{file}")


@pytest.mark.parametrize(("path", "expected"), list(cases()))
def test_a_page_gives_what_it_has(path: Path, expected: dict[str, Any]) -> None:
    unknown = set(expected) - {"url", "type", "evidence", "next", *SHAPES}
    assert not unknown
    page = Page(expected["url"], path.read_bytes(), expected.get("type"))
    family = FAMILIES[path.parent.name]
    assert family.recognise(page) == expected.get("evidence")
    if "evidence" in expected:
        assert recognise(page) == (family, expected["evidence"])
    links = family.links(page)
    for key, shape in SHAPES.items():
        wanted = [[text, urljoin(page.url, url)] for text, url in expected.get(key, [])]
        found = [link for link in links if link.shape == shape]
        assert [[read_title(x.text, x.title).text, x.url] for x in found] == wanted, key
    following = expected.get("next")
    assert family.next_page(page) == (urljoin(page.url, following) if following else None)


def test_all_pages_are_looked_at() -> None:
    files = {path for path in FOLDER.glob("*/*") if path.name != "pages.yml"}
    assert files == {case.values[0] for case in cases()}


def test_a_page_without_marks_is_the_portals_own() -> None:
    plain = Page("http://www.yunheng.example/a/", b"<p>x</p>")
    marked = Page("http://www.yunheng.example/x/gkmlpt/index", b"<p>x</p>")
    trs, vsb = FAMILIES["trs"], FAMILIES["vsb"]
    assert family_of(plain, trs) is trs
    assert family_of(marked, trs).name == "gkmlpt"
    assert family_of(plain, GENERIC) is GENERIC
    pasted = b'<div id="vsb_content_2"><div class="TRS_Editor">x</div></div>'
    assert family_of(Page("http://www.yunheng.example/info/1/2.htm", pasted), vsb) is vsb


def test_friends_of_another_family_are_no_evidence() -> None:
    friend = "http://www.city.example"
    links = "".join(
        f'<a href="{friend}{path}">x</a>'
        for n in range(4)
        for path in (
            f"/a/202601/t20260128_{n}.html",
            f"/art/2026/1/9/art_1_{n}.html",
            f"/info/1/{n}.htm",
            f"/public/column/{n}",
            f"/x/gkmlpt/content/1/2/post_{n}.html",
            f"/OpennessContent/show/{n}.html",
        )
    )
    assert recognise(Page("http://www.yunheng.example/", links.encode()))[0] is GENERIC
    assert recognise(Page(friend, links.encode()))[0] is not GENERIC


BROKEN = (
    *(b"", b"\0\xff", b"{", b"[]", b"cb({})", b'{"data": 3}', b'{"data": {"html": 3}}'),
    *(b'{"articles": [1]}', b'{"data": {"results": {"a": 1}}}'),
    b"<datastore><record><![CDATA[</record>",
    b"<script>window._CONFIG = {TREE: [{</script>",
    b"<script>createPageHTML(,,)</script>",
)


@pytest.mark.parametrize("name", sorted(FAMILIES))
@pytest.mark.parametrize("body", BROKEN)
def test_broken_answers_have_no_links_and_no_next_page(name: str, body: bytes) -> None:
    for path in ("/a/index.html", "/site/label/8888?pageIndex=x", "/x/gkmlpt/api/all/1?page=x"):
        page = Page("http://www.yunheng.example" + path, body)
        assert FAMILIES[name].links(page) == []
        assert FAMILIES[name].next_page(page) is None
