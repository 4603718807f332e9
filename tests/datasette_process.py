"""Datasette on an archive, as ``gongkai serve`` starts it, in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from pipelines.site import datasette_arguments


def serve(home: Path) -> tuple[str, subprocess.Popen[bytes]]:
    """Start Datasette on an archive; its address and its process, when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        datasette_arguments(home, port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    base = f"http://127.0.0.1:{port}"
    for _ in range(150):
        try:
            with urllib.request.urlopen(base + "/-/versions.json"):
                return base, process
        except urllib.error.URLError:
            time.sleep(0.1)
    process.kill()
    raise RuntimeError("Datasette did not start")
