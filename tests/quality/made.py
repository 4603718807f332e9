"""A golden page before it is written, and what reading must give of the bundled sample's facts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from crawler.sample.truth import Truth

LARGEST = 60_000
LARGEST_FILE = 500_000
"""Bytes of a page, and of a file that carries its fonts or is a picture."""


@dataclass
class Made:
    """A golden page before it is written: its bytes, or what makes them, and what
    page.yml says of them."""

    name: str
    ending: str
    body: bytes | Callable[[], bytes]
    about: dict[str, Any]
    expected: dict[str, Any]

    def write(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        body = self.body if isinstance(self.body, bytes) else self.body()
        largest = LARGEST if self.ending in ("html", "txt", "md") else LARGEST_FILE
        if len(body) > largest:
            raise ValueError(f"{self.name}: {len(body)} bytes")
        (folder / f"page.{self.ending}").write_bytes(body)
        about = yaml.safe_dump(self.about, allow_unicode=True, sort_keys=False, width=100)
        (folder / "page.yml").write_text(about, encoding="utf-8")
        unscored = self.about.get("unscored", ())
        expected = {key: value for key, value in self.expected.items() if key not in unscored}
        text = json.dumps(expected, ensure_ascii=False, indent=1)
        (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


def expected_of(truth: Truth, url: str) -> dict[str, Any]:
    """What reading must give, in the shape of the JSON that the command prints."""
    expected = json.loads(json.dumps(truth.expected))
    expected["sections"] = [
        {"number": s["number"], "heading": s["heading"], "text": "\n".join(s["paragraphs"])}
        for s in expected["sections"]
    ]
    expected["attachments"] = [
        {"url": url.split("/info")[0].split("/zfxx")[0] + a["path"], "text": a["text"]}
        for a in expected["attachments"]
    ]
    # The page is read by itself, so nothing is said of its files.
    expected["findings"] = [
        check._asdict() for check in truth.checks if not check.check.startswith("attachment.")
    ]
    return dict(expected)
