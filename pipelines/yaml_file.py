"""The project's data files are YAML, and all are read here: by libyaml, in an eighth of the time
of PyYAML's own parser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def read_yaml(file: Path) -> Any:
    """What a file holds. Raises yaml.YAMLError where it is no YAML."""
    with file.open("rb") as stream:
        return yaml.load(stream, Loader=yaml.CSafeLoader)
