"""Golden pages written by hand: older reports, reports without tables, and pages that are none.

Places are fictional and their codes begin with 99. ``printed`` in page.yml holds the figures of the
statistics of 2014, label by label.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from tests.quality.real import Page
from tests.quality.shapes import p, text_of

ANNEX: tuple[tuple[str, str, int | str | None], ...] = (
    ("一、主动公开情况", "----", None),
    ("（一）主动公开政府信息数（不同渠道和方式公开相同信息计1条）", "条", 1356),
    ("其中：主动公开规范性文件数", "条", 12),
    ("制发规范性文件总数", "件", 14),
    ("（二）通过不同渠道和方式公开政府信息的情况", "----", None),
    ("1.政府公报公开政府信息数", "条", 0),
    ("2.政府网站公开政府信息数", "条", 1210),
    ("3.政务微博公开政府信息数", "条", 31),
    ("4.政务微信公开政府信息数", "条", 97),
    ("5.其他方式公开政府信息数", "条", 18),
    ("二、回应解读情况", "----", None),
    ("（一）回应公众关注热点或重大舆情数（不同方式回应同一热点或舆情计1次）", "次", 5),
    ("3.政策解读稿件发布数", "篇", 7),
    ("三、依申请公开情况", "----", None),
    ("（一）收到申请数", "件", 9),
    ("1.当面申请数", "件", 2),
    ("2.传真申请数", "件", 0),
    ("3.网络申请数", "件", 6),
    ("4.信函申请数", "件", 1),
    ("（二）申请办结数", "件", 9),
    ("1.按时办结数", "件", 8),
    ("2.延期办结数", "件", 1),
    ("四、行政复议数量", "件", 1),
    ("（一）维持具体行政行为数", "件", 1),
    ("（二）被依法纠错数", "件", 0),
    ("（三）其他情形数", "件", 0),
    ("五、行政诉讼数量", "件", 0),
    ("六、举报投诉数量", "件", 0),
    ("七、依申请公开信息收取的费用", "万元", 0),
    ("八、机构建设和保障经费情况", "----", None),
    ("（一）政府信息公开工作专门机构数", "个", 1),
    ("（三）从事政府信息公开工作人员数", "人", 3),
    ("九、政府信息公开会议和培训情况", "----", None),
    ("（一）召开政府信息公开工作会议或专题会议数", "次", 2),
)
OLD_SECTIONS = (
    ("概述", "本年度，我镇认真贯彻《条例》，稳步推进政府信息公开工作。"),
    ("主动公开政府信息的情况", "全年主动公开政府信息1356条，其中政府网站1210条。"),
    ("依申请公开政府信息的情况", "全年收到申请9件，均已按规定办理。"),
    ("收费及减免情况", "全年未收取任何费用。"),
    ("因政府信息公开申请行政复议、提起行政诉讼的情况", "行政复议1件，无行政诉讼。"),
    ("存在的主要问题和改进措施", "公开的及时性有待提高，将进一步完善制度。"),
)


def pages() -> Iterator[Page]:
    yield from annexes()
    yield from narratives()
    yield from others()


def frame(title: str | None, line: str, article: str, name: str = "云蘅县人民政府") -> str:
    h1 = f"<h1>{title}</h1>" if title else ""
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title or name}-{name}</title>'
        '</head>\n<body><div class="nav"><a href="/">首页</a></div>\n'
        f'{h1}<div class="xx">{line}</div>\n<div id="zoom">\n{article}\n</div>\n'
        f'<div class="footer">主办：{name}</div></body></html>\n'
    )


def about(shape: str, form: str, kind: str, path: str, **more: Any) -> dict[str, Any]:
    return {
        "shape": shape,
        "format": kind,
        "form": form,
        "url": f"http://hand.invalid{path}",
        "division": "990121",
        "synthetic": True,
        "read_by": "truth",
        "notes": "Written by hand.",
        **more,
    }


def report(
    title: str, year: int, form: str, published: str | None, sections: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    return {
        "kind": "annual_report",
        "form": form,
        "year": year,
        "title": title,
        "publisher": "白芃镇人民政府",
        "published_at": published,
        "source": "党政办" if published else None,
        "clicks": None,
        "breadcrumb": [],
        "signatory": "白芃镇人民政府" if published else None,
        "signed_on": f"{year + 1}-01-08" if published else None,
        "sections": [
            {"number": number, "heading": heading, "text": text}
            for number, (heading, text) in enumerate(sections, 1)
        ],
        "disclosure": [],
        "applications": [],
        "proceedings": [],
        "attachments": [],
        "findings": [],
    }


def old_article(tables: str = "", year: int = 2016) -> str:
    lines = [p(f"根据《条例》，现将白芃镇{year}年政府信息公开工作情况报告如下。")]
    for number, (heading, text) in enumerate(OLD_SECTIONS, 1):
        lines += [p(f"{'零一二三四五六'[number]}、{heading}"), p(text)]
    lines += [p("白芃镇人民政府"), p(f"{year + 1}年1月8日")]
    return "\n".join([*lines, tables])


LINE = "发布时间：{}-01-12 来源：党政办 浏览次数："
UNDIVIDED = ["division"]


def annexes() -> Iterator[Page]:
    for number, (shape, form_of_row) in enumerate(
        (
            ("annex, three columns", lambda at, row: row),
            ("annex, numbered rows", lambda at, row: (at, *row)),
            ("annex, more counts", lambda at, row: (*row, row[2], 0 if row[2] is not None else "")),
            ("annex, counts with units", lambda at, row: with_unit(row)),
        )
    ):
        year = 2014 + number
        head = {
            0: ("统计指标", "单位", "统计数"),
            1: ("序号", "统计指标", "单位", "统计数"),
            2: ("统计指标", "单位", "合计", "镇政府统计数", "村居统计数"),
            3: ("统计指标", "单位", "统计数"),
        }[number]
        rows = [head, *(form_of_row(at, row) for at, row in enumerate(ANNEX, 1))]
        cells = "\n".join(
            "<tr>"
            + "".join(f"<td>{text_of('' if c is None else str(c))}</td>" for c in row)
            + "</tr>"
            for row in rows
        )
        table = (
            f"<p>附表</p><p>政府信息公开情况统计表（{year}年度）</p><table border=1>{cells}</table>"
        )
        title = f"白芃镇{year}年政府信息公开工作年度报告"
        body = frame(title, LINE.format(year + 1), old_article(table, year))
        printed = {label: count for label, _, count in ANNEX if count is not None}
        yield (
            f"hand-annex-{number + 1}",
            "html",
            body.encode(),
            about(shape, "2014", "html", f"/info/{year}.htm", unscored=UNDIVIDED, printed=printed),
            report(title, year, "2014", f"{year + 1}-01-12", OLD_SECTIONS),
        )
    title = "白芃镇2017年政府信息公开工作年度报告"
    text = [title, "根据《条例》，现将白芃镇2017年政府信息公开工作情况报告如下。"]
    for number, (heading, words) in enumerate(OLD_SECTIONS, 1):
        text += [f"{'零一二三四五六'[number]}、{heading}", words]
    text += ["白芃镇人民政府", "2018年1月8日", "政府信息公开情况统计表（2017年度）"]
    text += ["统计指标", "单位", "统计数"]
    text += [str(cell) for row in ANNEX for cell in row if cell is not None]
    expected = report(title, 2017, "2014", None, OLD_SECTIONS)
    expected |= {"signatory": "白芃镇人民政府", "signed_on": "2018-01-08"}
    yield (
        "hand-annex-text",
        "txt",
        ("\n".join(text) + "\n").encode(),
        about("annex, a cell a line", "2014", "text", "/info/2017.txt", unscored=UNDIVIDED),
        expected,
    )


def with_unit(row: tuple[str, str, Any]) -> tuple[str, str, Any]:
    label, unit, count = row
    return (label, unit, "" if count is None else f"{count}{unit}")


def narratives() -> Iterator[Page]:
    for number, (shape, years, markup) in enumerate(
        (
            ("narrative", 2009, lambda html: html),
            (
                "narrative, bold headings",
                2011,
                lambda html: html.replace("<p>一、", "<p><b>一、</b>"),
            ),
            ("narrative, line breaks", 2012, lambda html: html.replace("</p>\n<p>", "<br>")),
            ("narrative, first part", 2013, lambda html: in_parts(html)),
        )
    ):
        title = f"白芃镇人民政府{years}年政府信息公开工作年度报告"
        body = frame(title, LINE.format(years + 1), markup(old_article("", years)))
        yield (
            f"hand-narrative-{number + 1}",
            "html",
            body.encode(),
            about(shape, "narrative", "html", f"/info/{years}.htm", unscored=UNDIVIDED),
            report(title, years, "narrative", f"{years + 1}-01-12", OLD_SECTIONS),
        )


def in_parts(html: str) -> str:
    for ordinal in "一二三四五六":
        html = html.replace(f"<p>{ordinal}、", f"<p>第{ordinal}部分 ")
    return html


OTHERS: tuple[tuple[str, str, str | None, str], ...] = (
    (
        "notice",
        "关于做好2021年政府信息公开工作年度报告编制发布工作的通知",
        "2021-12-20",
        "<p>各乡镇人民政府，县政府各部门：</p><p>请于2022年1月31日前编制并发布本机关2021年政府信息公开工作年度报告。"
        "</p><p>一、编制要求</p><p>按照统一格式填写，做到数据准确。</p><p>二、报送时间</p><p>1月15日前。</p>"
        "<p>云蘅县人民政府办公室</p><p>2021年12月20日</p>",
    ),
    (
        "news",
        "我县召开政府信息公开工作年度报告编制培训会",
        "2022-01-05",
        "<p>1月5日，县政府办公室组织召开培训会，各单位共42人参加，就年度报告的编制进行讲解。</p>",
    ),
    (
        "list",
        "",
        None,
        "<ul>"
        + "".join(
            f'<li><a href="{n}.htm">{name}2021年政府信息公开工作年度报告</a>'
            f"<span>2022-01-{n}</span></li>"
            for n, name in enumerate(("白芃镇", "教育局", "财政局", "民政局", "水务局"), 11)
        )
        + "</ul>",
    ),
    (
        "guide",
        "白芃镇政府信息公开指南",
        "2020-04-09",
        "<p>一、公开范围</p><p>本机关负责公开职责范围内的政府信息。</p><p>二、公开形式</p><p>政府网站。</p>"
        "<p>三、依申请公开</p><p>申请人可以当面、信函方式提出申请。</p>",
    ),
    (
        "plan",
        "云蘅县2022年政务公开工作要点",
        "2022-05-06",
        "<p>一、推进决策公开</p><p>及时公开重大行政决策。</p><p>二、强化解读</p><p>同步解读政策。</p>",
    ),
    (
        "budget",
        "白芃镇2021年部门决算公开",
        "2022-09-02",
        "<table border=1><tr><td>项目</td><td>金额（万元）</td></tr><tr><td>一般公共服务支出</td>"
        "<td>312.5</td></tr><tr><td>其他</td><td>0</td></tr><tr><td>总计</td><td>312.5</td></tr></table>",
    ),
)


def others() -> Iterator[Page]:
    for name, title, published, article in OTHERS:
        line = f"发布时间：{published} 浏览次数：" if published else ""
        body = frame(title or None, line, article)
        expected: dict[str, Any] = {
            "kind": "other",
            "form": None,
            "year": None,
            "title": title or None,
            "publisher": None,
            "division": None,
            "published_at": published,
            "source": None,
            "clicks": None,
            "breadcrumb": [],
            "signatory": None,
            "signed_on": None,
            "sections": [],
            "disclosure": [],
            "applications": [],
            "proceedings": [],
            "attachments": [],
            "findings": [],
        }
        unscored = [] if title else ["title"]
        yield (
            f"hand-other-{name}",
            "html",
            body.encode(),
            about(f"other, {name}", "other", "html", f"/info/{name}.htm", unscored=unscored),
            expected,
        )
