"""``gongkai cite``: from a figure to the archived bytes that printed it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from generated import make_old_report
from hand_archive import HOST, Answers

from crawler.cli import main
from crawler.sample import World
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import DatedBy, Origin
from pipelines.archive.warc import payload_digest, read_exchange
from pipelines.database.store import Store
from pipelines.reading.rows import report_rows
from pipelines.reading.text import fold

TABLE = """<h1>虚构县2016年政府信息公开工作年度报告</h1><div class="v_news_content">
<p>一、概述。本年度共收到政府信息公开申请3件。</p><table><tr><td>x</td></tr></table></div>"""


@dataclass(frozen=True)
class Sample:
    """An archive with a report in its page, one in a file, one seen twice, and an older one."""

    home: Path
    in_page: int
    in_file: int
    again: int
    old: int

    def cite(self, *arguments: object) -> Result:
        return CliRunner().invoke(main, ["cite", *map(str, arguments), "--home", str(self.home)])

    def cited(self, *arguments: object) -> dict[str, Any]:
        result = self.cite(*arguments, "--json")
        assert result.exit_code == 0, result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.home / "gongkai.db")) as conn:
            return conn.execute(sql, values).fetchall()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    home = tmp_path_factory.mktemp("cite") / "archive"
    answers = Answers(home)
    site = World().sites[0]
    truths = site.reports
    whole = [
        path
        for path, truth in truths.items()
        if truth.shown == "page" and truth.expected["form"] == "2021" and truth.mistake is None
    ]
    in_page, again = (answers.add_report(site, path).id for path in whole[:2])
    in_file = next(path for path, truth in truths.items() if truth.shown == "file")
    file = answers.add_report(site, in_file).id
    # Seen again, with the same bytes; the report stays the same version.
    answers.add_report(site, whole[1])
    old = answers.add("/2016.htm", TABLE.encode()).id
    answers.close()
    with Store.open(home) as store:
        capture = store.capture(old)
        assert capture is not None
        store.save_reading(capture, report_rows(old, make_old_report()), None)
    return Sample(home, in_page, file, again, old)


def test_every_figure_of_a_report_is_cited_as_it_is_printed(sample: Sample) -> None:
    """By its name and by its place: the value of report_wide, the text of the table."""
    figures = sample.rows(
        "SELECT item || '_' || measure, table_number, row, \"column\", raw, value FROM figures"
        " WHERE report = ?",
        sample.in_page,
    )
    assert len(figures) == 200
    for name, table, row, column, raw, value in figures[::17]:
        for asked in (name, f"{table}.{row}.{column}"):
            cell = sample.cited(sample.in_page, asked)["cell"]
            assert (cell["figure"], cell["raw"], cell["value"]) == (name, raw, value)
            assert (cell["table"], cell["row"], cell["column"]) == (table, row, column)
        if name.startswith(("received", "granted")):
            assert sample.rows(f"SELECT {name} FROM report_wide WHERE id = ?", sample.in_page) == [
                (value,)
            ]


def test_a_citation_leads_to_the_bytes(sample: Sample) -> None:
    cited = sample.cited(sample.in_page, "received_total")
    capture = cited["capture"]
    exchange = read_exchange(
        warc_directory(sample.home), capture["warc_file"], capture["warc_offset"]
    )
    assert payload_digest(exchange.body) == capture["digest"]
    assert exchange.url == capture["url"] == cited["report"]["url"]
    assert cited["from"] == "page"
    assert capture["captured_at"].endswith("Z")
    assert capture["warc_record_id"].startswith("<urn:uuid:")
    assert cited["body"] is None


def test_a_url_stands_for_its_current_version(sample: Sample) -> None:
    ((url,),) = sample.rows("SELECT url FROM reports WHERE id = ?", sample.in_page)
    assert sample.cited(url) == sample.cited(sample.in_page)
    assert sample.cited(url)["cell"] is None


def test_citations_are_ready_to_copy(sample: Sample) -> None:
    cited = sample.cited(sample.in_page, "received_total")
    report, capture, cell = cited["report"], cited["capture"], cited["cell"]
    ((published,),) = sample.rows("SELECT published_at FROM reports WHERE id = ?", sample.in_page)
    day = capture["captured_at_beijing"][:10]
    begins = f"{report['publisher']}. {report['title']}[EB/OL]. ({published[:10]})[{day}]. "
    zh, en = cited["citation"]["zh"], cited["citation"]["en"]
    assert zh.startswith(f"{begins}{report['url']}. ")
    assert f"一、本年新收政府信息公开申请数量·总计：{cell['raw']}" in zh
    for citation in (zh, en):
        assert capture["digest"] in citation
        assert capture["warc_record_id"] in citation
    assert f"Archived {capture['captured_at']}" in en
    printed = sample.cite(sample.in_page, "received_total").stdout
    assert zh in printed
    assert en in printed
    assert f"{capture['warc_file']}, offset {capture['warc_offset']}" in printed


@pytest.mark.parametrize(
    ("dated_by", "zh", "en"),
    [
        ("warc", "据其 WARC-Date 为", "by its WARC-Date, WARC record"),
        ("file", "据该文件的修改时间为", "by the last change of that file, WARC record"),
    ],
)
def test_what_was_ingested_is_cited_as_others_dated_it(
    tmp_path: Path, dated_by: DatedBy, zh: str, en: str
) -> None:
    home = tmp_path / "archive"
    answers = Answers(home)
    site = World().sites[0]
    page = next(path for path, truth in site.reports.items() if truth.shown == "page")
    origin = Origin("harvest.warc.gz", "2019-05-06T07:08:09Z", dated_by)
    capture = answers.add_ingested(page, site.page(page).body(), origin)
    answers.read(capture)
    answers.close()
    sample = Sample(home, capture.id, 0, 0, 0)
    cited = sample.cited(capture.id)
    assert (cited["capture"]["origin"], cited["capture"]["dated_by"]) == (
        "harvest.warc.gz",
        dated_by,
    )
    citation = cited["citation"]
    assert f"导入自 harvest.warc.gz，{zh} 2019-05-06 15:08:09（北京时间）" in citation["zh"]
    assert f"Taken from harvest.warc.gz, dated 2019-05-06T07:08:09.000000Z {en}" in citation["en"]
    assert "Archived" not in citation["en"]
    printed = sample.cite(capture.id).stdout
    assert "taken from  harvest.warc.gz" in printed
    assert "captured " not in printed


def test_a_figure_of_a_file_is_cited_from_the_file(sample: Sample) -> None:
    cited = sample.cited(sample.in_file, "received_total")
    assert cited["from"] == "attachment"
    assert cited["capture"]["url"] != cited["report"]["url"]
    assert f"附件 {cited['capture']['url']}" in cited["citation"]["zh"]
    assert "attachment  http" in sample.cite(sample.in_file, "received_total").stdout
    # Of the report itself, the bytes are those of its page.
    assert sample.cited(sample.in_file)["from"] == "page"


def test_of_a_revisit_both_records_are_named(sample: Sample) -> None:
    """As where only an attachment of the page changed."""
    ((first,), (second,)) = sample.rows(
        "SELECT id FROM captures WHERE url = (SELECT url FROM reports WHERE id = ?) ORDER BY id",
        sample.again,
    )
    with closing(sqlite3.connect(sample.home / "gongkai.db")) as conn:
        conn.execute("UPDATE reports SET capture = ? WHERE id = ?", [second, sample.again])
        conn.commit()
    cited = sample.cited(sample.again)
    assert (cited["capture"]["id"], cited["body"]["id"]) == (second, first)
    assert cited["capture"]["warc_offset"] > cited["body"]["warc_offset"]
    assert cited["capture"]["warc_record_id"] != cited["body"]["warc_record_id"]
    assert f"as capture {first}" in sample.cite(sample.again).stdout


def test_counts_of_older_forms_and_of_texts_have_names_too(sample: Sample) -> None:
    listed = sample.cited(sample.old, "requests_received")["cell"]
    assert (listed["table"], listed["row"], listed["column"], listed["raw"]) == (0, 1, 2, "3")
    local = sample.cited(sample.old, "本地指标")["cell"]
    assert (local["value"], local["absence"]) == (None, "dash")
    assert "read as     a dash: no number" in sample.cite(sample.old, "本地指标").stdout


def test_a_count_of_the_text_is_cited_with_its_sentence(sample: Sample) -> None:
    with closing(sqlite3.connect(sample.home / "gongkai.db")) as conn:
        conn.execute("DELETE FROM statistics WHERE report = ?", [sample.old])
        conn.commit()
    printed = sample.cite(sample.old, "requests_received").stdout
    assert "sentence    本年度共收到政府信息公开申请3件。" in printed
    assert "printed     3\nread as     3 件" in printed


def test_what_ocr_read_says_so(sample: Sample) -> None:
    cell = sample.cited(sample.again, "received_total")["cell"]
    assert cell["confidence"] is None
    place = f"$[{cell['row']}][{cell['column']}]"
    with closing(sqlite3.connect(sample.home / "gongkai.db")) as conn:
        conn.execute(
            "UPDATE tables SET readings = json_set(replace(cells, 'null', '\"\"'), ?,"
            " json('[[\"7\", 0.87]]')) WHERE report = ? AND number = ?",
            [place, sample.again, cell["table"]],
        )
        conn.commit()
    assert sample.cited(sample.again, "received_total")["cell"]["confidence"] == 0.87
    assert "read by     OCR, 87% sure" in sample.cite(sample.again, "received_total").stdout


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("recieved_total", "the nearest are received_total"),
        ("9.0.0", "it has tables 0 to"),
        ("0.999.0", "has rows 0 to"),
        ("drop table", "has no cell drop table"),
    ],
)
def test_an_unknown_cell_is_one_sentence(sample: Sample, cell: str, said: str) -> None:
    result = sample.cite(sample.in_page, cell)
    assert result.exit_code == 2
    assert said in fold(result.stderr)
    assert len(result.stderr.splitlines()) == 1


def test_a_place_that_another_cell_spans_has_no_cell(sample: Sample) -> None:
    ((number, cells),) = sample.rows(
        "SELECT number, cells FROM tables WHERE report = ? AND cells LIKE '%null%' LIMIT 1",
        sample.in_page,
    )
    row, line = next((n, line) for n, line in enumerate(json.loads(cells)) if None in line)
    result = sample.cite(sample.in_page, f"{number}.{row}.{line.index(None)}")
    assert (result.exit_code, "another cell spans" in result.stderr) == (2, True)


def test_an_unknown_report_is_one_sentence(sample: Sample) -> None:
    result = sample.cite(sample.in_page + 1)
    assert (result.exit_code, str(sample.in_page) in result.stderr) == (2, True)
    result = sample.cite(f"{HOST}/2017.htm")
    assert (result.exit_code, f"{HOST}/2016.htm" in result.stderr) == (2, True)
    assert sample.cite("nonsense").exit_code == 2


def test_bytes_that_are_not_what_was_archived_are_not_cited(sample: Sample) -> None:
    """A flipped byte, a digest that does not fit, another record at the place, no file."""
    capture = sample.cited(sample.in_page)["capture"]
    path = warc_directory(sample.home) / capture["warc_file"]
    whole, offset = path.read_bytes(), capture["warc_offset"]

    def refused(said: str) -> None:
        result = sample.cite(sample.in_page, "received_total")
        assert result.exit_code == 1
        assert said in result.stderr
        assert len(result.stderr.splitlines()) == 1
        assert result.stdout == ""

    def change(column: str, value: object) -> None:
        with closing(sqlite3.connect(sample.home / "gongkai.db")) as conn:
            conn.execute(f"UPDATE captures SET {column} = ? WHERE id = ?", [value, sample.in_page])
            conn.commit()

    path.write_bytes(whole[: offset + 300] + b"\xff\xff" + whole[offset + 302 :])
    refused(f"{path.name}: bytes {offset} to")
    path.write_bytes(whole)
    change("digest", "sha1:OTHER")
    refused("but sha1:OTHER was archived")
    change("digest", capture["digest"])
    ((other,),) = sample.rows("SELECT warc_offset FROM captures WHERE id = ?", sample.old)
    change("warc_offset", -1)  # an offset belongs to one capture
    with closing(sqlite3.connect(sample.home / "gongkai.db")) as conn:
        conn.execute("UPDATE captures SET warc_offset = -2 WHERE id = ?", [sample.old])
        conn.commit()
    change("warc_offset", other)
    refused("the record there is not that of capture")
    change("warc_offset", offset)
    path.rename(path.with_suffix(".away"))
    refused("is not in the archive any more")
    path.with_suffix(".away").rename(path)
    assert sample.cite(sample.in_page, "received_total").exit_code == 0
