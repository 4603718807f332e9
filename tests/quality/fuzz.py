"""Damaged pages: python -m tests.quality.fuzz [COUNT [FIRST]]

Each number gives one golden page, damaged in a way that follows from the number alone: bytes
flipped, tags dropped, spans changed, cut off, nested, sewn together, words of any script put in.
Reading one must end within ``TIME_LIMIT`` seconds, raise nothing but ``Unreadable``, and give a
report that can be printed, whose figures lie in its tables. What fails is put in build/fuzz/.
"""

from __future__ import annotations

import json
import multiprocessing
import re
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from random import Random

from pipelines.reading.documents import Unreadable
from pipelines.reading.extract import extract
from pipelines.reading.report import Report
from tests.quality.golden import PAGES

TIME_LIMIT = 5.0
"""Seconds of processor time; a whole page takes some 0.005."""
LARGEST = 18_000
"""Bytes of the pages that are damaged: small ones, so that many are read."""
CHUNK = 250
DIVISIONS = (None, "990121")
FOUND = PAGES.parent.parent / "build" / "fuzz"

Damage = Callable[[Random, bytes], bytes]

_TAG = re.compile(rb"<[^>]{0,200}>")
_SPAN = re.compile(rb"(?:row|col)span=\"?(\d+)\"?")
_CELL = re.compile(rb">([^<>]{0,12})</td>")
_SPANS = (b"0", b"-1", b"2", b"7", b"65534", b"9" * 30, b"x", b"\xef\xbc\x93")
_SCRAPS = tuple(
    text.encode("utf-8", "surrogatepass")
    for text in (
        *("<table>", "</table>", "<tr><td>", "</td>", "<td rowspan=9999 colspan=9999>", "<br>"),
        *("<!--", "-->", "<![CDATA[", "<script>", "<textarea>", "<title>", "<base href='//['>"),
        *("&#0;", "&#xD800;", "&#1114112;", "&nbsp;" * 40, "\0", "\ud800", "\ufeff", "\u202e"),
        *("|", "||", "\t", "\n\n", "：", "年", "月", "〇", "９９", "1e999", "∞", "－", "9" * 400),
        *("一、总体情况", "总计", "其他", "行政复议", "第二十条第（一）项", "万元", "本年增/减"),
        *(
            "2021年13月40日",
            "0000-00-00",
            "99999年",
            "二〇二九年十三月",
            "<meta name=PubDate content=1>",
        ),
        *("发布时间：", "来源：", "人民政府", "<a href='http://['>x</a>", "<td><table><tr><td>1"),
    )
)
_CHARSETS = ("utf-8", "gb18030", "utf-16", "big5", "latin-1")


def flip(random: Random, body: bytes) -> bytes:
    changed = bytearray(body)
    for _ in range(random.choice((1, 3, 30, len(changed) // 50 + 1))):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def piece(random: Random, body: bytes) -> tuple[int, int]:
    start = random.randrange(len(body))
    return start, min(len(body), start + random.choice((1, 20, 300, 4000)))


def delete(random: Random, body: bytes) -> bytes:
    start, end = piece(random, body)
    return body[:start] + body[end:]


def repeat(random: Random, body: bytes) -> bytes:
    start, end = piece(random, body)
    return body[:end] + body[start:end] * random.choice((1, 2, 20)) + body[end:]


def truncate(random: Random, body: bytes) -> bytes:
    return body[: random.randrange(len(body))]


def drop_tags(random: Random, body: bytes) -> bytes:
    share = random.choice((0.02, 0.3, 1.0))
    return _TAG.sub(lambda tag: b"" if random.random() < share else tag[0], body)


def swap_tags(random: Random, body: bytes) -> bytes:
    tags = _TAG.findall(body) or [b"<p>"]
    return _TAG.sub(lambda tag: random.choice(tags) if random.random() < 0.1 else tag[0], body)


def change_spans(random: Random, body: bytes) -> bytes:
    def span(found: re.Match[bytes]) -> bytes:
        return (
            found[0].replace(found[1], random.choice(_SPANS)) if random.random() < 0.4 else found[0]
        )

    return _SPAN.sub(span, body).replace(b"<td>", b"<td colspan=" + random.choice(_SPANS) + b">", 9)


def change_cells(random: Random, body: bytes) -> bytes:
    def cell(found: re.Match[bytes]) -> bytes:
        if random.random() > 0.2:
            return found[0]
        return b">" + random.choice((b"", found[1] * 30, *_SCRAPS)) + b"</td>"

    return _CELL.sub(cell, body)


def put_in(random: Random, body: bytes) -> bytes:
    for _ in range(random.choice((1, 5, 40))):
        at = random.randrange(len(body) + 1)
        letters = "".join(
            chr(random.choice((random.randrange(32, 0xD800), 0x10000 + random.randrange(9999))))
            for _ in range(random.randrange(9))
        )
        body = body[:at] + random.choice((letters.encode(), *_SCRAPS)) + body[at:]
    return body


def nest(random: Random, body: bytes) -> bytes:
    levels = random.choice((3, 60, 600))
    opening, closing = random.choice(
        (
            (b"<table><tr><td>", b"</td></tr></table>"),
            (b"<div>", b"</div>"),
            (b"<font>", b""),
            (b"<td>", b""),
            (b"<p><span>", b"</span></p>"),
        )
    )
    start, end = sorted(random.randrange(len(body) + 1) for _ in range(2))
    return body[:start] + opening * levels + body[start:end] + closing * levels + body[end:]


def sew(random: Random, body: bytes) -> bytes:
    other = random.choice(pages())
    return body[: random.randrange(len(body))] + other[random.randrange(len(other)) :]


def shuffle(random: Random, body: bytes) -> bytes:
    parts = body.split(random.choice((b"\n", b"<tr>", b"</td>", b"<p>")))
    start = random.randrange(len(parts))
    some = parts[start : start + 30]
    random.shuffle(some)
    return b"\n".join([*parts[:start], *some, *parts[start + 30 :]])


def recode(random: Random, body: bytes) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(random.choice(_CHARSETS), "replace")


DAMAGES: tuple[Damage, ...] = (
    *(flip, delete, repeat, truncate, drop_tags, swap_tags, change_spans, change_cells),
    *(put_in, nest, sew, shuffle, recode),
)


TEXT = (".html", ".txt", ".md")
"""Endings of pages whose damage this is; files of other types are damaged by their own tests."""


@cache
def pages() -> tuple[bytes, ...]:
    files = sorted(path for path in PAGES.glob("*/page.*") if path.suffix in TEXT)
    return tuple(path.read_bytes() for path in files if path.stat().st_size <= LARGEST)


def damaged(number: int) -> bytes:
    """The page of this number."""
    random = Random(number)
    body = random.choice(pages())
    for _ in range(random.choice((1, 1, 2, 4))):
        body = random.choice(DAMAGES)(random, body) or b"<"
    return body


def fault_of(number: int) -> str | None:
    """What is wrong with reading the page of this number; None where nothing is."""
    body = damaged(number)
    began = time.process_time()
    try:
        check(extract(body, url="http://a.invalid/2021/1/2/x.htm", division=DIVISIONS[number % 2]))
    except Unreadable:
        pass
    except Exception:
        return traceback.format_exc()
    taken = time.process_time() - began
    return f"reading took {taken:.1f} s" if taken > TIME_LIMIT else None


def check(report: Report) -> None:
    """Raises for a report that cannot be printed or saved, or whose figures lead to no cell."""
    json.dumps(report.to_json(), ensure_ascii=False, allow_nan=False).encode()
    figures = [row.figure for row in report.disclosure]
    for rows in (report.applications, report.proceedings):
        figures += [figure for row in rows for figure in row.figures]
    for figure in figures:
        assert (figure.value is None) == (figure.absence is not None), figure
        if figure.at is not None:
            table, row, column = figure.at
            assert report.tables[table].cells[row][column] is not None, figure


def _raise_alarm(_signal: int, _frame: object) -> None:
    raise TimeoutError(f"reading took more than {10 * TIME_LIMIT:.0f} s")


def faults_in(numbers: range) -> list[tuple[int, str]]:
    """The faults of a range of numbers, by number; ends a page that hangs."""
    signal.signal(signal.SIGALRM, _raise_alarm)
    faults = []
    for number in numbers:
        signal.setitimer(signal.ITIMER_REAL, 10 * TIME_LIMIT)
        fault = fault_of(number)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if fault is not None:
            faults.append((number, fault))
    return faults


def faults(count: int, first: int = 0, jobs: int | None = None) -> Iterator[tuple[int, str]]:
    """The faults of ``count`` damaged pages from number ``first`` on, read by all cores."""
    chunks = [
        range(start, min(start + CHUNK, first + count))
        for start in range(first, first + count, CHUNK)
    ]
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        for found in pool.map(faults_in, chunks):
            yield from found


def main(arguments: list[str]) -> int:
    count, first = (*map(int, arguments), *(100_000, 10_000)[len(arguments) :])
    began = time.monotonic()
    wrong = 0
    for number, fault in faults(count, first):
        wrong += 1
        FOUND.mkdir(parents=True, exist_ok=True)
        (FOUND / f"{number}.html").write_bytes(damaged(number))
        print(f"page {number} (build/fuzz/{number}.html): {fault}", file=sys.stderr)
    print(f"{count} damaged pages, {wrong} faults, {time.monotonic() - began:.0f} s")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
