"""Reading: milliseconds a report page from its bytes to all figures, sections and findings."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress

import lxml.html
import pandas

from bench.measure import Result, Series, measure_in_turn
from crawler.sample import World
from crawler.sample.site import Site
from pipelines.reading.extract import extract
from pipelines.reading.pages import prepare_process

UNITS = 15
ROUNDS = 5


def measure() -> list[Result]:
    site = World(units=UNITS).sites[0]
    bodies = report_bodies(site)
    division = site.county.code
    ways: dict[str, Callable[[bytes], object]] = {
        "gongkai extract": lambda body: extract(body, content_type="text/html", division=division),
        "lxml.html.fromstring": lxml.html.fromstring,
        "pandas.read_html": read_with_pandas,
    }
    prepare_process()
    ours, parse, peer = measure_in_turn(ways, bodies, ROUNDS)
    size = sum(map(len, bodies)) / len(bodies) / 1000
    return [
        Result(
            title="Reading a report",
            unit="ms a page",
            note=f"{len(bodies)} report pages of the sample portal, {size:.0f} kB each on average.",
            ours=ours,
            peers=(
                Series(parse.name, parse.figures, "at most 4"),
                Series(peer.name, peer.figures, "below 1"),
            ),
        )
    ]


def report_bodies(site: Site) -> list[bytes]:
    return [site.page(path).body() for path in site.report_paths]


def read_with_pandas(body: bytes) -> None:
    # Some sample pages lack their tables on purpose; pandas says so with a ValueError.
    with suppress(ValueError):
        pandas.read_html(io.BytesIO(body), flavor="lxml")
