"""From a figure to its bytes (引用): the archived record and the cell that printed it, and how to
cite it.

A citation is given only for bytes that have been read from the archive again and have the digest
that was noted when they were captured.
"""

from __future__ import annotations

import sqlite3
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pipelines.archive.archived_bytes import recorded_id
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import moment_of
from pipelines.archive.cited_cell import Unknown, find_cell
from pipelines.archive.replay import prove_capture
from pipelines.archive.warc import Exchange
from pipelines.database.capture_facts import beijing_time, find_capture
from pipelines.database.file import select

_MOST_NAMES = 2000
"""URLs of one host among which the nearest are looked for."""
_DATED_BY = {
    "warc": ("其 WARC-Date ", "its WARC-Date"),
    "mhtml": ("该 MHTML 文件的 Date ", "the Date of that MHTML file"),
    "file": ("该文件的修改时间", "the last change of that file"),
}
"""What ``dated_by`` of an ingested capture means, in Chinese and English."""
_FIELDS = (
    "id, title, year, version, current, url, published_at, first_seen, last_seen, gone_at,"
    " capture, publisher"
)


def find_report(conn: sqlite3.Connection, name: str) -> dict[str, Any]:
    """The report with an id, or the current version of the one at a URL. Raises Unknown."""
    if name.isascii() and name.isdecimal() and len(name) < 19:
        found = _report(conn, "id = ?", [int(name)])
        if not found:
            raise Unknown(f"there is no report {name}{_near_ids(conn, int(name))}")
        return found
    found = _report(conn, "url = ? ORDER BY version DESC LIMIT 1", [name])
    if not found:
        raise Unknown(f"there is no report at {name}{_near_urls(conn, name)}")
    return found


def cite(
    home: Path, conn: sqlite3.Connection, report: dict[str, Any], cell: str | None = None
) -> dict[str, Any]:
    """Everything that leads from a report, or one cell of it, to its bytes in the archive.

    ``cell`` is the name of a figure (a column of ``report_wide``, a count of a list before 2019 or
    one that the text states), or TABLE.ROW.COLUMN from 0. The result has ``report``, ``capture``
    (with the WARC record, and the ``origin`` and ``dated_by`` of an ingested one), ``body`` where
    another record holds the bytes, ``cell``, and
    ``citation`` in Chinese and English. Raises Unknown, and NotProved where the archive does not
    hold what the database says.
    """
    printed = find_cell(conn, report["id"], cell) if cell else None
    captured = find_capture(conn, (printed or {}).get("capture") or report["capture"])
    assert captured is not None  # a foreign key
    proved = prove_capture(home, conn, captured)
    directory = warc_directory(home)
    record = _record(directory, proved.record)
    record |= {"url": captured.url, "outcome": captured.outcome, "digest": captured.digest}
    result = {
        "report": {key: report[key] for key in ("id", "title", "year", "version", "url")}
        | {"current": bool(report["current"]), "publisher": report["publisher_name"]},
        "from": "page" if captured.id == report["capture"] else "attachment",
        "capture": record,
        "body": _record(directory, proved.origin) if captured.revisits else None,
        "cell": printed,
    }
    return result | {"citation": _citations(report, record, printed)}


def _record(directory: Path, exchange: Exchange) -> dict[str, Any]:
    return {
        "id": exchange.id,
        "captured_at": exchange.fetched_at,
        "captured_at_beijing": beijing_time(moment_of(exchange.fetched_at)),
        "origin": exchange.origin and exchange.origin.source,
        "dated_by": exchange.origin and exchange.origin.dated_by,
        "warc_file": exchange.warc_file,
        "warc_offset": exchange.warc_offset,
        "warc_length": exchange.warc_length,
        "warc_record_id": recorded_id(directory, exchange),
    }


def _citations(
    report: dict[str, Any], capture: dict[str, Any], cell: dict[str, Any] | None
) -> dict[str, str]:
    """In the manner of GB/T 7714—2015, 8.9 ([EB/OL]: author. title[EB/OL]. (date of publication)
    [date of citation]. address), the day of capture in the place of the day of citation; and in
    English, with the title as printed. "Archived" is what we fetched ourselves."""
    title = report["title"] or report["url"]
    published = (report["published_at"] or "")[:10]
    day = capture["captured_at_beijing"][:10]
    record, url = capture["warc_record_id"], capture["url"]
    author = report["publisher_name"]
    zh = [
        f"{author}. " if author else "",
        f"{title}[EB/OL]. ",
        f"({published})" if published else "",
        f"[{day}]. {report['url']}. ",
        f"附件 {url}. " if url != report["url"] else "",
    ]
    en = [
        f"{author}. " if author else "",
        f'"{title}". ',
        f"Published {published}. " if published else "",
        f"{report['url']}. ",
        f"Attachment {url}. " if url != report["url"] else "",
    ]
    if cell and cell["label"]:
        unit = cell["unit"] or ""
        zh.append(f"{cell['label']['zh']}：{cell['raw'] or '空'}{unit}. ")
        en.append(f'{cell["label"]["en"]}: "{cell["raw"]}". ')
    zh_when, en_when = _came_from(capture)
    zh.append(f"{zh_when}，WARC 记录 {record}，{capture['digest']}.")
    en.append(f"{en_when}, WARC record {record}, {capture['digest']}.")
    return {"zh": "".join(zh), "en": "".join(en)}


def _came_from(capture: dict[str, Any]) -> tuple[str, str]:
    """Who archived it and when; of what was ingested where from, and what says when."""
    when, beijing = capture["captured_at"], f"{capture['captured_at_beijing']}（北京时间）"
    if capture["origin"] is None:
        return f"存档于 {beijing}", f"Archived {when}"
    zh, en = _DATED_BY[capture["dated_by"]]
    return (
        f"导入自 {capture['origin']}，据{zh}为 {beijing}",
        f"Taken from {capture['origin']}, dated {when} by {en}",
    )


def _report(conn: sqlite3.Connection, condition: str, values: list[Any]) -> dict[str, Any] | None:
    found = select(
        conn,
        f"SELECT {_FIELDS}, (SELECT name FROM publishers WHERE publishers.id = publisher)"
        f" AS publisher_name FROM reports WHERE {condition}",
        values,
    )
    return found[0] if found else None


def _near_ids(conn: sqlite3.Connection, id: int) -> str:
    near = [
        str(found)
        for (found,) in (
            conn.execute("SELECT max(id) FROM reports WHERE id < ?", [id]).fetchone(),
            conn.execute("SELECT min(id) FROM reports WHERE id > ?", [id]).fetchone(),
        )
        if found is not None
    ]
    return f"; the nearest are {', '.join(near)}" if near else "; the archive has no report"


def _near_urls(conn: sqlite3.Connection, url: str) -> str:
    start = "/".join(url.split("/")[:3])
    urls = [
        found
        for (found,) in conn.execute(
            "SELECT DISTINCT url FROM reports WHERE url >= ? AND url < ? LIMIT ?",
            [start, start + "\U0010ffff", _MOST_NAMES],
        )
    ]
    near = get_close_matches(url, urls, 3, 0.6)
    return f"; the nearest are {', '.join(near)}" if near else ""
