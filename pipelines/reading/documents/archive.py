"""RAR and 7z archives opened with bounds, by libarchive."""

from __future__ import annotations

import ctypes.util
from importlib.util import find_spec

from pipelines.reading.documents import limits
from pipelines.reading.documents.unreadable import Unreadable

MISSING = (
    "reading RAR and 7z archives takes libarchive, which is not installed: "
    "`make install-all` brings it"
)
_FORMATS = {"rar": "RAR", "7z": "7z"}
_ENCRYPTED = ("encrypt", "passphrase", "password")


class Archive:
    """The members of a RAR or 7z file, all unpacked when it is opened: many of these are one stream
    that can only be read from its beginning. What comes out is counted: a bomb is ``Unreadable``.
    """

    def __init__(self, body: bytes, kind: str) -> None:
        if not find_spec("libarchive") or not ctypes.util.find_library("archive"):
            raise Unreadable(MISSING)
        from libarchive import ArchiveError, memory_reader

        self._members: dict[str, bytes] = {}
        name = _FORMATS[kind]
        allowed = min(limits.MAX_INFLATED, max(len(body) * limits.MAX_RATIO, limits.RATIO_FREE))
        try:
            with memory_reader(body) as archive:
                for entry in archive:
                    if entry.isdir:
                        continue
                    parts = []
                    for part in entry.get_blocks():
                        allowed -= len(part)
                        if allowed < 0:
                            raise Unreadable(
                                f"the {name} file inflates beyond "
                                f"{limits.MAX_INFLATED // 1_000_000} MB, or {limits.MAX_RATIO} "
                                f"times its size, at {entry.pathname}"
                            )
                        parts.append(bytes(part))
                    self._members[str(entry.pathname).replace("\\", "/")] = b"".join(parts)
                    if len(self._members) > limits.MAX_MEMBERS:
                        raise Unreadable(
                            f"the {name} file has more than {limits.MAX_MEMBERS} members; "
                            "no more are looked at"
                        )
        except ArchiveError as error:
            if any(word in str(error).lower() for word in _ENCRYPTED):
                raise Unreadable(f"the {name} file is encrypted and needs a password") from error
            raise Unreadable(
                f"the {name} file is damaged, or packed in a way that is not read"
            ) from error

    @property
    def names(self) -> list[str]:
        """Names of the files in it, in order, folders left out."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """The bytes of one member."""
        return self._members[name]
