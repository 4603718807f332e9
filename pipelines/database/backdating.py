"""Reports that say they were published before a day on which they were not there (倒签).

What proves it is a capture of an earlier night: the report's own address was gone or held another
year's report, or a whole walk of the portal met no link to it, on the very list that leads to it
now. The database names that capture in ``findings.capture``.

Of what was ingested only WARC records prove anything: their date was written by the crawler that
got the answer. The time of a file changes with each copy, and the Date of an MHTML file is that of
a reader's own computer. What was first seen in such a file is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pipelines.archive.archived import archived_pages
from pipelines.archive.capture import Capture
from pipelines.database.runs import FINISHED
from pipelines.database.store import Store
from pipelines.database.stored_findings import set_proved
from pipelines.reading.dates import CHINA
from pipelines.reading.findings import make_finding
from pipelines.reading.pages import Page
from pipelines.reading.report import Finding

CHECK = "dates.backdated"

_TRUSTED = "(c.dated_by IS NULL OR c.dated_by = 'warc')"

_SUSPECTS = f"""
SELECT r.id, r.url, r.first_seen, substr(r.published_at, 1, 10) AS published, c.portal,
    r.publisher, r.year, r.replaces IS NOT NULL
FROM captures AS c JOIN reports AS r ON r.id = c.id
WHERE c.run = :run AND (r.version = 1 OR r.replaces IS NOT NULL) AND length(r.published_at) >= 10
    AND {_TRUSTED} AND r.published_from <> 'url' AND r.publisher IS NOT NULL AND r.year IS NOT NULL
ORDER BY r.id
"""
"""First versions of a run. A date that stands in the address alone is no claim of the portal's."""

_OWN_ABSENCE = f"""
SELECT c.id FROM captures AS c WHERE c.url = :url AND c.part_of IS NULL AND {_TRUSTED}
    AND (c.fetched_at, c.id) < (:first_seen, :report)
    AND (c.outcome IN ('gone', 'soft 404') OR (:replaces AND c.reading = 'report'))
ORDER BY c.fetched_at DESC, c.id DESC LIMIT 1
"""

_WALK_BEFORE = """
SELECT max(id) FROM runs AS w WHERE portal = :portal AND id < :run AND reason = :finished
    AND finished < (SELECT started FROM runs WHERE id = :run AND kind = 'crawl')
"""
"""What was ingested is no walk of the portal."""

_NOT_WHOLE = """
SELECT 1 FROM captures AS c WHERE c.run = :walk AND c.part_of IS NULL
    AND c.outcome IN ('error', 'blocked')
    AND NOT EXISTS (SELECT 1 FROM captures AS shown WHERE shown.url = c.url
        AND +shown.reading = 'report' AND shown.origin IS NULL AND shown.id < :run)
LIMIT 1
"""
"""A page that gave no answer may have been a list that had the link, unless a crawl had read a
report there. The plus has SQLite look at the captures of that page alone."""

_KNOWN_ELSEWHERE = f"""
SELECT 1 FROM reports AS r JOIN captures AS c ON c.url = r.url
    AND c.fetched_at BETWEEN r.first_seen AND min(r.last_seen, :absent)
WHERE r.publisher = :publisher AND r.year = :year AND r.url <> :url
    AND c.reading = 'report' AND {_TRUSTED}
LIMIT 1
"""
"""The same report at another address: one that moved keeps its date."""


class _Suspect(NamedTuple):
    report: int
    url: str
    first_seen: str
    published: str
    portal: str
    publisher: str
    year: int
    replaces: int


class _Proof(NamedTuple):
    """A capture of a night on which the report was not there, and how it shows that."""

    absent: Capture
    why: str
    why_zh: str


def find_backdated(store: Store, run: int) -> None:
    """Note what earlier nights prove of the reports that a run saw first. The run and those before
    it must have ended and been read; the result depends on them alone."""
    suspects = [_Suspect(*row) for row in store.conn.execute(_SUSPECTS, {"run": run})]
    proofs = {suspect.report: _own_absence(store, suspect) for suspect in suspects}
    unproved = [suspect for suspect in suspects if proofs[suspect.report] is None]
    proofs |= _absences(store, run, unproved) if unproved else {}
    for suspect in suspects:
        proof = proofs[suspect.report]
        proved = None
        if proof is not None and not _was_known(store, suspect, proof.absent):
            proved = (_finding(suspect, proof), proof.absent.id)
        set_proved(store, suspect.report, CHECK, proved)


def _own_absence(store: Store, suspect: _Suspect) -> _Proof | None:
    row = store.conn.execute(_OWN_ABSENCE, suspect._asdict()).fetchone()
    absent = store.capture(*row) if row else None
    if absent is None or not _is_later(absent, suspect):
        return None
    return _Proof(absent, "its address did not hold it", "该网址当时并无此报告")


def _was_known(store: Store, suspect: _Suspect, absent: Capture) -> bool:
    """Whether the same report stood at another address by then: one that moved keeps its date."""
    row = store.conn.execute(
        _KNOWN_ELSEWHERE, suspect._asdict() | {"absent": absent.fetched_at}
    ).fetchone()
    return row is not None


def _absences(store: Store, run: int, suspects: list[_Suspect]) -> dict[int, _Proof | None]:
    """What the last whole walk of the portal before a run proves of each suspect: no page of it had
    a link to the report, and one of these pages leads to it in the run."""
    proofs: dict[int, _Proof | None] = {}
    ((before,),) = store.conn.execute(
        _WALK_BEFORE, {"portal": suspects[0].portal, "run": run, "finished": FINISHED}
    )
    if not before or store.conn.execute(_NOT_WHOLE, {"walk": before, "run": run}).fetchone():
        return proofs
    earlier = _captures_of(store, before)
    marks = {
        suspect.report: mark
        for suspect in suspects
        if earlier and _is_later(earlier[0], suspect) and (mark := mark_of(suspect.url))
    }
    leading = _find_marks(store, earlier, marks)
    if leading is None or not (unlinked := set(marks) - set(leading)):
        return proofs
    walked = {capture.url: capture for capture in earlier}
    now = [capture for capture in _captures_of(store, run) if capture.url in walked]
    linked = _find_marks(store, now, {report: marks[report] for report in unlinked}) or {}
    for report, urls in linked.items():
        proofs[report] = _Proof(
            walked[urls[0]],
            "no list of the portal led to it, not even the one that leads to it now",
            "该门户各列表均无此报告的链接，包括现在列出它的列表",
        )
    return proofs


def _captures_of(store: Store, run: int) -> list[Capture]:
    ids = store.conn.execute(
        "SELECT id FROM captures WHERE run = ? AND part_of IS NULL"
        " AND outcome IN ('page', 'unchanged') ORDER BY id",
        [run],
    ).fetchall()
    return [capture for (id,) in ids if (capture := store.capture(id))]


def _find_marks(
    store: Store, captures: list[Capture], marks: Mapping[int, re.Pattern[bytes]]
) -> dict[int, list[str]] | None:
    """Report → addresses of the pages with its mark; None where a page cannot be read back."""
    found: dict[int, list[str]] = {}
    for capture, page in archived_pages(store, captures if marks else []):
        if not isinstance(page, Page) or not isinstance(page.body, bytes):
            return None
        for report, mark in marks.items():
            if mark.search(page.body):
                found.setdefault(report, []).append(capture.url)
    return found


def _is_later(absent: Capture, suspect: _Suspect) -> bool:
    """Whether the whole of the day that the report names had passed in China."""
    return _day(absent) > suspect.published


def _day(capture: Capture) -> str:
    return datetime.fromisoformat(capture.fetched_at).astimezone(CHINA).date().isoformat()


def mark_of(url: str) -> re.Pattern[bytes] | None:
    """What any link to an address has in it, relative, escaped or put together by a script: the
    longest number of its last part, else that part itself. It may stand on a page for other
    reasons, which then proves nothing. None where the address ends in too little to go by."""
    last = url.split("://")[-1].rstrip("/").rpartition("/")[2]
    numbers = sorted(re.findall(r"\d{4,}", last), key=len)
    if numbers:
        return re.compile(rb"(?<!\d)" + numbers[-1].encode() + rb"(?!\d)")
    return re.compile(re.escape(last.encode())) if len(last) >= 4 else None


def _finding(suspect: _Suspect, proof: _Proof) -> Finding:
    day, absent = _day(proof.absent), proof.absent
    return make_finding(
        CHECK,
        "published_at",
        f"Dated {suspect.published}, but on {day} {proof.why}: "
        f"capture {absent.id} of {absent.url}.",
        f"所标发布日期为 {suspect.published}，但 {day} {proof.why_zh}："
        f"存档 {absent.id}，{absent.url}。",
        expected=day,
        found=suspect.published,
    )
