"""Which character set (字符集) the bytes of a page are in, and their text.

What is claimed is often wrong, so the bytes are asked first: a byte order mark, then strict UTF-8
(random GBK is never valid UTF-8 for long), and only then the Content-Type header and the page's
own meta tag. GB2312 and GBK are read as GB18030, of which they are parts: pages that claim GB2312
print 镕, 堃 and other characters outside of it.
"""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CLAIM = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.I)
_SAMPLE = (
    4096  # bytes behind the first wrong one that are asked whether they are UTF-8 all the same
)
_HEAD = 4096  # bytes in which a claim is looked for; HTML asks for it within the first 1,024

# Claims that say nothing here: every byte string is valid in them, so they would hide GB18030.
_EMPTY_CLAIMS = frozenset({"ascii", "iso8859-1", "cp1252", "iso8859-15"})
_CHINESE = frozenset({"gb2312", "gbk", "gb18030", "hz"})

DAMAGED = 0.01
"""The share of wrong bytes up to which a page is UTF-8 with damage (cut in the middle of a
character, a foreign snippet pasted in) and not a page in another character set."""


def decode(body: bytes, content_type: str | None = None) -> tuple[str, str]:
    """The text of the bytes and the name of the character set that was used.

    Never raises: bytes that are valid in no character set come out with U+FFFD in their place.
    """
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        sample = body[: error.start + _SAMPLE]
    claims = [claim for claim in (_claimed(content_type), _claimed(body)) if claim]
    if _is_damaged_utf8(sample, certain="utf-8" in claims):
        return body.decode("utf-8", "replace"), "utf-8"
    for name in [*(claim for claim in claims if claim != "utf-8"), "gb18030"]:
        try:
            return body.decode(name), name
        except (UnicodeDecodeError, ValueError):
            continue
    return body.decode("gb18030", "replace"), "gb18030"


def _claimed(source: str | bytes | None) -> str | None:
    """The codec that a header or the head of a page names, if it tells anything."""
    if source is None:
        return None
    found = _CLAIM.search(
        source[:_HEAD] if isinstance(source, bytes) else source.encode("utf-8", "replace")
    )
    if found is None:
        return None
    try:
        codec = codecs.lookup(found[1].decode("ascii"))
    except (LookupError, ValueError):
        return None
    if codec.name in _CHINESE:
        return "gb18030"
    # Python also knows codecs that turn bytes into bytes (base64, zlib); they are no claim.
    is_text = getattr(codec, "_is_text_encoding", True)
    return codec.name if is_text and codec.name not in _EMPTY_CLAIMS else None


def _is_damaged_utf8(body: bytes, *, certain: bool) -> bool:
    """Whether the bytes are UTF-8 but for a few wrong ones; ``certain`` if that is claimed."""
    text = body.decode("utf-8", "replace")
    wrong = text.count("�")
    wide = sum(map(len, re.findall(r"[^\x00-\x7f�]+", text)))
    return wrong <= max(wide * DAMAGED, 1 if certain or wide > 100 else 0)
