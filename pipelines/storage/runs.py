"""Sources and their runs as rows: what a run was worth, what it makes of its source, and what to remember for the next one.

Everything that writes runs inside the caller's transaction.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING, NamedTuple

from pipelines import verdict
from pipelines.storage.database import StoreError
from pipelines.storage.instants import moment, stamp
from pipelines.storage.service import is_running
from pipelines.storage.sql import insert, update_on
from pipelines.verdict import History, Verdict

if TYPE_CHECKING:
    from scrapers.run import Run, Validator
    from scrapers.sources import Source

ABANDONED = timedelta(hours=6)
"""No run takes as long: one that is still "running" then was killed, whoever has its process number now."""


FAILURES_KEPT = 20
"""In the run's row; the rest repeats them."""


@dataclass(slots=True)
class Progress:
    """What the store has done so far for a run under way."""

    run_id: int
    source: "Source"
    baseline: bool
    """No run of the source has succeeded before this one."""
    seen: list[int] = field(default_factory=list)
    """Notices that were there again unchanged: their ``last_seen`` moves when the run ends."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """By "new", "changed" and "same"."""
    flags: int = 0
    doubts: int = 0
    """Versions that may be half a page: the next run has to see them again, changed or not."""
    trouble: StoreError | None = None
    """Why something that the run brought could not be stored: it says nothing about the source then."""


def save_source(connection: Connection, source: "Source", now: datetime) -> None:
    """The source's row, made or brought up to its record."""
    values = {
        "title": source.title,
        "kind": source.kind,
        "official": int(source.official),
        "country": source.country or None,
        "lang": source.lang or None,
        "zone": source.zone,
        "operator": source.operator or None,
        "shape": source.shape,
        "url": source.url,
        "every_seconds": int(source.every.total_seconds()),
        "watched": 1,
    }
    insert(connection, "sources", {"name": source.name, "added_at": stamp(now), **values}, update_on("name", *values))


def save_keyless(connection: Connection, source: "Source") -> None:
    """What the source's row says of a key that is missing. It is not broken, whatever its last run with a key was: nobody asks it."""
    if source.keyless:
        connection.execute(
            "UPDATE sources SET health = 'never run', health_since = NULL, problem = ?, failures_in_row = 0, last_verdict = NULL"
            " WHERE name = ?",
            (source.keyless, source.name),
        )
    elif source.headers:
        connection.execute("UPDATE sources SET problem = NULL WHERE name = ? AND last_verdict IS NULL", (source.name,))


def unwatch_all_but(connection: Connection, names: Iterable[str]) -> None:
    """Mark the sources that nobody watches any more; what they told stays."""
    connection.execute(
        "UPDATE sources SET watched = 0 WHERE watched AND name NOT IN (SELECT value FROM json_each(?))", (json.dumps(sorted(names)),)
    )


def begin(connection: Connection, source: "Source", now: datetime) -> Progress:
    """A row for a run under way. One of this program that was never ended (the database did not take its end) is interrupted now."""
    connection.execute(
        "UPDATE runs SET verdict = 'interrupted', said = 'its end could not be stored', ended_at = ?"
        " WHERE source = ? AND verdict = 'running' AND pid = ?",
        (stamp(now), source.name, os.getpid()),
    )
    run_id = insert(connection, "runs", {"source": source.name, "started_at": stamp(now), "pid": os.getpid()})
    (baseline_at,) = connection.execute("SELECT baseline_at FROM sources WHERE name = ?", (source.name,)).fetchone()
    return Progress(run_id, source, baseline=baseline_at is None)


def move_last_seen(connection: Connection, progress: Progress, now: datetime) -> None:
    """Write down what was seen again."""
    if progress.seen:
        at = stamp(now)
        connection.executemany("UPDATE notices SET last_seen = ? WHERE id = ?", [(at, notice_id) for notice_id in progress.seen])


def end(connection: Connection, progress: Progress, run: "Run", now: datetime, reading: str) -> Verdict:
    """The run's row, the source's health, and the validators where all was stored; what the run was worth."""
    counted = progress.outcomes
    judged = verdict.verdict(run)
    move_last_seen(connection, progress, now)
    progress.flags += _save_health(connection, progress, judged, now)
    row = {
        "ended_at": stamp(now),
        "verdict": judged.name,
        "said": judged.said,
        "requests": run.requests,
        "responses": run.responses.total(),
        "bytes": run.bytes,
        "notices": run.items,
        "entries": max(run.entries - run.left_out, 0),
        "new": counted["new"],
        "changed": counted["changed"],
        "same": counted["same"],
        "unchanged": run.unchanged,
        "flags": progress.flags,
        "failures": json.dumps([failure._asdict() for failure in run.failures[:FAILURES_KEPT]], ensure_ascii=False)
        if run.failures
        else "[]",
    }
    connection.execute(f"UPDATE runs SET {', '.join(f'{column} = ?' for column in row)} WHERE id = ?", (*row.values(), progress.run_id))
    if judged.success and not run.lost and not progress.doubts:
        _save_validators(connection, progress.source, run, judged, stamp(now), reading)
    return judged


def mark_interrupted(connection: Connection, now: datetime) -> int:
    """Runs that a kill left "running" end as "interrupted"; how many. Those of another living process go on."""
    running = connection.execute("SELECT id, pid, started_at FROM runs WHERE verdict = 'running'").fetchall()
    left = [run_id for run_id, pid, started in running if pid == os.getpid() or not is_running(pid) or now - moment(started) > ABANDONED]
    connection.executemany(
        "UPDATE runs SET verdict = 'interrupted', said = 'the program ended before the run did', ended_at = ? WHERE id = ?",
        [(stamp(now), run_id) for run_id in left],
    )
    return len(left)


def last_runs(connection: Connection) -> dict[str, datetime]:
    """When each source's last run ended by itself: what the next one is due after. Sources that never were run are left out."""
    rows = connection.execute("SELECT name, last_run_at FROM sources WHERE last_run_at IS NOT NULL")
    return {name: moment(at) for name, at in rows}


class Remembered(NamedTuple):
    """An address as it answered when it was last read in full."""

    validator: "Validator"
    at: datetime
    reading: str
    """What read it then: another reading has to see the whole answer again."""


def remembered(connection: Connection, url: str) -> Remembered | None:
    """What is known of an address."""
    from scrapers.run import Validator

    row = connection.execute("SELECT etag, last_modified, body_hash, fetched_at, reading FROM validators WHERE url = ?", (url,)).fetchone()
    return None if row is None else Remembered(Validator(*row[:3]), moment(row[3]), row[4])


def _save_validators(connection: Connection, source: "Source", run: "Run", judged: Verdict, at: str, reading: str) -> None:
    # After a failure the list has to be read again in full: its validator would hide what was not fetched from it.
    kept = [(url, v) for url, v in run.validators.items() if judged.name != "partial" or url not in (source.url, *source.also)]
    for url, known in kept:
        values = {**known._asdict(), "source": source.name, "fetched_at": at, "reading": reading}
        insert(connection, "validators", {"url": url, **values}, update_on("url", *values))


def _save_health(connection: Connection, progress: Progress, judged: Verdict, now: datetime) -> int:
    """The source's row after a run; 1 where that raised a flag."""
    source, at = progress.source, stamp(now)
    health_before, failures, last_new, added, last_success, problem = connection.execute(
        "SELECT health, failures_in_row, last_new_at, added_at, last_success_at, problem FROM sources WHERE name = ?", (source.name,)
    ).fetchone()
    if progress.outcomes["new"] or progress.outcomes["changed"]:
        last_new = at
    history = History(health_before, failures, moment(last_new or added), problem)
    health = verdict.health(history, judged, source.quiet, now)
    # What a first run did not reach must not count as news in the second; a source of which a part always fails still gets its baseline.
    complete = judged.success and (judged.name != "partial" or last_success is not None)
    connection.execute(
        "UPDATE sources SET health = ?, health_since = CASE WHEN health = ? THEN coalesce(health_since, ?) ELSE ? END, problem = ?,"
        " failures_in_row = ?, last_verdict = ?, last_run_at = CASE WHEN ? THEN last_run_at ELSE ? END,"
        " last_success_at = CASE WHEN ? THEN ? ELSE last_success_at END, last_new_at = ?,"
        " baseline_at = CASE WHEN baseline_at IS NULL AND ? THEN ? ELSE baseline_at END WHERE name = ?",
        (
            health.state, health.state, at, at, health.problem, health.failures_in_row, judged.name, judged.name == "interrupted", at,
            judged.success, at, last_new, complete, at, source.name,
        ),
    )  # fmt: skip
    if health.flag is None:
        return 0
    words = f"{source.title}: {health.problem}" if health.flag == "source_broken" else f"{source.title} works again: {judged.said}"
    return connection.execute(
        "INSERT OR IGNORE INTO flags (kind, key, raised_at, what, source, run_id) VALUES (?,?,?,?,?,?)",
        (health.flag, f"{health.flag} {source.name} {progress.run_id}", at, words, source.name, progress.run_id),
    ).rowcount
