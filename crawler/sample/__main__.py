"""Runs the sample portal until interrupted: python -m crawler.sample [--port N] [--seed N]."""

from __future__ import annotations

import asyncio

import click

from crawler.sample.server import Server
from crawler.sample.world import FAMILIES, World


@click.command()
@click.option("--port", default=28627, show_default=True, help="0 takes a free one")
@click.option("--seed", default=0, show_default=True, help="another seed, other figures")
@click.option("--counties", default=1, show_default=True, help="each at a loopback address")
@click.option("--units", default=15, show_default=True, help="reporting bodies a county")
@click.option("--mixed", is_flag=True, help="portals of all families in turn")
def main(port: int, seed: int, counties: int, units: int, mixed: bool) -> None:
    """Serves the fictional sample portal on loopback."""
    try:
        server = Server(World(seed, counties, units, FAMILIES if mixed else FAMILIES[:1]), port)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    for url, site in zip(server.urls, server.world.sites, strict=True):
        click.echo(f"{url} {site.county.code} {site.county.name}")

    async def run() -> None:
        await server.start()
        await asyncio.Event().wait()

    try:
        asyncio.run(run())
    except KeyboardInterrupt:
        server.close()


if __name__ == "__main__":
    main()
