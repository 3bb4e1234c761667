"""What a resumption or a reopening makes of one suspension: ends it, or some of its places, or one of its routes."""

from collections.abc import Iterable
from dataclasses import replace

from pipelines.judging.facts import FOREVER, Claim, Geography, PlaceState, Statement, Suspension, shift
from pipelines.judging.matching import place_state, same_operator, touch, within

AFTERWARDS = 30
"""Days after an expiry for which a start again still belongs to that suspension."""


def resumed(suspension: Suspension, statement: Statement, geography: Geography) -> Suspension:
    """The suspension after a resumption or reopening: itself where that concerns something else, or is older than what holds."""
    event = statement.event
    start = event.effective_from or statement.day
    if not _ends(suspension, statement, start):
        return suspension
    last = max(shift(start, -1), suspension.effective_from or "")
    named = _started_again(suspension, statement, geography)
    if named is None:
        return suspension
    origins, destinations = named
    known_origins, known = suspension.standing("origin"), suspension.standing("destination")
    some_origins = not set(known_origins) <= set(origins)
    some_places = bool(destinations) and not (known and set(known) <= set(destinations))
    after = replace(suspension, sources=suspension.sources | {statement.source})
    if some_places and (some_origins or not known):
        routes = (f"{o}-{d}" if o else d for o in origins or ("",) for d in destinations)
        return replace(after, routes_resumed=tuple(dict.fromkeys((*suspension.routes_resumed, *routes))))
    if some_origins:
        return replace(after, places=_ended_places(after, "origin", origins, last, statement, geography))
    if some_places:
        return replace(after, places=_ended_places(after, "destination", destinations, last, statement, geography))
    last = max([last, *(p.ended_on for p in suspension.places if p.ended_on)])
    claim = Claim(last, statement.own, statement.published, statement.seen, statement.source, statement.source_title, resumption=True)
    after = replace(after, end=claim, rival=None)
    return after if start > statement.seen[:10] else replace(after, state="ended", ended_at=statement.seen)


def _ends(suspension: Suspension, statement: Statement, start: str) -> bool:
    """Whether a start again on that day by that operator ends what is known. The later words hold, and official ones against reports."""
    event = statement.event
    if event.background or not same_operator(event, suspension):
        return False
    unnamed = event.operator is None or suspension.operator is None
    if unnamed and (event.kind == "reopening") != (suspension.kind == "closure"):
        return False
    if suspension.state == "expired":
        return suspension.last_stated <= statement.published and start <= shift(suspension.effective_to or FOREVER, AFTERWARDS)
    if suspension.state != "open" or (suspension.effective_from and start < suspension.effective_from):
        return False
    end = suspension.end
    if end and end.resumption and (statement.own, statement.published) <= (end.official, end.published):
        return False
    against = suspension.last_official if statement.own else suspension.last_stated
    return against is None or statement.published >= against


def _started_again(suspension: Suspension, statement: Statement, geography: Geography) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """The suspension's origins, and its destinations or places inside them, that the statement names; None where it is about others."""
    event = statement.event
    stopped = suspension.codes("destination")
    known_origins, known = suspension.standing("origin"), suspension.standing("destination")
    if bool(stopped) > bool(event.destinations) or (event.origins and not known_origins and not event.destinations):
        return None
    origins = tuple(o for o in known_origins if touch([o], event.origins, geography)) if event.origins else known_origins
    if known_origins and not origins:
        return None
    if not event.destinations:
        return origins, ()
    wholly = tuple(d for d in known if within([d], event.destinations, geography))
    inside = tuple(d for d in event.destinations if d not in known and (not stopped or within([d], known, geography)))
    return (origins, wholly + inside) if wholly or inside else None


def _ended_places(
    suspension: Suspension, role: str, codes: Iterable[str], last: str, statement: Statement, geography: Geography
) -> tuple[PlaceState, ...]:
    places = list(suspension.places)
    for code in codes:
        at = next((i for i, p in enumerate(places) if p.role == role and p.place == code), None)
        state = place_state(code, role, geography) if at is None else places[at]
        if state.ended_said and state.ended_said >= statement.published:
            continue
        if state.ended_on != last:
            state = replace(state, ended_on=last, ended_said=statement.published)
        if at is None:
            places.append(state)
        else:
            places[at] = state
    return tuple(places)
