"""Archives invented answers without end, for tests that kill it. First mends what the one before
left: python archive_loop.py HOME"""

from __future__ import annotations

import itertools
import random
import sys
from pathlib import Path

from crawler.registry import Portal
from pipelines.archive.archiving import Archive
from pipelines.archive.recovery import recover
from pipelines.database.store import Store


def main() -> None:
    store = Store.open(Path(sys.argv[1]))
    recover(store)
    archive = Archive(store, {"software": "test"})
    run = archive.begin_run(Portal("127.0.0.1", "虚构县(测试)", "http://127.0.0.1/"))
    chance = random.Random(run)
    print("begun", flush=True)
    for number in itertools.count():
        url = f"http://127.0.0.1/{number % 50}"
        if number % 7 == 0:
            archive.add_failure(run, url, "no answer within 5 s")
            continue
        archive.add_answer(
            run,
            url,
            request_head=b"GET /%d HTTP/1.1\r\n\r\n" % number,
            response_head=b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n",
            body=b"<p>%d</p>" % (number % 100) + chance.randbytes(20_000 * (number % 3)),
        )


if __name__ == "__main__":
    main()
