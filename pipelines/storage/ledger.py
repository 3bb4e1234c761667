"""What one version of a notice changes: its events, the suspensions that they concern, the flags that they raise.

Everything runs inside the caller's transaction.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING

from pipelines import gazetteer
from pipelines.event import ENDING, FLAGGED, Event
from pipelines.judging import suspensions
from pipelines.judging.facts import Change, Statement
from pipelines.storage import event_rows
from pipelines.storage.instants import stamp
from pipelines.storage.names import Names
from pipelines.storage.shelf import Shelf

if TYPE_CHECKING:
    from scrapers.sources import Source


@dataclass(frozen=True, slots=True)
class Stated:
    """One stored version of a notice, with what judging its events takes."""

    source: "Source"
    run_id: int | None
    notice_id: int
    version_id: int
    number: int
    """1 for the first version."""
    at: str
    """When the words were published: an instant, or the day where no more is printed; when it was seen for a later version."""
    seen: datetime
    baseline: bool = False
    """Read before the source's first successful run ended."""
    recent: bool = True
    """Published within the source's baseline days."""
    doubted: bool = False
    """So much shorter than the version before that it may be half a page: what it does not say any more still stands."""


def record(connection: Connection, names: Names, shelf: Shelf, stated: Stated, events: Iterable[Event]) -> int:
    """Store ``events`` as what this version states, judge them, and return how many flags that raised.

    An event that an earlier version of the notice stated already keeps its row and is not judged again: a rewording is no news.
    """
    seen = stamp(stated.seen)
    before = (
        {event_rows.identity(s.event): s for s in event_rows.standing_of_notice(connection, stated.notice_id)} if stated.number > 1 else {}
    )
    added: list[Statement] = []
    kept: set[int] = set()
    # Background first: what is told both ways is news.
    now_stated = {event_rows.identity(event): event for event in sorted(events, key=lambda event: event.background, reverse=True)}
    for identity, event in now_stated.items():
        known = before.get(identity)
        if known is None or _turned(known.event, event):
            event_id = event_rows.insert_event(connection, names, event, stated.notice_id, stated.version_id, stated.at, seen)
            added.append(_statement(stated, event, event_id))
        else:
            kept.add(known.event_id)
            connection.execute(
                "UPDATE events SET last_version_id = ?, reason = coalesce(?, reason) WHERE id = ?",
                (stated.version_id, event.reason, known.event_id),
            )
    gone = [] if stated.doubted else [s for s in before.values() if s.event_id not in kept]
    connection.executemany("UPDATE events SET withdrawn_at = ? WHERE id = ?", [(seen, s.event_id) for s in gone])
    if not added and not gone:
        return 0
    changes = _judged(connection, shelf, added, gone, stated)
    return save(connection, shelf, changes, stated.seen, stated.source.name, stated.notice_id, stated.run_id)


def _turned(known: Event, event: Event) -> bool:
    """Whether the same is told in another way: as news what was background, or, of a warning, as past what was in force.

    A suspension that is told as past keeps its row: its dates, and whoever says that it starts again, end it, no rewording does.
    """
    return known.background != event.background and (known.background or event.kind not in (*FLAGGED, *ENDING))


def expire(connection: Connection, shelf: Shelf, today: str, now: datetime) -> int:
    """End what has passed its last day; the number of flags raised."""
    changes = suspensions.expire(shelf.open(), gazetteer, today, stamp(now))
    return save(connection, shelf, changes, now)


def save(
    connection: Connection,
    shelf: Shelf,
    changes: Iterable[Change],
    now: datetime,
    source: str | None = None,
    notice_id: int | None = None,
    run_id: int | None = None,
) -> int:
    """Changes and their flags to rows; the number of flags raised. A flag whose key is stored was raised before and is not raised again."""
    raised = 0
    at = stamp(now)
    for change in changes:
        suspension_id = shelf.save(change, at)
        if flag := change.flag:
            raised += connection.execute(
                "INSERT OR IGNORE INTO flags (kind, key, raised_at, what, suspension_id, event_id, notice_id, source, run_id)"
                " VALUES (?,?,?,?,?,?,?,?,?)",
                (flag.kind, flag.key, at, flag.words, suspension_id, flag.event_id, notice_id, source, run_id),
            ).rowcount
    return raised


def _judged(connection: Connection, shelf: Shelf, added: Sequence[Statement], gone: Sequence[Statement], stated: Stated) -> list[Change]:
    today = stated.seen.date()
    lookback = today - timedelta(days=suspensions.LOOKBACK)
    changes: list[Change] = []
    key = suspensions.candidates_key([s.event for s in added], gazetteer)
    if key:
        known = shelf.known(key, f"{lookback}T00:00:00Z")
        changes = suspensions.judge(added, known, gazetteer, today.isoformat(), event_rows.endings(connection, key, lookback.isoformat()))
    told = shelf.told_by(gone)
    if told:
        standing = {s.id: event_rows.standing_of_suspension(connection, s.id) for _, s in told if s.id is not None}
        changes = [*changes, *suspensions.withdraw(told, standing, changes, gazetteer, today.isoformat(), stamp(stated.seen))]
    return changes


def _statement(stated: Stated, event: Event, event_id: int) -> Statement:
    source = stated.source
    return Statement(
        event=event, event_id=event_id, notice_id=stated.notice_id, source=source.name, source_title=source.title, source_kind=source.kind,
        official=source.official, operator_of_source=source.operator or None, published=stated.at, seen=stamp(stated.seen),
        baseline=stated.baseline, recent=stated.recent,
    )  # fmt: skip
