"""``python -m bench [NAME…]``: runs the benchmarks named, all where none is.

``--portals N`` and ``--units N`` say how large the country of ``country`` is, ``--reports N`` how
many reports the archives of ``archive`` and ``site`` hold.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from bench import archive, country, site
from bench.measure import write_json

BENCHMARKS = ("reading", "pdf", "scan", "batch", "crawl", "country", "archive", "verify", "site")
RESULTS = Path(__file__).resolve().parent.parent / "build" / "bench.json"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--portals", type=int, default=country.PORTALS)
    parser.add_argument("--units", type=int, default=country.UNITS)
    parser.add_argument("--reports", type=int, help="else each takes its own size")
    asked = parser.parse_args()
    if unknown := set(asked.names) - set(BENCHMARKS):
        sys.exit(f"no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(BENCHMARKS)}")
    sizes = {
        "country": {"portals": asked.portals, "units": asked.units},
        "archive": {"reports": asked.reports or archive.REPORTS},
        "site": {"reports": asked.reports or site.REPORTS},
    }
    results = []
    for name in asked.names or BENCHMARKS:
        for result in import_module(f"bench.{name}").measure(**sizes.get(name, {})):
            result.show()
            results.append(result)
    write_json(results, RESULTS)
    print("Written to build/bench.json")


if __name__ == "__main__":
    main()
