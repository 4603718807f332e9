"""What an answer of a portal is: a page, or one of the things that look like one.

The rules, each with its reason, are data: ``data/outcomes.yml``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path
from typing import Any, get_args

from lxml import etree

from pipelines.archive.capture import Outcome
from pipelines.archive.message import Header, header, header_values
from pipelines.reading.charset import decode
from pipelines.yaml_file import read_yaml

RULES = Path(__file__).resolve().parents[2] / "data" / "outcomes.yml"

_LONGEST = 200_000
_LONGEST_LINK = 100
_BINARY = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\xff\xd8\xff", b"\x89PNG")
_TITLE = re.compile(r"<title[^<>]*>([^<]*)", re.I)
_UNSEEN = ("script", "style", "title", "noscript", "template")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    name: str
    outcome: Outcome
    evidence: str
    status: frozenset[int] = frozenset()
    header: tuple[tuple[bytes, re.Pattern[str]], ...] = ()
    markup: re.Pattern[bytes] | None = None
    without: re.Pattern[bytes] | None = None
    title: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    max_prose: int | None = None
    max_links: int | None = None
    max_bytes: int | None = None

    @property
    def reads_text(self) -> bool:
        return bool(
            self.markup or self.without or self.title or self.says or self.max_prose is not None
        )


class _Answer:
    """One answer, its text decoded and its prose found only when a rule asks for it."""

    def __init__(self, status: int, headers: list[Header], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.has_text = len(body) <= _LONGEST and not (
            body.startswith(_BINARY) or b"\0" in body[:2048]
        )

    @cached_property
    def text(self) -> str:
        return decode(self.body, header(self.headers, b"content-type"))[0]

    @cached_property
    def title(self) -> str:
        found = _TITLE.search(self.text)
        return " ".join(found[1].split()) if found else ""

    @cached_property
    def markup(self) -> bytes:
        """The source in lower case: looking for either case costs ten times as much."""
        return self.body.lower()

    @cached_property
    def prose(self) -> str:
        return _find_prose(self.text)

    @cached_property
    def links(self) -> int:
        return self.markup.count(b"</a")


def _find_prose(source: str) -> str:
    """The text that a reader sees, without links. An anchor that is never closed (<a name=top>)
    has the whole article inside, so what is longer than the text of a link is none."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return ""
    links = [link for link in root.iter("a") if len(str(link.xpath("string()"))) <= _LONGEST_LINK]
    for link in links:
        link.tag = "template"
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return " ".join(" ".join(map(str, root.itertext())).split())


def judge(status: int, headers: list[Header], body: bytes) -> tuple[Outcome, str | None]:
    """The outcome of an answer, and in words what it was known by (None for a page).

    ``headers`` as sent, ``body`` with its content coding undone. Pure: the same answer has the
    same outcome in the crawl and in every rebuild with the same rules.
    """
    answer = _Answer(status, headers, body)
    for rule in load_rules():
        found = _meets(answer, rule)
        if found is not None and rule.outcome == "page":
            break
        if found is not None:
            return rule.outcome, rule.evidence.format(status=status, size=len(body), **found)
    return "page", None


def _meets(answer: _Answer, rule: _Rule) -> dict[str, str] | None:
    """What the evidence may name, where every condition of the rule holds; else None."""
    found = {"phrase": "", "target": ""}
    if rule.status and answer.status not in rule.status:
        return None
    if rule.max_bytes is not None and len(answer.body) > rule.max_bytes:
        return None
    for name, pattern in rule.header:
        matches = [pattern.search(value) for value in header_values(answer.headers, name)]
        match = next((match for match in matches if match), None)
        if match is None:
            return None
        found.update(match.groupdict(""))
    if rule.reads_text and not (answer.has_text and _reads(answer, rule, found)):
        return None
    return found


def _reads(answer: _Answer, rule: _Rule, found: dict[str, str]) -> bool:
    """The conditions on text, the cheap ones first: most pages are long, have links, and meet none.
    To find the prose costs most, so that a phrase must stand somewhere in the source before."""
    if rule.title:
        found["phrase"] = _first(rule.title, answer.title)
        if not found["phrase"]:
            return False
    if rule.max_links is not None and answer.links > rule.max_links:
        return False
    if rule.without and rule.without.search(answer.markup):
        return False
    if rule.markup:
        match = rule.markup.search(answer.markup)
        if match is None:
            return False
        if "target" in match.groupdict():
            start, end = match.span("target")
            found["target"] = answer.body[start:end].decode("utf-8", "replace")
    if rule.says and not rule.markup and not _any_of(rule.says).search(answer.text):
        return False
    if rule.max_prose is not None and len(answer.prose) > rule.max_prose:
        return False
    if rule.says:
        found["phrase"] = _first(rule.says, answer.prose)
        return bool(found["phrase"])
    return True


def _first(phrases: tuple[str, ...], text: str) -> str:
    return next((phrase for phrase in phrases if phrase in text), "")


@cache
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, sorted(phrases))))


@cache
def load_rules(path: Path = RULES) -> tuple[_Rule, ...]:
    """The rules in their order; raises ValueError that names the rule and what is wrong with it."""
    rules = read_yaml(path)["rules"]
    return tuple(_rule(path.name, rule) for rule in rules)


def _rule(file: str, given: Mapping[str, Any]) -> _Rule:
    where = f"{file}, rule {given.get('name')}"
    if set(given) != {"name", "outcome", "when", "evidence", "reason"}:
        raise ValueError(f"{where}: a rule has name, outcome, when, evidence and reason")
    if given["outcome"] not in get_args(Outcome):
        raise ValueError(f"{where}: there is no outcome {given['outcome']!r}")
    when = dict(given["when"])
    if unknown := set(when) - {field.name for field in fields(_Rule)[3:]}:
        raise ValueError(f"{where}: unknown condition {', '.join(sorted(unknown))}")
    if "says" in when and "max_prose" not in when:
        raise ValueError(f"{where}: says needs max_prose, or real reports will meet it")
    if "status" in when:
        when["status"] = frozenset(
            number for part in when["status"] for number in _numbers(str(part))
        )
    if "header" in when:
        when["header"] = tuple(
            (name.encode(), re.compile(pattern)) for name, pattern in when["header"].items()
        )
    for name in ("markup", "without"):
        if name in when:
            when[name] = re.compile(when[name].encode(), re.S)
    for name in ("title", "says"):
        if name in when:
            when[name] = tuple(when[name])
    return _Rule(name=given["name"], outcome=given["outcome"], evidence=given["evidence"], **when)


def _numbers(part: str) -> range:
    first, _, last = part.partition("-")
    return range(int(first), int(last or first) + 1)
