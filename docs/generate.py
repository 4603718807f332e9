"""Writes the generated pages of docs/ (PAGES) from where each of them is said once.

python docs/generate.py            write them
python docs/generate.py --check    write nothing; exit 1 where one is not up to date
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click
import yaml

from crawler.cli import main as gongkai
from crawler.families import FAMILIES
from pipelines import columns
from pipelines.columns import Text
from pipelines.comparable import NARRATIVE, Field, load_fields
from pipelines.database.schema import migrate
from pipelines.database.site_tables import TABLES as SITE_TABLES
from pipelines.indicators import earlier_forms_text, load_counts, load_indicators
from pipelines.reading.documents import limits
from pipelines.reading.form import load_forms
from pipelines.reading.list_form import load_list_forms
from pipelines.reading.pages import TIME_LIMIT

DOCS = Path(__file__).resolve().parent
CHECKS = DOCS.parent / "data" / "checks.yml"
NOTE = "<!-- Written by `make docs`; what to change is named below the title. -->"


def commands_page() -> str:
    lines = [
        "# Commands",
        "",
        "From the command itself, `crawler/cli.py` and `crawler/commands/`.",
        "",
    ]
    for path, command in walk_commands(gongkai, "gongkai"):
        context = click.Context(command, info_name=path)
        usage = " ".join([path, *command.collect_usage_pieces(context)])
        lines += [f"## {path}", "", f"`{usage}`", "", as_markdown(command.help or ""), ""]
        options = [
            record
            for option in command.params
            if isinstance(option, click.Option) and (record := option.get_help_record(context))
        ]
        if options:
            rows = ((f"`{names}`", meaning) for names, meaning in options)
            lines += [*table(["option", "meaning"], rows), ""]
        if isinstance(command, click.Group):
            names = (f"[{path} {name}](#{anchor(f'{path} {name}')})" for name in command.commands)
            lines += [f"Commands: {', '.join(names)}.", ""]
    return page(lines)


def walk_commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """The command and all commands below it, each with its full name ("gongkai portals list")."""
    yield path, command
    if isinstance(command, click.Group):
        for name in command.commands:
            yield from walk_commands(command.commands[name], f"{path} {name}")


def tables_page() -> str:
    lines = [
        "# Tables",
        "",
        "From `data/columns.yml`, the official forms in `data/forms/` and the schema, "
        "`data/schema/` and `pipelines/database/views.py`. Times end in Z and are UTC, but for "
        "what a page prints.",
        "",
    ]
    conn = sqlite3.connect(":memory:")
    migrate(conn)
    kinds = dict(conn.execute("SELECT name, type FROM sqlite_master"))
    for name in described_tables():
        text = columns.table_text(name)
        found = conn.execute("SELECT name, type FROM pragma_table_info(?)", (name,)).fetchall()
        rows = (
            (f"`{column}`", kind.lower(), *both(columns.column_text(name, column)))
            for column, kind in found
        )
        english, chinese = both(text)
        lines += [f"## {name}", "", f"{english}. {chinese}。", ""]
        if kinds[name] == "view":
            made = "; a table in a published snapshot" if name in SITE_TABLES else ""
            lines += [f"A view, computed from the tables{made}.", ""]
        lines += [*table(["column", "type", "meaning", "含义"], rows), ""]
    conn.close()
    return page(lines)


def described_tables() -> list[str]:
    """Tables and views in the order in which data/columns.yml describes them."""
    return list(yaml.safe_load(columns.FILE.read_text("utf-8"))["tables"])


def both(text: Text) -> tuple[str, str]:
    """A text in English and in Chinese, each with its note."""
    english = f"{text.en}: {text.en_note}" if text.en_note else text.en
    return english, f"{text.zh}：{text.zh_note}" if text.zh_note else text.zh


def checks_page() -> str:
    lines = [
        "# Checks",
        "",
        "From `data/checks.yml`. A check that does not hold adds a row to the table `findings`; "
        "nothing is repaired. Where a cell prints no number, only bounds are tested.",
        "",
    ]
    checks = yaml.safe_load(CHECKS.read_text("utf-8"))
    rows = (
        (
            f"`{name}`",
            check["severity"],
            *(f"**{check['title'][lang]}** {check['explanation'][lang]}" for lang in ("en", "zh")),
        )
        for name, check in checks.items()
    )
    return page([*lines, *table(["check", "severity", "meaning", "含义"], rows)])


def forms_page() -> str:
    lines = [
        "# Forms",
        "",
        "From `data/forms/` and `data/statements.yml`. Fields of two forms are never chained: each "
        "says here with which fields of others it may be compared, or why with none.",
        "",
        "A report has one of four forms: `2021`, `2019`, `2014`, or `narrative`, which has no "
        "statistics table of a national form. A narrative report may carry the list of a province "
        "or prefecture, whose rows then bear that list's own form (`2008-dingxi`), and its text "
        "states counts. Rows of lists are in the table `statistics`, counts of texts in "
        "`statements`; neither is ever mixed into `disclosure`, `applications` and `proceedings`.",
        "",
        "Labels marked † follow the form as generally known and have not been seen on a page.",
        "",
    ]
    about = {form.id: (form.basis, form.first_year, form.last_year) for form in load_forms()}
    about |= {form.id: (form.basis, form.first_year, form.last_year) for form in load_list_forms()}
    for name in [*about, NARRATIVE]:
        lines += [f"## {name}", ""]
        if name in about:
            basis, first, last = about[name]
            years = f"{first} to {last}" if last else f"from {first}"
            lines += [f"{basis}, report years {years}.", ""]
        else:
            lines += ["What the text of a report states in words.", ""]
        rows = (
            (
                f"`{field.name}`",
                f"{field.zh}{' †' if field.seen == 'form' else ''}",
                field.en,
                field.unit,
                compared_with(field),
            )
            for field in load_fields()
            if field.form == name
        )
        header = ["field", "名称", "meaning", "unit", "comparable with · 可比口径"]
        lines += [*table(header, rows), ""]
    return page(lines)


def compared_with(field: Field) -> str:
    """The fields of other forms that a field may be compared with, or why there are none."""
    parts = []
    for match in field.matches:
        there = " + ".join(f"`{name}`" for name in match.there)
        here = " + ".join(f"`{name}`" for name in match.here)
        together = "" if match.here == (field.name,) else f"{here} with "
        parts.append(f"{together}{match.form} {there}")
    if field.why is not None:
        parts.append(f"{'nothing later' if parts else 'none'}: {field.why[1]} · {field.why[0]}")
    return "; ".join(parts)


def indicators_page() -> str:
    earlier_zh, earlier_en = earlier_forms_text()
    lines = [
        "# Indicators",
        "",
        "From `data/indicators.yml`. An indicator is a share, a count over another; both are sums "
        "of columns of [report_wide](tables.md#report_wide). With an absent part a sum is absent, "
        "and with it the share. The view [indicators](tables.md#indicators) has a column for each "
        "count and each indicator, [indicator_values](tables.md#indicator_values) a row, with "
        "Wilson's 95 % interval, [indicator_spreads](tables.md#indicator_spreads) their medians "
        "and percentiles in a place. A share may be compared across the forms from the one that is "
        f"named on: {earlier_en} {earlier_zh}",
        "",
        "## Shares",
        "",
    ]
    header = ["indicator", "名称", "meaning", "公式", "formula", "from form"]
    shares = (
        (f"`{e.code}`", e.zh, e.en, e.zh_formula, e.en_formula, e.first_form)
        for e in load_indicators()
    )
    lines += [*table(header, shares), "", "## Counts", ""]
    counts = (
        (f"`{c.code}`", c.zh, c.en, " + ".join(f"`{name}`" for name in c.columns))
        for c in load_counts()
    )
    return page([*lines, *table(["count", "名称", "meaning", "sum of"], counts)])


def families_page() -> str:
    lines = [
        "# Families",
        "",
        "From the modules of `crawler/families/`: the content management systems that the walk "
        "knows, tried in this order. `gongkai portals show` says which one a portal has.",
        "",
    ]
    for name, family in FAMILIES.items():
        about = inspect.getdoc(sys.modules[type(family).__module__]) or ""
        lines += [f"## {name}", "", escaped(about), ""]
    return page(lines)


def escaped(text: str) -> str:
    """A docstring as Markdown, its <places> shown as they are but for those in code."""
    parts = text.replace("``", "`").split("`")
    for number in range(0, len(parts), 2):
        parts[number] = re.sub(r"[<_*]", r"\\\g<0>", parts[number])
    return "`".join(parts)


def limits_page() -> str:
    lines = [
        "# File types and limits",
        "",
        "From `pipelines/reading/documents/limits.py`. Which type a file is, its bytes say: names "
        "and headers of portals are often wrong.",
        "",
        "## What is read",
        "",
        *table(["file", "how", "with"], FILE_TYPES),
        "",
        "A file that cannot be read costs one line that says why; the others of the batch are "
        "read. What is read in part says so in a finding (`document.*` in [checks](checks.md)).",
        "",
        "## How much one file may cost",
        "",
        "Bounds keep a batch going whatever a portal sends. They are far above what reports need: "
        "the longest seen have some 30 pages and 20 MB.",
        "",
        *table(["bound", "value", "of what"], bounds()),
        "",
        f"In a batch and in a crawl, a file that takes longer than {TIME_LIMIT:g} seconds in all "
        "is given up, and one that ends the process that reads it costs nothing but itself. The "
        "largest page that is read takes some 700 MB of memory.",
    ]
    return page(lines)


def bounds() -> Iterator[tuple[str, str, str]]:
    """The constants of limits.py with the sentence below each."""
    body = ast.parse(Path(str(limits.__file__)).read_text("utf-8")).body
    for node, below in itertools.pairwise(body):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            said = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            meaning = str(below.value.value) if said else ""  # type: ignore[attr-defined]
            yield f"`{name}`", f"{getattr(limits, name):,}", meaning


def anchor(heading: str) -> str:
    """The fragment by which a heading can be linked to."""
    kept = "".join(c for c in heading.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")


def table(header: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    body = [" | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in row) for row in rows]
    return [f"| {' | '.join(header)} |", "|" + " --- |" * len(header), *(f"| {r} |" for r in body)]


def as_markdown(help_text: str) -> str:
    """A docstring's paragraphs, each on one line."""
    paragraphs = help_text.replace("\b", "").strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def page(lines: list[str]) -> str:
    return "\n".join([lines[0], "", NOTE, *lines[1:]]).rstrip("\n") + "\n"


CORE, EXTRA = "`make install`", "`make install-all`"
FILE_TYPES = (
    ("HTML", "as a browser shows it", CORE),
    ("TXT, Markdown", "flattened tables by the labels of the forms", CORE),
    ("PDF", "text and lines by their places, tables joined over page breaks", CORE),
    ("PDF with tables without lines", "rows by the labels of the forms", CORE),
    ("PDF of pictures, PNG, JPEG, TIFF", "OCR, offline", EXTRA),
    ("DOCX", "what Word prints: without deletions, with its own numbers", CORE),
    ("DOC, WPS, RTF, Word XML", "by LibreOffice, by way of DOCX", EXTRA),
    ("XLSX, XLS, ET", "what the sheets show: hidden ones are named, not read", CORE),
    ("OFD", "GB/T 33190: text and lines by their places; pictures of pages are not read", CORE),
    ("ZIP", "the report in it, also in an archive in it", CORE),
    ("RAR, 7z", "as ZIP, by libarchive", EXTRA),
)
"""What reading a type takes."""

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands_page,
    "tables.md": tables_page,
    "checks.md": checks_page,
    "forms.md": forms_page,
    "indicators.md": indicators_page,
    "families.md": families_page,
    "limits.md": limits_page,
}


def main(check: bool) -> int:
    stale = False
    for name, make in PAGES.items():
        target, wanted = DOCS / name, make()
        if target.exists() and target.read_text(encoding="utf-8") == wanted:
            continue
        if check:
            print(f"docs/{name} is not up to date: run `make docs`", file=sys.stderr)
            stale = True
        else:
            target.write_text(wanted, encoding="utf-8")
            print(f"docs/{name} written")
    return int(stale)


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
