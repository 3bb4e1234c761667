"""Casts the parts of an event from one frame: which operators act, which only carry, which places are left and which reached."""

import re
from collections.abc import Callable

from pipelines import gazetteer
from pipelines.extract.domains import Domain
from pipelines.extract.draft import Draft
from pipelines.extract.frames import TARGETS, Frame
from pipelines.extract.reading import Reading
from pipelines.extract.roles import AGENT, TELLER
from pipelines.extract.sentence import AIRLINES, Sentence, Unit
from pipelines.extract.tokens import fold
from pipelines.extract.triggers import Trigger

BODIES = {
    "advisory": ("authority", "government", "association"),
    "closure": ("authority", "government", "airport"),
    "reopening": ("authority", "government", "airport"),
}
"""Kinds that only such operators state."""
SPEAKERS = ("resumption", "suspension", "repatriation")
"""Kinds that an authority may state as well, where it is the one who acts."""


NEXT = 3
"""Words that may stand between a verb and its object."""
AVOIDING = ("avoid", "reroute")
"""Rules of which the place is what is avoided: the lexicon's, and the learned one of a reroute."""


def code(sentence: Sentence, i: int) -> str:
    name = sentence.units[i].operator or sentence.units[i].place
    return name.codes[0] if name and name.codes else ""


def operator_kind(sentence: Sentence, i: int) -> str:
    """The kind of the operator at a unit; empty where there is none."""
    name = sentence.units[i].operator
    return name.kind if name else ""


def cast(sentence: Sentence, domain: Domain, frame: Frame, roles: dict[int, str]) -> tuple[list[int], list[int]]:
    """Units of the operators who act, and of the airlines that only carry."""

    def kind(i: int) -> str:
        return operator_kind(sentence, i)

    wanted = BODIES.get(domain.kind)
    if wanted:
        bodies = _together(sentence, domain, [i for i in frame.operators if kind(i) in wanted and roles[i] in (AGENT, TELLER)])
        return bodies, [i for i in frame.operators if kind(i) in AIRLINES] if bodies else []
    airlines = [i for i in frame.operators if kind(i) in AIRLINES and roles[i] in (AGENT, TELLER)]
    bodies = [i for i in frame.operators if kind(i) in ("authority", "government") and roles[i] in (AGENT, TELLER)]
    if domain.triggers[0].rule == "ban" and not (airlines and not bodies):
        return bodies, airlines
    ruling = [i for i in bodies if roles[i] == AGENT and i < domain.triggers[0].start]
    if domain.kind == "suspension" and ruling and airlines and min(airlines) > domain.triggers[0].start:
        return ruling[:1], airlines  # "INAC has taken the right to fly there from TAP and Iberia"
    if airlines:
        agents = [i for i in airlines if roles[i] == AGENT] or airlines
        return _carried(sentence, agents, kind)
    if domain.kind in SPEAKERS and not any(kind(i) in AIRLINES and role == AGENT for i, role in roles.items()):
        return [i for i in bodies if roles[i] == AGENT], []
    return [], []


def _together(sentence: Sentence, domain: Domain, bodies: list[int]) -> list[int]:
    """Of several authorities the one nearest to what is said, and those listed with it."""
    if len(bodies) < 2:
        return bodies
    trigger = domain.triggers[0]
    nearest = min(bodies, key=lambda i: trigger.start - i if i < trigger.start else i - trigger.end + 1)
    return [i for i in bodies if i == nearest or _listed(sentence, *sorted((i, nearest)))]


def ruling_teller(reading: Reading, domain: Domain) -> list[int]:
    """The authority that tells of a stop which no airline is named for: its own ban ("..., the aviation authority said in an order")."""
    if domain.kind != "suspension":
        return []
    inside = {i: role for i, role in reading.operators.items() if domain.low <= i < domain.high}
    if any(operator_kind(reading.sentence, i) in AIRLINES for i in inside):
        return []
    return [i for i, role in inside.items() if role == TELLER and operator_kind(reading.sentence, i) == "authority"][:1]


def _carried(sentence: Sentence, agents: list[int], kind: Callable[[int], str]) -> tuple[list[int], list[int]]:
    """Where a tour operator acts, airlines that are not listed beside it only carry its guests."""
    tours = [i for i in agents if kind(i) == "tour_operator"]
    if not tours or len(tours) == len(agents):
        return agents, []
    beside = [i for i in agents if i in tours or any(_listed(sentence, *sorted((i, t))) for t in agents if t != i)]
    return beside, [i for i in agents if i not in beside]


SHUT = {"closure": "suspension", "reopening": "resumption"}


def of_companies(sentence: Sentence, domain: Domain, operators: dict[int, str]) -> Domain:
    """An airline that "closes" a route stops flying it, and one that "reopens" it starts again: authorities and airports shut skies."""
    if domain.kind not in SHUT or not operators or any(operator_kind(sentence, i) not in AIRLINES for i in operators):
        return domain
    members = sentence.lexicon.patterns.members
    shut = members("space") | members("airport")
    if any(u.place is None and not u.atoms.isdisjoint(shut) for u in sentence.units[domain.low : domain.high]):
        return domain
    if not any(role == AGENT and i < domain.triggers[0].start for i, role in operators.items()):
        return domain
    return domain._replace(triggers=tuple(t._replace(kind=SHUT[t.kind]) for t in domain.triggers))


def _listed(sentence: Sentence, low: int, high: int) -> bool:
    joining = sentence.lexicon.patterns.members("and")
    between = sentence.units[low + 1 : high]
    return bool(between) and len(between) <= 2 and all(u.word in ",/&" or not joining.isdisjoint(u.atoms) for u in between)


def subject_country(sentence: Sentence, domain: Domain, operators: dict[int, str], places: dict[int, str]) -> int | None:
    """The country that acts through its government: "Angola closed its skies", "the US has declared the airspace closed"."""
    trigger = domain.triggers[0]
    if trigger.rule in ("closed", "opened") or domain.kind not in (*BODIES, "suspension", "resumption") or operators:
        return None
    passive = sentence.lexicon.patterns.members("passive")
    at = next((i for i in places if _acts(sentence, i, places) and 0 <= trigger.start - i - 1 <= 4), None)
    return None if at is None or any(not passive.isdisjoint(u.atoms) for u in sentence.units[at + 1 : trigger.end]) else at


def _acts(sentence: Sentence, i: int, places: dict[int, str]) -> bool:
    name = sentence.units[i].place if places.get(i) == "bare" else None
    return name is not None and name.type == "place" and name.kind == "country"


def subject_countries(sentence: Sentence, last: int, places: dict[int, str]) -> list[int]:
    """The countries listed with the one that acts: "Iran, Iraq and Jordan closed their skies"; of them all, in order."""
    low = high = last
    while (before := next((i for i in (low - 2, low - 3) if _acts(sentence, i, places) and _listed(sentence, i, low)), None)) is not None:
        low = before
    while (after := next((i for i in (high + 2, high + 3) if _acts(sentence, i, places) and _listed(sentence, high, i)), None)) is not None:
        high = after
    return [i for i in places if low <= i <= high]


def own_airport(sentence: Sentence, domain: Domain, places: dict[int, str], known: list[str]) -> str | None:
    """The airport that itself stops or starts again, as an operator: "Gatwick has closed its runway", "the airport suspended arrivals".

    ``known`` are the places that "the airport" may mean. None where somebody else acts on it ("the airport was closed").
    """
    trigger = domain.triggers[0]
    members = sentence.lexicon.patterns.members
    noun, passive = members("airport"), members("passive")
    low, units = max(domain.low, trigger.start - 6), sentence.units
    if not passive or any(u.operator is not None for u in units[domain.low : trigger.start]):
        return None
    nouns = [i for i in range(low, trigger.end) if not noun.isdisjoint(units[i].atoms)]
    at, airport = next(
        (
            (i, code(sentence, i))
            for i in places
            if low <= i < trigger.end
            and ((_airport(units[i]) and places[i] in ("bare", "over")) or any(0 < abs(i - j) <= 3 for j in nouns))
        ),
        (nouns[0], known[0]) if nouns and len(known) == 1 else (-1, ""),
    )
    if at < 0 or any(not passive.isdisjoint(u.atoms) for u in units[at + 1 : trigger.end + 2]):
        return None
    if len(airport) != 3:
        return None
    if at in places and not _airport(units[at]):  # "the airport of Catania"
        return "-".join(re.findall(r"[a-z0-9]+", fold(gazetteer.place_name(airport)))) + "-airport"
    return gazetteer.airport_operator(airport)


def _airport(unit: Unit) -> bool:
    return unit.place is not None and unit.place.kind == "airport"


def destinations(sentence: Sentence, frame: Frame, places: dict[int, str], rule: str, end: int = 0) -> list[str]:
    """Codes of the places that the flights would have reached; the weaker readings only where no stronger one stands.

    ``end``: the unit behind the trigger, after which what is avoided stands, where anything does.
    """
    targets = [i for i in frame.places if places[i] in TARGETS]
    strong = [i for i in targets if places[i] != "adjective"]
    if rule in AVOIDING:  # what is avoided, not where the flights go
        strong = _object(sentence, [i for i in targets if i >= end], end) or (
            [i for i in targets if places[i] not in ("to", "route", "with")] or strong
        )
    if any(places[i] in ("to", "route", "with") for i in strong):
        strong = [i for i in strong if places[i] not in ("in", "of")]
    chosen = strong or [i for i in targets if places[i] == "adjective"]
    return specific([_region(sentence, i) for i in chosen])


def of_town(sentence: Sentence, i: int) -> bool:
    """Whether an adjective tells of a town or island named before: "the Greek island", "die iranische Hauptstadt"."""
    members = sentence.lexicon.patterns.members
    beside = sentence.units[max(0, i - 1) : i] + sentence.units[i + 1 : i + 2]
    return any(not u.atoms.isdisjoint(members("capital")) and u.atoms.isdisjoint(members("airport")) for u in beside)


def _object(sentence: Sentence, after: list[int], end: int) -> list[int]:
    """The place that follows a verb within a few words, and those listed with it: "clear of Iran and Iraq, over Turkey"."""
    if not after or after[0] - end > NEXT:
        return []
    listed = after[:1]
    for i in after[1:]:
        if not _listed(sentence, listed[-1], i):
            break
        listed.append(i)
    return listed


def _region(sentence: Sentence, i: int) -> str:
    """A place's code; of a flight information region, which is named after a city, the country's ("Baghdad FIR")."""
    after = sentence.units[i + 1 : i + 4] + sentence.units[max(0, i - 2) : i]
    if any(not u.atoms.isdisjoint(sentence.lexicon.patterns.members("fir")) for u in after):
        return gazetteer.country(code(sentence, i)) or code(sentence, i)
    return code(sentence, i)


def diverted(draft: Draft, reading: Reading, frame: Frame, trigger: Trigger, known: list[str]) -> None:
    """Sets where the flights would have gone and where they go: "instead of X", or the first of two places, is the plan."""
    sentence, roles = reading.sentence, reading.places
    there = [i for i in frame.places if (name := sentence.units[i].place) and name.type == "place"]
    instead = [i for i in reading.places if roles[i] == "instead"]
    going = [i for i in there if roles[i] == "to"]
    route = [i for i in there if roles[i] == "route"]
    staying = [
        i
        for i in there
        if roles[i] in ("in", "bare", "over", "of") and not any(gazetteer.contains(code(sentence, i), code(sentence, j)) for j in going)
    ]
    draft.origins = specific([code(sentence, i) for i in there if roles[i] in ("from", "origin")])
    if instead:
        planned, reached = instead, going + route or staying
    elif route:
        planned, reached = route, going or [i for i in staying if i > trigger.start]
    elif going and staying and not any(i > going[-1] for i in staying):
        planned, reached = staying, going
    elif len(specific([code(sentence, i) for i in going])) > 1:
        planned, reached = going[:1], going[1:]
    else:
        planned, reached = (
            [i for i in there if i in staying + going and i < trigger.start],
            [i for i in there if i in going + staying and i >= trigger.start],
        )
    draft.destinations = specific([code(sentence, i) for i in planned])
    draft.diverted_to = [c for c in specific([code(sentence, i) for i in reached]) if c not in draft.destinations]
    if not draft.destinations:
        draft.own_places = False
        draft.destinations = [c for c in known if c not in draft.diverted_to and c not in draft.origins]


def specific(codes: list[str]) -> list[str]:
    """Codes without doubles and without countries of which a city stands in the list ("Beirut in Lebanon")."""
    unique = list(dict.fromkeys(c for c in codes if c))
    return [c for c in unique if not any(c != d and gazetteer.contains(c, d) for d in unique)]


def covers(outer: list[str], inner: list[str]) -> bool:
    """Whether every place of ``inner`` lies in one of ``outer``."""
    return all(any(gazetteer.contains(o, i) for o in outer) for i in inner)
