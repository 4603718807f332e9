"""The forms as data: what the contract promises of them, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.reading import form_file
from pipelines.reading.form import form_of, load_forms
from pipelines.reading.form_file import FormError
from pipelines.reading.labels import fold_label
from pipelines.reading.report import APPLICANTS, RESULTS, ROUTES
from pipelines.reading.vocabulary import distinct_words, head_words, sure_words, weak_words


def test_rows_and_columns_are_those_of_the_contract() -> None:
    new, old = form_of("2021"), form_of("2019")
    assert [len(form.applications.rows) for form in (new, old)] == [25, 23]
    assert [len([c for r in form.disclosure.rows for c in r.columns]) for form in (new, old)] == [
        10,
        22,
    ]
    for form in (new, old):
        assert tuple(column.code for column in form.applications.columns) == APPLICANTS
        assert tuple(column.code for column in form.proceedings.columns) == RESULTS
        assert tuple(row.code for row in form.proceedings.rows) == ROUTES
    only_new = {row.code for row in new.applications.rows} - {
        row.code for row in old.applications.rows
    }
    assert only_new == {"closed_not_corrected", "closed_fee_unpaid", "closed_other"}
    assert [form.id for form in load_forms()] == ["2021", "2019"]


def test_every_code_has_both_names_and_a_unit() -> None:
    for form in load_forms():
        for table in form.tables:
            for label in (table.title, *table.rows, *table.columns):
                assert label.zh
                assert label.en.isascii()
            assert all(column.unit for column in table.columns)
    assert form_of("2019").disclosure.row["procurement"].columns[1].unit == "万元"


def test_the_parts_of_the_total_are_all_rows_between_it_and_the_start() -> None:
    for form in load_forms():
        rows = [row.code for row in form.applications.rows]
        parts = next(i for i in form.identities if i.check == "applications.outcomes")
        assert list(parts.left) == rows[2 : rows.index("total")]


def test_fields_of_two_forms_are_comparable_both_ways_or_not_at_all() -> None:
    pairs = {
        form.id: {(pair.form, pair.here, pair.there) for pair in form.comparable}
        for form in load_forms()
    }
    assert pairs["2019"] == {("2021", there, here) for _, here, there in pairs["2021"]}
    compared = {field for _, here, _ in pairs["2021"] for field in here}
    assert "disclosure.normative_documents.issued" not in compared
    assert "applications.closed_other" in compared


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("一、本年新收政府信息公开申请数量", "本年新收政府信息公开申请数量"),
        ("（二）部分公开（区分处理的，只计这一情形", "部分公开"),
        ("3.危及“三安全一稳定”", "危及三安全一稳定"),
        ("第二十条 第（五）项", "第二十条第五项"),
        ("本年收费金额（单位：万元）", "本年收费金额"),
        ("⾏政许可", "行政许可"),
        ("结果\n维持", "结果维持"),
        ("本年增／减", "本年增减"),
        ("①属于国家秘密", "属于国家秘密"),
        ("3.5", "35"),
        ("１２", "12"),
        ("（七）", "七"),
        ("长" * 200, ""),
    ],
)
def test_what_counts_of_a_label(text: str, label: str) -> None:
    assert fold_label(text) == label


def test_words_that_show_a_table_are_none_that_stand_elsewhere() -> None:
    assert {"信息内容", "申请人情况", "自然人", "本年制发件数"} <= head_words()
    assert not {"其他", "总计", "行政许可", "规章", "行政复议"} & sure_words()
    assert {"其他", "总计", "数量"} <= weak_words()
    assert distinct_words()["本年增减"] == ("disclosure", "2019")
    assert distinct_words()["现行有效件数"] == ("disclosure", "2021")
    assert "处理决定数量" not in distinct_words()


@pytest.fixture
def forms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The two files as data; ``load`` writes them and loads the forms."""
    data = {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in form_file.FOLDER.glob("*.yml")
    }
    monkeypatch.setattr(form_file, "FOLDER", tmp_path)
    return data


def load(forms: dict[str, Any]) -> Any:
    for name, data in forms.items():
        text = data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True)
        (form_file.FOLDER / name).write_text(text, encoding="utf-8")
    return load_forms.__wrapped__()


def test_the_files_load_as_they_are(forms: dict[str, Any]) -> None:
    assert [form.id for form in load(forms)] == ["2021", "2019"]


def break_column(form: dict[str, Any]) -> None:
    form["disclosure"]["parts"][0]["columns"][0] = "printed"


def break_row_twice(form: dict[str, Any]) -> None:
    form["disclosure"]["rows"][1]["code"] = "regulations"


def break_label(form: dict[str, Any]) -> None:
    form["disclosure"]["rows"][1]["labels"] = ["规 章"]


def break_applicants(form: dict[str, Any]) -> None:
    form["applications"]["columns"].reverse()


def break_identity(form: dict[str, Any]) -> None:
    form["identities"][0]["left"] = ["recieved"]


def break_distinct(form: dict[str, Any]) -> None:
    form["applications"]["distinct"] = ["closed"]


def break_key(form: dict[str, Any]) -> None:
    del form["disclosure"]["rows"][0]["zh"]


def break_unknown_key(form: dict[str, Any]) -> None:
    form["disclosure"]["columns"][0]["units"] = "件"


def break_table_key(form: dict[str, Any]) -> None:
    form["applications"]["group"] = ["不予公开"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (break_column, "'printed'"),
        (break_row_twice, "'regulations' stands twice"),
        (break_label, "'规章' means both 'regulations' and 'normative_documents'"),
        (break_applicants, "applications must have natural_person"),
        (break_identity, "applications.balance: applications has no 'recieved'"),
        (break_distinct, "no row or column 'closed'"),
        (break_key, "zh"),
        (break_unknown_key, "units"),
        (break_table_key, "there is no key 'group'"),
    ],
)
def test_a_wrong_file_is_named_with_what_is_wrong(
    forms: dict[str, Any], change: Any, words: str
) -> None:
    change(forms["2021.yml"])
    with pytest.raises(FormError, match=r"^data/forms/2021\.yml: ") as error:
        load(forms)
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_what_is_no_form_is_said_to_be_none(forms: dict[str, Any]) -> None:
    with pytest.raises(FormError, match=r"^data/forms/2021\.yml: a form is a mapping"):
        load(forms | {"2021.yml": "- 1"})
    with pytest.raises(FormError, match=r"^data/forms/2021\.yml: not YAML"):
        load(forms | {"2021.yml": "a: [1"})
    forms["2019.yml"]["like"] = "2020"
    with pytest.raises(FormError, match=r"^data/forms/2019\.yml: there is no form '2020'"):
        load(forms)
