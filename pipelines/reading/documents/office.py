"""LibreOffice as a converter, kept apart: its own profile and folder, a time limit, no macros.

Reads what has no reader of its own here. Where it is missing, one sentence says how to get it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path

from pipelines.reading.documents import limits
from pipelines.reading.documents.unreadable import Unreadable
from pipelines.reading.documents.word import read_docx
from pipelines.reading.report import Document

_SETTINGS = {
    "org.openoffice.Office.Common/Security/Scripting": {
        "MacroSecurityLevel": "3",
        "DisableMacrosExecution": "true",
        "BlockUntrustedRefererLinks": "true",
    },
    "org.openoffice.Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
    },
}
"""Highest macro security; links to outside are not followed, and a proxy that nothing listens at
keeps what would follow them all the same on this machine."""


_SUFFIXES = {"doc": ".doc", "rtf": ".rtf", "word xml": ".xml"}


def read_by_office(body: bytes, kind: str) -> Document:
    """The document of a DOC (also WPS), RTF or Word 2003 XML file, by way of DOCX."""
    return replace(read_docx(to_docx(body, _SUFFIXES[kind])), format="doc")


def to_docx(body: bytes, suffix: str) -> bytes:
    """A text document of another kind (its usual ``suffix``, as ".doc") as DOCX."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        raise Unreadable(
            f"reading {suffix[1:].upper()} files takes LibreOffice, which is not installed: "
            "`make install-all` brings it"
        )
    with tempfile.TemporaryDirectory(prefix="gongkai-office-") as name:
        folder = Path(name)
        (folder / "profile" / "user").mkdir(parents=True)
        (folder / "profile" / "user" / "registrymodifications.xcu").write_text(_profile(), "utf-8")
        source, target = folder / f"in{suffix}", folder / "out" / "in.docx"
        source.write_bytes(body)
        _run(
            [
                program,
                f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless",
                "--norestore",
                "--convert-to",
                "docx:MS Word 2007 XML",
                "--outdir",
                str(target.parent),
                str(source),
            ],
            folder,
        )
        if not target.is_file():
            raise Unreadable(
                f"the {suffix[1:].upper()} file is damaged: LibreOffice cannot read it"
            )
        return target.read_bytes()


def _profile() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}"><value>{value}</value></prop></item>'
        for path, settings in _SETTINGS.items()
        for name, value in settings.items()
    )
    return f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>'


def _run(command: list[str], folder: Path) -> None:
    environment = {"HOME": str(folder), "TMPDIR": str(folder), "PATH": os.environ.get("PATH", "")}
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(limits.OFFICE_SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unreadable(
            f"LibreOffice did not finish with the file in {limits.OFFICE_SECONDS:.0f} seconds"
        ) from error
    finally:
        # soffice is a script that starts the program proper: the whole group has to go.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
