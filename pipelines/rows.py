"""Events, suspensions and flags to rows and back. Everything here runs inside the caller's transaction."""

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from pipelines.event import ENDING, Event
from pipelines.facts import Change, Claim, Key, PlaceState, Statement, Suspension
from pipelines.names import Names
from pipelines.sql import insert, marks

_ROLES = (("origin", "origins"), ("destination", "destinations"), ("diverted_to", "diverted_to"))

_STATEMENT = """
SELECT e.id, e.notice_id, e.kind, e.operator, e.carriers, e.effective_from, e.effective_to, e.open_ended, e.reason, e.evidence,
       e.start, e."end", e.rule, e.confidence, e.background, e.stated_on, e.seen_at,
       (SELECT group_concat(p.role || ' ' || p.place, char(10)) FROM event_places p WHERE p.event_id = e.id),
       s.name, s.title, s.kind, s.official, s.operator
FROM events e JOIN notices n ON n.id = e.notice_id JOIN sources s ON s.name = n.source
"""


def identity(event: Event) -> tuple[Any, ...]:
    """What makes two events of one notice the same statement: all but the words, the reason and how sure the reading is."""
    return (
        event.kind, event.operator, frozenset(event.carriers), frozenset(event.origins), frozenset(event.destinations),
        frozenset(event.diverted_to), event.effective_from, event.effective_to, event.open_ended, event.background,
    )  # fmt: skip


def insert_event(connection: Connection, names: Names, event: Event, notice_id: int, version_id: int, stated_on: str, seen_at: str) -> int:
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
            "stated_on": stated_on,
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
    for operator in _operators(key):
        where = f"WHERE e.operator IS ? AND e.stated_on >= ? AND {kinds} AND e.withdrawn_at IS NULL AND NOT e.background"
        found.update((s.event_id, s) for s in _statements(connection, where, (operator, since)))
    if key.countries:
        where = (
            "WHERE e.kind = 'reopening' AND e.stated_on >= ? AND e.withdrawn_at IS NULL AND NOT e.background"
            " AND EXISTS (SELECT 1 FROM event_places p WHERE p.event_id = e.id"
            f" AND coalesce(p.country, p.place) IN ({marks(len(key.countries))}))"
        )
        found.update((s.event_id, s) for s in _statements(connection, where, (since, *sorted(key.countries))))
    return [s for s in found.values() if s.event.kind in ENDING]


def known(connection: Connection, key: Key, since: str) -> list[Suspension]:
    """Suspensions that ``key`` describes and that are open or ended at the instant ``since`` or later."""
    ids: set[int] = set()
    for operator in _operators(key):
        for condition in ("ended_at IS NULL", "ended_at >= ?"):
            values = (operator, since)[: 1 + condition.count("?")]
            ids.update(row[0] for row in connection.execute(f"SELECT id FROM suspensions WHERE operator IS ? AND {condition}", values))
    if key.countries:
        countries = sorted(key.countries)
        for column in ("country", "place"):
            ids.update(
                row[0]
                for row in connection.execute(
                    "SELECT s.id FROM suspension_places p JOIN suspensions s ON s.id = p.suspension_id"
                    f" WHERE p.{column} IN ({marks(len(countries))}) AND s.kind = 'closure' AND (s.ended_at IS NULL OR s.ended_at >= ?)",
                    (*countries, since),
                )
            )
    return suspensions(connection, ids)


def open_suspensions(connection: Connection) -> list[Suspension]:
    """All that are not over."""
    return suspensions(connection, [row[0] for row in connection.execute("SELECT id FROM suspensions WHERE state = 'open'")])


def linked(connection: Connection, statements: Iterable[Statement]) -> list[tuple[Statement, Suspension]]:
    """Each statement with each suspension that it told of."""
    of_event = "SELECT DISTINCT suspension_id FROM suspension_events WHERE event_id = ? AND relation <> 'background'"
    return [(s, _suspension(connection, row[0])) for s in statements for row in connection.execute(of_event, (s.event_id,)).fetchall()]


def suspensions(connection: Connection, ids: Iterable[int]) -> list[Suspension]:
    """Suspensions by id, in the order of their ids."""
    return [_suspension(connection, suspension_id) for suspension_id in sorted(ids)]


def save_change(connection: Connection, names: Names, change: Change, now: str) -> int:
    """The suspension as it is after ``change``, its places and the events that tell of it; the suspension's id."""
    s = change.suspension
    if s.operator:
        names.operator(s.operator)
    values = {
        "kind": s.kind,
        "operator": s.operator,
        "carriers": json.dumps(s.carriers),
        "effective_from": s.effective_from,
        "effective_to": s.effective_to,
        "open_ended": int(s.open_ended),
        "reason": s.reason,
        "state": s.state,
        "certainty": s.certainty,
        "sources": len(s.sources),
        "source_names": json.dumps(sorted(s.sources)),
        "first_stated": s.first_stated,
        "last_stated": s.last_stated,
        "last_official": s.last_official,
        "opened_at": s.opened_at,
        "changed_at": s.changed_at,
        "ended_at": s.ended_at,
        "disputed": s.disputed,
        "end_claim": s.end.to_json() if s.end else None,
        "rival_claim": s.rival.to_json() if s.rival else None,
        "routes_resumed": json.dumps(s.routes_resumed),
    }
    if s.id is None:
        opened_by = next((event_id for event_id, relation in change.events if relation == "opened"), change.events[0][0])
        suspension_id = insert(connection, "suspensions", {**values, "opened_by": opened_by})
    else:
        suspension_id = s.id
        assignments = ", ".join(f"{column} = ?" for column in values)
        connection.execute(f"UPDATE suspensions SET {assignments} WHERE id = ?", (*values.values(), suspension_id))
        connection.execute("DELETE FROM suspension_places WHERE suspension_id = ?", (suspension_id,))
    for place in s.places:
        names.place(place.place)
    connection.executemany(
        "INSERT INTO suspension_places (suspension_id, role, place, country, ended_on, ended_said) VALUES (?,?,?,?,?,?)",
        [(suspension_id, p.role, p.place, p.country, p.ended_on, p.ended_said) for p in s.places],
    )
    connection.executemany(
        "INSERT OR IGNORE INTO suspension_events (suspension_id, event_id, relation, source, linked_at)"
        " SELECT ?, e.id, ?, n.source, ? FROM events e JOIN notices n ON n.id = e.notice_id WHERE e.id = ?",
        [(suspension_id, relation, now, event_id) for event_id, relation in change.events],
    )
    return suspension_id


_SUSPENSION = """
SELECT operator, kind, state, certainty, source_names, first_stated, last_stated, opened_at, changed_at, carriers, reason, effective_from,
       end_claim, rival_claim, last_official, routes_resumed, ended_at
FROM suspensions WHERE id = ?
"""


def _operators(key: Key) -> list[str | None]:
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


def _suspension(connection: Connection, suspension_id: int) -> Suspension:
    row = connection.execute(_SUSPENSION, (suspension_id,)).fetchone()
    places = connection.execute(
        "SELECT place, role, country, ended_on, ended_said FROM suspension_places WHERE suspension_id = ?", (suspension_id,)
    )
    return Suspension(
        id=suspension_id,
        operator=row[0],
        kind=row[1],
        state=row[2],
        places=tuple(PlaceState(*place) for place in places),
        certainty=row[3],
        sources=frozenset(json.loads(row[4])),
        first_stated=row[5],
        last_stated=row[6],
        opened_at=row[7],
        changed_at=row[8],
        carriers=tuple(json.loads(row[9])),
        reason=row[10],
        effective_from=row[11],
        end=_claim(row[12]),
        rival=_claim(row[13]),
        last_official=row[14],
        routes_resumed=tuple(json.loads(row[15])),
        ended_at=row[16],
    )


def _claim(text: str | None) -> Claim | None:
    return None if text is None else Claim.from_json(text)
