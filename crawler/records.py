"""Records of the registry: from a YAML file to portals, each value checked.

Whatever is wrong with a record is one sentence with its file and line. The document is taken as a
tree of nodes, which know their lines, and not as values.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

import yaml

from crawler.families import FAMILIES
from crawler.portal import Bounds, ColumnKind, Portal, Tls
from crawler.urls import is_loopback, is_private, resolve, site_of

ROOT = Path(__file__).resolve().parent.parent
SYNTHETIC = "99"
"""What the codes of invented divisions begin with; no province has it."""

# libyaml reads all records in a quarter of a second; Python alone needs more than one.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*/?")
"""Most addresses: nothing in them has a second spelling, and this is told much faster."""


class RegistryError(ValueError):
    """A record, a code or an address that cannot be used; the message is one whole sentence."""


def home_page(url: str) -> str:
    """The one spelling of a home page's address; RegistryError for what is none."""
    if _PLAIN.fullmatch(url) and url.endswith("/"):
        return url
    home = resolve(url, url) if "//" in url else None
    if home is None:
        raise RegistryError(
            f"{url!r} is not the address of a home page; it begins with http:// or https://"
        )
    return home


def read_records(path: Path, codes: Collection[str]) -> Iterator[tuple[Portal, str]]:
    """The portals of a file, each with its place (file:line). ``codes``: those of all divisions."""
    name = str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)
    try:
        document = yaml.compose(path.read_text("utf-8"), Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RegistryError(f"{name}:{line}: {error.problem}") from error
    if document is None:
        return
    if not isinstance(document, yaml.MappingNode):
        raise RegistryError(f"{name}:1: records are wanted, each under its division's code")
    for key, value in document.value:
        record = _Record(name, str(key.value))
        yield record.read(key, value, codes), f"{name}:{key.start_mark.line + 1}"


class _Record:
    """One record while it is read; every check knows the line of what it looks at."""

    def __init__(self, file: str, code: str) -> None:
        self.file = file
        self.code = code

    def wrong(self, node: yaml.Node, message: str) -> RegistryError:
        return RegistryError(f"{self.file}:{node.start_mark.line + 1}: {message}")

    def read(self, key: yaml.Node, record: yaml.Node, codes: Collection[str]) -> Portal:
        code = self.code
        if code not in codes:
            raise self.wrong(key, f"no division has the code {code!r}")
        if not isinstance(record, yaml.MappingNode):
            raise self.wrong(
                key, f"the record of {code} has no keys; it needs {' and '.join(REQUIRED)}"
            )
        values: dict[str, Any] = {}
        nodes: dict[str, yaml.Node] = {}
        for label, node in self.pairs(record, KEYS, f"the record of {code}"):
            values[label] = KEYS[label](self, label, node)
            nodes[label] = node
        for wanted in REQUIRED:
            if wanted not in values:
                raise self.wrong(key, f"the record of {code} lacks the key {wanted!r}")
        if values.get("synthetic", False) != code.startswith(SYNTHETIC):
            raise self.wrong(
                key, f"codes that begin with {SYNTHETIC} are synthetic, and only those: {code}"
            )
        portal = Portal(id=code, division=code, **values)
        if is_loopback(portal.url) != portal.synthetic:
            raise self.wrong(nodes["url"], f"only synthetic portals lie on loopback, not {code}")
        for host in portal.hosts:
            if is_private(urlsplit(f"//{host}").hostname or "") and not portal.synthetic:
                raise self.wrong(nodes["hosts"], f"{host} of {code} is no public address")
        for column in nodes["columns"].value if "columns" in nodes else ():
            if not portal.owns(column[0].value):
                site = site_of(column[0].value)
                raise self.wrong(column[0], f"{site} is no host of {code}; name it in 'hosts'")
        return portal

    def pairs(
        self, node: yaml.MappingNode, known: Collection[str], whose: str
    ) -> Iterator[tuple[str, yaml.Node]]:
        """The keys of a mapping with their values' nodes; each known, none twice."""
        met = set()
        for key, value in node.value:
            label = str(key.value)
            if label not in known:
                raise self.wrong(key, f"unknown key {label!r} in {whose}{_guess(label, known)}")
            if label in met:
                raise self.wrong(key, f"the key {label!r} stands twice in {whose}")
            met.add(label)
            yield label, value

    # Values, by what they are

    def scalar(self, label: str, node: yaml.Node, kind: str, wanted: str) -> str:
        if node.tag != f"tag:yaml.org,2002:{kind}" or not node.value.strip():
            raise self.wrong(node, f"{label!r} of {self.code} must be {wanted}")
        return str(node.value)

    def text(self, label: str, node: yaml.Node) -> str:
        return self.scalar(label, node, "str", "a text")

    def flag(self, label: str, node: yaml.Node) -> bool:
        return self.scalar(label, node, "bool", "true or false").lower() == "true"

    def count(self, label: str, node: yaml.Node) -> int:
        text = self.scalar(label, node, "int", "a number")
        if not text.isdecimal():
            raise self.wrong(node, f"{label!r} of {self.code} must be a number of reports")
        return int(text)

    def mapping(self, label: str, node: yaml.Node, wanted: str) -> yaml.MappingNode:
        if not isinstance(node, yaml.MappingNode) or not node.value:
            raise self.wrong(node, f"{label!r} of {self.code} must be {wanted}")
        return node

    def family(self, label: str, node: yaml.Node) -> str:
        family = self.text(label, node)
        if family not in FAMILIES:
            known = ", ".join(sorted(FAMILIES))
            raise self.wrong(node, f"unknown family {family!r} of {self.code}; known are {known}")
        return family

    def url(self, label: str, node: yaml.Node) -> str:
        try:
            return home_page(self.text(label, node))
        except RegistryError as error:
            raise self.wrong(node, str(error)) from error

    def hosts(self, label: str, node: yaml.Node) -> tuple[str, ...]:
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            raise self.wrong(node, f"{label!r} of {self.code} must be a list of host names")
        found = []
        for item in node.value:
            host = self.text(label, item)
            if resolve(f"http://{host}/", f"http://{host}/") != f"http://{host}/":
                raise self.wrong(item, f"{host!r} is no host name; it has no http:// and no path")
            found.append(host)
        return tuple(found)

    def tls(self, label: str, node: yaml.Node) -> Tls:
        wanted = "a mapping like {ciphers: old, verify: false}"
        given: dict[str, yaml.Node] = {}
        mapping = self.mapping(label, node, wanted)
        given.update(self.pairs(mapping, ("ciphers", "verify"), f"{label!r} of {self.code}"))
        if "ciphers" in given and given["ciphers"].value != "old":
            raise self.wrong(given["ciphers"], f"'ciphers' of {self.code} can only be old")
        verify = self.flag("verify", given["verify"]) if "verify" in given else True
        return Tls("ciphers" in given, verify)

    def columns(self, label: str, node: yaml.Node) -> Mapping[str, ColumnKind]:
        kinds = get_args(ColumnKind)
        found: dict[str, ColumnKind] = {}
        for key, value in self.mapping(label, node, "addresses and what they list").value:
            address = str(key.value)
            if not _PLAIN.fullmatch(address) and resolve(address, address) != address:
                raise self.wrong(
                    key, f"{address!r} of {self.code} is no address in its usual spelling"
                )
            if value.value not in kinds:
                raise self.wrong(
                    value, f"a column of {self.code} can list {', '.join(kinds)}: not {value.value}"
                )
            if address in found:
                raise self.wrong(key, f"{address} stands twice in the record of {self.code}")
            found[address] = value.value
        return found

    def bounds(self, label: str, node: yaml.Node) -> Bounds:
        wanted = "a mapping like {reports: {min: 20, max: 60}}"
        outer = self.mapping(label, node, wanted)
        given: dict[str, int] = {}
        for _, inner in self.pairs(outer, ("reports",), f"{label!r} of {self.code}"):
            limits = self.mapping(label, inner, wanted)
            for name, value in self.pairs(limits, ("min", "max"), f"{label!r} of {self.code}"):
                given[name] = self.count(name, value)
        bounds = Bounds(given.get("min"), given.get("max"))
        if bounds.least is not None and bounds.most is not None and bounds.least > bounds.most:
            raise self.wrong(node, f"'min' of {self.code} is larger than 'max'")
        return bounds

    def verified(self, label: str, node: yaml.Node) -> datetime.date | None:
        if node.value == "never":
            return None
        try:
            return datetime.date.fromisoformat(str(node.value))
        except ValueError:
            raise self.wrong(
                node, f"{label!r} of {self.code} must be a date like 2026-01-31, or never"
            ) from None


KEYS: Mapping[str, Callable[[_Record, str, yaml.Node], Any]] = {
    "name": _Record.text,
    "family": _Record.family,
    "url": _Record.url,
    "hosts": _Record.hosts,
    "tls": _Record.tls,
    "verified": _Record.verified,
    "expect": _Record.bounds,
    "columns": _Record.columns,
    "synthetic": _Record.flag,
    "note": _Record.text,
}
"""The keys of a record, in the order in which they are written."""

REQUIRED = ("name", "url", "verified")


def _guess(label: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(label, known, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"
