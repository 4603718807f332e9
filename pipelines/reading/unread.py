"""What of a file was not read, where the report may lack it: pictures that can show its tables."""

from __future__ import annotations

from pipelines.reading.findings import make_finding
from pipelines.reading.report import Document, Finding


def find_unread(document: Document) -> list[Finding]:
    """A finding ``document.part`` for the pictures of a file in which no table was found."""
    if not document.unread:
        return []
    where = ", ".join(dict.fromkeys(document.unread))
    return [
        make_finding(
            "document.part",
            where,
            f"{where}: pictures beside text are not read; the tables of the form, which were not "
            "found, may be in them",
            f"{where}：文字之外的图片未读取；文件中未见统一格式的表格，表格可能在图片中",
        )
    ]
