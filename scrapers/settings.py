"""Scrapy's settings where its defaults do not fit a service that asks a few hundred hosts, politely, for months.

Each line that differs from Scrapy 2.19's default says why. ``scrapy crawl`` and the service use the same.
"""

import os

BOT_NAME = "groundstop"
SPIDER_LOADER_CLASS = "scrapers.spiders.RecordLoader"
GROUNDSTOP_SOURCES = [path for path in os.environ.get("GROUNDSTOP_SOURCES", "").split(os.pathsep) if path]
"""Files and folders of sources; empty: data/sources."""

# Who asks. A site's operator should be able to reach whoever runs this: an address of a page, or of mail.
GROUNDSTOP_CONTACT = os.environ.get("GROUNDSTOP_CONTACT", "")
USER_AGENT = f"groundstop/0.1 (+{GROUNDSTOP_CONTACT})" if GROUNDSTOP_CONTACT else "groundstop/0.1 (no contact set)"
ROBOTSTXT_USER_AGENT = "groundstop"

# Politeness. One crawl for the whole service, so these hold for the whole service.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 32  # most of them wait on slow servers
CONCURRENT_ITEMS = 1  # one writer stores them one by one; 100 are 100 tasks for each answer, half of what a run costs
CONCURRENT_REQUESTS_PER_DOMAIN = 1  # nobody needs two of our requests at once
DOWNLOAD_DELAY = 1.0
COOKIES_ENABLED = False  # a notice is public; nobody is to recognise us
REFERER_ENABLED = True
REFERRER_POLICY = "no-referrer"  # Scrapy's redirects want the middleware there, and we want it silent
AUTOTHROTTLE_ENABLED = False  # a fixed delay that is long enough, instead of one that probes

# What comes back.
DOWNLOAD_TIMEOUT = 30.0  # 180 would keep a stop, and a place, waiting
DNS_TIMEOUT = 10.0
DOWNLOAD_VERIFY_CERTIFICATES = True  # off by default
DOWNLOAD_MAXSIZE = 8 * 1024 * 1024  # 1 GiB by default; also what a compressed body may unfold to
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True  # half a page is no page
HTTPERROR_ALLOW_ALL = True  # the spiders read every status themselves
TWISTED_DNS_RESOLVER = "scrapers.resolver.PublicResolver"
DOWNLOAD_HANDLERS = {
    "http": "scrapers.downloads.Downloads",
    "https": "scrapers.downloads.Downloads",
    # a page must not make us read a file, or log in somewhere
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # fetch() and HomeRedirects know the hosts of a source
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,  # keeps rules for ever, and takes a 500 for permission
    "scrapers.robots.Robots": 100,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "scrapers.middlewares.PatientRetries": 550,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "scrapers.middlewares.HomeRedirects": 600,
    "scrapy.downloadermiddlewares.cookies.CookiesMiddleware": None,
    "scrapy.downloadermiddlewares.httpcache.HttpCacheMiddleware": None,  # our own validators: it never asks again for a page it holds fresh
}
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,  # drops a request without telling its run
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # a list and its articles are as deep as it gets
}
METAREFRESH_ENABLED = False  # a page that sends us on is not the page that the record names
REDIRECT_MAX_TIMES = 5
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408]  # never 429: it asks for the opposite
RETRY_EXCEPTIONS = [  # no time-outs: who took 30 s once is asked again when it is due
    "scrapy.exceptions.DownloadConnectionRefusedError",
    "scrapy.exceptions.DownloadFailedError",
    "scrapy.exceptions.ResponseDataLossError",
]
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the run's verdict tells it

# What we do without.
REMOTE_CONTROL_ENABLED = False  # on by default: a port that runs the Python sent to it
TELNETCONSOLE_ENABLED = False  # likewise
MEMUSAGE_ENABLED = False  # judges the whole process
LOGSTATS_INTERVAL = 0
STATS_DUMP = False  # the runs table says it better
WARN_ON_GENERATOR_RETURN_VALUE = False  # parses the source code of each callback
LOG_LEVEL = "INFO"
LOG_VERSIONS: list[str] = []

FEED_EXPORTERS = {"csv": "scrapers.export.PlainCsv"}
FEED_EXPORT_ENCODING = "utf-8"  # `scrapy crawl NAME -O out.jsonl` in letters, not \u escapes
