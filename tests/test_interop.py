"""Tools of others open what we archive: warcio and pywb the WARC files, py-wacz and pywb the WACZ
file, which also keeps to what ReplayWeb.page asks of one. All content is synthetic.

The tools are in .venv-interop, beside the environment of the tests (`make install-all`).
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from archive_crawl import captures, empty_archive, warc_files

from crawler.portal import Portal
from crawler.sample import World
from pipelines.archive.archiving import Archive
from pipelines.archive.capture import Capture, Origin
from pipelines.database.backlog import read_backlog
from pipelines.database.store import Store
from pipelines.export.cdxj import sort_key
from pipelines.export.wacz import export_wacz
from pipelines.reading.reader import Reader

__all__ = ["empty_archive"]  # fixture

TOOLS = Path(sys.prefix).with_name(".venv-interop") / "bin"
REPLAY = Path(__file__).with_name("interop_replay.py")
HOST = "http://www.example.invalid"
URL = f"{HOST}/info/1.htm"
OLD = f"{HOST}/info/Old.htm?b=2&a=1"
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)
SITE = World(seed=11, units=4).sites[0]
PAGES = [SITE.page(path).body() for path, truth in SITE.reports.items() if truth.shown == "page"]


class Archived(NamedTuple):
    home: Path
    rows: list[Capture]


@pytest.fixture(scope="module")
def archived(empty_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Archived:
    """A report crawled three times, the second time the same, and one that was ingested."""
    home = shutil.copytree(empty_archive, tmp_path_factory.mktemp("interop") / "archive")
    portal = Portal("www.example.invalid", "虚构县", f"{HOST}/", division=SITE.county.code)
    with Store.open(home) as store, Reader[Capture]() as reader:
        archive = Archive(store, {"software": "test"})
        run = archive.begin_run(portal)
        asked = b"GET /info/1.htm HTTP/1.1\r\nHost: www.example.invalid\r\n\r\n"
        archive.add_ingested(
            run,
            OLD,
            body=PAGES[1],
            origin=Origin("harvest.warc.gz <urn:x:1>", "2019-05-06T07:08:09Z", "warc"),
            response_head=HEAD,
        )
        for body in (PAGES[0], PAGES[0]):
            archive.add_answer(run, URL, request_head=asked, response_head=HEAD, body=body)
        archive.add_failure(run, f"{HOST}/none.htm", "no answer within 5 s")
        store.flush()
        read_backlog(store, reader)
        archive.finish_run(run, "finished")
        archive.close()
    return Archived(home, captures(home))


def tool(name: str, *arguments: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [TOOLS / name, *arguments], cwd=cwd, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def members(wacz: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wacz) as package:
        assert {info.compress_type for info in package.infolist()} == {zipfile.ZIP_STORED}
        return {name: package.read(name) for name in package.namelist()}


def index_lines(found: Mapping[str, bytes]) -> list[tuple[str, str, dict[str, str]]]:
    lines = gzip.decompress(found["indexes/index.cdx.gz"]).decode().splitlines()
    assert lines == sorted(lines)
    split = (line.split(" ", 2) for line in lines)
    return [(key, time, json.loads(fields)) for key, time, fields in split]


def add_to_pywb(folder: Path, collection: str, found: Mapping[str, bytes]) -> None:
    """A collection of the files of a WACZ, with the index that it brings."""
    for part in ("archive", "indexes"):
        (folder / "collections" / collection / part).mkdir(parents=True)
    place = folder / "collections" / collection
    for name, content in found.items():
        if name.startswith("archive/"):
            (place / name).write_bytes(content)
    index = gzip.decompress(found["indexes/index.cdx.gz"])
    (place / "indexes" / "index.cdxj").write_bytes(index)


def test_every_tool_opens_what_we_archive(archived: Archived, tmp_path: Path) -> None:
    home, [old, first, again, _] = archived
    [file] = warc_files(home)
    tool("warcio", "check", file)
    export_wacz(home, tmp_path / "whole")
    export_wacz(home, tmp_path / "one", where=f"url = '{URL}'")
    whole, one = (tmp_path / name / "gongkai.wacz" for name in ("whole", "one"))
    for wacz in (whole, one):
        assert "Validation succeeded" in tool("wacz", "validate", "-f", wacz)
    assert members(whole)[f"archive/{file.name}"] == file.read_bytes()
    (tmp_path / "part.warc.gz").write_bytes(members(one)[f"archive/{file.name}"])
    tool("warcio", "check", tmp_path / "part.warc.gz")

    tool("wb-manager", "init", "warc", cwd=tmp_path)
    tool("wb-manager", "add", "warc", file, cwd=tmp_path)
    add_to_pywb(tmp_path, "wacz", members(whole))
    for collection in ("warc", "wacz"):
        times = ("".join(filter(str.isdigit, row.fetched_at))[:14] for row in (old, first, again))
        asked = [f"{time}/{url}" for time, url in zip(times, (OLD, URL, URL), strict=True)]
        replayed = replay(tmp_path, collection, [*asked, f"20260101000000/{HOST}/never.htm"])
        assert [one["status"] for one in replayed] == [200, 200, 200, 404]
        assert replayed[0]["captured"] == "Mon, 06 May 2019 07:08:09 GMT"
        assert [one["body"] for one in replayed[:3]] == [
            PAGES[1].decode(),
            PAGES[0].decode(),
            PAGES[0].decode(),
        ]


def replay(folder: Path, collection: str, addresses: list[str]) -> list[dict[str, Any]]:
    printed = tool("python", REPLAY, collection, *addresses, cwd=folder)
    answers: list[dict[str, Any]] = json.loads(printed.splitlines()[-1])  # after what pywb logs
    return answers


def test_a_selection_has_what_its_reports_need_and_no_more(
    archived: Archived, tmp_path: Path
) -> None:
    assert export_wacz(archived.home, tmp_path, where=f"url = '{OLD}'") == 1
    found = members(tmp_path / "gongkai.wacz")
    [(key, time, fields)] = index_lines(found)
    assert (key, time) == ("invalid,example)/info/old.htm?a=1&b=2", "20190506070809")
    [file] = (name for name in found if name.startswith("archive/"))
    start, length = int(fields["offset"]), int(fields["length"])
    assert b"WARC-Target-URI: " + OLD.encode() in gzip.decompress(
        found[file][start : start + length]
    )
    assert sum(gzip.decompress(found[file]).count(kind) for kind in (b"WARC-Type: re",)) == 1


def test_pages_are_listed_as_replay_programs_want_them(archived: Archived, tmp_path: Path) -> None:
    """https://specs.webrecorder.net/wacz/1.1.1/#pages-jsonl: a header, then JSON lines with url and
    ts (RFC 3339), each of a capture that the index has."""
    export_wacz(archived.home, tmp_path)
    found = members(tmp_path / "gongkai.wacz")
    header, *pages = map(json.loads, found["pages/pages.jsonl"].splitlines())
    assert (header["format"], header["id"]) == ("json-pages-1.0", "pages")
    places = {(fields["url"], time) for _, time, fields in index_lines(found)}
    assert {page["url"] for page in pages} == {URL, OLD}
    for page in pages:
        assert page["title"]
        assert page["ts"].endswith("Z")
        assert (page["url"], "".join(filter(str.isdigit, page["ts"]))[:14]) in places
    kinds = {fields["mime"] for *_, fields in index_lines(found)}
    assert kinds == {"text/html", "warc/revisit"}
    first, *blocks = found["indexes/index.idx"].decode().splitlines()
    assert first == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    place = json.loads(blocks[0].split(" ", 2)[2])
    block = found["indexes/index.cdx.gz"][place["offset"] :][: place["length"]]
    assert gzip.decompress(block).startswith(blocks[0].rsplit(" {", 1)[0].encode())
    package = json.loads(found["datapackage.json"])
    assert package["wacz_version"] == "1.1.1"


def test_addresses_are_sorted_as_other_indexes_sort_them() -> None:
    addresses = [
        f"{HOST}/",
        HOST,
        f"{HOST}:8080/A/b.htm?B=2&a=1",
        "https://example.invalid:443/a/",
        "http://www2.example.invalid/政府/1.htm",
        "http://127.0.0.1:80/x",
        f"{HOST}/?",
    ]
    program = "import json, sys, surt; print(json.dumps([surt.surt(u) for u in sys.argv[1:]]))"
    theirs = json.loads(tool("python", "-c", program, *addresses))
    assert [sort_key(address) for address in addresses] == theirs
