"""Headings, texts and the end of reports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines.reading.documents import read_document
from pipelines.reading.form import load_forms
from pipelines.reading.report import Document, Paragraph, Section
from pipelines.reading.section_names import section_named
from pipelines.reading.sections import read_outline, read_sections

NAMES = [
    "总体情况",
    "主动公开政府信息情况",
    "收到和处理政府信息公开申请情况",
    "政府信息公开行政复议、行政诉讼情况",
    "存在的主要问题及改进情况",
    "其他需要报告的事项",
]
NUMERALS = "一二三四五六"


def document(*lines: str) -> Document:
    return Document("text", "utf-8", tuple(Paragraph(line) for line in lines))


def headings_of(*lines: str) -> list[tuple[int | None, str]]:
    return [(section.number, section.heading) for section in read_sections(document(*lines))]


def test_kecai_has_six_sections_and_ends_at_its_signature() -> None:
    page = Path(__file__).parent / "pages" / "kecai-2021" / "page.txt"
    kecai = read_document(page.read_bytes())
    outline = read_outline(kecai)

    assert [(s.number, s.heading) for s in outline.sections] == [
        (1, "总体情况"),
        (2, "主动公开政府信息情况"),
        (3, "收到和处理政府信息公开申请情况"),
        (4, "政府信息公开行政复议、行政诉讼情况"),
        (5, "存在的问题及改进情况"),
        (6, "其他需要报告的事项"),
    ]
    assert outline.sections[0].text.startswith("2021年,科才镇人民政府认真贯彻")
    assert outline.sections[0].text.count("\n") == 6
    assert [section.text for section in outline.sections[1:4]] == ["", "", ""]
    assert outline.sections[5].text == "暂无其他需要报告的事项。"
    assert kecai.blocks[outline.end] == Paragraph("科才镇人民政府")


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("{}、{}", True),
        ("{}．{}", True),
        ("第{}部分 {}", True),
        ("第{}部分、{}", True),
        ("{} 、 {}", True),
        ("{}、{}：", True),
        ("　　{}、{}", True),
        ("{1}", False),
    ],
)
def test_headings_in_every_way_of_print(printed: str, number: bool) -> None:
    lines: list[str] = []
    for numeral, name in zip(NUMERALS, NAMES, strict=True):
        lines += [printed.format(numeral, name), f"{name}的正文。"]
    assert read_sections(document("前言。", *lines)) == [
        Section(place if number else None, name, f"{name}的正文。")
        for place, name in enumerate(NAMES, 1)
    ]


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("一、概述", 1),
        ("二、主动公开政府信息的情况", 2),
        ("二、政府信息主动公开情况", 2),
        ("三、收到和处理政府信息公开申请的情况", 3),
        ("四、因政府信息公开工作被申请行政复议、提起行政诉讼情况", 4),
        ("五、存在的问题和改进措施", 5),
        ("五、政府信息公开工作存在的主要问题及改进情况", 5),
        ("六、其它需要报告的事项", 6),
        ("一、本年新收政府信息公开申请数量", None),
        ("四、结转下年度继续办理", None),
        ("三、本年度办理结果", None),
        ("其他", None),
    ],
)
def test_wordings_of_headings(heading: str, number: int | None) -> None:
    assert section_named(heading) == number


OLD = (
    "概述",
    "主动公开政府信息的情况",
    "依申请公开和不予公开政府信息的情况",
    "收费及减免情况",
    "因政府信息公开申请行政复议、提起行政诉讼的情况",
    "存在的主要问题和改进措施",
    "附表",
)


def numbered(headings: Sequence[str], mark: str = "{}、{}") -> list[str]:
    return [line for n, h in zip("一二三四五六七八", headings, strict=False)
            for line in (mark.format(n, h), "文。")]  # fmt: skip


@pytest.mark.parametrize("mark", ["{}、{}", "第{}部分 {}", "{}.{}："])
def test_reports_before_2019_have_sections_of_their_own(mark: str) -> None:
    assert headings_of(*numbered(OLD, mark)) == list(enumerate(OLD, 1))


def test_a_heading_that_nobody_knows_stands_where_its_ordinal_follows_on() -> None:
    headings = (*OLD[:3], "重点领域公开", *OLD[3:])
    assert headings_of(*numbered(headings)) == list(enumerate(headings, 1))


def test_old_headings_are_sub_headings_in_reports_since_2019() -> None:
    lines = [
        "一、总体情况",
        "一、主动公开",
        "文。",
        "二、依申请公开",
        "文。",
        "三、收费情况",
        "文。",
    ]
    for n, name in zip("二三四五六", NAMES[1:], strict=True):
        lines += [f"{n}、{name}", "文。"]
    assert headings_of(*lines) == list(enumerate(NAMES, 1))


def test_the_titles_of_the_forms_tables_are_headings() -> None:
    for form in load_forms():
        for number, table in enumerate(form.tables, 2):
            for title in (table.title.zh, *table.title.labels):
                # A caption that calls itself a table stands within the section.
                assert section_named(title) == (None if title.endswith("表") else number)


def test_wrong_ordinals_stay_as_printed() -> None:
    assert headings_of("一、总体情况", "文。", f"三、{NAMES[1]}", "文。", NAMES[2], "文。") == [
        (1, NAMES[0]),
        (3, NAMES[1]),
        (None, NAMES[2]),
    ]


def test_text_behind_a_heading_in_its_paragraph_is_the_sections() -> None:
    sections = read_sections(
        document(
            "一、总体情况。2021年，我镇认真贯彻条例。",
            "二、主动公开政府信息情况",
            "三、收到和处理政府信息公开申请情况 本年度未收到申请。",
            "六、其他需要报告的事项：无。",
        )
    )
    assert sections[0] == Section(1, NAMES[0], "2021年，我镇认真贯彻条例。")
    assert sections[2] == Section(3, NAMES[2], "本年度未收到申请。")
    assert sections[3] == Section(6, NAMES[5], "无。")


def test_a_table_of_contents_and_captions_are_no_sections() -> None:
    contents = [f"{numeral}、{name}" for numeral, name in zip(NUMERALS, NAMES, strict=True)]
    text: list[str] = []
    for line, name in zip(contents, NAMES, strict=True):
        text += [line, name, f"{name}的正文。"]
    sections = read_sections(document(*contents, *text))
    assert [section.number for section in sections] == [1, 2, 3, 4, 5, 6]
    assert sections[1].text == "主动公开政府信息情况\n主动公开政府信息情况的正文。"


def test_lists_inside_a_section_are_text_and_later_parts_are_sections() -> None:
    lines = []
    for numeral, name in zip(NUMERALS, NAMES, strict=True):
        lines += [f"{numeral}、{name}", "文。", "一、加强领导", "文。"]
    found = headings_of(*lines, "七、附件清单", "文。")
    assert found == [*enumerate(NAMES, 1), (7, "附件清单")]


def test_narrative_reports_have_the_sections_that_their_ordinals_count() -> None:
    assert headings_of(
        "根据要求，公布2012年度报告。",
        "一、概述",
        "文。",
        "二、主动公开政府信息的情况",
        "文。",
        "三、依申请公开政府信息办理情况",
        "文。",
        "一、不是一节",
        "四、咨询处理情况",
        "文。",
    ) == [
        (1, "概述"),
        (2, "主动公开政府信息的情况"),
        (3, "依申请公开政府信息办理情况"),
        (4, "咨询处理情况"),
    ]


def test_what_portals_print_below_belongs_to_no_section() -> None:
    outline = read_outline(
        document(
            *(f"{n}、{name}" for n, name in zip(NUMERALS, NAMES, strict=True)),
            "无。",
            "上一条：通知",
            "版权所有",
        )
    )
    assert outline.sections[-1].text == "无。"
    assert outline.signature is None
    assert outline.end == 7


def test_sections_of_a_report_that_is_one_table() -> None:
    cells = "".join(
        f"<tr><td colspan=2>{n}、{name}</td></tr><tr><td colspan=2>{'正文，' * 40}</td></tr>"
        "<tr><td>甲</td><td>1</td></tr>"
        for n, name in zip(NUMERALS, NAMES, strict=True)
    )
    sections = read_sections(read_document(f"<table>{cells}</table>".encode()))
    assert [(s.number, s.heading) for s in sections] == list(enumerate(NAMES, 1))
    assert all(section.text == "正文，" * 40 for section in sections)


def test_a_page_without_headings_has_no_sections() -> None:
    outline = read_outline(document("通知", "各乡镇："))
    assert outline.sections == ()
    assert outline.begin is None
    assert read_sections(document()) == []
