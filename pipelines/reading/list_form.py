"""The forms before 2019 (统计表): lists of indicators, each with a unit and a count.

A form of data/forms/*.yml that has its own ``rows`` is such a list: the national
政府信息公开情况统计表 of 2014 to 2018, and what provinces and prefectures prescribed before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from pipelines.reading.form_file import FormError, naming_file, read_form_files
from pipelines.reading.form_table import Label
from pipelines.reading.labels import fold_label
from pipelines.reading.numbers import MONEY
from pipelines.reading.report import Form as FormId

Role = Literal["index", "label", "unit", "code", "note", "count"]
HEADING_UNIT = "----"
"""What the form prints as the unit of a heading."""


def fold_indicator(text: str) -> str:
    """A label as ``fold_label`` leaves it, without 其中 (of which) and the ordinal behind that."""
    folded = fold_label(text)
    if folded.startswith("其中") and len(folded) > 2:
        _, _, rest = text.partition("其中")
        folded = fold_label(rest.lstrip(" \u3000:：、,，")) or folded
    return folded


@dataclass(frozen=True, eq=False)
class Indicator(Label):
    """A row of the list. ``path`` are the codes of the rows that it lies below, the outermost
    first; ``seen`` says whether its label was found so on published pages ("page") or follows the
    form as generally known ("form"); ``number`` is its number where the form prints one."""

    unit: str = "件"
    seen: Literal["page", "form"] = "form"
    path: tuple[str, ...] = ()
    number: str | None = None

    @cached_property
    def folded(self) -> frozenset[str]:
        return frozenset(fold_indicator(label) for label in (self.zh, *self.labels))

    @property
    def is_heading(self) -> bool:
        return self.unit == HEADING_UNIT

    @property
    def is_money(self) -> bool:
        return self.unit in MONEY


@dataclass(frozen=True, eq=False)
class Sum:
    """The counts of ``left`` add up to those of ``right``, in each count column."""

    check: str
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class ListForm:
    """A list of indicators in print order. ``report_form`` is the form that a report with this list
    has; ``scopes`` are the count columns that are known; ``head`` the labels of the other columns;
    ``ignored`` beginnings of rows that carry nothing; ``signs`` texts of which one stands in each
    such table; ``alone`` says of indicators that are comparable with nothing why (zh, en)."""

    id: str
    report_form: FormId
    basis: str
    first_year: int
    last_year: int
    title: Label
    signs: tuple[str, ...]
    head: Mapping[str, Role]
    scopes: tuple[Label, ...]
    ignored: tuple[str, ...]
    rows: tuple[Indicator, ...]
    sums: tuple[Sum, ...]
    comparable: Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]
    alone: Mapping[str, tuple[str, str]]

    @cached_property
    def row(self) -> Mapping[str, Indicator]:
        return {row.code: row for row in self.rows}

    @cached_property
    def words(self) -> Mapping[str, tuple[Indicator, ...]]:
        """Folded label → the rows that it can be, in print order."""
        found: dict[str, tuple[Indicator, ...]] = {}
        for row in self.rows:
            for word in row.folded:
                found[word] = (*found.get(word, ()), row)
        return found

    @cached_property
    def scope_of(self) -> Mapping[str, str]:
        """Folded header of a count column → its code."""
        return {word: scope.code for scope in self.scopes for word in scope.folded}

    @cached_property
    def units(self) -> frozenset[str]:
        return frozenset(row.unit for row in self.rows if not row.is_heading)


@lru_cache(maxsize=1)
def load_list_forms() -> tuple[ListForm, ...]:
    """Every list in data/forms, the newest first. Raises FormError."""
    forms = []
    for name, data in read_form_files().items():
        if "rows" not in data:
            continue
        with naming_file(name):
            forms.append(_list_form(data))
    return tuple(sorted(forms, key=lambda form: form.first_year, reverse=True))


@lru_cache(maxsize=1)
def list_words() -> frozenset[str]:
    """Every folded label of every list's rows."""
    return frozenset(word for form in load_list_forms() for word in form.words)


@lru_cache(maxsize=1)
def list_heads() -> tuple[frozenset[str], frozenset[str]]:
    """Folded headers of the lists' columns, and their units: those that say by themselves that such
    a list is there (统计指标), and those that stand in other tables and texts too (单位, 件)."""
    words: set[str] = set()
    for form in load_list_forms():
        words |= {*form.head, *form.scope_of, *form.units}
    sure = frozenset(word for word in words if word in ("统计指标", "指标名称", "计量单位"))
    return sure, frozenset(words) - sure


def shows_sign(texts: Iterable[str]) -> bool:
    """Whether a text has one of the signs of a list: a quick look before any label is folded."""
    signs = _signs()
    return any(sign in text for text in texts for sign in signs)


@lru_cache(maxsize=1)
def _signs() -> tuple[str, ...]:
    return tuple(sign for form in load_list_forms() for sign in form.signs)


def list_form_of(form_id: str) -> ListForm:
    """The list with this id. Raises KeyError."""
    return {form.id: form for form in load_list_forms()}[form_id]


def _list_form(data: dict[str, Any]) -> ListForm:
    rows = tuple(_rows(data["rows"], ()))
    codes = [row.code for row in rows]
    if len(set(codes)) < len(codes):
        twice = next(code for code in codes if codes.count(code) > 1)
        raise FormError(f"the code {twice!r} stands twice")
    sums = tuple(
        Sum(entry["check"], tuple(entry["left"]), tuple(entry["right"])) for entry in data["sums"]
    )
    comparable = {
        form: tuple((tuple(here), tuple(there)) for here, there in pairs)
        for form, pairs in data["comparable"].items()
    }
    alone = {
        code: (entry["why"]["zh"], entry["why"]["en"])
        for entry in data["alone"]
        for code in entry["fields"]
    }
    paired = (code for pairs in comparable.values() for here, _ in pairs for code in here)
    summed = (code for entry in sums for code in (*entry.left, *entry.right))
    for code in (*paired, *summed, *alone):
        if code not in codes:
            raise FormError(f"there is no row {code!r}")
    return ListForm(
        id=data["form"],
        report_form=data["report_form"],
        basis=data["basis"],
        first_year=data["first_year"],
        last_year=data["last_year"],
        title=Label("title", data["title"]["zh"], data["title"]["en"]),
        signs=tuple(data["signs"]),
        head={fold_label(word): role for role, words in data["head"].items() for word in words},
        scopes=tuple(_labels(data["scopes"])),
        ignored=tuple(fold_label(word) for word in data["ignored"]),
        rows=rows,
        sums=sums,
        comparable=comparable,
        alone=alone,
    )


def _labels(entries: Iterable[dict[str, Any]]) -> Iterator[Label]:
    for entry in entries:
        yield Label(entry["code"], entry["zh"], entry["en"], tuple(entry.get("labels", ())))


def _rows(entries: Iterable[dict[str, Any]], path: tuple[str, ...]) -> Iterator[Indicator]:
    for entry in entries:
        below = entry.get("below", ())
        plain = {key: value for key, value in entry.items() if key != "below"}
        yield Indicator(**plain | {"labels": tuple(entry.get("labels", ())), "path": path})
        yield from _rows(below, (*path, entry["code"]))
