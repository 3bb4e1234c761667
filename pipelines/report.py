"""What the database answers to the commands, as rows ready for JSON. Reads only, and never blocks the writer."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.storage.database import explained, open_for_reading
from pipelines.storage.instants import moment, stamp
from pipelines.storage.service import ALIVE

Row = dict[str, Any]


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """The database for the time of a few questions. Raises StoreError where there is nothing to read."""
    connection = open_for_reading(path)
    try:
        yield connection
    except sqlite3.Error as error:
        raise explained(error, path) from error
    finally:
        connection.close()


def flags(database: sqlite3.Connection, *, since: datetime | None = None, kind: str | None = None, limit: int | None = 50) -> list[Row]:
    """Flags, the newest first, as in the view ``new_flags``."""
    conditions = {"raised_at >= ?": since and stamp(since), "flag = ?": kind}
    return _select(database, "new_flags", conditions, "ORDER BY flag_id DESC", limit)


def suspensions(
    database: sqlite3.Connection,
    *,
    country: str | None = None,
    operator: str | None = None,
    state: str | None = "open",
    limit: int | None = None,
) -> list[Row]:
    """Suspensions, the last stated first: to a country (code) or one of its places, of an operator (code or part of its name).

    ``state`` None gives all, over or not. Columns are those of the view ``suspension_list``.
    """
    to_country = (
        "suspension IN (SELECT suspension_id FROM suspension_places WHERE country = ? AND role = 'destination' AND ended_on IS NULL)"
        if state == "open"
        else "suspension IN (SELECT suspension_id FROM suspension_places WHERE country = ? AND role = 'destination')"
    )
    of_operator = "? IN (operator_code, lower(operator_code)) OR instr(lower(operator), lower(?))"
    conditions = {to_country: country and country.upper(), of_operator: operator and (operator, operator), "state = ?": state}
    return _select(database, "suspension_list", conditions, "ORDER BY last_stated DESC, suspension DESC", limit)


def statements(database: sqlite3.Connection, suspension: int) -> list[Row]:
    """Who said what about one suspension, as it came: relation (opened, joined, extended, ...), source, when, in which words."""
    return _all(
        database,
        "SELECT DISTINCT l.relation, s.title AS stated_by, e.stated_at, e.evidence, n.url, e.withdrawn_at FROM suspension_events l"
        " JOIN events e ON e.id = l.event_id JOIN notices n ON n.id = e.notice_id JOIN sources s ON s.name = n.source"
        " WHERE l.suspension_id = ? ORDER BY l.linked_at, e.id",
        (suspension,),
    )


def health(database: sqlite3.Connection) -> list[Row]:
    """Every watched source, what is wrong first, as in the view ``source_health``."""
    return _select(database, "source_health")


OVERDUE = 3
"""Intervals without a run after which a source counts as overdue."""
GRACE = timedelta(minutes=15)
CRON = timedelta(days=1)
"""The same where no service has ever run: how often cron does, nobody knows."""


def overdue(database: sqlite3.Connection, today: datetime) -> list[Row]:
    """Watched sources that should have been read and were not: what never happened leaves no failed run behind."""
    served = database.execute("SELECT 1 FROM service").fetchone() is not None
    late = []
    for row in health(database):
        if row.get("due") and row["last_run"]:  # the view of an older file does not tell
            due, last = moment(row["due"]), moment(row["last_run"])
            if today - last > max(OVERDUE * (due - last), due - last + (GRACE if served else CRON)):
                late.append(row)
    return late


def status(database: sqlite3.Connection, now: datetime, today: datetime | None = None) -> Row:
    """How the service and its sources are at ``now``: what ``groundstop status`` prints. ``today``: the time of what is stored, if another.

    ``waiting``: the sources that are not polled, and what they wait for, such as a key.
    ``overdue``: those that were not read when they were due. ``alive``: its heartbeat is fresh and it did not end. ``well``: no source is
    broken or overdue, and the service is alive or was never used (cron).
    """
    today = today or now
    service = next(iter(_all(database, "SELECT pid, version, started_at, beat_at, ended_at FROM service")), None)
    states = dict(database.execute("SELECT health, count(*) FROM sources WHERE watched GROUP BY health").fetchall())
    alive = service is not None and service["ended_at"] is None and now - moment(service["beat_at"]) <= ALIVE
    (suspended,) = database.execute("SELECT count(*) FROM suspensions WHERE state = 'open'").fetchone()
    (untold,) = database.execute("SELECT count(*) FROM flags WHERE told_at IS NULL").fetchone()
    (last_run,) = database.execute("SELECT max(last_run_at) FROM sources WHERE watched").fetchone()
    day_ago = stamp(today - timedelta(days=1))
    late = [row["source"] for row in overdue(database, today)]
    (flagged,) = database.execute("SELECT count(*) FROM flags WHERE raised_at >= ?", (day_ago,)).fetchone()
    (unread,) = database.execute("SELECT count(*) FROM versions WHERE problem IS NOT NULL AND seen_at >= ?", (day_ago,)).fetchone()
    return {
        "alive": alive,
        "well": (alive or service is None) and not states.get("broken") and not late,
        "service": service,
        "sources": {state: states.get(state, 0) for state in ("ok", "silent", "broken", "never run")},
        "broken": _all(database, "SELECT source, state, since, what_is_wrong FROM source_health WHERE state IN ('broken', 'silent')"),
        "waiting": _all(
            database,
            "SELECT source, what_is_wrong FROM source_health"
            " WHERE state = 'never run' AND last_verdict IS NULL AND what_is_wrong IS NOT NULL",
        ),
        "overdue": late,
        "last_run": last_run,
        "open_suspensions": suspended,
        "flags_last_day": flagged,
        "flags_untold": untold,
        "notices_not_understood_last_day": unread,
    }


def _select(
    database: sqlite3.Connection, view: str, conditions: Mapping[str, Any] | None = None, order: str = "", limit: int | None = None
) -> list[Row]:
    """Rows of a view; a condition whose value is None is left out."""
    held = {condition: value for condition, value in (conditions or {}).items() if value is not None}
    where = "WHERE " + " AND ".join(f"({condition})" for condition in held) if held else ""
    values = [one for value in held.values() for one in (value if isinstance(value, tuple) else (value,))]
    return _all(database, f"SELECT * FROM {view} {where} {order} LIMIT ?", (*values, -1 if limit is None else limit))


def _all(database: sqlite3.Connection, sql: str, values: Sequence[Any] = ()) -> list[Row]:
    return [dict(row) for row in database.execute(sql, values)]
