"""安徽 Openness (信息公开 of 宣城, 亳州, 池州, 黄山; also 呼伦贝尔): annual reports have a module.

Lists are /OpennessContent/showList/<unit>/<column>/page_<n>.html and articles
/OpennessContent/show/<id>.html; XxgkContent and BranchOpennessContent are the same of other
versions. Annual reports are /OpennessAnnualReport/show/<id>.html (XxgkAnnualReport), or
/OpennessAnnualReport/year/show/<unit>/<year>.html, which has no number of its own.

- Lists are static and name the next page in a link; the number of pages may be too high.
- Attachments are /OpennessAnnualReport/download/<id>.html beside ordinary files; clicks are
  painted by script.

Sources: stored pages of 宣城, 池州 and 枞阳; the source of the system that pingyu.gov.cn ran on.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.families.generic import Generic
from crawler.families.page import Page
from crawler.links import Shape

_MODULES = r"/(?:Branch)?(?:Openness|Xxgk)(?:Content|AnnualReport)s?"
_MODULE = re.compile(_MODULES + r"(?:/|\b)", re.I)
_DETAIL = re.compile(_MODULES + r"/(?:show/\w+|year/show/\w+/\d{4})(?:\.html)?$", re.I)
_DOWNLOAD = re.compile(_MODULES + r"/download/", re.I)
_FURTHER_PAGE = re.compile(r"/page_(\d+)\.html$", re.I)
_ONE_ARTICLE = re.compile(_MODULES + r"/?\?(?:.*&)?id=", re.I)


class Openness(Generic):
    name = "openness"

    def recognise(self, page: Page) -> str | None:
        paths = (urlsplit(page.url).path, *sorted(page.own_paths))
        found = next(filter(None, map(_MODULE.search, paths)), None)
        return f"its addresses have {found[0].rstrip('/')}" if found else None

    def shape(self, url: str) -> Shape:
        path = urlsplit(url).path
        if _DETAIL.search(path) or _ONE_ARTICLE.search(url):
            return "detail"
        if _DOWNLOAD.search(path):
            return "attachment"
        if number := _FURTHER_PAGE.search(path):
            return "column" if number[1] == "1" else "page"
        return "column" if _MODULE.search(path) else super().shape(url)
