"""Archived pages on the site: exactly what was printed, and nothing that acts."""

from __future__ import annotations

import sqlite3
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import lxml.html
import pytest
from datasette_process import serve
from documents.made_pdf import pdf_of
from hand_archive import HOST, Answers
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from playwright.sync_api import Browser, Page

from crawler.sample import World
from crawler.sample.report_html import STYLES
from pipelines.archive.capture import Origin
from pipelines.archive.inert import Surroundings, write_inert
from pipelines.archive.printed_cell import find_cell, printed_tables
from pipelines.archive.replay import prove_capture
from pipelines.archive.warc import read_exchanges
from pipelines.database.capture_facts import find_capture
from pipelines.reading.documents.html_tree import parse_page
from pipelines.reading.text import fold

EVIL = "http://evil.invalid"
HOSTILE = (Path(__file__).parent / "data" / "hostile.html").read_text("utf-8")
"""Everything by which a page may run a script, load a file of another host, or go there."""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d4944415478da63fccff0bf1e0006830280c3c3b8d20000000049454e44ae426082"
)
OLD = "<p>旧页<a href='/other.htm'>另</a><a href='{0}/gone.htm'>失</a><img src='/p.png' alt='图'>"


@dataclass
class Shown:
    """A running site and what its archive holds, by a name."""

    base: str
    home: Path
    captures: dict[str, int] = field(default_factory=dict)

    def path(self, name: str, rest: str = "") -> str:
        return f"{self.base}/-/archived/{self.captures[name]}{rest}"


def make(home: Path) -> dict[str, int]:
    """An archive with a report of each style, a hostile page, and answers of every kind."""
    answers = Answers(home)
    site = World().sites[0]
    captures = {}
    for style in STYLES:
        path = next(p for p, t in site.reports.items() if t.style == style and t.shown == "page")
        captures[style] = answers.add_report(site, path).id
    in_file = next(path for path, truth in site.reports.items() if truth.shown == "file")
    captures["in file"] = answers.add_report(site, in_file).id
    captures["hostile"] = answers.add("/hostile.htm", HOSTILE.encode()).id
    captures["other"] = answers.add("/other.htm", "<p>另一页".encode("gb18030")).id
    captures["old"] = answers.add("/old.htm", OLD.format(HOST).encode("gb18030")).id
    captures["revisit"] = answers.add("/old.htm", OLD.format(HOST).encode("gb18030")).id
    captures["changed"] = answers.add("/old.htm", b"<p>new").id
    captures["picture"] = answers.add("/p.png", PNG, "image/png").id
    captures["pdf"] = answers.add("/a.pdf", pdf_of("BT ET"), "application/pdf").id
    captures["text"] = answers.add("/a.txt", "第一行 <b>\n第二行".encode(), "text/plain").id
    captures["gone"] = answers.add("/gone", b"<h1>404</h1>", status="404 Not Found").id
    captures["empty"] = answers.add("/empty", b"", status="403 Forbidden").id
    captures["file"] = answers.add("/a.bin", b"\0\1\2" * 99, "application/octet-stream").id
    origin = Origin("harvest.warc.gz <urn:x:1>", "2019-05-06T07:08:09Z", "warc")
    captures["ingested"] = answers.add_ingested("/saved.htm", b"<p>saved", origin).id
    answers.close()
    return captures


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    home = tmp_path_factory.mktemp("replay") / "archive"
    return home, make(home)


@pytest.fixture(scope="module")
def site(archive: tuple[Path, dict[str, int]]) -> Iterator[Shown]:
    base, process = serve(archive[0])
    yield Shown(base, *archive)
    process.terminate()
    process.wait()


@pytest.fixture
def page(browser: Browser, site: Shown) -> Iterator[Page]:
    """A page that asks nothing but the site, and fails the test over anything that acts."""
    faults: list[str] = []
    page = browser.new_page()
    page.on("dialog", lambda dialog: (faults.append("a dialog"), dialog.dismiss()))
    page.on("popup", lambda _: faults.append("a window"))
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))

    def watch(url: str) -> None:
        if not url.startswith((site.base, "data:")):
            faults.append(f"asked {url}")

    page.on("request", lambda request: watch(request.url))
    yield page
    page.close()
    assert not faults, faults


def test_a_hostile_page_does_nothing(site: Shown, page: Page) -> None:
    page.goto(site.path("hostile"))
    page.wait_for_timeout(500)
    frame = page.frames[1]
    assert len(page.frames) == 2
    for name in ("#send", "#js", "#out", "summary", "b"):
        frame.locator(name).first.click(force=True, timeout=2000)
    page.wait_for_timeout(500)
    assert page.url == site.path("hostile")
    assert frame.url == site.path("hostile", "/page")
    # What it prints is there.
    text = frame.locator("body").inner_text()
    for printed in ("正文粗", "脚本链接", "外链", "块", "转义", "动", "图", "末尾"):
        assert printed in text


def test_a_hostile_page_does_nothing_without_the_frame_or_the_policy(
    site: Shown, browser: Browser
) -> None:
    """What is written is inert by itself: opened as a page of its own, with scripts allowed."""
    with urllib.request.urlopen(site.path("hostile", "/page")) as response:
        html = response.read().decode()
    asked: list[str] = []
    page = browser.new_page()
    page.on("dialog", lambda dialog: (asked.append("a dialog"), dialog.dismiss()))
    page.route("**/*", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto("http://127.0.0.1:9/page")
    page.wait_for_timeout(500)
    for name in ("#send", "#js", "#out", "summary", "b"):
        page.locator(name).first.click(force=True, timeout=2000)
    page.wait_for_timeout(300)
    assert set(asked) == {"http://127.0.0.1:9/page"}
    assert page.evaluate("window.ran") is None
    assert page.title() == "敌意"
    assert page.locator("script, iframe, object, embed, form, meta[http-equiv], base").count() == 0
    page.close()


def test_the_framed_page_is_fenced_in(site: Shown, page: Page) -> None:
    with urllib.request.urlopen(site.path("hostile", "/page")) as response:
        headers = response.headers
    policy = headers["content-security-policy"].split("; ")
    assert policy[0] == "default-src 'none'"
    for rule in (
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    ):
        assert rule in policy
    assert policy[-1] == "sandbox allow-top-navigation-by-user-activation"
    assert len(headers.get_all("content-security-policy")) == 1
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-type"] == "text/html; charset=utf-8"
    page.goto(site.path("hostile"))
    sandbox = page.locator("iframe").get_attribute("sandbox")
    assert sandbox == "allow-top-navigation-by-user-activation"


# fmt: off
TAGS = (
    "p", "table", "tr", "td", "svg", "math", "style", "script", "noscript", "template", "textarea",
    "title", "xmp", "plaintext", "iframe", "noembed", "noframes", "select", "option", "form", "a",
    "img", "mglyph", "mtext", "annotation-xml", "desc", "foreignObject", "![CDATA[", "!--",
    "!doctype", "frameset", "body",
)
# fmt: on
markup = st.recursive(
    st.sampled_from(["文", "<", ">", "&lt;script&gt;", "--", "]]>", "\"'", "</", "/>", "`"]),
    lambda inner: st.builds(
        lambda tag, attribute, content, closed: (
            f"<{tag} {attribute}>{''.join(content)}" + (f"</{tag}>" if closed else "")
        ),
        st.sampled_from(TAGS),
        st.sampled_from(
            [
                "",
                "onload=alert(1)",
                'title="</style></title></noscript><script>alert(1)</script>"',
                "href=javascript:alert(1)",
                "style=\"background:url('//evil.invalid')\"",
                "src=//evil.invalid/x",
                "encoding=text/html",
            ]
        ),
        st.lists(inner, max_size=3),
        st.booleans(),
    ),
    max_leaves=12,
)


@given(st.lists(markup, max_size=4).map("".join))
@settings(max_examples=150)
def test_only_inert_elements_are_written(text: str) -> None:
    """Whatever the page: what is written, read again by another parser, has only what may be."""
    root = parse_page(f"<body>{text}</body>")
    if root is None:
        return
    written = lxml.html.document_fromstring(write_inert(root, EVIL, Surroundings()))
    for element in written.iter():
        assert isinstance(element.tag, str), element
        assert element.tag not in {"script", "iframe", "object", "embed", "form", "base", "link"}
        assert element.tag not in {"svg", "math", "template", "noscript", "textarea", "xmp"}
        for name, value in element.items():
            assert not name.startswith("on")
            assert name != "src" or value.startswith("data:image/")
            assert name != "href" or value.startswith("#")


# What the page shows


def printed_figures(home: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        conn.row_factory = sqlite3.Row
        return conn.execute(
            'SELECT report, capture, table_number, row, "column", raw FROM figures'
            ' WHERE row IS NOT NULL ORDER BY report, table_number, row, "column"'
        ).fetchall()


def get(address: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer; redirects are followed."""
    request = urllib.request.Request(address, headers=headers)
    try:
        response = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        names = {name.lower(): value for name, value in response.headers.items()}
        return response.status, response.read().decode("utf-8", "replace"), names


def printed_by(cell: etree._Element, raw: str) -> bool:
    """In some cells several figures run together; where the cell is this one's own, it is it."""
    return cell.tag in ("td", "th") and raw in fold("".join(map(str, cell.itertext())))


def test_every_figure_has_the_cell_that_printed_it(site: Shown) -> None:
    """All figures of one report, by what the plugin asks for."""
    capture = site.captures["word"]
    figures = [row for row in printed_figures(site.home) if row["report"] == capture]
    assert len(figures) >= 150
    with closing(sqlite3.connect(site.home / "gongkai.db")) as conn:
        tables = printed_tables(conn, capture)
        found = find_capture(conn, capture)
        assert found is not None
        root = parse_page(prove_capture(site.home, conn, found).body.decode())
    assert root is not None
    cells = Counter()
    for figure in figures:
        table = next(table for table in tables if table.number == figure["table_number"])
        cell = find_cell(root, table, figure["row"], figure["column"])
        assert cell is not None
        assert printed_by(cell, figure["raw"])
        cells[cell] += 1
    assert len(cells) == len(figures)


def test_figures_of_every_style_of_page_lead_to_their_cells(site: Shown) -> None:
    styles = Counter()
    for figure in printed_figures(site.home)[::53]:
        place = f"?table={figure['table_number']}&row={figure['row']}&column={figure['column']}"
        address = f"{site.base}/-/archived/{figure['capture']}"
        if figure["capture"] == figure["report"]:
            address += "/page"
        _, html, _ = get(address + place)
        (cell,) = lxml.html.document_fromstring(html).xpath("//*[@id='cell']")
        assert printed_by(cell, figure["raw"])
        styles[figure["report"]] += 1
    assert len(styles) == len(STYLES) + 1


def test_a_figure_on_the_site_leads_to_its_cell(site: Shown, page: Page) -> None:
    report = site.captures["word"]
    page.goto(f"{site.base}/-/report/{report}")
    row = page.locator("table.printed tr", has_text="一、本年新收政府信息公开申请数量")
    printed = row.locator("td").last.inner_text()
    row.locator("td a").last.click()
    page.wait_for_url("**/-/archived/**")
    cell = page.frame_locator("iframe").locator("#cell")
    assert cell.inner_text().strip() == printed
    # The frame opens where the cell is.
    box, frame = cell.bounding_box(), page.locator("iframe").bounding_box()
    assert box
    assert frame
    assert frame["y"] <= box["y"] <= frame["y"] + frame["height"]
    assert "红框" in page.locator("main").inner_text()


def test_a_figure_of_a_file_leads_to_the_file(site: Shown, page: Page) -> None:
    """From the tables of its report: these know the page alone."""
    page.goto(f"{site.base}/gongkai/disclosure?report={site.captures['in file']}&_size=1")
    link = page.locator("td.col-raw a").first
    printed = link.inner_text()
    link.click()
    assert page.locator("td:target").inner_text() == printed
    assert "所在网页的存档" in page.locator(".banner").inner_text()


def test_text_and_tables_stay_as_they_were(site: Shown) -> None:
    with closing(sqlite3.connect(site.home / "gongkai.db")) as conn:
        for style in STYLES:
            _, html, _ = get(site.path(style, "/page"))
            shown = "".join(fold(str(lxml.html.document_fromstring(html).text_content())).split())
            for (text,) in conn.execute(
                "SELECT text FROM sections WHERE report = ?", [site.captures[style]]
            ):
                for line in text.split("\n"):
                    assert "".join(line.split()) in shown, style


def test_the_banner_says_what_it_is(site: Shown, page: Page) -> None:
    page.goto(site.path("word"))
    banner = page.locator(".banner").inner_text()
    with closing(sqlite3.connect(site.home / "gongkai.db")) as conn:
        digest, file, offset, url = conn.execute(
            "SELECT digest, warc_file, warc_offset, url FROM captures WHERE id = ?",
            [site.captures["word"]],
        ).fetchone()
    for fact in (digest, file, f"偏移 {offset}", url, "北京时间", "最近一次存档", "第 1 版"):
        assert fact in banner
    live = page.locator(f".banner a[href='{url}']")
    assert live.get_attribute("rel") == "noreferrer noopener nofollow"
    english = get(site.path("word", "?lang=en"))[1]
    assert "Beijing time" in english
    assert "checked against the archived bytes" in english


def test_the_banner_says_where_an_ingested_page_came_from(site: Shown) -> None:
    said = get(site.path("ingested", "?lang=en"))[1]
    assert "harvest.warc.gz &lt;urn:x:1&gt;" in said
    assert "by the WARC-Date of that record" in said
    assert "2019-05-06 15:08:09, Beijing time" in said
    assert "<dt>Captured</dt>" not in said
    assert "<dt>Captured</dt>" in get(site.path("word", "?lang=en"))[1]


def test_a_cell_is_shown_where_a_script_would_have_unfolded_it() -> None:
    root = parse_page(
        "<div style='color:red;display:none'><table hidden><tr><td id=cell>1<td>2</table></div>"
        "<p style='display:none'>3"
    )
    assert root is not None
    cell = root.findall(".//td")[1]
    html = write_inert(root, None, Surroundings(), cell)
    body = html[html.index("<body") :]
    assert '<div style="color:red;"><table><tr><td>1</td><td id="cell">2</td>' in body
    assert '<p style="display:none">3' in body


def test_a_revisit_shows_the_body_that_it_refers_to(site: Shown) -> None:
    status, html, _ = get(site.path("revisit", "/page"))
    assert (status, "旧页" in html) == (200, True)
    banner = get(site.path("revisit"))[1]
    assert f'/-/archived/{site.captures["old"]}"' in banner
    assert "此后内容已变" in banner
    assert f'/-/archived/{site.captures["changed"]}"' in banner


def test_links_and_pictures_lead_into_the_archive_or_nowhere(site: Shown, page: Page) -> None:
    page.goto(site.path("old"))
    frame = page.frame_locator("iframe")
    assert frame.locator("text=失").get_attribute("href") is None
    assert frame.locator("text=失").get_attribute("title") == f"{HOST}/gone.htm"
    assert frame.locator("img").evaluate("image => image.naturalWidth") == 1
    frame.locator("text=另").click()
    page.wait_for_url(site.path("other"))
    assert "另一页" in page.frame_locator("iframe").locator("body").inner_text()


def test_what_is_no_page_is_shown_as_what_it_is(site: Shown, page: Page) -> None:
    page.goto(site.path("text"))
    assert "第一行 <b>" in page.frame_locator("iframe").locator("pre").inner_text()
    page.goto(site.path("picture"))
    image = page.frame_locator("iframe").locator("img")
    assert image.evaluate("image => image.naturalWidth") == 1
    page.goto(site.path("pdf"))
    drawn = page.locator("img.pdf-page")
    assert drawn.count() == 1
    drawn.evaluate("image => image.decode()")
    assert drawn.evaluate("image => image.naturalWidth") == 1000
    for name, words in (("gone", "404"), ("empty", "没有正文"), ("file", "请下载查看")):
        page.goto(site.path(name))
        assert words in page.locator("main").inner_text()
    assert get(site.path("pdf", "/page/9.png"))[0] == 404


def test_bytes_can_be_taken_away(site: Shown, tmp_path: Path) -> None:
    """The body as a file, and the record as a WARC file of one record."""
    with urllib.request.urlopen(site.path("hostile", "/body")) as response:
        assert response.read() == HOSTILE.encode()
        assert response.headers["content-type"] == "application/octet-stream"
        assert response.headers["content-disposition"].startswith("attachment;")
        assert response.headers["content-security-policy"].endswith("sandbox")
    record = tmp_path / "record.warc.gz"
    with urllib.request.urlopen(site.path("hostile", "/record")) as response:
        record.write_bytes(response.read())
    (exchange,) = read_exchanges(record)
    assert exchange.body == HOSTILE.encode()


def test_answers_can_be_kept_and_asked_for_again(site: Shown) -> None:
    for rest in ("", "/page", "/body", "/record"):
        address = site.path("word", rest)
        _, _, headers = get(address)
        status, nothing, _ = get(address, **{"If-None-Match": headers["etag"]})
        assert (status, nothing) == (304, ""), rest
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD")) as head:
            assert head.headers["etag"] == headers["etag"]
            assert head.read() == b""


def test_a_capture_that_is_not_there_is_said_to_be_missing(site: Shown) -> None:
    for rest in ("", "/page", "/body", "/record", "/page/1.png"):
        status, text, _ = get(f"{site.base}/-/archived/5{rest}")
        assert status == 404
        assert "没有编号为 5 的存档" in text


def test_bytes_that_cannot_be_proved_are_not_shown(
    archive: tuple[Path, dict[str, int]], site: Shown
) -> None:
    """The file is flipped in one byte, then gone: a page with words, and nothing of the capture."""
    home, captures = archive
    with closing(sqlite3.connect(home / "gongkai.db")) as conn:
        file, offset = conn.execute(
            "SELECT warc_file, warc_offset FROM captures WHERE id = ?", [captures["other"]]
        ).fetchone()
    path = home / "warc" / file
    whole = path.read_bytes()
    try:
        place = offset + 200
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        for rest in ("", "/page", "/body"):
            status, text, _ = get(site.path("other", rest))
            assert status == 410
            assert f"{file} 第 {offset} 至" in text
            assert "另一页" not in text
        path.rename(path.with_suffix(".away"))
        for rest in ("", "/page", "/body", "/record", "?table=0&row=0&column=0"):
            status, text, _ = get(site.path("other", rest))
            assert status == 410
            assert f"档案中已没有 WARC 文件 {file}" in text
        assert f"{file} is not in the archive any more" in get(site.path("other", "?lang=en"))[1]
        path.with_suffix(".away").rename(path)
    finally:
        path.write_bytes(whole)
