"""Walks through a notice's sentences in order and drafts its events; what a sentence leaves out comes from those before it."""

from dataclasses import dataclass, field
from datetime import date

from pipelines import gazetteer
from pipelines.extract import casting, reasons
from pipelines.extract.domains import Domain, domains
from pipelines.extract.draft import Draft
from pipelines.extract.frames import TARGETS, Frame, frames
from pipelines.extract.judge import ASSERTED, Trigger, judge
from pipelines.extract.roles import AGENT, OWNER, REPORTER, TELLER, operator_roles, place_roles
from pipelines.extract.sentence import AIRLINES, Sentence

MEMORY = 4
"""For how many sentences "the airline" may go without its name."""


@dataclass(slots=True)
class Reading:
    """A sentence with all that was understood of it: what ``explain`` shows."""

    sentence: Sentence
    triggers: list[Trigger]
    operators: dict[int, str]
    places: dict[int, str]
    drafts: list[Draft] = field(default_factory=list)


@dataclass(slots=True)
class Memory:
    """What the sentences so far have left to be taken up."""

    operators: list[str] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    title_places: list[str] = field(default_factory=list)
    seen: int = -MEMORY
    """The sentence that named the operators."""
    heading: Trigger | None = None
    heading_whens: list = field(default_factory=list)  # type: ignore[type-arg]


def read(sentence: Sentence) -> Reading:
    return Reading(sentence, judge(sentence), operator_roles(sentence), place_roles(sentence))


def drafts(readings: list[Reading], published: date | None) -> list[Draft]:
    """The events of a notice as its sentences tell them, not yet merged."""
    memory = Memory()
    fallback = reasons.overall([r.sentence for r in readings])
    only = _only_operator(readings)
    out: list[Draft] = []
    for n, reading in enumerate(readings):
        for domain in domains(reading.sentence, reading.triggers):
            if domain.stance == ASSERTED:
                reading.drafts += _drafted(reading, domain, memory, n, only, fallback, published)
            _remember(reading, domain.low, domain.high, memory, n)
        if not reading.triggers:
            _remember(reading, 0, len(reading.sentence.units), memory, n)
        out += reading.drafts
    return out


def _only_operator(readings: list[Reading]) -> list[str]:
    """The one airline or tour operator that the notice names at all."""
    named = {casting.code(r.sentence, i) for r in readings for i, role in r.operators.items()
             if role in (AGENT, TELLER) and r.sentence.units[i].operator.kind in AIRLINES}  # type: ignore[union-attr]
    return sorted(named) if len(named) == 1 else []


def _remember(reading: Reading, low: int, high: int, memory: Memory, n: int) -> None:
    units = reading.sentence.units
    named, bodies = [], []
    for i, role in reading.operators.items():
        name = units[i].operator
        if not low <= i < high or name is None or role in (REPORTER, OWNER):
            continue
        (named if name.kind in AIRLINES else bodies).append(casting.code(reading.sentence, i))
    if named:
        memory.operators = list(dict.fromkeys(named))
        memory.seen = n
        if len(memory.operators) > 1:
            memory.group = memory.operators
    if bodies:
        memory.bodies = bodies
    places = casting.specific([casting.code(reading.sentence, i) for i, role in reading.places.items() if low <= i < high and role in TARGETS[:5]])
    if places:
        memory.places = places
        if reading.sentence.segment.form == "title":
            memory.title_places = places


def _drafted(reading: Reading, domain: Domain, memory: Memory, n: int, only: list[str], fallback: str | None,
             published: date | None) -> list[Draft]:
    sentence = reading.sentence
    units = sentence.units
    whens = {i: units[i].when for i in range(domain.low, domain.high) if units[i].when is not None}
    told = {i for i in whens if _reporting(sentence, i, domain)} if domain.kind != "advisory" else set()
    active = {i: role for i, role in reading.operators.items() if role not in (REPORTER, OWNER)}
    out: list[Draft] = []
    for frame in frames(sentence, domain.low, domain.high, active, reading.places,
                        {i: w for i, w in whens.items() if i not in told and w is not None}):
        trigger = min(domain.triggers, key=lambda t: abs(t.start - (frame.places + frame.operators + frame.whens + [t.start])[0]))
        draft = Draft(domain.kind, trigger.rule, n, reason=reasons.of(sentence, fallback), start=sentence.segment.start, end=sentence.segment.end,
                      lang=sentence.lexicon.lang, title=sentence.segment.form == "title", guards=trigger.guards)
        _places(draft, reading, domain, frame, memory)
        draft.time([units[i].when for i in frame.whens if units[i].when is not None])  # type: ignore[misc]
        draft.background = trigger.past or bool(published and draft.last and draft.last < published)
        out += _for_operators(draft, reading, domain, frame, memory, n, only)
    return out


def _reporting(sentence: Sentence, i: int, domain: Domain) -> bool:
    """Whether a date tells when something was said: it stands next to a verb of saying and further from the trigger."""
    when = sentence.units[i].when
    if when is None or when.role != "on":
        return False
    trigger = min(abs(i - t.start) if i < t.start else abs(i - t.end + 1) for t in domain.triggers)
    for hit in sentence.of("roles", "says"):
        gap = i - hit.end if hit.end <= i else hit.start - i - 1
        low, high = (hit.end, i) if hit.end <= i else (i + 1, hit.start)
        if gap <= 3 and gap < trigger and not any(u.word in ",;:" for u in sentence.units[low:high]):
            return True
    return False


def _places(draft: Draft, reading: Reading, domain: Domain, frame: Frame, memory: Memory) -> None:
    sentence, roles = reading.sentence, reading.places
    trigger = domain.triggers[0]
    if draft.kind == "diversion":
        _diverted(draft, reading, frame, trigger, memory)
        return
    subject = casting.subject_country(sentence, domain, frame, roles) if draft.kind in casting.BODIES else None
    others = Frame(places=[i for i in frame.places if i != subject])
    found = casting.destinations(sentence, others, roles)
    if subject is not None:
        draft.operator = f"{casting.code(sentence, subject).lower()}-government"
        found = found or [casting.code(sentence, subject)]
    from_role = casting.specific([casting.code(sentence, i) for i in frame.places if roles[i] in ("from", "origin")])
    draft.origins = [c for c in from_role if c not in found]
    if draft.kind in ("closure", "reopening", "advisory", "reroute") and not found:
        found, draft.origins = draft.origins, []
    draft.destinations = found
    if not found and not (draft.origins and draft.kind in ("suspension", "reduction", "repatriation")):
        draft.own_places = False
        if draft.kind != "repatriation":
            draft.destinations = [c for c in memory.places or memory.title_places if c not in draft.origins]


def _diverted(draft: Draft, reading: Reading, frame: Frame, trigger: Trigger, memory: Memory) -> None:
    sentence, roles = reading.sentence, reading.places
    instead = [i for i in reading.places if roles[i] == "instead"]
    to = [i for i in frame.places if roles[i] in ("to", "in", "bare", "over") and sentence.units[i].place.type == "place"]  # type: ignore[union-attr]
    draft.origins = casting.specific([casting.code(sentence, i) for i in frame.places if roles[i] in ("from", "origin")])
    if instead:
        planned, reached = instead, to
    else:
        planned = [i for i in to if i < trigger.start]
        reached = [i for i in to if i >= trigger.start]
    draft.destinations = casting.specific([casting.code(sentence, i) for i in planned])
    draft.diverted_to = [c for c in casting.specific([casting.code(sentence, i) for i in reached]) if c not in draft.destinations]
    if not draft.destinations:
        draft.own_places = False
        draft.destinations = [c for c in memory.places or memory.title_places if c not in draft.diverted_to and c not in draft.origins]


def _for_operators(draft: Draft, reading: Reading, domain: Domain, frame: Frame, memory: Memory, n: int, only: list[str]) -> list[Draft]:
    """One draft for each operator who acts."""
    sentence = reading.sentence
    agents, carried = casting.cast(sentence, domain, frame, reading.operators)
    draft.carriers = sorted({casting.code(sentence, i) for i in carried} | {
        u.flight.codes[0] for u in sentence.units[domain.low: domain.high] if u.flight and u.flight.codes})
    named = list(dict.fromkeys(casting.code(sentence, i) for i in agents))
    if not named and draft.operator:
        return [draft]
    if not named:
        draft.own_operator = False
        named = _inherited(sentence, domain, memory, n, only)
        draft.confidence -= 0.1
    if not draft.own_places:
        draft.confidence -= 0.1
    if not named:
        draft.confidence -= 0.2
        return [draft]
    return [_copy(draft, operator) for operator in named]


def _inherited(sentence: Sentence, domain: Domain, memory: Memory, n: int, only: list[str]) -> list[str]:
    """Operators that the sentence means without naming them."""
    if domain.kind in casting.BODIES:
        return memory.bodies[-1:] if sentence.any("roles", "the_body", domain.low, domain.high) or n - memory.seen <= 1 else []
    if sentence.any("roles", "several", domain.low, domain.high):
        return []
    if sentence.any("roles", "both", domain.low, domain.high) and memory.group:
        return memory.group
    if memory.operators and (n - memory.seen <= MEMORY or sentence.any("roles", "the_carrier", domain.low, domain.high)):
        return memory.operators
    return only


def _copy(draft: Draft, operator: str) -> Draft:
    return Draft(draft.kind, draft.rule, draft.sentence, operator, [c for c in draft.carriers if c != operator], list(draft.origins),
                 list(draft.destinations), list(draft.diverted_to), draft.first, draft.last, draft.open_ended, draft.reason, draft.start, draft.end,
                 draft.lang, draft.confidence, draft.background, draft.title, draft.own_operator, draft.own_places, draft.guards)


def covers(outer: list[str], inner: list[str]) -> bool:
    """Whether every place of ``inner`` lies in one of ``outer``."""
    return all(any(gazetteer.contains(o, i) for o in outer) for i in inner)
