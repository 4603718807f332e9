"""The indicators of data/indicators.yml: shares of one count over another, and the SQL of them.

Everything that says what an indicator is reads it here: the views, the texts of the columns, the
page of definitions and docs/indicators.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.reading.report import Form as FormId
from pipelines.yaml_file import read_yaml

FILE = Path(__file__).resolve().parent.parent / "data" / "indicators.yml"

Z = 1.959964
"""The normal quantile of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Count:
    """A sum of columns of report_wide. ``zh`` and ``en`` are texts as data/columns.yml has them."""

    code: str
    zh: str
    en: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Indicator:
    """A share: the counts ``numerator`` over ``denominator``, by their codes.

    ``first_form`` is the first form from which on it may be compared; the formulas are in words.
    """

    code: str
    zh: str
    en: str
    zh_formula: str
    en_formula: str
    numerator: str
    denominator: str
    first_form: FormId


@lru_cache(maxsize=1)
def load_counts() -> tuple[Count, ...]:
    """Every count, in the order of the file."""
    return tuple(
        Count(code, entry["zh"], entry["en"], tuple(entry["sum"]))
        for code, entry in _data()["counts"].items()
    )


@lru_cache(maxsize=1)
def load_indicators() -> tuple[Indicator, ...]:
    """Every indicator, in the order of the file. Raises KeyError where one is not whole or names a
    count that there is not."""
    counts = {count.code for count in load_counts()}
    found = []
    for code, entry in _data()["indicators"].items():
        values = dict(entry)
        first_form = values.pop("from")
        if missing := {values["numerator"], values["denominator"]} - counts:
            raise KeyError(f"{FILE.name}: {code} names no count {', '.join(sorted(missing))}")
        found.append(Indicator(code=code, first_form=first_form, **values))
    return tuple(found)


def earlier_forms_text() -> tuple[str, str]:
    """Why no share of the forms before may be compared (zh, en)."""
    before = _data()["before"]
    return before["zh"], before["en"]


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    data: dict[str, Any] = read_yaml(FILE)
    return data


def count_sql(count: Count) -> str:
    """The sum over the columns of report_wide; NULL where one of them is."""
    return " + ".join(count.columns)


def share_sql(numerator: str, denominator: str) -> str:
    """A share to four decimals; NULL where the denominator is 0 or either is absent."""
    return f"round(1.0 * {numerator} / nullif({denominator}, 0), 4)"


def wilson_sql(numerator: str, denominator: str) -> tuple[str, str]:
    """Both ends of Wilson's interval of a share, to four decimals (E. B. Wilson, 1927).

    NULL where the share is, and where a report prints more in the numerator than in the
    denominator, which is no share of anything.
    """
    k, n = f"1.0 * {numerator}", f"nullif({denominator}, 0)"
    middle = f"({k} + {Z * Z / 2})"
    spread = f"{Z} * sqrt({k} * ({n} - {numerator}) / {n} + {Z * Z / 4})"
    low, high = (f"({middle} {sign} {spread}) / ({n} + {Z * Z})" for sign in "-+")
    # Rounding may lead just outside of 0 and 1.
    return f"max(0, round({low}, 4))", f"min(1, round({high}, 4))"
