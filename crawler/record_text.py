"""A portal as the registry writes it: YAML to be put into data/portals."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from crawler.portal import USUAL_TLS, Portal


def write_record(portal: Portal) -> str:
    """The record of a portal, its keys in their order, those that say nothing left out."""
    return "\n".join([f'"{portal.division or ""}":', *(f"  {line}" for line in _lines(portal))])


def _lines(portal: Portal) -> Iterator[str]:
    yield f"name: {_scalar(portal.name)}"
    if portal.family:
        yield f"family: {portal.family}"
    yield f"url: {_scalar(portal.url)}"
    if portal.hosts:
        yield f"hosts: [{', '.join(portal.hosts)}]"
    if portal.tls != USUAL_TLS:
        ciphers = ["ciphers: old"] if portal.tls.old_ciphers else []
        verify = [] if portal.tls.verify else ["verify: false"]
        yield f"tls: {{{', '.join([*ciphers, *verify])}}}"
    yield f"verified: {portal.verified or 'never'}"
    bounds = {"min": portal.expect.least, "max": portal.expect.most}
    if given := [f"{name}: {value}" for name, value in bounds.items() if value is not None]:
        yield f"expect: {{reports: {{{', '.join(given)}}}}}"
    if portal.columns:
        yield "columns:"
    for address, kind in portal.columns.items():
        yield f"  {_scalar(address)}: {kind}"
    if portal.synthetic:
        yield "synthetic: true"
    if portal.note:
        yield f"note: {_scalar(portal.note)}"


def _scalar(text: str) -> str:
    """A text on one line, in quotes only where YAML would take it for something else."""
    written: str = yaml.safe_dump(text, allow_unicode=True, width=float("inf"))
    return written.removesuffix("\n").removesuffix("\n...")
