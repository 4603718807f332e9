"""The site: Datasette on an archive, with the project's texts, templates and plugins.

A page of ours is a module here that reads the database and says what its template shows
(pages.py lists them, page.py says what one is); the plugins in data/datasette/plugins/ only connect
them to Datasette. Words are in data/site/ (words.py), in the language of the request (language.py).

It shows the published snapshot and takes up each new one without a restart
(data/datasette/plugins/snapshots.py); where nothing has been published yet, the live database.
server.py starts its processes.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "data" / "datasette"

SETTINGS: dict[str, bool | int] = {
    # Suggesting facets tries every column on every page: 2.6 s a page at a million rows.
    "suggest_facets": False,
    "default_page_size": 50,
    "max_returned_rows": 5000,
    "sql_time_limit_ms": 5000,
    # At the default of 200 ms the facets of a large table vanish without a word.
    "facet_time_limit_ms": 2000,
    "default_facet_size": 12,
    # A CSV of a whole table is never cut short.
    "max_csv_mb": 0,
    "allow_download": False,
}
