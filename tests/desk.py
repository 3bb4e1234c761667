"""A desk that watches one loopback site: a crawl, what it kept and what it remembers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from scrapers.notice import Notice
from scrapers.run import Run, Validator
from scrapers.sources import Source, load
from scrapers.watch import Crawl
from tests.loopback import Site, serving

NOW = datetime(2025, 12, 1, 6, tzinfo=UTC)
ITEM = "<item><title>{0}</title><link>http://127.0.0.1/{0}</link><guid>{0}</guid></item>"


def feed(*keys: str) -> bytes:
    return f'<rss version="2.0"><channel><title>News</title>{"".join(map(ITEM.format, keys))}</channel></rss>'.encode()


class Kept:
    """A pipeline that keeps the keys in the list given as the store; a key "bad" it refuses."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Kept":
        return cls(crawler.spider.store)

    async def process_item(self, notice: Notice) -> Notice:
        if notice.key == "bad":
            raise ValueError("not this one")
        self.keys.append(notice.key)
        return notice


class Remembers(dict[str, Validator]):
    """Memory of what the runs of a test told."""

    def validator(self, url: str) -> Validator | None:
        return self.get(url)

    def fetched(self, url: str) -> datetime | None:
        return NOW if url in self else None


class Desk:
    """A site, a crawl that asks it, and what was kept."""

    def __init__(self, site: Site, folder: Path, **settings: Any) -> None:
        self.site = site
        self.folder = folder
        self.kept: list[str] = []
        self.memory = Remembers()
        self.now = NOW
        self.crawl = Crawl(
            store=self.kept,
            memory=self.memory,
            pipelines={f"{__name__}.Kept": 300},
            now=lambda: self.now,
            settings={"DOWNLOAD_DELAY": 0, **settings},
        )

    def source(self, path: str, name: str = "news", host: str = "127.0.0.1", more: str = "") -> Source:
        file = self.folder / f"{name}.toml"
        file.write_text(
            f'[[source]]\nname = "{name}"\ntitle = "News"\nkind = "press"\nlang = "nl"\nshape = "feed"\nevery = "1s"\n'
            f'url = "{self.site.url(path, host)}"\n{more}\n'
        )
        return load([file])[name]

    async def run(self, path: str, **about: str) -> Run:
        run = await self.crawl.run(self.source(path, **about))
        self.memory.update(run.validators)
        return run


@asynccontextmanager
async def desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    async with serving() as site:
        opened = Desk(site, folder, **settings)
        await opened.crawl.start()
        try:
            yield opened
        finally:
            await opened.crawl.stop(grace=0.1)


def kinds(run: Run) -> list[str]:
    return [failure.kind for failure in run.failures]
