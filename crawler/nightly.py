"""``gongkai nightly``: crawl what is due, check, publish, report, and tell who must act.

Whatever goes wrong with one step is an alarm, and the next are done all the same. Each may be
killed at any moment: the next night goes on from what is archived, and readers keep the snapshot
they have.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crawler import terminal
from crawler.alarms import tell
from crawler.night_crawl import NightCrawl, count_processes, crawl_arguments
from crawler.night_lock import night_lock
from crawler.night_report import last_nights, markdown, size, write_report
from crawler.registry import default_registry
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import moment_of
from pipelines.archive.manifest import read_manifest
from pipelines.archive.mend import ArchiveInUse, mend_database, next_step
from pipelines.database.file import DATABASE, NoArchive, existing_database
from pipelines.database.health import portal_health
from pipelines.database.night import changed_since, gone_since, portals_since, totals
from pipelines.database.portal_alarms import PATIENCE, portal_alarms
from pipelines.database.recheck import recheck
from pipelines.database.store import Store
from pipelines.database.summary import count_findings
from pipelines.publish import FOLDER as PUBLISHED
from pipelines.publish import PublishError, publish
from pipelines.reader_version import reader_version

SPARE = 2_000_000_000
"""Bytes that must stay free beside twice the database: for a night's answers. Twice, since a
snapshot is made before the oldest one goes, and a rebuild needs as much."""

RUN_CUT_SHORT = "shutdown"
"""Scrapy's reason for what was told to end; it says nothing against the portal."""


class Night:
    """One night under way. ``result`` is its report as the JSON has it; somebody must act where
    ``alarms`` is not empty, of which each has ``message`` and ``next``, a clause each."""

    def __init__(self, home: Path, keep: int) -> None:
        self.home = home
        self.keep = keep
        self.began = datetime.now(UTC)
        self._clock = time.monotonic()
        self._archived = _bytes_in(warc_directory(home))
        self._before = next(iter(last_nights(home, 1)), {})
        self.result: dict[str, Any] = {
            "started": self.began.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "host": socket.gethostname(),
            "version": version("gongkai"),
            # Of the night before until this one has checked.
            "reader": self._before.get("reader"),
            "seconds": 0.0,
            "totals": totals([]),
            "portals": [],
            "changed": [],
            "gone": [],
            "portal_alarms": [],
            "findings": {},
            "snapshot": None,
            "disk": {},
            "manifest": {},
            "alarms": [],
            "notes": [],
        }

    def run(self, portals: Sequence[str], budget: float) -> Path | None:
        """Do all of it; returns the report's Markdown, None where it could not be written.

        ``budget``: seconds of crawling. Raises NightRuns where another night holds the lock, and
        ValueError for portals that are not known.
        """
        arguments = crawl_arguments(portals)
        if not os.environ.get("GONGKAI_CONTACT"):
            self.note("No contact is set: portals cannot tell whom to ask. Set GONGKAI_CONTACT.")
        processes = count_processes(portals)
        self._guarded(lambda: self._locked(arguments, processes, budget))
        self._guarded(self._measure_disk)
        self._guarded(self._note_manifest)
        return self._report()

    def note(self, sentence: str) -> None:
        """Say in the night's report what nobody has to act upon."""
        self.result["notes"].append(sentence)

    def alarm(self, message: str, next: str) -> None:
        """Say what somebody must act upon, and what is to be done ``next``; each once."""
        alarm = {"message": message, "next": next}
        if alarm not in self.result["alarms"]:
            self.result["alarms"].append(alarm)

    # Steps

    def _locked(self, arguments: Sequence[str], processes: int, budget: float) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        with night_lock(self.home, self.result["started"]) as lock:
            if lock.cut_off:
                self.note(f"The night of {lock.cut_off} was cut off; this one goes on from there.")
            self._guarded(self._mend)
            crawl = NightCrawl(self.home, arguments, processes, budget, lock.handle)
            for sentence in crawl.run() if budget else ():
                self.alarm(sentence, "see what the log of this night says before that")
            existing_database(self.home)
            if crawl.told_to_end:
                self.note("The night was told to end: nothing was checked or published.")
            else:
                self._guarded(self._check)
                self._guarded(self._publish)
            self._guarded(self._look)

    def _mend(self) -> None:
        """What a night cannot go on without is made anew, and somebody is told of a bad disk."""
        mended = mend_database(self.home, thorough=True)
        if mended and mended.damaged:
            self.alarm(f"{mended.why}; {mended.result}", "see that the disk is well")
        elif mended:
            self.note(f"{mended.why[0].upper()}{mended.why[1:]}; {mended.result}.")

    def _guarded(self, step: Callable[[], None]) -> None:
        """A step whose failing is an alarm."""
        try:
            step()
        except PublishError as error:
            self.alarm(str(error), "see that the disk is writable and not full")
        except (NoArchive, ArchiveInUse) as error:
            self.alarm(str(error), "see what the log of this night says of the crawl")
        except sqlite3.Error as error:
            self.alarm(f"the database cannot be used ({error})", next_step(error))
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            self.alarm(
                f"the archive cannot be used ({what}{error.strerror or error})",
                "see that the disk is there, writable and not full",
            )

    def _check(self) -> None:
        """Run the checks again where the reader has changed; a report is checked when it is read,
        so that with the same reader nothing else would come out."""
        reader = reader_version()
        with Store.open(self.home) as store:
            if reader != self._before.get("reader"):
                self.note(
                    "All reports were checked again: the reader is new since the last night. "
                    "`gongkai rebuild --diff` shows what it reads differently."
                )
                self.result["findings"] = recheck(store)
            else:
                self.result["findings"] = count_findings(store.conn)
        self.result["reader"] = reader

    def _publish(self) -> None:
        with terminal.progress("publishing") as advance:
            self.result["snapshot"] = publish(self.home, self.began, self.keep, advance).name

    def _look(self) -> None:
        """What the crawl did, and how portals are."""
        since = moment_of(self.result["started"])
        with Store.open(self.home) as store:
            portals = portals_since(store.conn, since)
            expected = {portal.id: portal.expect for portal in default_registry()}
            health = portal_health(store.conn, expected)
            self.result["changed"] = changed_since(store.conn, since)
            self.result["gone"] = gone_since(store.conn, since)
        self.result["portals"] = portals
        self.result["totals"] = totals(portals)
        known = {one["portal"]: one for one in self._before.get("portal_alarms", ())}
        crawled = {one["portal"] for one in portals}
        alarms = portal_alarms(
            [one for one in health if one["reason"] != RUN_CUT_SHORT], known, crawled
        )
        self.result["portal_alarms"] = alarms
        for one in alarms:
            if one["act"]:
                nights = f" ({PATIENCE} nights in a row)" if one["failed"] == PATIENCE else ""
                self.alarm(
                    f"{one['name']} ({one['portal']}): {'; '.join(one['alarms'])}{nights}",
                    "open its home page in a browser, then `gongkai portals probe` it",
                )

    def _measure_disk(self) -> None:
        archived = _bytes_in(warc_directory(self.home))
        database = sum(path.stat().st_size for path in self.home.glob(f"{DATABASE}*"))
        free = shutil.disk_usage(self.home).free
        self.result["disk"] = {
            "warc": archived,
            "warc_grown": archived - self._archived,
            "database": database,
            "published": _bytes_in(self.home / PUBLISHED),
            "free": free,
        }
        needed = SPARE + 2 * database
        if free < needed:
            self.alarm(
                f"the disk is nearly full: {size(free)} free, {size(needed)} are needed",
                "make room, or move the archive to a larger disk (docs/operating.md)",
            )

    def _note_manifest(self) -> None:
        """The hash that stands for all WARC files, kept where a changed archive cannot change it:
        the report is read, mailed and backed up."""
        manifest = read_manifest(warc_directory(self.home))
        self.result["manifest"] = {"lines": manifest.count, "head": manifest.head}

    # The report

    def _report(self) -> Path | None:
        self.result["seconds"] = round(time.monotonic() - self._clock, 1)
        path = self._written()
        if self.result["alarms"]:
            failures = tell(self.result, markdown(self.result), self.home)
            for sentence in failures:
                self.alarm(sentence, "mend the setting, or what it leads to")
            if failures:
                path = self._written()
        return path

    def _written(self) -> Path | None:
        try:
            return write_report(self.home, self.result, self.keep)
        except OSError as error:
            self.alarm(
                f"the report could not be written ({error.strerror or error})",
                "see that the disk is there, writable and not full",
            )
            return None


def _bytes_in(folder: Path) -> int:
    """Bytes of all files of a folder; 0 where there is no such folder."""
    if not folder.is_dir():
        return 0
    return sum(path.lstat().st_size for path in folder.iterdir())
