"""`gongkai status` on a terminal: where reports are missing, which portals are not well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from crawler.night_report import duration
from crawler.terminal import console

STATES = {
    "published": "[green]●[/]",
    "late": "[yellow]◐[/]",
    "missing": "[red]○[/]",
    "moved": "[blue]→[/]",
    "unreadable": "[magenta]?[/]",
}
"""Marks of the coverage table; the line below the table explains them."""

MOST_YEARS = 10
"""Columns of years in the table of places: what a terminal of 100 columns holds."""

MOST_LINES = 20
"""Portals in the list of alarms; the rest is a line and in --json."""

LONGEST_REASON = 40
"""Cells of a line for the reason of a run in the table of runs."""

GOOD, FAIR = 90, 50
"""Percent of the governments that published a year: green from the first on, red below the
second."""


def print_status(result: dict[str, Any], registered: int) -> None:
    """``result`` as in --json; ``registered``: portals of the registry in the division."""
    screen = console()
    if result["places"]:
        print_places(screen, result["places"])
    else:
        print_coverage(screen, result["coverage"])
    print_health(screen, result["portals"], registered)
    print_runs(screen, result["runs"])
    print_nights(screen, result["nights"], result["published"])


def _table(title: str, *columns: str) -> Table:
    return Table(*columns, title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)


def _years(rows: Iterable[dict[str, Any]]) -> list[str]:
    return sorted({year for row in rows for year in row["years"]})


def print_places(screen: Console, places: list[dict[str, Any]]) -> None:
    """One line a province, prefecture or county, with the share of its governments that published
    each year."""
    years = _years(places)
    shown = years[-MOST_YEARS:]
    table = _table(
        "Governments that published their report, in percent",
        *("code", "division", "portals", "alarms", *shown),
    )
    for column in table.columns[2:]:
        column.justify = "right"
    for place in places:
        alarms = f"[red]{place['alarms']}[/]" if place["alarms"] else "–"
        cells = (_share(*place["years"].get(year, (0, 0))) for year in shown)
        table.add_row(
            place["division"], place["name"], str(place["portals"] or "–"), alarms, *cells
        )
    screen.print(table)
    if len(years) > len(shown):
        screen.print(f"The years before {shown[0]} are in --json.")
    screen.print("One of them alone: gongkai status CODE")


def _share(published: int, of: int) -> str:
    if not of:
        return "–"
    percent = 100 * published // of
    colour = "green" if percent >= GOOD else "yellow" if percent >= FAIR else "red"
    return f"[{colour}]{percent}[/]"


def print_coverage(screen: Console, coverage: list[dict[str, Any]]) -> None:
    """One line a government, with a mark for each year."""
    if not coverage:
        screen.print("Coverage: the archive has no report of these places.")
        return
    years = _years(coverage)
    table = _table("Coverage", "code", "division", *years)
    for place in coverage:
        marks = (STATES.get(place["years"].get(year, ""), "") for year in years)
        table.add_row(place["division"], place["name"], *marks)
    screen.print(table)
    screen.print("   ".join(f"{mark} {state}" for state, mark in STATES.items()))


def print_health(screen: Console, portals: list[dict[str, Any]], registered: int) -> None:
    """How many portals are well, and what is wrong with each of the others."""
    counts = Counter(portal["state"] for portal in portals)
    states = ", ".join(f"{counts[state]:,} {state}" for state in sorted(counts)) or "none yet"
    screen.print(
        f"\nPortals: {registered:,} in the registry here, {len(portals):,} crawled: {states}"
    )
    bad = [portal for portal in portals if portal["alarms"]]
    for portal in bad[:MOST_LINES]:
        said = "; ".join(portal["alarms"])
        when = portal["started"][:10]
        kind = "blocked" if portal["blocked_nights"] else "alarm"
        screen.print(f"  [red]{kind}[/] {portal['name']} ({portal['portal']}), {when}: ", end="")
        screen.print(said, markup=False)
    if len(bad) > MOST_LINES:
        screen.print(f"  and {len(bad) - MOST_LINES} more: --json has them all")


def print_runs(screen: Console, runs: list[dict[str, Any]]) -> None:
    table = _table(
        "\nLast runs",
        *("portal", "started", "requests", "MB", "minutes"),
        *("new", "changed", "gone", "blocked", "errors", "ended"),
    )
    # Where there is little room, names and reasons take more lines, and figures stay whole.
    for column in table.columns[1:-1]:
        column.no_wrap = True
    table.columns[-1].max_width = LONGEST_REASON
    for run in runs:
        counts = (
            str(run[key] if run[key] is not None else "–")
            for key in ("new", "changed", "gone", "blocked", "errors")
        )
        table.add_row(
            run["name"] or run["portal"],
            run["started"][:16].replace("T", " "),
            *_cost(run),
            *counts,
            run["reason"] or "unfinished",
        )
    screen.print(table)


def _cost(run: dict[str, Any]) -> tuple[str, str, str]:
    """Requests, MB and minutes of a run; of one that did not end they were not counted."""
    requests, size, seconds = run["requests"], run["bytes"], run["seconds"]
    return (
        "–" if requests is None else f"{requests:,}",
        "–" if size is None else f"{size / 1e6:.1f}",
        "–" if seconds is None else f"{seconds / 60:.0f}",
    )


def print_nights(screen: Console, nights: list[dict[str, Any]], published: str | None) -> None:
    """The last nights, and how old what readers see is."""
    if nights:
        counts = ("portals", "requests", "new", "changed", "gone", "blocked", "errors", "alarms")
        table = _table("Last nights", "started", "time", *counts)
        for night in nights:
            started = night["started"][:16].replace("T", " ")
            numbers = (f"{night[key]:,}" for key in counts)
            table.add_row(started, duration(night["seconds"]), *numbers)
        screen.print(table)
    if published:
        age = datetime.now(UTC) - datetime.fromisoformat(published)
        screen.print(
            f"Readers see the snapshot of {published[:16].replace('T', ' ')} UTC, ", end=""
        )
        screen.print(f"{duration(age.total_seconds())} old.")
    else:
        screen.print("No snapshot has been published; readers see the live database.")
