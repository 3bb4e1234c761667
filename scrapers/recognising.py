"""Which shape an answer has, told by the answer itself: its root, its posts, its records, its links. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from scrapers.answer import Answer, Unexpected
from scrapers.fields import REQUIRED, host_of, joined
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes import SHAPES
from scrapers.shapes.content import content, first, select, tree, words
from scrapers.shapes.records import document
from scrapers.sources import Source, parsed
from scrapers.spiders import spider_class

GENERIC = ("feed", "telegram", "json", "listing", "page")
"""The shapes of more than one source. The others are each one authority's own format, and are tried first."""
FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
LINKS = 4
"""Links of one form, each with a headline's words: fewer are a menu."""
HEADLINE = 20
"""Characters of a link's words from which on they may be a headline."""
DEEP = 3
"""Levels of a JSON document in which its records are looked for."""
FIELDS: Mapping[str, tuple[str, ...]] = {
    "key": ("id", "guid", "uuid", "slug", "url", "link", "href", "permalink", "basepath"),
    "title": ("title", "headline", "name", "subject", "countryname"),
    "html": ("contenthtml", "html", "body", "content", "bodytext"),
    "text": ("text", "contenttext", "description", "summary", "message", "changedescription"),
    "url": ("url", "link", "href", "permalink", "weburl", "basepath"),
    "published": (
        "published", "publishedat", "datepublished", "publicationdate", "pubdate", "publicupdatedat", "date", "createdat", "created",
        "updatedat", "updated", "lastmodified", "datemodified",
    ),
}  # fmt: skip
"""What fields of records are called, small letters only, the likeliest first."""

_NAME = re.compile(r"[^a-z]")
_MARKUP = re.compile(r"<[a-zA-Z/][^>]{0,300}>")


@dataclass(frozen=True)
class Recognised:
    shape: str
    options: Mapping[str, Any]
    """As a record writes them."""
    notices: list[Notice]
    """What the shape makes of the answer; of a list, notices that have an address only."""


def probe(url: str, shape: str = "page", options: Mapping[str, Any] | None = None) -> Source:
    """A record for a look at an address. It may lead to its host with or without "www.". Raises SourceError."""
    host = host_of(url)
    other = host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
    hosts = [other] if "." in host and not host.replace(".", "").isdigit() and ":" not in host else []
    about = {"name": "probe", "title": "probe", "kind": "press", "shape": shape, "url": url, "every": "1h", "items": 0}
    return parsed({**about, "hosts": hosts, "options": dict(options or {})})


def recognise(answer: Answer) -> Recognised:
    """The shape of an answer, with what it reads there. Raises Unexpected where no shape reads anything: an empty shell, say."""
    for shape in (name for name in SHAPES if name not in GENERIC):
        if not any(field.default is REQUIRED for field in SHAPES[shape].options.values()):
            try:
                found = _tried(answer, shape)
            except Exception:  # another format: each of these knows one only
                continue
            if found.notices:
                return found
    text = answer.text.lstrip()
    if text.startswith(("{", "[")):
        return _tried(answer, "json", _record_fields(document(answer), urljoin(answer.url, "/").rstrip("/")))
    try:
        return _feed(answer)
    except Unexpected as unexpected:
        if unexpected.kind != "not_expected":
            raise
    root = tree(answer)
    if select(root, "[data-post]"):
        return _tried(answer, "telegram")
    if options := _list_of_links(root, answer):
        return _tried(answer, "listing", options)
    return _tried(answer, "page")


def announced(answer: Answer) -> list[str]:
    """The feeds that a page names, the likeliest first: those of comments last."""
    try:
        root = tree(answer)
    except Unexpected:
        return []
    found: dict[str, bool] = {}
    for link in select(root, "link[rel~=alternate][href]"):
        url = urldefrag(joined(answer.url, link.get("href") or "")).url
        if (link.get("type") or "").strip().lower() in FEED_TYPES and url.startswith(("http://", "https://")):
            found.setdefault(url, bool(re.search("comment|коммент", f"{url} {link.get('title') or ''}", re.I)))
    return sorted(found, key=found.__getitem__)


def title_of(answer: Answer) -> str:
    """What an answer calls itself; "" where it does not."""
    try:
        root = tree(answer)
    except Unexpected:
        return ""
    names = ("meta[property='og:site_name']::attr(content)", "channel > title", "feed > title", "title", "h1")
    return next((name for selector in names if (name := first(root, selector).removeprefix("<![CDATA[").removesuffix("]]>").strip())), "")


def _tried(answer: Answer, shape: str, options: Mapping[str, Any] | None = None) -> Recognised:
    source = probe(answer.url, shape, options)
    found = spider_class(source)().read(answer, Run(source, datetime.now(UTC), requests=1000))
    notices = [one if isinstance(one, Notice) else Notice("probe", key=one.url, url=one.url) for one in found]
    return Recognised(shape, dict(options or {}), notices)


def _feed(answer: Answer) -> Recognised:
    """A feed, told apart by what every item has, and no two share."""
    found = _tried(answer, "feed")
    for key in ("link", "guid+date", "title+date"):
        if len({notice.key for notice in found.notices}) == len(found.notices):
            break
        found = _tried(answer, "feed", {"key": key})
    if found.notices and all(" - " in notice.title for notice in found.notices) and host_of(answer.url).startswith("news.google."):
        return _tried(answer, "feed", {**found.options, "publisher_in_title": True, "body": "none"})
    return found


# --- records ----------------------------------------------------------------------------------------------------------


def _record_fields(data: Any, base: str) -> dict[str, Any]:
    """Where the records of a document are, and what of them is what. Raises Unexpected where none are found."""
    best: dict[str, Any] = {}
    most = 0
    for path, records in _lists(data):
        options = _fields_of(records, base)
        if options and len(records) > most:
            best, most = {**({"records": path} if path else {}), **options}, len(records)
    if not best:
        raise Unexpected("not_expected", "JSON without a list of records that have a title and a key")
    return best


def _lists(place: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    if isinstance(place, list):
        yield path, [record for record in place if isinstance(record, dict)]
    elif isinstance(place, dict) and depth < DEEP:
        tables = [record for record in place.values() if isinstance(record, dict)]
        if len(tables) >= LINKS:
            yield path, [{**record, "$key": name} for name, record in place.items() if isinstance(record, dict)]
        for name, inner in place.items():
            if "." not in name:
                yield from _lists(inner, f"{path}.{name}".lstrip("."), depth + 1)


def _fields_of(records: list[dict[str, Any]], base: str) -> dict[str, Any]:
    """The fields' names by what they are; empty for records without a title, or that nothing tells apart."""
    if not records:
        return {}
    names = {_NAME.sub("", name.lower()): name for name, value in records[0].items() if isinstance(value, str | int) and "{" not in name}
    found = {role: [names[name] for name in likely if name in names] for role, likely in FIELDS.items()}
    keys = [*found["key"], *(["$key"] if "$key" in records[0] else [])]
    key = next((name for name in keys if len({str(record.get(name) or "") for record in records} - {""}) == len(records)), None)
    if key is None or not found["title"]:
        return {}
    options = {"key": key, "title": found["title"][0]}
    body = next(iter((*found["html"], *found["text"])), None)
    if body is not None:
        options["html" if any(_MARKUP.search(str(record.get(body))) for record in records[:20]) else "text"] = body
    if found["url"]:
        url = str(records[0][found["url"][0]])
        options["url"] = found["url"][0] if url.startswith("http") else f"{base}{{{found['url'][0]}}}"
    if found["published"]:
        options["published"] = found["published"][0]
    return options


# --- lists of links ---------------------------------------------------------------------------------------------------


def _list_of_links(root: Any, answer: Answer) -> dict[str, Any]:
    """What a list of articles wants to know; empty for a page that is none.

    Links of one form (their addresses are the same but for the last part) whose words are a headline's, and more of their words
    than of the page's own: an alerts page has a menu, and is not one.
    """
    part = content(root, probe(answer.url), "")
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for link in select(part, "a[href]"):
        url = urldefrag(joined(answer.url, link.get("href") or "")).url
        parts = urlsplit(url)
        folder, _, last = parts.path.rstrip("/").rpartition("/")
        if host_of(url) == host_of(answer.url) and last and folder and len(words(link)) >= HEADLINE:
            groups[folder].setdefault(url, words(link))
    folder = max(groups, key=lambda name: len(groups[name]), default="")
    if len(groups.get(folder, ())) < LINKS:
        return {}
    linked = sum(map(len, groups[folder].values()))
    if linked * 5 < len(words(part)):
        return {}
    return {"link": "a", "match": re.escape(folder).replace(r"\-", "-") + r"/[^/?#]+/?$"}
