"""How often each source is asked, as ``pipelines.freshness`` decides it from the rows, and the row that says so.

What writes runs inside the caller's transaction.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING

from pipelines import gazetteer
from pipelines.freshness import HOT_FOR, MEMORY, STOPS_WITHIN, Heat, Pace, Polled, Stop, heat, hottest, pace
from pipelines.storage.instants import moment, stamp

if TYPE_CHECKING:
    from scrapers.sources import Source

_POLLED = """
SELECT ended_at, new, changed, entries FROM runs
WHERE source = ? AND verdict IN ('ok', 'unchanged', 'empty_ok', 'partial') ORDER BY started_at DESC, id DESC LIMIT ?
"""
_STOPS = """
SELECT DISTINCT f.raised_at, s.operator, p.country FROM flags f
JOIN suspensions s ON s.id = f.suspension_id
JOIN suspension_places p ON p.suspension_id = s.id AND p.role = 'destination'
WHERE f.kind = 'new' AND f.raised_at >= ? AND s.operator IS NOT NULL AND p.country IS NOT NULL
"""


def paced(connection: Connection, source: "Source", hot: dict[str, Heat]) -> Pace:
    """The interval that holds for the source from now on."""
    polls = [Polled(moment(at), *counts) for at, *counts in connection.execute(_POLLED, (source.name, MEMORY + 1))][::-1]
    row = connection.execute("SELECT interval_seconds FROM sources WHERE name = ?", (source.name,)).fetchone()
    now = timedelta(seconds=row[0]) if row and row[0] else None
    concerned = (source.country, gazetteer.operator_country(source.operator) or "" if source.operator else "")
    return pace(source.every, polls, hottest(concerned, hot), now)


def save(connection: Connection, source: "Source", pace: Pace) -> timedelta | None:
    """Write the interval and its reason down; the interval before, None where it was the same (the record's own, at first)."""
    row = connection.execute("SELECT interval_seconds FROM sources WHERE name = ?", (source.name,)).fetchone()
    before = row[0] if row and row[0] else int(source.every.total_seconds())
    after = max(int(pace.interval.total_seconds()), 1)
    connection.execute(
        "UPDATE sources SET interval_seconds = ?, interval_why = ? WHERE name = ? AND (interval_seconds, interval_why) IS NOT (?, ?)",
        (after, pace.why, source.name, after, pace.why),
    )
    return timedelta(seconds=before) if before != after else None


def hot(connection: Connection, now: datetime) -> dict[str, Heat]:
    """The countries to which several operators have just stopped."""
    since = stamp(now - STOPS_WITHIN - HOT_FOR)
    return heat((Stop(moment(at), operator, country) for at, operator, country in connection.execute(_STOPS, (since,))), now)
