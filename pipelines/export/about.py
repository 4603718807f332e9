"""What a release says of itself to people: README.md, LICENSE.txt and CITATION.cff, from
data/release.yml."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from pipelines.columns import table_text
from pipelines.export.source import Source
from pipelines.export.tables import selected
from pipelines.export.wanted import Wanted
from pipelines.export.written import Written

FILE = Path(__file__).resolve().parents[2] / "data" / "release.yml"
FILES = ("README.md", "LICENSE.txt", "CITATION.cff")
_SYNTHETIC = "SELECT count(*) FROM reports WHERE synthetic = 1 AND id IN ({selected})"
LANGUAGES = ("zh", "en")


@lru_cache(maxsize=1)
def texts() -> dict[str, Any]:
    """data/release.yml."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def version_of(moment: datetime) -> str:
    """The version of a release: when its data was as it is (UTC)."""
    return moment.strftime("%Y.%m.%d")


def citation(moment: datetime, language: str) -> str:
    """One sentence that names the data and its version."""
    title = texts()["title"][language]
    sentence: str = texts()["cite"][language]
    return sentence.format(title=title, version=version_of(moment))


def write_about(folder: Path, source: Source, wanted: Wanted, written: Sequence[Written]) -> None:
    readme = "\n---\n\n".join(_readme(source, wanted, written, one) for one in LANGUAGES)
    (folder / "README.md").write_text(readme, encoding="utf-8")
    licence = texts()["licence"]
    lines = [licence["title"], licence["url"], "", licence["zh"], "", licence["en"], ""]
    (folder / "LICENSE.txt").write_text("\n".join(lines), encoding="utf-8")
    (folder / "CITATION.cff").write_text(_citation_file(source.moment), encoding="utf-8")


def _readme(source: Source, wanted: Wanted, written: Sequence[Written], language: str) -> str:
    def say(key: str, **values: Any) -> str:
        word: str = texts()["words"][key][language]
        return word.format(**values)

    def content(one: Written) -> str:
        text = table_text(one.table)
        parts = [text.zh if language == "zh" else text.en]
        if len(one.sheets) > 1:
            parts.append(say("sheets", n=len(one.sheets)))
        if one.shortened:
            parts.append(say("shortened", n=one.shortened))
        return ("；" if language == "zh" else "; ").join(parts)

    lines = [
        f"| {say('file')} | {say('rows')} | {say('content')} |",
        "| --- | ---: | --- |",
        *(f"| `{one.file}` | {one.rows:,} | {content(one)} |" for one in written),
    ]
    invented = source.conn.execute(_SYNTHETIC.format(selected=selected(wanted.where))).fetchone()[0]
    note = say("synthetic", n=invented) if invented else ""
    licence = texts()["licence"]
    template: str = texts()["readme"][language]
    return template.format(
        title=texts()["title"][language],
        description=texts()["description"][language],
        version=version_of(source.moment),
        moment=f"{source.moment:%Y-%m-%d %H:%M} UTC",
        format=texts()["formats"][wanted.format][language],
        labels=say("chinese" if wanted.labels == "zh" else "codes"),
        selection=say("condition", where=wanted.where) if wanted.where else say("all_reports"),
        table="\n".join([note, "", *lines] if written else [note]).strip("\n"),
        licence=licence[language],
        licence_url=licence["url"],
        cite=citation(source.moment, language),
    )


def _citation_file(moment: datetime) -> str:
    """https://citation-file-format.github.io/, version 1.2.0."""
    about = texts()
    fields = {
        "cff-version": "1.2.0",
        "message": "If you use these data, please cite them as below.",
        "type": "dataset",
        "title": f"{about['title']['zh']} · {about['title']['en']}",
        "abstract": f"{about['description']['zh']} · {about['description']['en']}",
        "authors": [{"name": about["author"]}],
        "version": version_of(moment),
        "date-released": moment.strftime("%Y-%m-%d"),
        "license": about["licence"]["id"],
        "keywords": about["keywords"],
    }
    # JSON's strings and lists are YAML's.
    return "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items()
    )
