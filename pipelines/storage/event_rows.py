"""Events to rows and back, as the statements that judging reads. Everything here runs inside the caller's transaction."""

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from pipelines.event import ENDING, Event
from pipelines.judging.facts import Key, Statement
from pipelines.storage.names import Names
from pipelines.storage.sql import insert, marks

_ROLES = (("origin", "origins"), ("destination", "destinations"), ("diverted_to", "diverted_to"))

_STATEMENT = """
SELECT e.id, e.notice_id, e.kind, e.operator, e.carriers, e.effective_from, e.effective_to, e.open_ended, e.reason, e.evidence,
       e.start, e."end", e.rule, e.confidence, e.background, e.stated_at, e.seen_at,
       (SELECT group_concat(p.role || ' ' || p.place, char(10)) FROM event_places p WHERE p.event_id = e.id),
       s.name, s.title, s.kind, s.official, s.operator
FROM events e JOIN notices n ON n.id = e.notice_id JOIN sources s ON s.name = n.source
"""


def identity(event: Event) -> tuple[Any, ...]:
    """What makes two events of one notice the same statement: all but the words, the reason, and how and how surely they are read."""
    return (
        event.kind, event.operator, frozenset(event.carriers), frozenset(event.origins), frozenset(event.destinations),
        frozenset(event.diverted_to), event.effective_from, event.effective_to, event.open_ended,
    )  # fmt: skip


def insert_event(connection: Connection, names: Names, event: Event, notice_id: int, version_id: int, stated_at: str, seen_at: str) -> int:
    """A new event with its places; the id of its row."""
    if event.operator:
        names.operator(event.operator)
    event_id = insert(
        connection,
        "events",
        {
            "notice_id": notice_id,
            "version_id": version_id,
            "last_version_id": version_id,
            "kind": event.kind,
            "operator": event.operator,
            "carriers": json.dumps(event.carriers),
            "effective_from": event.effective_from,
            "effective_to": event.effective_to,
            "open_ended": int(event.open_ended),
            "reason": event.reason,
            "evidence": event.evidence,
            "start": event.start,
            "end": event.end,
            "rule": event.rule,
            "confidence": float(event.confidence),
            "background": int(event.background),
            "stated_at": stated_at,
            "seen_at": seen_at,
        },
    )
    connection.executemany(
        "INSERT OR IGNORE INTO event_places (event_id, role, place, country) VALUES (?,?,?,?)",
        [(event_id, role, place, names.place(place)) for role, field in _ROLES for place in getattr(event, field)],
    )
    return event_id


def standing_of_notice(connection: Connection, notice_id: int) -> list[Statement]:
    """What the notice's versions so far state and none has withdrawn."""
    return _statements(connection, "WHERE e.notice_id = ? AND e.withdrawn_at IS NULL", (notice_id,))


def standing_of_suspension(connection: Connection, suspension_id: int) -> list[Statement]:
    """The suspension's statements that are not withdrawn."""
    return _statements(
        connection,
        "WHERE e.id IN (SELECT event_id FROM suspension_events WHERE suspension_id = ?) AND e.withdrawn_at IS NULL",
        (suspension_id,),
    )


def endings(connection: Connection, key: Key, since: str) -> list[Statement]:
    """Resumptions and reopenings published on or after ``since`` that may concern what ``key`` describes."""
    found: dict[int, Statement] = {}
    kinds = "e.kind IN ('resumption', 'reopening')"
    for operator in operators_of(key):
        where = f"WHERE e.operator IS ? AND e.stated_at >= ? AND {kinds} AND e.withdrawn_at IS NULL AND NOT e.background"
        found.update((s.event_id, s) for s in _statements(connection, where, (operator, since)))
    if key.countries:
        where = (
            "WHERE e.kind = 'reopening' AND e.stated_at >= ? AND e.withdrawn_at IS NULL AND NOT e.background"
            " AND EXISTS (SELECT 1 FROM event_places p WHERE p.event_id = e.id"
            f" AND coalesce(p.country, p.place) IN ({marks(len(key.countries))}))"
        )
        found.update((s.event_id, s) for s in _statements(connection, where, (since, *sorted(key.countries))))
    return [s for s in found.values() if s.event.kind in ENDING]


def operators_of(key: Key) -> list[str | None]:
    """The operators that ``key`` names; None for one that nobody named."""
    return [*sorted(key.operators), *([None] if key.unnamed else [])]


def _statements(connection: Connection, where: str, values: Sequence[Any]) -> list[Statement]:
    return [_statement(row) for row in connection.execute(f"{_STATEMENT} {where} ORDER BY e.id", values)]


def _statement(row: tuple[Any, ...]) -> Statement:
    places: dict[str, list[str]] = {role: [] for role, _ in _ROLES}
    for line in (row[17] or "").splitlines():
        role, _, place = line.partition(" ")
        places[role].append(place)
    event = Event(
        kind=row[2], operator=row[3], carriers=tuple(json.loads(row[4])),
        origins=tuple(places["origin"]), destinations=tuple(places["destination"]), diverted_to=tuple(places["diverted_to"]),
        effective_from=row[5], effective_to=row[6], open_ended=bool(row[7]), reason=row[8], evidence=row[9], start=row[10], end=row[11],
        rule=row[12], confidence=row[13], background=bool(row[14]),
    )  # fmt: skip
    return Statement(
        event=event, event_id=row[0], notice_id=row[1], source=row[18], source_title=row[19], source_kind=row[20], official=bool(row[21]),
        operator_of_source=row[22], published=row[15], seen=row[16],
    )  # fmt: skip
