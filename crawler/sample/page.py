"""A page as the portal answers it, and the pages that say that there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crawler.sample.texts import template

NOTICE = (
    "本站为虚构的示例门户，地名、机构和数据均为虚构 · "
    "Fictional sample portal: places, bodies and figures are invented"
)
CLOCK = '<p class="today">今天是{{today}}　您是第{{visitor}}位访问者</p>'
"""What changes at every request, with places that ``Page.body`` fills in."""
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Page:
    """What the portal answers. ``text`` may hold places for what changes at every request, which
    ``body`` fills in; only a page without them can have ``modified`` and with it validators. A
    ``file`` is answered instead of text."""

    text: str
    content_type: str = "text/html"
    encoding: str = "utf-8"
    status: int = 200
    modified: datetime | None = None
    file: bytes = b""

    @property
    def is_live(self) -> bool:
        """Whether it changes at every request."""
        return "{{" in self.text

    def body(self, now: datetime = datetime(2026, 11, 22), visitor: int = 1) -> bytes:
        if self.file:
            return self.file
        text = self.text
        if self.is_live:
            day = f"{now:%Y年%m月%d日} 星期{_WEEKDAYS[now.weekday()]} {now:%H:%M:%S}"
            text = text.replace("{{today}}", day).replace("{{visitor}}", str(visitor))
            text = text.replace("{{session}}", f"{visitor:032X}")
        return text.encode(self.encoding)


def missing() -> Page:
    """A page that is not there and yet answers 200."""
    return Page(template("missing").substitute(notice=NOTICE), "text/html; charset=UTF-8")


def gone() -> Page:
    """The answer for a page that is not there: 404 with the CMS's own text."""
    return Page(template("gone").substitute(notice=NOTICE), status=404)
