"""Checks: what a report as read says that cannot be right. Each is pure: a report → findings.

Every name is described in data/checks.yml, which also says how severe its findings are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.reading.checks.parts import (
    check_blank_tables,
    check_sections,
    check_statements,
    check_tables,
)
from pipelines.reading.checks.sums import check_list_sums, check_sums
from pipelines.reading.checks.times import check_order, check_published_late, check_signed_early
from pipelines.reading.report import Finding, Report

CHECKS: tuple[Callable[[Report], Iterator[Finding]], ...] = (
    check_tables,
    check_blank_tables,
    check_sections,
    check_sums,
    check_list_sums,
    check_statements,
    check_signed_early,
    check_published_late,
    check_order,
)


def run_checks(report: Report) -> list[Finding]:
    """The findings of all checks, in their order."""
    return [finding for check in CHECKS for finding in check(report)]
