"""Statements against the known suspensions: what opens, joins, changes and ends, and which of it a person is told.

Pure: no clock, no database. The store calls, in the transaction of one notice version::

    key = candidates_key(events, geography)
    changes = judge(statements, known, geography, today, endings)
    changes += withdraw(gone, standing, changes, geography, today, seen)

and once a day ``expire(open_suspensions, geography, today, now)``. ``today`` is the UTC date, ``seen`` and ``now`` are UTC instants.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.event import ENDING, FLAGGED, Event
from pipelines.judging.course import CERTAINTIES, affirmed, difference, opened
from pipelines.judging.facts import Change, Flag, Geography, Key, Statement, Suspension, shift
from pipelines.judging.matching import by_country, is_over, match, same_operator, stated_end, told_before, touch
from pipelines.judging.resuming import resumed
from pipelines.judging.words import sentence

__all__ = ["LOOKBACK", "candidates_key", "expire", "judge", "withdraw"]

LOOKBACK = 120
"""Days for which an ended suspension still counts as known: an old report of it must not open it again."""
OLD_NEWS = 30
"""Days after which a report without an end ahead changes what is known, but is not told as news."""

FLAGS = {"opened": "new", **{k: k for k in ("extended", "shortened", "widened", "resumed", "expired", "withdrawn")}}
"""Change kind -> flag; the others tell nothing."""


def candidates_key(events: Iterable[Event], geography: Geography) -> Key:
    """Which known suspensions these events may concern; false where none of them can concern any."""
    telling = [e for e in events if e.kind in FLAGGED or e.kind in ENDING]
    airspace = {geography.country(d) or d for e in telling if e.kind in ("closure", "reopening") for d in e.destinations}
    return Key(
        operators=frozenset(e.operator for e in telling if e.operator),
        unnamed=any(e.operator is None for e in telling),
        countries=frozenset(airspace),
    )


@dataclass(slots=True)
class _Entry:
    """A suspension while one version is judged: as it was, as it is so far, and by which statements."""

    before: Suspension | None
    after: Suspension
    events: dict[int, str] = field(default_factory=dict)
    causes: dict[str, Statement] = field(default_factory=dict)

    def step(self, after: Suspension, statement: Statement) -> None:
        relation = difference(self.after, after)
        if after.rival and after.rival != self.after.rival and after.rival.source == statement.source:
            relation = "disagrees"
        if replace(after, sources=self.after.sources, last_stated=self.after.last_stated) != self.after:
            after = replace(after, changed_at=max(self.after.changed_at, statement.seen))  # clocks are set back
        self.after = after
        self.note(relation, statement)

    def note(self, relation: str, statement: Statement) -> None:
        if self.events.get(statement.event_id) in (None, "joined", "background"):
            self.events[statement.event_id] = relation
        self.causes.setdefault(relation, statement)


def judge(
    statements: Sequence[Statement],
    known: Sequence[Suspension],
    geography: Geography,
    today: str,
    endings: Sequence[Statement] = (),
) -> list[Change]:
    """What the events of one notice version do to what is known: one change for each suspension touched, each with at most one flag.

    ``known``: the suspensions that ``candidates_key`` asks for. ``endings``: stored resumptions and reopenings by the same key, published
    within LOOKBACK days: a feed is read newest first, so the start again may be seen before the stop. Judging the same statements once
    more against the result changes nothing.
    """
    entries = [_Entry(s, s) for s in known]
    stops = [s for s in statements if s.event.kind in FLAGGED]
    # Diversions first, so that the same notice's "suspended" joins them; a date after "until further notice, at least until" that date.
    for statement in sorted(stops, key=lambda s: (s.event.kind != "diversion", s.event.effective_to or "")):
        for event in by_country(statement.event, geography):
            _stop(replace(statement, event=event), entries, geography, today, endings)
    for statement in statements:
        if statement.event.kind in ENDING:
            _start_again(statement, entries, geography)
    dead = [e for e in entries if e.before is None and e.after.state != "open"]
    return [_change(e, geography, today) for e in entries if e.events and e not in dead]


def _stop(statement: Statement, entries: list[_Entry], geography: Geography, today: str, endings: Sequence[Statement]) -> None:
    by_suspension = {id(e.after): e for e in entries}
    candidates = [e.after for e in entries]
    if is_over(statement, today):
        if past := told_before(statement, candidates, geography):
            by_suspension[id(past)].note("background", statement)
        return
    if found := match(statement, candidates, geography):
        by_suspension[id(found)].step(affirmed(found, statement, geography), statement)
        return
    fresh = opened(statement, geography)
    for ending in sorted(endings, key=lambda s: s.published):
        if ending.published > statement.published:
            fresh = resumed(fresh, ending, geography)
    if fresh.state == "open":
        entry = _Entry(None, fresh)
        entry.note("opened", statement)
        entries.append(entry)


def _start_again(statement: Statement, entries: list[_Entry], geography: Geography) -> None:
    """Ends every suspension that it concerns: a diversion and the suspension before it end together."""
    for entry in entries:
        before, after = entry.after, resumed(entry.after, statement, geography)
        if after is not before:
            entry.step(after, statement)
        elif same_operator(statement.event, before) and touch(statement.event.destinations, before.codes("destination"), geography):
            entry.note("joined", statement)


def _change(entry: _Entry, geography: Geography, today: str) -> Change:
    kind = difference(entry.before, entry.after)
    if kind == "joined":
        return Change(kind, entry.after, tuple(entry.events.items()))
    cause = entry.causes.get(kind) or next(iter(entry.causes.values()))
    flag = _flag(kind, entry.before, entry.after, geography, cause.seen, cause.event_id) if _is_news(cause, today) else None
    return Change(kind, entry.after, tuple(entry.events.items()), flag)


def _is_news(statement: Statement, today: str) -> bool:
    if statement.baseline and not statement.recent:
        return False
    return statement.own or bool(statement.event.effective_to) or statement.day >= shift(today, -OLD_NEWS)


def _flag(kind: str, before: Suspension | None, after: Suspension, geography: Geography, when: str, event_id: int | None) -> Flag:
    """The key holds what the change is and the instant its words were first seen, so that a later return of the same is told anew."""
    flag = FLAGS[kind]
    where = "+".join(sorted(after.codes("destination") or after.codes("origin")))
    key = "|".join((flag, after.operator or "-", after.kind, where, after.effective_to or "-", when))
    return Flag(flag, key, event_id, sentence(flag, before, after, geography))


def withdraw(
    gone: Sequence[tuple[Statement, Suspension]],
    standing: Mapping[int, Sequence[Statement]],
    changes: Sequence[Change],
    geography: Geography,
    today: str,
    seen: str,
) -> list[Change]:
    """What follows from a later version of a notice that no longer states some events.

    ``gone``: those events, once with each suspension that they are linked to (not as background), as it was before the new version.
    ``standing``: suspension id -> its statements that are still made, by other notices or by the new version. ``changes``: what ``judge``
    made of the new version's new events: where that still speaks of the suspension (extended, resumed, the same of fewer places), nothing
    was withdrawn. ``seen``: instant of the new version. What somebody still says stays; it loses only the end that the gone words gave.
    """
    spoken = {c.suspension.id for c in changes if any(relation != "background" for _, relation in c.events)}
    groups: dict[int, list[tuple[Statement, Suspension]]] = {}
    for statement, suspension in gone:
        if suspension.id is not None and suspension.id not in spoken and suspension.state == "open":
            groups.setdefault(suspension.id, []).append((statement, suspension))
    results = []
    for identity, pairs in groups.items():
        before, events = pairs[0][1], tuple((s.event_id, "withdrawn") for s, _ in pairs)
        others = [s for s in standing.get(identity, ()) if s.event.kind in FLAGGED and not is_over(s, today)]
        if others:
            results.append(Change("joined", _restated(before, [s for s, _ in pairs], others, seen), events))
        elif before.effective_to is None or before.effective_to >= today:
            after = replace(before, state="withdrawn", ended_at=seen, changed_at=seen)
            results.append(Change("withdrawn", after, events, _flag("withdrawn", before, after, geography, seen, pairs[0][0].event_id)))
    return results


def _restated(before: Suspension, gone: Sequence[Statement], others: Sequence[Statement], seen: str) -> Suspension:
    """The suspension as the remaining statements tell it."""
    lost = {(s.source, s.published) for s in gone}
    claims = [claim for s in others if (claim := stated_end(s))]
    end = before.end
    if end and (end.source, end.published) in lost:
        end = max(claims, key=lambda c: c.weight, default=None)
    rival = before.rival if before.rival and (before.rival.source, before.rival.published) not in lost else None
    after = replace(
        before,
        end=end,
        rival=None if rival and end and rival.last_day == end.last_day else rival,
        certainty=max((s.certainty for s in others), key=CERTAINTIES.index),
        sources=frozenset(s.source for s in others),
        last_official=max((s.published for s in others if s.own), default=None),
    )
    return after if after == before else replace(after, changed_at=seen)


def expire(suspensions: Iterable[Suspension], geography: Geography, today: str, now: str) -> list[Change]:
    """What the passing of days does to the open suspensions.

    One that was told to start again has ended, without another flag; one for which a report later than the official words gave a later end
    goes on until that; of the others the last day has passed and nobody said more.
    """
    results = []
    for before in suspensions:
        if before.state != "open" or before.end is None or before.end.last_day >= today:
            continue
        rival = before.rival
        if before.end.resumption:
            results.append(Change("ended", replace(before, state="ended", ended_at=now, changed_at=now)))
            continue
        if rival and rival.last_day >= today and rival.published > before.end.published:
            kind, after = "extended", replace(before, end=rival, rival=None, changed_at=now)
        else:
            kind, after = "expired", replace(before, state="expired", ended_at=now, changed_at=now)
        results.append(Change(kind, after, (), _flag(kind, before, after, geography, before.opened_at, None)))
    return results
