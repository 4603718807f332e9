"""Archives of generated reports, written without a crawl: pages of the sample portals, as many as
are asked for, through the archive's own writer. All content is synthetic."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from crawler.sample import World
from crawler.sample.page import Page
from crawler.sample.site import Site
from pipelines.archive.archiving import warc_directory
from pipelines.archive.capture import time_of
from pipelines.archive.warc_writer import WarcWriter

UNITS = 49
"""Reporting bodies of a portal, as many as the sample can have: some 340 reports of seven years."""

_REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: gongkai\r\nAccept-Encoding: gzip\r\n\r\n"
)
_RESPONSE = (
    "HTTP/1.1 200 OK\r\nServer: synthetic\r\nContent-Type: {type}\r\nContent-Length: {size}\r\n\r\n"
)


def write_archive(home: Path, reports: int) -> int:
    """Write the WARC files of so many report pages, one run a portal; returns the bytes of the
    pages. There is no database."""
    size = 0
    writer = WarcWriter(warc_directory(home), {"software": "generated, synthetic"})
    try:
        for site, pages in _portals(reports):
            run = writer.moment()
            host = f"www{site.facts.seed}.invalid"
            portal = {
                "id": host,
                "name": f"{site.county.name}人民政府",
                "family": "vsb",
                "division": site.county.code,
                "url": f"http://{host}/",
                "synthetic": True,
            }
            writer.write_run(run, {"run": run, "portal": portal, "started": time_of(run)})
            for path, page in pages:
                body = page.body()
                head = _RESPONSE.format(type=page.content_type, size=len(body))
                writer.write_exchange(
                    run=run,
                    url=f"http://{host}{path}",
                    request_head=_REQUEST.format(path=path, host=host).encode(),
                    response_head=head.encode(),
                    body=body,
                )
                size += len(body)
            finished = time_of(writer.moment())
            writer.write_run(run, {"run": run, "finished": finished, "reason": "finished"})
    finally:
        writer.close()
    return size


def _portals(reports: int) -> Iterator[tuple[Site, Iterator[tuple[str, Page]]]]:
    """Portal after portal with the report pages of it that are to be taken: the sample's county
    again and again, since no other is in the list of divisions, each time drawn anew."""
    seed = 0
    while reports > 0:
        site = World(seed, units=UNITS).sites[0]
        paths = list(islice(site.report_paths, reports))
        yield site, ((path, site.page(path)) for path in paths)
        reports -= len(paths)
        seed += 1
