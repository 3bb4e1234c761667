"""The item pipeline that ends in the database: a notice is cleaned and stored, or its run knows that it was lost."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import DropItem

from pipelines.cleaning.clean import Cleaned, clean, unread
from pipelines.storage.store import Store, StoreError
from scrapers.notice import Notice

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from scrapers.sources import Source

log = logging.getLogger(__name__)


class Recorder:
    """For ``ITEM_PIPELINES``. Works in the crawl of ``scrapers.watch``, whose spider holds the store and the runs."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "Recorder":
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        """Stores a notice. Raises DropItem where the database does not take it: the run counts it as lost, and reads it again."""
        if isinstance(item, Notice):
            spider: Any = self._crawler.spider
            with taken(item):
                record(item, spider.store, spider.runs[item.source].source)
        return item


@contextmanager
def taken(notice: Notice) -> Iterator[None]:
    """Turns a database that does not take a notice into the notice's loss: raises DropItem for StoreError."""
    try:
        yield
    except StoreError as error:
        raise DropItem(f"{notice.source}: a notice was not stored: {error}. {error.remedy} ({notice.key})") from error


def record(notice: Notice, store: Store, source: "Source") -> str:
    """Clean and store one notice of the source's run under way; "new", "changed" or "same". Raises StoreError."""
    cleaned, problem = cleaned_of(notice, source)
    return store.take(cleaned, source, store.run_of(source), problem)


def cleaned_of(notice: Notice, source: "Source") -> tuple[Cleaned, str | None]:
    """The notice in plain text, or as it came and what is wrong with it."""
    try:
        return clean(notice, source), None
    except Exception as error:
        # clean() is made for what sites print; what it fails on is kept as it came, for somebody to look at.
        log.exception("%s: a notice could not be cleaned: %s", notice.source, notice.key)
        return unread(notice, source), f"{type(error).__name__}: {error}"[:500]
