"""Lengths of time as the command line takes them."""

from __future__ import annotations

import re
from typing import Any

import click

_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0}


class Duration(click.ParamType):
    """ "6h", "90m" or "30s" as seconds."""

    name = "duration"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        if isinstance(value, float):
            return value
        match = re.fullmatch(r"(\d+(?:\.\d+)?)([hms])", str(value))
        if match is None:
            self.fail(f"{value!r} is no length of time; write 6h, 90m or 30s", param, ctx)
        return float(match[1]) * _SECONDS[match[2]]
