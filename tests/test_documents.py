"""Files to blocks: HTML as browsers show it, plain text by its lines, and bytes of any kind."""

from __future__ import annotations

import time
from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.documents import Unreadable, read_document
from pipelines.reading.documents.links import Joiner
from pipelines.reading.report import Block, Document, Grid, Link, Paragraph
from pipelines.reading.sections import read_outline
from pipelines.reading.tables import read_tables


def html(body: str, url: str | None = None) -> Document:
    return read_document(f"<!DOCTYPE html><html><body>{body}</body></html>".encode(), None, url)


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>甲</p>乙<div>丙<p>丁</p>戊</div>", ["甲", "乙", "丙", "丁", "戊"]),
        ("<p>20<span>2</span><b>1<i>年</i></b></p>", ["2021年"]),
        ("<p>甲<br>乙<br/>丙</p>", ["甲", "乙", "丙"]),
        ("<p>\n 甲\u3000\u3000乙&nbsp;&nbsp;丙 \n</p><p>&nbsp;</p><p></p>", ["甲 乙 丙"]),
        ("<p>科才镇人民\n政府2021 年\n度</p>", ["科才镇人民政府2021 年度"]),
        ("<p>A\nB 12\n34</p>", ["A B 12 34"]),
        ("<p>甲\u200b乙\ufeff丙&shy;丁</p>", ["甲乙丙丁"]),
        ("<p style='display:none'>藏</p><p hidden>隐</p>", ["藏", "隐"]),
        ("甲<script>a<b</script><style>p{}</style><noscript>开</noscript>乙", ["甲乙"]),
        ("<p>甲<!-- 注 --><!--[if gte mso 9]><xml>术</xml><![endif]-->乙</p>", ["甲乙"]),
        ("<p><![if !supportLists]>1.<![endif]>属于</p>", ["1.属于"]),
        (
            "<p>甲<o:p>&nbsp;</o:p><st1:chsdate w:st='on'>2021年</st1:chsdate>乙</p>",
            ["甲 2021年乙"],
        ),
        (
            "<p>按照<政府信息公开工作年度报告格式>编制</p>",
            ["按照<政府信息公开工作年度报告格式>编制"],
        ),
        ("<p>3 < 5 && 7 > 2 &amp;&#20013;&#xFFFFFFF;&nosuch;</p>", None),
        ("<pre>甲\n  乙\n\n丙</pre>", ["甲", "乙", "丙"]),
        ("<ul><li>甲<li>乙</ul><dl><dt>丙<dd>丁</dl>", ["甲", "乙", "丙", "丁"]),
        ("<ucapcontent><p>甲</p></ucapcontent>", ["甲"]),
        ("<custom-element>甲<p>乙</p></custom-element>", ["甲", "乙"]),
    ],
)
def test_paragraphs_are_what_a_reader_sees(body: str, expected: list[str] | None) -> None:
    found = texts(html(body))
    if expected is None:
        assert found[0].startswith("3 < 5 && 7 > 2 &中")
    else:
        assert found == expected


def test_a_paragraph_names_its_element() -> None:
    document = read_document(
        "<html><head><title>站名</title></head><body><h1><div><b>标</b><br>题</div></h1><p>文</p>尾"
        "</body></html>".encode()
    )
    assert document.blocks == (
        Paragraph("站名", "title"),
        Paragraph("标", "h1"),
        Paragraph("题", "h1"),
        Paragraph("文", "p"),
        Paragraph("尾", "body"),
    )


def test_tables_are_grids_with_spans_expanded_and_the_text_above_as_caption() -> None:
    document = html(
        "<p>二、情况</p><table><tr><th rowspan=2>项<br>目</th><td colspan='2'>数</td></tr>"
        "<tr><td><p><span>1</span><span>2</span></p></td><td></td></tr></table>"
    )
    assert document.blocks[1] == Grid(
        (("项\n目", "数", None), (None, "12", "")), caption="二、情况"
    )


def test_layout_tables_are_walked_and_leaf_tables_are_grids() -> None:
    document = html(
        "<table><tr><td>栏目</td><td><p>标题</p><table><tr><td>甲</td><td>1</td></tr></table>"
        "<p>落款</p></td></tr></table>"
    )
    assert document.blocks == (
        Paragraph("栏目", "td"),
        Paragraph("标题", "p"),
        Grid((("甲", "1"),), caption="标题"),
        Paragraph("落款", "p"),
    )


def test_a_table_around_running_text_only_lays_it_out() -> None:
    prose = "本年度认真贯彻落实条例。" * 40
    document = html(f"<table><tr><td>左<p>栏</p></td><td><p>题</p><p>{prose}</p></td></tr></table>")
    assert texts(document) == ["左", "栏", "题", prose]
    assert grids(html(f"<table><tr><td><p>题</p><p>{prose}</p></td></tr></table>")) == []


def test_running_text_within_a_table_of_data_stands_between_grids() -> None:
    prose = "本年度认真贯彻落实条例，" * 10
    document = html(
        "<table><tr><td>甲</td><td>1</td></tr>"
        f"<tr><td colspan=2><p>{prose}</p><p>又</p></td></tr>"
        "<tr><td>乙</td><td>2</td></tr></table>"
    )
    assert document.blocks == (
        Grid((("甲", "1"),)),
        Paragraph(prose, "td"),
        Paragraph("又", "td"),
        Grid((("乙", "2"),), caption="又"),
    )


def test_nothing_that_stands_wrongly_in_a_table_is_lost() -> None:
    document = html(
        "<table>漂<caption>表<b>名</b></caption><tr>移<td>甲</td>文<p>字</p><form><td>1</td></form></tr>"
        "</table>"
    )
    assert set("".join(texts(document))) == set("漂移文字表名")
    assert grids(document)[0].cells == (("甲", "1"),)


@pytest.mark.parametrize("tag", ["div", "font", "table><tr><td", "custom-x"])
def test_text_is_kept_however_deeply_it_is_nested(tag: str) -> None:
    document = html("<p>前</p>" + f"<{tag}>" * 5_000 + "深<p>后</p>")
    assert texts(document) == ["前", "深", "后"]


def test_a_table_in_a_cell_stands_for_the_text_of_the_cell() -> None:
    inner = "<table><tr><td>{}</td></tr></table>"
    document = html(
        "<table><tr><td>信息内容</td><td>本年处理决定数量</td></tr>"
        f"<tr><td>行政许可</td><td>{inner.format(12)}</td></tr>"
        f"<tr><td>行政处罚</td><td>{inner.format('')}</td></tr></table>"
    )
    assert [grid.cells[1:] for grid in grids(document)] == [
        (("行政许可", "12"), ("行政处罚", "")),
    ]


def test_an_empty_article_behind_a_flattened_table_is_an_empty_range() -> None:
    table = "".join(f"<p>{cell}</p>" for cell in ("信息内容", "本年处理决定数量", "行政许可", "7"))
    document = html(f"{table}<div id=vsb_content></div>")
    assert document.body is not None
    start, end = document.body
    assert start == end <= len(document.blocks) == 1


def test_the_container_of_the_article_is_the_body() -> None:
    document = html(
        "<div class='nav'>栏目</div><form><div id='vsb_content_2'><div class='v_news_content'>"
        "<p>正</p><table><tr><td>甲</td><td>1</td></tr></table></div></div></form><p>版权</p>"
    )
    assert document.body is not None
    begin, end = document.body
    assert [type(block) for block in document.blocks[begin:end]] == [Paragraph, Grid]


@pytest.mark.parametrize(
    "opening",
    [
        "<div class='TRS_Editor'>",
        "<div id=Zoom>",
        "<ucapcontent>",
        "<td class='x article y'>",
        "<div id='articalcontent'>",
        "<div class='wzzw-article'>",
    ],
)
def test_known_containers(opening: str) -> None:
    tag = opening[1:].split()[0].rstrip(">")
    document = html(f"<table><tr><td>前</td>{opening}<p>正文</p></{tag}></tr></table>后")
    assert document.body is not None
    assert document.blocks[slice(*document.body)] == (Paragraph("正文", "p"),)


def test_meta_tags_have_lower_case_names_in_page_order() -> None:
    document = read_document(
        b"<meta name=PubDate content=' 2022-01-20 '><meta charset=utf-8>"
        b"<META NAME='ArticleTitle' CONTENT='x'><meta property='og:title'>"
    )
    assert document.meta == (("pubdate", "2022-01-20"), ("articletitle", "x"), ("og:title", ""))


def test_links_are_absolute_and_know_the_body() -> None:
    document = html(
        "<a href='../../zfxxgk.htm'>公<b>开</b></a><a href='javascript:void(0)'>无</a><a>无</a>"
        "<a href='#top'>上</a><div id=vsb_content><p><a href='/a/b.doc?x=1'> 附 件 </a></p></div>",
        "http://www.example.gov.cn/info/1044/2050.htm",
    )
    assert document.links == (
        Link("http://www.example.gov.cn/zfxxgk.htm", "公开", False),
        Link("http://www.example.gov.cn/a/b.doc?x=1", "附 件", True),
    )


def test_base_counts_for_links() -> None:
    document = html("<base href='/x/'><a href=y.htm>甲</a>", "http://a.example/b/c.htm")
    assert document.links[0].url == "http://a.example/x/y.htm"


@given(
    st.sampled_from(
        ["http://a.b/c/d/e.htm", "http://a.b:81/", "http://a.b", "http://a.b/c/d?x=/y/", "", "x/y"]
    ),
    st.lists(
        st.sampled_from(
            ["..", ".", "/", "a", "b.htm", "?x=1", "#y", "//h", "http:", " ", ";", "%"]
        ),
        max_size=7,
    ).map("".join)
    | st.text(max_size=12),
)
def test_joining_is_urljoin(base: str, href: str) -> None:
    try:
        expected = urljoin(base, href)
    except ValueError:
        expected = href
    assert Joiner(base)(href) == expected


# Plain text


def text(*lines: str) -> tuple[Block, ...]:
    return read_document("\n".join(lines).encode()).blocks


def test_a_line_of_text_is_a_paragraph() -> None:
    assert text("标题", "时间:2022-01-20", "", "\u3000正 文。", "\xa0", "完") == (
        Paragraph("标题"),
        Paragraph("时间:2022-01-20"),
        Paragraph("正 文。"),
        Paragraph("完"),
    )


def test_cells_broken_over_lines_are_one_where_blank_lines_part_cells() -> None:
    blocks = text(
        "申请人情况", "", "自然人", "", "商业", "企业", "", "总计", "", "3", "", "", "", "5"
    )
    assert blocks == (
        Grid((("申请人情况",), ("自然人",), ("商业\n企业",), ("总计",), ("3",), ("",), ("5",))),
    )


def test_rows_with_bars_keep_their_columns() -> None:
    blocks = text(
        "表格如下：",
        "| 第二十条第(一)项 | | | |",
        "| --- | :-: | --- | --- |",
        "| 信息内容 | 本年制发件数 | 本年废止件数 | 现行有效件数 |",
        "| 规章 | 1 |  | 3 |",
        "三、收到和处理政府信息公开申请情况",
    )
    assert blocks == (
        Paragraph("表格如下："),
        Grid(
            (
                ("第二十条第(一)项", "", "", ""),
                ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数"),
                ("规章", "1", "", "3"),
            ),
            caption="表格如下：",
        ),
        Paragraph("三、收到和处理政府信息公开申请情况"),
    )


def test_sections_after_a_table_are_not_drawn_into_it() -> None:
    blocks = text(
        *("信息内容", "本年处理决定数量", "行政许可", "0"),
        *("六、其他需要报告的事项", "无", "其他需要报告的事项", "0"),
    )
    assert blocks[1:] == tuple(
        map(Paragraph, ["六、其他需要报告的事项", "无", "其他需要报告的事项", "0"])
    )


def test_menus_and_prose_with_words_of_the_forms_are_no_tables() -> None:
    menu = ["行政许可", "行政处罚", "行政强制", "规章", "行政规范性文件", "其他", "首页 | 政务公开"]
    assert text(*menu) == tuple(map(Paragraph, menu))
    foot = ["联系人：张某", "联系电话：1234567", "单位：某镇", "注：无", "审核：0"]
    assert text(*foot) == tuple(map(Paragraph, foot))
    page = html("".join(f"<li>{entry}</li>" for entry in menu))
    assert grids(page) == []


# Bytes of any kind


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 9, "PDF"),
        (b"PK\x03\x04" + bytes(1000), "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "Office"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (bytes(range(256)) * 9, "binary"),
    ],
)
def test_files_without_text_are_said_to_be_so(body: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_document(body, "text/html")


SCRAPS = st.sampled_from(
    [
        *(
            "<table>",
            "</table>",
            "<tr>",
            "<td>",
            "<td colspan=65534>",
            "<td rowspan=65534>",
            "</td>",
        ),
        *(
            "<th colspan='-1' rowspan=x>",
            "<p>",
            "</div>",
            "<div id=vsb_content>",
            "<a href='http://['>",
        ),
        *(
            "<base href='//['>",
            "<!--",
            "-->",
            "<![CDATA[",
            "<?xml",
            "<script>",
            "</script>",
            "<br>",
        ),
        *(
            "&#0;",
            "&#xD800;",
            "&#1114112;",
            "\0",
            "\ud7ff",
            "<",
            ">",
            "'",
            '"',
            "|",
            "||",
            "\n",
            "\r\n",
        ),
        *(
            "规章",
            "自然人",
            "其他",
            "总计",
            "一、总体情况",
            "1.属于国家秘密",
            "行政复议",
            "0",
            "０",
            "12元",
        ),
        *(
            "信息内容",
            "本年制发件数",
            "2021年2月24",
            "科才镇人民政府",
            "<option>",
            "<textarea>",
            "<title>",
        ),
    ]
)


@given(st.lists(SCRAPS | st.text(max_size=5), max_size=60).map("".join), st.booleans())
def test_no_exception_leaves_reading_for_any_text(page: str, as_html: bool) -> None:
    body = (("<html>" if as_html else "x") + page).encode("utf-8", "replace")
    try:
        document = read_document(body, "text/html; charset=gbk", "http://a.example/b")
    except Unreadable:
        return
    read_tables(document)
    read_outline(document)
    if document.body is not None:
        assert 0 <= document.body[0] <= document.body[1] <= len(document.blocks)


@given(st.binary(max_size=400))
def test_no_exception_but_unreadable_leaves_reading_for_any_bytes(body: bytes) -> None:
    for start in (b"", b"<html>", b"<table><tr><td>"):
        try:
            document = read_document(start + body)
        except Unreadable:
            continue
        read_tables(document)
        read_outline(document)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "深",
        "<table><tr><td>" * 3_000 + "深",
        "<font>" * 100_000 + "深",
        "<table>" + "<tr><td colspan=1000 rowspan=65534>1" * 2_000,
        "<table><tr>" + "<td>1" * 100_000,
        "<table>" + "<tr><td>1<td>2" * 50_000,
        "<a href='" + "../" * 50_000 + "'>x</a>" + "<a href='" + "a/" * 50_000 + "!'>x</a>",
        "<p>" + "|" * 300_000,
        "\n".join(["规章 | " + "0 | " * 200] * 2_000),
        "\n".join(["规章", "0"] * 50_000),
        "申请人情况\n自然人\n" + "自\n" * 50_000,
        "一、" * 100_000,
        " " * 500_000 + "x",
        "<p>" + "<br>" * 100_000,
        "&" * 300_000 + "<p>",
        "<!--" * 100_000 + "<p>",
    ],
    ids=lambda page: page[:24].strip(),
)
def test_hostile_pages_are_read_in_bounded_time(page: str) -> None:
    began = time.process_time()
    document = read_document(page.encode(), None, "http://a.example/b/c")
    read_tables(document)
    read_outline(document)
    assert time.process_time() - began < 10
