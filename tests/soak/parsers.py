"""The parsers that are ours, each as a function of bytes that raises for nothing but what it is documented to refuse."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime

from pipelines.bulletins import notam
from pipelines.cleaning.clean import canonical_url
from pipelines.cleaning.markup import one_line, plain, visible_text
from pipelines.cleaning.published import published_at
from pipelines.extract import dates
from pipelines.extract.language import detect
from pipelines.extract.segments import segments
from pipelines.extract.tokens import tokenise
from pipelines.printing import as_json, printable, table
from scrapers.answer import Answer, Unexpected, decode
from scrapers.base import retry_after
from scrapers.fields import host_of
from scrapers.shapes import easa, faa, feed, gdelt, page, records, telegram
from scrapers.shapes import notam as notam_shape
from scrapers.shapes.content import tree
from scrapers.sources import SourceError, load, parsed

NOW = datetime(2025, 12, 1, 6, tzinfo=UTC)
SOURCES = {source.shape: source for source in load().values()}


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass" if b"\xed" in data else "replace") if _decodes(data) else data.decode("latin-1")


def _decodes(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def times(data: bytes) -> None:
    text = _text(data)
    for zone in ("", "Europe/Moscow"):
        found, how = published_at(text, zone)
        assert how and (found is None or found.tzinfo is not None)
    retry_after(text, NOW)


def words(data: bytes) -> None:
    text = _text(data)
    for token in tokenise(text, 0, len(text)):
        assert token.start < token.end
    assert all(0 <= s.start < s.end <= len(text) for s in segments(text))
    detect(text)


def days(data: bytes) -> None:
    text = _text(data[1:])
    lang = ("ru", "en", "nl", "es", "pt", "de", "fr", "it", "tr", "pl")[data[0] % 10 if data else 0]
    for when in dates.find(text, lang, date(2025, 12, 1)):
        assert text[when.start : when.end] == when.text


def coded(data: bytes) -> None:
    notam.events(_text(data), date(2025, 12, 1))


def cleaned(data: bytes) -> None:
    text = _text(data)
    for said in (visible_text(text), plain(text), one_line(text)):
        assert "\x00" not in said
    canonical_url(text)


def printed(data: bytes) -> None:
    text = _text(data)
    assert printable(text).isprintable()
    assert "\x1b" not in as_json({"a": text})
    table([{"a": text, "b": text}], {"a": "a", "b": "b"}, width=40)


def answers(data: bytes) -> None:
    answer = Answer("https://a.example/", data)
    decode(data, "text/html; charset=utf-7")
    _ = answer.is_challenge
    with suppress(Unexpected):
        tree(answer)


def documents(data: bytes) -> None:
    """Every shape that reads one answer by itself."""
    for name, reader in READERS.items():
        if name in SOURCES:
            with suppress(Unexpected):
                list(reader(Answer(SOURCES[name].url, data), SOURCES[name]))


READERS: dict[str, Callable[..., object]] = {
    "feed": feed.notices,
    "page": page.notices,
    "json": records.notices,
    "easa": easa.notices,
    "faa": faa.notices,
    "gdelt": gdelt.notices,
    "notam": notam_shape.notices,
    "telegram": lambda answer, source: telegram.posts(answer, source).notices,
}


def listed(data: bytes) -> None:
    with suppress(Unexpected):
        gdelt.newest(Answer("http://a.example/", data))


def addresses(data: bytes) -> None:
    """A source's record, whose address is written by a person, and what a page names as an address."""
    text = _text(data)
    host_of(text)
    with suppress(SourceError):
        source = parsed({"name": "a", "title": "A", "kind": "press", "lang": "en", "shape": "feed", "every": "1h", "url": text})
        assert source.url.lower().startswith(("http://", "https://"))


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target for target in (times, words, days, coded, cleaned, printed, answers, documents, listed, addresses)
}
