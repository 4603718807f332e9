"""The figures of two reports side by side, and by how much they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipelines.comparable import Match, load_fields
from pipelines.reading.form import load_forms
from pipelines.reading.form_table import Table
from pipelines.reading.list_form import load_list_forms
from pipelines.reading.report import Number
from pipelines.site.language import Language
from pipelines.site.printed import Figures
from pipelines.site.rows import Row

Place = tuple[str, str, str]
"""Table, row and column; of lists "statistics", code and scope; of statements "statements", code
and nothing."""

TOTAL = "total"
"""The column of a form's table that a list's count is compared with."""


@dataclass(frozen=True)
class Amount:
    """A number, or None with what is printed in its place, which is None where there is no cell."""

    value: Number | None = None
    printed: str | None = None


NOTHING = Amount()


@dataclass(frozen=True)
class Pair:
    """The same figure of two reports."""

    left: Amount
    right: Amount

    @property
    def difference(self) -> Number | None:
        """Right less left; None where one of them is no number."""
        if self.left.value is None or self.right.value is None:
            return None
        # Money has two decimals at most, which binary fractions miss.
        return round(self.right.value - self.left.value, 4)

    @property
    def relative(self) -> float | None:
        """The difference as a share of the left one; None where that is zero."""
        if self.difference is None or not self.left.value:
            return None
        return self.difference / abs(self.left.value)

    @property
    def differs(self) -> bool:
        return self.left.value != self.right.value or self.left.printed != self.right.printed


@dataclass(frozen=True)
class Line:
    """A field, or the sum of several, of two forms: what it is called in each, and a pair for each
    of its columns."""

    left: str
    right: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True)
class Lines:
    """Fields with the same columns; "" is the head of one that needs none."""

    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def amounts(figures: Iterable[Row]) -> dict[Place, Amount]:
    """The figures (part, item, measure, value, raw) of a report by their places. A number says all;
    what is printed counts only where there is none. One that is printed twice is left out, for
    which of the two is meant is not known."""
    found: dict[Place, Amount] = {}
    twice: set[Place] = set()
    for figure in figures:
        place = figure["part"], figure["item"], figure["measure"]
        if place in found:
            twice.add(place)
        value = figure["value"]
        found[place] = Amount(value, None if value is not None else figure["raw"] or "")
    return {place: amount for place, amount in found.items() if place not in twice}


def pair_places(left: Mapping[Place, Amount], right: Mapping[Place, Amount]) -> Figures:
    """Every place of either report, with its pair under "pair", as tables are printed of it."""
    return {
        place: {"pair": Pair(left.get(place, NOTHING), right.get(place, NOTHING))}
        for place in (*left, *(place for place in right if place not in left))
    }


def compare_forms(
    forms: tuple[str, str],
    left: Mapping[Place, Amount],
    right: Mapping[Place, Amount],
    language: Language,
) -> list[Lines]:
    """What two reports of different ``forms``, or of the same list, have that may be compared."""
    left_form, right_form = forms
    names = _names(language)
    grouped: dict[tuple[str, tuple[str, ...]], list[Line]] = {}
    for match in _matches(left_form, right_form):
        table, columns = _columns(match)
        for scope in _scopes(match, left, right):
            pairs = tuple(
                Pair(
                    _sum(left, match.here, column or scope),
                    _sum(right, match.there, column or scope),
                )
                for column in columns or ("",)
            )
            if not _are_there(pairs):
                continue
            labels = (
                _label(names, left_form, match.here, scope),
                _label(names, right_form, match.there, scope),
            )
            grouped.setdefault((table, columns), []).append(Line(*labels, pairs))
    return [
        Lines(_title(table, language), _heads(table, columns, language), tuple(lines))
        for (table, columns), lines in grouped.items()
    ]


def _matches(left_form: str, right_form: str) -> list[Match]:
    """Which fields of the left form may be compared with which of the right one, each once."""
    own = [field for field in load_fields() if field.form == left_form]
    if left_form == right_form:
        return [Match((field.name,), right_form, (field.name,)) for field in own]
    matches = (match for field in own for match in field.matches if match.form == right_form)
    return list(dict.fromkeys(matches))


def _are_there(pairs: Sequence[Pair]) -> bool:
    """Whether each of the two reports has any of the cells."""
    return any(pair.left != NOTHING for pair in pairs) and any(
        pair.right != NOTHING for pair in pairs
    )


def _columns(match: Match) -> tuple[str, tuple[str, ...]]:
    """The table whose rows are compared and its columns; ("", ()) for single figures."""
    tables = {name.partition(".")[0] for name in (*match.here, *match.there)}
    if len(tables) == 1 and all(name.count(".") == 1 for name in (*match.here, *match.there)):
        (table,) = tables
        return table, tuple(column.code for column in _table(table).columns)
    return "", ()


def _table(name: str) -> Table:
    return next(table for table in load_forms()[0].tables if table.name == name)


def _scopes(match: Match, left: Mapping[Place, Amount], right: Mapping[Place, Amount]) -> list[str]:
    """The columns of counts that lists have of a field; [""] where there is no list."""
    codes = {name for name in (*match.here, *match.there) if "." not in name}
    found = dict.fromkeys(
        scope for part, item, scope in (*left, *right) if part == "statistics" and item in codes
    )
    return [*found] or [""]


def _sum(figures: Mapping[Place, Amount], names: Sequence[str], column: str) -> Amount:
    """The sum of some fields in a column; with one that is no number there is none."""
    found = [_amount(figures, name, column) for name in names]
    if all(amount == NOTHING for amount in found):
        return NOTHING
    values = [amount.value for amount in found if amount.value is not None]
    if len(values) < len(found):
        return Amount(None, " + ".join(amount.printed or "" for amount in found).strip(" +"))
    return Amount(sum(values))


def _amount(figures: Mapping[Place, Amount], name: str, column: str) -> Amount:
    table, *rest = name.split(".")
    if not rest:
        statement = figures.get(("statements", table, ""), NOTHING)
        return figures.get(("statistics", table, column), statement)
    if len(rest) == 2:
        return figures.get((table, rest[0], rest[1]), NOTHING)
    is_column = any(one.code == column for one in _table(table).columns)
    return figures.get((table, rest[0], column if is_column else TOTAL), NOTHING)


def _names(language: Language) -> dict[tuple[str, str], str]:
    """What fields are called: (form, field) → name; and the columns of counts of lists."""
    english = language == "en"
    fields = {(one.form, one.name): one.en if english else one.zh for one in load_fields()}
    scopes = {
        (form.id, f"/{scope.code}"): scope.en if english else scope.zh
        for form in load_list_forms()
        for scope in form.scopes
    }
    return fields | scopes


def _label(
    names: Mapping[tuple[str, str], str], form: str, fields: Sequence[str], scope: str
) -> str:
    label = " + ".join(names.get((form, name), name) for name in fields)
    column = names.get((form, f"/{scope}"))
    return f"{label} · {column}" if column else label


def _title(table: str, language: Language) -> str:
    if not table:
        return ""
    title = _table(table).title
    return title.en if language == "en" else title.zh


def _heads(table: str, columns: Sequence[str], language: Language) -> tuple[str, ...]:
    if not columns:
        return ("",)
    known = _table(table).column
    return tuple(known[code].en if language == "en" else known[code].zh for code in columns)


def is_table_form(form: str | None) -> bool:
    """Whether a form has the three tables that can be printed side by side."""
    return any(one.id == form for one in load_forms())
