"""Exports: complete and equal in every format, valid as data packages, safe in a spreadsheet."""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import frictionless
import openpyxl
import pandas
import pytest
from generated import PORTAL, Crawl, fill, make_old_report, make_report, open_archive, report_url
from pyarrow import parquet

from pipelines.database.store import Store
from pipelines.export import excel_file
from pipelines.export.codebook import codebook
from pipelines.export.release import export
from pipelines.export.source import ExportError, open_source
from pipelines.export.tables import TABLES, describe, read_rows
from pipelines.export.wanted import Wanted
from pipelines.publish import publish, published_database
from pipelines.reading.report import ApplicationRow, DisclosureFigure, Figure, Section

FORMULA = "=cmd|' /C calc'!A0"
LONG = "公开" * 20_000
SOME = ("divisions", "publishers", "reports", "findings", "panel")


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    """An archive of a few reports, two of them changed, one hostile to spreadsheets; without the
    divisions of all China, which would take most of the time here. Published, then changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.divisions.FILES", ())
        crawl = open_archive(tmp_path_factory.mktemp("export") / "archive")
    for _ in fill(crawl, range(2020, 2022)):
        pass
    crawl.save(report_url(PORTAL, 2021), make_report(PORTAL, 2021, 1))
    crawl.save(report_url(PORTAL, 2020), make_report(PORTAL, 2020, title=FORMULA))
    crawl.save("https://example.invalid/2016", make_old_report())
    crawl.save(report_url("990701101", 2019), hostile_report())
    crawl.end()
    publish(crawl.store.home, datetime(2026, 1, 2, 3, 4, tzinfo=UTC), keep=1)
    crawl.begin()
    crawl.save(report_url("990701102", 2019), make_report("990701102", 2019))
    return crawl


def hostile_report() -> Any:
    report = make_report("990701101", 2019)
    report.sections[0] = Section(1, "@SUM(1)", '-1\r\n第二行，“引号”"半角"\x0b')
    report.sections[1] = Section(2, "长", LONG)
    report.source = "+86"
    item, measure, unit, figure = report.disclosure[0]
    report.disclosure[0] = DisclosureFigure(item, measure, unit, Figure(-3, "-3", None, figure.at))
    row = report.applications[0]
    figures = (Figure(-2.5, "-2.5", None, None), Figure(None, "/", "dash", None), *row.figures[2:])
    report.applications[0] = ApplicationRow(row.outcome, figures)
    return report


@pytest.fixture(scope="module")
def snapshot(crawl: Crawl) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(published_database(crawl.store.home))) as conn:
        yield conn


def read(directory: Path, table: str) -> list[dict[str, str]]:
    csv.field_size_limit(10**9)
    with (directory / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted("csv-plain", "zh", tables=(*SOME, "captures", "figures")),
        Wanted(where="year = 2021 AND current -- newest", tables=(*SOME, "changes")),
        Wanted("xlsx", "zh", tables=SOME),
        Wanted("parquet", tables=("captures", "reports", "findings", "panel", "report_wide")),
        Wanted("sqlite"),
    ],
    ids=lambda wanted: f"{wanted.format} {wanted.labels} {wanted.where or ''}",
)
def test_the_export_is_a_valid_data_package(crawl: Crawl, tmp_path: Path, wanted: Wanted) -> None:
    export(crawl.store.home, tmp_path, wanted)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "fieldName", "note"])[:5]
    files = 1 if wanted.format == "sqlite" else len(wanted.tables)
    assert len(report.tasks) == files + 1  # the codebook
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert package["version"] == "2026.01.02"
    assert package["licenses"][0]["name"] == "CC-BY-4.0"


def test_every_format_holds_every_row(
    crawl: Crawl, snapshot: sqlite3.Connection, tmp_path: Path
) -> None:
    for form in ("csv-plain", "xlsx", "parquet"):
        release = export(crawl.store.home, tmp_path / form, Wanted(form))
        assert [one.table for one in release.written] == list(TABLES)
        for one in release.written:
            table = describe(snapshot, one.table, "en")
            wanted = [[alike(v) for v in row] for row in read_rows(snapshot, table, None)]
            found = [[alike(v) for v in row] for row in READERS[form](tmp_path / form / one.file)]
            assert found[0] == [column.name for column in table.columns]
            assert one.rows == len(wanted) > 0, table.name
            if form != "xlsx" or not one.shortened:
                assert found[1:] == wanted, (form, table.name)


def alike(value: Any) -> Any:
    """A value as the poorest of the formats has it."""
    try:
        return float(value) if value not in (None, "") else None
    except ValueError:
        return value.replace("\r\n", "\n")


def _read_csv(path: Path) -> list[Any]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _read_excel(path: Path) -> list[Any]:
    book = openpyxl.load_workbook(path, read_only=True)
    return [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]


def _read_parquet(path: Path) -> list[Any]:
    found = parquet.read_table(path)
    return [found.column_names, *zip(*(c.to_pylist() for c in found.columns), strict=True)]


READERS = {"csv-plain": _read_csv, "xlsx": _read_excel, "parquet": _read_parquet}


def test_the_database_is_the_published_one(crawl: Crawl, tmp_path: Path) -> None:
    release = export(crawl.store.home, tmp_path, Wanted("sqlite"))
    assert release.source == "the published snapshot of 2026-01-02 03:04 UTC"
    original = published_database(crawl.store.home).read_bytes()
    assert (tmp_path / "gongkai.db").read_bytes() == original


def test_pandas_reads_the_wide_file_as_the_database_has_it(
    crawl: Crawl, snapshot: sqlite3.Connection, tmp_path: Path
) -> None:
    export(crawl.store.home, tmp_path, Wanted(tables=("report_wide",)))
    frame = pandas.read_csv(tmp_path / "report_wide.csv", dtype={"division": str})
    ((total,),) = snapshot.execute(
        "SELECT sum(total) FROM applications JOIN reports ON reports.id = report"
        " WHERE current AND outcome = 'received'"
    )
    assert frame["received_total"].sum() == total
    assert frame.set_index(["division", "year"]).index.is_unique


def test_parquet_has_the_types_of_the_columns(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path, Wanted("parquet", tables=("report_wide", "findings")))
    file = parquet.ParquetFile(tmp_path / "report_wide.parquet")
    types = {field.name: str(field.type) for field in file.schema_arrow}
    assert types["id"] == types["year"] == "int64"
    assert types["received_total"] == "double"
    assert types["division"] == types["published_at"] == "string"
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


def test_without_pyarrow_parquet_is_one_sentence(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pyarrow, which is not installed: `make install-all`"):
        export(crawl.store.home, tmp_path / "out", Wanted("parquet"))
    assert not (tmp_path / "out").exists()


def test_chinese_headers_are_unique_and_chinese(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path, Wanted(labels="zh"))
    for table in TABLES:
        header = list(read(tmp_path, table)[0])
        assert len(set(header)) == len(header), table
        latin = [name for name in header if name.isascii()]
        assert set(latin) <= {"ETag"}, table
    assert "一、本年新收政府信息公开申请数量·自然人" in read(tmp_path, "report_wide")[0]
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    fields = package["resources"][TABLES.index("reports")]["schema"]["fields"]
    assert {field["name"]: field["code"] for field in fields}["标题"] == "title"


def test_excel_sees_chinese_and_no_formulas_in_csv(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path, Wanted(where="year = 2019"))
    assert (tmp_path / "reports.csv").read_bytes().startswith(b"\xef\xbb\xbfid,title,")
    (found,) = read(tmp_path, "reports")
    assert found["source"] == "'+86"
    section = read(tmp_path, "sections")[0]
    assert section["heading"] == "'@SUM(1)"
    assert section["text"] == '\'-1\r\n第二行，“引号”"半角"\x0b'
    disclosure = next(row for row in read(tmp_path, "disclosure") if row["raw"] == "'-3")
    assert disclosure["value"] == "-3"
    assert "-2.5" in {row["natural_person"] for row in read(tmp_path, "applications")}


def test_a_workbook_holds_texts_and_numbers_and_nothing_that_runs(
    crawl: Crawl, tmp_path: Path
) -> None:
    wanted = Wanted("xlsx", tables=("reports", "disclosure", "sections"))
    written = {one.table: one for one in export(crawl.store.home, tmp_path, wanted).written}
    rows = openpyxl.load_workbook(tmp_path / written["reports"].file)["reports"].iter_rows()
    cells = [cell for row in rows for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert FORMULA in {cell.value for cell in cells}
    assert all(cell.hyperlink is None for cell in cells)
    values = {cell.value for cell in cells}
    assert "990701" in values  # a code, not a number
    (long,) = [row[4] for row in _read_excel(tmp_path / written["sections"].file) if row[3] == "长"]
    assert len(long) <= excel_file.LONGEST_TEXT
    assert long.startswith("公开公开")
    assert "the text has 40,000 characters" in long
    assert written["sections"].shortened == 1
    assert "1 texts are longer than a cell holds" in (tmp_path / "README.md").read_text("utf-8")


def test_a_table_longer_than_a_sheet_goes_on_on_the_next(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel_file, "ROWS_OF_SHEET", 151)
    tables = ("reports", "tables", "applications")
    written = export(crawl.store.home, tmp_path, Wanted("xlsx", tables=tables)).written
    assert [sheet.rows for sheet in written[2].sheets] == [150, 150, 125]
    book = openpyxl.load_workbook(tmp_path / written[2].file, read_only=True)
    assert book.sheetnames == ["applications", "applications 2", "applications 3"]
    assert {sheet["A1"].value for sheet in book.worksheets} == {"report"}
    assert frictionless.validate(str(tmp_path / "datapackage.json")).valid
    assert "3 sheets" in (tmp_path / "README.md").read_text("utf-8")


def test_a_condition_selects_reports_and_what_belongs_to_them(crawl: Crawl, tmp_path: Path) -> None:
    where = "division = '990701101' AND year = 2021"
    counts = {one.table: one.rows for one in export(crawl.store.home, tmp_path,
              Wanted(where=where)).written}  # fmt: skip
    assert counts["reports"] == counts["report_wide"] == counts["indicators"] == 1
    assert counts["applications"] == 25
    assert counts["figures"] == 25 * 7 + 15 + 10
    assert counts["sections"] == 6
    assert counts["changes"] == 0
    assert counts["panel"] == 1
    assert counts["divisions"] > 1


def test_the_codebook_has_every_column_and_says_from_where_on_it_compares(
    crawl: Crawl, tmp_path: Path
) -> None:
    export(crawl.store.home, tmp_path, Wanted("csv-plain"))
    entries = read(tmp_path, "codebook")
    for table in TABLES:
        header = _read_csv(tmp_path / f"{table}.csv")[0]
        assert [entry["column"] for entry in entries if entry["table"] == table] == header
    assert all(entry["zh"] and entry["en"] and entry["type"] for entry in entries)
    found = {entry["column"]: entry for entry in entries if entry["table"] == "report_wide"}
    compared = {name: (e["forms"], e["comparable_from"]) for name, e in found.items()}
    assert compared["received_total"] == ("2019 2021", "2019")
    assert compared["closed_other_total"] == ("2021", "2021")
    assert compared["title"] == ("", "")
    assert found["fees_amount"]["unit"] == "万元"


def test_a_live_database_gives_the_same_columns_as_a_published_one(crawl: Crawl) -> None:
    empty = crawl.store.home.parent / "live"
    with closing(Store.open(empty).conn), open_source(empty) as live:
        assert not live.is_published
        with open_source(crawl.store.home) as published:
            assert codebook(live.conn) == codebook(published.conn)
