"""A page that lists articles, and the articles. A known article is read again when ``recheck`` has passed, not each time."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urldefrag

from scrapy.http import Request

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import Field, count, css, duration, host_of, is_web, joined, regex
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.content import content, first, markup, refuse, remove, select, tree, words

if TYPE_CHECKING:
    from scrapers.sources import Source

OPTIONS = {
    "item": Field(css, "body"),  # each entry of the list; the whole page where entries have no element of their own
    "link": Field(css),  # the articles' links, inside an item
    "match": Field(regex, re.compile("")),  # an article's address matches this, where not every link leads to one
    "key": Field(regex, None),  # its first group, found in the address, identifies the article; else the address does
    "limit": Field(count, 30),  # articles of one list
    "recheck": Field(duration, timedelta(hours=24)),
    "list_published": Field(css, ""),  # a date that only the list prints, inside an item
    "title": Field(css, "h1"),
    "text": Field(css, ""),  # the main part of the page where it is empty
    "published": Field(css, "meta[property='article:published_time']::attr(content), time::attr(datetime)"),
}


class Link(NamedTuple):
    url: str
    printed: str
    """The date that the list prints, or ""."""


class ListingSpider(SourceSpider):
    options = OPTIONS

    def requests(self, run: Run) -> Iterator[Request]:
        # Not conditional: an unchanged list still says which articles are due to be read again.
        for url in self.source.addresses:
            yield from self.fetch(run, url, self.read, conditional=False)

    def read(self, answer: Answer, run: Run) -> Iterator[Request]:
        found = links(answer, self.source)
        run.entries += len(found)
        now = self.now()
        for link in found:
            fetched = self.memory.fetched(link.url)
            if fetched is None or now - fetched >= self.source.options["recheck"]:
                yield from self.fetch(run, link.url, partial(self.article, printed=link.printed))

    def article(self, answer: Answer, run: Run, printed: str = "") -> Iterator[Notice]:
        yield article(answer, self.source, printed)


def links(answer: Answer, source: "Source") -> list[Link]:
    """The articles that the list names, each once, in its order. Raises ``Unexpected`` for a list without any."""
    options = source.options
    hosts = (source.host, *source.hosts)
    found: dict[str, Link] = {}
    for item in select(tree(answer), options["item"]):
        printed = first(item, options["list_published"]) if options["list_published"] else ""
        for target in select(item, options["link"]):
            href = target if isinstance(target, str) else target.get("href") or ""
            url = urldefrag(joined(answer.url, href)).url.replace(" ", "%20")
            if href and is_web(url) and host_of(url) in hosts and options["match"].search(url):
                found.setdefault(url, Link(url, printed))
    if not found and source.items:
        wanted = " and ".join(repr(part) for part in (options["link"], options["match"].pattern) if part)
        raise Unexpected("not_expected", f"no link on the page matches {wanted}")
    return list(found.values())[: options["limit"]]


def article(answer: Answer, source: "Source", printed: str = "") -> Notice:
    """One article. Raises ``Unexpected`` for a page without its content."""
    options = source.options
    root = tree(answer)
    part = content(root, source, options["text"])
    title = first(root, options["title"]) or first(root, "title")
    for heading in select(part, "h1"):
        if words(heading) == title:
            remove(heading)
    line = words(part)
    if not line:
        raise Unexpected("not_expected", "an article without text: a shell")
    refuse(line)
    asked = answer.asked or answer.url
    match = options["key"].search(asked) if options["key"] else None
    return Notice(
        source=source.name,
        key=match[1] if match else asked,
        url=asked,
        title=title,
        html=markup(part),
        published=first(root, options["published"]) or printed,
    )
