"""Golden pages rebuilt from facts that real pages print: heads (tests/data/headers.jsonl) and
tables (tests/tables/flattened.jsonl), each with its real address and the values that a person read.

What was not kept of a page, its prose and its markup, is a stand-in, and page.yml says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from crawler.sample.texts import load
from pipelines.reading.report import APPLICANTS, RESULTS
from tests.quality.shapes import text_of

TESTS = Path(__file__).resolve().parent.parent
CUT_OFF = {
    "09": "行政规范性文件",
    "12": "(二)部分公开",
    "13": "8.属于行政查询",
    "19": "(二)部分公开",
}
"""Last rows of which the export holds the label and not the figures: they are left out."""

Page = tuple[str, str, bytes, dict[str, Any], dict[str, Any]]

SECTIONS = (
    ("总体情况", "本年度各项工作有序开展。"),
    ("主动公开政府信息情况", ""),
    ("收到和处理政府信息公开申请情况", ""),
    ("政府信息公开行政复议、行政诉讼情况", ""),
    ("存在的主要问题及改进情况", ""),
    ("其他需要报告的事项", "无。"),
)
WITHOUT_TITLE_OR_GLOSSED = {50, 60, 61, 62}
"""Heads that are not rebuilt: one prints nothing, three are of mirrors that changed the words."""


def lines_of(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (TESTS / name).read_text("utf-8").splitlines()]


def pages() -> Iterator[Page]:
    yield from head_pages()
    yield from table_pages()
    yield from html_table_pages()


# Heads.


def head_pages() -> Iterator[Page]:
    for number, head in enumerate(lines_of("data/headers.jsonl")):
        if number in WITHOUT_TITLE_OR_GLOSSED:
            continue
        as_html = len(head["head"]) > 2 or number % 3 == 0
        ending = "html" if as_html else "txt"
        body = head_html(head) if as_html else head_text(head)
        about = {
            "shape": "real head",
            "format": "html" if as_html else "text",
            "form": "head only",
            "url": head["url"],
            "synthetic": False,
            "read_by": "person",
            "unscored": ["kind", "form", "division", "findings"],
            "notes": "The head as printed, read by a person; markup and prose are stand-ins.",
        }
        yield f"head-{number:02d}", ending, body.encode(), about, head_expected(head)


def head_expected(head: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: head[name] for name in ("year", "title", "publisher", "published_at", "source")},
        **{name: head[name] for name in ("index_number", "author") if name in head},
        "clicks": None,
        "breadcrumb": head["breadcrumb"],
        "signatory": None,
        "signed_on": None,
        "sections": expected_sections(),
        "disclosure": [],
        "applications": [],
        "proceedings": [],
        "attachments": [],
    }


def expected_sections() -> list[dict[str, Any]]:
    return [
        {"number": number, "heading": heading, "text": text}
        for number, (heading, text) in enumerate(SECTIONS, 1)
    ]


def section_lines() -> Iterator[str]:
    for number, (heading, text) in enumerate(SECTIONS, 1):
        yield f"{'零一二三四五六'[number]}、{heading}"
        yield from [text] if text else []


def head_text(head: dict[str, Any]) -> str:
    return "\n".join([*head["head"], *section_lines()]) + "\n"


def head_html(head: dict[str, Any]) -> str:
    above, inside = [], []
    for line in head["head"]:
        if line == head["title"]:
            above.append(f'<h2 class="title">{text_of(line)}</h2>')
        elif "统计期限" in line or line.startswith("本报告由"):
            inside.append(f"<p>{text_of(line)}</p>")
        elif line.count("|") > 1 and "作者" not in line:
            cells = "".join(f"<td>{text_of(cell.strip())}</td>" for cell in line.split("|"))
            above.append(f"<table><tr>{cells}</tr></table>")
        else:
            above.append(f"<div>{re.sub('  +', '&nbsp;&nbsp;', text_of(line))}</div>")
    inside += [f"<p>{text_of(line)}</p>" for line in section_lines()]
    title = f"<title>{escape(head['title'])}</title>" if head["title"] else ""
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{title}</head>\n<body>\n'
        + "\n".join(above)
        + '\n<div id="zoom">\n'
        + "\n".join(inside)
        + "\n</div>\n</body></html>\n"
    )


# Tables.


def table_pages() -> Iterator[Page]:
    """Flattened tables as the exports hold them, below the title of their page."""
    for case in lines_of("tables/flattened.jsonl"):
        if case["form"] is None or case.get("unknowable"):
            continue
        number = case["name"].split()[0]
        head, expected = table_head(case)
        text = case["text"]
        if number in CUT_OFF:
            text = text[: text.rindex(CUT_OFF[number])].rstrip()
        named = [line for line in section_lines() if line[2:] not in text]
        start = named.index("二、主动公开政府信息情况") + 1 if "二、主动" in "".join(named) else 2
        body = "\n".join([*head, *named[:start], text, *named[start:]]) + "\n"
        expected |= figures(case)
        about = about_table(case, "text", "real table, flattened: " + case["name"].split()[1])
        about["unscored"] += ["sections", *undecided(case)]
        yield f"table-{number}", "txt", body.encode(), about, expected


def table_head(case: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The title where one is known, else the sentence that names the year; and what they say."""
    year = case["year"]
    lines = [case["title"]] if case["title"] else []
    if year and str(year) not in (case["title"] or ""):
        lines.append(f"所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。")
    expected = {
        "kind": "annual_report",
        "form": case["form"],
        "year": year,
        "title": case["title"],
        "source": None,
        "clicks": None,
        "breadcrumb": [],
        "signatory": None,
        "signed_on": None,
        "attachments": [],
    }
    if names_publisher(case):
        expected["publisher"] = full_name(case["publisher"])
    return lines, expected


def names_publisher(case: dict[str, Any]) -> bool:
    return bool(case["publisher"]) and (case["title"] or "").startswith(case["publisher"])


def full_name(name: str) -> str:
    if name.endswith("街道"):
        return f"{name}办事处"
    return f"{name}人民政府" if name.endswith(("镇", "乡", "县", "市", "区")) else name


def about_table(case: dict[str, Any], kind: str, shape: str) -> dict[str, Any]:
    unscored = ["division", "published_at", "findings"]
    unscored += [] if names_publisher(case) else ["publisher"]
    unscored += [] if case["year"] else ["year"]
    return {
        "shape": shape,
        "format": kind,
        "form": case["form"],
        "url": case["url"],
        "synthetic": False,
        "read_by": "person",
        "unscored": unscored,
        "notes": "Figures as printed on the real page, read by a person; what stands around them "
        "is a stand-in.",
    }


def undecided(case: dict[str, Any]) -> list[str]:
    """Tables of which the export holds nothing that a person has read."""
    return [name for name in ("applications", "proceedings") if not case.get(name)]


def figures(case: dict[str, Any]) -> dict[str, Any]:
    units = load("forms.yml")["units"]
    expected: dict[str, Any] = {
        "disclosure": [
            {
                "item": name.split(".")[0],
                "measure": name.split(".")[1],
                "value": value,
                "unit": units.get(name.split(".")[1], "件"),
                "raw": case.get("raw", {}).get(name, "" if value is None else str(value)),
            }
            for name, value in case["disclosure"].items()
        ]
    }
    for table, key, columns in (
        ("applications", "outcome", APPLICANTS),
        ("proceedings", "route", RESULTS),
    ):
        if case.get(table):
            expected[table] = [
                {key: row, **dict(zip(columns, numbers, strict=True))}
                for row, numbers in case[table].items()
            ]
    return expected


def html_table_pages() -> Iterator[Page]:
    """Tables two of which every cell is known, as the table of HTML that was exported."""
    forms = load("forms.yml")
    for case in lines_of("tables/flattened.jsonl"):
        if case["form"] is None or case.get("unknowable"):
            continue
        parts = forms["disclosure"][case["form"]]
        wanted = {f"{i}.{m}" for part in parts for i in part["items"] for m in part["measures"]}
        if wanted - set(case["disclosure"]):
            continue
        expected_figures = figures(case)["disclosure"]
        raw = {f"{row['item']}.{row['measure']}": row["raw"] for row in expected_figures}
        rows = "".join(part_html(part, raw) for part in parts)
        head, expected = table_head(case)
        article = [f"<p>{text_of(line)}</p>" for line in head[1 if case["title"] else 0 :]]
        article += ["<p>一、总体情况</p><p>本年度各项工作有序开展。</p>"]
        article += ["<p>二、主动公开政府信息情况</p>", f"<table border=1>{rows}</table>"]
        article += [
            "<p>三、收到和处理政府信息公开申请情况</p>",
            "<p>四、政府信息公开行政复议、行政诉讼情况</p>",
        ]
        article += [
            "<p>五、存在的主要问题及改进情况</p>",
            "<p>六、其他需要报告的事项</p><p>无。</p>",
        ]
        title = f"<title>{escape(case['title'])}</title>" if case["title"] else ""
        h1 = f"<h1>{text_of(case['title'])}</h1>" if case["title"] else ""
        inside = "\n".join(article)
        body = (
            f'<!DOCTYPE html>\n<html><head><meta charset="utf-8">{title}</head><body>\n'
            f'{h1}\n<div class="TRS_Editor">\n{inside}\n</div></body></html>\n'
        )
        expected |= {"disclosure": expected_figures, "applications": [], "proceedings": []}
        expected["sections"] = head_expected(
            {**case, "published_at": None, "source": None, "breadcrumb": []}
        )["sections"]
        about = about_table(case, "html", "real table")
        yield f"table-{case['name'].split()[0]}-html", "html", body.encode(), about, expected


def part_html(part: dict[str, Any], raw: dict[str, str]) -> str:
    measures = part["measures"]
    span = f" colspan={4 - len(measures)}" if len(measures) < 3 else ""

    def row(label: str, cells: list[str]) -> str:
        last = len(cells) - 1
        inner = "".join(
            f"<td{span if at == last else ''}>{text_of(cell)}</td>" for at, cell in enumerate(cells)
        )
        return f"<tr><td>{label}</td>{inner}</tr>\n"

    html = f"<tr><td colspan=4>{part['part']}</td></tr>\n" + row(
        "信息内容", list(measures.values())
    )
    for item, label in part["items"].items():
        html += row(label, [raw[f"{item}.{measure}"] for measure in measures])
    return html
