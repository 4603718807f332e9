"""ZIP, RAR or 7z -> the document of the report in it, and findings about what else it holds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from pipelines.reading.documents import limits
from pipelines.reading.documents.archive import Archive
from pipelines.reading.documents.package import Package
from pipelines.reading.documents.sniff import ARCHIVES, Kind, sniff
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.findings import make_finding
from pipelines.reading.report import Document, Finding

_REPORT = re.compile(r"年度?报告|年报|信息公开")
_NO_REPORT = re.compile(r"通知|格式|说明|指标解释|模板|样表")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|~\$)")
_LABELS: dict[Kind, str] = {"zip": "ZIP", "rar": "RAR", "7z": "7z"}
_WEIGHT = {"docx": 5, "doc": 5, "pdf": 4, "ofd": 4, "page": 3, "xlsx": 2, "xls": 2, "rtf": 5}
"""Of several copies of a report, the one whose format loses least on the way."""


def read_bundle(body: bytes, kind: Kind, read: Callable[[bytes], Document]) -> Document:
    """The document of the member that is the report: by its name, then by its format, then by its
    place in the file. ``read`` reads one member. The other members are named in a finding; so the
    same report in a second format is not read again. Archives in the archive are opened, those in
    them are not.

    Raises ``Unreadable`` for a damaged or oversized file and one with nothing to read.
    """
    label = _LABELS[kind]
    members = _members(body, kind)
    if not members:
        raise Unreadable(f"the {label} file is empty")
    for name, member in list(members.items()):
        inner = sniff(member)
        if inner in ARCHIVES:
            members |= {f"{name}/{path}": file for path, file in _members(member, inner).items()}
        if sum(map(len, members.values())) > limits.MAX_INFLATED:
            raise Unreadable(
                f"the {label} file inflates beyond {limits.MAX_INFLATED // 1_000_000} MB at {name}"
            )
    candidates = {}
    for name, member in members.items():
        found = sniff(member)
        if found not in (*ARCHIVES, "unsupported") and member.strip():
            candidates[name] = (_rank(name, found), member)
    problem: Unreadable | None = None
    for name in sorted(candidates, key=lambda name: candidates[name][0], reverse=True):
        try:
            document = read(candidates[name][1])
        except Unreadable as error:
            problem = problem or error
            continue
        others = [other for other in members if other != name]
        return replace(document, findings=(*document.findings, *_others(name, others, label)))
    raise problem or Unreadable(f"the {label} file holds no file that can be read")


def _members(body: bytes, kind: Kind) -> dict[str, bytes]:
    archive = Package(body) if kind == "zip" else Archive(body, kind)
    return {name: archive.read(name) for name in archive.names if not _JUNK.search(name)}


def _rank(name: str, kind: str) -> tuple[int, int]:
    stem = posixpath.basename(name)
    likely = 2 * bool(_REPORT.search(stem)) - bool(_NO_REPORT.search(stem))
    return likely, _WEIGHT.get(kind, 1)


def _others(name: str, others: list[str], label: str) -> list[Finding]:
    if not others:
        return []
    listed = ", ".join(others[:10]) + (", …" if len(others) > 10 else "")
    return [
        make_finding(
            "document.bundle",
            name,
            f"{name} of the {label} file was read; it also holds {listed}",
            f"读取了压缩包中的{name}；其中还有{listed}",
        )
    ]
