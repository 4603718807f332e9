"""`gongkai changes` on a terminal: the history of one report."""

from __future__ import annotations

from typing import Any

from rich.console import Console

from crawler.terminal import console

MOST_PIECES = 20
"""Ignored places of one fetch; --json has all of them."""

LONGEST = 160
"""Characters of a text; --json has all of it."""


def print_history(history: dict[str, Any]) -> None:
    """``history`` as ``pipelines.database.report_history`` gives it."""
    screen = console()
    screen.print(history["url"], markup=False)
    screen.print("\nEvents (time, report, capture)")
    for event in history["events"]:
        other = f"; other report {event['other']}" if event["other"] else ""
        screen.print(
            f"  {event['at'][:19]}  {event['event']:9} report {event['report']}, "
            f"capture {event['capture']}{other}",
            markup=False,
        )
    for version in history["versions"]:
        gone = f", gone {version['gone_at'][:19]}" if version["gone_at"] else ""
        screen.print(
            f"\nVersion {version['version']} (report {version['id']}), {version['title']}: seen "
            f"from {version['first_seen'][:19]} to {version['last_seen'][:19]}{gone}",
            markup=False,
        )
        for change in version["changes"]:
            screen.print(f"  {change['part']} {change['field']}", markup=False)
            _print_both(screen, change)
    print_refetches(screen, history["refetches"])


def print_refetches(screen: Console, refetches: list[dict[str, Any]]) -> None:
    """What was ignored of each fetch that made no version although its bytes differ."""
    if not refetches:
        screen.print("\nEvery other fetch had the bytes of its version.")
        return
    screen.print(f"\nFetches with other bytes that made no version: {len(refetches)}")
    for refetch in refetches:
        screen.print(
            f"  {refetch['at'][:19]}  capture {refetch['capture']}, beside {refetch['report']}",
            markup=False,
        )
        if refetch["trouble"]:
            screen.print(f"    {refetch['trouble']}", markup=False)
        for piece in refetch["ignored"][:MOST_PIECES]:
            screen.print(f"    ignored: {piece['reason']}", markup=False)
            _print_both(screen, piece)
        if len(refetch["ignored"]) > MOST_PIECES:
            screen.print(f"    and {len(refetch['ignored']) - MOST_PIECES} more: --json has them")
        for address in refetch["parts"]:
            screen.print(f"    other bytes, the same report: {address}", markup=False)


def _print_both(screen: Console, change: dict[str, Any]) -> None:
    for sign, text in (("-", change["before"]), ("+", change["after"])):
        if text is not None:
            cut = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
            screen.print(f"    {sign} {cut}", markup=False)
