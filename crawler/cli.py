"""The ``gongkai`` command. Its parts are in crawler/commands/: they parse arguments, call the
modules that do the work, and print.

Exit codes: 0 done; 1 done, but something is wrong with the data, a portal or the archive; 2 wrong
usage or input. An error is one line on stderr that says what, where and what to do.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from typing import Any

import click

from crawler.commands import archive, crawl, night, portals, read, site
from crawler.commands.common import UserError


class OneLineErrors(click.Group):
    """Turns what a user, a disk or a damaged database did into one line, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except sqlite3.DatabaseError as error:
            from pipelines.archive.mend import next_step

            raise UserError(f"the database cannot be used ({error}); {next_step(error)}") from error
        except BrokenPipeError:
            # The reader of a pipe (`| head`) has seen enough; Python would complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
        except OSError as error:
            what = f"{error.filename}: " if error.filename else ""
            raise UserError(f"{what}{error.strerror or error}") from error


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="gongkai")
def main() -> None:
    """gongkai 公开: archive and read the annual reports on government information disclosure."""


for _command in (
    crawl.demo,
    crawl.crawl,
    read.extract,
    archive.ingest,
    archive.rebuild,
    archive.check,
    archive.verify,
    archive.cite,
    archive.status,
    archive.changes,
    night.nightly,
    site.serve,
    site.export,
    portals.portals,
):
    main.add_command(_command)
