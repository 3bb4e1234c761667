"""One address fetched once, politely, as the service would: the answers as they came, and what went wrong."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from scrapy.http import Request, Response

from scrapers.answer import Answer, Unexpected
from scrapers.fixtures import Kept
from scrapers.recognising import Recognised, announced, probe, recognise, title_of
from scrapers.run import Failure
from scrapers.sources import Source
from scrapers.watch import Crawl

ARTICLES = 1
"""Of a list, so many of its articles are kept."""
FEEDS = 3
"""Of the feeds that a page announces, so many are tried."""


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


@dataclass
class Explored:
    """What was found at an address, or, where ``found`` is None, why not."""

    answer: Answer | None = None
    """The one that ``found`` was told from."""
    found: Recognised | None = None
    title: str = ""
    others: Sequence[str] = ()
    """Feeds that the page announces too."""
    trouble: str = ""


async def explore(fetcher: Fetcher, url: str) -> Explored:
    """Looks at an address: the feed that its page announces, else what stands there itself. Raises SourceError for no address."""
    first = _preview(url)
    answer, trouble = await _answer(fetcher, first)
    if answer is None:
        return Explored(trouble=trouble)
    feeds = announced(answer)
    for feed in feeds[:FEEDS]:
        if probe(feed).is_ours and not probe(first).is_ours:
            continue  # a page must not lead us into our own network
        told, _ = await _answer(fetcher, feed)
        with suppress(Unexpected):
            if told is not None and (found := recognise(told)).shape == "feed" and found.notices:
                return Explored(told, found, title_of(told) or title_of(answer), [other for other in feeds if other != feed])
    try:
        found = recognise(answer)
    except Unexpected as unexpected:
        return Explored(answer, trouble=f"{unexpected.kind}: {answer.url}: {unexpected.detail}")
    return Explored(answer, found, title_of(answer), feeds)


async def _answer(fetcher: Fetcher, url: str) -> tuple[Answer | None, str]:
    """The answer of an address, or what went wrong. What a page's reader says of it does not count: it may be a feed."""
    capture = await fetcher.fetch(probe(url))
    if capture.answers:
        kept = capture.answers[0]
        return Answer(kept.url, kept.body, kept.content_type, kept.asked), ""
    return None, "; ".join(f"{kind}: {where}: {detail}" for kind, where, detail in capture.failures) or f"no answer from {url}"


def _preview(url: str) -> str:
    """A channel's page without posts leads to the one with them."""
    return re.sub(r"^(https?://t\.me)/(?!s/)([A-Za-z]\w{3,31})/?$", r"\1/s/\2", url)


@asynccontextmanager
async def fetching(settings: dict[str, Any] | None = None) -> AsyncIterator[Fetcher]:
    """A fetcher at work. One for each process: Scrapy's reactor lives in one event loop."""
    fetcher = Fetcher(settings)
    await fetcher.crawl.start()
    try:
        yield fetcher
    finally:
        await fetcher.crawl.stop()
