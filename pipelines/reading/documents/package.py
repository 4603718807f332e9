"""ZIP packages opened with bounds: DOCX, XLSX, OFD and plain ZIP files are all of them."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib

from lxml import etree

from pipelines.reading.documents import limits
from pipelines.reading.documents.unreadable import Unreadable

_STRICT = b"http://purl.oclc.org/ooxml/"
_HEAD = 4096  # bytes in which a part names its namespaces
_NAMESPACES = tuple(
    (_STRICT + strict, b"http://schemas.openxmlformats.org/" + usual)
    for strict, usual in (
        (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
        (b"spreadsheetml/main", b"spreadsheetml/2006/main"),
        (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
    )
)
"""Names of Strict Open XML (ISO/IEC 29500-1) and those that everybody writes (29500-4)."""


class Package:
    """The members of a ZIP file. What is inflated from it is counted: a bomb is ``Unreadable``."""

    def __init__(self, body: bytes) -> None:
        limits.check_size(body)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(body))
            self._members = {_name(info): info for info in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise Unreadable("the ZIP file is damaged and cannot be opened") from error
        if len(self._members) > limits.MAX_MEMBERS:
            raise Unreadable(
                f"the ZIP file has {len(self._members)} members; "
                f"at most {limits.MAX_MEMBERS} are looked at"
            )
        self._inflated = 0

    @property
    def names(self) -> list[str]:
        """Names of the files in it, in order, folders left out."""
        return [name for name, info in self._members.items() if not info.is_dir()]

    def __contains__(self, name: str) -> bool:
        return name in self._members

    def read(self, name: str) -> bytes:
        """The bytes of one member; raises ``Unreadable`` beyond the bounds and where damaged."""
        info = self._members[name]
        if info.flag_bits & 1:
            raise Unreadable(f"the ZIP file is encrypted ({name} needs a password)")
        # Sizes that the file states are not to be trusted, so what comes out is counted as well.
        allowed = limits.MAX_INFLATED - self._inflated
        if info.file_size > limits.RATIO_FREE:
            allowed = min(allowed, max(info.compress_size, 1) * limits.MAX_RATIO)
        data = b""
        if info.file_size <= allowed:
            try:
                with self._zip.open(info) as member:
                    data = member.read(allowed + 1)
            except (
                zipfile.BadZipFile,
                zlib.error,
                ValueError,
                EOFError,
                OSError,
                NotImplementedError,
            ) as error:
                raise Unreadable(f"the ZIP file is damaged at {name}") from error
        if max(len(data), info.file_size) > allowed:
            raise Unreadable(
                f"the ZIP file inflates beyond {limits.MAX_INFLATED // 1_000_000} MB, "
                f"or {limits.MAX_RATIO} times its size, at {name}"
            )
        self._inflated += len(data)
        return data

    def xml(self, name: str) -> etree._Element:
        """One member as XML, without entities or anything from outside."""
        data = self.read(name)
        limits.check_markup(len(data), f"{name} in the file")
        if _STRICT in data[:_HEAD]:
            for strict, usual in _NAMESPACES:
                data = data.replace(strict, usual)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        try:
            root = etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable(f"{name} in the file is no XML that can be read") from error
        return root

    def relations(self, part: str) -> dict[str, str]:
        """The names of the parts that one part refers to, by the identifiers it uses for them."""
        folder, name = posixpath.split(part)
        listed = f"{folder}/_rels/{name}.rels"
        if listed not in self:
            return {}
        return {
            relation.get("Id", ""): posixpath.normpath(
                posixpath.join("/", folder, relation.get("Target", ""))
            ).lstrip("/")
            for relation in self.xml(listed)
        }


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name: what says nothing of its character set is mostly GBK here, which zipfile
    takes for code page 437."""
    name = info.filename
    if not info.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
