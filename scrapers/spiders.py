"""The spiders that Scrapy sees: one class for each record, made once."""

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError
from scrapy.http import Request

from scrapers.base import SourceSpider
from scrapers.shapes import SHAPES
from scrapers.sources import DEFAULT, Source, SourceError, load

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def spider_class(source: Source) -> type[SourceSpider]:
    """The class of one source: its shape, with the record in it."""
    return type(source.name, (SHAPES[source.shape],), {"name": source.name, "source": source, "__doc__": source.title})


class RecordLoader:
    """Scrapy's SPIDER_LOADER_CLASS: ``scrapy list`` shows the sources that are enabled, ``scrapy crawl NAME`` takes any."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self.spiders = {name: spider_class(source) for name, source in sources.items()}

    @classmethod
    def from_settings(cls, settings: "BaseSettings") -> "RecordLoader":
        """Raises ``UsageError``, which Scrapy's commands print as it is."""
        try:
            return cls(load([Path(path) for path in settings.getlist("GROUNDSTOP_SOURCES")] or (DEFAULT,)))
        except SourceError as error:
            raise UsageError(str(error), print_help=False) from error

    def load(self, spider_name: str) -> type[SourceSpider]:
        """Raises ``KeyError`` where no record has that name."""
        try:
            return self.spiders[spider_name]
        except KeyError:
            raise KeyError(f"Spider not found: {spider_name}; `scrapy list` names them") from None

    def find_by_request(self, request: Request) -> list[str]:
        return [name for name, spider in self.spiders.items() if request.url.startswith(spider.source.url)]

    def list(self) -> list[str]:
        return [name for name, spider in self.spiders.items() if spider.source.enabled]
