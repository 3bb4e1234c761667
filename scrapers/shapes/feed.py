"""RSS and Atom: one notice for each item, times and texts as printed."""

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import feedparser

from scrapers.answer import Answer, Unexpected
from scrapers.base import SourceSpider
from scrapers.fields import Field, choice, flag, joined, table_of, text
from scrapers.notice import Notice
from scrapers.run import Run

if TYPE_CHECKING:
    from scrapers.sources import Source

KEYS = {
    "guid": ("id",),
    "link": ("link",),
    "guid+date": ("id", "published"),
    "title+date": ("title", "published"),
}
"""What identifies an item. "guid" is right unless the feed changes it without need, or keeps it for a new statement."""

OPTIONS = {
    "key": Field(choice(*KEYS), "guid"),
    "publisher_in_title": Field(flag, False),  # titles end in " - Publisher", and <source> names the publisher
    "fields": Field(table_of(text), {}),  # name and element of what states events by itself: { level = "ta_level" } for <ta:level>
    "body": Field(choice("text", "none"), "text"),  # none: what stands below the title is no text of this item
}

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_REFERENCE = re.compile(r"&#(x0*[0-9a-f]{1,8}|0*\d{1,9});", re.I)
_ASIDE = (("<?", "?>"), ("<!--", "-->"))
"""What may stand before the root: begin and end."""
_TAG = re.compile(r"<(?P<root>[!\w:]+)")
_BLANKS = re.compile(r"\s*")
_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>", re.I)
_FEED_ROOTS = ("rss", "feed", "rdf", "channel")


# feedparser looks for a mail address in an author's name with an expression that takes the square of its length: one of 400,000
# letters held the whole service for more than a minute and a half. No author is read here.
feedparser.mixin._FeedParserMixin._sync_author_detail = lambda self, key="author": None


class FeedSpider(SourceSpider):
    options = OPTIONS

    def read(self, answer: Answer, run: Run) -> Iterator[Notice]:
        yield from notices(answer, self.source)
        if is_cut(answer):
            raise Unexpected("parse_error", "the feed breaks off")


def notices(answer: Answer, source: "Source") -> list[Notice]:
    """The feed's items, in its order. Raises ``Unexpected`` for anything that is no feed."""
    feed = parsed(answer)
    found = (_notice(entry, feed.feed, answer.url, source) for entry in feed.entries)
    return [notice for notice in found if notice is not None]


def parsed(answer: Answer) -> Any:
    """The feed as feedparser has it, without a last item that is cut off. Raises ``Unexpected`` for anything that is no feed."""
    text = answer.text
    head = _head(text)
    root = head["root"].lower().rpartition(":")[2] if head else ""
    if root == "!doctype" and not re.match(r"\s*html", text[head.end() :] if head else "", re.I):
        raise Unexpected("parse_error", "the feed declares a document type: entities are not resolved here")
    if root not in _FEED_ROOTS:
        raise Unexpected("not_expected", f"no feed: it begins with {text.strip()[:60]!r}" if text.strip() else "no feed: an empty body")
    # Through bytes in UTF-8, in a file: feedparser believes the declaration, and takes a text for the name of a file.
    data = '<?xml version="1.0" encoding="utf-8"?>' + _REFERENCE.sub(_possible, _DECLARATION.sub("", text))
    try:
        feed = feedparser.parse(
            io.BytesIO(data.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # clean keeps words only
            resolve_relative_uris=False,
        )
    except Exception as error:  # feedparser fails on some broken markup
        raise Unexpected("parse_error", f"the feed cannot be read: {type(error).__name__}: {error}") from error
    if not feed.get("version") or (feed.get("bozo") and not feed.entries):
        raise Unexpected("parse_error", f"the feed cannot be read: {feed.get('bozo_exception') or 'unknown version'}")
    if is_cut(answer):
        feed.entries = feed.entries[:-1]  # it may be half of one
    return feed


def _possible(reference: re.Match[str]) -> str:
    """A reference to a character; the replacement character for one that there is not, which some software makes of half an emoji."""
    digits = reference[1].lower()
    number = int(digits[1:], 16) if digits[0] == "x" else int(digits)
    impossible = number == 0 or 0xD800 <= number < 0xE000 or number > 0x10FFFF
    return "\ufffd" if impossible else reference[0]


def _head(text: str) -> re.Match[str] | None:
    """The first tag. No pattern skips what stands before it: a thousand comments would be tried in every combination."""
    start = _past_blanks(text, 0)
    while aside := next((end for begin, end in _ASIDE if text.startswith(begin, start)), None):
        after = text.find(aside, start)
        if after < 0:
            return None
        start = _past_blanks(text, after + len(aside))
    return _TAG.match(text, start)


def _past_blanks(text: str, start: int) -> int:
    blanks = _BLANKS.match(text, start)
    return blanks.end() if blanks else start


def is_cut(answer: Answer) -> bool:
    """Whether the end of the document is missing."""
    return not _END.search(answer.text[-2000:])


def _notice(entry: Any, feed: Any, base: str, source: "Source") -> Notice | None:
    """None for an item without anything that identifies it."""
    link = joined(base, entry.get("link") or "")
    printed = entry.get("published") or entry.get("updated") or ""
    parts = {"id": entry.get("id") or link, "link": link or entry.get("id") or "", "published": printed, "title": entry.get("title") or ""}
    key = " ".join(filter(None, (parts[name].strip() for name in KEYS[source.options["key"]])))
    if not key:
        return None
    title, fields = parts["title"], {}
    if source.options["publisher_in_title"]:
        publisher = (entry.get("source") or {}).get("title") or title.rpartition(" - ")[2]
        title = title.removesuffix(f" - {publisher}")
        fields = {"publisher": publisher}
    html = body(entry) if source.options["body"] == "text" else ""
    for pattern in source.ignore_text:
        title, html = pattern.sub(" ", title).strip(), pattern.sub(" ", html)
    fields |= {name: str(entry[element]) for name, element in source.options["fields"].items() if entry.get(element)}
    return Notice(
        source=source.name,
        key=key,
        url=link or base,
        title=title,
        html=html,
        published=printed.strip(),
        lang="" if source.lang else (entry.get("language") or feed.get("language") or "")[:2].lower(),
        fields=fields,
    )


def body(entry: Any) -> str:
    """The fullest of the texts that the item carries."""
    return max((part.get("value") or "" for part in (*entry.get("content", ()), entry.get("summary_detail") or {})), key=len, default="")
