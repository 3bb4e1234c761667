"""The shapes that sources come in: a body in, notices out. Each module reads one shape and declares its options.

A new shape is a module with a class derived from ``SourceSpider`` and one line in ``SHAPES``.
"""

from scrapers.base import SourceSpider
from scrapers.shapes.feed import FeedSpider

SHAPES: dict[str, type[SourceSpider]] = {
    "feed": FeedSpider,
}
"""By the name that a record's ``shape`` gives."""
