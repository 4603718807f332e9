"""The words of the site's pages, from data/site/*.yml: ``<file>.<key>`` → Chinese and English.

A word may hold values by name, as ``str.format`` takes them: ``{reports:,} 份年报``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from pipelines.columns import Text
from pipelines.site.language import Language
from pipelines.yaml_file import read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "data" / "site"
WORDS = "words"
"""The key of a file that holds words; a file may hold other things beside them."""


def say(key: str, language: Language, **values: Any) -> str:
    """A word in a language. Raises KeyError for a word that no file holds."""
    word = _words()[key][language]
    return word.format(**values) if values else word


def side(both: str | None, language: Language) -> str:
    """One language of a text that is "中文 · English", as Datasette's metadata are."""
    zh, separator, en = (both or "").partition(" · ")
    return en if separator and language == "en" else zh


def title(text: Text, language: Language) -> str:
    return text.en if language == "en" else text.zh


def note(text: Text, language: Language) -> str:
    return text.en_note if language == "en" else text.zh_note


def condition(name: str, language: Language) -> str | None:
    """What a condition of Datasette's filters is called; None where Datasette's own word serves."""
    return _files()["common"]["conditions"].get(name) if language == "zh" else None


def error_text(sentence: str, language: Language) -> str | None:
    """What Datasette says of an address that makes no sense, in a language: a sentence, or the
    beginning of one, that data/site/common.yml knows. None for any other."""
    for beginning, words in _files()["common"]["errors"].items():
        if sentence.startswith(beginning):
            rest = sentence[len(beginning) :] if beginning.endswith(" ") else ""
            return str(words[language]) + rest
    return None


@lru_cache(maxsize=1)
def _files() -> dict[str, dict[str, Any]]:
    return {path.stem: read_yaml(path) for path in sorted(FOLDER.glob("*.yml"))}


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[Language, str]]:
    """Every word by its name. Raises ValueError where one is not in both languages."""
    words: dict[str, dict[Language, str]] = {}
    for name, data in _files().items():
        for key, word in data.get(WORDS, {}).items():
            if not isinstance(word, dict) or set(word) != {"zh", "en"}:
                raise ValueError(f"data/site/{name}.yml: {key} is not in Chinese and English")
            words[f"{name}.{key}"] = word
    return words
