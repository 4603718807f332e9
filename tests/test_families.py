"""What families tell from addresses and pages: shapes, next pages, breadcrumbs, blocks of links."""

from __future__ import annotations

import pytest

from crawler.families import FAMILIES, GENERIC, Page, recognise

HOST = "http://www.xiahe.gov.cn"
VSB = FAMILIES["vsb"]


def page(html: str, path: str = "/zfxxgk/zfxxgknb.htm", **more: str) -> Page:
    return Page(HOST + path, html.encode(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/info/1024/2345.htm", "detail"),
        ("/info/1024/2345_1.htm", "detail"),
        ("/xdetails.jsp?urltype=news.NewsContentUrl&wbtreeid=1024&wbnewsid=2345", "detail"),
        ("/content.jsp?urltype=news.NewsContentUrl&wbtreeid=1024&wbnewsid=2345", "detail"),
        ("/zfxxgk.htm", "column"),
        ("/zfxxgk/zfxxgknb.htm", "column"),
        ("/zfxxgk/zfxxgknb/n2021n.htm", "column"),
        ("/zfxxgk/zfxxgknb/a2021.htm", "column"),
        ("/xlist.jsp?urltype=tree.TreeTempUrl&wbtreeid=1024", "column"),
        ("/zfxxgk/", "column"),
        ("/", "column"),
        ("/zfxxgk/zfxxgknb/7.htm", "page"),
        ("/lm_list.jsp?wbtreeid=1460&PAGENUM=2", "page"),
        ("/system/_content/download.jsp?urltype=news.DownloadAttachUrl&wbfileid=7", "attachment"),
        ("/__local/A/B/report.pdf", "attachment"),
    ],
)
def test_vsb_addresses_tell_what_they_are(path: str, shape: str) -> None:
    assert VSB.shape(HOST + path) == shape


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/art/2023/1/31/art_6924_1618518.html", "detail"),
        ("/zfxxgknb/202501/t20250120_1186525.html", "detail"),
        ("/xjwqx/c128570/202601/c531fcfd84284253aaceb3f0345912cd.shtml", "detail"),
        ("/gkmlpt/content/2/2590/post_2590436.html", "detail"),
        ("/html/12927/413412.html", "detail"),
        ("/zwgk/index.html", "column"),
        ("/zwgk/", "column"),
        ("/zwgk/gknb.html", "column"),
        ("/a/b.pdf", "attachment"),
        ("/23247/23262/index.htm", "column"),
        ("/c/7.html", "unknown"),
    ],
)
def test_generic_addresses_tell_what_they_can(path: str, shape: str) -> None:
    assert GENERIC.shape(HOST + path) == shape


@pytest.mark.parametrize(
    "html",
    [
        '<script src="/system/resource/js/gotopage.js"></script>',
        '<script>_showDynClicks("wbnews", 1, 2)</script>',
        '<div id="vsb_content_2">x</div>',
        "".join(f'<a href="/info/1024/{n}.htm">x</a>' for n in range(3)),
    ],
)
def test_vsb_is_recognised_with_its_evidence(html: str) -> None:
    family, evidence = recognise(page(html))
    assert family is VSB
    assert evidence


def test_other_portals_are_walked_by_the_generic_family() -> None:
    assert recognise(page('<a href="/art/2021/1/1/art_1_2.html">x</a>'))[0] is GENERIC


@pytest.mark.parametrize(
    ("html", "path"),
    [
        ('<span class="p_next p_fun"><a href="zfxxgknb/5.htm">下页</a></span>', "5"),
        ('<a class="p_next" href="zfxxgknb/5.htm">»</a>', "5"),
        ('<a href="zfxxgknb/5.htm">下一页</a>', "5"),
        ('<a href="zfxxgknb/6.htm">6</a><a href="zfxxgknb/5.htm">&gt;</a>', "5"),
        ('<span class="p_next_d p_fun_d">下页</span><a href="zfxxgknb/1.htm">尾页</a>', None),
        ('<a href="javascript:next()">下一页</a>', None),
        ('<a href="zfxxgknb.htm">下一页</a>', None),
        ('<a href="/info/1/2.htm">下一条</a><a href="/info/1/3.htm">下一篇</a>', None),
    ],
)
def test_the_next_page_is_the_one_the_page_names(html: str, path: str | None) -> None:
    wanted = f"{HOST}/zfxxgk/zfxxgknb/{path}.htm" if path else None
    assert VSB.next_page(page(html)) == wanted


ONE, TWO = '<a href="/">首页</a>', '<a href="/a.htm">政府信息公开</a>'


@pytest.mark.parametrize(
    "html",
    [
        f"<div>您所在的位置: {ONE} &gt; {TWO} &gt; 正文</div>",
        f"<table><tr><td>当前位置：{ONE}&gt;&gt;{TWO}&gt;&gt;正文</td></tr></table>",
        f"<p><span>当前位置</span>：{ONE} » {TWO} » 正文</p>",
        f'<div class="crumbs">{ONE}/{TWO}/正文</div>',
        f'<ul id="position"><li>{ONE}</li> › <li>{TWO}</li> › <li>正文</li></ul>',
    ],
)
def test_breadcrumbs_are_read_however_they_are_printed(html: str) -> None:
    read = page(f'<ul><li><a href="/x.htm">菜单</a></li></ul>{html}<p>正文 > 无关</p>')
    assert read.trail == ("首页", "政府信息公开", "正文")
    assert [link.crumb for link in VSB.links(read)] == [False, True, True]


def test_links_of_one_block_have_one_group() -> None:
    read = page(
        '<ul><li><a href="/a.htm">甲</a></li><li><b><a href="/b.htm">乙</a></b></li></ul>'
        '<table><tr><td><a href="/c.htm">丙</a></td><td><a href="/d.htm">丁</a></td></tr></table>'
    )
    groups = [link.group for link in VSB.links(read)]
    assert groups[0] == groups[1] != groups[2] == groups[3]


def test_a_links_text_is_what_a_reader_sees() -> None:
    read = page(
        '<a href="/a.htm"><font>政府\n 信息公开</font></a>'
        '<a href="/b.htm"><img src="x.png" alt="政府信息公开年报"></a>'
        '<div><h3>政务公开</h3><span><a href="/c.htm">更多&gt;&gt;</a></span></div>'
        '<a href="/d.htm"><img src="y.png"></a><map><area href="/e.htm" alt="科才镇"></map>'
        '<select><option value="">乡镇</option><option value="/f.htm">达麦乡</option></select>'
    )
    texts = [link.text for link in VSB.links(read)]
    assert texts == ["政府 信息公开", "政府信息公开年报", "政务公开", "", "科才镇", "达麦乡"]


@pytest.mark.parametrize(
    ("html", "target"),
    [
        ('<meta http-equiv="Refresh" content="0; url=index.htm">', "/zfxxgk/index.htm"),
        ("<meta http-equiv='refresh' content='0;URL=/a.htm'>", "/a.htm"),
        ("<script>window.location.href='/index.htm';</script>", "/index.htm"),
        ('<script>location.replace("/index.htm")</script>', "/index.htm"),
        ('<meta http-equiv="refresh" content="600">', None),
        ("<script>if (self != top) location.assign('a.htm');</script>", "/zfxxgk/a.htm"),
    ],
)
def test_pages_that_only_send_on_are_understood(html: str, target: str | None) -> None:
    assert page(html).target == (HOST + target if target else None)


def test_relative_links_obey_the_base_element() -> None:
    read = page('<base href="http://www.xiahe.gov.cn/gk/"><a href="a.htm">a</a>')
    assert [link.url for link in VSB.links(read)] == [f"{HOST}/gk/a.htm"]


def test_a_page_that_claims_gb2312_is_read_as_gb18030() -> None:
    html = '<meta charset="gb2312"><a href="/a.htm">朱镕镇政府信息公开</a>'
    read = Page(HOST, html.encode("gb18030"), "text/html")
    assert VSB.links(read)[0].text == "朱镕镇政府信息公开"


@pytest.mark.parametrize(
    "body", [b"", b"\0\0", b"%PDF-1.4 \xff\xfe", b"<", b"<!-- x -->", b"\xff" * 9]
)
def test_what_is_no_html_has_no_links(body: bytes) -> None:
    read = Page(HOST, body)
    assert VSB.links(read) == []
    assert read.trail == ()
    assert read.target is None
    assert VSB.next_page(read) is None
