"""One crawl for the life of the service: a source's run is a few requests in it, not a crawl of its own.

So Scrapy's delays and places for each host, and what it knows of each robots.txt, hold for the whole service; and a run
costs what its requests cost (a Crawler for each run costs about four times as much as its one request).

How a service uses it, asyncio first::

    async def serve():
        crawl = Crawl(store=store, memory=store, pipelines={"pipelines.recorder.Recorder": 300})
        await crawl.start()              # takes over Twisted's reactor, in this loop
        run = await crawl.run(source)    # as often as it likes, many at once, one at a time for each source
        await crawl.stop()               # within seconds

    asyncio.run(serve())

An item pipeline finds in ``from_crawler(crawler)`` the store as ``crawler.spider.store``, and while it processes a
notice the run as ``crawler.spider.runs[notice.source]``. A notice counts as settled when the pipelines return it, and as
lost when they raise; a pipeline may also say ``run.settle(notice)`` itself.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.settings import Settings

from scrapers.base import SourceSpider
from scrapers.downloads import break_off
from scrapers.notice import Notice
from scrapers.resolver import PublicResolver
from scrapers.run import Memory, NoMemory, Run
from scrapers.spiders import spider_class

if TYPE_CHECKING:
    from scrapers.sources import Source

LONGEST = 1800.0
"""Seconds after which a run is given up that has not ended by itself, whatever the reason; its own limits are narrower."""

logger = logging.getLogger(__name__)


class Watch(scrapy.Spider):
    """Asks for whatever falls due. Its ``start()`` never ends, which keeps the crawl open."""

    name = "watch"
    runs: dict[str, Run]
    """The runs that are under way, by source."""
    store: Any

    def __init__(self, store: Any = None) -> None:
        super().__init__()
        self.store = store
        self.runs = {}
        self.due: asyncio.Queue[tuple[SourceSpider, Run]] = asyncio.Queue()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> "Watch":
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.stored, signals.item_scraped)
        crawler.signals.connect(spider.lost, signals.item_dropped)
        crawler.signals.connect(spider.lost, signals.item_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        while True:
            spider, run = await self.due.get()
            if run.ended.is_set():
                continue
            try:
                for request in spider.begin(run):
                    yield request
            except Exception as error:  # one source's mistake; the others go on
                logger.exception("%s does not begin", run.source.name)
                run.fail("parse_error", run.source.url, f"{type(error).__name__}: {error}")

    def stored(self, item: Any) -> None:
        self._settle(item, stored=True)

    def lost(self, item: Any) -> None:
        self._settle(item, stored=False)

    def _settle(self, item: Any, stored: bool) -> None:
        if isinstance(item, Notice) and item.source in self.runs:
            self.runs[item.source].settle(item, stored)


class Crawl:
    """The one crawl, for the service: ``start``, any number of ``run``, ``stop``."""

    def __init__(
        self,
        *,
        store: Any = None,
        memory: Memory | None = None,
        pipelines: Mapping[str, int] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        settings: Mapping[str, Any] | None = None,
        answered: Callable[[Response, Request], None] | None = None,
    ) -> None:
        """``settings`` are Scrapy's, over those of ``scrapers.settings`` (a test's DOWNLOAD_DELAY, for instance).

        ``answered`` sees each answer as it came, redirects followed.
        """
        self._answered = answered
        self.memory: Memory = NoMemory() if memory is None else memory
        self.now = now
        self._store = store
        self._settings = Settings()
        self._settings.setmodule("scrapers.settings", priority="project")
        self._settings.set("ITEM_PIPELINES", dict(pipelines or {}), priority="cmdline")
        self._settings.setdict(dict(settings or {}), priority="cmdline")
        # Without any delay, Scrapy 2.19 lets all requests that wait for a host go at once, whatever its limit for each host.
        self._settings.set("DOWNLOAD_DELAY", max(self._settings.getfloat("DOWNLOAD_DELAY"), 0.001), priority="cmdline")
        self._spiders: dict[str, SourceSpider] = {}
        self._crawler: Crawler
        self._crawling: asyncio.Task[None]
        self._stopping = False

    async def start(self) -> None:
        """Opens the crawl. Raises what a pipeline raises while it opens."""
        _take_over_reactor(self._settings)
        self._crawler = Crawler(Watch, self._settings)
        opened = asyncio.Event()
        self._crawler.signals.connect(opened.set, signals.spider_opened)
        if self._answered is not None:
            self._crawler.signals.connect(self._heard, signals.response_received)
        self._crawling = asyncio.create_task(self._crawler.crawl_async(store=self._store), name="crawl")
        self._crawling.add_done_callback(self._ended)
        opening = asyncio.create_task(opened.wait())
        await asyncio.wait({opening, self._crawling}, return_when=asyncio.FIRST_COMPLETED)
        opening.cancel()
        if self._crawling.done():
            await self._crawling
            raise RuntimeError("the crawl ended before it began")

    def _heard(self, response: Response, request: Request) -> None:
        if self._answered is not None:
            self._answered(response, request)

    @property
    def alive(self) -> bool:
        return not self._crawling.done()

    async def run(self, source: "Source") -> Run:
        """One run of ``source``, over when everything it brought is stored. Failures stand in the run; none is raised.

        A second run of a source waits for the first. After ``stop`` a run ends at once, interrupted.
        """
        watch = self._watch
        while source.name in watch.runs:
            await watch.runs[source.name].ended.wait()
            await asyncio.sleep(0)
        run = Run(source, self.now())
        if self._stopping or not self.alive:
            run.interrupt()
            return run
        watch.runs[source.name] = run
        try:
            watch.due.put_nowait((self._spider(source), run))
            await asyncio.wait_for(run.ended.wait(), LONGEST)
        except TimeoutError:
            logger.error("%s: the run does not end by itself", source.name)
            run.give_up()
        finally:
            run.interrupt()
            del watch.runs[source.name]
        return run

    async def stop(self, grace: float = 2.0) -> None:
        """Ends the runs that are under way and closes the crawl.

        Answers that come within ``grace`` seconds are read and stored; then the downloads are broken off.
        """
        self._stopping = True
        runs = list(self._watch.runs.values())
        for run in runs:
            run.stop()
        await _all_ended(runs, grace)
        self._break_off()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._crawler.stop_async(), 3 * grace)
        for run in runs:
            run.interrupt()
        if not self._crawling.done():
            logger.warning("the crawl does not close: its task is cancelled")
            self._crawling.cancel()
        await asyncio.wait({self._crawling}, timeout=grace)

    def _break_off(self) -> None:
        """Every request under way fails now: those that download, and those that wait for a host's delay to pass."""
        self._crawler.signals.send_catch_log(break_off)
        downloader = self._crawler.engine.downloader
        for slot in downloader.slots.values():
            slot.delay = 0.0
            slot.close()  # the timer, not the place
            downloader._process_queue(slot)

    def _ended(self, crawling: asyncio.Task[None]) -> None:
        """However the crawl ended, nobody waits for its runs any more."""
        if not self._stopping:
            logger.error("the crawl has ended by itself", exc_info=None if crawling.cancelled() else crawling.exception())
        if isinstance(self._crawler.spider, Watch):
            for run in list(self._watch.runs.values()):
                run.interrupt()

    @property
    def _watch(self) -> Watch:
        watch = self._crawler.spider
        assert isinstance(watch, Watch)
        return watch

    def _spider(self, source: "Source") -> SourceSpider:
        spider = self._spiders.get(source.name)
        if spider is None or spider.source is not source:
            spider = self._spiders[source.name] = spider_class(source)()
            spider.memory, spider.now = self.memory, self.now
        return spider


async def _all_ended(runs: list[Run], seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*(run.ended.wait() for run in runs)), seconds)


def _take_over_reactor(settings: Settings) -> None:
    """Twisted's reactor in the running loop, once for each process. Raises ``RuntimeError`` where it lives in another loop."""
    loop = asyncio.get_running_loop()
    if "twisted.internet.reactor" not in sys.modules:
        from twisted.internet import asyncioreactor

        asyncioreactor.install(loop)
    from twisted.internet import reactor

    if getattr(reactor, "_asyncioEventloop", None) is not loop:
        raise RuntimeError("Twisted's reactor lives in another event loop: one loop for each process")
    if not reactor.running:  # type: ignore[attr-defined]
        PublicResolver(reactor, settings.getfloat("DNS_TIMEOUT")).install_on_reactor()
        reactor.startRunning(installSignalHandlers=False)  # type: ignore[attr-defined]
