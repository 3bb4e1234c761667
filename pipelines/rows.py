"""Events, suspensions and flags to rows and back. Everything here runs inside the caller's transaction."""

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from pipelines.event import ENDING, Event
from pipelines.facts import Change, Claim, Key, PlaceState, Statement, Suspension
from pipelines.names import Names

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
    event_id = connection.execute(
        "INSERT INTO events (notice_id, version_id, last_version_id, kind, operator, carriers, effective_from, effective_to, open_ended, reason,"
        ' evidence, start, "end", rule, confidence, background, stated_on, seen_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)',
        (
            notice_id, version_id, version_id, event.kind, event.operator, json.dumps(event.carriers), event.effective_from, event.effective_to,
            int(event.open_ended), event.reason, event.evidence, event.start, event.end, event.rule, event.confidence, int(event.background),
            stated_on, seen_at,
        ),
    ).lastrowid  # fmt: skip
    assert event_id is not None
    connection.executemany(
        "INSERT OR IGNORE INTO event_places (event_id, role, place, country) VALUES (?,?,?,?)",
        [(event_id, role, place, names.place(place)) for role, field in _ROLES for place in getattr(event, field)],
    )
    return event_id


def standing_of_notice(connection: Connection, notice_id: int) -> list[Statement]:
    """What the notice's versions so far state and none has withdrawn."""
    return _statements(connection, "WHERE e.notice_id = ? AND e.withdrawn_at IS NULL", (notice_id,))


def standing_of_suspension(connection: Connection, suspension_id: int, but_notice: int) -> list[Statement]:
    """The suspension's statements that are not withdrawn, those of one notice left out."""
    return _statements(
        connection,
        "WHERE e.id IN (SELECT event_id FROM suspension_events WHERE suspension_id = ?) AND e.withdrawn_at IS NULL AND e.notice_id <> ?",
        (suspension_id, but_notice),
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
            f" AND EXISTS (SELECT 1 FROM event_places p WHERE p.event_id = e.id AND coalesce(p.country, p.place) IN ({_marks(key.countries)}))"
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
                    f"SELECT s.id FROM suspension_places p JOIN suspensions s ON s.id = p.suspension_id WHERE p.{column} IN ({_marks(countries)})"
                    " AND s.kind = 'closure' AND (s.ended_at IS NULL OR s.ended_at >= ?)",
                    (*countries, since),
                )
            )
    return suspensions(connection, ids)


def open_suspensions(connection: Connection) -> list[Suspension]:
    """All that are not over."""
    return suspensions(connection, [row[0] for row in connection.execute("SELECT id FROM suspensions WHERE state = 'open'")])


def linked(connection: Connection, event_ids: Iterable[int]) -> dict[int, Suspension]:
    """Event id -> the suspension that it told of."""
    pairs = [
        (event_id, row[0])
        for event_id in event_ids
        for row in connection.execute("SELECT suspension_id FROM suspension_events WHERE event_id = ? AND relation <> 'background'", (event_id,))
    ]
    by_id = {s.id: s for s in suspensions(connection, {suspension_id for _, suspension_id in pairs})}
    return {event_id: by_id[suspension_id] for event_id, suspension_id in pairs}


def suspensions(connection: Connection, ids: Iterable[int]) -> list[Suspension]:
    """Suspensions by id, in the order of their ids."""
    return [_suspension(connection, suspension_id) for suspension_id in sorted(ids)]


def save_change(connection: Connection, names: Names, change: Change, now: str) -> int:
    """The suspension as it is after ``change``, its places and the events that tell of it; the suspension's id."""
    s = change.suspension
    if s.operator:
        names.operator(s.operator)
    values = (
        s.kind, s.operator, json.dumps(s.carriers), s.effective_from, s.effective_to, int(s.open_ended), s.reason, s.state, s.certainty,
        len(s.sources), json.dumps(sorted(s.sources)), s.first_stated, s.last_stated, s.last_official, s.opened_at, s.changed_at, s.ended_at,
        s.disputed, s.end and s.end.to_json(), s.rival and s.rival.to_json(), json.dumps(s.routes_resumed),
    )  # fmt: skip
    if s.id is None:
        columns = ", ".join(_COLUMNS)
        opened_by = next((event_id for event_id, relation in change.events if relation == "opened"), change.events[0][0])
        suspension_id = connection.execute(
            f"INSERT INTO suspensions ({columns}, opened_by) VALUES ({_marks(_COLUMNS)}, ?)", (*values, opened_by)
        ).lastrowid
        assert suspension_id is not None
    else:
        suspension_id = s.id
        connection.execute(f"UPDATE suspensions SET {', '.join(f'{c} = ?' for c in _COLUMNS)} WHERE id = ?", (*values, suspension_id))
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


_COLUMNS = (
    "kind", "operator", "carriers", "effective_from", "effective_to", "open_ended", "reason", "state", "certainty",
    "sources", "source_names", "first_stated", "last_stated", "last_official", "opened_at", "changed_at", "ended_at",
    "disputed", "end_claim", "rival_claim", "routes_resumed",
)  # fmt: skip


def _operators(key: Key) -> list[str | None]:
    return [*sorted(key.operators), *([None] if key.unnamed else [])]


def _marks(values: Iterable[Any]) -> str:
    return ",".join("?" for _ in values)


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
    columns = ", ".join(_COLUMNS)
    row = connection.execute(f"SELECT {columns} FROM suspensions WHERE id = ?", (suspension_id,)).fetchone()
    found = dict(zip(_COLUMNS, row, strict=True))
    places = connection.execute(
        "SELECT place, role, country, ended_on, ended_said FROM suspension_places WHERE suspension_id = ?", (suspension_id,)
    )
    return Suspension(
        id=suspension_id, operator=found["operator"], kind=found["kind"], state=found["state"],
        places=tuple(PlaceState(*place) for place in places), certainty=found["certainty"],
        sources=frozenset(json.loads(found["source_names"])), first_stated=found["first_stated"], last_stated=found["last_stated"],
        opened_at=found["opened_at"], changed_at=found["changed_at"], carriers=tuple(json.loads(found["carriers"])), reason=found["reason"],
        effective_from=found["effective_from"], end=_claim(found["end_claim"]), rival=_claim(found["rival_claim"]),
        last_official=found["last_official"], routes_resumed=tuple(json.loads(found["routes_resumed"])), ended_at=found["ended_at"],
    )  # fmt: skip


def _claim(text: str | None) -> Claim | None:
    return None if text is None else Claim.from_json(text)
