"""What is stored, flagged and remembered, told as stories on real files."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy.exceptions import DropItem

from pipelines.cleaning.clean import Cleaned, clean
from pipelines.recorder import Recorder, record
from pipelines.storage.database import open_for_reading
from pipelines.storage.store import Store, StoreError
from scrapers.run import Run, Validator
from tests.publisher import NEWS, UNION, Clock, Desk, desk, notice, six_words


@pytest.fixture
def at_work(tmp_path):
    with desk(tmp_path / "groundstop.db") as opened:
        yield opened


# --- versions ---------------------------------------------------------------------------------------------------------


def test_a_new_notice_flags_and_an_unchanged_one_only_moves_last_seen(at_work):
    at_work.settle_in(NEWS)
    said = notice(NEWS, "tap", "TP stops CCS until 2026-01-15.")
    assert at_work.poll(NEWS, said)[0] == ["new"]
    at_work.clock.pass_(hours=1)
    assert at_work.poll(NEWS, said)[0] == ["same"]
    assert at_work.flags() == ["new"]
    assert at_work.ask("SELECT first_seen, last_seen, versions FROM notices WHERE key LIKE '%tap'") == [
        ("2025-11-30T09:00:00Z", "2025-11-30T10:00:00Z", 1)
    ]
    assert at_work.ask("SELECT new, changed, same, flags FROM runs ORDER BY id") == [(1, 0, 0, 0), (1, 0, 0, 1), (0, 0, 1, 0)]


def test_a_reworded_notice_is_a_version_and_no_flag_and_its_event_keeps_its_row(at_work):
    at_work.settle_in(NEWS)
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
    assert at_work.poll(NEWS, notice(NEWS, "tap", "We are told that TP stops CCS until 2026-01-15, sadly."))[0] == ["changed"]
    assert at_work.flags() == ["new"]
    ((first, last, withdrawn),) = at_work.ask("SELECT version_id, last_version_id, withdrawn_at FROM events")
    assert (last, withdrawn) == (first + 1, None)


def test_an_edited_end_is_a_flag_and_the_old_event_is_withdrawn(at_work):
    at_work.settle_in(NEWS)
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
    at_work.clock.pass_(days=1)
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-02-15."))
    assert at_work.flags() == ["new", "extended"]
    assert at_work.ask("SELECT effective_to, withdrawn_at FROM events ORDER BY id") == [
        ("2026-01-15", "2025-12-01T09:00:00Z"),
        ("2026-02-15", None),
    ]
    assert at_work.ask("SELECT effective_to, sources FROM suspensions") == [("2026-02-15", 1)]


def test_an_edit_that_drops_the_statement_withdraws_it(at_work):
    at_work.settle_in(NEWS)
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
    at_work.clock.pass_(days=1)
    at_work.poll(NEWS, notice(NEWS, "tap", "All flights run as planned today."))
    assert at_work.flags() == ["new", "withdrawn"]
    assert at_work.ask("SELECT state FROM suspensions") == ["withdrawn"]


def test_half_a_page_withdraws_nothing_until_it_is_seen_twice(at_work):
    at_work.settle_in(NEWS)
    whole = "TP stops CCS until 2026-01-15." + " The airline asks its passengers for patience." * 20
    at_work.poll(NEWS, notice(NEWS, "tap", whole))
    broken = at_work.run(NEWS)
    broken.entries, broken.validators[NEWS.url] = 1, Validator('"half"', "", "")
    at_work.poll(NEWS, notice(NEWS, "tap", "Loading, please wait."), run=broken)
    assert at_work.store.validator(NEWS.url) is None, "the next run must see the page again, changed or not"
    assert at_work.poll(NEWS, notice(NEWS, "tap", whole))[0] == ["changed"]
    assert at_work.flags() == ["new"]
    for _ in range(2):
        at_work.clock.pass_(hours=1)
        at_work.poll(NEWS, notice(NEWS, "tap", "No travel alerts."))
    assert at_work.flags() == ["new", "withdrawn"]


def test_what_turns_from_news_to_background_still_stands_and_what_turns_to_news_is_judged(tmp_path):
    def in_brackets(title, text, published, lang):
        told = six_words(title, text, published, lang)
        return replace(told, events=tuple(replace(e, background=text[e.start - len(title) - 2] == "(") for e in told.events))

    with desk(tmp_path / "groundstop.db", extractor=in_brackets) as at_work:
        at_work.settle_in(NEWS)
        at_work.poll(
            NEWS,
            notice(NEWS, "tap", "Now TP stops CCS until 2026-01-15."),
            notice(NEWS, "la", "A word on (LA stops LIM until 2026-01-15)."),
        )
        assert at_work.flags() == ["new"]
        at_work.poll(
            NEWS, notice(NEWS, "tap", "Fares rise (TP stops CCS until 2026-01-15)."), notice(NEWS, "la", "LA stops LIM until 2026-01-15.")
        )
        assert at_work.flags() == ["new", "new"]
        assert at_work.ask("SELECT operator, background, withdrawn_at IS NULL FROM events ORDER BY id") == [
            ("TP", 0, 1),
            ("LA", 1, 0),
            ("LA", 0, 1),
        ]


def test_what_is_told_both_as_news_and_as_background_is_news(tmp_path):
    def both(title, text, published, lang):
        told = six_words(title, text, published, lang)
        return replace(told, events=(*told.events, *(replace(e, background=True) for e in told.events)))

    with desk(tmp_path / "groundstop.db", extractor=both) as at_work:
        at_work.settle_in(NEWS)
        at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
        assert at_work.flags() == ["new"]


def test_a_page_that_states_nothing_may_shrink_as_it_likes(at_work):
    run = at_work.run(NEWS)
    at_work.poll(NEWS, notice(NEWS, "a", "Words. " * 100))
    run.entries, run.validators[NEWS.url] = 1, Validator("1", "", "")
    at_work.poll(NEWS, notice(NEWS, "a", "Words."), run=run)
    assert at_work.store.validator(NEWS.url) == Validator("1", "", "")


def test_a_former_wording_that_returns_is_a_version_again(at_work):
    for text in ("One.", "Two.", "One."):
        at_work.poll(NEWS, notice(NEWS, "page", text))
    assert at_work.ask("SELECT number, text FROM versions ORDER BY number") == [(1, "One."), (2, "Two."), (3, "One.")]


# --- sources ----------------------------------------------------------------------------------------------------------


def test_the_same_article_in_two_feeds_is_two_notices_one_suspension_one_flag(at_work):
    at_work.settle_in(NEWS, UNION)
    shared = "https://news.example/tap"
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
    at_work.poll(UNION, notice(UNION, "relayed", "TP stops CCS until 2026-01-15, says The News.", url=shared))
    at_work.poll(UNION, notice(UNION, "copied", "TP stops CCS until 2026-01-15."))
    assert at_work.flags() == ["new"]
    assert at_work.ask("SELECT sources FROM suspensions") == [2]
    ((original, none), *copies) = at_work.ask("SELECT id, same_as FROM notices WHERE key NOT LIKE '%first' ORDER BY id")
    assert none is None
    assert [same_as for _, same_as in copies] == [original, original]


def test_baseline_flags_only_what_is_in_force_and_was_published_lately(at_work):
    at_work.poll(
        NEWS,
        notice(NEWS, "old", "TP stops CCS until 2026-01-15.", published="2025-10-01T08:00:00Z"),
        notice(NEWS, "over", "LA stops LIM until 2025-11-20.", published="2025-11-29T08:00:00Z"),
        notice(NEWS, "fresh", "IB stops BOG until 2026-01-15.", published="2025-11-29T08:00:00Z"),
    )
    assert at_work.ask("SELECT s.operator FROM flags f JOIN suspensions s ON s.id = f.suspension_id") == ["IB"]
    assert sorted(at_work.ask("SELECT operator FROM suspensions WHERE state = 'open'")) == ["IB", "TP"]


def test_a_failed_first_run_is_no_baseline(at_work):
    refused = Run(NEWS, at_work.clock())
    refused.requests = 1
    refused.fail("blocked", NEWS.url, "403")
    at_work.poll(NEWS, run=refused)
    at_work.poll(NEWS, notice(NEWS, "old", "TP stops CCS until 2026-01-15.", published="2025-10-01T08:00:00Z"))
    assert at_work.flags() == []
    at_work.poll(NEWS, notice(NEWS, "next", "LA stops LIM until 2026-01-15.", published="2025-11-29T08:00:00Z"))
    assert at_work.flags() == ["new"]


def test_a_source_breaks_and_recovers_once_each(at_work):
    at_work.settle_in(NEWS)
    for _ in range(5):
        refused = Run(NEWS, at_work.clock())
        refused.requests = 1
        refused.fail("blocked", NEWS.url, "a captcha")
        at_work.poll(NEWS, run=refused)
    assert at_work.flags() == ["source_broken"]
    assert at_work.ask("SELECT state, failures_in_row FROM source_health") == [("broken", 5)]
    at_work.settle_in(NEWS)
    assert at_work.flags() == ["source_broken", "source_recovered"]
    assert at_work.ask("SELECT state, what_is_wrong FROM source_health") == [("ok", None)]


def test_a_silent_source_is_suspicious(at_work):
    quiet = replace(NEWS, quiet=timedelta(days=2))
    at_work.settle_in(quiet)
    at_work.clock.pass_(days=3)
    at_work.settle_in(quiet)
    assert at_work.flags() == ["source_broken"]
    at_work.poll(quiet, notice(quiet, "new", "Good morning."))
    assert at_work.flags() == ["source_broken", "source_recovered"]


def test_watching_other_sources_leaves_what_the_former_ones_told(at_work):
    at_work.settle_in(NEWS)
    at_work.store.watch({UNION.name: UNION})
    assert at_work.ask("SELECT source FROM source_health") == ["union"]
    assert at_work.ask("SELECT source FROM notices") == ["news"]


# --- understanding ----------------------------------------------------------------------------------------------------


def test_a_notice_that_cannot_be_understood_is_stored_and_the_rest_goes_on(at_work):
    at_work.settle_in(NEWS)
    assert at_work.poll(NEWS, notice(NEWS, "bad", "boom"), notice(NEWS, "tap", "TP stops CCS."))[0] == ["new", "new"]
    assert at_work.flags() == ["new"]
    assert at_work.ask("SELECT text, problem FROM versions WHERE problem IS NOT NULL") == [("boom", "ValueError: boom")]


def test_an_event_that_no_row_can_hold_costs_its_notice_nothing_else(at_work):
    at_work.settle_in(NEWS)
    assert at_work.poll(NEWS, notice(NEWS, "bad", "TP stops CCS until 15-01-2026."))[0] == ["new"]
    ((text, problem),) = at_work.ask("SELECT text, problem FROM versions WHERE problem IS NOT NULL")
    assert (text, problem.partition(":")[0]) == ("TP stops CCS until 15-01-2026.", "IntegrityError")
    assert at_work.ask("SELECT count(*) FROM events") == [0]


def test_what_an_operator_says_of_itself_needs_no_name(at_work):
    page = replace(NEWS, name="tap", kind="airline", official=True, operator="TP", url="https://tap.example/alerts")
    at_work.settle_in(NEWS, page)
    at_work.poll(page, notice(page, "alert", "We stops CCS."))
    at_work.poll(NEWS, notice(NEWS, "report", "We stops CCS."))
    assert at_work.ask("SELECT e.operator FROM events e JOIN notices n ON n.id = e.notice_id ORDER BY n.source") == [None, "TP"]
    assert at_work.ask("SELECT operator, certainty FROM suspensions WHERE operator IS NOT NULL") == [("TP", "official")]


def test_another_extractor_tries_again_what_the_former_could_not_understand(tmp_path):
    path = tmp_path / "groundstop.db"
    bad = notice(NEWS, "tap", "boom")
    with desk(path) as before:
        before.settle_in(NEWS)
        before.poll(NEWS, bad)
        assert before.poll(NEWS, bad)[0] == ["same"]
    store = Store(path, Clock(), extractor=lambda *a: six_words(a[0], "TP stops CCS.", *a[2:]), reading="better")
    with closing(store):
        run_id = store.begin_run(NEWS)
        assert store.take(clean(bad, NEWS), NEWS, run_id) == "same"
        assert store.database.execute("SELECT kind FROM flags").fetchall() == [("new",)]
        assert store.database.execute("SELECT count(*), count(problem) FROM versions").fetchone() == (2, 0)


# --- what is remembered -----------------------------------------------------------------------------------------------


def test_validators_are_kept_by_a_run_that_stored_everything_and_survive_a_restart(tmp_path):
    path = tmp_path / "groundstop.db"
    known = Validator('"1"', "Sun, 30 Nov 2025 08:00:00 GMT", "abc")
    with desk(path) as before:
        run = before.run(NEWS)
        run.entries, run.validators[NEWS.url] = 1, known
        before.poll(NEWS, notice(NEWS, "a", "A."), run=run)
    with desk(path) as after:
        assert after.store.validator(NEWS.url) == known
        assert after.store.fetched(NEWS.url) == before.clock()
        assert after.store.last_runs() == {"news": before.clock()}
    with desk(path, reading="other") as reading_differently:
        assert reading_differently.store.validator(NEWS.url) is None


def test_after_a_failure_the_list_is_read_again_and_the_articles_that_came_are_not(at_work):
    run = at_work.run(NEWS)
    article = "https://news.example/a"
    run.entries, run.validators[NEWS.url], run.validators[article] = 1, Validator("1", "", ""), Validator("2", "", "")
    run.fail("timeout", "https://news.example/b", "")
    assert at_work.poll(NEWS, notice(NEWS, "a", "A."), run=run)[1].name == "partial"
    assert at_work.store.validator(NEWS.url) is None
    assert at_work.store.validator(article) == Validator("2", "", "")


def test_a_lost_notice_leaves_no_validator(at_work):
    run = at_work.run(NEWS)
    run.entries, run.lost, run.items = 1, 1, 1
    run.validators[NEWS.url] = Validator("1", "", "")
    assert at_work.poll(NEWS, run=run)[1].name == "parse_error"
    assert at_work.store.validator(NEWS.url) is None


def test_flags_wait_until_they_are_told(at_work):
    at_work.settle_in(NEWS)
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2026-01-15."))
    (flag,) = at_work.store.untold()
    assert (flag["flag"], flag["evidence"], flag["url"]) == ("new", "TP stops CCS until 2026-01-15", "https://news.example/tap")
    at_work.store.mark_told([flag["flag_id"]])
    assert at_work.store.untold() == []


def test_what_passes_its_last_day_expires_once(at_work):
    at_work.settle_in(NEWS)
    at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS until 2025-12-05."))
    days = [(at_work.clock() + timedelta(days=n)).date() for n in (5, 6, 7)]
    assert [at_work.store.expire(day) for day in days] == [0, 1, 0]
    assert at_work.flags() == ["new", "expired"]


def test_the_heartbeat_knows_a_start_from_a_beat(at_work):
    at_work.store.heartbeat(at_work.clock(), "1.0")
    at_work.clock.pass_(seconds=20)
    at_work.store.heartbeat(at_work.clock())
    row = "SELECT pid, version, started_at, beat_at, ended_at FROM service"
    assert at_work.ask(row) == [(os.getpid(), "1.0", "2025-11-30T09:00:00Z", "2025-11-30T09:00:20Z", None)]
    at_work.store.end_service(at_work.clock())
    at_work.clock.pass_(seconds=20)
    at_work.store.heartbeat(at_work.clock(), "1.1")
    assert at_work.ask(row) == [(os.getpid(), "1.1", "2025-11-30T09:00:40Z", "2025-11-30T09:00:40Z", None)]


def test_a_notice_dated_in_the_far_future_is_undated(at_work):
    at_work.poll(NEWS, notice(NEWS, "a", "A.", published="2030-01-01T00:00:00Z"))
    assert at_work.ask("SELECT published, published_how FROM notices") == [(None, "unknown")]


# --- kills, locks, readers --------------------------------------------------------------------------------------------

WRITER = """
import sys
from pathlib import Path
from tests.publisher import NEWS, Desk, notice
at_work = Desk(Path(sys.argv[1]))
at_work.settle_in(NEWS)
run_id = at_work.store.begin_run(NEWS)
from pipelines.cleaning.clean import clean
for number in range(100_000):
    at_work.store.take(clean(notice(NEWS, str(number), f"LA stops CCS. TP stops X{number:05} until 2026-01-15."), NEWS), NEWS, run_id)
    if number == 50:
        print("ready", flush=True)
"""


def test_a_kill_in_the_middle_loses_nothing_and_repeats_nothing(tmp_path):
    path = tmp_path / "groundstop.db"
    root = Path(__file__).resolve().parent.parent
    for _ in range(3):
        with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], cwd=root, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            writer.send_signal(signal.SIGKILL)
    with desk(path) as after:
        assert after.store.interrupted == 1
        assert after.ask("PRAGMA integrity_check") == ["ok"]
        assert after.ask("PRAGMA foreign_key_check") == []
        assert set(after.ask("SELECT verdict FROM runs WHERE id > 1 AND id % 2 = 0")) == {"interrupted"}
        told = after.ask("SELECT count(*) FROM notices WHERE key NOT LIKE '%first'")[0]
        assert told > 50
        # A notice is there with all that it says, or not at all: each has its version, two events and a flag, the first one two.
        assert after.ask("SELECT count(*) FROM versions") == [told + 1]
        assert after.ask("SELECT count(*) FROM events") == [2 * told]
        assert after.ask("SELECT count(*) FROM flags") == [told + 1]
        assert after.ask("SELECT count(*) FROM notices WHERE versions <> 1") == [0]


def test_another_writer_is_waited_for_and_then_told(tmp_path):
    path = tmp_path / "groundstop.db"
    with desk(path, busy_seconds=0.05) as at_work:
        at_work.settle_in(NEWS)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            run_id = None
            with pytest.raises(StoreError, match="another program holds the database") as trouble:
                run_id = at_work.store.begin_run(NEWS)
            assert run_id is None
            assert "Stop the other writer" in trouble.value.remedy
            other.execute("ROLLBACK")
        assert at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS."))[0] == ["new"]
        assert at_work.flags() == ["new"]


def test_readers_and_the_writer_do_not_block_each_other(tmp_path):
    path = tmp_path / "groundstop.db"
    with desk(path, busy_seconds=0) as at_work:
        at_work.settle_in(NEWS)
        with closing(open_for_reading(path)) as reader:
            reader.execute("PRAGMA busy_timeout = 0")
            at_work.store.database.conn.execute("BEGIN IMMEDIATE")
            at_work.store.database.conn.execute("UPDATE notices SET title = 'unfinished'")
            assert [tuple(row) for row in reader.execute("SELECT title FROM notices")] == [("News",)]
            at_work.store.database.conn.execute("ROLLBACK")
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM notices").fetchall()
            assert at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS."))[0] == ["new"]


# --- the item pipeline ------------------------------------------------------------------------------------------------


def test_the_recorder_stores_what_the_crawl_hands_over_and_drops_what_it_cannot_store(tmp_path):
    path = tmp_path / "groundstop.db"
    with desk(path, busy_seconds=0) as at_work:
        run = at_work.run(NEWS)
        recorder = Recorder.from_crawler(SimpleNamespace(spider=SimpleNamespace(store=at_work.store, runs={NEWS.name: run})))
        at_work.store.begin_run(NEWS)
        first = notice(NEWS, "tap", "TP stops CCS.")
        assert recorder.process_item(first) is first
        assert recorder.process_item({"no": "notice"}) == {"no": "notice"}
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DropItem, match="another program holds the database"):
                recorder.process_item(notice(NEWS, "lost", "LA stops CCS."))
            other.execute("ROLLBACK")
        assert at_work.ask("SELECT key FROM notices") == ["https://news.example/tap"]


def test_a_run_of_which_something_was_not_stored_says_nothing_of_its_source(tmp_path):
    with desk(tmp_path / "groundstop.db", busy_seconds=0) as at_work:
        at_work.settle_in(NEWS)
        before = at_work.ask("SELECT health || failures_in_row || last_run_at FROM sources")
        run, run_id = at_work.run(NEWS), at_work.store.begin_run(NEWS)
        with closing(sqlite3.connect(at_work.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="another program"):
                record(notice(NEWS, "tap", "TP stops CCS."), at_work.store, NEWS)
            other.execute("ROLLBACK")
        assert record(notice(NEWS, "latam", "LA stops CCS."), at_work.store, NEWS) == "new"
        run.validators[NEWS.url] = Validator("1", "", "")
        with pytest.raises(StoreError, match="another program"):
            at_work.store.end_run(run_id, run)
        at_work.store.forget_run(run_id)
        assert at_work.store.validator(NEWS.url) is None
        assert at_work.ask("SELECT health || failures_in_row || last_run_at FROM sources") == before
        assert at_work.poll(NEWS, notice(NEWS, "tap", "TP stops CCS."))[0] == ["new"]
        assert at_work.ask("SELECT verdict FROM runs ORDER BY id DESC LIMIT 2") == ["ok", "interrupted"]


def test_who_waited_in_vain_for_a_lock_does_not_wait_again_until_it_is_gone(tmp_path):
    """A source of a hundred notices would keep the whole service waiting a hundred times."""
    with desk(tmp_path / "groundstop.db", busy_seconds=0.1) as at_work:
        at_work.settle_in(NEWS)
        at_work.store.begin_run(NEWS)
        patience = "PRAGMA busy_timeout"
        with closing(sqlite3.connect(at_work.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for number in range(3):
                with pytest.raises(StoreError, match="another program"):
                    record(notice(NEWS, f"tap-{number}", "TP stops CCS."), at_work.store, NEWS)
                assert at_work.store.database.conn.execute(patience).fetchone() == (0,)
            other.execute("ROLLBACK")
        assert record(notice(NEWS, "tap", "TP stops CCS."), at_work.store, NEWS) == "new"
        assert at_work.store.database.conn.execute(patience).fetchone() == (100,)


def test_a_notice_that_cannot_be_cleaned_is_kept_as_it_came(at_work):
    at_work.store.begin_run(NEWS)
    strange = notice(NEWS, "strange", "TP stops CCS.", published=None)  # type: ignore[arg-type]
    assert record(strange, at_work.store, NEWS) == "new"
    ((text, problem),) = at_work.ask("SELECT text, problem FROM versions")
    assert (text, problem.partition(":")[0]) == ("TP stops CCS.", "AttributeError")


# --- a million notices ------------------------------------------------------------------------------------------------


def test_no_statement_of_a_run_looks_through_a_table_that_grows(tmp_path):
    """Every statement that a run executes is explained again: a search by index may be, a scan of what grows may not."""
    grows = ("notices", "versions", "events", "event_places", "runs", "flags", "suspension_events", "suspension_places", "validators")
    with desk(tmp_path / "groundstop.db") as at_work:
        connection = at_work.store.database.conn
        asked: set[str] = set()
        connection.set_trace_callback(asked.add)
        at_work.settle_in(NEWS, UNION)
        for text in ("TP stops CCS until 2026-01-15.", "TP stops CCS until 2026-02-15.", "TP resumes CCS.", "Nothing."):
            at_work.poll(NEWS, notice(NEWS, "tap", text))
            at_work.poll(UNION, notice(UNION, "tap", text + " Really."))
        at_work.store.validator(NEWS.url)
        at_work.store.untold()
        at_work.store.mark_told([1])
        at_work.store.heartbeat(at_work.clock())
        at_work.store.expire(at_work.clock().date())
        connection.set_trace_callback(None)
        statements = {sql for sql in asked if sql.lstrip().upper().startswith(("SELECT", "UPDATE", "INSERT", "DELETE"))}
        assert len(statements) > 30
        scans = {
            (detail, sql)
            for sql in statements
            for *_, detail in connection.execute("EXPLAIN QUERY PLAN " + sql)
            if detail.startswith("SCAN ") and "VIRTUAL" not in detail
        }
    found = [(detail, sql) for detail, sql in scans if _table_of(detail, sql) in grows]
    assert found == []


def _table_of(detail: str, sql: str) -> str:
    """The table behind the name (often an alias) that a line of a query plan gives."""
    name = detail.split()[1]
    words = sql.replace(",", " ").replace("(", " ").replace(")", " ").split()
    for before, after in pairwise(words):
        if after == name and before not in ("FROM", "JOIN", "AS", "UPDATE", "INTO", "SELECT"):
            return before
    return name


def test_the_text_of_a_version_is_what_the_offsets_of_its_events_count_in(at_work):
    at_work.settle_in(NEWS)
    at_work.poll(NEWS, notice(NEWS, "tap", "Soft\u00adhyphens go.   TP stops  CCS until 2026-01-15.", title="<b>News</b>"))
    ((title, text, start, end, evidence),) = at_work.ask(
        'SELECT v.title, v.text, e.start, e."end", e.evidence FROM events e JOIN versions v ON v.id = e.version_id'
    )
    assert f"{title}\n{text}"[start:end] == evidence == "TP stops CCS until 2026-01-15"


def test_failures_of_a_run_stand_in_its_row(at_work):
    run = at_work.run(NEWS)
    run.fail("timeout", "https://news.example/b", "after 30 s")
    at_work.poll(NEWS, run=run)
    ((verdict, failures),) = at_work.ask("SELECT verdict, failures FROM runs")
    assert verdict == "unreachable"
    assert json.loads(failures) == [{"kind": "timeout", "url": "https://news.example/b", "detail": "after 30 s"}]


def test_a_cleaned_notice_with_fields_keeps_them(at_work):
    run_id = at_work.store.begin_run(NEWS)
    at_work.store.take(Cleaned("news", "k", "", "T", "Text", "en", None, "unknown", "h", {"Number": "7"}, True), NEWS, run_id)
    assert at_work.ask("SELECT fields, truncated FROM versions") == [('{"Number": "7"}', 1)]


def test_desks_close(tmp_path):
    opened = Desk(tmp_path / "new" / "folder" / "groundstop.db")
    opened.store.close()
    assert opened.ask("SELECT count(*) FROM notices") == [0]


# --- two programs on one file -----------------------------------------------------------------------------------------


def test_a_second_service_is_refused_while_the_first_one_lives(at_work):
    now = at_work.clock()
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as first:
        at_work.store.heartbeat(now)
        at_work.store.end_service(now)
        at_work.store.database.execute("UPDATE service SET pid = ?, ended_at = NULL", (first.pid,))
        with pytest.raises(StoreError, match=f"process {first.pid}") as refused:
            at_work.store.heartbeat(now + timedelta(seconds=30))
        assert "--db" in refused.value.remedy
        first.kill()
    at_work.store.heartbeat(now + timedelta(seconds=31))
    assert at_work.ask("SELECT pid, started_at FROM service") == [(os.getpid(), "2025-11-30T09:00:31Z")]


def test_a_round_beside_a_service_leaves_its_sources_watched(at_work, tmp_path):
    at_work.store.watch({"news": NEWS})
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as service:
        at_work.store.database.execute(
            "INSERT INTO service (id, pid, version, started_at, beat_at)"
            " VALUES (1, ?, '', strftime('%Y-%m-%dT%H:%M:%SZ'), strftime('%Y-%m-%dT%H:%M:%SZ'))",
            (service.pid,),
        )
        with desk(at_work.path) as round_:
            round_.store.watch({"union": UNION})
        assert at_work.ask("SELECT name FROM sources WHERE watched ORDER BY name") == ["news", "union"]
        service.kill()
    at_work.store.watch({"union": UNION})
    assert at_work.ask("SELECT name FROM sources WHERE watched") == ["union"]


def test_a_notice_that_another_program_stores_at_the_same_moment_is_one_notice(at_work):
    said = notice(NEWS, "tap", "TP stops CCS until 2026-01-15.")

    def meanwhile(*about):
        if not at_work.ask("SELECT 1 FROM notices"):
            with desk(at_work.path) as other:
                other.poll(NEWS, said)
        return six_words(*about)

    with desk(at_work.path, extractor=meanwhile) as slow:
        assert slow.poll(NEWS, said)[0] == ["same"]
    assert at_work.ask("SELECT count(*), max(versions) FROM notices") == [(1, 1)]
    assert at_work.ask("SELECT count(*) FROM suspensions") == [1]


def test_a_run_whose_end_was_not_stored_is_interrupted_when_the_source_is_run_again(at_work):
    at_work.store.forget_run(at_work.store.begin_run(NEWS))
    at_work.poll(NEWS)
    assert at_work.ask("SELECT verdict FROM runs ORDER BY id") == ["interrupted", "empty"]
