"""Nights without a network: answers are archived, indexed, read and checked as a crawl does it, so
that a rebuild from the same bytes can be compared with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.registry import Portal
from crawler.sample import World
from pipelines.archive import Archive
from pipelines.archived import archived_pages
from pipelines.backdating import find_backdated
from pipelines.reading import Reading, read_page
from pipelines.store import Store

HOST = "http://history.invalid"
PORTAL = Portal("history.invalid", "虚构县(测试)", f"{HOST}/", synthetic=True)


@dataclass(frozen=True)
class Answer:
    """What an address answers; ``head`` are further lines of the response's head."""

    body: str = ""
    status: str = "200 OK"
    head: str = ""


def night(home: Path, answers: Mapping[str, Answer], reason: str = "finished") -> int:
    """Archive and read one answer of each path, in order, as one run; returns the run."""
    with Store.open(home) as store:
        archive = Archive(store, {"software": "test"})
        run = archive.begin_run(PORTAL)
        for path, answer in answers.items():
            capture = archive.add_answer(
                run,
                HOST + path,
                request_head=f"GET {path} HTTP/1.1\r\nHost: history.invalid\r\n\r\n".encode(),
                response_head=(
                    f"HTTP/1.1 {answer.status}\r\nContent-Type: text/html; charset=utf-8\r\n"
                    f"{answer.head}\r\n"
                ).encode(),
                body=answer.body.encode(),
            )
            store.flush()
            if capture.reading is None:
                [(_, page)] = archived_pages(store, [capture])
                reading = page if isinstance(page, Reading) else read_page(page)
                store.save_reading(capture, reading.report, reading.failure)
        archive.finish_run(run, reason)
        find_backdated(store, run)
        archive.close()
    return run


def report_page(town: str, year: int = 2019) -> str:
    """The sample portal's report of a township, with another invented name and another year: the
    text names the year, the date of publication is in the next."""
    page = World(seed=11).sites[0].page("/info/1027/2038.htm").body().decode()
    return (
        page.replace("马鸢镇", town)
        .replace("2020", "NEXT")
        .replace("2019", str(year))
        .replace("NEXT", str(year + 1))
    )
