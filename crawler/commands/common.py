"""What the commands share: options, errors, the store of an archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

ROOT = Path(__file__).resolve().parent.parent.parent
DEFAULT_HOME = ROOT / "data" / "archive"

F = TypeVar("F", bound=Callable[..., Any])


class UserError(click.ClickException):
    """Wrong usage or input: one clear line, exit code 2."""

    exit_code = 2


def home_option(command: F) -> F:
    return click.option(
        "--home",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="GONGKAI_HOME",
        default=DEFAULT_HOME,
        show_default="data/archive",
        help="Folder of the archive.",
    )(command)


def json_option(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(command)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def open_store(home: Path) -> Any:
    """The store of an archive that exists; a UserError that says how to make one otherwise."""
    from pipelines.database.file import NoArchive, existing_database
    from pipelines.database.store import Store

    try:
        existing_database(home)
    except NoArchive as error:
        raise UserError(str(error)) from error
    return Store.open(home)
