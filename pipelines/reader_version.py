"""Which reader this is: a mark that changes with its code and with the data it reads by."""

from __future__ import annotations

import hashlib
from pathlib import Path

_CODE = Path(__file__).resolve().parent
_DATA = _CODE.parent / "data"


def reader_version() -> str:
    """A digest of the modules of this package and the forms, words and codes in ``data/``. What
    knows portals (data/portals/) or only shows (data/datasette/) is no part of it."""
    digest = hashlib.sha256()
    for path in sorted([*_CODE.rglob("*.py"), *_DATA.glob("*.*"), *_DATA.glob("forms/*.yml")]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]
