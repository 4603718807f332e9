"""The files of reports in crawls: asked for, archived with their page, brought back by a rebuild.
All content is made up (synthetic)."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from commands import contents, kill, query, run, start
from raw_server import raw_server

from crawler.sample import Server, Site, World, faults, serve
from crawler.sample.files import file_path
from pipelines.archive.archived import archived_pages
from pipelines.database.store import Store
from pipelines.reading.pages import Page

CELL = "applications.received.total"
FILES = Path(__file__).parent / "documents" / "files"
HTML = b"text/html; charset=utf-8"


def crawl_of(server: Server, home: Path) -> tuple[str | Path, ...]:
    site = server.world.sites[0]
    return ("crawl", "--url", server.urls[0], "--division", site.county.code, "--home", home)


def shown_in_file(site: Site) -> list[str]:
    """Reports of which the page only links the file."""
    return [path for path, truth in site.reports.items() if truth.shown == "file"]


def assert_rebuilt(home: Path) -> None:
    live = contents(home)
    assert run("rebuild", "--home", home).returncode == 0
    assert contents(home) == live


def test_a_changed_file_is_a_new_version_with_one_change(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    with serve(World(seed=11, units=4)) as server:
        site = server.world.sites[0]
        path = shown_in_file(site)[0]
        crawl = crawl_of(server, home)
        assert run(*crawl).returncode == 0
        page = site.page(path).body()
        site.correct(path, CELL, 4321)
        assert site.page(path).body() == page  # only the file says otherwise
        assert run(*crawl, "--full").returncode == 0
        assert run(*crawl, "--full").returncode == 0
        url = server.urls[0].rstrip("/") + path
    changes = query(
        home,
        "SELECT part, field, after FROM changes JOIN reports ON reports.id = changes.report"
        " WHERE url = ?",
        (url,),
    )
    assert [(*change[:2], int(change[2])) for change in changes] == [
        ("applications", "received.total", 4321)  # it may be printed in full-width digits
    ]
    versions = query(home, "SELECT version FROM reports WHERE url = ? ORDER BY version", (url,))
    assert versions == [(1,), (2,)]
    assert query(home, "SELECT sum(changed) FROM runs") == [(1,)]
    assert query(home, "SELECT count(*) FROM reports WHERE version > 1") == [(1,)]
    assert_rebuilt(home)


def test_a_figure_leads_to_the_bytes_of_the_file_that_printed_it(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    with serve(World(seed=11, units=4)) as server:
        site = server.world.sites[0]
        path = shown_in_file(site)[0]
        assert run(*crawl_of(server, home)).returncode == 0
        url, file = (
            server.urls[0].rstrip("/") + each
            for each in (path, file_path(site.portal.articles[path]))
        )
        body = site.page(file_path(site.portal.articles[path])).body()
    rows = query(
        home,
        "SELECT DISTINCT c.id, c.url, c.part_of, c.reading, r.capture FROM figures AS f"
        " JOIN reports AS r ON r.id = f.report JOIN captures AS c ON c.id = f.capture"
        " WHERE r.url = ?",
        (url,),
    )
    ((capture, from_file, page, reading, of_report),) = rows
    assert (from_file, page, reading) == (file, of_report, "part")
    with Store.open(home) as store:
        found = store.capture(capture)
        assert found is not None
        ((_, archived),) = archived_pages(store, [found])
        assert isinstance(archived, Page)
        assert archived.body == body


def test_a_crawl_killed_between_a_page_and_its_file_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    home = tmp_path / "archive"
    with serve(World(seed=11, units=4)) as server:
        site = server.world.sites[0]
        path = shown_in_file(site)[0]
        file = file_path(site.portal.articles[path])
        url = server.urls[0].rstrip("/") + path
        server.faults[file] = faults.silent
        crawl = crawl_of(server, home)
        process = start(*crawl)
        until = time.monotonic() + 60
        while not server.counts()[file] and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.3)
        kill(process)
        assert server.counts()[file] == 1
        unread = "SELECT reading FROM captures WHERE url = ?"
        assert query(home, unread, (url,)) == [(None,)]
        copy = Path(shutil.copytree(home, tmp_path / "copy"))
        server.faults.clear()
        assert run(*crawl).returncode == 0
        requests = [request.target for request in server.requests]
        second = requests.index(file) + 1
        # It is asked for before everything else of the portal, and its page is not asked again.
        assert requests[second : second + 2] == ["/robots.txt", file]
    assert query(home, unread, (url,)) == [("report",)]
    assert query(home, "SELECT count(*) FROM captures WHERE reading IS NULL") == [(0,)]
    ((figures,),) = query(
        home,
        "SELECT count(*) FROM figures WHERE report = (SELECT id FROM reports WHERE url = ?)",
        (url,),
    )
    assert figures > 150
    doubled = "SELECT 1 FROM captures WHERE part_of > 0 GROUP BY part_of, url HAVING count(*) > 1"
    assert query(home, doubled) == []
    assert_rebuilt(home)
    # A rebuild before the file was asked for reads the page with what there is.
    assert run("rebuild", "--home", copy).returncode == 0
    found = query(
        copy,
        'SELECT "check", found FROM findings JOIN reports ON reports.id = report WHERE url = ?',
        (url,),
    )
    assert ("attachment.missing", "it is not in the archive") in found


def answer(kind: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n"
    return head % (kind, len(body)) + body


def page(title: str, body: str) -> bytes:
    text = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>"
        f'<p>发布时间：2024-01-20 09:30:00</p><div id="vsb_content">{body}</div></body></html>'
    )
    return answer(HTML, text.encode())


def test_whatever_becomes_of_a_file_has_a_row_and_a_reason(tmp_path: Path) -> None:
    home = tmp_path / "archive"
    titles = {
        number: f"云泽县青石镇人民政府{number}年政府信息公开工作年度报告" for number in (2022, 2023)
    }
    files = ["moved.docx", "gone.docx", "forbidden/a.docx", "loop.docx"]
    links = "".join(f'<p><a href="/files/{name}">{name}</a></p>' for name in files)
    links += '<p><a href="http://other.invalid/b.pdf">b.pdf</a></p>'
    rows = "".join(f'<li><a href="/info/1/{n}.htm">{t}</a></li>' for n, t in titles.items())
    moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: %s\r\n\r\n"
    robots = b"User-agent: *\nDisallow: /files/forbidden"
    answers = {
        "robots.txt": answer(b"text/plain", robots),
        "": page("云泽县人民政府", f"<ul>{rows}</ul>"),
        "info/1/2022.htm": page(titles[2022], '<p><a href="/files/real.docx">附件</a></p>'),
        "info/1/2023.htm": page(titles[2023], links),
        "files/moved.docx": moved % b"/files/real.docx",
        "files/loop.docx": moved % b"/files/loop.docx",
        "files/real.docx": answer(b"application/msword", (FILES / "report.docx").read_bytes()),
    }
    with raw_server(**answers) as server:
        result = run("crawl", "--url", server.url + "/", "--home", home)
        assert "Traceback" not in result.stderr
        (asked,) = {
            line
            for head in server.asked("/files/moved.docx")
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"referer:")
        }
        assert asked.decode().endswith("/info/1/2023.htm")
        assert not server.asked("/files/forbidden/a.docx")
        base = server.url
    parts = query(
        home,
        "SELECT replace(p.url, ?, ''), replace(c.url, ?, ''), c.outcome"
        " FROM captures AS c JOIN captures AS p ON p.id = c.part_of ORDER BY c.id",
        (base, base),
    )
    of_2023 = {url: outcome for page, url, outcome in parts if "2023" in page}
    assert of_2023.pop("/files/real.docx") in ("page", "unchanged")
    assert of_2023 == {
        "/files/moved.docx": "redirect",
        "/files/gone.docx": "gone",
        "/files/forbidden/a.docx": "excluded",
        "/files/loop.docx": "redirect",
        "http://other.invalid/b.pdf": "excluded",
    }
    # A file of two pages is asked for each, and its bytes are kept once.
    shared = [outcome for _, url, outcome in parts if url == "/files/real.docx"]
    assert sorted(shared) == ["page", "unchanged"]
    findings = query(
        home,
        'SELECT "where", found, fault FROM findings JOIN reports ON reports.id = report'
        " WHERE year = 2023 AND \"check\" = 'attachment.missing'",
    )
    assert {where: (why, fault) for where, why, fault in findings} == {
        "gone.docx": ("answered 404", "source"),
        "forbidden/a.docx": ("Forbidden by robots.txt", "reading"),
        "loop.docx": ("a redirect loop", "source"),
        "b.pdf": (f"other.invalid is not a host of the portal ({base[7:]})", "reading"),
    }
    rows_read = "SELECT count(*) FROM applications JOIN reports ON id = report WHERE year = 2023"
    assert query(home, rows_read) == [(25,)]
    assert_rebuilt(home)


def test_a_list_that_links_files_leads_to_their_reports_each_once(tmp_path: Path) -> None:
    """One of the three files is what an article shows, one what a column shows that is the report
    itself: they are read as its parts, and not as reports of their own."""
    home = tmp_path / "archive"
    title = "云泽县青石镇人民政府{}年政府信息公开工作年度报告"
    files = {year: f"/files/{year}.docx" for year in (2021, 2022, 2023)}
    rows = "".join(
        f'<li><a href="{file}">{title.format(y)}.docx</a></li>' for y, file in files.items()
    )
    rows += f'<li><a href="/info/1/2022.htm">{title.format(2022)}</a></li>'
    shown = {y: f'<p><a href="{files[y]}">{title.format(y)}.docx</a></p>' for y in (2022, 2023)}
    column = '<a href="/zfxxgk/{0}.htm">{1}</a>'
    menu = column.format("zfxxgknb", "政府信息公开年报") + column.format("2023", title.format(2023))
    document = answer(b"application/msword", (FILES / "report.docx").read_bytes())
    answers = {
        "": answer(HTML, menu.encode()),
        "zfxxgk/zfxxgknb.htm": answer(HTML, f"<ul>{rows}</ul>".encode()),
        "zfxxgk/2023.htm": page(title.format(2023), shown[2023]),
        "info/1/2022.htm": page(title.format(2022), shown[2022]),
        **{file[1:]: document for file in files.values()},
    }
    with raw_server(**answers) as server:
        crawl = ("crawl", "--url", server.url + "/", "--home", home)
        for _ in range(2):
            assert run(*crawl).returncode == 0
        base = server.url
    found = query(home, "SELECT replace(url, ?, ''), version FROM reports ORDER BY url", (base,))
    assert found == [("/files/2021.docx", 1), ("/info/1/2022.htm", 1), ("/zfxxgk/2023.htm", 1)]
    assert_rebuilt(home)
