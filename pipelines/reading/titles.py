"""What titles of annual reports say: that they are one, for which year, and of which organ.

Titles come as 科才镇2021年政府信息公开工作年度报告, year first or last, 年度 twice or never, as
年报 or 工作报告, without 政府, without a year, without an organ. What is no annual report comes
with the same words: notices about compiling them, news of their publication, other reports.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from pipelines.reading.halfwidth import halve, strip_glosses

Verdict = Literal["report", "other", "unclear"]

_TOPIC = r"(?:(?:(?<!人民)政府|政务)?信息(?:年度)?公[开開]|政务公开|(?<!人民)政府信息)"
_SUBJECT = re.compile(_TOPIC)
_REPORT = re.compile(_TOPIC + r".{0,16}?(?:报告|年报|報告|年報)(?:》|的报告|全文|\(.{0,20}\))*$")
_NOT_AFTER_SUBJECT = re.compile(
    r"通知|通报|启事|函$|解读|图解|一图|指南|目录|制度|办法|方案|要点|计划|培训|会议?$|座谈|推进会"
    r"|考核|评估|检查|督查|自查|意见|规定|模板|格式|范本|样本|问卷|调查|统计表|报表|发布$|工作$|新闻"
)
_NOT_BEFORE_SUBJECT = re.compile(
    r"发布(?!会)|公布|召开|完成|部署|全面|做好|举办|开展|启动|印发|编制(?!办|委|局)|报送|加强"
    r"|我[县市区旗镇乡省]|解读|图解|读懂|转发|关于.*的通知"
)
_OTHER_KINDS = re.compile(r"法治政府|依法行政|网站|新媒体|决算|预算|报表|绩效")
_LIST = re.compile(_TOPIC + r"(?:工作)?(?:情况)?统计(?:表|报表|年报)(?:\(.{0,20}\))?$")
_PART_OF_YEAR = re.compile(r"半年|季度|\d月份|\d月?[-—~至]\d{1,2}月")
_NUMERALS = r"二[〇○零Oo◯0][〇○零Oo◯0一二三四五六七八九]{2}"
_YEAR = re.compile(rf"(?<!\d)(20[0-4]\d)(?!\d)|({_NUMERALS})")
_YEAR_PART = re.compile(
    rf"(?<!\d)(?:20[0-4]\d|{_NUMERALS})\s*(?:年度|年|度)?(?:1月1日[-—至]+(?:20\d\d年)?12月31日)?"
    r"|(?<!\d)\d\d年度?"  # 21年 says no year for certain, but is no part of a name
)
_COLUMN = re.compile(r"^[【\[][^】\]]{0,20}[】\]]")
_BEFORE_ORGAN = re.compile(r"^(?:[《<\"“(]|关于|现将|主要|大中小|\s)+")
_AFTER_ORGAN = re.compile(
    r"(?:关于(?:报送|上报|呈报)?|年度|主动|开展|推进|的|[-—_,、:》>\"”(\s])+$"
)
_ORGAN = re.compile(
    r"[一-鿿㐀-䶿·、()]{1,38}?(?:政府|公所|办事处|街道办|办公室|办|委员会|管委会|委|局|厅|署|院|中心"
    r"|支队|大队|总队|乡|镇|街道|苏木|县|区|市|旗|州|盟|省|站|处|所|馆|队|社|公司|会|部|校|园|集团"
    r"|农场|林场|牧场|团)"
)
_NO_ORGAN = re.compile(r"官网|网站|网址|入口|平台|专栏|目录|首页|各乡镇|各部门")
_IN_BRACKETS = re.compile(r"\(([^()]{3,30})\)$")
_SENT_UP = re.compile(r"关于(?:报送|上报|呈报).*的报告$")  # the report itself, sent to those above
_NUMERAL_DIGITS = str.maketrans("〇○零Oo◯一二三四五六七八九", "000000123456789")
_SEPARATOR = re.compile(r"\s*(?:[-_|]{1,3}|[—–]{1,2})\s*(?=\D)")


@lru_cache(maxsize=256)  # of one page the same few lines are asked for by each who needs its title
def judge_title(title: str) -> Verdict:
    """Whether a page of this title is an annual report, is not, or only its text can tell."""
    plain = _plain(title)
    if _PART_OF_YEAR.search(plain):
        return "other"
    if _OTHER_KINDS.search(plain) and not _REPORT.search(plain):
        return "other"
    subject = _SUBJECT.search(plain)
    if subject is None:
        return "other" if "通知" in plain else "unclear"
    if _NOT_AFTER_SUBJECT.search(plain, subject.start()) and not plain.endswith("的报告"):
        return "other"
    if _NOT_BEFORE_SUBJECT.search(plain, 0, subject.start()):
        return "unclear" if _SENT_UP.search(plain) else "other"
    if not _REPORT.search(plain):
        return "unclear"
    return "report" if year_in(plain) or organ_in_title(title) else "unclear"


def names_report(text: str) -> bool:
    """Whether a line or a link's text reads as the title of one annual report."""
    return judge_title(text) == "report"


def names_list(text: str) -> bool:
    """Whether a line is the title of a year's list of counts (政府信息公开情况统计表), which is an
    annual report where it is filled in, or an empty form."""
    plain = _plain(text)
    match = _LIST.search(plain)
    if match is None or _PART_OF_YEAR.search(plain):
        return False
    return not _NOT_BEFORE_SUBJECT.search(plain, 0, match.start())


def ends_as_report(text: str) -> bool:
    """Whether a line ends as such titles do: perhaps the last part of one broken over lines."""
    plain = _IN_BRACKETS.sub("", _plain(text)).rstrip("》")
    return plain.endswith(("报告", "年报", "報告", "年報", "公开"))


def year_in(text: str) -> int | None:
    """The first year that a title or heading names, as a number; 二〇二一 as well as 2021."""
    match = _YEAR.search(halve(text))
    if match is None:
        return None
    return int(match[0].translate(_NUMERAL_DIGITS))


def organ_in_title(title: str) -> str | None:
    """The organ or place that a title names, as printed: 科才镇, 湖镇镇政府, 武义县教育局.

    政府 belongs to the organ only before a year or as 人民政府, otherwise to 政府信息公开: 湖镇镇
    of 湖镇镇政府信息公开, 武义县教育局 of 武义县教育局政府信息公开. Where none stands before that,
    one in brackets at the end counts: （县教育局）.
    """
    plain = _COLUMN.sub("", _plain(title))
    subject = _SUBJECT.search(plain)
    if subject is None:
        return None
    organ = as_organ(_YEAR_PART.sub("", plain[: subject.start()]))
    behind = _IN_BRACKETS.search(plain)
    return as_organ(behind[1]) if organ is None and behind is not None else organ


def as_organ(text: str) -> str | None:
    """The text without what leads to and from an organ's name, or None if no such name is left."""
    text = _AFTER_ORGAN.sub("", _BEFORE_ORGAN.sub("", _plain(text)))
    if not _ORGAN.fullmatch(text) or _NO_ORGAN.search(text):
        return None
    return text


def cut_site_name(title: str, site: str = "") -> str:
    """A ``<title>`` without the site's name, which stands behind (or before) a dash or a bar."""
    parts = [part for part in _SEPARATOR.split(title) if part and part != site]
    return next(filter(names_report, parts), parts[0] if parts else title)


def _plain(text: str) -> str:
    return strip_glosses("".join(halve(text).split()))
