"""A flag's sentence: what a person reads in a mail or a table."""

from collections.abc import Iterable

from pipelines.judging.course import added, restarted
from pipelines.judging.facts import Geography, Suspension

STOPPED = {"airline": "flights", "tour_operator": "tours"}
"""What an operator of this kind stops; everybody else stops flights."""


def place(code: str, geography: Geography) -> str:
    """``Porlamar (PMV)``; a country or a region goes by its name alone."""
    name = geography.place_name(code)
    return f"{name} ({code})" if len(code) == 3 and code.isupper() and name != code else name


def listing(codes: Iterable[str], geography: Geography) -> str:
    names = [place(c, geography) for c in codes]
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def operator(suspension: Suspension, geography: Geography) -> str:
    return geography.operator_name(suspension.operator) if suspension.operator else "an operator that is not named"


def period(suspension: Suspension) -> str:
    """`` from … until …``, with a leading space; empty where nothing is known."""
    start = f" from {suspension.effective_from}" if suspension.effective_from else ""
    return start + (until(suspension) if suspension.end else "")


def until(suspension: Suspension) -> str:
    return f" until {suspension.effective_to}" if suspension.effective_to else " until further notice"


def what(suspension: Suspension, geography: Geography, destinations: Iterable[str] | None = None) -> str:
    """``flights from Moscow to Porlamar (PMV)``, ``Moscow–Porlamar (PMV) passengers``, ``the airspace of Venezuela``."""
    to = tuple(suspension.standing("destination") if destinations is None else destinations)
    origins = suspension.standing("origin")
    if suspension.kind == "closure":
        closed = listing(to, geography) or listing(origins, geography)
        return f"the airspace of {closed}" if all(geography.country(c) in (c, None) for c in to) else closed
    start = " and ".join(geography.place_name(c) for c in origins)
    if suspension.kind == "diversion":
        return f"{'–'.join(filter(None, [start, listing(to, geography)]))} passengers".strip()
    stopped = STOPPED.get(geography.operator_kind(suspension.operator) or "" if suspension.operator else "", "flights")
    return stopped + (f" from {start}" if start else "") + (f" to {listing(to, geography)}" if to else "")


def stops(suspension: Suspension, geography: Geography, destinations: Iterable[str] | None = None) -> str:
    """``TAP Air Portugal suspends flights to Venezuela``: the clause without its dates."""
    subject, affected = operator(suspension, geography), what(suspension, geography, destinations)
    if suspension.kind == "closure":
        return f"{subject} closes {affected}" if suspension.operator else f"{affected} is closed"
    if suspension.kind == "diversion":
        return f"{subject} takes {affected} to {listing(suspension.standing('diverted_to'), geography) or 'another destination'}"
    return f"{subject} suspends {affected}"


def noun(suspension: Suspension, geography: Geography) -> str:
    """``the suspension of flights to Venezuela``, ``the diversion of Porlamar (PMV) passengers to Varadero (VRA)``."""
    aside = listing(suspension.standing("diverted_to"), geography)
    return f"the {suspension.kind} of {what(suspension, geography)}" + (f" to {aside}" if suspension.kind == "diversion" and aside else "")


def _does(verb: str, participle: str, suspension: Suspension, geography: Geography) -> str:
    if suspension.operator:
        return f"{operator(suspension, geography)} {verb} {noun(suspension, geography)}"
    return f"{noun(suspension, geography)} is {participle}"


def _opened(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    return stops(after, geography) + period(after)


def _extended(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    return _does("extends", "extended", after, geography) + until(after) + _formerly(before)


def _shortened(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    return _does("shortens", "shortened", after, geography) + until(after) + _formerly(before)


def _formerly(before: Suspension | None) -> str:
    return f" (said before:{until(before)})" if before and before.end else ""


def _widened(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    more = added(before, after) if before else after.places
    places = [p.place for p in more if p.role == "destination"]
    start = [geography.place_name(p.place) for p in more if p.role == "origin"]
    aside = [p.place for p in more if p.role == "diverted_to"]
    parts = (
        listing(places, geography),
        f"from {' and '.join(start)}" if start else "",
        f"diverted to {listing(aside, geography)}" if aside else "",
    )
    return f"{_does('widens', 'widened', before or after, geography)}: now also {', '.join(filter(None, parts))}{period(after)}"


def _resumed(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    subject = operator(after, geography)
    ended = restarted(before, after) if before else ()
    routes = [r for r in after.routes_resumed if before and r not in before.routes_resumed]
    if routes:
        names = " and ".join("–".join(place(c, geography) for c in r.split("-")) for r in routes)
        return f"{subject} starts {names} again; the rest stays stopped"
    if ended:
        role, last = ended[0].role, ended[0].ended_on
        names = f"{'from' if role == 'origin' else 'to'} {listing((p.place for p in ended), geography)}"
        return f"{subject} starts again {names}, stopped there until {last}; the rest stays stopped"
    if after.kind == "closure":
        return f"{what(after, geography)} opens again, closed{until(after)}"
    return f"{subject} starts {what(after, geography)} again, stopped{until(after)}"


def _expired(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    return f"{after.effective_to}, the last day that was given, has passed and nobody said more: {stops(after, geography)}{period(after)}"


def _withdrawn(before: Suspension | None, after: Suspension, geography: Geography) -> str:
    return f"no source says any more that {stops(after, geography)}{period(after)}"


SENTENCES = {
    "new": _opened,
    "extended": _extended,
    "shortened": _shortened,
    "widened": _widened,
    "resumed": _resumed,
    "expired": _expired,
    "withdrawn": _withdrawn,
}


def sentence(flag: str, before: Suspension | None, after: Suspension, geography: Geography) -> str:
    """One sentence without a full stop. A dispute about the end is told with it."""
    words = SENTENCES[flag](before, after, geography)
    return words[:1].upper() + words[1:] + (f"; {after.disputed}" if after.rival else "")
