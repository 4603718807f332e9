"""``python -m bench [NAME…]``: runs the benchmarks named, all where none is."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from bench.measure import write_json

BENCHMARKS = ("reading", "pdf", "scan", "batch", "crawl")
RESULTS = Path(__file__).resolve().parent.parent / "build" / "bench.json"


def main(names: list[str]) -> None:
    if unknown := set(names) - set(BENCHMARKS):
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
    results = []
    for name in names or BENCHMARKS:
        for result in import_module(f"bench.{name}").measure():
            result.show()
            results.append(result)
    write_json(results, RESULTS)
    print("Written to build/bench.json")


if __name__ == "__main__":
    main(sys.argv[1:])
