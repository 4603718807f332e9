"""Character sets: the bytes decide, whatever is claimed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.charset import decode

TEXT = "<p>朱镕基、堃、〇、科才镇人民政府 2021年</p>" * 20


@pytest.mark.parametrize("claim", ["utf-8", "gb2312", "GBK", "iso-8859-1", "", "nonsense", "hex"])
@pytest.mark.parametrize("actual", ["utf-8", "gb18030"])
@pytest.mark.parametrize("where", ["header", "meta"])
def test_the_bytes_decide_and_not_the_claim(claim: str, actual: str, where: str) -> None:
    meta = f'<meta charset="{claim}">' if where == "meta" else ""
    header = f"text/html; charset={claim}" if where == "header" else None
    assert decode((meta + TEXT).encode(actual), header) == (meta + TEXT, actual)


def test_gb2312_is_read_as_gb18030() -> None:
    text = "镕堃㐂𠀀"
    assert decode(text.encode("gb18030"), "text/html; charset=gb2312") == (text, "gb18030")


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_counts_and_is_no_text(name: str) -> None:
    text, encoding = decode(TEXT.encode(name), "text/html; charset=gbk")
    assert text == TEXT
    assert encoding.startswith(name[:6].rstrip("-"))


def test_utf8_cut_within_a_character_stays_utf8() -> None:
    text, encoding = decode(TEXT.encode()[:-5])
    assert encoding == "utf-8"
    assert text.startswith(TEXT[:-10])


def test_gbk_with_a_broken_byte_stays_gbk() -> None:
    text, encoding = decode(TEXT.encode("gb18030") + b"\xff\xff", "text/html; charset=utf-8")
    assert encoding == "gb18030"
    assert text.startswith(TEXT)


def test_other_sets_count_where_they_are_claimed() -> None:
    text = "臺灣政府資訊公開" * 10
    assert decode(text.encode("big5"), "text/html; charset=big5") == (text, "big5")


@given(st.binary(max_size=300), st.none() | st.text(max_size=40))
def test_any_bytes_decode(body: bytes, header: str | None) -> None:
    text, encoding = decode(body, header)
    assert isinstance(text, str)
    assert "\\x" not in encoding


@given(st.text(max_size=300).filter(lambda text: "\ufeff" not in text[:1]))
def test_utf8_comes_back_as_it_went(text: str) -> None:
    assert decode(text.encode("utf-8", "ignore"))[0] == text.encode("utf-8", "ignore").decode()
