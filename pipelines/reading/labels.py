"""Labels (标签) of the forms and headings: what of their wording counts when two are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipelines.reading.halfwidth import simplify, strip_glosses

LONGEST = 120
"""Characters of the longest text that can be a label; the longest in the forms has 47."""

_ORDINAL = re.compile(
    r"(?:第[一二三四五六七八九十]{1,2}部分[、.:,]?"
    r"|[一二三四五六七八九十]{1,3}[、.,:。]"
    r"|\([一二三四五六七八九十0-9]{1,3}\)[、.]?"
    r"|[0-9]{1,2}(?:[.、,)](?![0-9])|(?=[^\W\d_]))"
    r"|\(?(?:[IVX]{1,4}|[ivx]{1,4}|[a-hA-H](?=[.、,)]))[.、,)]?(?=[\u4e00-\u9fff]))"
)
_NOTE = re.compile(r"\([^()]*\)?$")
# Marks of a footnote: ① or ² behind a label, [1] as superscripts come out without markup.
_MARK = re.compile(r"(?:[①-⑳¹²³⁰-⁹]|[\[［〔【](?:注?[0-9０-９]{1,2}|注)[\]］〕】])\s*$")
_SPACE = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")
_NO_LETTER = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def fold_label(text: str) -> str:
    """The text as labels are compared: NFKC (so that ⾏政 is 行政), traditional characters as
    simplified ones, no white space, no ordinal in front (一、 （二） 3. Ⅳ.), no note in brackets or
    mark of one behind, no punctuation. "" for what is no label."""
    if len(text) > LONGEST:
        return ""
    text = _SPACE.sub("", unicodedata.normalize("NFKC", _MARK.sub("", text) or text))
    text = simplify(strip_glosses(text))
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    while (ordinal := _ORDINAL.match(text)) and ordinal.end() < len(text):
        text = text[ordinal.end() :]
    return _NO_LETTER.sub("", _NOTE.sub("", text) or text)
