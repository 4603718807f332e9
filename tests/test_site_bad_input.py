"""Whatever an address holds: no page fails, each says what is the case in the reader's language."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode, urlsplit

import pytest
from datasette_process import serve
from generated import fill, make_report, open_archive, report_url
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.database.store import Store
from pipelines.publish import publish
from pipelines.site.pages import PAGES
from pipelines.site.words import say

ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"

OWN = (
    *("/", "/-/division/00", "/-/division/990701102", "/-/search", "/-/search.json", "/-/explore"),
    *("/-/compare", "/-/definitions", "/-/download", "/-/codebook", "/-/report/{report}"),
    *("/-/archived/{report}", "/-/archived/{report}/page", "/-/archived/{report}/body"),
    *("/-/archived/{report}/record", "/-/archived/{report}/page/1.png"),
    *("/-/download/csv/divisions.csv", "/-/download/codebook.csv"),
)
DATASETTES = (
    *("/gongkai", "/gongkai.json", "/gongkai.csv", "/gongkai/reports", "/gongkai/reports.json"),
    *("/gongkai/reports.csv", "/gongkai/report_wide", "/gongkai/coverage", "/gongkai/figures"),
    *("/gongkai/missing_reports", "/gongkai/missing_reports.csv", "/gongkai/missing_reports.json"),
    *("/gongkai/reports/{report}", "/gongkai/reports/{report}.json", "/gongkai/coverage/00,2022"),
    *("/-/versions", "/-/metadata.json", "/-/static/table.js", "/assets/gongkai.css"),
)
STRANGE = (
    *("/nothing", "/nothing/", "//x", "/gongkai/nothing", "/gongkai/reports/1", "/_internal"),
    *("/gongkai/coverage/x", "/gongkai/coverage/1,2,3", "/gongkai.db", "/:memory:", "/-/patterns"),
    *("/-/permissions", "/-/auth-token", "/assets/nothing", "/assets/gongkai.css/x", "/-/nothing"),
    *("/assets/../metadata.yml", "/-/division/%E9%95%87", "/-/division/%00", "/-/division/%FF"),
    *("/-/report/0", f"/-/report/{'9' * 25}", "/-/archived/0", "/gongkai/reports/%00,%FF"),
    *("/-/download/csv/nothing.csv", f"/{'a' * 5_000}", f"/assets/{'a' * 5_000}", "/gongkai/%ED"),
)
PARAMETERS = (
    *("year", "page", "q", "place", "a", "b", "indicator", "level", "chart", "mark", "from", "to"),
    *("order", "format", "labels", "lang", "table", "row", "column", "division", "unknown", "sql"),
    *("_sort", "_sort_desc", "_facet", "_facet_size", "_facet_date", "_facet_array", "_where"),
    *("_search", "_search_title", "_next", "_size", "_col", "_nocol", "_labels", "_shape"),
    *("_timelimit", "_ttl", "_through", "_json", "_header", "_trace", "_extra", "_filter_column"),
    *("_filter_op", "_filter_value", "year__in", "year__nothing", "id__arraycontains", "_stream"),
)
VALUES = (
    *("", "0", "-1", "99999999999999999999", "abc", "1.5", "1e9", "%00", "%ED%A0%80", "%FF%FE"),
    *("%F0%9F%98%80", "'", "%22", "*", ";", "%3C/script%3E", "%E2%80%AE", "%0A", "%C2%B2"),
    *(
        "1000000000",
        "%5B1%5D",
        "%7B%7D",
        quote("１２"),
        quote("镇"),
        "a" * 10_000,
        quote("政" * 900),
    ),
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def error(self) -> str:
        """The sentence that says what is wrong."""
        said = re.search(r'<p class="message error"[^>]*>(.*?)</p>', self.text, re.DOTALL)
        return said[1] if said else self.text if "html" not in self.headers["content-type"] else ""


@dataclass(frozen=True)
class Site:
    base: str
    report: int

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        """An answer as it is sent, which must not be a fault of the site."""
        connection = http.client.HTTPConnection(urlsplit(self.base).netloc, timeout=60)
        connection.request(method, path.replace("{report}", str(self.report)), headers=headers)
        with connection.getresponse() as response:
            sent = {name.lower(): value for name, value in response.getheaders()}
            answer = Answer(response.status, sent, response.read().decode("utf-8", "replace"))
        connection.close()
        assert answer.status < 500, (path[:200], answer.text[-600:])
        assert "Traceback" not in answer.text, path[:200]
        assert "default-src 'none'" in sent["content-security-policy"], path[:200]
        assert sent["x-content-type-options"] == "nosniff", path[:200]
        return answer


def asked_wrongly(site: Site, path: str) -> Answer:
    """An answer that, where it is an error, says in Chinese what is the case."""
    answer = site.ask(path)
    is_page = not path.startswith(("/assets/", "/-/static/")) and ".json" not in path
    if answer.status >= 400 and is_page:
        assert re.search("[一-鿿]", answer.error), (path[:200], answer.error)
    return answer


@pytest.fixture(scope="module", params=["full", "empty"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A published archive of a year with a report without a table and a place without a report;
    and one with nothing in it."""
    report = 1
    home = tmp_path_factory.mktemp(request.param) / "archive"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.divisions.FILES", ())
        if request.param == "full":
            crawl = open_archive(home)
            for _ in fill(crawl, range(2022, 2023)):
                pass
            bare = make_report("990701102", 2022, applications=[], disclosure=[], proceedings=[])
            crawl.save(report_url("990701102", 2022), bare)
            crawl.end()
            ((report,),) = crawl.store.conn.execute("SELECT max(id) FROM reports")
        else:
            Store.open(home).close()
    publish(home, datetime(2026, 1, 2, tzinfo=UTC), keep=1)
    base, process = serve(home)
    yield Site(base, report)
    process.terminate()
    process.wait()


def test_every_page_of_the_site_is_asked() -> None:
    for page in PAGES:
        assert any(re.match(page.path, path.replace("{report}", "1")) for path in OWN), page.path


@pytest.mark.parametrize("path", [*OWN, *DATASETTES, *STRANGE])
def test_no_address_and_no_method_makes_a_page_fail(site: Site, path: str) -> None:
    asked_wrongly(site, path)
    assert site.ask(path, "HEAD").text == ""
    refused = site.ask(path, "POST")
    assert refused.status == 405
    assert refused.headers["allow"] == "GET, HEAD, OPTIONS"
    assert site.ask(path, "OPTIONS").status == 204


@given(
    st.sampled_from((*OWN, *DATASETTES)),
    st.lists(st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(VALUES)), max_size=3),
)
@settings(max_examples=150)
def test_no_parameter_makes_a_page_fail(
    site: Site, path: str, parameters: list[tuple[str, str]]
) -> None:
    query = "&".join(f"{name}={value}" for name, value in parameters)
    asked_wrongly(site, f"{path}?{query}")


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/gongkai?sql=select+x+from+nowhere", 400, "没有此表：nowhere"),
        ("/gongkai?sql=select+*+fro", 400, "SQL 有误"),
        ("/gongkai.csv?sql=select+x", 400, "没有此列：x"),
        ("/gongkai?sql=select+1;select+2", 400, "一次只能运行一条语句"),
        ("/gongkai?sql=insert+into+reports(id)+values(1)", 400, "只能用 SELECT"),
        ("/gongkai?sql=attach+'x.db'+as+x", 400, "只能用 SELECT"),
        ("/gongkai?sql=pragma+user_version", 400, "只能用 SELECT"),
        ("/gongkai?sql=select+load_extension('x')", 400, "SQL 有误"),
        ("/gongkai?sql=select+zeroblob(900000000)", 400, "值过大"),
        ("/gongkai?sql=select+1&_timelimit=x", 400, "参数有误"),
        ("/gongkai/reports?_through=1", 400, "参数有误"),
        ("/gongkai/reports?_col=nothing", 400, "参数有误"),
        ("/gongkai/reports?_sort=id&_sort_desc=id", 400, "只能选一"),
        ("/gongkai/reports?_where=", 400, "SQL 有误"),
        ("/gongkai/coverage/x", 400, "参数有误"),
        ("/gongkai.csv", 400, "只能用 SELECT"),
        ("/gongkai.db", 403, "下载页"),
        ("/gongkai/reports/1,2", 404, "没有这条记录"),
        ("/-/division/%E9%95%87", 404, "没有代码为 镇 的行政区划"),
        ("/-/patterns", 404, "网址有误"),
        ("/-/division/1/2", 404, "网址有误"),
    ],
)
def test_what_is_wrong_is_said_in_the_readers_language(
    site: Site, path: str, status: int, said: str
) -> None:
    answer = site.ask(path)
    assert (answer.status, said in answer.error) == (status, True), answer.error
    english = site.ask(path, Cookie="lang=en").error
    assert not re.search("[一-鿿]", english.replace("镇", "")), english


def test_a_query_without_an_end_is_ended_and_others_are_answered_meanwhile(site: Site) -> None:
    path = f"/gongkai?{urlencode({'sql': ENDLESS})}"
    ended: list[Answer] = []
    slow = threading.Thread(target=lambda: ended.append(site.ask(path)))
    slow.start()
    assert site.ask("/-/definitions").status == 200
    assert site.ask("/gongkai?sql=select+1").status == 200
    assert not ended
    slow.join()
    assert (ended[0].status, ended[0].error) == (400, say("common.too_slow", "zh", seconds=5))
    # A file that is no answer is no file.
    cut = site.ask(f"/gongkai.csv?{urlencode({'sql': ENDLESS, '_timelimit': 50})}")
    assert (cut.status, "已中止" in cut.text) == (400, True)


@pytest.mark.parametrize(
    "words", ["，", "'", '"', "*", "\0", "😀", "a" * 10_000, "ab cd", "政" * 2_000]
)
def test_any_search_is_answered(site: Site, words: str) -> None:
    for path, name in (("/-/search", "q"), ("/gongkai/reports", "_search"), ("/-/compare", "q")):
        assert site.ask(f"{path}?{urlencode({name: words})}").status == 200
