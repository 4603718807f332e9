"""Opens the browser on a site that is about to start: ``python -m crawler.browser ADDRESS``."""

from __future__ import annotations

import sys
import time
import urllib.error
import urllib.request
import webbrowser

PATIENCE = 60.0
"""Seconds after which a site that does not answer will not start any more."""


def open_when_there(address: str) -> None:
    """Open the reader's browser on an address as soon as it answers; not at all if it never
    does."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(address, timeout=5):
                break
        except urllib.error.HTTPError:
            break  # it answers
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    else:
        return
    webbrowser.open(address)


if __name__ == "__main__":
    open_when_there(sys.argv[1])
