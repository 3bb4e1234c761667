"""Statements against the known suspensions: what opens, joins, changes and ends, and which of it a person is told.

Pure: no clock, no database. The store calls, in the transaction of one notice version::

    key = candidates_key(events, geography)
    changes = judge(statements, known, geography, today, endings)
    changes += withdraw(gone, known, standing, changes, geography, today)

and once a day ``expire(open_suspensions, geography, today)``.

    judge(statements: Sequence[Statement], known: Sequence[Suspension], geography: Geography, today: str,
          endings: Sequence[Statement] = ()) -> list[Change]
    withdraw(gone: Sequence[Statement], linked: Mapping[int, Suspension], standing: Mapping[int, Sequence[Statement]],
             changes: Sequence[Change], geography: Geography, today: str) -> list[Change]
    expire(suspensions: Iterable[Suspension], geography: Geography, today: str) -> list[Change]

``endings``: stored resumptions and reopenings (same key, published within LOOKBACK days, not background): a feed is read newest first, so
the start again may be seen before the stop. ``gone``: events of the notice's previous version, as statements, that are linked to a
suspension; ``linked``: event id -> that suspension as it was before this version; ``standing``: suspension id -> its statements that are
neither withdrawn nor of this notice.
"""

from collections.abc import Iterable

from pipelines.event import ENDING, FLAGGED, Event
from pipelines.facts import Geography, Key

LOOKBACK = 120
"""Days for which an ended suspension still counts as known: an old report of it must not open it again."""


def candidates_key(events: Iterable[Event], geography: Geography) -> Key:
    """Which known suspensions these events may concern; false where none of them can concern any."""
    telling = [e for e in events if e.kind in FLAGGED or e.kind in ENDING]
    airspace = {geography.country(d) or d for e in telling if e.kind in ("closure", "reopening") for d in e.destinations}
    return Key(
        operators=frozenset(e.operator for e in telling if e.operator),
        unnamed=any(e.operator is None for e in telling),
        countries=frozenset(airspace),
    )
