"""Pictures of pages -> document: PNG, JPEG, TIFF, GIF, BMP, WebP, and pages of PDF and OFD files
that are pictures.

The ruled lines are found first, and each cell's lines of text are read by themselves, so a lone 0
cannot be missed; text outside tables is found by the OCR's own detector. Works offline with the
models that rapidocr has in its package. All values so read keep how sure they are.
"""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipelines.reading.documents import limits
from pipelines.reading.documents.page import Page
from pipelines.reading.documents.printed import read_pages
from pipelines.reading.documents.timing import tell
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.findings import make_finding
from pipelines.reading.report import Document, Finding

if TYPE_CHECKING:
    from pipelines.reading.documents.ocr import Engine
    from pipelines.reading.documents.picture import Picture

_GREY = ("1", "L", "LA", "I", "I;16", "F")
"""Pillow's modes of pictures without colour."""

_SAME_SIZE = 100
"""Pixels by which pages of one paper may differ."""

MISSING = (
    "reading pictures of pages takes OCR, which is not installed: `make install-all` brings it"
)


NO_TEXT = "no text can be seen in the picture"


def is_installed() -> bool:
    """Whether the extra ``ocr`` is there."""
    return all(find_spec(name) for name in ("rapidocr", "onnxruntime", "cv2"))


def read_scan(body: bytes) -> Document:
    """The document of a picture of one page, or of several in a TIFF or GIF."""
    limits.check_size(body)
    if not is_installed():
        raise Unreadable(MISSING)
    reader = PageReader()
    blocks = read_pages(
        reader.read(picture, number) for number, picture in enumerate(frames(body), 1)
    )
    if not blocks:
        raise Unreadable(NO_TEXT)
    return Document("scan", "", blocks, findings=reader.findings())


def frames(body: bytes) -> Iterator[Picture]:
    """The pictures in a file, grey or in colour."""
    import numpy as np
    from PIL import Image, ImageOps, ImageSequence

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(body))
            frames = getattr(image, "n_frames", 1)
            if frames > limits.MAX_OCR_PAGES:
                raise Unreadable(
                    f"the picture has {frames} pages; at most {limits.MAX_OCR_PAGES} are read"
                )
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > limits.MAX_PIXELS:
                    raise Unreadable(
                        f"the picture has {frame.width} × {frame.height} pixels; at most "
                        f"{limits.MAX_PIXELS // 1_000_000} million are read"
                    )
                page = ImageOps.exif_transpose(frame)
                if page.has_transparency_data:
                    page = page.convert("RGBA")
                    paper = Image.new("RGBA", page.size, "white")
                    page = Image.alpha_composite(paper, page)
                yield np.asarray(page.convert("L" if page.mode in _GREY else "RGB"))
    except Unreadable:
        raise
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable("the picture is damaged and cannot be opened") from error


class PageReader:
    """Reads pictures of the pages of one file, and keeps account of them."""

    def __init__(self) -> None:
        self._read: list[int] = []
        self._unread: list[int] = []
        self._engine: Engine | None = None
        self._units: list[tuple[int, int, float]] = []

    @property
    def unread(self) -> list[int]:
        """Numbers of the pages that could not be read because OCR is not installed."""
        return self._unread

    def miss(self, number: int) -> None:
        """Notes a page that is not read because OCR is not installed."""
        self._unread.append(number)

    def read(self, picture: Picture, number: int, unit: float | None = None) -> Page:
        """The page that a grey picture shows. ``unit`` is the pixels of a point where they are
        known."""
        if len(self._read) == limits.MAX_OCR_PAGES:
            raise Unreadable(
                f"more than {limits.MAX_OCR_PAGES} pages of the file are pictures; no more are read"
            )
        if self._engine is None:
            from pipelines.reading.documents.ocr import Engine

            self._engine = Engine()
        started = time.monotonic()
        # What a point is can be told from the type only roughly, and pages must have one measure:
        # it is that of the first page among those of one size, whichever way they lie.
        short, long = sorted(picture.shape[:2])
        for other_short, other_long, other_unit in self._units:
            if max(abs(short - other_short), abs(long - other_long)) < _SAME_SIZE:
                unit = unit or other_unit
        page = self._engine.read(picture, unit)
        if unit is None and page.glyphs:
            self._units.append((short, long, short / min(page.width, page.height)))
        tell(number, time.monotonic() - started)
        self._read.append(number)
        return page

    def findings(self) -> tuple[Finding, ...]:
        """That pages were read by OCR, and which were not read for want of it."""
        found = []
        if self._read:
            where = ", ".join(map(str, self._read))
            found.append(
                make_finding(
                    "document.ocr",
                    f"page {where}",
                    f"page {where} is a picture; its text and figures were read by OCR",
                    f"第{where}页为图片，文字和数字由光学字符识别读取",
                )
            )
        if self._unread:
            where = ", ".join(map(str, self._unread))
            found.append(
                make_finding(
                    "document.unread",
                    f"page {where}",
                    f"page {where} is a picture and was not read: {MISSING}",
                    f"第{where}页为图片，未安装光学字符识别组件，未读取",
                )
            )
        return tuple(found)
