"""A capture: one archived exchange with a portal, as the ``captures`` table holds it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

Outcome = Literal[
    "page", "unchanged", "redirect", "blocked", "soft 404", "gone", "error", "excluded"
]
"""``excluded``: a part of a page that was not asked for, since it may not be (robots.txt, another
host)."""
Reading = Literal["report", "other", "failed", "part", "none"]

EPOCH = datetime(2008, 5, 1, tzinfo=UTC)
"""Moments are counted from the day on which the Regulation on Open Government Information came into
force, which no report is older than. So they have 15 digits until 2040, which is what Excel keeps
of a number."""


DatedBy = Literal["warc", "mhtml", "file"]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an ingested capture comes from: ``source`` is the file and, of a WARC, the record in it
    ("harvest.warc.gz <urn:uuid:…>"); ``date`` when it was made, in UTC with "Z"; ``dated_by`` what
    says so: its WARC-Date, the Date of an MHTML file, or the time of a file's last change."""

    source: str
    date: str
    dated_by: DatedBy


@dataclass(frozen=True, slots=True)
class Capture:
    """One row of ``captures``. ``id`` is the moment at which it came into the archive, in
    microseconds since ``EPOCH``; ``origin`` is None for what was fetched then; ``warc_offset`` and
    ``warc_length`` are bytes in the compressed file; ``digest`` is the WARC-Payload-Digest
    ("sha1:…"). ``part_of`` is the capture of the page that shows this one as a part of its report.
    ``reading`` is None until it has been read. ``substance`` is the digest of a page without its
    clocks and counters, where the portal gives no validators."""

    id: int
    portal: str
    run: int
    url: str
    status: int | None
    outcome: Outcome
    evidence: str | None
    mime: str | None
    charset: str | None
    size: int | None
    digest: str | None
    etag: str | None
    last_modified: str | None
    warc_file: str
    warc_offset: int
    warc_length: int
    revisits: int | None = None
    part_of: int | None = None
    reading: Reading | None = None
    substance: str | None = None
    origin: Origin | None = None

    @property
    def fetched_at(self) -> str:
        """When the page was fetched or saved; the order of a report's versions."""
        return time_of(moment_of(self.origin.date)) if self.origin else time_of(self.id)


def time_of(moment: int) -> str:
    """Microseconds since ``EPOCH`` as ISO 8601 in UTC: "2026-11-22T12:52:15.123456Z"."""
    time = EPOCH + timedelta(microseconds=moment)
    return time.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def moment_of(time: str) -> int:
    """The opposite of ``time_of``; the fraction of a second may be missing or shorter."""
    return (datetime.fromisoformat(time.replace("Z", "+00:00")) - EPOCH) // timedelta(
        microseconds=1
    )
