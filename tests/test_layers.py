"""What may know what, and what no file may hold."""

from __future__ import annotations

import ast
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import pipelines

ROOT = Path(__file__).resolve().parent.parent
NETWORK_SIDE = {"crawler", "scrapy", "twisted"}
MODULES = [module.name for module in pkgutil.walk_packages(pipelines.__path__, "pipelines.")]


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def read(path: Path) -> str:
    """A tracked file's text; "" for what is no text (a recorded page, a screenshot)."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_importing_pipelines_loads_nothing_of_the_network_side() -> None:
    program = (
        "import importlib, sys\n"
        f"for name in {MODULES!r}: importlib.import_module(name)\n"
        f"print(sorted({NETWORK_SIDE!r} & set(sys.modules)))"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert result.stdout.strip() == "[]", result.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "pipelines").rglob("*.py")), ids=lambda p: p.name)
def test_pipelines_names_the_network_side_for_types_only(path: Path) -> None:
    tree = ast.parse(read(path))
    typing_only = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
        for inner in ast.walk(statement)
    }
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        if node not in typing_only
        for name in imported_modules(node)
    }
    assert not imported & NETWORK_SIDE


def imported_modules(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module == "pipelines":
        yield from (f"pipelines.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module:
        yield node.module


MAY_IMPORT: dict[str, set[str]] = {
    "reading": set(),
    "archive": {"reading", "database"},
    "database": {"reading", "archive"},
    "search": {"database"},
    "publish": {"database", "search"},
    "export": {"reading", "archive", "database", "publish"},
    "site": {"reading", "database", "search", "publish", "export"},
}
"""The stages of ``pipelines``, and which others each may know. Reading knows none, so that a report
follows from bytes alone; nothing knows the site, and what it shows is the snapshot."""

SHARED = {"reading"}
"""What the modules beside the stages may know, since all stages use them."""


@pytest.mark.parametrize("stage", [*MAY_IMPORT, "shared"])
def test_stages_import_only_those_they_may_know(stage: str) -> None:
    wrong = []
    for path in sorted((ROOT / "pipelines").rglob("*.py")):
        part = path.relative_to(ROOT / "pipelines").parts[0].removesuffix(".py")
        if (part if part in MAY_IMPORT else "shared") != stage:
            continue
        known = MAY_IMPORT.get(part, SHARED) | {part}
        for node in ast.walk(ast.parse(read(path))):
            for name in imported_modules(node):
                package, _, rest = name.partition(".")
                other = rest.partition(".")[0]
                if package == "pipelines" and other in MAY_IMPORT and other not in known:
                    wrong.append(f"{path.relative_to(ROOT)} imports {name}")
    assert not wrong


def test_every_package_is_a_stage() -> None:
    packages = {module.name for module in pkgutil.iter_modules(pipelines.__path__) if module.ispkg}
    assert packages == MAY_IMPORT.keys() - {"publish"}


# The patterns are written so that this file does not hold what they look for.
@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("this checkout's own place", re.escape(f"{ROOT}/")),
        ("somebody's home folder", r"(?<![\w.])/(?:home|Users)/[a-z]\w*/"),
        ("a folder outside the project", r"\.\./+shared"),
    ],
)
def test_no_file_depends_on_a_machine(what: str, pattern: str) -> None:
    holders = [
        str(path.relative_to(ROOT)) for path in tracked_files() if re.search(pattern, read(path))
    ]
    assert not holders, f"{what} is named in {holders}"


def test_lock_files_name_no_place_to_download_from() -> None:
    locks = sorted(ROOT.glob("*.lock"))
    assert [lock.name for lock in locks] == [
        "requirements-all.lock",
        "requirements-interop.lock",
        "requirements.lock",
    ]
    for lock in locks:
        assert not re.search(r"\w+://|--(extra-)?index-url|--find-links", read(lock)), lock.name


def test_what_is_locked_for_all_agrees_with_the_core() -> None:
    core, everything = (
        dict(re.findall(r"^([\w-]+)==(\S+)", read(ROOT / name), re.MULTILINE))
        for name in ("requirements.lock", "requirements-all.lock")
    )
    assert core
    assert core.items() <= everything.items()
