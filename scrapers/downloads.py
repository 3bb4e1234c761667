"""Scrapy's HTTP/1.1 downloads, which a stop can break off.

Scrapy's own stop waits for every answer under way: with a server that hangs, DOWNLOAD_TIMEOUT.
"""

import asyncio

from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from scrapers.failures import Refused

break_off = object()
"""Signal: no download shall go on, or begin."""


class Downloads(HTTP11DownloadHandler):
    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.under_way: set[asyncio.Future[Response]] = set()
        self.stopped = False
        crawler.signals.connect(self.stop, break_off)

    def stop(self) -> None:
        self.stopped = True
        for download in self.under_way:
            download.cancel()

    async def download_request(self, request: Request) -> Response:
        if self.stopped:
            raise Refused("unreachable", "the service stops")
        download = asyncio.ensure_future(super().download_request(request))
        self.under_way.add(download)
        try:
            return await download
        except asyncio.CancelledError:
            if not self.stopped:
                raise
            raise Refused("unreachable", "the service stops") from None
        finally:
            self.under_way.discard(download)
