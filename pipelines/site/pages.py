"""The pages of the site. A new one is a module with a ``PAGE``, a template, a file of words in
data/site/, and an entry here; nothing else knows it."""

from __future__ import annotations

from pipelines.site import (
    codebook,
    compare,
    definitions,
    division,
    download,
    explore,
    home,
    report,
    search,
)
from pipelines.site.page import Page

PAGES: tuple[Page, ...] = (
    home.PAGE,
    division.PAGE,
    report.PAGE,
    search.PAGE,
    explore.PAGE,
    compare.PAGE,
    definitions.PAGE,
    download.PAGE,
    codebook.PAGE,
)
