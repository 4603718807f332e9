"""Commands on the registry: portals list, show, probe."""

from __future__ import annotations

import click

from crawler.commands.common import UserError, json_option, print_json


@click.group()
def portals() -> None:
    """The registry of portals."""


@portals.command("list")
@click.option("--division", default="", help="Only portals in and below this division code.")
@json_option
def portals_list(division: str, as_json: bool) -> None:
    """List the portals of the registry."""
    from crawler.portal_tables import print_portals
    from crawler.registry import RegistryError, default_registry, divisions, said_of_left_out

    try:
        found = default_registry(division).within(division)
    except RegistryError as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json([portal.to_json() for portal in found])
    else:
        print_portals(found, divisions(), said_of_left_out(division))


@portals.command("show")
@click.argument("portal")
@json_option
def portals_show(portal: str, as_json: bool) -> None:
    """Show one record of the registry, by its division code."""
    from crawler.portal_tables import print_portal
    from crawler.registry import RegistryError, default_registry, divisions, file_of

    try:
        found = default_registry(portal).by_id(portal)
    except RegistryError as error:
        raise UserError(str(error)) from error
    if as_json:
        print_json(found.to_json())
    else:
        print_portal(found, divisions(), file_of(found))


@portals.command("probe")
@click.argument("url")
@click.option("--division", help="The portal's division code, where its name does not tell it.")
def portals_probe(url: str, division: str | None) -> None:
    """Look at a home page and a few pages behind it; print the record to commit.

    Asks some 15 times at most, as politely as a crawl, and keeps nothing of what came.
    """
    from crawler.probe import run_probe

    try:
        probe = run_probe(url, division)
    except ValueError as error:
        raise UserError(str(error)) from error
    if probe.record:
        click.echo(probe.record)
    if probe.problem:
        click.echo(probe.problem, err=True)
        raise SystemExit(1)
