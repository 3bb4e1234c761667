"""The course of one suspension: what one statement makes of it, and what to call the difference."""

from dataclasses import replace

from pipelines.judging.facts import Claim, Geography, PlaceState, Statement, Suspension, shift
from pipelines.judging.matching import again, place_state, stated_end, within

SETTLING = 14
"""Days after the first words within which a start that nobody gave before is the suspension's; a later one begins a prolongation."""
ECHO = 7
"""Days after the first words within which another reporter's "to Venezuela" is a retelling of "to Caracas", and no more than that."""
CERTAINTIES = ("press", "association", "official")


def opened(statement: Statement, geography: Geography) -> Suspension:
    """What a statement that matches nothing known opens."""
    event = statement.event
    roles = (("origin", event.origins), ("destination", event.destinations), ("diverted_to", event.diverted_to))
    return Suspension(
        operator=event.operator,
        kind=event.kind,
        state="open",
        places=tuple(place_state(p, role, geography) for role, places in roles for p in dict.fromkeys(places)),
        certainty=statement.certainty,
        sources=frozenset({statement.source}),
        first_stated=statement.published,
        last_stated=statement.published,
        last_official=statement.published if statement.own else None,
        opened_at=statement.seen,
        changed_at=statement.seen,
        carriers=event.carriers,
        reason=event.reason,
        effective_from=event.effective_from,
        end=stated_end(statement),
    )


def affirmed(suspension: Suspension, statement: Statement, geography: Geography) -> Suspension:
    """The suspension after one more statement that it is stopped. The same statement a second time changes nothing."""
    event = statement.event
    after = replace(
        suspension,
        operator=suspension.operator or event.operator,
        certainty=max(suspension.certainty, statement.certainty, key=CERTAINTIES.index),
        sources=suspension.sources | {statement.source},
        first_stated=min(suspension.first_stated, statement.published),
        last_stated=max(suspension.last_stated, statement.published),
        last_official=max(suspension.last_official or "", statement.published) if statement.own else suspension.last_official,
        carriers=tuple(dict.fromkeys((*suspension.carriers, *event.carriers))),
        reason=suspension.reason or event.reason,
    )
    if suspension.state in ("ended", "withdrawn"):  # told late: one more source for what is over
        return after
    continued = _ending(after, suspension, statement, geography)
    if suspension.state == "expired":
        if continued.end == suspension.end:
            return after
        continued = replace(continued, state="open", ended_at=None)
    start = _start(suspension, statement)
    if start and continued.effective_to and start > continued.effective_to:  # one of them is of another stretch
        start = suspension.effective_from if start != suspension.effective_from else None
    return replace(continued, effective_from=start, places=_places(suspension, statement, geography))


def _start(suspension: Suspension, statement: Statement) -> str | None:
    known, stated = suspension.effective_from, statement.event.effective_from
    if stated is None or _is_episode(suspension, statement):
        return known
    if known is None:
        return stated if stated <= shift(suspension.first_stated, SETTLING) else None
    under_way = known < stated and known <= statement.day
    return stated if statement.own and suspension.last_official is None and not under_way else known


def _places(suspension: Suspension, statement: Statement, geography: Geography) -> tuple[PlaceState, ...]:
    """Adds what no known place covers. Nothing stated is no restriction and adds nothing: reports leave out where flights start."""
    event, places = statement.event, list(suspension.places)
    stated = {"origin": event.origins, "destination": event.destinations, "diverted_to": event.diverted_to}
    for role, codes in stated.items():
        known = [p for p in suspension.places if p.role == role]
        if not known and role != "diverted_to":
            continue
        if suspension.kind != "diversion" and role == "diverted_to":
            continue
        for code in dict.fromkeys(codes):
            if role == "destination" and _retold(suspension, statement, code, geography):
                continue
            ended = [p for p in known if p.ended_on and geography.contains(p.place, code)]
            if any(not again(statement, p.ended_on or "", p.ended_said or "") for p in ended):
                continue
            if any(p.place == code for p in ended):
                places = [replace(p, ended_on=None, ended_said=None) if p.role == role and p.place == code else p for p in places]
            elif code not in suspension.standing(role) and (ended or not any(_covers(p, code, role, geography) for p in known)):
                places.append(place_state(code, role, geography))
    return tuple(places)


def _retold(suspension: Suspension, statement: Statement, code: str, geography: Geography) -> bool:
    """Whether somebody else reports the known places by their country's name: papers do, of an airline that flies to one airport there."""
    early = statement.day <= shift(suspension.first_stated, ECHO)
    rough = geography.country(code) == code and any(geography.contains(code, known) for known in suspension.standing("destination"))
    more = statement.source in suspension.sources and statement.published > suspension.last_stated  # it spoke before, and goes further
    return rough and early and not statement.own and not more


def _covers(known: PlaceState, code: str, role: str, geography: Geography) -> bool:
    if geography.contains(known.place, code):
        return True
    # "taken to Cuba" says no more than "taken to Varadero"
    return role == "diverted_to" and geography.contains(code, known.place)


def _ending(after: Suspension, before: Suspension, statement: Statement, geography: Geography) -> Suspension:
    claim, held, rival = stated_end(statement), before.end, before.rival
    if claim is None:
        spoken_for = (statement.event.effective_from or "", statement.day if before.state == "expired" else "")
        if held is None or max(spoken_for) <= held.last_day:
            return after
        # Still stopped after its last day, and nobody says until when.
        claim = Claim(None, statement.own, statement.published, statement.seen, statement.source, statement.source_title)
    if held is None:
        return replace(after, end=claim)
    if held.resumption and claim.published < held.published:
        return after  # told late: it started again since
    if claim.last_day == held.last_day or (held.resumption and _a_day_apart(claim, held)):
        # "until 5 May" and "starts again on 5 May" are the same news
        stronger = replace(claim, effective_to=held.effective_to, resumption=held.resumption)
        agreed = rival if rival and rival.source != claim.source else None
        return replace(after, end=stronger if claim.weight > held.weight else held, rival=agreed)
    if _is_episode(before, statement) or (_ends_sooner(before, statement) and _is_narrower(before, statement, geography)):
        return after
    if claim.weight >= held.weight:
        if claim.official and not held.official:
            rival = held if held.source != claim.source else None
        elif rival and (rival.source == claim.source or rival.last_day == claim.last_day or rival.published < claim.published):
            rival = None
        return replace(after, end=claim, rival=rival)
    if held.official and not claim.official and (rival is None or claim.weight >= rival.weight):
        return replace(after, rival=claim)
    return after


def _a_day_apart(one: Claim, other: Claim) -> bool:
    return bool(one.effective_to and other.effective_to and shift(one.effective_to, -1) <= other.effective_to <= shift(one.effective_to, 1))


def _ends_sooner(suspension: Suspension, statement: Statement) -> bool:
    """Whether somebody else than who gave the end that holds gives an earlier one."""
    claim, held = stated_end(statement), suspension.end
    return bool(claim and held and claim.last_day < held.last_day and claim.source != held.source)


def _is_episode(suspension: Suspension, statement: Statement) -> bool:
    """Whether it speaks of days inside: neither their first nor their last is the whole's."""
    first = statement.event.effective_from
    return bool(first and first > suspension.began) and _ends_sooner(suspension, statement)


def _is_narrower(suspension: Suspension, statement: Statement, geography: Geography) -> bool:
    """Whether it speaks of places inside the known ones only: their end is not the whole's."""
    stated, known = statement.event.destinations, suspension.standing("destination")
    return bool(stated) and within(stated, known, geography) and not set(stated) & set(known)


def added(before: Suspension, after: Suspension) -> tuple[PlaceState, ...]:
    """Places that are stopped now and were not. The first destination of a diversion that named none is a detail, not more."""
    return tuple(p for p in after.places if p.ended_on is None and p.place not in before.standing(p.role) and before.codes(p.role))


def restarted(before: Suspension, after: Suspension) -> tuple[PlaceState, ...]:
    """Places that got an end of their own, or another one."""
    return tuple(p for p in after.places if p.ended_on and p not in before.places)


def difference(before: Suspension | None, after: Suspension) -> str:
    """What to call the step from one to the other: a change kind; ``joined`` where nothing that a person follows changed."""
    if before is None:
        return "opened"
    if after.state in ("withdrawn", "expired") and before.state != after.state:
        return after.state
    starts_again = after.end is not None and after.end.resumption and not (before.end and before.end.resumption)
    if starts_again or after.routes_resumed != before.routes_resumed or restarted(before, after):
        return "resumed"
    if after.state == "ended" and before.state != "ended":
        return "resumed"
    if added(before, after):
        return "widened"
    if before.state == "expired" and after.state == "open":
        return "extended"
    if before.end and after.end and before.end.last_day != after.end.last_day:
        return "extended" if after.end.last_day > before.end.last_day else "shortened"
    return "joined"
