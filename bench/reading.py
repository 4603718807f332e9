"""Reading: milliseconds a report page from its bytes to all figures, sections and findings."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

import lxml.html
import pandas

from bench.measure import Result, Series
from crawler.sample import World
from pipelines.extract import extract

UNITS = 15
ROUNDS = 5


def measure() -> Result:
    site = World(units=UNITS).sites[0]
    bodies = [site.page(path).body() for path in site.report_paths]
    division = site.county.code
    ways: dict[str, Callable[[bytes], object]] = {
        "gongkai extract": lambda body: extract(body, content_type="text/html", division=division),
        "lxml.html.fromstring": lxml.html.fromstring,
        "pandas.read_html": read_with_pandas,
    }
    for way in ways.values():
        way(bodies[0])
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            figures[name].append(milliseconds_each(way, bodies))
    ours, parse, peer = (Series(name, tuple(row)) for name, row in figures.items())
    size = sum(map(len, bodies)) / len(bodies) / 1000
    return Result(
        title="Reading a report",
        unit="ms a page",
        note=f"{len(bodies)} report pages of the sample portal, {size:.0f} kB each on average.",
        ours=ours,
        peers=(Series(parse.name, parse.figures, "at most 6"), peer),
    )


def read_with_pandas(body: bytes) -> None:
    # Some sample pages lack their tables on purpose; pandas says so with a ValueError.
    with suppress(ValueError):
        pandas.read_html(io.BytesIO(body), flavor="lxml")


def milliseconds_each(way: Callable[[bytes], object], bodies: Sequence[bytes]) -> float:
    """Of processor time, which other programs on the machine disturb least."""
    started = time.process_time()
    for body in bodies:
        way(body)
    return (time.process_time() - started) / len(bodies) * 1000
