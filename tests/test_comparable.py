"""Fields of two eras are never chained but where the forms' data says so, both ways."""

from __future__ import annotations

import pytest

from pipelines.comparable import Field, load_fields
from pipelines.reading.list_form import load_list_forms

FIELDS = load_fields()


def name_of(field: Field) -> str:
    return f"{field.form} {field.name}"


@pytest.mark.parametrize("field", FIELDS, ids=name_of)
def test_every_field_says_with_what_it_may_be_compared_or_why_with_nothing(field: Field) -> None:
    assert field.matches or field.why
    assert field.zh
    assert field.en
    assert field.why is None or all(field.why)


def test_what_is_comparable_one_way_is_so_the_other_way() -> None:
    said = {(field.form, match) for field in FIELDS for match in field.matches}
    for form, match in said:
        back = match._replace(here=match.there, form=form, there=match.here)
        assert (match.form, back) in said


def test_every_field_that_another_is_compared_with_is_there() -> None:
    names = {(field.form, field.name) for field in FIELDS}
    for field in FIELDS:
        for match in field.matches:
            for there in match.there:
                parent = there.rpartition(".")[0]
                assert {(match.form, there), (match.form, parent)} & names, there


def test_nothing_that_says_it_is_alone_is_compared_with_a_later_form() -> None:
    order = {form: n for n, form in enumerate(dict.fromkeys(field.form for field in FIELDS))}
    for field in FIELDS:
        if field.why is not None and field.form != "narrative":
            assert all(order[match.form] > order[field.form] for match in field.matches)


def test_codes_are_stable_names_and_labels_have_both_languages() -> None:
    for form in load_list_forms():
        for row in form.rows:
            assert row.code.replace("_", "").isalnum()
            assert row.code.isascii()
            assert row.seen in ("page", "form")
