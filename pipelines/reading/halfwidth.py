"""Full-width ASCII (０-９ Ａ-Ｚ ：（）／－) as half-width, and the radicals and compatibility forms
that PDF printers leave for characters (⾏政 for 行政) as these, one character for one.

So a position found in the halved text is the same position in the text as printed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LOOKALIKES = (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
"""Blocks of CJK radicals, Kangxi radicals and CJK compatibility ideographs."""

_HALVES = {chr(full): chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)} | {"\u3000": " "}
_HALVES |= {
    wide: plain
    for wide in map(chr, _LOOKALIKES)
    if len(plain := unicodedata.normalize("NFKC", wide)) == 1
}
_WIDE = re.compile(f"[{''.join(_HALVES)}]")


def halve(text: str) -> str:
    """The text with full-width ASCII and ideographic spaces made half-width, and radicals made
    characters; as long as before."""
    return _halve_short(text) if len(text) < 64 else _halve(text)


def _halve(text: str) -> str:
    if text.isascii():
        return text
    # A text has few different ones: to replace each takes half the time of str.translate.
    for wide in set(_WIDE.findall(text)):
        text = text.replace(wide, _HALVES[wide])
    return text


# Title, head and headings are asked for several times a page, and much of them is the portal's own.
_halve_short = lru_cache(maxsize=512)(_halve)


_SIMPLE = str.maketrans(
    "並來係個備傳內兩別劃動務參員問單國圍執報場實審專對屬廢廳強後徑從復應採擊據數於時會條業構標機欄權決減滿濟瀏為無熱爲獲現產當發眾確祕種稱積穩範糾約納級組結絡統經維"
    "網線編縣總織繳繼續罰聞聯職聽肅與舉華萬處號衆補製複覆規覽訂計訓訟訪設許訴詢話認說談請諮議護讀變負責費購輯輿轉辦進過達違鄉錄錯鎮門開間閱關際難電頁項題額類餘駁體點"
    "齣",
    "并来系个备传内两别划动务参员问单国围执报场实审专对属废厅强后径从复应采击据数于时会条业构标机栏权决减满济浏为无热为获现产当发众确秘种称积稳范纠约纳级组结络统经维"
    "网线编县总织缴继续罚闻联职听肃与举华万处号众补制复复规览订计训讼访设许诉询话认说谈请咨议护读变负责费购辑舆转办进过达违乡录错镇门开间阅关际难电页项题额类余驳体点"
    "出",
)
"""Traditional characters that labels have, of forms and of the head of a page, as simplified ones:
portals that offer themselves in traditional characters convert the labels too."""


_TRADITIONAL = re.compile(f"[{''.join(map(chr, _SIMPLE))}]")


def simplify(text: str) -> str:
    """The text with the characters of labels simplified; as long as before."""
    return text.translate(_SIMPLE) if _TRADITIONAL.search(text) else text


_GLOSS = re.compile(r"(?<=[一-鿿])\([a-zà-ǜ]{1,7}\)")


def strip_glosses(text: str) -> str:
    """The text without the pinyin that some converted copies of pages put behind a character:
    發(fā)布時間 → 發布時間."""
    return _GLOSS.sub("", text) if "(" in text else text
