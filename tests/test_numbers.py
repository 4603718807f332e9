"""What cells print, as numbers or kinds of absence."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reading.numbers import read_money, read_number

FULL_WIDTH = str.maketrans("0123456789,.+-", "０１２３４５６７８９，．＋－")


def ways_to_print(number: int) -> list[str]:
    return [
        str(number),
        f"{number:,}",
        str(number).translate(FULL_WIDTH),
        f" {number}\u3000",
        f"\xa0{number}\n",
        "\u200b".join(str(number)),
        f"{number}件",
        f"{number} 件",
        f"{number}（件）",
    ]


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_in_every_way_of_print(number: int) -> None:
    for raw in ways_to_print(number):
        printed = read_number(raw)
        assert printed[:2] == (number, None), raw
        assert type(printed.value) is int
    if number > 0:
        assert read_number(f"+{number}").value == number
        assert read_number(f"增加{number}", signed=True).value == number
        assert read_number(f"减少{number}", signed=True).value == -number
        assert read_number(f"−{number}").value == -number


@given(st.decimals(-(10**7), 10**7, places=3))
def test_decimals_stay_what_is_printed(number: Decimal) -> None:
    for raw in (str(number), f"{number:,}", str(number).translate(FULL_WIDTH)):
        printed = read_number(raw)
        assert printed == (float(number), None, None)
        assert type(printed.value) is float


@given(st.integers(10, 10**9), st.sampled_from([" ", "\u3000", "\xa0", "\n", "\t"]))
def test_white_space_between_digits_is_never_guessed_away(number: int, space: str) -> None:
    digits = str(number)
    for place in range(1, len(digits)):
        printed = read_number(digits[:place] + space + digits[place:])
        assert printed == (None, "unreadable", None)


@pytest.mark.parametrize(
    ("raw", "absence"),
    [
        ("", "blank"),
        (" \u3000\xa0\u200b\n", "blank"),
        *(
            (dash, "dash")
            for dash in ("/", "／", "-", "－", "—", "——", "–", "―", "\\", "--", " / ")
        ),
        *((word, "word") for word in ("无", "暂无", "不适用", "（无）", "无。", "N/A", "⽆")),
        *(
            (text, "unreadable")
            for text in ("O", "l", "1O", "约3", "见附件", "1 2", "3元", "①", "3²")
        ),
        *((text, "unreadable") for text in ("007", "0000000", "1,23", "1234,567", "1.2.3", "--3")),
        *((text, "unreadable") for text in ("2021年", "50%", "3-5", "1/2", "٣", "一", "增加5")),
        ("9" * 16, "unreadable"),
        ("9" * 100_000, "unreadable"),
    ],
)
def test_kinds_of_absence(raw: str, absence: str) -> None:
    assert read_number(raw) == (None, absence, None)


@given(st.integers(1, 10**9))
def test_money_is_exact_in_every_unit(yuan: int) -> None:
    expected = float(Decimal(yuan) / 10000)
    for printed in (
        read_money(f"{yuan}元"),
        read_money(f"{yuan:,} 元", "万元"),
        read_money(str(yuan), "元"),
        read_money(f"{Decimal(yuan) / 10000}万元"),
        read_money(f"{Decimal(yuan) / 10000}", "万元"),
    ):
        assert printed.value == expected
        assert printed.absence is None


@pytest.mark.parametrize(
    ("raw", "unit", "value"),
    [
        ("251000元", None, 25.1),
        ("25.1万元", None, 25.1),
        ("592万元", None, 592),
        ("1.2亿元", None, 12000),
        ("199.43", "万元", 199.43),
        ("0", None, 0),
        ("0元", None, 0),
    ],
)
def test_money_as_pages_print_it(raw: str, unit: str | None, value: float) -> None:
    assert read_money(raw, unit).value == value


@pytest.mark.parametrize(
    ("raw", "unit"), [("8040", None), ("5件", "万元"), ("减少5", "万元"), ("3", "个")]
)
def test_money_without_a_unit_of_money_is_unreadable(raw: str, unit: str | None) -> None:
    assert read_money(raw, unit)[:2] == (None, "unreadable")


@given(st.text(max_size=50))
def test_any_text_is_a_number_or_an_absence(raw: str) -> None:
    for printed in (read_number(raw), read_number(raw, signed=True), read_money(raw, "元")):
        assert (printed.value is None) == (printed.absence is not None)
