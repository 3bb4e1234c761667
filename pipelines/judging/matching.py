"""Which known suspension a statement is about.

There is one suspension for each operator, kind and country of destination (a region such as ``middle-east`` counts as a country), so that
each country has its own end. An event with places in two countries is judged as two.
"""

from collections.abc import Iterable
from dataclasses import replace

from pipelines.event import Event
from pipelines.judging.facts import FOREVER, Claim, Geography, PlaceState, Statement, Suspension, shift

RENEWAL = 7
"""Days between two stretches that still make one suspension: what is renewed a week after it lapsed went on, what returns later is new."""
ECHO = 2
"""Days for which reports still repeat a suspension that has just ended."""
STALE = 90
"""Days after which an unofficial statement without an end ahead no longer tells that something is stopped."""

JOINS = {"suspension": ("suspension", "diversion"), "diversion": ("diversion",), "closure": ("closure",)}
"""Event kind -> kinds of suspension it can be another statement of. Flights that are diverted are also reported as suspended."""
OPERATOR_ITSELF = ("commercial", "regulatory")
"""Reasons for which a suspension without places stops the operator as a whole, and so covers its later statements about places."""

COVERED, OVERLAPS, SIBLING = 3, 2, 1


def by_country(event: Event, geography: Geography) -> list[Event]:
    """The event once for each country of its destinations; a country inside a named region goes with the region."""
    groups: dict[str, list[str]] = {}
    regions = [d for d in event.destinations if geography.country(d) is None]
    for place in event.destinations:
        country = geography.country(place) or place
        group = next((r for r in regions if geography.contains(r, country)), country)
        groups.setdefault(group, []).append(place)
    if len(groups) < 2:
        return [event]
    return [replace(event, destinations=tuple(places)) for places in groups.values()]


def is_over(statement: Statement, today: str) -> bool:
    """Whether it tells of something past: stored as background, never opens or changes anything."""
    event = statement.event
    if event.background or (event.effective_to and event.effective_to < max(statement.day, today)):
        return True
    return not statement.own and not event.effective_to and statement.day < shift(today, -STALE)


def same_operator(event: Event, suspension: Suspension) -> bool:
    """An unnamed operator is itself only, so that "several airlines" never swallows TAP; whoever closes an airspace may go unnamed."""
    if event.operator == suspension.operator:
        return True
    return suspension.kind == "closure" and event.kind in ("closure", "reopening") and None in (event.operator, suspension.operator)


def within(inner: Iterable[str], outer: Iterable[str], geography: Geography) -> bool:
    """Whether each place lies in one of the outer ones."""
    wide = tuple(outer)
    return all(any(geography.contains(o, i) for o in wide) for i in inner)


def touch(these: Iterable[str], those: Iterable[str], geography: Geography) -> bool:
    """Whether some place of one side lies in one of the other's."""
    wide = tuple(those)
    return any(geography.contains(a, b) or geography.contains(b, a) for a in these for b in wide)


def fit(event: Event, suspension: Suspension, geography: Geography) -> int:
    """How the event's places lie to the suspension's: COVERED, OVERLAPS, SIBLING (another place of the country), 0 (elsewhere)."""
    places, known = event.destinations, suspension.codes("destination")
    if not places or not known:
        return _fit_without_destinations(event, suspension, geography)
    if within(places, known, geography):
        # A region's end is not the end of each of its countries: one that outlasts it stands for itself.
        regional = any(geography.country(k) is None for k in known) and all(geography.country(p) for p in places)
        return 0 if regional and _last_day(event) > (suspension.effective_to or FOREVER) else COVERED
    countries = {geography.country(p) or p for p in known}
    if not countries & {geography.country(p) or p for p in places}:
        return 0
    if touch(places, known, geography):
        return OVERLAPS
    if suspension.kind == "closure" or (event.reason and suspension.reason and event.reason != suspension.reason):
        return 0
    return SIBLING


def _fit_without_destinations(event: Event, suspension: Suspension, geography: Geography) -> int:
    origins, known = event.origins, suspension.codes("origin")
    if event.destinations:
        return COVERED if not known and suspension.reason in OPERATOR_ITSELF else 0
    if suspension.codes("destination"):
        return 0
    if within(origins, known, geography) if known and origins else not known:
        return COVERED
    return OVERLAPS if touch(origins, known, geography) else 0


def _last_day(event: Event) -> str:
    return event.effective_to or (FOREVER if event.open_ended else "")


def _apart(statement: Statement, suspension: Suspension) -> bool:
    """Whether more than RENEWAL days lie between the two stretches."""
    event = statement.event
    last = event.effective_to or FOREVER
    first = event.effective_from or min(statement.day, last)
    after = first > shift(suspension.effective_to or FOREVER, RENEWAL)
    before = shift(last, RENEWAL) < min(suspension.began, suspension.first_stated[:10])
    return after or before


def again(statement: Statement, ended_on: str, ended_said: str) -> bool:
    """Whether the statement stops once more what ended, rather than telling late of the stop before."""
    first = statement.event.effective_from
    if statement.published <= ended_said:
        return False
    if first:
        return first > ended_on or (first == ended_on == ended_said[:10])
    if statement.day <= ended_on and statement.day != ended_said[:10]:
        return False
    return statement.own or statement.day > shift(max(ended_on, ended_said[:10]), ECHO)


def _continues(statement: Statement, suspension: Suspension, fits: int) -> bool:
    """Whether the statement is about this stretch of it, and not about an earlier or a later one."""
    if suspension.state != "open" and fits == SIBLING:
        return False
    if suspension.state in ("open", "expired"):
        return not _apart(statement, suspension)
    if suspension.state == "ended" and suspension.end:
        return not again(statement, suspension.end.effective_to or "", suspension.end.published)
    ended = suspension.ended_at or suspension.changed_at
    return statement.published <= ended or not (statement.own or statement.day > shift(ended, ECHO))


def match(statement: Statement, known: Iterable[Suspension], geography: Geography) -> Suspension | None:
    """The suspension that this suspension, diversion or closure is another statement of; None where it is new.

    The best fit of places wins, then an open one, then the same kind, then the latest changed.
    """
    event = statement.event
    best: tuple[tuple[int, bool, bool, str], Suspension] | None = None
    for suspension in known:
        if suspension.kind not in JOINS[event.kind] or not same_operator(event, suspension):
            continue
        fits = fit(event, suspension, geography)
        if event.kind != suspension.kind and fits < COVERED:
            continue
        if not fits or not _continues(statement, suspension, fits):
            continue
        rank = (fits, suspension.state == "open", suspension.kind == event.kind, suspension.changed_at)
        if best is None or rank > best[0]:
            best = rank, suspension
    return best[1] if best else None


def told_before(statement: Statement, known: Iterable[Suspension], geography: Geography) -> Suspension | None:
    """The suspension, in whatever state, that a statement about something over looks back on; None where none is known."""
    event = statement.event
    hits = [s for s in known if s.kind in JOINS[event.kind] and same_operator(event, s) and fit(event, s, geography) >= OVERLAPS]
    return max(hits, key=lambda s: s.changed_at, default=None)


def stated_end(statement: Statement) -> Claim | None:
    """What the statement says about "until when"."""
    event = statement.event
    if not event.effective_to and not event.open_ended:
        return None
    return Claim(event.effective_to, statement.own, statement.published, statement.seen, statement.source, statement.source_title)


def place_state(place: str, role: str, geography: Geography) -> PlaceState:
    return PlaceState(place, role, geography.country(place))
