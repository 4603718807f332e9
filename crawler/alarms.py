"""Telling somebody: a POST to a webhook, a command that sends mail. Both are set by environment
variables, like everything that belongs to an operator and not to the project."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

WEBHOOK = "GONGKAI_WEBHOOK"
MAIL_COMMAND = "GONGKAI_MAIL_COMMAND"
TIMEOUT = 60.0
"""Seconds that delivering may take."""


def tell(night: dict[str, Any], report: str, home: Path) -> list[str]:
    """Deliver the alarms of a night by every way that is set; ``report`` is its Markdown.

    Returns a sentence on each way that failed.
    """
    failures = []
    for variable, deliver in ((WEBHOOK, _post), (MAIL_COMMAND, _mail)):
        if target := os.environ.get(variable):
            try:
                deliver(target, night, report, home)
            except (OSError, ValueError, subprocess.SubprocessError) as error:
                failures.append(f"the alarm could not be delivered by {variable}: {error}")
    return failures


def _post(url: str, night: dict[str, Any], _report: str, home: Path) -> None:
    """POST one JSON object; ``text`` is what chat services show."""
    messages = [alarm["message"] for alarm in night["alarms"]]
    body = {
        "text": f"gongkai on {night['host']}: " + "; ".join(messages),
        "host": night["host"],
        "home": str(home.absolute()),
        "started": night["started"],
        "alarms": night["alarms"],
    }
    request = urllib.request.Request(
        url,
        json.dumps(body, ensure_ascii=False).encode(),
        {"Content-Type": "application/json; charset=utf-8"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
        response.read()


def _mail(command: str, _night: dict[str, Any], report: str, _home: Path) -> None:
    """Run a command, split as a shell does, with the report on its standard input."""
    done = subprocess.run(
        shlex.split(command), input=report.encode(), capture_output=True, timeout=TIMEOUT
    )
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise OSError(f"exit code {done.returncode}{': ' if last else ''}{''.join(last)}")
