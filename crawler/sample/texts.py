"""The words of the sample: data/sample/*.yml and the page templates of data/sample/html/."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from pipelines.yaml_file import read_yaml

FOLDER = Path(__file__).parents[2] / "data" / "sample"


@cache
def load(name: str) -> dict[str, Any]:
    """The mapping in data/sample/``name``."""
    content = read_yaml(FOLDER / name)
    if not isinstance(content, dict):
        raise ValueError(f"data/sample/{name}: not a mapping")
    return content


@cache
def template(name: str) -> Template:
    """The page template data/sample/html/``name``.html; $word marks what changes."""
    return Template((FOLDER / "html" / f"{name}.html").read_text("utf-8"))
