"""What no setting may take from the portals: politeness is not an option to switch off.

Portals on loopback are tests and the sample, and need neither contact nor pause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapy.settings import SETTINGS_PRIORITIES, BaseSettings

from crawler.portal import LEAST_DELAY, Portal

FIXED = (
    "ROBOTSTXT_OBEY",
    "CONCURRENT_REQUESTS_PER_DOMAIN",
    "CONCURRENT_REQUESTS_PER_IP",
    "DOWNLOAD_SLOTS",
    "AUTOTHROTTLE_ENABLED",
    "DOWNLOADER",
    "DOWNLOADER_MIDDLEWARES",
    "DOWNLOADER_MIDDLEWARES_BASE",
    "DOWNLOAD_HANDLERS",
    "DOWNLOAD_VERIFY_CERTIFICATES",
    "TWISTED_DNS_RESOLVER",
    "USER_AGENT",
)
"""Settings that a command line may not change where a public portal is asked."""

_CONTACT = re.compile(r"[\x21-\x7e]+@[\w-]+\.[\w.-]+|https?://[\w-]+\.[\x21-\x7e]+", re.ASCII)


def stay_polite(settings: BaseSettings, portals: Iterable[Portal]) -> None:
    """Raises ValueError, one sentence, where settings would be rude to one of these portals."""
    public = next((portal for portal in portals if not portal.loopback), None)
    if public is None:
        return
    for name in FIXED:
        if (settings.getpriority(name) or 0) >= SETTINGS_PRIORITIES["cmdline"]:
            raise ValueError(
                f"{name} cannot be set for {public.site}: how portals are asked is no option"
            )
    if settings.getfloat("DOWNLOAD_DELAY") < LEAST_DELAY:
        raise ValueError(
            f"a DOWNLOAD_DELAY of {settings['DOWNLOAD_DELAY']} s is too short for {public.site}: "
            f"below {LEAST_DELAY:g} s only portals on loopback may be asked"
        )
    contact = settings["GONGKAI_CONTACT"]
    if not _CONTACT.fullmatch(contact) or contact not in settings["USER_AGENT"]:
        raise ValueError(
            f"{public.site} is asked only with a contact: set the environment variable "
            "GONGKAI_CONTACT to your mail address or the address of a page about your crawl"
        )
