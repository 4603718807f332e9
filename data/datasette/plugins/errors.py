"""What goes wrong is said in the reader's language, in a sentence, and at once.

Datasette's own handler gives a page in English, passes on what Python says of itself, and prints
each exception: an address that makes no sense is no fault of the site. Only what we did not foresee
is a 500 here, and alone goes to the log.
"""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from datasette import handle_exception as datasettes_own
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.plugins import pm
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError
from jinja2 import Environment

from pipelines.archive.archived_bytes import NotProved
from pipelines.reasons import reason_in
from pipelines.site.language import asked
from pipelines.site.page import Missing, NotUnderstood
from pipelines.site.words import error_text, say

App = Callable[..., Awaitable[None]]

UNKNOWN = "common.bad_address_said"
"""Quotes what Datasette says where we have no words for it."""

STATIC = ("/assets/", "/-/static/")

READING = ("GET", "HEAD", "OPTIONS")
"""Methods that are answered: nothing of the site can be written to."""

CLOSED = re.compile(r"/-/(?:allow-debug|auth-token|logout|messages|patterns|permissions)$")
"""Pages of Datasette for those who sign in and those who write for it: nobody signs in here."""

_ADDRESS_FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, sqlite3.ProgrammingError)
"""What Datasette's pages of data raise over a parameter or a key that they did not look at before
they used it: ``_timelimit=x``, ``_through=1``, a row of three keys asked for by one."""

_log = logging.getLogger("gongkai.site")


class Said(NamedTuple):
    """An answer to what goes wrong."""

    status: int
    sentence: str
    title: str | None = None


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    env.globals["sql_error"] = lambda error: _translate(str(error), "common.sql_error")


@hookimpl
def startup() -> None:
    if pm.is_registered(datasettes_own):
        pm.unregister(datasettes_own)


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Awaitable[Response]:
    said = _understand(datasette, request.path, exception)
    if said.status == 500:
        _log.error("%s", request.full_path[:500], exc_info=exception)
    return _answer(datasette, request.path, said)


@hookimpl
def forbidden(datasette: Datasette, request: Request, message: str) -> Awaitable[Response]:
    return _answer(datasette, request.path, Said(403, _translate(message)))


@hookimpl(tryfirst=True)
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """What no page is made for is refused before Datasette sees it; within the wrappers that know
    the language and add the headers."""

    def wrap(app: App) -> App:
        async def with_refusals(scope: Any, receive: Any, send: Any) -> None:
            refusal = await _refuse(datasette, scope) if scope["type"] == "http" else None
            if refusal:
                await refusal.asgi_send(send)
            else:
                await app(scope, receive, send)

        return with_refusals

    return wrap


async def _refuse(datasette: Datasette, scope: Any) -> Response | None:
    language, method, path = asked.get().language, scope["method"], scope["path"]
    allowed = {"allow": ", ".join(READING)}
    if method == "OPTIONS":
        return Response("", 204, allowed)
    if method not in READING:
        said = Said(405, say("common.only_reading", language))
        return await _answer(datasette, path, said, allowed)
    if CLOSED.match(path):
        return await _answer(datasette, path, Said(404, say("common.no_page", language)))
    return None


def _understand(datasette: Datasette, path: str, exception: Exception) -> Said:
    """What an exception says to the reader."""
    language = asked.get().language
    match exception:
        case Missing():
            return Said(404, str(exception))
        case NotUnderstood():
            return Said(400, str(exception))
        case NotProved():
            return Said(410, reason_in(language, str(exception)))
        case QueryInterrupted() | DatasetteError(title="SQL Interrupted"):
            return Said(400, _too_slow(datasette), _translate("SQL Interrupted"))
        case sqlite3.OperationalError(args=("interrupted",)):
            return Said(503, _too_slow(datasette))
        case DatasetteError(title=title):
            unknown = "common.sql_error" if title == "Invalid SQL" else UNKNOWN
            # Datasette's word for any address that makes no sense is 500.
            status = 400 if exception.status == 500 else exception.status
            said = _translate(exception.message, unknown)
            return Said(status, said, _translate(title) if title else None)
        case Base400():
            said = str(exception.args[0]) if exception.args else ""
            return Said(exception.status, _translate(said))
        case OSError() if path.startswith(STATIC):
            return Said(404, say("common.no_page", language))
    if isinstance(exception, _ADDRESS_FAULTS) and not path.startswith("/-/"):
        return Said(400, say("common.bad_address", language))
    return Said(500, say("common.our_fault", language))


def _too_slow(datasette: Datasette) -> str:
    seconds = datasette.setting("sql_time_limit_ms") / 1000
    return say("common.too_slow", asked.get().language, seconds=seconds)


def _translate(sentence: str, unknown: str = UNKNOWN) -> str:
    """A sentence of Datasette's in the reader's language; one that we do not know is quoted in one
    of ours."""
    language = asked.get().language
    known = error_text(sentence, language)
    return say(unknown, language, said=sentence) if known is None else known


async def _answer(
    datasette: Datasette, path: str, said: Said, headers: dict[str, str] | None = None
) -> Response:
    """JSON for who asked for it, a line of text for who asked for CSV, else a page."""
    if path.endswith(".json"):
        facts = {"ok": False, "error": said.sentence, "status": said.status, "title": said.title}
        return Response.json(facts, status=said.status, headers=headers)
    if path.endswith(".csv"):
        return Response.text(f"{said.sentence}\n", status=said.status, headers=headers)
    template = datasette.jinja_env.get_template("error.html")
    words = {"status": said.status, "title": said.title, "error": said.sentence}
    page = await template.render_async(words | {"urls": datasette.urls})
    return Response.html(page, status=said.status, headers=headers)
