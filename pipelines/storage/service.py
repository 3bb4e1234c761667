"""The service's one row: which process watches with this database, since when, and its heartbeat. Times are the machine's."""

import os
from datetime import datetime, timedelta
from sqlite3 import Connection

from pipelines.storage.instants import moment, stamp

ALIVE = timedelta(minutes=1)
"""A service whose heartbeat is older is dead or stuck."""


def beat(connection: Connection, now: datetime, version: str, first: bool) -> None:
    """Say that this process lives; with ``first`` it starts."""
    at = stamp(now)
    connection.execute(
        "INSERT INTO service (id, pid, version, started_at, beat_at) VALUES (1, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
        " started_at = CASE WHEN ? THEN excluded.started_at ELSE started_at END,"
        " version = CASE WHEN excluded.version = '' THEN version ELSE excluded.version END,"
        " pid = excluded.pid, beat_at = excluded.beat_at, ended_at = NULL",
        (os.getpid(), version, at, at, first),
    )


def end(connection: Connection, now: datetime) -> None:
    """Say that this process ended of its own accord."""
    connection.execute("UPDATE service SET ended_at = ? WHERE pid = ?", (stamp(now), os.getpid()))


def other(connection: Connection, now: datetime) -> int | None:
    """The number of another process that serves this database; None where none does. One that was killed is noticed at once."""
    row = connection.execute("SELECT pid, beat_at FROM service WHERE ended_at IS NULL").fetchone()
    if row is None or row[0] == os.getpid() or not is_running(row[0]) or now - moment(row[1]) > ALIVE:
        return None
    return int(row[0])


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
