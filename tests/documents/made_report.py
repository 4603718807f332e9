"""A made-up report in the 2021 form, as tables and text that every file type is made from.

Synthetic: 云泽县 and 青石镇 do not exist, and the numbers are drawn from a seed. What a reader of
any format must give back are the rectangles of ``tables()`` and the texts of ``PARAGRAPHS``.
"""

from __future__ import annotations

import random
from html import escape
from typing import NamedTuple


class Cell(NamedTuple):
    text: str
    columns: int = 1
    rows: int = 1


Table = list[list[Cell]]

TITLE = "云泽县青石镇人民政府2023年政府信息公开工作年度报告"
PARAGRAPHS = [
    "本报告为合成数据，根据《中华人民共和国政府信息公开条例》和《国务院办公厅政府信息与政务公开办公室关于印发"
    "〈中华人民共和国政府信息公开工作年度报告格式〉的通知》（国办公开办函〔2021〕30号）要求编制，所列数据的统计期限自"
    "2023年1月1日起至2023年12月31日止。",
    "一、总体情况",
    "2023年，青石镇认真贯彻落实上级部署，持续推进行政权力和公共服务信息公开，全年通过县政府门户网站主动公开"
    "政府信息126条，通过微信公众号发布信息58条，办理依申请公开13件，均在法定期限内答复。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "公开内容还不够丰富，政策解读形式较为单一。下一步将加强业务培训，提高公开质量，进一步方便群众查询。",
    "六、其他需要报告的事项",
    "本年度未收取信息处理费，没有其他需要报告的事项。",
    "云泽县青石镇人民政府",
    "2024年1月18日",
]
"""After the title, in order; the tables follow the headings 二, 三 and 四."""
TABLE_AFTER = {3: 0, 4: 1, 5: 2}

OUTCOMES = [
    ["（一）予以公开"],
    ["（二）部分公开（区分处理的，只计这一情形，不计其他情形）"],
    [
        "（三）不予公开",
        "1.属于国家秘密",
        "2.其他法律行政法规禁止公开",
        "3.危及“三安全一稳定”",
        "4.保护第三方合法权益",
        "5.属于三类内部事务信息",
        "6.属于四类过程性信息",
        "7.属于行政执法案卷",
        "8.属于行政查询事项",
    ],
    [
        "（四）无法提供",
        "1.本机关不掌握相关政府信息",
        "2.没有现成信息需要另行制作",
        "3.补正后申请内容仍不明确",
    ],
    [
        "（五）不予处理",
        "1.信访举报投诉类申请",
        "2.重复申请",
        "3.要求提供公开出版物",
        "4.无正当理由大量反复申请",
        "5.要求行政机关确认或重新出具已获取信息",
    ],
    [
        "（六）其他处理",
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "3.其他",
    ],
    ["（七）总计"],
]
APPLICANTS = ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]
RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


def _numbers(seed: int) -> list[str]:
    """200 of them, the way a county's are: mostly 0, some of one to three digits."""
    draw = random.Random(seed)
    return [
        str(draw.choice([0, 0, 0, draw.randint(1, 9), draw.randint(10, 999)])) for _ in range(200)
    ]


def tables(seed: int = 0) -> list[Table]:
    """The three tables with 10, 25 × 7 and 15 numbers."""
    numbers = iter(_numbers(seed))

    def take(count: int, columns: int = 1) -> list[Cell]:
        return [Cell(next(numbers), columns) for _ in range(count)]

    disclosure: Table = [
        [Cell("第二十条第（一）项", 4)],
        [Cell(text) for text in ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")],
        [Cell("规章"), *take(3)],
        [Cell("行政规范性文件"), *take(3)],
        [Cell("第二十条第（五）项", 4)],
        [Cell("信息内容"), Cell("本年处理决定数量", 3)],
        [Cell("行政许可"), *take(1, 3)],
        [Cell("第二十条第（六）项", 4)],
        [Cell("信息内容"), Cell("本年处理决定数量", 3)],
        [Cell("行政处罚"), *take(1, 3)],
        [Cell("行政强制"), *take(1, 3)],
        [Cell("第二十条第（八）项", 4)],
        [Cell("信息内容"), Cell("本年收费金额（单位：万元）", 3)],
        [Cell("行政事业性收费"), *take(1, 3)],
    ]
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    applications: Table = [
        [Cell(note, 3, 3), Cell("申请人情况", 7)],
        [Cell("自然人", 1, 2), Cell("法人或其他组织", 5), Cell("总计", 1, 2)],
        [Cell(text) for text in APPLICANTS],
        [Cell("一、本年新收政府信息公开申请数量", 3), *take(7)],
        [Cell("二、上年结转政府信息公开申请数量", 3), *take(7)],
    ]
    results: Table = []
    for group, *rows in OUTCOMES:
        if not rows:
            results.append([Cell(group, 2), *take(7)])
        for position, label in enumerate(rows):
            head = [Cell(group, 1, len(rows))] if position == 0 else []
            results.append([*head, Cell(label), *take(7)])
    results[0].insert(0, Cell("三、本年度办理结果", 1, len(results)))
    applications += results
    applications.append([Cell("四、结转下年度继续办理", 3), *take(7)])
    proceedings: Table = [
        [Cell("行政复议", 5), Cell("行政诉讼", 10)],
        [
            *(Cell(text, 1, 2) for text in RESULTS),
            Cell("未经复议直接起诉", 5),
            Cell("复议后起诉", 5),
        ],
        [Cell(text) for text in RESULTS * 2],
        take(15),
    ]
    assert next(numbers, None) is None
    return [disclosure, applications, proceedings]


def rectangle(table: Table) -> tuple[tuple[str | None, ...], ...]:
    """The table with its spans expanded: text at a cell's origin, None where it covers."""
    width = sum(cell.columns for cell in table[0])
    taken: dict[tuple[int, int], str | None] = {}
    for row, cells in enumerate(table):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            for down in range(cell.rows):
                for right in range(cell.columns):
                    taken[row + down, column + right] = None
            taken[row, column] = cell.text
    return tuple(tuple(taken[row, column] for column in range(width)) for row in range(len(table)))


def html(seed: int = 0, *, style: str = "") -> str:
    """The report as a page that LibreOffice makes the other formats from."""
    parts = [f"<h1 align=center>{TITLE}</h1>"]
    for position, text in enumerate(PARAGRAPHS):
        parts.append(f"<p>{text}</p>")
        if position in TABLE_AFTER:
            parts.append(table_html(tables(seed)[TABLE_AFTER[position]]))
    return (
        "<!doctype html><meta charset=utf-8><style>@page{size:A4;margin:2cm}"
        "body,td{font-family:'Noto Sans CJK SC';font-size:10.5pt}"
        "p{text-indent:0.74cm;margin:0.1cm 0}table{border-collapse:collapse;width:100%}"
        f"td{{border:1px solid #000;padding:2px 3px}}td p{{text-indent:0;margin:0}}{style}</style>"
        + "\n".join(parts)
    )


def table_html(table: Table) -> str:
    rows = "".join(
        "<tr>"
        + "".join(
            f"<td colspan={cell.columns} rowspan={cell.rows}><p>{escape(cell.text)}</p></td>"
            for cell in row
        )
        + "</tr>"
        for row in table
    )
    return f"<table border=1 cellspacing=0 width=100%>{rows}</table>"
