"""What is wrong with an installation, and what to do: checks over the file, the records, the clock, the schedule and the last rounds.

A check takes ``Facts`` and gives findings; none of them writes.
"""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pipelines import report
from pipelines.storage.database import StoreError, explained
from pipelines.storage.instants import moment, stamp
from pipelines.storage.schema import VERSION
from pipelines.storage.service import is_running
from pipelines.verdict import SUCCESSES

OK, WARNING, TROUBLE = "ok", "warning", "trouble"
MIB = 1024 * 1024
ROOM = 100 * MIB
"""Free space below which a busy day may fill the disk."""
LOG = 256 * MIB
"""Size of the write-ahead log from which somebody keeps it from being emptied."""
SKEW = timedelta(minutes=5)
HUNG = timedelta(hours=1)
"""No run takes as long."""
TOLD_WITHIN = timedelta(minutes=10)
MOST = 0.5
"""Share of a day's runs that fail from which the fault is rather here than there."""
ENOUGH = 10
"""Runs of a day that such a share is drawn from."""
NAMED = 8
"""Sources named in one line; the others are counted."""


class Finding(NamedTuple):
    check: str
    state: str
    said: str
    remedy: str = ""


@dataclass(frozen=True)
class Facts:
    path: Path
    database: sqlite3.Connection
    """Open for reading."""
    now: datetime
    """The machine's time, by which the service's heartbeat goes."""
    today: datetime
    """The time that runs and notices go by; another one only in a replay."""
    enabled: Sequence[str]
    """Names of the sources that the records enable."""
    keyless: Sequence[str]
    """Of these, those that lack a key."""
    full: bool = False
    """Whether every page and index is to be read."""


def examine(facts: Facts) -> list[Finding]:
    """What every check finds, in the order of ``CHECKS``. Of a damaged file also what can still be read of it."""
    findings: list[Finding] = []
    unread: list[str] = []
    for check in CHECKS:
        try:
            findings += check(facts)
        except sqlite3.Error as error:
            if check is file:
                findings.append(unreadable(explained(error, facts.path)))
            else:
                unread.append(check.__name__)
    if unread:
        remedy = "See what is said of the file; once that is mended, run: groundstop doctor."
        findings.append(Finding("file", TROUBLE, f"does not answer what these ask: {', '.join(unread)}", remedy))
    return findings


def unreadable(error: StoreError) -> Finding:
    """A file of which nothing more can be said."""
    return Finding("file", TROUBLE, str(error), error.remedy)


def file(facts: Facts) -> Iterator[Finding]:
    """The database's pages, references, schema and permissions."""
    kind = "integrity_check" if facts.full else "quick_check"
    damage = [row[0] for row in facts.database.execute(f"PRAGMA {kind}(5)") if row[0] != "ok"]
    strays = facts.database.execute("PRAGMA foreign_key_check").fetchall() if not damage else []
    if damage or strays:
        words = "; ".join(damage) if damage else f"{len(strays)} rows point to rows that are not there"
        remedy = "Stop the service and restore a backup, or: sqlite3 FILE .recover | sqlite3 NEW"
        yield Finding("file", TROUBLE, f"damaged: {words}", remedy)
    else:
        size = facts.path.stat().st_size / MIB
        yield Finding("file", OK, f"{size:.1f} MiB, every page in order" if facts.full else f"{size:.1f} MiB, in order")
    version = facts.database.execute("PRAGMA user_version").fetchone()[0]
    if version < VERSION:
        yield Finding("file", WARNING, f"schema {version}, this program writes {VERSION}", "The next start of the service brings it up.")
    if not os.access(facts.path, os.W_OK) or not os.access(facts.path.parent, os.W_OK):
        remedy = "Give the service's user write permission for the file and its directory."
        yield Finding("file", TROUBLE, "the file or its directory cannot be written by this user", remedy)


def room(facts: Facts) -> Iterator[Finding]:
    """Free space, and the write-ahead log."""
    free = shutil.disk_usage(facts.path.parent).free
    needed = max(ROOM, facts.path.stat().st_size)
    if free < needed:
        remedy = "Free some space, or keep less: groundstop tidy --keep-days 90."
        yield Finding("room", TROUBLE if free < ROOM else WARNING, f"{free / MIB:.0f} MiB are free on the disk", remedy)
    else:
        yield Finding("room", OK, f"{free / MIB:.0f} MiB are free on the disk")
    log = facts.path.with_name(facts.path.name + "-wal")
    if log.exists() and (size := log.stat().st_size) > LOG:
        remedy = "Some program has been reading in one transaction for long: end it."
        yield Finding("room", WARNING, f"the log of changes has {size / MIB:.0f} MiB and cannot be emptied", remedy)


def clock(facts: Facts) -> Iterator[Finding]:
    """Whether time went back: what is stored must not be of the future."""
    (run,) = facts.database.execute("SELECT max(started_at) FROM runs").fetchone()
    (beat,) = facts.database.execute("SELECT max(beat_at) FROM service").fetchone()
    ahead = [at for at, now in ((run, facts.today), (beat, facts.now)) if at and moment(at) > now + SKEW]
    if ahead:
        remedy = "Set the machine's clock (timedatectl set-ntp true), then start the service again."
        yield Finding("clock", TROUBLE, f"it is {stamp(facts.now)} here, and the database knows of {max(ahead)}", remedy)
    else:
        yield Finding("clock", OK, f"{stamp(facts.now)}, after all that is stored")


def service(facts: Facts) -> Iterator[Finding]:
    """Whether the service lives."""
    start = "Start it: groundstop run, or systemctl start groundstop."
    told = report.status(facts.database, facts.now, facts.today)
    row = told["service"]
    if row is None:
        yield Finding("service", WARNING, "has never run on this database", f"{start} With cron instead this is as it should be.")
    elif row["ended_at"]:
        yield Finding("service", TROUBLE, f"was stopped at {row['ended_at']}", start)
    elif not is_running(row["pid"]):
        yield Finding("service", TROUBLE, f"its process {row['pid']} is gone; last heartbeat {row['beat_at']}", start)
    elif not told["alive"]:
        remedy = "It hangs, or cannot write: read its log, then start it again."
        yield Finding("service", TROUBLE, f"process {row['pid']} has not beaten since {row['beat_at']}", remedy)
    else:
        yield Finding("service", OK, f"lives since {row['started_at']}, process {row['pid']}")
    hung = facts.database.execute(
        "SELECT source FROM runs WHERE verdict = 'running' AND started_at < ?", (stamp(facts.today - HUNG),)
    ).fetchall()
    if hung:
        yield Finding("service", TROUBLE, f"runs that do not end: {_named(name for (name,) in hung)}", "Start the service again.")


def schedule(facts: Facts) -> Iterator[Finding]:
    """Runs that should have been, found by age: what never happened leaves no error."""
    late = report.overdue(facts.database, facts.today)
    if late:
        remedy = "Is the service running, or cron? A host may also have asked to be left alone (Retry-After): the log tells."
        yield Finding("schedule", TROUBLE, f"not read when due: {_named(row['source'] for row in late)}", remedy)
    waiting = [
        name
        for (name,) in facts.database.execute("SELECT name FROM sources WHERE watched AND last_run_at IS NULL")
        if name not in facts.keyless
    ]
    if waiting:
        yield Finding("schedule", WARNING, f"never read yet: {_named(waiting)}", "A first round takes some minutes; else read the log.")
    if not late and not waiting:
        yield Finding("schedule", OK, "every source was read when it was due")


def sources(facts: Facts) -> Iterator[Finding]:
    """The records and the health of their sources."""
    rows = {row["source"]: row for row in report.health(facts.database)}
    broken = [name for name, row in rows.items() if row["state"] == "broken"]
    silent = [name for name, row in rows.items() if row["state"] == "silent"]
    unknown = [name for name in facts.enabled if name not in rows]
    if broken:
        remedy = "groundstop sources check NAME says what no longer fits."
        yield Finding("sources", TROUBLE, f"broken: {_named(broken)}", remedy)
    if silent:
        yield Finding("sources", WARNING, f"nothing new for longer than usual: {_named(silent)}", "Look whether the site still publishes.")
    if facts.keyless:
        yield Finding("sources", WARNING, f"not read for want of a key: {_named(facts.keyless)}", "groundstop sources says which one.")
    if unknown:
        remedy = "Start the service again: it reads the records then."
        yield Finding("sources", WARNING, f"enabled, but not watched: {_named(unknown)}", remedy)
    if not (broken or silent or facts.keyless or unknown):
        yield Finding("sources", OK, f"{len(facts.enabled)} enabled, none broken")


def rounds(facts: Facts) -> Iterator[Finding]:
    """What the runs of the last day came to."""
    day_ago = stamp(facts.today - timedelta(days=1))
    counted = dict(
        facts.database.execute(
            "SELECT verdict, count(*) FROM runs WHERE started_at >= ? AND verdict <> 'running' GROUP BY verdict", (day_ago,)
        ).fetchall()
    )
    total = sum(counted.values())
    cut = counted.pop("interrupted", 0)
    failed = sum(number for verdict, number in counted.items() if verdict not in (*SUCCESSES, "empty"))
    if total >= ENOUGH and failed > MOST * total:
        remedy = "Most sites do not fail together: look at this machine's network, name server and certificates."
        yield Finding("rounds", TROUBLE, f"{failed} of the last day's {total} runs failed", remedy)
    elif cut > MOST * max(total, ENOUGH):
        remedy = "The service is killed often: read its log."
        yield Finding("rounds", WARNING, f"{cut} of the last day's {total} runs were cut short", remedy)
    else:
        yield Finding("rounds", OK, f"{total} runs in the last day, {failed} failed")


def flags(facts: Facts) -> Iterator[Finding]:
    """Flags that nobody was told, notices that nobody understood."""
    late = stamp(facts.today - TOLD_WITHIN)
    (untold,) = facts.database.execute("SELECT count(*) FROM flags WHERE told_at IS NULL AND raised_at < ?", (late,)).fetchone()
    told = report.status(facts.database, facts.now, facts.today)
    unread = told["notices_not_understood_last_day"]
    if untold:
        remedy = "groundstop flags shows them; the service tells them when it runs."
        yield Finding("flags", TROUBLE, f"{untold} stand in no log yet", remedy)
    if unread:
        remedy = "SELECT * FROM versions WHERE problem IS NOT NULL ORDER BY id DESC says which and why."
        yield Finding("flags", WARNING, f"{unread} notices of the last day were stored and not understood", remedy)
    if not untold and not unread:
        yield Finding("flags", OK, f"{told['flags_last_day']} in the last day, all told; {told['open_suspensions']} suspensions are open")


CHECKS: tuple[Callable[[Facts], Iterator[Finding]], ...] = (file, room, clock, service, schedule, sources, rounds, flags)


def _named(names: "Iterator[str] | Sequence[str]") -> str:
    listed = sorted(names)
    more = f" and {len(listed) - NAMED} more" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more
