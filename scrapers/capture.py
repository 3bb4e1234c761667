"""A source's answers as fixtures: fetched once, politely, and kept byte for byte."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response
from scrapy.settings import Settings

from scrapers.notice import Notice
from scrapers.run import Failure
from scrapers.sources import Source
from scrapers.spiders import spider_class

ARTICLES = 1
"""Of a list, so many of its articles are kept."""
SUFFIXES = {"feed": ".xml", "json": ".json", "easa": ".json", "sheremetyevo": ".json"}
"""By shape; the others answer with a page."""


class Kept(NamedTuple):
    url: str
    body: bytes


@dataclass
class Capture:
    """What came of one run: the answers as they were, the notices in them, and what went wrong."""

    answers: list[Kept] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    failures: Sequence[Failure] = ()


def capture(source: Source) -> Capture:
    """Reads the source once, with no memory of earlier runs; stores nothing. Once for each process: Scrapy's reactor starts only once."""
    found = Capture()
    settings = Settings()
    settings.setmodule("scrapers.settings", priority="project")
    settings.set("LOG_LEVEL", "CRITICAL", priority="cmdline")  # the failures say it
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(spider_class(source))

    def answered(response: Response, **_: Any) -> None:
        if not response.url.endswith("/robots.txt"):
            found.answers.append(Kept(response.url, response.body))

    def read(item: Any, **_: Any) -> None:
        if isinstance(item, Notice):
            found.notices.append(item)

    def closed(spider: Any, **_: Any) -> None:
        found.failures = tuple(spider.run.failures)

    # Weakly held by Scrapy: they live as long as this call, which waits for the crawl.
    crawler.signals.connect(answered, signals.response_received)
    crawler.signals.connect(read, signals.item_scraped)
    crawler.signals.connect(closed, signals.spider_closed)
    process.crawl(crawler)
    process.start()
    return found


def save(source: Source, found: Capture, folder: Path, slug: str, today: date) -> list[Path]:
    """Writes the answers to FOLDER/SOURCE/DATE-SLUG.EXT, of a list also its first article; gives the files. Raises OSError."""
    place = folder / source.name
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for number, answer in enumerate(found.answers[: 1 + ARTICLES]):
        suffix = SUFFIXES.get(source.shape, ".html") if number == 0 else ".article.html"
        file = place / f"{today.isoformat()}-{slug}{suffix}"
        file.write_bytes(answer.body)
        written.append(file)
    return written
