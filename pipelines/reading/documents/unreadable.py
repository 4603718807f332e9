"""What cannot be read at all, said in one sentence."""

from __future__ import annotations


class Unreadable(ValueError):
    """The bytes hold nothing that a reader could make a document of: one sentence that says why."""
