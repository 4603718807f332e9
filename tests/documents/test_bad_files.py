"""Files that are not what they seem, are too large, or hold nothing: one sentence each."""

from __future__ import annotations

import contextlib
import io
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import libarchive
import pytest

from pipelines.reading.documents import Unreadable, archive, limits, office, read_document
from pipelines.reading.documents.sniff import sniff
from pipelines.reading.report import Paragraph

FILES = Path(__file__).parent / "files"


def zip_of(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in members.items():
            package.writestr(name, body)
    return out.getvalue()


def test_a_file_above_the_bound_costs_no_time() -> None:
    body = b"%PDF-1.7\n" + bytes(limits.MAX_BYTES)
    started = time.monotonic()
    with pytest.raises(Unreadable, match="at most 100 MB"):
        read_document(body)
    assert time.monotonic() - started < 1


def test_markup_above_the_bound_is_not_made_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_MARKUP", 1000)
    with pytest.raises(Unreadable, match="the page has 0 MB; at most 0 MB"):
        read_document(b"<p>" * 1000)
    with pytest.raises(Unreadable, match="in the file has 0 MB"):
        read_document((FILES / "report.docx").read_bytes())


def test_a_zip_bomb_is_not_inflated() -> None:
    body = zip_of({"年度报告.txt": bytes(150_000_000)})
    assert len(body) < 200_000
    with pytest.raises(Unreadable, match="inflates beyond"):
        read_document(body)


def test_sizes_that_a_bomb_states_are_not_believed() -> None:
    body = zip_of({"a.txt": bytes(5_000_000)})
    # The size is stated in the local header and in the directory at the end.
    lying = body.replace((5_000_000).to_bytes(4, "little"), (900).to_bytes(4, "little"))
    assert lying != body
    with pytest.raises(Unreadable):
        read_document(lying)


def test_many_small_members_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_INFLATED", 1000)
    with pytest.raises(Unreadable, match="inflates beyond"):
        read_document(zip_of({f"{n}.txt": b"x" * 400 for n in range(3)}))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"PK\x03\x04 and nothing more", "ZIP file is damaged"),
        (zip_of({}), "ZIP file is empty"),
        (zip_of({"a/b.bin": bytes(range(256)) * 8}), "binary data"),
        (zip_of({"xl/workbook.xml": b"<x/>"}), "shows no text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "neither a text nor a workbook"),
        (b"\x09\x08\x10\x00" + bytes(100), "XLS file is damaged"),
    ],
)
def test_damage_is_said_in_a_sentence(body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        read_document(body)


def test_a_doc_that_is_html_is_read_as_html() -> None:
    page = "<html><body><table><tr><td>规章</td><td>0</td></tr></table></body></html>"
    assert read_document(page.encode("gb18030"), "application/msword").format == "html"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("report.doc", "doc"), ("report.xls", "xls"), ("report.docx", "docx"), ("report.ofd", "ofd")],
)
def test_kinds_are_told_by_bytes(name: str, kind: str) -> None:
    assert sniff((FILES / name).read_bytes()) == kind


@pytest.mark.parametrize("name", ["report.pdf", "report.docx", "report.xls", "report.ofd"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_ends_early_is_read_or_refused(name: str, share: float) -> None:
    body = (FILES / name).read_bytes()
    with contextlib.suppress(Unreadable):
        read_document(body[: int(len(body) * share)])


def test_the_report_in_a_zip_file_is_found_by_its_name() -> None:
    report = (FILES / "report.docx").read_bytes()
    inner = "青石镇2023年政府信息公开工作年度报告.docx"
    members = {
        "填报说明.txt": "怎样填写年度报告".encode(),
        "年度报告格式的通知.txt": "各乡镇".encode(),
        inner: report,
        "__MACOSX/._x.docx": b"junk",
    }
    body = zip_of(members)
    document = read_document(body)
    assert document.format == "docx"
    (finding,) = document.findings
    assert finding.where == inner
    assert "填报说明.txt" in finding.message


def test_member_names_in_gbk() -> None:
    name = "年度报告.txt".encode("gbk").decode("cp437")
    info = zipfile.ZipInfo("placeholder!")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(info, "报告正文".encode())
        package.writestr("b.txt", b"other")
    raw = name.encode("cp437")
    assert len(raw) == len(b"placeholder!")
    document = read_document(out.getvalue().replace(b"placeholder!", raw))
    assert document.findings[0].where == "年度报告.txt"
    assert document.blocks == (Paragraph("报告正文"),)


def test_a_zip_file_in_a_zip_file_is_opened_and_one_in_that_is_not() -> None:
    inner = zip_of({"年报/a.txt": "报告正文".encode(), "more.zip": zip_of({"b.txt": b"b"})})
    document = read_document(zip_of({"附件.zip": inner}))
    assert document.blocks == (Paragraph("报告正文"),)
    (finding,) = document.findings
    assert finding.where == "附件.zip/年报/a.txt"
    assert finding.message.endswith("it also holds 附件.zip, 附件.zip/more.zip")
    with pytest.raises(Unreadable, match="no file that can be read"):
        read_document(zip_of({"1.zip": zip_of({"2.zip": zip_of({"a.txt": b"a"})})}))


def test_archives_in_an_archive_count_together(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = zip_of({"a.txt": b"x" * 700})
    monkeypatch.setattr(limits, "MAX_INFLATED", 1000)
    with pytest.raises(Unreadable, match="inflates beyond"):
        read_document(zip_of({f"{n}.zip": inner for n in range(2)}))


def varint(number: int) -> bytes:
    """A number as RAR 5 writes it, seven bits a byte."""
    low, rest = number & 127, number >> 7
    return bytes([low | 128]) + varint(rest) if rest else bytes([low])


def rar_of(name: str, body: bytes, flags: int = 0) -> bytes:
    """A RAR 5 archive of one file that is stored, not packed."""

    def header(*fields: bytes) -> bytes:
        content = b"".join(fields)
        content = varint(len(content)) + content
        return zlib.crc32(content).to_bytes(4, "little") + content

    size, raw = varint(len(body)), name.encode()
    crc = zlib.crc32(body).to_bytes(4, "little")
    file = (b"\x02\x02", size, b"\x04", size, b"\0", crc, b"\0\x01", varint(len(raw)), raw)
    main, end = header(b"\x01\0", varint(flags)), header(b"\x05\0\0")
    return b"Rar!\x1a\x07\x01\0" + main + header(*file) + body + end


def seven_of(name: str, body: bytes) -> bytes:
    parts: list[bytes] = []

    def write(part: memoryview) -> int:
        parts.append(bytes(part))
        return len(part)

    with libarchive.custom_writer(write, "7zip") as archive:
        archive.add_file_from_memory(name, len(body), body)
    return b"".join(parts)


@pytest.mark.parametrize("make", [rar_of, seven_of])
def test_rar_and_7z_are_read_as_zip_is(make: Callable[[str, bytes], bytes]) -> None:
    body = make("年报/2021年政府信息公开年度报告.txt", "报告正文".encode())
    assert read_document(body).blocks == (Paragraph("报告正文"),)
    with pytest.raises(Unreadable, match=r"(RAR|7z) file is (damaged|empty)"):
        read_document(body[:-60])


def test_a_7z_bomb_is_not_unpacked() -> None:
    body = seven_of("a.txt", bytes(20_000_000))
    assert len(body) < 20_000
    with pytest.raises(Unreadable, match="inflates beyond"):
        read_document(body)


def test_where_libarchive_is_missing_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archive.ctypes.util, "find_library", lambda name: None)
    with pytest.raises(Unreadable, match="make install-all"):
        read_document(rar_of("a.txt", b"a"))


def test_where_libreoffice_is_missing_a_sentence_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(office.shutil, "which", lambda name: None)
    with pytest.raises(Unreadable, match="make install-all"):
        read_document((FILES / "report.doc").read_bytes())
