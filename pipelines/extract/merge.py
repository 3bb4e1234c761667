"""One event for each thing that a notice states, however often it states it."""

from dataclasses import replace
from datetime import date, timedelta

from pipelines import gazetteer
from pipelines.event import Event
from pipelines.extract.casting import covers, specific
from pipelines.extract.draft import Draft

NEAR = timedelta(days=2)
"""How far the day of the sentences before may be from the one that an event itself has."""


def merged(drafts: list[Draft], text: str) -> tuple[Event, ...]:
    """Events of a notice from its drafts, in the order of first mention."""
    kept: list[Draft] = []
    for draft in drafts:
        if not (draft.operator or draft.destinations) or _hearsay(draft):
            continue
        twin = next((k for k in reversed(kept) if _same(k, draft)), None)
        if twin is None:
            kept.append(replace(draft))
        else:
            _join(twin, draft)
    kept = _without_absorbed(_without_general(kept))
    return tuple(_event(d, text) for d in _without_nameless(kept))


def _hearsay(draft: Draft) -> bool:
    """Told in passing as past, without a place or a date of its own."""
    return draft.background and not draft.own_places and not draft.own_operator and not (draft.first or draft.last or draft.open_ended)


def _same(one: Draft, other: Draft) -> bool:
    if one.kind != other.kind or one.operator != other.operator or _clash(one, other):
        return False
    if one.kind == "diversion" and one.diverted_to and other.diverted_to and not _near(one.diverted_to, other.diverted_to):
        return False
    a, b = one.destinations, other.destinations
    if a and b and _dated(one) != _dated(other) and one.own_places and other.own_places:
        whole, part = (b, a) if _dated(one) else (a, b)
        if not all(_near([c], part) for c in whole):
            return False  # what is said of some of the places does not hold for the rest
    if not a or not b or _near(a, b):
        return True
    return bool(one.last and one.last == other.last and one.first == other.first) and one.sentence == other.sentence


def _dated(draft: Draft) -> bool:
    return bool(draft.first or draft.last)


def _clash(one: Draft, other: Draft) -> bool:
    if one.lent_day != other.lent_day and not (one.first and other.first and abs(one.first - other.first) > NEAR):
        return False
    if one.extended != other.extended and one.last and other.last and (one.last < other.last) == other.extended:
        return bool(one.first and other.first and one.first != other.first)
    if one.first and other.first and one.first != other.first:
        return True
    if one.last and other.last and one.last != other.last:
        return True
    return bool((one.first and other.last and one.first > other.last) or (one.last and other.first and one.last < other.first))


def _near(a: list[str], b: list[str]) -> bool:
    return any(gazetteer.contains(x, y) or gazetteer.contains(y, x) for x in a for y in b)


def _join(one: Draft, other: Draft) -> None:
    """Lets a later mention refine an earlier one."""
    if one.title and other.origins and not other.destinations and covers(one.destinations, other.origins):
        one.destinations = []  # the title's place is where the flights start
    one.destinations = _finer(one.destinations, other.destinations, other.own_places, one.title)
    one.diverted_to = _finer(one.diverted_to, other.diverted_to, True)
    one.origins = _finer(one.origins, other.origins, True) if other.own_places or not one.origins else one.origins
    if one.kind == "repatriation" and (left := [c for c in one.destinations if _near([c], one.origins)]):
        one.destinations = [c for c in one.destinations if c not in left]  # nobody is brought home to where he is
        one.origins = specific([*one.origins, *left])
    one.origins = [c for c in one.origins if c not in one.destinations]
    one.carriers = list(dict.fromkeys(one.carriers + other.carriers))
    if one.lent_day != other.lent_day and _dated(one) and _dated(other):
        surer = other if one.lent_day else one  # what a statement says itself outweighs the day of the sentences before it
        one.first, one.last, one.lent_day = surer.first, surer.last, False
    if one.extended or other.extended:
        one.last = max((day for day in (one.last, other.last) if day), default=None)
        one.extended = True
    one.first, one.last = one.first or other.first, one.last or other.last
    one.open_ended = one.open_ended or other.open_ended
    one.reason = one.reason or other.reason
    better = other.confidence > one.confidence or (one.title and not other.title and other.own_operator)
    if better:
        one.start, one.end, one.lang, one.rule, one.guards = other.start, other.end, other.lang, other.rule, other.guards
    one.confidence = min(0.99, max(one.confidence, other.confidence) + 0.03)
    one.background = one.background and other.background
    one.own_operator, one.own_places = one.own_operator or other.own_operator, one.own_places or other.own_places
    one.title = one.title and other.title


def _finer(a: list[str], b: list[str], certain: bool, loose: bool = False) -> list[str]:
    """The finer of two statements of places: Caracas and Porlamar rather than Venezuela; both where neither holds the other.

    A later statement that is not ``certain`` adds nothing to an earlier one; an earlier one that is ``loose``, such as a title,
    gives way to some of its own places.
    """
    if not a or not b:
        return a or b
    if covers(a, b):
        return a if not certain else b if loose else specific(a + b)
    return specific(a + b) if certain else a


def _without_general(drafts: list[Draft]) -> list[Draft]:
    """Drops an undated statement that others of the same kind and operator tell with dates or places of their own."""
    out = []
    for d in drafts:
        others = [o for o in drafts if o is not d and (o.kind, o.operator) == (d.kind, d.operator)]
        told = [c for o in others if _dated(o) for c in (*o.destinations, *(o.origins if d.title else ()))]
        if not _dated(d) and d.destinations and all(_near([c], told) for c in d.destinations):
            continue
        vague = not _dated(d) and (d.title or not d.own_places)
        if vague and any(
            (o.first or o.last or o.open_ended or o.own_places)
            and (not d.own_places or not d.destinations or not o.destinations or _near(d.destinations, o.destinations))
            for o in others
        ):
            for o in others:
                o.open_ended = o.open_ended or (d.open_ended and not o.last)
            continue
        out.append(d)
    return out


def _without_absorbed(drafts: list[Draft]) -> list[Draft]:
    """A stop that the same operator replaces by another destination is told once, as the diversion."""
    out = []
    for d in drafts:
        if d.kind == "suspension":
            taker = next(
                (
                    o
                    for o in drafts
                    if o.kind == "diversion" and o.operator == d.operator and _near(o.destinations, d.destinations) and not _clash(o, d)
                ),
                None,
            )
            if taker is not None:
                taker.destinations = _finer(taker.destinations, d.destinations, d.own_places)
                taker.origins = taker.origins or d.origins
                taker.first, taker.last = taker.first or d.first, taker.last or d.last
                taker.open_ended = taker.open_ended or d.open_ended
                continue
        out.append(d)
    return out


def _without_nameless(drafts: list[Draft]) -> list[Draft]:
    """An event without an operator stays only where no named one tells the same, and where it is what the notice is about."""
    named = {d.kind for d in drafts if d.operator}
    return [
        d
        for d in drafts
        if d.operator or (d.kind not in named and d.destinations and d.own_places and (d.sentence <= 2 or d.title) and not d.background)
    ]


def _event(d: Draft, text: str) -> Event:
    return Event(
        kind=d.kind,
        operator=d.operator,
        carriers=tuple(d.carriers),
        origins=tuple(d.origins),
        destinations=tuple(d.destinations),
        diverted_to=tuple(d.diverted_to),
        effective_from=_iso(d.first),
        effective_to=_iso(d.last),
        open_ended=d.open_ended and d.last is None,
        reason=d.reason,
        evidence=text[d.start : d.end],
        start=d.start,
        end=d.end,
        rule=f"{d.lang}.{d.kind}.{d.rule}",
        confidence=round(d.confidence, 2),
        background=d.background,
    )


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
