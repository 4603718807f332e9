"""Scans of the made-up report, as scanners and stamps leave them. All of it is synthetic."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

REPORT = Path(__file__).parent / "files" / "report.pdf"


def page(number: int, dpi: int = 150) -> Image:
    """A page of the report as a printer leaves it."""
    import pypdfium2

    report = pypdfium2.PdfDocument(REPORT.read_bytes())
    return report[number].render(scale=dpi / 72, grayscale=True).to_pil()


def scanned(image: Image, *, skew: float = 0.6, noise: float = 9, faint: bool = False) -> Image:
    """The page put on a scanner a little askew; ``faint`` from a weak printer on grey paper."""
    import numpy as np
    from PIL import Image as Pictures
    from PIL import ImageFilter

    image = image.rotate(skew, resample=Pictures.Resampling.BICUBIC, fillcolor=255)
    pixels = np.asarray(image.filter(ImageFilter.GaussianBlur(0.6)), float)
    if faint:
        pixels = 150 + pixels * (85 / 255)
    pixels += np.random.default_rng(1).normal(0, noise, pixels.shape)
    return Pictures.fromarray(np.clip(pixels, 0, 255).astype("uint8"))


def sealed(image: Image, x: float, y: float) -> Image:
    """The page with a red seal at a place, in shares of its width and height."""
    from PIL import Image as Pictures
    from PIL import ImageDraw

    seal = Pictures.new("RGBA", image.size)
    draw = ImageDraw.Draw(seal)
    red, radius = (215, 30, 40, 170), 0.1 * image.width
    x, y = x * image.width, y * image.height
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=red, width=6)
    draw.regular_polygon((x, y, 0.35 * radius), 5, fill=red)
    return Pictures.alpha_composite(image.convert("RGBA"), seal).convert("RGB")


def file_of(images: Sequence[Image], kind: str, **options: object) -> bytes:
    """The pages in a file of a kind that Pillow writes."""
    out = io.BytesIO()
    more = {"save_all": True, "append_images": images[1:]} if len(images) > 1 else {}
    images[0].save(out, kind, **more, **options)
    return out.getvalue()
