"""One page that is edited in place, as airlines do with their travel alerts: one notice, or one for each item on it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import Field, Unfit, count, css, text
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes.content import content, first, markup, refuse, refuse_missing, remove, select, strip, tree, words

if TYPE_CHECKING:
    from scrapers.sources import Source


def css_or_attribute(value: Any) -> str:
    """``@name`` for an attribute of the item itself, else a CSS selector inside of it."""
    name = text(value)
    if not name.startswith("@"):
        return css(value)
    if not name[1:].replace("-", "").replace("_", "").isalnum():
        raise Unfit(f"{value!r} is no attribute's name", 'write "@id" or "@data-id"')
    return name


OPTIONS = {
    "expect": Field(css, ""),  # what a page that is whole has somewhere: a shell has not
    "least": Field(count, 40),  # characters: a page with fewer is a shell
    "text": Field(css, ""),  # the part that is the notice; the main part of the page where it is empty
    "title": Field(css, ""),  # where it is empty: the page's h1, else its title; the first heading of an item
    "published": Field(css, ""),
    "item": Field(css, ""),  # each match is a notice of its own
    "key": Field(css_or_attribute, "@id"),  # what identifies an item: never its words
}

_HEADINGS = "h1, h2, h3, h4, h5"


class PageSpider(SourceSpider):
    options = OPTIONS

    def read(self, answer: Answer, run: Run) -> Iterable[Notice]:
        return notices(answer, self.source)


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """The page as one notice, or its items. Raises ``Unexpected`` for a page without content."""
    options = source.options
    root = tree(answer)
    if options["expect"] and not select(root, options["expect"]):
        raise Unexpected("not_expected", f"nothing on the page matches {options['expect']!r}: a shell")
    if options["item"]:
        return _items(root, source)
    part = content(root, source, options["text"])
    line = words(part)
    if len(line) < options["least"]:
        raise Unexpected("not_expected", f"{len(line)} characters of content: a shell")
    refuse_missing(line)
    refuse(line)
    heading = options["title"] or "h1"
    title = _title(part, heading) or first(root, heading) or first(root, "title")
    published = first(root, options["published"]) if options["published"] else ""
    address = answer.asked or source.url
    return [Notice(source=source.name, key=address, url=address, title=title, html=markup(part), published=published)]


def _items(root: Any, source: "Source") -> list[Notice]:
    """Items that share a key are one notice; what matches inside of an item is part of it."""
    found: dict[str, Notice] = {}
    items = select(root, source.options["item"])
    taken: set[Any] = set()
    for item in items:
        key = _key(item, source.options["key"])
        if not key or any(around in taken for around in item.iterancestors()):
            continue
        taken.add(item)
        strip(item, source, frame=False)
        address = f"{source.url}#{quote(key, safe='')}"
        title = _title(item, source.options["title"] or _HEADINGS)
        published = first(item, source.options["published"]) if source.options["published"] else ""
        if key in found:
            found[key].html += markup(item)
        else:
            found[key] = Notice(source=source.name, key=address, url=address, title=title, html=markup(item), published=published)
    if items and not found:
        raise Unexpected("parse_error", f"{len(items)} items, none with {source.options['key']!r}")
    return list(found.values())


def _key(item: Any, selector: str) -> str:
    return (item.get(selector[1:]) or "").strip() if selector.startswith("@") else first(item, selector)


def _title(part: Any, selector: str) -> str:
    """The words of the first match, which is taken out: a title is not said twice."""
    for found in select(part, selector):
        line = words(found)
        if line:
            if not isinstance(found, str) and found is not part:
                remove(found)
            return line
    return ""
