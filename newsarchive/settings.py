"""Scrapy settings: polite and closed by default.

A profile's ``delay`` and ``concurrency`` overrule the two values here for its own site.
``NEWSARCHIVE_DIR`` and ``NEWSARCHIVE_CONTACT`` are read from the environment.
"""

import os

from newsarchive import __version__

BOT_NAME = "newsarchive"
SPIDER_MODULES = ["newsarchive.spiders"]
SPIDER_LOADER_CLASS = "newsarchive.spiders.loader.ProfileSpiderLoader"

NEWSARCHIVE_DIR = os.environ.get("NEWSARCHIVE_DIR") or "data"
# Whom a site's keeper may write to: an address or a page. Printed in every request.
NEWSARCHIVE_CONTACT = os.environ.get("NEWSARCHIVE_CONTACT", "")
USER_AGENT = f"newsarchive/{__version__} (archive of district news; " + (
    f"contact: {NEWSARCHIVE_CONTACT})" if NEWSARCHIVE_CONTACT else "contact not set)"
)

# Polite: what robots.txt says, one request at a time, a second apart, slower where the site is slow.
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "newsarchive"
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "newsarchive.spiders.manners.OwnHosts": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "newsarchive.spiders.manners.Robots": 100,
    # Before Scrapy's own, at 550, tries an answer again.
    "newsarchive.spiders.manners.Patience": 560,
}
DOWNLOAD_DELAY = 1.0
CONCURRENT_REQUESTS_PER_DOMAIN = 1
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 60.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0
RETRY_TIMES = 2
# A page given up is a failure row, told once in the run's last word.
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 32 * 1024 * 1024
DOWNLOAD_WARNSIZE = 8 * 1024 * 1024
REDIRECT_MAX_TIMES = 5
# Pictures of articles: bytes of one, and how many a run asks for; the next goes on from there.
NEWSARCHIVE_IMAGE_MAXSIZE = os.environ.get("NEWSARCHIVE_IMAGE_MAXSIZE") or 10 * 1024 * 1024
NEWSARCHIVE_IMAGES_PER_RUN = os.environ.get("NEWSARCHIVE_IMAGES_PER_RUN") or 2000
# The ages at which an article is looked at again, each once: h hours, d days, w weeks; "never" for none.
NEWSARCHIVE_REVISIT = os.environ.get("NEWSARCHIVE_REVISIT") or "6h 1d 3d 1w 4w 13w"
# An answer that broke off is recorded as it came; the spider asks again.
DOWNLOAD_FAIL_ON_DATALOSS = False

# Closed: nothing listens, nothing but the web is read, nothing is remembered for the site, certificates are checked.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOAD_HANDLERS = {"data": None, "file": None, "ftp": None, "s3": None}
COOKIES_ENABLED = False
DOWNLOAD_VERIFY_CERTIFICATES = True

# The frontier in SQLite is the queue: Scrapy holds a handful of requests, in the order they were given.
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
# Error pages are read by the spider, which knows what 404 and 500 mean to the archive.
HTTPERROR_ALLOW_ALL = True

# The spider gives one thing a page: to take it Scrapy would start a hundred workers at each. It would also read the
# spider's source at each page again, to warn of a mistake there.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False

# What warcio can check and any reader can unpack; br and zstd are left out.
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "vi,en;q=0.5",
    "Accept-Encoding": "gzip, deflate",
}

EXTENSIONS = {
    "newsarchive.recorder.Recorder": 0,
    "scrapy.extensions.remote_control.RemoteControl": None,
    "scrapy.extensions.telnet.TelnetConsole": None,
}
ITEM_PIPELINES = {
    "newsarchive.pipelines.NormalisePipeline": 100,
    "newsarchive.pipelines.ValidatePipeline": 200,
    "newsarchive.pipelines.StorePipeline": 300,
}
