"""Scrapy's settings: only what differs from its defaults, each with its reason."""

import os
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from pipelines.archive.message import LARGEST

try:
    _VERSION = version("gongkai")
except PackageNotFoundError:
    _VERSION = "unreleased"

BOT_NAME = "gongkai"
SPIDER_MODULES = ["crawler.spiders"]

# The archive that a crawl writes to.
GONGKAI_HOME = os.environ.get(
    "GONGKAI_HOME", str(Path(__file__).resolve().parent.parent / "data" / "archive")
)

# Portals are told who asks and whom to turn to: an address of the operator's, never a browser's
# name. Without one only portals on loopback are asked (crawler.politeness).
GONGKAI_CONTACT = os.environ.get("GONGKAI_CONTACT", "").strip()
USER_AGENT = f"gongkai/{_VERSION}" + (f" (+{GONGKAI_CONTACT})" if GONGKAI_CONTACT else "")
# For `scrapy shell`; a crawl has crawler.robots in its place, which cannot be switched off.
ROBOTSTXT_OBEY = True

# One request at a time to a server and a pause between two: these servers are small. A crawl sets
# the pause of each (crawler.pace), which begins at this one.
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOADER = "crawler.downloader.StrictDownloader"
DOWNLOAD_DELAY = 1.5
# Portals at once: enough to keep one processor busy at that pause.
CONCURRENT_REQUESTS = 64

# Small servers answer in a second or never.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = LARGEST
DOWNLOAD_WARNSIZE = 0
RETRY_TIMES = 2
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the spider says it in its own line

# The walk follows redirects itself, as links: it knows what it has seen and where it may go. The
# middleware stays for robots.txt alone.
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False
# An archive keeps the headers as they were on the wire.
DOWNLOAD_HANDLERS = {
    "http": "crawler.download.WireDownloadHandler",
    "https": "crawler.download.WireDownloadHandler",
}
# Unless the record of a portal says otherwise (`tls`, crawler.tls); Scrapy would take any.
DOWNLOAD_VERIFY_CERTIFICATES = True
# A page is one item, and Scrapy starts as many tasks as this for each answer.
CONCURRENT_ITEMS = 1
# Looks into the source of each callback, at every answer.
WARN_ON_GENERATOR_RETURN_VALUE = False
# Requests and bytes are counted in the archive's database.
DOWNLOADER_STATS = False
# A public name may point at this machine or its network.
TWISTED_DNS_RESOLVER = "crawler.middlewares.PublicResolver"
# A portal that hides pages from those without a session is not what we archive; and a page must
# not depend on the pages asked before it.
COOKIES_ENABLED = False
DOWNLOADER_MIDDLEWARES = {"scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
    # What pipelines.archive.message undoes, and every reader of WARC files with it. Scrapy would
    # ask for zstd as well.
    "Accept-Encoding": "gzip, deflate, br",
}

# crawler.frontier remembers what was asked, over all runs and crashes.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
SCHEDULER_PRIORITY_QUEUE = "scrapy.pqueues.DownloaderAwarePriorityQueue"

# Both let whoever reaches them run Python in this process. As the others that are None here and in
# the spider, they are not even loaded: each brings packages that take a tenth of a second.
EXTENSIONS = {
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
}

LOG_LEVEL = "INFO"
LOG_SHORT_NAMES = True
LOGSTATS_INTERVAL = 0
