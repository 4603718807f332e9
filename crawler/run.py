"""Crawls from Python: the same spider as ``scrapy crawl portal``, with its counts at the end."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, TypeVar, cast

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import terminal
from crawler.due import due_portals
from crawler.politeness import stay_polite
from crawler.registry import Portal, RegistryError, default_registry, polite_delay, unlisted_portal
from crawler.spiders.portal import PortalSpider
from pipelines.archive.mend import mend_database
from pipelines.archive.moments import now
from pipelines.database.health import portal_health
from pipelines.database.rebuild import LOCK
from pipelines.database.store import Store
from pipelines.database.summary import summarise_runs
from pipelines.progress import silent

logger = logging.getLogger(__name__)

AnySpider = TypeVar("AnySpider", bound=PortalSpider)


def choose_portals(
    codes: Sequence[str], url: str | None, division: str | None, due: Path | None = None
) -> list[Portal]:
    """The portals that a command names: by division codes, or one by its home page.

    With ``due``, the home of an archive, only those that are due there, of all portals where no
    code is named. Raises RegistryError with one sentence for what cannot be meant.
    """
    if due:
        ready_archive(due)
        return _choose_due(due, codes, url or division)
    if url:
        if codes:
            raise RegistryError("name either portals of the registry or one --url, not both")
        return [unlisted_portal(url, division)]
    if division:
        raise RegistryError("--division belongs to --url; name the portal's code without it")
    if not codes:
        raise RegistryError(
            "name what to crawl: a division code (`gongkai portals list` shows them) or --url"
        )
    return _within(codes)


def ready_archive(home: Path, *, quiet: bool = True) -> None:
    """Make the database anew where it is missing or damaged, and say so; and see that it can be
    written to. Raises ValueError with one sentence, OSError or sqlite3.Error."""
    waiting = nullcontext(silent) if quiet else terminal.progress("making the database anew")
    with waiting as advance:
        mended = mend_database(home, advance=advance)
    if mended:
        logger.warning("%s; %s", mended.why, mended.result)
    Store.open(home).close()
    # SQLite does not mind a read-only disk until it has something to write.
    with (home / LOCK).open("ab"):
        pass


def _choose_due(home: Path, codes: Sequence[str], unlisted: str | None) -> list[Portal]:
    if unlisted:
        raise RegistryError("--due chooses among the portals of the registry: leave --url away")
    portals = _within(codes) if codes else [one for one in default_registry() if not one.synthetic]
    with Store.open(home) as store:
        return due_portals(store.conn, portals, now())


def _within(codes: Sequence[str]) -> list[Portal]:
    chosen = {portal.id: portal for code in codes for portal in default_registry(code).within(code)}
    return list(chosen.values())


def run_crawl(
    home: Path,
    portals: Sequence[Portal],
    *,
    full: bool = False,
    limit: int | None = None,
    delay: float | None = None,
    budget: float | None = None,
    quiet: bool = False,
) -> dict[str, Any]:
    """Crawl portals into the archive at ``home``; can be called once a process.

    Returns the counts of ``crawl --json`` without seconds, and ``problems``: a sentence for each
    portal whose run did not end well. ValueError for what would be rude (``crawler.politeness``).
    After ``budget`` seconds no more pages are handed out, and the next crawl goes on there.
    ``quiet`` prints no progress; what went wrong with a page is a line on stderr either way.
    """
    settings = _settings()
    for portal in portals:
        polite_delay(portal, delay, settings.getfloat("DOWNLOAD_DELAY"))
    # Before an archive is made that nothing will come into.
    stay_polite(settings, portals)
    ready_archive(home, quiet=quiet)
    if not quiet:
        extensions = settings.getdict("EXTENSIONS") | {"crawler.progress.CrawlProgress": 0}
        settings.set("EXTENSIONS", extensions, priority="cmdline")
    spider = (
        run_spider(
            PortalSpider,
            home,
            settings,
            portals=portals,
            full=full,
            limit=limit,
            delay=delay,
            budget=budget,
        )
        if portals
        else None
    )
    runs = spider.runs if spider else {}
    if spider:
        portals = [portal for portal in portals if portal.id not in spider.queue.left]
    if spider and spider.time_is_up:
        portals = [portal for portal in portals if portal.id in runs]
    with Store.open(home) as store:
        summary = summarise_runs(store.conn, list(runs.values()))
        summary["problems"] = _problems(store, runs, portals)
    return summary


def _settings() -> Settings:
    settings = Settings()
    settings.setmodule("crawler.settings")
    return settings


def run_spider(
    spider: type[AnySpider],
    home: Path,
    settings: Settings | None = None,
    *,
    portals: Sequence[Portal],
    **arguments: Any,
) -> AnySpider | None:
    """Run a spider to its end in this process, its archive at ``home``; once a process. Returns it,
    or None where it could not even be made. ValueError as of ``run_crawl``."""
    settings = settings or _settings()
    stay_polite(settings, portals)
    settings.set("GONGKAI_HOME", str(home), priority="cmdline")
    settings.set("LOG_LEVEL", "WARNING", priority="cmdline")
    settings.set("LOG_FORMAT", "%(message)s", priority="cmdline")
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, portals=portals, **arguments)
    process.start()
    return cast("AnySpider | None", crawler.spider)


def _problems(store: Store, begun: Collection[str], portals: Sequence[Portal]) -> list[str]:
    """A sentence for each portal whose run never began, was cut off, ended for another reason than
    being done, or left fewer reports than there should be."""
    expected = {portal.id: portal.expect for portal in portals}
    health = {one["portal"]: one for one in portal_health(store.conn, expected)}
    said = []
    for portal in portals:
        if portal.id not in begun:
            wrong = ["the run did not begin"]
        elif health[portal.id]["state"] == "unfinished":
            wrong = ["the run was cut off"]
        else:
            wrong = health[portal.id]["alarms"]
        if wrong:
            said.append(f"{portal.name} ({portal.id}): {'; '.join(wrong)}")
    return said
