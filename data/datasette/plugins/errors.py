"""A page that is asked for in vain is said to be missing at once.

Where the package rich is there, Datasette prints each such exception with all its variables, which
takes a second and more, and fills the log with what is no fault.
"""

from __future__ import annotations

from datasette import handle_exception, hookimpl


@hookimpl
def startup() -> None:
    handle_exception.rich = None
