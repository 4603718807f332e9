"""The report of a night: HOME/reports/<time>.json for programs, .md for whoever reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FOLDER = "reports"
NIGHTS = 7
"""Nights that ``gongkai status`` shows."""

MOST_LINES = 100
"""Rows of one table of the Markdown; the JSON has them all."""


def write_report(home: Path, night: dict[str, Any], keep: int) -> Path:
    """Write both files, and remove all but those of the last ``keep`` nights. Returns the Markdown.

    Raises OSError.
    """
    folder = home / FOLDER
    folder.mkdir(exist_ok=True)
    stem = folder / night["started"].replace("-", "").replace(":", "")
    _write(stem.with_suffix(".md"), markdown(night))
    _write(stem.with_suffix(".json"), json.dumps(night, ensure_ascii=False, indent=1) + "\n")
    for ending in ("md", "json"):
        for path in sorted(folder.glob(f"*.{ending}"))[:-keep]:
            path.unlink()
    return stem.with_suffix(".md")


def _write(path: Path, text: str) -> None:
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, path)


def last_nights(home: Path, count: int) -> list[dict[str, Any]]:
    """The reports of the last nights, the newest first; what is no report is passed over."""
    found: list[dict[str, Any]] = []
    for path in sorted((home / FOLDER).glob("*.json"), reverse=True):
        if len(found) == count:
            break
        try:
            night = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            continue
        if isinstance(night, dict):
            found.append(night)
    return found


def summarise_nights(nights: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What ``gongkai status`` shows of nights: their counts, and how many alarms there were."""
    return [
        {
            "started": night["started"],
            "seconds": night["seconds"],
            "portals": len(night["portals"]),
            **night["totals"],
            "alarms": len(night["alarms"]),
            "snapshot": night["snapshot"],
        }
        for night in nights
    ]


def size(count: float) -> str:
    """Bytes as a person reads them: "3.2 GB"."""
    units = ("bytes", "kB", "MB", "GB", "TB")
    power = 0
    while count >= 1000 and power < len(units) - 1:
        count /= 1000
        power += 1
    return f"{count:.{1 if power else 0}f} {units[power]}"


def duration(seconds: float) -> str:
    """``7 min 05 s``, from an hour on ``1 h 07 min``."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def markdown(night: dict[str, Any]) -> str:
    """The report as a person reads it, Chinese names as they are."""
    return "\n".join(_lines(night)) + "\n"


def _lines(night: dict[str, Any]) -> Iterator[str]:
    yield f"# gongkai, night of {night['started'].replace('T', ' ').rstrip('Z')} UTC"
    yield ""
    yield from _verdict(night)
    total = night["totals"]
    yield (
        f"Portals crawled: {len(night['portals'])}. Requests: {total['requests']:,}, "
        f"{size(total['bytes'])}, {duration(night['seconds'])} in all. Reports: {total['new']:,} "
        f"new, {total['changed']:,} changed, {total['unchanged']:,} unchanged, {total['gone']:,} "
        f"gone. {total['blocked']:,} answers blocked, {total['errors']:,} errors."
    )
    yield ""
    for note in night["notes"]:
        yield f"- {note}"
    yield from _portals(night["portals"])
    yield from _reports("Changed reports", night["changed"])
    yield from _reports("Reports that are gone", night["gone"])
    yield from _alarms(night["portal_alarms"])
    yield from _rest(night)


def _verdict(night: dict[str, Any]) -> Iterator[str]:
    if not night["alarms"]:
        yield "**Nothing to do.**"
    else:
        yield "**Somebody has to act:**"
        yield ""
        for alarm in night["alarms"]:
            yield f"- {alarm['message']}. **Next:** {alarm['next']}"
    yield ""


def _cell(value: Any) -> str:
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text.replace("|", "\\|").replace("\n", " ")


def _table(title: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Iterator[str]:
    if not rows:
        return
    yield from ("", f"## {title}", "")
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"
    for row in rows[:MOST_LINES]:
        yield f"| {' | '.join(map(_cell, row))} |"
    if len(rows) > MOST_LINES:
        yield from ("", f"and {len(rows) - MOST_LINES:,} more, in the JSON beside this file")


def _portals(portals: list[dict[str, Any]]) -> Iterator[str]:
    shown = ("requests", "new", "changed", "gone", "blocked", "errors")
    rows: list[tuple[Any, ...]] = [
        (
            f"{one['name']} ({one['portal']})",
            *(one[key] for key in shown),
            size(one["bytes"]),
            duration(one["seconds"]),
            one["reason"] or "cut off",
        )
        for one in portals
        if any(one[key] for key in shown[1:]) or one["reason"] != "finished"
    ]
    yield from _table("Portals with news", ("portal", *shown, "bytes", "time", "ended"), rows)


def _reports(title: str, reports: list[dict[str, Any]]) -> Iterator[str]:
    rows = [(one["portal"], one["year"] or "–", one["title"], one["url"]) for one in reports]
    yield from _table(title, ("portal", "year", "report", "address"), rows)


def _alarms(alarms: list[dict[str, Any]]) -> Iterator[str]:
    rows = [
        (f"{one['name']} ({one['portal']})", one["failed"] or "–", "; ".join(one["alarms"]))
        for one in alarms
    ]
    yield from _table("Portals that are not well", ("portal", "nights", "what"), rows)


def _rest(night: dict[str, Any]) -> Iterator[str]:
    findings = [(name, count) for name, count in night["findings"].items()]
    yield from _table("Findings by check", ("check", "findings"), findings)
    disk = night["disk"]
    yield from ("", "## Disk", "")
    if disk:
        yield _said_of(disk)
    yield ""
    if head := night["manifest"].get("head"):
        yield f"Manifest: {night['manifest']['lines']:,} WARC files, head {head}."
        yield ""
    snapshot = night["snapshot"]
    yield f"Published: {snapshot}." if snapshot else "No new snapshot was published."


def _said_of(disk: dict[str, int]) -> str:
    return (
        f"WARC files {size(disk['warc'])} ({size(disk['warc_grown'])} more than before), database "
        f"{size(disk['database'])}, snapshots {size(disk['published'])}; {size(disk['free'])} free."
    )
