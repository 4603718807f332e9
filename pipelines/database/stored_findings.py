"""Findings that change after their report was stored: checked again, or proved by a capture."""

from __future__ import annotations

from pipelines.database.file import insert
from pipelines.database.store import Store
from pipelines.reading.report import Finding, Report
from pipelines.reading.rows import child_rows, finding_row


def renew_findings(store: Store, report: int, read_again: Report) -> None:
    """Put the findings of another reading of a report's page in the place of those it has. What
    other captures prove stays."""
    with store.transaction() as conn:
        proved = conn.execute(
            "SELECT * FROM findings WHERE report = ? AND capture IS NOT NULL ORDER BY position",
            [report],
        ).fetchall()
        conn.execute("DELETE FROM findings WHERE report = ?", [report])
        rows = child_rows(report, read_again)["findings"]
        insert(conn, "findings", rows)
        insert(
            conn,
            "findings",
            [
                (f"{report}-{position}", report, position, *row[3:])
                for position, row in enumerate(proved, len(rows))
            ],
        )


def set_proved(store: Store, report: int, check: str, proved: tuple[Finding, int] | None) -> None:
    """Put what a capture proves of a report by a check, with that capture, in the place of what the
    check had found before; None where nothing is proved."""
    with store.transaction() as conn:
        conn.execute('DELETE FROM findings WHERE report = ? AND "check" = ?', [report, check])
        if proved is not None:
            ((position,),) = conn.execute(
                "SELECT coalesce(max(position), -1) + 1 FROM findings WHERE report = ?", [report]
            )
            insert(conn, "findings", [finding_row(report, position, *proved)])
