"""What a run was worth, and what that makes of its source."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.storage.tables import VERDICTS
from pipelines.verdict import SAID, VERDICT_OF, Health, History, Verdict, health, verdict
from scrapers.run import FAILURES, Run
from tests.publisher import NEWS

NOW = datetime(2025, 11, 30, 9, tzinfo=UTC)


def run(*failures: str, source=NEWS, requests: int = 1, entries: int = 0, items: int = 0, lost: int = 0, unchanged: int = 0) -> Run:
    """A run with these counts, ended."""
    tally = Run(source, NOW)
    tally.requests, tally.entries, tally.items, tally.lost, tally.unchanged = requests, entries, items, lost, unchanged
    for kind in failures:
        tally.fail(kind, NEWS.url, "")
    return tally


@pytest.mark.parametrize(
    ("tally", "name"),
    [
        (run(entries=5, items=5), "ok"),
        (run(entries=5, items=0), "ok"),  # all left out as known or as not about flights
        (run(unchanged=1), "unchanged"),
        (run(), "empty"),
        (run(source=replace(NEWS, items=0)), "empty_ok"),
        (run(source=replace(NEWS, items=10), entries=3, items=3), "partial"),
        (run("timeout", entries=5, items=5), "partial"),
        (run("gone", unchanged=1), "partial"),
        (run(entries=5, items=5, lost=2), "partial"),
        (run(entries=5, items=5, lost=5), "parse_error"),
        (run("blocked"), "blocked"),
        (run("timeout", "blocked"), "blocked"),
        (run("robots"), "robots"),
        (run("gone"), "gone"),
        (run("dns"), "unreachable"),
        (run("http_error"), "unreachable"),
        (run("not_expected"), "parse_error"),
        (run(requests=0), "parse_error"),
    ],
)
def test_verdict(tally, name):
    judged = verdict(tally)
    assert judged.name == name
    assert judged.said


def test_an_interrupted_run_says_nothing_about_its_source():
    stopped = run("timeout", entries=3, items=3)
    stopped.interrupted = True
    judged = verdict(stopped)
    assert judged.name == "interrupted"
    for state, failures in (("broken", 4), ("ok", 2), ("ok", 0)):
        problem = "what broke it" if failures else None
        assert health(History(state, failures, NOW, problem), judged, None, NOW) == Health(state, failures, problem, None)


def test_every_failure_that_a_run_knows_has_a_verdict_and_words():
    assert set(VERDICT_OF) == set(SAID) == set(FAILURES)
    assert set(VERDICT_OF.values()) < set(VERDICTS)


def test_the_sentence_names_the_address_and_what_came():
    tally = run(entries=5, items=5)
    tally.fail("blocked", "https://news.example/b", "status 403")
    assert verdict(tally).said == "5 notices, but 1 request failed: the server refuses us: status 403 (https://news.example/b)"


def course(*names: str, quiet: timedelta | None = None, silent_days: int = 0) -> list[tuple[str, str | None]]:
    """State and flag after each of these verdicts."""
    history, seen = History(last_new=NOW - timedelta(days=silent_days)), []
    for name in names:
        after = health(history, Verdict(name, "words"), quiet, NOW)
        seen.append((after.state, after.flag))
        history = History(after.state, after.failures_in_row, history.last_new)
    return seen


def test_broken_after_three_failures_in_a_row_and_told_once():
    assert course("ok", "blocked", "gone", "blocked", "blocked", "ok", "ok") == [
        ("ok", None), ("ok", None), ("ok", None), ("broken", "source_broken"), ("broken", None), ("ok", "source_recovered"), ("ok", None),
    ]  # fmt: skip


def test_a_success_between_failures_starts_the_count_again():
    assert course("ok", "blocked", "blocked", "unchanged", "blocked", "blocked")[-1] == ("ok", None)


def test_a_source_that_never_worked_breaks_too():
    assert course("gone", "gone", "gone") == [("never run", None), ("never run", None), ("broken", "source_broken")]


def test_interruptions_neither_break_nor_heal():
    assert course("ok", "blocked", "blocked", "interrupted", "blocked")[-1] == ("broken", "source_broken")
    assert course("blocked", "blocked", "blocked", "interrupted")[-1] == ("broken", None)


def test_silence_is_told_once_and_a_failure_after_it_is_no_second_break():
    days = timedelta(days=2)
    assert course("ok", "unchanged", "blocked", quiet=days, silent_days=3) == [
        ("silent", "source_broken"), ("silent", None), ("broken", None),
    ]  # fmt: skip
    assert course("ok", quiet=days, silent_days=1) == [("ok", None)]


def test_silence_in_words():
    after = health(History("ok", 0, NOW - timedelta(days=9)), Verdict("ok", "1 notice"), timedelta(hours=36), NOW)
    assert after.problem == "no new notice for 9 days, where 36 hours is the longest that is normal"
