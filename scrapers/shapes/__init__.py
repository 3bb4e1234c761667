"""The shapes that sources come in: an answer in, notices out. Each module reads one shape and declares its options.

A new shape is a module with a class derived from ``SourceSpider`` and a line in ``SHAPES``.
"""

from scrapers.base import SourceSpider
from scrapers.shapes.easa import EasaSpider
from scrapers.shapes.faa import FaaSpider
from scrapers.shapes.feed import FeedSpider
from scrapers.shapes.gdelt import GdeltSpider
from scrapers.shapes.listing import ListingSpider
from scrapers.shapes.notam import NotamSpider
from scrapers.shapes.page import PageSpider
from scrapers.shapes.records import RecordsSpider
from scrapers.shapes.sheremetyevo import SheremetyevoSpider
from scrapers.shapes.state import StateSpider
from scrapers.shapes.telegram import TelegramSpider

SHAPES: dict[str, type[SourceSpider]] = {
    "feed": FeedSpider,
    "listing": ListingSpider,
    "page": PageSpider,
    "telegram": TelegramSpider,
    "json": RecordsSpider,
    "easa": EasaSpider,
    "faa": FaaSpider,
    "gdelt": GdeltSpider,
    "sheremetyevo": SheremetyevoSpider,
    "notam": NotamSpider,
    "state": StateSpider,
}
"""By the name that a record's ``shape`` gives."""
