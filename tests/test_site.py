"""The site in a real browser: every page opens at both widths, safely, and says what things are."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from datasette.utils import tilde_encode
from datasette_process import serve
from generated import PORTAL, Crawl, fill, make_old_report, make_report, open_archive, report_url
from playwright.sync_api import Browser, Page

from pipelines.columns import FILE, column_text, table_text
from pipelines.database.file import NoArchive
from pipelines.database.store import Store
from pipelines.reading.report import Attachment, Finding
from pipelines.site import FOLDER
from pipelines.site.coverage import SIGNS
from pipelines.site.words import say
from pipelines.yaml_file import read_yaml

HOSTILE = (
    "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">'\"&amp;"
    "</title></textarea></script>\u202etxet\u2066{{ 7 * 7 }}=cmd|'/c calc'!A1" + "W" * 300
)
WIDTHS = (1280, 390)
HIDDEN = {"loaded", "frontier", "leases", "walked", "_sqlite_migrations"}
QUERIES = (
    "missing_reports",
    "late_reports",
    "refusal_reasons",
    "sums_that_fail",
    "township_figures",
)


@dataclass
class Site:
    """A running Datasette and the archive that it shows."""

    base: str
    crawl: Crawl

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.base + path) as response:
            return str(response.read().decode())

    def rows(self, path: str) -> list[dict[str, Any]]:
        """Rows of a table or query as the JSON API gives them."""
        base, _, query = path.partition("?")
        found = json.loads(self.get(f"{base}.json?_shape=objects&{query}"))
        return list(found["rows"])

    def report(self, title: str) -> int:
        ((id,),) = self.crawl.store.conn.execute(
            "SELECT id FROM reports WHERE current = 1 AND title LIKE ?", [f"%{title}%"]
        )
        return int(id)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    crawl = open_archive(tmp_path_factory.mktemp("site") / "archive")
    for _ in fill(crawl, range(2021, 2023)):
        pass
    town = "990701101"
    hostile = make_report(
        town,
        2022,
        1,
        title=f"敌意标题{HOSTILE}",
        publisher=f"虚构机关{HOSTILE}",
        source=HOSTILE,
        attachments=[Attachment("javascript:document.title='run'", HOSTILE)],
        findings=[Finding(HOSTILE, "error", "source", HOSTILE, HOSTILE, HOSTILE, 1, 2)],
    )
    assert crawl.save(report_url(town, 2022), hostile) == "changed"
    crawl.save(
        report_url("990701102", 2022),
        make_report("990701102", 2022, published_at="2023-04-10", source="更正"),
    )
    crawl.save(
        "http://gongkai.invalid/bureau.htm",
        make_report(
            PORTAL, 2021, 9, publisher="虚构县某局", publisher_kind="department",
            title="虚构县某局2021年报", published_at="2022-02-01",
        ),
    )  # fmt: skip
    crawl.save("http://gongkai.invalid/2016.htm", make_old_report())
    gone = report_url("990701103", 2022)
    crawl.capture(gone, outcome="gone")
    crawl.capture("http://gongkai.invalid/wall.htm", outcome="blocked")
    crawl.save("http://gongkai.invalid/torn.htm", None, "these bytes are no page")
    crawl.end()
    base, process = serve(crawl.store.home)
    yield Site(base, crawl)
    process.terminate()
    process.wait()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page that fails the test over anything in its console, a dialog, or another host."""
    faults: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: faults.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on("dialog", lambda dialog: (faults.append("a dialog"), dialog.dismiss()))

    def watch(url: str) -> None:
        if not url.startswith((site.base, "data:")):
            faults.append(f"asked {url}")

    page.on("request", lambda request: watch(request.url))
    yield page
    page.close()
    assert not faults, faults


def names(conn: Any, kind: str) -> list[str]:
    rows = conn.execute("SELECT name FROM sqlite_master WHERE type = ? ORDER BY name", [kind])
    return [name for (name,) in rows if name not in HIDDEN and not name.startswith("sqlite_")]


def own_pages(site: Site) -> list[str]:
    """A page of each kind of the site's own. A new page is added here and is tested in both
    languages, at both widths, for its words and by axe."""
    return [
        "/",
        "/?year=2021",
        "/-/division/00",
        "/-/division/990701",
        "/-/division/990701101",
        f"/-/report/{site.report('敌意标题')}",
        f"/-/report/{site.report('虚构县2016年')}",
        f"/-/report/{site.report('虚构丙镇2022年')}",
        "/-/division/99",
        "/-/search?q=复议",
        "/-/definitions",
        "/-/explore?place=990701&mark=990701101&from=2016",
        "/-/explore?chart=ranking&place=990701&mark=990701101",
        "/-/explore?chart=distribution&place=990701&mark=990701101",
        "/-/explore?place=虚构",
        f"/-/compare?a={site.report('敌意标题')}&q=虚构乙镇 2022",
        f"/-/compare?a={site.report('敌意标题')}&b={site.report('虚构县2016年')}",
    ]


def datasettes_pages(site: Site) -> list[str]:
    """A page of each kind that Datasette makes in our dress, and the page of downloads."""
    report = site.report("敌意标题")
    return [
        "/gongkai",
        f"/gongkai/reports?_where=id={report}",
        f"/gongkai/reports/{report}",
        "/gongkai/township_figures?year=2022",
        "/-/download",
    ]


def pages_of_errors(site: Site) -> list[str]:
    """Errors of a query and of an address, and a capture whose bytes are not in the archive."""
    archived = f"/-/archived/{site.report('敌意标题')}"
    return ["/gongkai?sql=select+x+from+nowhere", "/nothing", archived]


def paths(site: Site) -> list[str]:
    conn = site.crawl.store.conn
    report = site.report("敌意标题")
    found = ["/", "/gongkai", "/gongkai?_show_hidden=1"]
    found += [f"/gongkai/{name}" for kind in ("table", "view") for name in names(conn, kind)]
    found += [f"/gongkai/{name}" for name in QUERIES]
    found += [f"/gongkai/{name}?year=2022&division=990701" for name in QUERIES]
    for table in names(conn, "table"):
        info = conn.execute(f"PRAGMA table_info({table})").fetchall()
        columns = ", ".join(f'"{row[1]}"' for row in info if row[5])
        key = conn.execute(f"SELECT {columns} FROM {table} ORDER BY 1 DESC").fetchone()
        found.append(f"/gongkai/{table}/{','.join(tilde_encode(str(part)) for part in key)}")
    found += [path for path in own_pages(site) if path not in found]
    found += [
        f"/gongkai/reports/{report}",
        f"/gongkai/applications?report={report}&_sort=position",
        f"/gongkai/figures?report={report}",
        "/gongkai/reports?_sort=id&_facet=source&year__gt=2020&title__contains=年",
        "/gongkai?sql=select+title,+url,+raw+from+reports,+disclosure+limit+3",
        "/gongkai?sql=select+1+where+0",
        *(f"/-/{page}?lang={lang}" for lang in ("zh", "en") for page in ("download", "codebook")),
    ]
    return found


def test_every_page_opens(site: Site, page: Page) -> None:
    """Without a fault (see ``page``), and no wider than the screen."""
    for path in paths(site):
        response = page.goto(site.base + path)
        assert response is not None
        assert response.status == 200, path
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        assert page.title() != "run", path
        assert page.locator("h1").first.is_visible(), path
        # What a page printed is text: it makes no element of ours.
        assert page.locator("img").count() == 0, path
        assert page.locator("a[href^='javascript:' i]").count() == 0, path


def test_hostile_text_is_shown_as_it_is(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/-/report/{site.report('敌意标题')}")
    assert HOSTILE in page.locator("h1").inner_text()
    page.goto(f"{site.base}/gongkai/findings?check__contains=script")
    assert page.locator("td.col-message").first.inner_text() == HOSTILE


def test_no_page_holds_a_script_of_its_own_or_may_run_one(site: Site) -> None:
    for path in ("/", "/gongkai", "/gongkai/reports", "/gongkai/late_reports", "/nothing"):
        try:
            response = urllib.request.urlopen(site.base + path)
        except urllib.error.HTTPError as error:
            response = error
        with response:
            policy = response.headers["content-security-policy"]
            assert "script-src 'self';" in policy
            assert "default-src 'none'" in policy
            assert not re.search(r"<script(?![^>]*\ssrc=)", response.read().decode()), path


def test_a_report_links_its_page_without_telling_it_anything(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/-/report/{site.report('敌意标题')}")
    link = page.locator(f"a[href='{report_url('990701101', 2022)}']")
    assert link.get_attribute("rel") == "noreferrer noopener nofollow"


def test_a_figure_leads_to_its_cell_in_the_archived_page(site: Site, page: Page) -> None:
    report = site.report("敌意标题")
    figures = f"/gongkai/figures?report={report}&item=received&measure=total"
    (figure,) = site.rows(figures)
    place = f"table={figure['table_number']}&row={figure['row']}&column={figure['column']}"
    cell = f"/-/archived/{report}?{place}#cell"
    page.goto(f"{site.base}/-/report/{report}")
    row = page.locator("table.printed tr", has_text="一、本年新收政府信息公开申请数量")
    assert row.locator("td").last.inner_text() == str(figure["value"])
    assert row.locator("td a").last.get_attribute("href") == cell
    page.goto(site.base + figures)
    assert page.locator("td.col-raw a").get_attribute("href") == cell
    capture = page.locator("td.col-capture a").get_attribute("href")
    assert capture == f"/-/archived/{report}"


def test_rows_are_called_by_name(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/gongkai/reports?current=1")
    text = page.locator("table.rows").inner_text()
    assert "虚构甲镇" in text
    assert "虚构县人民政府" in text
    assert "2021 格式" in text
    facets = {box.get_attribute("data-column") for box in page.locator(".facet-info").all()}
    assert {"division", "year", "form", "publisher"} <= facets
    assert "虚构乙镇" in page.locator("#facet-division").inner_text()


def test_the_column_menu_and_the_editor_work_under_the_policy(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/gongkai/reports")
    page.locator("th.col-year svg").click()
    page.locator("text=升序").click()
    assert "_sort=year" in page.url
    page.goto(f"{site.base}/gongkai?sql=select+1+as+one")
    page.locator(".CodeMirror").wait_for()
    page.locator("input[type=submit]").click()
    assert page.locator("td").inner_text() == "1"


def test_who_has_not_published(site: Site) -> None:
    found = site.rows("/gongkai/missing_reports?year=2022")
    assert [(row["division"], row["county"]) for row in found] == [("990701103", "虚构县")]
    assert found[0]["gone_at"] is not None
    assert site.rows("/gongkai/missing_reports?division=62") == []


def test_who_published_late(site: Site) -> None:
    found = site.rows("/gongkai/late_reports?year=&division=990701")
    assert [(row["publisher_name"], row["deadline"], row["days_late"]) for row in found] == [
        ("虚构乙镇人民政府", "2023-03-31", 10),
        ("虚构县某局", "2022-01-31", 1),
    ]
    assert found[0]["url"] == report_url("990701102", 2022)


def test_why_requests_are_refused(site: Site) -> None:
    found = site.rows("/gongkai/refusal_reasons?year=2022")
    assert len(found) == 8
    assert sum(row["share"] for row in found) == pytest.approx(100, abs=0.5)
    ((total,),) = site.crawl.store.conn.execute(
        "SELECT sum(total) FROM applications JOIN reports ON reports.id = report WHERE current"
        " AND year = 2022 AND outcome LIKE 'refused%'"
    )
    assert sum(row["requests"] for row in found) == total


def test_reports_that_do_not_add_up_and_township_figures(site: Site) -> None:
    found = site.rows("/gongkai/sums_that_fail?division=990701102")
    assert {(row["check"], row["expected"], row["found"]) for row in found} == {
        ("applications.balance", 3511, 3508)
    }
    assert all(row["url"].startswith("http://gongkai.invalid/") for row in found)
    towns = site.rows("/gongkai/township_figures?year=2021")
    assert [row["name"][:3] for row in towns] == [f"虚构{name}" for name in "甲乙丙丁戊己"]
    assert all(isinstance(row["received"], int) for row in towns)


def test_a_page_cuts_a_long_result_and_says_so(site: Site) -> None:
    sql = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 700) SELECT i FROM n"
    )
    path = f"/gongkai?sql={quote(sql)}"
    page = site.get(path)
    assert say("common.more_rows", "zh", n=200) in page
    assert page.count('<td class="col-i">') == 200
    assert len(site.rows(path)) == 700


def test_a_key_that_offers_to_sort_its_table_does(site: Site) -> None:
    for table in names(site.crawl.store.conn, "table"):
        for link in re.findall(
            r'href="([^"]*[?&]_sort(?:_desc)?=id)"', site.get(f"/gongkai/{table}")
        ):
            site.get(link)


def test_everything_is_described_in_both_languages_and_nothing_else(site: Site) -> None:
    conn = site.crawl.store.conn
    described = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    used: set[str] = set()
    tables = names(conn, "table") + names(conn, "view")
    assert set(described["tables"]) == set(tables)
    for table in tables:
        assert_bilingual(table_text(table), table)
        columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
        assert set(described["tables"][table]["columns"]) <= set(columns), table
        used |= set(columns) - set(described["tables"][table]["columns"])
        for column in columns:
            assert_bilingual(column_text(table, column), f"{table}.{column}")
    assert set(described["common"]) <= used
    metadata = json.loads(site.get("/-/metadata.json"))["databases"]["gongkai"]
    for table in tables:
        shown = metadata["tables"][table]
        assert " · " in shown["title"]
        assert " · " in shown["description"]
        assert len(shown["columns"]) == len(list(conn.execute(f"PRAGMA table_info({table})")))
    assert set(metadata["queries"]) == set(QUERIES)
    for query in metadata["queries"].values():
        assert " · " in query["title"]
        assert " · " in query["description"]


def assert_bilingual(text: Any, what: str) -> None:
    assert re.search(r"[一-鿿]|ETag", text.zh), what
    assert re.search(r"[A-Za-z]", text.en), what


def test_columns_of_saved_queries_are_described(site: Site, page: Page) -> None:
    for query in QUERIES:
        page.goto(f"{site.base}/gongkai/{query}")
        for heading in page.locator("thead th").all():
            assert re.search(r"[一-鿿]", heading.inner_text()), (query, heading.inner_text())


def test_an_empty_archive_has_pages_too(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    base, process = serve(tmp_path)
    try:
        site = Site(base, Crawl(store))
        assert "档案中还没有年报" in site.get("/")
        assert "档案中没有此地的年报" in site.get("/-/division/00")
        assert "还没有年报，因此没有图" in site.get("/-/explore")
        assert "先找一份年报" in site.get("/-/compare")
        for name in (*names(store.conn, "table"), *names(store.conn, "view"), *QUERIES):
            assert site.get(f"/gongkai/{name}")
    finally:
        process.terminate()
        process.wait()


def test_without_an_archive_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoArchive, match="make one with `gongkai demo`"):
        serve(tmp_path / "nowhere")


UNMARKED_CHINESE = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
        const node = walker.currentNode;
        const marked = node.parentElement.closest("[lang]").getAttribute("lang").startsWith("zh");
        if (/[一-鿿]/.test(node.data) && !marked) found.push(node.data.trim());
    }
    return found;
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_are_in_one_language_and_open_to_all(site: Site, page: Page, language: str) -> None:
    """By axe, contrast AA included: nothing serious on a wide page in Chinese and a narrow one in
    English. What is Chinese on an English page is a place's name or what a page printed, and is
    marked so."""
    page.set_viewport_size({"width": WIDTHS[language == "en"], "height": 900})
    page.goto(f"{site.base}/?lang={language}")
    for path in own_pages(site) + datasettes_pages(site):
        page.goto(site.base + path)
        assert_open_to_all(page, language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_errors_are_in_one_language_and_open_to_all(
    site: Site, browser: Browser, language: str
) -> None:
    """In a browser of their own: a status of 400 is a fault in its console."""
    page = browser.new_page(viewport={"width": WIDTHS[language == "en"], "height": 900})
    page.goto(f"{site.base}/?lang={language}")
    for path in pages_of_errors(site):
        page.goto(site.base + path)
        assert_open_to_all(page, language)
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[language == "en"]
        said = page.locator(".message.error").inner_text()
        assert bool(re.search("[一-鿿]", said)) == (language == "zh"), (path, said)
    page.close()


def assert_open_to_all(page: Page, language: str) -> None:
    assert page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    if language == "en":
        assert page.evaluate(UNMARKED_CHINESE) == [], page.url
    found = Axe().run(page).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert not serious, (page.url, [(f["id"], f["nodes"][0]["html"]) for f in serious])


def test_a_language_is_chosen_on_any_page_and_remembered(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/gongkai/reports?year=2021&_size=2")
    page.locator("header a.language").click()
    assert page.url.endswith("/gongkai/reports?year=2021&_size=2&lang=en")
    assert page.locator("h1").inner_text().startswith("Reports")
    assert page.locator("tbody tr").count() == 2
    page.goto(f"{site.base}/-/division/990701")
    assert "Coverage by year" in page.locator("main").inner_text()
    page.locator("header a.language").click()
    assert "公布情况" in page.locator("main").inner_text()
    # An error has a language too.
    with pytest.raises(urllib.error.HTTPError) as error:
        site.get("/nothing?lang=en")
    with error.value as response:
        assert "There is no such page" in response.read().decode()


def test_a_keyboard_reaches_the_content_the_links_and_the_search(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/-/division/990701")
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate("[document.activeElement.className, document.activeElement.name || '']")
        )
    assert seen[0][0] == "skip"
    assert ["", "q"] in seen
    page.goto(f"{site.base}/-/division/990701")
    page.locator("header input[name=q]").focus()
    page.keyboard.type("复议")
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/search?q=*")


def test_a_report_shows_what_happened_to_it(site: Site) -> None:
    report = site.report("敌意标题")
    ((first,),) = site.crawl.store.conn.execute(
        "SELECT previous FROM changes WHERE report = ? LIMIT 1", [report]
    )
    shown = site.get(f"/-/report/{report}")
    history = shown[shown.index('id="history"') :]
    assert history.index("首次见到") < history.index("内容变更")
    # A figure that changed leads to the cell of either page, and is called by its name.
    assert re.search(rf"archived/{first}\?table=\d+&(amp;)?row=\d+", history)
    assert re.search(rf"archived/{report}\?table=\d+&(amp;)?row=\d+", history)
    assert "自然人" in history
    gone = site.get(f"/-/report/{site.report('虚构丙镇2022年')}?lang=en")
    assert "No longer at its address" in gone
    assert "found to be gone" in gone


def test_a_finding_stands_beside_the_date_that_it_is_about(site: Site) -> None:
    shown = site.get(f"/-/report/{site.report('虚构县某局2021年报')}")
    dates = shown[shown.index('id="dates"') : shown.index('id="history"')]
    assert "首次存档" in dates
    assert "最近存档" in dates


def test_a_place_shows_what_lies_below_it(site: Site) -> None:
    nation = site.get("/-/division/00?lang=en")
    assert re.search(r">\d+/\d+</a>", nation)
    assert "Reports that left their addresses" in nation
    county = site.get("/-/division/990701")
    findings = county[county.index('id="findings"') :]
    assert "收办不平衡" in findings  # a township's


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/-/report/abc", 404, "网址有误"),
        (f"/-/report/{'9' * 19}", 404, "档案中没有编号"),
        ("/-/report/1?lang=xx", 404, "档案中没有编号"),
        ("/-/division/zz", 404, "没有代码为 zz"),
        (f"/-/division/{'9' * 2000}", 404, "没有代码为"),
        (f"/-/archived/{'9' * 18}", 404, "没有编号为"),
        ("/gongkai/reports?_sort=nothing", 400, "不能按此列排序"),
        ("/gongkai?sql=drop+table+reports", 400, "只能用 SELECT"),
        (f"/gongkai?sql={'a' * 10_000}", 400, "只能用 SELECT"),
        (
            "/gongkai?sql=with+recursive+n(i)+as+(select+1+union+all+select+i%2B1+from+n)"
            "+select+count(*)+from+n&_timelimit=50",
            400,
            "已中止",
        ),
    ],
)
def test_a_bad_address_gets_a_sentence(site: Site, path: str, status: int, said: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as error:
        site.get(path)
    with error.value as response:
        assert (response.code, said in response.read().decode()) == (status, True)


def test_a_report_stands_as_the_form_prints_it(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/-/report/{site.report('虚构乙镇2022年')}")
    table = page.locator("table.printed-applications")
    assert table.locator("thead th[colspan='7']").inner_text() == "申请人情况"
    assert table.locator("th[rowspan='22']").inner_text() == "三、本年度办理结果"
    assert table.locator("tbody tr").count() == 25
    # What a finding says stands beside the sum that it is about.
    marked = page.locator("#applications-total-natural_person")
    assert "marked" in str(marked.get_attribute("class"))
    marked.locator("sup a").click()
    assert "3511" in page.locator("li:target").inner_text()
    page.goto(f"{site.base}/-/report/{site.report('虚构县2016年')}")
    assert page.locator("#statistics + .wide-table tbody tr").count() == 2
    assert "收到政府信息公开申请3件" in page.locator("#statements + .table-wrapper").inner_text()


def test_a_chart_is_drawn_of_what_its_table_says(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/-/division/990701101")
    page.locator("main a", has_text="此地的图表").click()
    page.locator("figure.chart svg").wait_for()
    page.locator("select[name=indicator]").select_option("refusal_rate")
    page.locator("form.choice input[type=submit]").click()
    page.wait_for_url("**indicator=refusal_rate**")
    page.locator("nav a", has_text="地区排列").click()
    page.locator("figure.chart svg").wait_for()
    drawn = page.locator("figure.chart svg text").all_text_contents()
    named = {text for text in drawn if "镇" in text}
    assert named == set(page.locator("tbody th").all_inner_texts())
    page.locator("a", has_text="改写 SQL").click()
    page.locator("table.rows tbody tr").first.wait_for()
    assert page.locator("table.rows tbody tr").count() == len(named)


def test_every_state_of_coverage_has_a_sign_words_and_a_colour(site: Site) -> None:
    ((view,),) = site.crawl.store.conn.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'coverage'"
    )
    states = set(re.findall(r"(?:THEN|ELSE) '(\w+)'", view))
    # What was taken down is missing in the data, and told apart on the pages.
    assert {*states, "gone"} == set(SIGNS)
    assert states == set(read_yaml(FILE)["values"]["status"])
    style = (FOLDER / "static" / "gongkai.css").read_text(encoding="utf-8")
    assert len(set(SIGNS.values())) == len(SIGNS)
    for state in SIGNS:
        assert f".state-{state} {{" in style
        for language in ("zh", "en"):
            assert say(f"division.{state}", language)
            assert say(f"definitions.{state}", language)


def test_each_question_of_the_home_page_has_an_answer(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/?lang=en&year=2022")
    links = [link.get_attribute("href") for link in page.locator("dl.questions a").all()]
    assert len(links) > 10
    for link in links:
        if link[0] != "#":
            assert site.get(link)
    page.locator("dl.questions a", has_text="Late for 2022").click()
    assert "虚构乙镇" in page.locator("table.rows tbody").inner_text()


def test_coverage_is_told_apart_by_signs_and_leads_to_reports(site: Site, page: Page) -> None:
    page.goto(f"{site.base}/-/division/990701")
    row = page.locator(".matrix tbody tr", has_text="虚构乙镇")
    late = row.locator("td.state-late a")
    assert late.inner_text() == "△"
    assert late.get_attribute("aria-label") == "虚构乙镇 2022：逾期公布"
    late.click()
    assert "虚构乙镇2022年" in page.locator("h1").inner_text()
    page.goto(site.base)
    assert page.locator(".tiles li").count() == 31
    page.locator("text=虚构省").first.click()
    assert page.url.endswith("/-/division/99")


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/-/report/1", 404, "档案中没有编号为 1 的年报"),
        (f"/-/report/{'9' * 19}", 404, "档案中没有编号"),
        ("/-/division/8888", 404, "没有代码为 8888 的行政区划"),
        ("/-/division/990701?page=2", 404, "没有第 2 页"),
        ("/-/division/990701?page=x", 400, "页码应为正整数"),
        ("/?year=1066", 400, "档案中没有 1066 年度的年报"),
        ("/-/explore?indicator=x", 400, "没有“x”这个指标"),
        ("/-/explore?chart=pie", 400, "没有“pie”这种图"),
        ("/-/explore?level=moon", 400, "“moon”不是级别"),
        ("/-/explore?year=1066", 400, "没有“1066”年度"),
        ("/-/explore?place=nowhere", 404, "没有代码或名称为“nowhere”的行政区划"),
        ("/-/explore?chart=ranking&page=9", 404, "没有第 9 页"),
        ("/-/explore?chart=ranking&page=x", 400, "没有第 x 页"),
        ("/-/explore?place=11", 200, "都没有印出此指标所需的数字"),
        ("/-/compare", 200, "先找一份年报"),
        ("/-/compare?a=1", 404, "档案中没有编号为 1 的年报"),
        ("/-/compare?a=x", 400, "“x”不是年报编号"),
        ("/-/division/11", 200, "档案中没有此地的年报"),
    ],
)
def test_what_is_asked_in_vain_is_said(site: Site, path: str, status: int, sentence: str) -> None:
    try:
        response = urllib.request.urlopen(site.base + path)
    except urllib.error.HTTPError as error:
        response = error
    with response:
        assert response.status == status
        assert sentence in response.read().decode()


def test_every_word_of_a_template_is_there() -> None:
    for template in (FOLDER / "templates").glob("*.html"):
        for key in re.findall(r'say\("([\w.]+)"[,)]', template.read_text(encoding="utf-8")):
            assert say(key, "zh"), key


def test_a_page_that_is_not_there_is_said_to_be_missing(site: Site) -> None:
    for path in ("/gongkai/nothing", "/gongkai/reports/1", "/gongkai?sql=select+*+from+nowhere"):
        with pytest.raises(urllib.error.HTTPError) as error:
            site.get(path)
        with error.value as response:
            assert response.status in (400, 404)
            assert "Traceback" not in response.read().decode()
