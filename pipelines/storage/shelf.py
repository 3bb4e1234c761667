"""The suspensions as rows. Those in use stay in memory: of a busy operator each notice asks for all of them."""

import json
from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from pipelines.judging.facts import Change, Claim, Key, PlaceState, Statement, Suspension
from pipelines.storage.event_rows import operators_of
from pipelines.storage.names import Names
from pipelines.storage.sql import insert, marks

KEPT = 20_000
"""Suspensions kept in memory, about 2 kB each; beyond, all are read again."""

_SELECT = """
SELECT id, operator, kind, state, certainty, source_names, first_stated, last_stated, opened_at, changed_at, carriers, reason,
       effective_from, end_claim, rival_claim, last_official, routes_resumed, ended_at
FROM suspensions WHERE id = ?
"""


class Shelf:
    """Reads and writes suspensions inside the caller's transaction. After a rollback call ``forget``."""

    def __init__(self, connection: Connection, names: Names) -> None:
        self._connection = connection
        self._names = names
        self._kept: dict[int, Suspension] = {}
        self._version = 0

    def forget(self) -> None:
        """Read everything again: what was kept may not be there."""
        self._kept.clear()

    def known(self, key: Key, since: str) -> list[Suspension]:
        """Those that ``key`` describes and that are open, or ended at the instant ``since`` or later."""
        ids: set[int] = set()
        for operator in operators_of(key):
            ids |= self._ids("operator IS ? AND ended_at IS NULL", operator) | self._ids("operator IS ? AND ended_at >= ?", operator, since)
        countries = sorted(key.countries)
        for column in ("country", "place") if countries else ():
            ids |= self._ids(
                f"kind = 'closure' AND (ended_at IS NULL OR ended_at >= ?)"
                f" AND id IN (SELECT suspension_id FROM suspension_places WHERE {column} IN ({marks(len(countries))}))",
                since,
                *countries,
            )
        return self.get(ids)

    def open(self) -> list[Suspension]:
        """All that are not over."""
        return self.get(self._ids("state = 'open'"))

    def told_by(self, statements: Iterable[Statement]) -> list[tuple[Statement, Suspension]]:
        """Each statement with each suspension that it told of."""
        linked = "id IN (SELECT suspension_id FROM suspension_events WHERE event_id = ? AND relation <> 'background')"
        return [(statement, found) for statement in statements for found in self.get(self._ids(linked, statement.event_id))]

    def save(self, change: Change, now: str) -> int:
        """The suspension as it is after ``change``, its places and the events that tell of it; the suspension's id."""
        suspension = change.suspension
        if suspension.operator:
            self._names.operator(suspension.operator)
        values = _values(suspension)
        if suspension.id is None:
            opened_by = next((event_id for event_id, relation in change.events if relation == "opened"), change.events[0][0])
            suspension_id = insert(self._connection, "suspensions", {**values, "opened_by": opened_by})
            self._write_places(suspension_id, suspension.places)
        else:
            suspension_id = suspension.id
            (before,) = self.get([suspension_id])
            assignments = ", ".join(f"{column} = ?" for column in values)
            self._connection.execute(f"UPDATE suspensions SET {assignments} WHERE id = ?", (*values.values(), suspension_id))
            if set(before.places) != set(suspension.places):
                self._connection.execute("DELETE FROM suspension_places WHERE suspension_id = ?", (suspension_id,))
                self._write_places(suspension_id, suspension.places)
        self._kept.pop(suspension_id, None)  # read again as it is stored
        self._connection.executemany(
            "INSERT OR IGNORE INTO suspension_events (suspension_id, event_id, relation, source, linked_at)"
            " SELECT ?, e.id, ?, n.source, ? FROM events e JOIN notices n ON n.id = e.notice_id WHERE e.id = ?",
            [(suspension_id, relation, now, event_id) for event_id, relation in change.events],
        )
        return suspension_id

    def _write_places(self, suspension_id: int, places: Iterable[PlaceState]) -> None:
        for p in places:
            self._names.place(p.place)
            self._connection.execute(
                "INSERT INTO suspension_places (suspension_id, role, place, country, ended_on, ended_said) VALUES (?,?,?,?,?,?)",
                (suspension_id, p.role, p.place, p.country, p.ended_on, p.ended_said),
            )

    def _ids(self, condition: str, *values: Any) -> set[int]:
        return {row[0] for row in self._connection.execute(f"SELECT id FROM suspensions WHERE {condition}", values)}

    def get(self, ids: Iterable[int]) -> list[Suspension]:
        """Suspensions in the order of their ids."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        if version != self._version or len(self._kept) > KEPT:  # another program has written, or it is too much
            self._kept.clear()
            self._version = version
        for suspension_id in ids:
            if suspension_id not in self._kept:
                self._kept[suspension_id] = self._read(suspension_id)
        return [self._kept[suspension_id] for suspension_id in sorted(ids)]

    def _read(self, suspension_id: int) -> Suspension:
        row = self._connection.execute(_SELECT, (suspension_id,)).fetchone()
        places = self._connection.execute(
            "SELECT place, role, country, ended_on, ended_said FROM suspension_places WHERE suspension_id = ?", (suspension_id,)
        )
        return Suspension(
            id=row[0],
            operator=row[1],
            kind=row[2],
            state=row[3],
            places=tuple(PlaceState(*place) for place in places),
            certainty=row[4],
            sources=frozenset(json.loads(row[5])),
            first_stated=row[6],
            last_stated=row[7],
            opened_at=row[8],
            changed_at=row[9],
            carriers=tuple(json.loads(row[10])),
            reason=row[11],
            effective_from=row[12],
            end=_claim(row[13]),
            rival=_claim(row[14]),
            last_official=row[15],
            routes_resumed=tuple(json.loads(row[16])),
            ended_at=row[17],
        )


def _values(s: Suspension) -> dict[str, Any]:
    """The suspension's columns; lists and claims as JSON."""
    return {
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


def _claim(text: str | None) -> Claim | None:
    return None if text is None else Claim.from_json(text)
