"""The site's processes: Datasette on an archive, in several workers that share one port.

One process answers one reader at a time, since pages are made in Python and Python's lock is one.
A published snapshot never changes, so any number of processes may read it; each worker looks for
the newest by itself (data/datasette/plugins/snapshots.py).
"""

from __future__ import annotations

import argparse
import logging
import multiprocessing
import os
import secrets
import socket
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from pipelines.processes import end_with_parent
from pipelines.publish import served_database
from pipelines.site import FOLDER, SETTINGS

MOST_WORKERS = 4
"""A worker takes some 100 MB, and as much again of answers at the very most: four of them stay
below half of the 2 GB that deploy/ gives the site, and each works out an answer for itself."""

PATIENCE = 30
"""Seconds without a sign of life after which a worker is ended and another one started. A busy
machine may take several to start one."""

LAST_TRANSFERS = 10
"""Seconds that transfers under way have once the site has been told to end."""


class CannotListen(Exception):
    """Why nobody can be answered on an address, in one sentence."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that readers may turn to at once; they are answered when the site has started. Port
    0 is any that is free. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        number = error.errno if isinstance(error, OSError) else None
        # Of an address already taken Python's own text names the address once more.
        reason = os.strerror(number) if number and number > 0 else str(error)
        raise CannotListen(
            f"the site cannot listen on port {port} of {host} ({reason}); see --port and --host"
        ) from error


def site_command(home: Path, listener: socket.socket, workers: int | None = None) -> list[str]:
    """The command, its program first, that serves the archive at ``home`` to those who turn to
    ``listener``, which the process must inherit. As many workers as cores where ``workers`` is not
    given. Raises NoArchive."""
    served_database(home)
    count = workers or min(MOST_WORKERS, os.cpu_count() or 1)
    return [sys.executable, "-m", __name__, str(home), str(listener.fileno()), str(count)]


def site_app(home: Path, secret: str) -> Any:
    """Datasette on an archive, as an ASGI application. ``secret`` signs what readers send back, to
    whichever worker."""
    from datasette.app import Datasette
    from datasette.utils import parse_metadata

    if multiprocessing.parent_process():
        end_with_parent()
    # What goes wrong is said by the worker, that one has died by the process that starts another.
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    return Datasette(
        [str(served_database(home))],
        metadata=parse_metadata((FOLDER / "metadata.yml").read_text("utf-8")),
        template_dir=str(FOLDER / "templates"),
        plugins_dir=str(FOLDER / "plugins"),
        static_mounts=[("assets", str(FOLDER / "static"))],
        settings=SETTINGS,
        secret=secret,
    ).app()


class _Workers(Multiprocess):
    def handle_hup(self) -> None:
        """The terminal was closed: end, where uvicorn would start all workers anew."""
        self.handle_term()


def serve(home: Path, listener: socket.socket, workers: int) -> None:
    """Answer readers until SIGINT, SIGTERM or SIGHUP; all workers end with this process."""
    config = Config(
        partial(site_app, home, secrets.token_hex(32)),
        factory=True,
        lifespan="on",
        workers=workers,
        timeout_graceful_shutdown=LAST_TRANSFERS,
        timeout_worker_healthcheck=PATIENCE,
    )
    if workers == 1:
        with suppress(KeyboardInterrupt):  # raised again when all is closed
            Server(config).run([listener])
        return
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    site = _Workers(config, [listener])
    site.run()
    if any(process.exitcode == STARTUP_FAILURE for process in site.processes):
        sys.exit(1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="pipelines.site.server")
    parser.add_argument("home", type=Path)
    parser.add_argument("listener", type=int, help="the number of an open socket")
    parser.add_argument("workers", type=int)
    given = parser.parse_args()
    with socket.socket(fileno=given.listener) as listener:
        serve(given.home, listener, given.workers)


if __name__ == "__main__":
    main()
