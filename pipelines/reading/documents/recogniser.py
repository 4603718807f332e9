"""Where text is in a picture, and what it says, by rapidocr (PP-OCRv6, offline)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import cv2
import numpy as np
from rapidocr import RapidOCR
from rapidocr.ch_ppocr_det.utils import TextDetOutput
from rapidocr.ch_ppocr_rec.typings import TextRecInput

from pipelines.reading.documents.picture import Box, Picture

_PARAMETERS = {
    "Global.log_level": "error",
    "Global.text_score": 0.3,
    # Files are read side by side; threads that wait for one another take two thirds more processor
    # time for the same page.
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
}


class Seen(NamedTuple):
    """A line of text with how sure its reading is, from 0 to 1."""

    text: str
    confidence: float


class Recogniser:
    """The models loaded; pictures are grey."""

    def __init__(self) -> None:
        self._ocr = RapidOCR(params=_PARAMETERS)
        self._recognise = self._ocr._load_rec_model()  # type: ignore[no-untyped-call]
        # Most lines of a form are one or two digits; padded to the usual 320 they cost five-fold.
        self._recognise.rec_image_shape = [3, 48, 64]

    def detect(self, picture: Picture) -> list[Box]:
        """Where the lines of text in a picture are."""
        found = self._ocr(_coloured(picture), use_det=True, use_cls=False, use_rec=False)
        if not isinstance(found, TextDetOutput) or found.boxes is None:
            return []
        height, width = picture.shape
        boxes = []
        for corners in found.boxes:
            (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
            box = Box(max(int(x0), 0), max(int(y0), 0), min(int(x1), width), min(int(y1), height))
            if box.x1 > box.x0 and box.y1 > box.y0:
                boxes.append(box)
        return boxes

    def read(self, lines: Iterable[Picture]) -> list[Seen]:
        """What each picture of one line says."""
        pictures = [_coloured(line) for line in lines]
        if not pictures:
            return []
        read = self._recognise(TextRecInput(img=pictures, return_word_box=False))
        return [
            Seen(text.strip(), float(score))
            for text, score in zip(read.txts, read.scores, strict=True)
        ]


def _coloured(picture: Picture) -> Picture:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(picture), cv2.COLOR_GRAY2BGR), np.uint8)
