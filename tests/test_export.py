"""Flat files: complete, valid as a data package, safe in a spreadsheet, never half written."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import frictionless
import pandas
import pytest
from generated import PORTAL, Crawl, fill, make_old_report, make_report, open_archive, report_url

from pipelines import export as export_module
from pipelines.export import TABLES, ExportError, export
from pipelines.report import ApplicationRow, DisclosureFigure, Figure, Section
from pipelines.store import Store


@pytest.fixture
def crawl(home: Path, monkeypatch: pytest.MonkeyPatch) -> Crawl:
    """An archive of a few reports, two of them changed; without the divisions of all China, which
    would take most of the time here."""
    monkeypatch.setattr("pipelines.divisions.FILES", ())
    crawl = open_archive(home)
    for _ in fill(crawl, range(2020, 2022)):
        pass
    crawl.save(report_url(PORTAL, 2021), make_report(PORTAL, 2021, 1))
    crawl.save(report_url(PORTAL, 2020), make_report(PORTAL, 2020, title="=cmd|' /C calc'!A0"))
    crawl.save("https://example.invalid/2016", make_old_report())
    crawl.end()
    return crawl


def read(directory: Path, table: str) -> list[dict[str, str]]:
    with (directory / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("labels", "where"), [("en", None), ("zh", None), ("en", "year = 2021 AND current -- newest")]
)
def test_the_export_is_a_valid_data_package(
    crawl: Crawl, tmp_path: Path, labels: export_module.Labels, where: str | None
) -> None:
    export(crawl.store.home, tmp_path / "out", labels, where)
    report = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert report.valid, report.flatten(["title", "fieldName", "note"])[:5]
    assert len(report.tasks) == len(TABLES)


def test_every_row_of_every_table_is_there(crawl: Crawl, tmp_path: Path) -> None:
    counts = export(crawl.store.home, tmp_path)
    assert set(counts) == {f"{table}.csv" for table in TABLES}
    for table in TABLES:
        ((rows,),) = crawl.store.conn.execute(f"SELECT count(*) FROM {table}").fetchall()
        assert counts[f"{table}.csv"] == rows == len(read(tmp_path, table)), table
        assert rows > 0, table


def test_pandas_reads_the_wide_file_as_the_database_has_it(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path)
    frame = pandas.read_csv(tmp_path / "report_wide.csv", dtype={"division": str})
    ((total,),) = crawl.store.conn.execute(
        "SELECT sum(total) FROM applications JOIN reports ON reports.id = report"
        " WHERE current AND outcome = 'received'"
    )
    assert frame["received_total"].sum() == total
    assert frame.set_index(["division", "year"]).index.is_unique


def test_chinese_headers_are_unique_and_chinese(crawl: Crawl, tmp_path: Path) -> None:
    export(crawl.store.home, tmp_path, "zh")
    for table in TABLES:
        header = list(read(tmp_path, table)[0])
        assert len(set(header)) == len(header), table
        latin = [name for name in header if name.isascii()]
        assert set(latin) <= {"ETag"}, table
    assert "一、本年新收政府信息公开申请数量·自然人" in read(tmp_path, "report_wide")[0]
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    fields = package["resources"][TABLES.index("reports")]["schema"]["fields"]
    assert {field["name"]: field["code"] for field in fields}["标题"] == "title"


def test_excel_sees_chinese_and_no_formulas(crawl: Crawl, tmp_path: Path) -> None:
    report = make_report("990701101", 2019)
    report.sections[0] = Section(1, "@SUM(1)", '-1\r\n第二行，“引号”"半角"')
    report.source = "+86"
    item, measure, unit, figure = report.disclosure[0]
    report.disclosure[0] = DisclosureFigure(item, measure, unit, Figure(-3, "-3", None, figure.at))
    row = report.applications[0]
    report.applications[0] = ApplicationRow(
        row.outcome, (Figure(-2, "-2", None, None), *row.figures[1:])
    )
    assert crawl.save(report_url("990701101", 2019), report) == "new"
    export(crawl.store.home, tmp_path, where="year = 2019")
    assert (tmp_path / "reports.csv").read_bytes().startswith(b"\xef\xbb\xbfid,title,")
    (found,) = read(tmp_path, "reports")
    assert found["source"] == "'+86"
    section = read(tmp_path, "sections")[0]
    assert section["heading"] == "'@SUM(1)"
    assert section["text"] == '\'-1\r\n第二行，“引号”"半角"'
    disclosure = next(row for row in read(tmp_path, "disclosure") if row["raw"] == "'-3")
    assert disclosure["value"] == "-3"
    assert "-2" in {row["natural_person"] for row in read(tmp_path, "applications")}


def test_a_condition_selects_reports_and_what_belongs_to_them(crawl: Crawl, tmp_path: Path) -> None:
    counts = export(crawl.store.home, tmp_path, where="division = '990701101' AND year = 2021")
    assert counts["reports.csv"] == counts["report_wide.csv"] == 1
    assert counts["applications.csv"] == 25
    assert counts["sections.csv"] == 6
    assert counts["changes.csv"] == 0
    assert counts["divisions.csv"] > 1


@pytest.mark.parametrize(
    "where",
    ["yaer = 2021", "year =", "year = 2021; DROP TABLE reports", "year = ?", "1) OR (", "'"],
)
def test_a_wrong_condition_is_one_sentence_and_writes_nothing(
    crawl: Crawl, tmp_path: Path, where: str
) -> None:
    with pytest.raises(ExportError, match="is not one on the table reports") as error:
        export(crawl.store.home, tmp_path / "out", where=where)
    assert "\n" not in str(error.value)
    assert not (tmp_path / "out").exists()


def test_nothing_selected_is_an_error(crawl: Crawl, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no report fulfils"):
        export(crawl.store.home, tmp_path / "out", where="year = 1949")
    empty = Store.open(tmp_path / "empty")
    with pytest.raises(ExportError, match="no report yet"):
        export(empty.home, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_failed_export_leaves_the_last_one_as_it_was(
    crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(crawl.store.home, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    write = export_module._write_csv

    def fail_at_the_end(path: Path, *rest: object) -> int:
        if path.name == "report_wide.csv":
            raise OSError(28, "No space left on device")
        return write(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(export_module, "_write_csv", fail_at_the_end)
    with pytest.raises(OSError, match="No space left"):
        export(crawl.store.home, tmp_path, "zh", "year = 2021")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before
    assert not list(tmp_path.glob(".export-*"))


def test_the_export_only_reads(crawl: Crawl, tmp_path: Path) -> None:
    """It takes a moment of a database that a crawl is writing to, and never waits for it."""
    with crawl.store.transaction():
        crawl.store.conn.execute("UPDATE reports SET title = '尚未提交'")
        export(crawl.store.home, tmp_path)
    assert "尚未提交" not in (tmp_path / "reports.csv").read_text(encoding="utf-8")
