"""Generated and mutated pages through the whole chain: shape, cleaning, extraction, judging, the file, and what is printed of it."""

import json
import signal
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import printing, report
from pipelines.commands import told
from pipelines.recorder import cleaned_of
from pipelines.storage.store import Store
from scrapers.answer import Answer, Unexpected
from scrapers.fixtures import ARTICLE, ZIPPED, fixtures
from scrapers.notice import Notice
from scrapers.run import Run
from scrapers.shapes import feed, page
from scrapers.sources import load
from scrapers.spiders import spider_class
from tests.publisher import Clock
from tests.soak.figures import Figures
from tests.soak.pages import MUTATIONS, Change, mutated

SOURCES = load()
FIXTURES = sorted(path for name in SOURCES for path in fixtures(Path(__file__).parents[1] / "fixtures" / name))
PATIENCE = 90
"""Seconds for a page of at most a megabyte, on a machine that is busy: what takes longer has no bound."""

CHANGES = st.lists(
    st.tuples(st.sampled_from(sorted(MUTATIONS)), st.floats(0, 1), st.integers(0, 2**16)), min_size=1, max_size=5
)  # fmt: skip


@contextmanager
def bounded() -> Iterator[None]:
    """Ends what does not end."""

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not done within {PATIENCE} seconds")

    before = signal.signal(signal.SIGALRM, over)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class Chain:
    """One database that everything goes into."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = Clock()
        self.store = Store(path, self.clock)
        self.pages = 0
        self.taken: dict[tuple[str, str], str] = {}
        """Hash of the last version of each notice, by source and key."""

    def page(self, file: Path, body: bytes) -> None:
        """A run of the fixture's source that was answered with ``body``. Raises whatever is no verdict."""
        source = SOURCES[file.parent.name]
        self.pages += 1
        self.clock.pass_(minutes=1)
        spider, run = spider_class(source)(), Run(source, self.clock(), requests=1000)
        spider.now = self.clock
        run_id = self.store.begin_run(source)
        run.requests += 1
        run.responses[200] += 1
        read = spider.article if ARTICLE in file.name or file.suffix in ZIPPED else spider.read
        try:
            for found in read(Answer(source.url, body), run):
                if isinstance(found, Notice) and run.yielded(found):
                    cleaned, problem = cleaned_of(found, source)
                    assert problem is None, problem
                    self.store.take(cleaned, source, run_id)
                    self.taken[source.name, cleaned.key] = cleaned.hash
                    run.settle(found)
        except Unexpected as unexpected:
            run.fail(unexpected.kind, source.url, unexpected.detail)
        judged = self.store.end_run(run_id, run)
        assert judged.said.isprintable() or "\n" not in judged.said
        assert not run.lost


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    opened = Chain(tmp_path_factory.mktemp("hostile") / "groundstop.db")
    yield opened
    opened.store.close()


def test_no_page_stops_the_chain(chain: Chain, figures: Figures, full: bool, say: Callable[[str], None]) -> None:
    @settings(
        max_examples=10_000 if full else 150, deadline=None, derandomize=not full, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.sampled_from(FIXTURES), CHANGES)
    def one(file: Path, changes: list[Change]) -> None:
        body = mutated(file, changes)
        with bounded():
            chain.page(file, body)
        figures.pages_fuzzed += 1
        if figures.pages_fuzzed % 1000 == 0:
            say(f"{figures.pages_fuzzed} pages")

    one()
    problems = chain.store.database.execute("SELECT DISTINCT problem FROM versions WHERE problem IS NOT NULL").fetchall()
    # A bulletin without its country or its day says so; nothing else may fail, and no row may be refused.
    assert all(problem.startswith("ValueError: ") for (problem,) in problems), problems


def test_what_was_stored_of_them_is_whole_and_prints_as_text(chain: Chain, figures: Figures) -> None:
    """Runs after the pages. Nothing that a terminal obeys, and no line that was not ours, in anything that people read."""
    database = chain.store.database
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    stored = set(database.execute("SELECT source, key FROM notices").fetchall())
    known = set(database.execute("SELECT n.source, v.hash FROM versions v JOIN notices n ON n.id = v.notice_id").fetchall())
    # Another key of words that the source has said already makes no notice of its own.
    figures.notices({key for key, text in chain.taken.items() if (key[0], text) not in known}, stored)
    assert chain.taken and stored <= set(chain.taken)
    with report.reading(chain.path) as reader:
        flags = report.flags(reader, limit=None)
        tables = {
            "flags": flags,
            "suspensions": report.suspensions(reader, state=None),
            "health": report.health(reader),
            "broken": report.status(reader, datetime.now(UTC), chain.clock())["broken"],
            "history": [dict(row) for row in reader.execute("SELECT * FROM notice_history LIMIT 5000")],
        }
    for name, rows in tables.items():
        if not rows:
            continue
        printed = printing.table(rows, {key: key for key in rows[0]})
        assert clean(printed), name
        assert printed.count("\n") == len(rows) + 1, "one line a row"
        assert json.loads(printing.as_json(rows)) == rows and clean(printing.as_json(rows)), name
    for flag in flags:
        assert clean(told(flag)) and told(flag).count("\n") <= 2
    assert tables["history"]


def clean(text: str) -> bool:
    """Whether a terminal shows it and does nothing else."""
    return all(c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in text)


ONE = "<item><guid>{0}</guid><title>{1}</title><link>{2}</link><pubDate>Mon, 01 Dec 2025 06:00:00 GMT</pubDate></item>"


@pytest.mark.parametrize(
    ("title", "link", "kept"),
    [
        ("Half an emoji: &#55357;", "https://a.example/1", "Half an emoji: \ufffd"),
        ("A character beyond all: &#x110000; &#0;", "https://a.example/1", "A character beyond all: \ufffd \ufffd"),
        ("A link that leads nowhere", "http://[", "A link that leads nowhere"),
    ],
)
def test_an_item_that_once_took_the_whole_feed_with_it(title: str, link: str, kept: str) -> None:
    text = f'<rss version="2.0"><channel>{ONE.format(1, title, link)}{ONE.format(2, "Another", "https://a.example/2")}</channel></rss>'
    source = next(source for source in SOURCES.values() if source.shape == "feed" and not source.options["publisher_in_title"])
    assert [notice.title for notice in feed.notices(Answer(source.url, text.encode()), source)] == [kept, "Another"]


NESTED = "<div class='entry' id='e{0}'><h2>Entry {0}</h2><p>Words</p>"
COSTLY = {
    "an author as long as a page": (
        "feed",
        ONE.format(1, "T", "https://a.example/1").replace("</item>", f"<author>{'a' * 400_000}</author></item>"),
    ),
    "items within items": ("page", "".join(NESTED.format(number) for number in range(6_000)) + "tail " * 40_000),
}
"""Pages whose cost grew with the square of their size: shape and body."""


@pytest.mark.parametrize("what", COSTLY)
def test_a_page_that_once_took_minutes(figures: Figures, what: str) -> None:
    shape, body = COSTLY[what]
    source = next(source for source in SOURCES.values() if source.shape == shape)
    if shape == "feed":
        body = f'<rss version="2.0"><channel>{body}</channel></rss>'
    if shape == "page":
        source = replace(source, options=source.options | {"item": "div.entry", "key": "@id", "expect": ""})
    read = {"feed": feed.notices, "page": page.notices}[shape]
    with bounded():
        for notice in read(Answer(source.url, body.encode()), source):
            assert cleaned_of(notice, source)[1] is None
    figures.pages_fuzzed += 1
