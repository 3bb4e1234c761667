"""What one run of a source would have stored, and what is not as its record expects. Stores nothing.

``Keeper`` takes the store's place in the crawl: each notice is cleaned and understood by the same functions, and kept in memory.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.cleaning.clean import Cleaned, clean, unread
from pipelines.cleaning.published import local_day
from pipelines.storage.instants import moment
from pipelines.understanding import Understood, built_in, understand
from pipelines.verdict import verdict
from scrapers.notice import Notice

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from scrapers.run import Run
    from scrapers.sources import Source

DATED = ("feed", "telegram", "listing")
"""Shapes whose notices have a date each; of the others, those whose record says where it stands."""
WORDS = 200
"""Characters of all notices from which on their language is told."""

_GARBLED = ("\ufffd", "Ã©", "Ã¼", "Ã³", "â€", "Ð°", "Ð¾", "Рѕ", "Р°Р", "РЅР")
"""What a wrong encoding makes of letters: what cannot be read, UTF-8 as Latin, UTF-8 as Cyrillic."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One notice as it would be stored."""

    printed: str
    cleaned: Cleaned
    understood: Understood


@dataclass
class Checked:
    """One source's run. ``led_to``: where its own address led in the end, "" where it is its own."""

    source: "Source"
    now: datetime
    notices: list[Kept] = field(default_factory=list)
    led_to: str = ""
    run: "Run | None" = None


class Keeper:
    """For ``ITEM_PIPELINES``: the spider's store is a dict of ``Checked`` by source."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> "Keeper":
        return cls(crawler)

    def process_item(self, item: Any) -> Any:
        spider: Any = self._crawler.spider
        if isinstance(item, Notice):
            checked: Checked = spider.store[item.source]
            checked.notices.append(kept(item, checked.source, checked.now))
        return item


def kept(notice: Notice, source: "Source", now: datetime) -> Kept:
    """The notice as the store would take it."""
    try:
        cleaned = clean(notice, source)
    except Exception as error:  # as the recorder has it
        cleaned = unread(notice, source)
        return Kept(notice.published, cleaned, Understood(cleaned.lang, problem=f"{type(error).__name__}: {error}"))
    day = local_day(moment(cleaned.published) if cleaned.published else now, source.zone)
    return Kept(notice.published, cleaned, understand(cleaned, source, day, built_in))


# --- expectations -----------------------------------------------------------------------------------------------------


def _answer(checked: Checked) -> str | None:
    """Whether it was read at all, and whole."""
    assert checked.run
    judged = verdict(checked.run)
    return None if judged.name in ("ok", "empty_ok") or (judged.success and not checked.run.failures) else f"{judged.name}: {judged.said}"


def _items(checked: Checked) -> str | None:
    assert checked.run
    entries, least = checked.run.entries, checked.source.items
    return f"{entries}, where the record says at least {least}" if not checked.run.failures and entries < least else None


def _quiet(checked: Checked) -> str | None:
    times = [moment(one.cleaned.published) for one in checked.notices if one.cleaned.published]
    if checked.source.quiet is None or not times or checked.now - max(times) <= checked.source.quiet:
        return None
    return f"the newest is of {max(times):%Y-%m-%d}, and more than {_days(checked.source.quiet)} of silence are suspicious by the record"


def _redirects(checked: Checked) -> str | None:
    return f"the address leads to {checked.led_to}: let the record name that" if checked.led_to else None


def _language(checked: Checked) -> str | None:
    from pipelines.extract.language import detect

    said = "\n".join(f"{one.cleaned.title}\n{one.cleaned.text[:500]}" for one in checked.notices)
    if not checked.source.lang or len(said) < WORDS or (found := detect(said)) == checked.source.lang:
        return None
    return f"the words look like {found!r}, the record says {checked.source.lang!r}"


def _dates(checked: Checked) -> str | None:
    if checked.source.shape not in DATED and not checked.source.options.get("published"):
        return None
    without = [one for one in checked.notices if not one.cleaned.published]
    if not without:
        return None
    printed = next((one.printed for one in without if one.printed), "")
    why = f"such as {printed[:60]!r} cannot be read" if printed else "there is none where the record looks"
    return f"{len(without)} of {len(checked.notices)} notices have no date: {why}"


def _future(checked: Checked) -> str | None:
    times = [one.cleaned.published for one in checked.notices if one.cleaned.published]
    late = [time for time in times if moment(time) > checked.now + _HOUR]
    return f"{len(late)} dated ahead of now, such as {max(late)}: is the zone right?" if late else None


def _encoding(checked: Checked) -> str | None:
    for one in checked.notices:
        for text in (one.cleaned.title, one.cleaned.text):
            if sign := next((sign for sign in _GARBLED if sign in text), ""):
                place = text.index(sign)
                return f"garbled letters: «{text[max(place - 20, 0) : place + 20]}»"
    return None


def _titles(checked: Checked) -> str | None:
    titles = {one.cleaned.title for one in checked.notices}
    return f"all {len(checked.notices)} have the title «{titles.pop()}»" if len(checked.notices) > 2 and len(titles) == 1 else None


def _understanding(checked: Checked) -> str | None:
    failed = [one.understood.problem for one in checked.notices if one.understood.problem]
    return f"{len(failed)} could not be read: {failed[0]}" if failed else None


_HOUR = timedelta(hours=1)
EXPECTATIONS: Sequence[tuple[str, Callable[[Checked], str | None]]] = (
    ("answer", _answer),
    ("items", _items),
    ("quiet", _quiet),
    ("redirects", _redirects),
    ("language", _language),
    ("dates", _dates),
    ("future", _future),
    ("encoding", _encoding),
    ("titles", _titles),
    ("understanding", _understanding),
)
"""What is expected of each source, by name: each gives None, or what is wrong in words."""


def report(checked: Checked) -> dict[str, Any]:
    """A checked source as a row: the notices with their events, and every expectation that fails."""
    assert checked.run
    judged = verdict(checked.run)
    failed = {name: said for name, expectation in EXPECTATIONS if (said := expectation(checked)) is not None}
    return {
        "source": checked.source.name,
        "verdict": judged.name,
        "said": judged.said,
        "requests": checked.run.requests,
        "entries": checked.run.entries,
        "failed": [{"expectation": name, "said": said} for name, said in failed.items()],
        "notices": [_row(one) for one in checked.notices],
    }


def _row(one: Kept) -> dict[str, Any]:
    cleaned = one.cleaned
    about = {"key": cleaned.key, "url": cleaned.url, "title": cleaned.title, "lang": one.understood.lang, "characters": len(cleaned.text)}
    dates = {"published": cleaned.published, "published_how": cleaned.published_how, "printed": one.printed}
    return {**about, **dates, "events": [event.as_dict() for event in one.understood.events], "problem": one.understood.problem}


def stated(told: Mapping[str, Any]) -> str:
    """An event, as a row has it, on one line: "suspension TP: CCS, since 2026-01-01, until 2026-01-15"."""
    until = told["effective_to"] or ("further notice" if told["open_ended"] else "")
    when = ", ".join(f"{word} {day}" for word, day in (("since", told["effective_from"]), ("until", until)) if day)
    where = " from ".join(filter(None, (" ".join(told["destinations"]), " ".join(told["origins"]))))
    aside = f", instead {' '.join(told['diverted_to'])}" if told["diverted_to"] else ""
    past = ", as background" if told["background"] else ""
    return f"{told['kind']} {told['operator'] or 'of nobody named'}: {where or 'nowhere named'}{aside}{', ' + when if when else ''}{past}"


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:g} day{'' if days == 1 else 's'}"
