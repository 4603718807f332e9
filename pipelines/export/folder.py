"""A folder of files that is written whole or not at all.

What is being written stands in a hidden folder of its own inside the target, and its files move out
when all are whole. ``SHA256SUMS`` comes last and goes first: where it stands and fits, nothing is
missing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.archive.manifest import sha256_of
from pipelines.disk import sync
from pipelines.export.source import ExportError

CHECKSUMS = "SHA256SUMS"
_UNFINISHED = ".export-"


def refuse_other_files(directory: Path, names: Collection[str]) -> None:
    """Raises ExportError where a folder holds a release with files that ``names`` lacks: those
    would stay beside the new ones, and fit nothing."""
    with suppress(FileNotFoundError, NotADirectoryError):
        lines = (directory / CHECKSUMS).read_text("utf-8").splitlines()
        others = sorted({line.partition("  ")[2] for line in lines} - set(names))
        if others:
            more = f" and {len(others) - 1} more" if len(others) > 1 else ""
            raise ExportError(
                f"{directory} holds a release with other files ({others[0]}{more}); "
                "name another folder, or remove that one"
            )


@contextmanager
def written_whole(directory: Path) -> Iterator[Path]:
    """A folder to write files into; they move to ``directory`` at the end, or all are gone where
    something was raised. What a process that was killed has left is removed."""
    existed = directory.is_dir()
    directory.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(directory)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=directory))
    lock = os.open(unfinished, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield unfinished
        (unfinished / CHECKSUMS).write_text(_checksums(unfinished), encoding="utf-8")
        _move(unfinished, directory)
    except BaseException:
        shutil.rmtree(unfinished)
        if not existed:
            with suppress(OSError):
                directory.rmdir()
        raise
    else:
        unfinished.rmdir()
    finally:
        os.close(lock)


def _move(unfinished: Path, directory: Path) -> None:
    files = sorted(unfinished.iterdir(), key=lambda file: (file.name == CHECKSUMS, file.name))
    for file in files:
        # Files are made for their owner alone in some places (tempfile); a release is to be read.
        file.chmod(0o644)
        sync(file)
    (directory / CHECKSUMS).unlink(missing_ok=True)
    for file in files:
        os.replace(file, directory / file.name)
    sync(directory)


def _remove_abandoned(directory: Path) -> None:
    for left in directory.glob(f"{_UNFINISHED}*"):
        lock = os.open(left, os.O_RDONLY)
        with suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left)
        os.close(lock)


def _checksums(folder: Path) -> str:
    """As ``sha256sum --check`` reads them."""
    return "".join(f"{sha256_of(file)}  {file.name}\n" for file in sorted(folder.iterdir()))
