"""An archive of two portals that needs no crawl: report pages of the sample and what can become of
them. All content is synthetic."""

from __future__ import annotations

from pathlib import Path

from crawler.registry import Portal
from crawler.sample import World
from pipelines.archive.archiving import Archive
from pipelines.database.store import Store

FIRST = Portal(
    "first", "云蘅县人民政府(虚构)", "http://first.invalid/", division="990121", synthetic=True
)
SECOND = Portal(
    "second", "虚构的第二门户", "http://second.invalid/", division="990121", synthetic=True
)
SHARED = "http://shared.invalid/report.htm"
"""A report that both portals list."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
_FILE_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"
_FILE = Path(__file__).parent / "documents" / "files" / "report.docx"
_GONE = b"HTTP/1.1 404 Not Found\r\n\r\n"
_LINK = '<a href="{}">附件：统计表.docx</a></body>'


def write_archive(home: Path) -> list[int]:
    """Fill an archive with two runs of each portal, one after the other; returns their ids. No page
    has been read."""
    site = World(units=3).sites[0]
    shown = (site.page(path) for path in site.report_paths)
    pages = [page.body() for page in shown if page.encoding == "utf-8" and "<table" in page.text]
    runs = []
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test, synthetic"})
        for night in (0, 1):
            for portal, own in ((FIRST, pages[:5]), (SECOND, pages[5:10])):
                run = archive.begin_run(portal)
                runs.append(run)
                _write_night(archive, run, portal.url, own, night)
                archive.finish_run(run, "finished")
        archive.close()
    return runs


def _write_night(archive: Archive, run: int, base: str, pages: list[bytes], night: int) -> None:
    def add(url: str, body: bytes, head: bytes = _HEAD, part_of: int | None = None) -> int:
        return archive.add_answer(
            run, url, request_head=b"", response_head=head, body=body, part_of=part_of
        ).id

    add(base, b"<html><body><a href=1.htm>a list</a></body></html>")
    add(f"{base}same.htm", pages[0])
    add(f"{base}changed.htm", pages[1 + night])
    add(f"{base}gone.htm", b"" if night else pages[3], _GONE if night else _HEAD)
    link = _LINK.format(f"{base}table.docx").encode()
    page = add(f"{base}parts.htm", pages[4].replace(b"</body>", link))
    add(f"{base}table.docx", _FILE.read_bytes(), _FILE_HEAD, part_of=page)
    add(SHARED, pages[night])
    archive.add_failure(run, f"{base}dead.htm", "no answer within 5 s")
