"""For the tests of storing: sources that publish, runs that bring it, and an extractor of six words in place of the built-in one."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.cleaning.clean import clean
from pipelines.event import Event
from pipelines.extract import Extraction
from pipelines.storage.store import Store
from pipelines.verdict import Verdict
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.sources import FIELDS, Source

START = datetime(2025, 11, 30, 9, 0, tzinfo=UTC)

DEFAULTS = {name: field.default for name, field in FIELDS.items()}
NEWS = Source(
    **DEFAULTS
    | {"name": "news", "title": "The News", "kind": "press", "lang": "en", "shape": "feed", "url": "https://news.example/rss"}
    | {"every": timedelta(minutes=20)}
)
UNION = replace(NEWS, name="union", title="The Union", kind="association", url="https://union.example/rss")

SAID = re.compile(r"(?P<operator>We|\w\w) (?P<verb>stops|resumes) (?P<place>\w+)(?: until (?P<end>[\d-]+))?")


def six_words(title: str, text: str, published: date | None, lang: str | None) -> Extraction:
    """Understands "TP stops CCS" (or "We stops CCS"), "TP stops CCS until 2026-01-15" and "TP resumes CCS"; "boom" raises."""
    if "boom" in text:
        raise ValueError("boom")
    offset = len(title) + 1 if title else 0
    events = tuple(
        Event(
            kind="suspension" if said["verb"] == "stops" else "resumption",
            operator=None if said["operator"] == "We" else said["operator"],
            destinations=(said["place"],),
            effective_to=said["end"],
            open_ended=said["verb"] == "stops" and said["end"] is None,
            evidence=said.group(),
            start=offset + said.start(),
            end=offset + said.end(),
            rule="six words",
        )
        for said in SAID.finditer(text)
    )
    return Extraction(lang or "en", events)


class Clock:
    """A time that a test moves on."""

    def __init__(self, time: datetime = START) -> None:
        self.time = time

    def __call__(self) -> datetime:
        return self.time

    def pass_(self, **span: float) -> None:
        self.time += timedelta(**span)


class Desk:
    """A store at work: ``poll`` is one run of a source that brings these notices."""

    def __init__(self, path: Path, clock: Clock | None = None, **options: Any) -> None:
        self.path = path
        self.clock = clock or Clock()
        self.store = Store(path, self.clock, **{"extractor": six_words, "reading": "six words", **options})

    def poll(self, source: Source, *notices: Notice, run: Run | None = None) -> tuple[list[str], Verdict]:
        """What became of each notice, and what the run was worth."""
        run_id = self.store.begin_run(source)
        run = run or self.run(source, *notices)
        outcomes = []
        for notice in notices:
            run.yielded(notice)
            outcomes.append(self.store.take(clean(notice, source), source, run_id))
            run.settle(notice)
        return outcomes, self.store.end_run(run_id, run)

    def run(self, source: Source, *notices: Notice) -> Run:
        """The tally of a run that went well."""
        run = Run(source, self.clock())
        run.requests, run.entries = 1, len(notices)
        run.responses[200] += 1
        return run

    def settle_in(self, *sources: Source) -> None:
        """Each source's first run, so that what comes next is news."""
        for source in sources:
            self.poll(source, notice(source, "first", "Nothing to report.", published="2025-11-01T08:00:00Z"))

    def ask(self, sql: str, *values: Any) -> list[Any]:
        """Rows of the database, read over a connection of its own; bare values where a row has one column."""
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as reader:
            return [row[0] if len(row) == 1 else row for row in reader.execute(sql, values)]

    def flags(self) -> list[str]:
        return self.ask("SELECT kind FROM flags ORDER BY id")


@contextmanager
def desk(path: Path, clock: Clock | None = None, **options: Any) -> Iterator[Desk]:
    """A desk whose store is closed at the end."""
    opened = Desk(path, clock, **options)
    try:
        yield opened
    finally:
        opened.store.close()


def notice(source: Source, key: str, text: str, *, title: str = "News", published: str = "2025-11-30T08:00:00Z", url: str = "") -> Notice:
    address = f"https://{source.name}.example/{key}"
    return Notice(source.name, address, url or address, title, text, published=published)
