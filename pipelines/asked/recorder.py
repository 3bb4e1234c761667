"""The item pipeline that asks before it stores, while the loop goes on: other sources are fetched and stored, the service beats.

Only what is new or changed, and stands in words and not in fields, is asked about. A notice is stored when its answer is there, if its run
is still under way; else it is dropped, and read again by the next run.
"""

import asyncio
import logging
from datetime import date
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakSet

from scrapy.exceptions import DropItem

from pipelines.asked.extractor import Asked
from pipelines.recorder import Recorder, cleaned_of, taken
from pipelines.understanding import Extractor, states_fields
from scrapers.downloads import break_off
from scrapers.notice import Notice

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from pipelines.cleaning.clean import Cleaned
    from pipelines.extract import Extraction
    from pipelines.storage.store import Store
    from scrapers.run import Run

ASKING = 1200.0
"""Seconds from a run's first question to its last. What has not had its turn by then is read by the built-in: a run has to end
(``scrapers.watch.LONGEST``), and the first round over a hundred sources brings thousands of notices."""

log = logging.getLogger(__name__)


class AskingRecorder(Recorder):
    """For ``ITEM_PIPELINES``, where the store's extractor is an ``Asked``."""

    def __init__(self, crawler: "Crawler") -> None:
        super().__init__(crawler)
        self._places: asyncio.Semaphore | None = None
        self._last_turn: WeakKeyDictionary[Run, float] = WeakKeyDictionary()
        self._told: WeakSet[Run] = WeakSet()
        self._stopped = False
        crawler.signals.connect(self._stop, break_off)

    async def process_item(self, item: Any) -> Any:  # type: ignore[override]
        """As ``Recorder.process_item``; also raises DropItem where the run ended before the answer came."""
        if isinstance(item, Notice):
            spider: Any = self._crawler.spider
            store, run = spider.store, spider.runs[item.source]
            cleaned, problem = cleaned_of(item, run.source)
            with taken(item):
                run_id = store.run_of(run.source)
                day = store.to_read(cleaned, run.source, run_id) if problem is None else None
            extractor = None
            if day is not None and not states_fields(cleaned, run.source, day):
                extractor = self._telling(await self._answer(store, run, cleaned, day), run)
            if self._stopped or spider.runs.get(item.source) is not run or run.ended.is_set():
                raise DropItem(f"{item.source}: the run ended before a model had read a notice; the next run reads it ({item.key})")
            with taken(item):
                store.take(cleaned, run.source, run_id, problem, extractor)
        return item

    async def _answer(self, store: "Store", run: "Run", cleaned: "Cleaned", day: date) -> Extractor:
        """What reads this notice, once its question is answered or has had its time."""
        asked = store.extractor
        assert isinstance(asked, Asked)
        loop = asyncio.get_running_loop()
        self._places = self._places or asyncio.Semaphore(asked.endpoint.at_once)
        try:
            async with asyncio.timeout_at(self._last_turn.setdefault(run, loop.time() + ASKING)):
                await self._places.acquire()
        except TimeoutError:
            return asked.unasked("it had no turn before its run had to end")
        try:
            return await asked.answered(cleaned.title, cleaned.text, day, cleaned.lang or None)
        finally:
            self._places.release()

    def _telling(self, extractor: Extractor, run: "Run") -> Extractor:
        """The extractor, which logs the first answer of a run that is none; each stands in ``versions.problem``."""

        def telling(title: str, text: str, published: date | None, lang: str | None) -> "Extraction":
            extraction = extractor(title, text, published, lang)
            problem = getattr(extraction, "problem", None)
            if problem and run not in self._told:
                self._told.add(run)
                log.warning("%s: %s", run.source.name, problem)
            return extraction

        return telling

    def _stop(self) -> None:
        """The service stops: who waits for an answer waits no more."""
        self._stopped = True
        spider: Any = self._crawler.spider
        spider.store.extractor.endpoint.close()
