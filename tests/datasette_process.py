"""The site on an archive, as ``gongkai serve`` starts it, in a process of its own."""

from __future__ import annotations

import subprocess
import urllib.request
from pathlib import Path

from pipelines.site.server import listen, site_command


def serve(home: Path, workers: int = 1) -> tuple[str, subprocess.Popen[bytes]]:
    """Start the site on an archive; its address and its process, when it answers. One worker starts
    soonest."""
    with listen("127.0.0.1", 0) as listener:
        process = subprocess.Popen(
            site_command(home, listener, workers),
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    # Who asks before it has started waits; where it does not start, the connection is broken off.
    with urllib.request.urlopen(base + "/-/versions.json", timeout=60):
        return base, process
