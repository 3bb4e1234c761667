"""One round over many sources without a database: at once, but one at a time for each host, which may ask to be left alone."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime

from scrapers.run import Run
from scrapers.sources import Source
from scrapers.watch import Crawl


async def each_once(crawl: Crawl, sources: Iterable[Source], ended: Callable[[Run], None]) -> list[Run]:
    """A run of each; ``ended`` hears of each as it ends. Where a host asked to wait, its other sources are not asked: they are blocked."""
    hosts: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
    not_before: dict[str, datetime] = {}

    async def one(source: Source) -> Run:
        async with hosts[source.host]:
            if (until := not_before.get(source.host)) and until > crawl.now():
                run = Run(source, crawl.now())
                run.fail("blocked", source.url, f"{source.host} asked not to be asked again before {until:%Y-%m-%d %H:%M:%S} UTC")
            else:
                run = await crawl.run(source)
            if run.retry_after:
                not_before[source.host] = run.retry_after
            ended(run)
            return run

    return list(await asyncio.gather(*map(one, sources)))
