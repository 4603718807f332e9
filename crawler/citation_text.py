"""How a citation looks on the terminal: one line a fact, then the two citations."""

from __future__ import annotations

from typing import Any

import click

ABSENCES = {
    "blank": "blank",
    "dash": "a dash: no number",
    "word": "a word: no number",
    "unreadable": "not readable",
}

DATES = {
    "warc": "its WARC-Date",
    "mhtml": "the Date of that file",
    "file": "the last change of that file",
}


def print_citation(cited: dict[str, Any]) -> None:
    """Print what ``pipelines.archive.cite.cite`` gives."""
    report, capture, body, cell = (cited[key] for key in ("report", "capture", "body", "cell"))
    state = "current" if report["current"] else "superseded"
    lines = [
        ("report", f"{report['id']}  {report['title'] or '(no title)'}"),
        ("version", f"{report['version']}, {state}"),
        ("url", report["url"]),
        *([("attachment", capture["url"])] if cited["from"] == "attachment" else []),
        *_time(capture),
        ("capture", str(capture["id"])),
        *_record(capture),
        ("digest", f"{capture['digest']} (proved from the archived bytes)"),
    ]
    if body:
        verb = "dated" if body["origin"] else "captured"
        lines += [("the bytes", f"{verb} {body['captured_at']}, as capture {body['id']}")]
        lines += _record(body)
    if cell:
        lines += _cell(cell)
    for name, text in lines:
        click.echo(f"{name:<12}{text}")
    click.echo()
    for citation in cited["citation"].values():
        click.echo(citation)


def _time(record: dict[str, Any]) -> list[tuple[str, str]]:
    when = f"{record['captured_at']} ({record['captured_at_beijing']} in Beijing)"
    if record["origin"] is None:
        return [("captured", when)]
    return [("taken from", record["origin"]), ("dated", f"{when}, by {DATES[record['dated_by']]}")]


def _record(record: dict[str, Any]) -> list[tuple[str, str]]:
    offset, length = record["warc_offset"], record["warc_length"]
    return [
        ("warc file", f"{record['warc_file']}, offset {offset}, {length} bytes"),
        ("record", record["warc_record_id"]),
    ]


def _cell(cell: dict[str, Any]) -> list[tuple[str, str]]:
    lines = []
    if cell["figure"]:
        lines.append(("figure", f"{cell['figure']}  {cell['label']['zh']}"))
    if "sentence" in cell:
        heading = f" ({cell['heading']})" if cell["heading"] else ""
        lines += [
            ("section", f"{cell['section']}{heading}, counted from 0"),
            ("sentence", cell["sentence"]),
        ]
    elif cell["table"] is not None and cell["row"] is not None:
        place = f"{cell['table']}, row {cell['row']}, column {cell['column']}"
        lines.append(("table", f"{place}, counted from 0"))
    else:
        lines.append(("table", "which cell printed it could not be told"))
    lines.append(("printed", cell["raw"] or "(nothing)"))
    if cell["figure"]:
        if cell["value"] is None:
            read = ABSENCES.get(cell["absence"], "no number")
        else:
            read = f"{cell['value']}{' ' + cell['unit'] if cell['unit'] else ''}"
        lines.append(("read as", read))
    if cell.get("confidence") is not None:
        lines.append(("read by", f"OCR, {cell['confidence']:.0%} sure"))
    return lines
