"""One address fetched once, politely, as the service would: the answers as they came, and what went wrong."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Request, Response

from scrapers.fixtures import Kept
from scrapers.run import Failure
from scrapers.sources import Source
from scrapers.watch import Crawl

ARTICLES = 1
"""Of a list, so many of its articles are kept."""


@dataclass
class Capture:
    """What came of one run: the answers as they were, and what went wrong."""

    answers: list[Kept] = field(default_factory=list)
    failures: Sequence[Failure] = ()


class Fetcher:
    """Fetches sources one after another, with no memory of earlier runs; stores nothing. ``settings`` are Scrapy's."""

    def __init__(self, settings: dict[str, Any] | None = None) -> None:
        self._heard: list[Kept] = []
        self.crawl = Crawl(settings=settings, answered=self._keep)

    def _keep(self, response: Response, request: Request) -> None:
        if "asked" in request.cb_kwargs and response.status == 200:  # robots.txt is nobody's answer
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            self._heard.append(Kept(response.url, response.body, content_type, request.cb_kwargs["asked"], datetime.now(UTC)))

    async def fetch(self, source: Source) -> Capture:
        """The source's answers: its own, and of a list those of its first articles."""
        self._heard = []
        options = {**source.options, "limit": ARTICLES} if source.shape == "listing" else source.options
        run = await self.crawl.run(replace(source, options=options))
        return Capture(self._heard[: 1 + ARTICLES], tuple(run.failures))


async def fetched(sources: Iterable[Source], settings: dict[str, Any] | None = None) -> list[Capture]:
    """Each of the sources once."""
    fetcher = Fetcher(settings)
    await fetcher.crawl.start()
    try:
        return [await fetcher.fetch(source) for source in sources]
    finally:
        await fetcher.crawl.stop()


def capture(source: Source, settings: dict[str, Any] | None = None) -> Capture:
    """One source once. In a process of its own: Scrapy's reactor lives in one event loop."""
    return asyncio.run(fetched([source], settings))[0]
