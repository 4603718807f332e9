"""What goes wrong is said in the reader's language, in a sentence, and at once.

Where the package rich is there, Datasette prints each such exception with all its variables, which
takes a second and more, and fills the log with what is no fault.
"""

from __future__ import annotations

from datasette import handle_exception as datasettes_own
from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError

from pipelines.site.language import asked
from pipelines.site.words import error_text, say

INTERRUPTED = "SQL Interrupted"


@hookimpl
def startup() -> None:
    datasettes_own.rich = None


@hookimpl
def handle_exception(datasette: Datasette, exception: Exception) -> None:
    """Put our words in the place of Datasette's, which then makes its page of errors."""
    language = asked.get().language
    if isinstance(exception, DatasetteError):
        if exception.title == INTERRUPTED:
            seconds = datasette.setting("sql_time_limit_ms") / 1000
            exception.message = say("common.too_slow", language, seconds=seconds)
            exception.message_is_html = False
        if exception.status == 500:
            exception.status = 400  # Datasette's word for any address that makes no sense
        exception.message = error_text(exception.message, language)
        exception.title = error_text(exception.title or "", language)
    elif isinstance(exception, Base400) and exception.args:
        exception.args = (error_text(str(exception.args[0]), language),)
