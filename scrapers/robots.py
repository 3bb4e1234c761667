"""robots.txt as RFC 9309 has it: obeyed, kept for a day, and where it cannot be read for now, nothing else is read either."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from protego import Protego
from scrapy.exceptions import NotConfigured
from scrapy.http import Request
from scrapy.http.request import NO_CALLBACK

from scrapers.answer import decode
from scrapers.failures import Refused, status_kind, why

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

KEPT = 24 * 3600.0
"""Seconds for which a robots.txt counts."""
AGAIN = 600.0
"""Seconds after which one that could not be read is tried again."""
LARGEST = 512 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for 500 KiB."""
HOSTS = 1000
LONGEST_DELAY = 30.0


@dataclass(slots=True)
class _Rules:
    """What one host allows."""

    parser: Protego | None = None
    """None: everything, where ``closed`` is None."""
    closed: tuple[str, str] | None = None
    """Why nothing is allowed at present: the kind of failure, and details."""
    until: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """Downloader middleware. Also keeps the site's Crawl-delay."""

    def __init__(self, crawler: "Crawler") -> None:
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        self.crawler = crawler
        self.agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self.rules: OrderedDict[str, _Rules] = OrderedDict()

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "Robots":
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        rules = await self._rules(f"{parts.scheme}://{parts.netloc}", {"proxy": request.meta["proxy"]} if "proxy" in request.meta else {})
        if rules.closed:
            raise Refused(*rules.closed)
        if rules.parser is None:
            return
        if not rules.parser.can_fetch(request.url, self.agent):
            raise Refused("robots", "forbidden by robots.txt")
        if delay := rules.parser.crawl_delay(self.agent):
            self._slow_down(parts.hostname or "", min(float(delay), LONGEST_DELAY))

    async def _rules(self, origin: str, meta: dict[str, Any]) -> _Rules:
        rules = self.rules.setdefault(origin, _Rules())
        self.rules.move_to_end(origin)
        if len(self.rules) > HOSTS:
            self.rules.popitem(last=False)
        async with rules.lock:  # whoever comes first asks, the others wait for what it learns
            if rules.until < monotonic():
                await self._learn(origin, rules, meta)
        return rules

    async def _learn(self, origin: str, rules: _Rules, meta: dict[str, Any]) -> None:
        """Asks for robots.txt. 4xx, 429 apart: there is none. Unreachable or 5xx: what was known counts on, else nothing is allowed."""
        meta = {**meta, "dont_obey_robotstxt": True, "max_retry_times": 1}
        try:
            response = await self.crawler.engine.download_async(
                Request(f"{origin}/robots.txt", callback=NO_CALLBACK, meta=meta, priority=1000, dont_filter=True)
            )
        except Exception as error:
            if isinstance(error, Refused) and error.kind == "redirected":  # led elsewhere, or in circles: there is none here
                rules.parser, rules.closed, rules.until = None, None, monotonic() + KEPT
                return
            self._close(rules, *why(error))
            return
        if response.status >= 500 or response.status == 429:
            self._close(rules, status_kind(response.status), f"status {response.status}")
            return
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
        rules.parser = Protego.parse(decode(response.body[:LARGEST], content_type)) if response.status == 200 else None
        rules.closed, rules.until = None, monotonic() + KEPT

    def _close(self, rules: _Rules, kind: str, detail: str) -> None:
        rules.until = monotonic() + AGAIN
        if rules.parser is None:
            rules.closed = kind, f"robots.txt: {detail}"

    def _slow_down(self, host: str, delay: float) -> None:
        downloader = self.crawler.engine.downloader
        if delay > downloader.settings.getfloat("DOWNLOAD_DELAY"):
            downloader.per_slot_settings.setdefault(host, {})["delay"] = delay  # for the slots to come; they are let go when idle
            if host in downloader.slots:
                downloader.slots[host].delay = delay
