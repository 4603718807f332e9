"""What a link is judged to be: titles as real portals print them, and the traps beside them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.web.client import URI

from crawler.link_text import fold, leads_nowhere, names_report, read_title
from crawler.links import Judge, Link, Place
from crawler.registry import unlisted_portal
from crawler.urls import below, is_private, resolve, resolve_redirect, site_of

HOST = "http://www.xiahe.gov.cn"
JUDGE = Judge("夏河县", ["拉卜楞镇", "桑科镇", "科才镇", "达麦乡", "城关街道"])
SECTION = ("网站首页", "政府信息公开")


def kind_of(text: str, url: str = "/info/1024/5.htm", *, place: Place, **more: str) -> str:
    shape = "detail" if "/info/" in url else "column"
    link = Link(HOST + url, text, shape, **more)  # type: ignore[arg-type]
    verdicts = JUDGE.judge([link], place)
    return verdicts[0].kind if verdicts else "no"


def at(kind: str, path: str = "/zfxxgk/xx.htm", trail: tuple[str, ...] = SECTION) -> Place:
    return Place(kind, HOST + path, trail)  # type: ignore[arg-type]


REPORTS = [
    "科才镇2021年政府信息公开工作年度报告",
    "于田县科克亚乡人民政府2025年度政府信息公开工作年度报告",
    "麦盖提县人民政府2025年政府信息公开年度报告",
    "2020年度龙游县湖镇镇政府信息公开工作报告",
    "洲泉镇人民政府2008年信息公开工作年度报告",
    "益阳市赫山区衡龙桥镇2020年度信息公开工作报告",
    "黄村镇2014年度信息年度公开报告",
    "２０２１年政府信息公开工作年度报告",
    "2018年政府信息公开年报",
    "关于2012年政府信息公开工作情况的报告",
    "县财政局 2021 年 政务公开工作年度报告",
    "科才镇2022年政府信息公开工作年度报告(整改版)",
    "中共夏河县委机构编制委员会办公室2021年政府信息公开工作年度报告",
    "夏河县纪律检查委员会2021年政府信息公开工作年度报告",
    "夏河县审计局2021年政府信息公开工作年度报告",
    "夏河县人口和计划生育局2012年政府信息公开工作年度报告",
    "夏河县人民政府关于印发2021年政府信息公开工作年度报告的通知",
    "北嵘镇2019年政府信息公开工作告年度报",
]
OTHERS = [
    "关于做好2021年政府信息公开工作年度报告编制工作的通知",
    "关于编制2021年政府信息公开工作年度报告的通知",
    "关于报送2021年度政府信息公开年报的函",
    "国务院办公厅政府信息与政务公开办公室关于印发《中华人民共和国政府信息公开工作年度报告格式》的通知",
    "夏河县2021年法治政府建设年度报告",
    "夏河县2021年法治政府建设暨政府信息公开年度报告评估",
    "我县召开政府信息公开工作年度报告编制培训会",
    "全县各乡镇按时发布2025年政府信息公开工作年度报告",
    "科才镇2021年政府信息公开工作年度报告出炉",
    "一图读懂夏河县2021年政府信息公开工作年度报告",
    "《夏河县2021年政府信息公开工作年度报告》解读",
    "夏河县2021年政府网站工作年度报表",
    "2021年政府信息公开工作要点",
    "科才镇2024年上半年政府信息公开工作总结",
    "政府信息公开指南",
    "2021年夏河县政府工作报告",
    "夏河县2021年度部门决算公开",
    "夏河县统计局2021年统计年报",
    "科才镇召开2021年度总结大会",
    "科才镇2021年防汛抗旱应急预案",
]


@pytest.mark.parametrize("title", REPORTS)
@pytest.mark.parametrize("place", ["unit", "list"])
def test_the_title_of_a_report_is_told(title: str, place: str) -> None:
    assert kind_of(title, place=at(place)) == "report"


@pytest.mark.parametrize("title", OTHERS)
@pytest.mark.parametrize("place", ["home", "gateway", "unit", "list"])
def test_what_only_speaks_of_reports_is_left_alone(title: str, place: str) -> None:
    assert kind_of(title, place=at(place)) == "no"


@pytest.mark.parametrize(
    ("text", "attribute", "kind"),
    [
        ("科才镇2021年政府信息公开工…", "", "report"),
        ("科才镇2021年政府信息公开工...", "科才镇2021年政府信息公开工作要点", "no"),
        ("科才镇2021年政府信息公开工...", "科才镇2021年政府信息公开工作年度报告", "report"),
        ("科才镇2021年政府…", "", "report"),
        ("夏河县科才镇人民政府…", "", "report"),
        ("2021年度夏河县科才镇…", "", "report"),
        ("科才镇2021年政府信息公开工作年", "", "report"),
        ("科才镇2021年政府信息公开", "", "report"),
        ("关于做好2021年政府信息…", "", "no"),
        ("科才镇2021年法治政府建…", "", "no"),
        ("科才镇2021年脱贫攻坚…", "", "no"),
        ("科才镇开展环境卫生整治…", "", "no"),
        (
            "2021年政府信息公开工作年度报告 根据《中华人民共和国政府信息公开条例》做好学习培训",
            "",
            "report",
        ),
        ("详情", "科才镇2021年政府信息公开工作年度报告 发布时间：2022-01-20", "report"),
        ("科才镇2021年政府信息公开工作年度报告2022-01-20", "", "report"),
        ("[2022-01-20]科才镇2021年政府信息公开工作年度报告", "点击查看", "report"),
    ],
)
def test_a_title_cut_short_counts_where_it_may_go_on_as_a_report(
    text: str, attribute: str, kind: str
) -> None:
    assert kind_of(text, place=at("unit"), title=attribute) == kind


def test_on_the_home_page_a_cut_title_must_speak_of_disclosure() -> None:
    home = Place("home", HOST + "/")
    assert kind_of("夏河县人民政府…", place=home) == "no"
    assert kind_of("夏河县2021年政府信息公开工…", place=home) == "report"


@pytest.mark.parametrize("text", ["2021年", "2021", "2021年年报", "科才镇", "科才镇2021年年度报告"])
def test_in_a_column_of_reports_little_is_needed(text: str) -> None:
    assert kind_of(text, place=at("list")) == "report"
    assert kind_of(text, place=at("gateway")) == "no"


@pytest.mark.parametrize(
    ("text", "where", "kind"),
    [
        ("政府信息公开", "home", "gateway"),
        ("政务公开", "home", "gateway"),
        ("夏河县政府信息公开平台", "home", "gateway"),
        ("乡镇社区部门平台", "home", "gateway"),
        ("政府信息公开年报", "home", "list"),
        ("信息公开年度报告", "gateway", "list"),
        ("政府信息工作年度报告", "gateway", "list"),
        ("街道办事处政府信息公开工作年度报告", "list", "list"),
        ("公开年报", "gateway", "list"),
        ("科才镇2021年政府信息公开工…", "unit", "list"),
        ("2018年及以前", "list", "list"),
        ("年度报告", "unit", "list"),
        ("历年年报", "gateway", "list"),
        ("科才镇年报", "gateway", "list"),
        ("乡镇街道", "gateway", "gateway"),
        ("乡（镇）信息公开目录", "gateway", "gateway"),
        ("各乡镇", "gateway", "gateway"),
        ("县直部门", "gateway", "gateway"),
        ("县政府工作部门", "gateway", "gateway"),
        ("部门乡镇信息公开", "home", "gateway"),
        ("科才镇", "gateway", "unit"),
        ("夏河县科才镇人民政府", "gateway", "unit"),
        ("科才镇政府信息公开", "gateway", "unit"),
        ("城关街道办事处", "gateway", "unit"),
        ("县教育局", "gateway", "unit"),
        ("信息公开", "unit", "unit"),
        ("2021年", "list", "list"),
        ("2021", "list", "list"),
        # and what only sounds like them
        ("政府信息公开指南", "gateway", "no"),
        ("信息公开目录", "gateway", "weak"),
        ("重点领域信息公开", "home", "weak"),
        ("法定主动公开内容", "gateway", "weak"),
        ("法治政府建设年度报告", "gateway", "no"),
        ("政府网站年度报表", "gateway", "no"),
        ("统计年报", "gateway", "no"),
        ("年报", "home", "weak"),
        ("乡镇街道", "home", "no"),
        ("乡镇动态", "gateway", "no"),
        ("部门信息", "gateway", "weak"),
        ("新闻中心", "gateway", "no"),
        ("科才镇", "home", "no"),
        ("2021年", "unit", "no"),
        ("政务服务", "home", "no"),
    ],
)
def test_columns_are_judged_by_their_words_and_their_place(
    text: str, where: str, kind: str
) -> None:
    assert kind_of(text, "/zfxxgk/ab.htm", place=at(where)) == kind


def test_a_unit_outside_of_the_disclosure_section_is_no_publisher() -> None:
    inside = at("gateway", trail=("首页", "政府信息公开", "乡镇街道"))
    outside = at("gateway", trail=("首页", "走进夏河", "乡镇街道"))
    assert kind_of("科才镇", "/x/kcz.htm", place=inside) == "unit"
    assert kind_of("科才镇", "/x/kcz.htm", place=outside) == "no"
    bureau = at("unit", trail=(*SECTION, "县直部门", "文体广电和旅游局"))
    assert kind_of("年度报告", "/x/nb.htm", place=bureau) == "list"


def test_units_are_told_by_their_company_too() -> None:
    names = ["县教育局", "县财政局", "县供销社", "县妇联", "县委编办"]
    links = [
        Link(f"{HOST}/zfxxgk/bm/{n}.htm", name, "column", group=1) for n, name in enumerate(names)
    ]
    menu = [
        Link(f"{HOST}/m{n}.htm", name, "column", group=2)
        for n, name in enumerate(["首页", "新闻中心", "政务服务", "县教育局"])
    ]
    place = Place("gateway", f"{HOST}/zfxxgk/bm.htm", SECTION, {link.url for link in menu})
    units = [v.link.text for v in JUDGE.judge([*links, *menu], place) if v.kind == "unit"]
    assert units == names


def test_places_in_the_menu_count_only_where_nothing_else_does() -> None:
    own = [
        Link(f"{HOST}/gk/{n}.htm", name, "column") for n, name in enumerate(["科才镇", "达麦乡"])
    ]
    menu = [Link(f"{HOST}/zjxh/{n}.htm", n, "column", group=2) for n in ("科才镇", "达麦乡")]
    place = Place("gateway", f"{HOST}/gk.htm", SECTION, {link.url for link in menu})
    assert {v.link for v in JUDGE.judge([*own, *menu], place)} == set(own)
    assert {v.link for v in JUDGE.judge(menu, place)} == set(menu)


def test_the_years_of_a_column_lie_in_it() -> None:
    place = at("list", "/zfxxgk/zfxxgknb.htm")
    assert kind_of("2021年", "/zfxxgk/zfxxgknb/n2021n.htm", place=place) == "list"
    assert kind_of("乡镇", "/zfxxgk/zfxxgknb/xz.htm", place=place) == "list"
    assert kind_of("2021年", "/rili.htm?year=2021", place=place) == "no"


def test_pictures_without_a_text_are_judged_by_the_pinyin_of_their_address() -> None:
    home = Place("home", HOST + "/")
    assert kind_of("", "/zfxxgk.htm", place=home) == "gateway"
    assert kind_of("", "/zfxxgk/zfxxgknb.htm", place=home) == "list"
    assert kind_of("", "/ad.htm", place=home) == "no"


def test_files_count_where_they_belong_to_a_report() -> None:
    file = Link(HOST + "/a.pdf", "附件", "attachment")
    named = Link(HOST + "/b.pdf", "科才镇2021年政府信息公开工作年度报告.pdf", "attachment")
    assert [v.kind for v in JUDGE.judge([file, named], at("report"))] == ["attachment"] * 2
    assert JUDGE.judge([file, named], at("unit")) == [(named, "file")]
    brief = Link(HOST + "/c.pdf", "2021年.pdf", "attachment")
    assert JUDGE.judge([file, brief], at("list")) == [(brief, "file")]
    assert JUDGE.judge([file, brief], at("unit")) == []


@pytest.mark.parametrize(
    "url",
    [
        "/search.jsp?wbtreeid=1001",
        "/ssjgy.jsp?keyword=年报",
        "/rili/2026/11.htm",
        "/login.htm",
        "/calendar/2021",
        "/zfxxgk/list.jsp?action=search",
    ],
)
def test_searches_and_calendars_lead_nowhere(url: str) -> None:
    assert leads_nowhere(HOST + url)
    assert kind_of("政府信息公开年报", url, place=at("gateway")) == "no"


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_can_be_judged(text: str, attribute: str) -> None:
    for place in ("home", "gateway", "unit", "list", "report", "weak"):
        for url in ("/info/1/2.htm", "/a/b.htm"):
            kind_of(text, url, place=at(place), title=attribute)
    assert not read_title(text, "").cut or fold(text)
    names_report(fold(text))


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("../info/1/2.htm", f"{HOST}/info/1/2.htm"),
        ("../../../info/1/2.htm#top", f"{HOST}/info/1/2.htm"),
        ("a.htm;jsessionid=0A1B?x=1", f"{HOST}/zfxxgk/a.htm?x=1"),
        ("a.jsp?wbtreeid=1&JSESSIONID=0A", f"{HOST}/zfxxgk/a.jsp?wbtreeid=1"),
        ("a.jsp?_=1700000000", f"{HOST}/zfxxgk/a.jsp"),
        ("a.jsp?id=3&_t=1700000000123", f"{HOST}/zfxxgk/a.jsp?id=3"),
        ("a.jsp?t=0.8371625", f"{HOST}/zfxxgk/a.jsp"),
        ("a.jsp?t=1700000&v=2", f"{HOST}/zfxxgk/a.jsp?t=1700000&v=2"),
        ("a.php?PHPSESSID=0a1b2c&id=1", f"{HOST}/zfxxgk/a.php?id=1"),
        ("/(S(lit3py55t21z5v55vlm25s55))/a.aspx", f"{HOST}/a.aspx"),
        ("http://WWW.XIAHE.GOV.CN:80/a.htm", f"{HOST}/a.htm"),
        ("https://xiahe.gov.cn/a.htm", f"{HOST}/a.htm"),
        ("http://xiahe.gov.cn:8080/a.htm", "http://xiahe.gov.cn:8080/a.htm"),
        ("  a.htm\n", f"{HOST}/zfxxgk/a.htm"),
        ("javascript:void(0)", None),
        ("mailto:a@example.org", None),
        ("#top", None),
        ("", None),
        ("http://user@www.xiahe.gov.cn/", None),
        ("http://[::1/", None),
        ("http://a:99999/", None),
        ("a.htm?" + "&".join(f"k{n}={n}" for n in range(30)), None),
        ("a" * 2000, None),
    ],
)
def test_one_page_has_one_address(href: str, url: str | None) -> None:
    assert resolve(HOST + "/zfxxgk/x.htm", href) == url


@given(st.text(max_size=60))
def test_any_href_can_be_resolved(href: str) -> None:
    url = resolve(HOST + "/zfxxgk/x.htm", href)
    assert url is None or resolve(url, url) == url


def test_hosts_and_their_twins() -> None:
    assert site_of("https://www.xiahe.gov.cn/") == site_of("http://xiahe.gov.cn:80/a")
    assert site_of("http://127.0.0.1:81/") != site_of("http://127.0.0.1:82/")
    assert below(HOST + "/a/b/c.htm", HOST + "/a/b.htm")
    assert below(HOST + "/a/c.htm", HOST + "/a/index.html")
    assert not below(HOST + "/a/bc.htm", HOST + "/a/b.htm")
    assert not below(HOST + "/a/b.htm", HOST + "/")


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "10.1.2.3", "192.168.0.1", "::1", "fe80::1"),
        *("169.254.169.254", "2130706433", "0x7f.1", "127.1", "a.localhost", "0.0.0.0"),
        *("100.64.0.1", "0177.0.0.1", "0x7f000001", "224.0.0.1", "255.255.255.255", "127.0.0.1."),
        *("::ffff:127.0.0.1", "::ffff:7f00:1", "2002:7f00:1::", "64:ff9b::10.0.0.1", "::"),
        *("fc00::1", "fec0::1", "fe80::1%eth0", "LOCALHOST", "a.internal"),
    ],
)
def test_private_hosts_are_told(host: str) -> None:
    assert is_private(host)
    assert not is_private("www.xiahe.gov.cn")
    assert not is_private("61.178.20.1")
    assert not is_private("2002:3db2:1401::")
    assert not is_private("240e::1")


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("https://xiahe.gov.cn/", "https://xiahe.gov.cn/"),
        ("https://www.xiahe.gov.cn", "https://www.xiahe.gov.cn/"),
        ("//www.xiahe.gov.cn/a.htm", "http://www.xiahe.gov.cn/a.htm"),
        ("index.htm", "http://xiahe.gov.cn/index.htm"),
        ("", None),
        ("javascript:x()", None),
        ("http://[", None),
    ],
)
def test_a_redirect_means_the_scheme_and_the_name_that_it_gives(
    location: str, target: str | None
) -> None:
    assert resolve_redirect("http://xiahe.gov.cn/", location) == target


OWN = unlisted_portal("http://www.xiahe.gov.cn/")
HOSTS = [
    *("www.xiahe.gov.cn", "xiahe.gov.cn", "WWW.XIAHE.GOV.CN.", "ｗｗｗ.xiahe。gov.cn"),
    *("www.xiahe.gov.cn.evil.example", "evil.example", "xiahe.gov.cn@evil.example", "xiahe-gov.cn"),
    *(
        "evil.example\\@www.xiahe.gov.cn",
        "www.xiahe.gov.cn%00.evil.example",
        "夏河.gov.cn",
        "[::1]",
    ),
    *("www.xiahe.gov.cn%2eevil.example", "xn--vhq.gov.cn", "www.xiahe.gov.cn:80@evil.example"),
    *("127.0.0.1", "2130706433", "0x7f.1", "www.www.xiahe.gov.cn", "www.xiahe.gov.cn\u0130", ""),
]


SPELLINGS = st.tuples(
    st.sampled_from(["http://", "https://", "//", "HTTP:\\\\", "http:", "/", "\t//", "///", ""]),
    st.sampled_from(HOSTS) | st.text("wxiahe.gocn@:%[]\\#?/0", max_size=20),
    st.sampled_from(["", ":80", ":443", ":8080", ":0", ":", "@evil.example", "\\@evil.example"]),
    st.sampled_from(["/", "", "/a.htm", "//evil.example/", "?@evil.example/", "#@evil.example"]),
).map("".join)


@given(SPELLINGS)
def test_no_spelling_of_an_address_leads_off_the_portal(href: str) -> None:
    """What is taken for the portal's lies on the host that the client would connect to."""
    for target in (resolve(OWN.url, href), resolve_redirect(OWN.url, href)):
        if target is not None and OWN.owns(target):
            connects = URI.fromBytes(target.encode("ascii"))
            assert connects.host in (b"www.xiahe.gov.cn", b"xiahe.gov.cn")
            assert connects.port in (80, 443)
