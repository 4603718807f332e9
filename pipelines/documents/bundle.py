"""ZIP -> the document of the report in it, and findings about what else it holds."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import replace

from pipelines.documents.package import Package
from pipelines.documents.sniff import sniff
from pipelines.documents.unreadable import Unreadable
from pipelines.findings import make_finding
from pipelines.report import Document, Finding

_REPORT = re.compile(r"年度?报告|年报|信息公开")
_NO_REPORT = re.compile(r"通知|格式|说明|指标解释|模板|样表")
_JUNK = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|~\$)")
_WEIGHT = {"docx": 5, "doc": 5, "pdf": 4, "ofd": 4, "page": 3, "xlsx": 2, "xls": 2, "rtf": 5}
"""Of several copies of a report, the one whose format loses least on the way."""


def read_bundle(body: bytes, read: Callable[[bytes], Document]) -> Document:
    """The document of the member that is the report: by its name, then by its format, then by its
    place in the file. ``read`` reads one member. The other members are named in a finding.

    Raises ``Unreadable`` for a damaged or oversized file and one with nothing to read.
    """
    package = Package(body)
    names = [name for name in package.names if not _JUNK.search(name)]
    if not names:
        raise Unreadable("the ZIP file is empty")
    members = {}
    for name in names:
        member = package.read(name)
        kind = sniff(member)
        if kind not in ("zip", "unsupported") and member.strip():
            members[name] = (_rank(name, kind), member)
    problem: Unreadable | None = None
    for name in sorted(members, key=lambda name: members[name][0], reverse=True):
        try:
            document = read(members[name][1])
        except Unreadable as error:
            problem = problem or error
            continue
        others = [other for other in names if other != name]
        return replace(document, findings=(*document.findings, *_others(name, others)))
    raise problem or Unreadable("the ZIP file holds no file that can be read")


def _rank(name: str, kind: str) -> tuple[int, int]:
    stem = posixpath.basename(name)
    likely = 2 * bool(_REPORT.search(stem)) - bool(_NO_REPORT.search(stem))
    return likely, _WEIGHT.get(kind, 1)


def _others(name: str, others: list[str]) -> list[Finding]:
    if not others:
        return []
    listed = ", ".join(others[:10]) + (", …" if len(others) > 10 else "")
    return [
        make_finding(
            "document.bundle",
            name,
            f"{name} of the ZIP file was read; it also holds {listed}",
            f"读取了压缩包中的{name}；其中还有{listed}",
        )
    ]
