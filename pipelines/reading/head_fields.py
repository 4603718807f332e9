"""The labelled fields of a head: source, organ, author, numbers, clicks, and the ranks of dates.

All patterns match half-width text; a value is cut from the text as printed, at the same positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from pipelines.reading.dates import find_date
from pipelines.reading.halfwidth import halve
from pipelines.reading.titles import names_report

# The best label first: 发布 is the publication itself, 成文 and 发文 when the paper was written.
_DATE_LABELS = (
    "发布时间 发布日期 发表时间 发表日期 发表于 发布于 公布时间 公布日期 发稿时间 上传时间",
    "时间 日期 录入时间 添加时间",
    "公开日期 公开时间 生成日期 生成时间",
    "发文日期 发文时间 成文日期 成文时间 制发日期 印发日期",
    "更新时间 更新日期",
)
_RANKS = {label: rank for rank, labels in enumerate(_DATE_LABELS) for label in labels.split()}
PLAIN_TIME = _RANKS["时间"]
LAST_OF_PUBLICATION = _RANKS["生成日期"]
"""Up to this rank a label names the publication, beyond it another day of the paper's life."""
BARE = len(_DATE_LABELS)
"""The rank of a date without any label."""
_OTHER_TIMES = (
    *("生效", "废止", "失效", "有效", "截止", "实施"),
    *("办公", "工作", "受理", "服务", "办理", "开放", "咨询", "开始", "结束", "起始"),
    *("当前", "系统", "今天", "今日", "现在", "北京", "打印", "下载", "访问"),
)

_END = r"(?:\s*[:|][|\s]*|\s*$)"  # of a label: a sign, or nothing more on its line
_FIELD = re.compile(
    rf"(?P<source>(?:信息|文章|稿件|新闻|内容)?来\s{{0,4}}源{_END}"
    r"|(?<![一-鿿])信息\s?:[|\s]*|^来\s{0,4}源(?=[一-鿿])(?!于))"
    r"|(?P<organ>(?:(?:发布|公开|发文|制发|责任)(?:机构|单位|机关|部门)"
    r"|[填编]报(?:单位|机关)\s?(?:\(\s?(?:盖章|公章|章)\s?\))?)[:|\s]*)"
    rf"|(?P<author>(?:文章|稿件|信息)?(?:作\s{{0,4}}者|撰\s?稿人?|供\s?稿人?){_END})"
    rf"|(?P<editor>(?:责任|网络)?(?:编\s?辑|责编){_END})"
    r"|(?P<index>索\s{0,4}引\s{0,4}号码?[:|\s]*|^号\s?:\s*)"
    rf"|(?P<document>(?:发文字|发\s{{0,4}}文|公文|文件编|备注/文|(?<!中)文)\s{{0,4}}号{_END})"
    r"|(?P<clicks>(?:点击|浏览|访问|阅读)(?:次数|数量|量|数|率|人次|人数)?\s*[:|(]?[\s|\[]*)"
)
_ANY_FIELD = re.compile(r"源|信息|机构|单位|机关|部门|者|稿|辑|责编|号|点击|浏览|访问|阅读")
_SIGN = r"[|【\[](?![^|【\[]{0,6}[\]】〕]\s{0,2}\d)|\s{2}"  # [2013]5号 is no sign of an end
_NEXT = (
    r"(?:发(?:\(fā\))?布|发表|公布|公开|生成|成文|发文|更新|生效|废止|失效|录入|添加|上传|发稿"
    r"|制发|印发|信息)?\s?(?:时\s{0,4}间|日\s{0,4}期)|发[表布]于"
    r"|点击|浏览|访问|阅读|编辑|责任编辑|责编|审核|初审|校对|字体|字号|大\s*中\s*小"
    r"|分享|打印|收藏|关闭|视力|评论|扫一扫"
    r"|(?:信息|文章|稿件|新闻|内容)?(?:来\s{0,4}源|作\s{0,4}者)|索\s{0,4}引\s{0,4}号"
    r"|文\s{0,4}号\s?[:|]|发文字号|关键[字词]|主题词|有效性|发布机构|发布单位"
    r"|(?:[一-鿿]{0,4}分类|信息名称|名称|标题|公开(?:方式|形式|范围|类别|程序)|体裁|语种|备注|信息"
    r"|撰稿人?|供稿人?|[一-鿿]{0,2}摘要|内容概述|服务对象)\s?[:|]"
)
_NEXT_LABEL = re.compile(rf"\s*(?:{_SIGN}|(?:19|20)\d\d[-年/.]\d|{_NEXT})")
_AFTER_NUMBER = re.compile(rf"\s*(?:{_SIGN}|{_NEXT})")  # numbers have years in them
_COUNT = re.compile(r"(\d[\d,]*)(?![\d.万年/-])")
_DOCUMENT_NUMBER = re.compile(r"\d\s*号|[〔\[(【〈]\d|[发函办字令告]\D{0,3}\d|[A-Za-z]\S*\d")
_INDEX_NUMBER = re.compile(r"[0-9A-Za-z]{6}|\d[/-]|[/-]\d")
_YEAR = re.compile(r"(?:19|20)\d\d年")  # of the first part of a title below, not of a name
_NUMBER_TOKEN = re.compile(r"[^\s|,;:、。]*\d[^\s|,;:、。]*")

# What an editor left as it stood, or a system filled in by itself, names nobody.
_NOBODY = frozenset(
    [
        *(
            "",
            "1",
            "0",
            "-",
            "--",
            "/",
            "无",
            "请选择",
            "null",
            "admin",
            "管理员",
            "none",
            "undefined",
        ),
        *(
            "本站",
            "原创",
            "本站原创",
            "佚名",
            "未知",
            "网络",
            "互联网",
            "本网",
            "系统管理员",
            "匿名",
        ),
    ]
)


@dataclass(slots=True)
class Fields:
    """What the labels of a head give, None where a label is not there or names nothing."""

    source: str | None = None
    organ: str | None = None
    author: str | None = None
    editor: str | None = None
    index: str | None = None
    document: str | None = None
    clicks: int | None = None


def read_fields(
    fields: Fields, text: str, plain: str, below: Callable[[], str] = lambda: ""
) -> None:
    """Take in the labels of one line. ``plain`` is ``text`` in half width; ``below`` gives the line
    under it, where a label that stands alone has its value."""
    if not _ANY_FIELD.search(plain):
        return
    for match in _FIELD.finditer(plain):
        kind = str(match.lastgroup)
        if getattr(fields, kind) is not None:
            continue
        number = kind in ("index", "document")
        if plain[match.end() :].strip() or plain[: match.start()].strip():
            value = _value(text, plain, match.end(), _AFTER_NUMBER if number else _NEXT_LABEL)
        else:
            under = below().strip()
            value = under if _is_value(under, number) else ""
        if kind == "clicks":
            count = _COUNT.match(halve(value))
            fields.clicks = int(count[1].replace(",", "")) if count else None
        else:
            setattr(fields, kind, _clean(kind, value))


def _clean(kind: str, value: str) -> str | None:
    if kind in ("index", "document"):
        return _number(kind, value)
    return None if value.lower() in _NOBODY or _YEAR.search(halve(value)) else value


def _number(kind: str, value: str) -> str | None:
    """An index or document number; None for a template that nobody filled in (〔〕号) and words."""
    plain = halve(value)
    if kind == "document":
        return value if len(value) <= 50 and _DOCUMENT_NUMBER.search(plain) else None
    match = _NUMBER_TOKEN.match(plain)
    return value[: match.end()] if match and _INDEX_NUMBER.search(match[0]) else None


def _is_value(below: str, number: bool) -> bool:
    plain = halve(below)
    return (
        ":" not in plain
        and not is_label(plain)
        and _NEXT_LABEL.match(plain) is None
        and not names_report(plain)
        and (number or find_date(plain) is None)
    )


_OTHER_LABELS = frozenset(
    [
        *(
            "名称",
            "信息名称",
            "标题",
            "分类",
            "主题分类",
            "组配分类",
            "体裁分类",
            "服务对象分类",
            "信息分类",
        ),
        *(
            "公开类别",
            "公开方式",
            "公开形式",
            "公开范围",
            "公开时限",
            "主题词",
            "关键词",
            "关键字",
            "有效性",
        ),
        *(
            "生效日期",
            "生效时间",
            "废止日期",
            "废止时间",
            "失效日期",
            "失效时间",
            "有效期",
            "体裁",
            "内容概述",
        ),
        *("所属机构", "语种"),
    ]
)


def is_label(plain: str) -> bool:
    """Whether a cell or line in half width is a label of such heads and nothing else."""
    name = "".join(plain.split()).strip(":|")
    return (
        name in _OTHER_LABELS
        or date_label(name) is not None
        or _FIELD.fullmatch(f"{name}:") is not None
    )


def date_label(label: str) -> tuple[str, int] | None:
    """The name and rank of a label that may have other characters glued before it; None for a time
    that is not the publication's (生效日期, 办公时间)."""
    name = "".join(label.split()).rstrip(":|")
    for cut in range(max(0, len(name) - 1)):
        if name[cut:] in _RANKS:
            return None if name[:cut].endswith(_OTHER_TIMES) else (name[cut:], _RANKS[name[cut:]])
    return None


def _value(text: str, plain: str, start: int, end: re.Pattern[str]) -> str:
    """The value after a label as printed, up to the next label or the end."""
    match = end.search(plain, start)
    return text[start : match.start() if match else len(text)].strip(" \u3000|;,:；，：】])）")
