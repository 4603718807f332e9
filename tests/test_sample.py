"""The bundled sample: deterministic, fictional, true to its own truth, served as portals serve."""

from __future__ import annotations

import csv
import gzip
import http.client
import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
import yaml

from crawler.sample import Server, Site, Truth, World, faults, serve
from crawler.sample.figures import applicants, outcomes, results
from crawler.sample.layouts import lay_out
from crawler.sample.mistakes import MISTAKES
from crawler.sample.page import NOTICE
from crawler.sample.places import County, divisions
from crawler.sample.report_html import STYLES

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def site() -> Site:
    return World().sites[0]


@pytest.fixture(scope="module")
def truths(site: Site) -> dict[str, Truth]:
    return site.reports


def tree(site: Site, path: str) -> lxml.html.HtmlElement:
    page = site.page(path)
    return lxml.html.fromstring(page.body().decode(page.encoding))


def links(site: Site, path: str) -> Iterator[str]:
    for href in tree(site, path).xpath("//a/@href"):
        yield urljoin(f"http://sample.example{path}", href)


# The world


def test_same_seed_same_bytes() -> None:
    one, other, another = World(), World(), World(seed=1)
    paths = list(one.sites[0].pages)
    assert paths == list(other.sites[0].pages)
    for path in paths[::7]:
        assert one.sites[0].page(path).body() == other.sites[0].page(path).body()
    figures = [world.sites[0].reports[one.sites[0].report_paths[0]].raw for world in (one, other)]
    assert figures[0] == figures[1]
    other_figures = [truth.raw for truth in another.sites[0].reports.values()]
    assert figures[0] not in other_figures


def test_no_place_is_real() -> None:
    with (DATA / "divisions.csv").open(encoding="utf-8", newline="") as file:
        real = list(csv.DictReader(file))
    codes = {row["code"] for row in real}
    names = " ".join(row["name"] for row in real)
    for code, name, level in divisions([County(number, 40) for number in range(0, 300, 3)]):
        assert code.startswith("99")
        assert code not in codes
        assert name.removesuffix("（虚构）")[:2] not in names or level == "province", name
    assert "云汉省" not in names


def test_divisions_are_the_tracked_ones() -> None:
    with (DATA / "sample" / "divisions.csv").open(encoding="utf-8", newline="") as file:
        rows = [tuple(row.values()) for row in csv.DictReader(file)]
    assert rows == list(World().divisions())


def test_counties_differ_and_their_number_is_limited() -> None:
    world = World(counties=3, units=8)
    assert len({site.county.name for site in world.sites}) == 3
    assert len({site.county.code for site in world.sites}) == 3
    assert len(world.sites[2].report_paths) > 40
    with pytest.raises(ValueError, match="names for 1080 counties"):
        World(counties=1081)
    with pytest.raises(ValueError, match="1 to 49"):
        World(units=50)


def test_one_body_is_a_world() -> None:
    site = World(units=1).sites[0]
    assert len(site.report_paths) == 7
    for path in site.pages:
        assert site.page(path).status == 200


def test_every_style_and_mistake_occurs(truths: dict[str, Truth]) -> None:
    assert {truth.style for truth in truths.values()} == set(STYLES)
    assert {truth.mistake for truth in truths.values()} >= {mistake.name for mistake in MISTAKES}
    assert {truth.expected["form"] for truth in truths.values()} == {"2019", "2021"}
    assert {truth.expected["year"] for truth in truths.values()} == set(range(2019, 2026))
    absences = {kind for truth in truths.values() for kind in truth.absences.values()}
    assert absences == {"blank", "dash", "word", "unreadable"}


# The truth agrees with itself


def broken_sums(truth: Truth) -> set[tuple[str, str]]:
    """The sum rules of the forms, worked out from the values alone. A missing number may be any."""
    broken: set[tuple[str, str]] = set()
    table = {row["outcome"]: row for row in truth.expected["applications"]}

    def hold(check: str, where: str, parts: list[int | None], total: list[int | None]) -> None:
        low = [sum(number or 0 for number in side) for side in (parts, total)]
        known = [None not in side for side in (parts, total)]
        if (known[0] and low[1] > low[0]) or (known[1] and low[0] > low[1]):
            broken.add((check, where))

    rows = results(truth.expected["form"])
    all_rows = outcomes(truth.expected["form"])
    for column in applicants():
        value = {
            outcome: table[outcome][column] if outcome in table else None for outcome in all_rows
        }
        hold("applications.outcomes", column, [value[r] for r in rows], [value["total"]])
        hold(
            "applications.balance",
            column,
            [value["received"], value["carried_over"]],
            [value["total"], value["carried_forward"]],
        )
    for outcome, row in table.items():
        *parts, total = (row[column] for column in applicants())
        hold("applications.applicants", outcome, parts, [total])
    for route in truth.expected["proceedings"]:
        name, *parts, total = route.values()
        hold("proceedings.results", name, parts, [total])
    return broken


def test_sums_break_only_where_said(truths: dict[str, Truth]) -> None:
    sums = ("applications.", "proceedings.")
    with (DATA / "checks.yml").open(encoding="utf-8") as file:
        catalogue = yaml.safe_load(file)
    for path, truth in truths.items():
        assert {check.check for check in truth.checks} <= set(catalogue)
        said = {tuple(check) for check in truth.checks if check.check.startswith(sums)}
        assert broken_sums(truth) == said, path
    assert sum(bool(broken_sums(truth)) for truth in truths.values()) >= 4


def test_what_is_carried_over_is_what_was_carried_forward(site: Site) -> None:
    facts = site.facts
    for unit in site.county.units:
        for before, after in pairwise(range(2019, 2026)):
            reports = [facts.report(unit, year) for year in (before, after)]
            if any(report.mistake for report in reports):
                continue
            for column in applicants():
                forward = reports[0].figures.cells[f"applications.carried_forward.{column}"]
                over = reports[1].figures.cells[f"applications.carried_over.{column}"]
                assert forward.value == over.value


def test_pages_print_the_cells_in_order(site: Site, truths: dict[str, Truth]) -> None:
    """Cells of the article's tables, less the form's labels, are the figures of the truth."""
    for path, truth in truths.items():
        if truth.mistake in ("unknown_outcome", "unknown_item", "lost_label"):
            continue
        if truth.shown != "page":
            continue
        article = tree(site, path).xpath('//*[@class="v_news_content"]')[0]
        cells = [
            " ".join(cell.text_content().split())
            for row in article.xpath(".//tr[not(@height)]")
            for cell in row.xpath("./td|./th")
        ]
        labels = labels_of(site, path)
        printed = [cell for cell in cells if cell not in labels]
        assert printed == list(truth.raw.values()), (path, truth.style, truth.mistake)


def labels_of(site: Site, path: str) -> set[str]:
    unit, year = site.portal.articles[path].report or (None, None)
    assert unit is not None
    assert year is not None
    report = site.facts.report(unit, year)
    return {
        cell.text
        for section in report.sections
        if section.table
        for row in lay_out(report, section.table).rows
        for cell in row
        if not cell.is_figure
    }


def test_pages_print_the_head_and_the_prose(site: Site, truths: dict[str, Truth]) -> None:
    for path, truth in truths.items():
        page = tree(site, path)
        text = re.sub(r"\s", "", page.text_content())
        expected = truth.expected
        assert re.sub(r"\s", "", expected["title"]) in text
        crumb = page.xpath('//*[@class="dqwz"]')[0].text_content()
        names = [name.strip() for name in crumb.partition(":")[2].split(">")]
        assert names == expected["breadcrumb"]
        day, _, time = expected["published_at"].removesuffix("+08:00").partition("T")
        year, month, date = day.split("-")
        assert re.search(f"{year}[-年]{month}[-月]{date}日?{time}", text)
        for section in expected["sections"] if truth.shown == "page" else ():
            assert f"、{section['heading']}" in text
            for paragraph in section["paragraphs"]:
                assert re.sub(r"\s", "", paragraph) in text
        signatory = expected["signatory"] if truth.shown == "page" else None
        for value in (expected["source"], signatory):
            assert value is None or value in text
        marks = ("DownloadAttachUrl", "/__local/")
        found = [urlsplit(url) for url in links(site, path) if any(mark in url for mark in marks)]
        assert [url._replace(scheme="", netloc="").geturl() for url in found] == [
            attachment["path"] for attachment in expected["attachments"]
        ]


# The files


def test_a_report_can_stand_in_a_file_in_every_manner(site: Site, truths: dict[str, Truth]) -> None:
    assert {truth.shown for truth in truths.values()} == {"page", "file", "viewer"}
    made = Counter(check.check for truth in truths.values() for check in truth.checks)
    assert made["attachment.differs"] > 0
    assert made["attachment.missing"] > 0
    assert len(site.files) > made["attachment.differs"] + made["attachment.missing"] + 4
    for path in site.files:
        page = site.page(path)
        if page.file:
            texts = zipfile.ZipFile(io.BytesIO(page.body()))
            assert NOTICE in texts.read("docProps/core.xml").decode()
            assert page.file == site.page(path).file
        else:
            assert "请输入验证码" in page.text


# The portal


def test_every_page_says_that_it_is_fictional(site: Site) -> None:
    for path in [*site.pages, "/rili.jsp?date=2026-11", "/zt/2020/fkyq.htm", "/none.htm"]:
        page = site.page(path)
        text = page.body().decode(page.encoding)
        assert NOTICE in text or path == "/robots.txt"
        assert 'name="synthetic"' in text.replace("name=synthetic", 'name="synthetic"') or (
            page.status == 404 or path == "/robots.txt"
        )


def test_following_lists_finds_every_report(site: Site) -> None:
    """The way leads to every report, and each page of the way is linked from one before it."""
    found: set[str] = set()
    known = {"/"}
    for path in site.way:
        assert path in known, path
        assert site.page(path).status == 200
        for url in links(site, path):
            parts = urlsplit(url)
            if parts.netloc == "sample.example":
                known.add(parts.path)
            else:
                found.add(url)
    assert set(site.report_paths) <= known
    assert set(site.missing) <= known
    assert set(site.outside) <= found


def test_lists_count_down_and_cut_titles(site: Site) -> None:
    page = tree(site, "/zfxxgk/zfxxgknb.htm")
    assert page.xpath('//span[@class="p_next p_fun"]/a/@href') == ["../zfxxgk/zfxxgknb/4.htm"]
    assert page.xpath('//span[@class="p_t"]')[0].text == "共5页"
    titles = page.xpath('//li[starts-with(@id, "line_u8_")]/a')
    assert any(title.text.endswith("...") and not title.get("title") for title in titles)
    last = tree(site, "/zfxxgk/zfxxgknb/1.htm")
    assert not last.xpath('//span[@class="p_next p_fun"]')
    assert site.page("/zfxxgk/zfxxgknb/5.htm").status == 404
    year = tree(site, "/zfxxgk/zfxxgknb/n2025n.htm")
    attributes = year.xpath('//li[starts-with(@id, "line_u8_")]/a[@title]')
    assert any(len(link.get("title")) > 24 and "..." in link.text for link in attributes)


def test_a_report_can_have_two_addresses(truths: dict[str, Truth]) -> None:
    keys = [(truth.expected["publisher"], truth.expected["year"]) for truth in truths.values()]
    assert len(keys) == len(set(keys)) + 1


def test_a_column_can_show_its_only_article(site: Site, truths: dict[str, Truth]) -> None:
    truth = truths["/zfxxgk/zfxxgknb/a2019.htm"]
    assert truth.expected["breadcrumb"][-1] == "2019年"
    assert truth.expected["publisher"] == "云蘅县人民政府"


def test_old_pages_claim_gb2312_and_are_more(site: Site, truths: dict[str, Truth]) -> None:
    path = next(path for path, truth in truths.items() if truth.style == "old")
    page = site.page(path)
    assert page.content_type == "text/html"
    assert b"charset=gb2312" in page.body()
    with pytest.raises(UnicodeDecodeError):
        page.body().decode("gb2312")
    assert "喆" in page.body().decode("gb18030")


def test_traps_are_there(site: Site) -> None:
    titles = " ".join(article.title for article in site.portal.articles.values())
    for words in (
        "年度报告编制工作的通知",
        "法治政府建设年度报告",
        "编制培训会",
        "一图读懂",
        "决算",
    ):
        assert words in titles
    calendar = {urlsplit(url).query for url in links(site, "/rili.jsp?date=2026-12")}
    assert {"date=2026-11", "date=2027-01"} <= calendar
    assert any(";jsessionid=" in url for url in links(site, "/zfxxgk.htm"))
    assert "Disallow: /zfxxgk/nbyl" in site.page("/robots.txt").body().decode()
    draft = site.page("/zfxxgk/nbyl.htm").body().decode()
    assert "政府信息公开工作" in draft
    assert "/zfxxgk/nbyl.htm" not in site.reports
    for path in ("/rili.jsp?date=1", "/search.jsp?q=a", "/dayin.jsp?a=1", "/x.htm;jsessionid=1"):
        assert any(never.search(path) for never in site.never)
    assert not any(never.search(path) for never in site.never for path in site.way)


def test_some_are_listed_but_gone(site: Site) -> None:
    assert sorted(site.missing.values()) == ["gone", "soft 404"]
    for path, outcome in site.missing.items():
        page = site.page(path)
        assert page.status == (404 if outcome == "gone" else 200)
        assert outcome == "gone" or "您访问的页面不存在" in page.text


def test_clocks_change_and_nothing_else() -> None:
    site = World().sites[0]
    page = site.page("/xwzx/bxxw.htm")
    assert page.is_live
    assert page.modified is None
    assert page.body(visitor=1) != page.body(visitor=2)


def test_a_report_is_corrected_removed_and_published_later() -> None:
    site = World().sites[0]
    path = next(path for path, truth in site.reports.items() if truth.style == "plain")
    before = site.page(path).body()
    site.correct(path, "disclosure.licences.decisions", 4321)
    assert b"4321" in site.page(path).body() != before
    assert site.reports[path].raw["disclosure.licences.decisions"] == "4321"
    site.set_state(path, "gone")
    assert site.page(path).status == 404
    assert path not in site.reports
    assert site.missing[path] == "gone"
    site.set_state(path, "withheld")
    assert not any(path in url for page in site.way for url in links(site, page))
    site.set_state(path, "there")
    assert path in site.reports
    with pytest.raises(ValueError, match="no annual report"):
        site.correct("/zfxxgk/zfxxgkzn.htm", "disclosure.licences.decisions", 1)


# The server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serve(World(counties=2, units=8)) as server:
        yield server


def get(
    server: Server, target: str, site: int = 0, method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    host = urlsplit(server.urls[site]).hostname
    connection = http.client.HTTPConnection(str(host), server.port, timeout=5)
    try:
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, target, headers=fields)
        response = connection.getresponse()
        return response.status, {k.lower(): v for k, v in response.getheaders()}, response.read()
    finally:
        connection.close()


def test_each_county_has_its_own_host(server: Server) -> None:
    names = [site.county.name for site in server.world.sites]
    for number, name in enumerate(names):
        status, _, body = get(server, "/", number)
        assert status == 200
        assert name in body.decode()
    assert len({urlsplit(url).hostname for url in server.urls}) == 2


def test_connections_stay_open_and_requests_are_counted(server: Server) -> None:
    before = server.counts()["/zfxxgk.htm"]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    for _ in range(3):
        connection.request("GET", "/zfxxgk.htm")
        assert connection.getresponse().read()
    connection.close()
    assert server.counts()["/zfxxgk.htm"] == before + 3
    assert server.requests[-1] == (0, "GET", "/zfxxgk.htm", 200)


def test_unchanged_pages_answer_304(server: Server) -> None:
    site = server.world.sites[0]
    paths = [path for path in site.report_paths if site.page(path).modified]
    _, headers, body = get(server, paths[0])
    assert body == site.page(paths[0]).body()
    known = {"If_None_Match": headers["etag"]}
    assert get(server, paths[0], **known)[0] == 304
    assert get(server, paths[0], If_Modified_Since=headers["last-modified"])[0] == 304
    assert get(server, paths[0], If_None_Match='"another"')[0] == 200
    live = next(path for path in site.report_paths if not site.page(path).modified)
    first, second = (get(server, live) for _ in range(2))
    assert "etag" not in first[1]
    assert "last-modified" not in first[1]
    assert first[2] != second[2]


def test_gzip_when_asked(server: Server) -> None:
    _, headers, body = get(server, "/zfxxgk.htm", Accept_Encoding="gzip, deflate")
    assert headers["content-encoding"] == "gzip"
    assert NOTICE in gzip.decompress(body).decode()
    assert "content-encoding" not in get(server, "/zfxxgk.htm")[1]


def test_other_methods(server: Server) -> None:
    status, headers, body = get(server, "/zfxxgk/zfxxgknb.htm", method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 1000
    assert get(server, "/", method="POST")[0] == 405


def test_faults(server: Server) -> None:
    path = server.world.sites[0].report_paths[0]
    whole = get(server, path)[2]

    def under(fault: faults.Fault) -> tuple[int, dict[str, str], bytes]:
        server.faults[path] = fault
        try:
            return get(server, path)
        finally:
            del server.faults[path]

    assert under(faults.refused(403))[0] == 403
    assert under(faults.challenge)[0] == 521
    assert under(faults.script_challenge)[0] == 412
    status, headers, _ = under(faults.loop)
    assert (status, headers["location"]) == (302, path)
    assert under(faults.empty)[::2] == (200, b"")
    assert b"<a" not in under(faults.stub)[2]
    assert len(under(faults.huge)[2]) > 49_000_000
    with pytest.raises(http.client.IncompleteRead):
        under(faults.truncated)
    with pytest.raises(http.client.RemoteDisconnected):
        under(faults.closed)
    assert get(server, path)[2] == whole


def test_slow_and_silent_answers(server: Server) -> None:
    path = server.world.sites[0].report_paths[0]
    for fault, least in ((faults.slow, 64), (faults.silent, 0)):
        server.faults[path] = fault
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=0.3)
        connection.request("GET", path)
        response = connection.getresponse()
        try:
            assert len(response.read(64)) == least
        except TimeoutError:
            assert least == 0
        finally:
            connection.close()
            del server.faults[path]
