"""What cannot be read at all, said in one sentence."""

from __future__ import annotations


class Unreadable(Exception):
    """A file that no reader can make a document of; ``str()`` is one sentence for its owner."""
