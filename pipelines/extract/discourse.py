"""Walks through a notice's sentences in order and drafts its events; what a sentence leaves out comes from those before it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipelines import gazetteer
from pipelines.extract import casting, completion, homes, reasons, scope
from pipelines.extract.domains import Domain, domains
from pipelines.extract.draft import Draft
from pipelines.extract.frames import TARGETS, Frame, frames
from pipelines.extract.judge import lonely
from pipelines.extract.memory import Memory, first_person, only_operator, signed
from pipelines.extract.reading import Reading
from pipelines.extract.sentence import Sentence
from pipelines.extract.triggers import ASSERTED, LEARNED, POSSIBLE

PLACELESS = ("suspension", "reduction", "repatriation")
"""Kinds that may name only where the flights start."""
OUT_OF = ("ban", "away")
"""Rules whose "out of X" names the place that is left, not where flights start."""
INCIDENTS = ("diversion", "closure", "reopening")
"""Kinds that are told after they happened, on the day that the sentences before tell of."""
RECENT = timedelta(days=5)


def drafts(readings: Sequence[Reading], published: date | None) -> list[Draft]:
    """The events of a notice as its sentences tell them, not yet merged."""
    memory = Memory(only=only_operator(readings), speaker=signed(readings), we=first_person(readings))
    fallback = reasons.overall([r.sentence for r in readings])
    if (alone := lonely([(r.triggers, r.said) for r in readings])) is not None:
        readings[alone].triggers = [t._replace(stance=POSSIBLE) for t in readings[alone].triggers]
    denied = any(r.sentence.any("guards", "denial") for r in readings if r.sentence.segment.form == "title")
    out: list[Draft] = []
    for n, reading in enumerate(readings):
        memory.lend(reading)
        memory.note_day(reading, n, published)
        aside = scope.asides(reading.sentence, reading.triggers)
        for domain in domains(reading.sentence, reading.triggers):
            if domain.stance == ASSERTED and not denied:
                made = _drafted(reading, domain, aside, memory, n, fallback, published)
                memory.note(reading, domain.low, domain.high, n)
                memory.acted_by(made, n)
                reading.drafts += made
            else:
                memory.note(reading, domain.low, domain.high, n)
        if not reading.triggers:
            memory.note(reading, 0, len(reading.sentence.units), n)
        if not reading.drafts:
            reading.drafts = completion.continued(reading, out, n, published)
        if completion.denies(reading):
            out = [d for d in out if d.sentence != n - 1]
        out += reading.drafts
    return completion.adopted(completion.timed(out, readings, published), readings)


def _drafted(
    reading: Reading, domain: Domain, aside: set[int], memory: Memory, n: int, fallback: str | None, published: date | None
) -> list[Draft]:
    sentence = reading.sentence
    operators, places = scope.operators(reading, domain, aside), scope.places(reading, domain, aside)
    domain = casting.of_companies(sentence, domain, operators)
    whens = scope.whens(reading, domain, aside, operators, published)
    subject = casting.subject_country(sentence, domain, operators, places)
    form = sentence.segment.form
    if domain.kind in casting.SPEAKERS and (form == "item" or memory.acting or (memory.only and form != "title")):
        subject = None  # "Jordan: first flight on 25 March", in a company's list
    together = casting.subject_countries(sentence, subject, places) if subject is not None and domain.kind in casting.BODIES else []
    if len(together) > 1:
        places = {i: role for i, role in places.items() if i not in together or i == subject}
    if subject is not None and any(role in TARGETS for i, role in places.items() if i != subject):
        del places[subject]
    extended = sentence.any("roles", "extends", domain.low, domain.high)
    out: list[Draft] = []
    banning = any(t.rule == "ban" for t in domain.triggers)
    for frame in frames(sentence, domain.low, domain.high, operators, places, whens, domain.kind != "diversion", banning):
        first = min(frame.places + frame.operators + frame.whens, default=domain.triggers[0].start)
        trigger = min(domain.triggers, key=lambda t: abs(t.start - first))
        draft = Draft(
            domain.kind,
            trigger.rule,
            n,
            reason=reasons.of(sentence, fallback),
            start=sentence.segment.start,
            end=sentence.segment.end,
            lang=sentence.lexicon.lang,
            title=sentence.segment.form == "title",
            guards=trigger.guards,
            background=trigger.past,
            extended=extended,
        )
        draft.time([whens[i] for i in sorted(frame.whens)], published, extended)
        if draft.kind in INCIDENTS and not (draft.first or draft.last or draft.open_ended or extended):
            day = _told_before(sentence, domain) or memory.day_for(n)
            draft.first, draft.last, draft.lent_day = day, day if draft.kind == "diversion" else None, day is not None
        if draft.last in (None, draft.first) and sentence.any("roles", "open", domain.low, domain.high):
            draft.open_ended, draft.last = True, None
        if draft.kind == "diversion":
            casting.diverted(draft, reading, frame, trigger, memory.places_for(draft.sentence))
        else:
            _places(draft, reading, domain, frame, memory, subject)
        grace = RECENT if draft.kind == "closure" else timedelta(0)
        over = bool(published and draft.last and draft.last < published - grace)
        draft.background = draft.background or over
        out += _for_operators(draft, reading, domain, frame, memory, n, published)
    return out + _of_others(out, [casting.code(sentence, i) for i in together if i != subject])


def _told_before(sentence: Sentence, domain: Domain) -> date | None:
    """The day that the same sentence tells of before: "starts again on Monday, the day on which the skies open"."""
    days = [u.when.first for u in sentence.units[: domain.low] if u.when and u.when.role == "on" and u.when.first == u.when.last]
    return days[-1] if days else None


def _of_others(made: list[Draft], countries: list[str]) -> list[Draft]:
    """The same of the other countries that each close their own: "Iran, Iraq and Jordan closed their airspace"."""
    out = []
    for draft in made[:1]:
        for country in countries:
            other = copied(draft, gazetteer.government(country))
            if draft.operator and draft.destinations == [draft.operator.split("-")[0].upper()]:
                other.destinations = [country]
            out.append(other)
    return out


def _places(draft: Draft, reading: Reading, domain: Domain, frame: Frame, memory: Memory, subject: int | None) -> None:
    sentence, roles = reading.sentence, reading.places
    there = Frame(places=[i for i in frame.places if i != subject])
    rule = draft.kind if draft.rule == LEARNED else draft.rule
    found = casting.destinations(sentence, there, roles, rule, domain.triggers[0].end)
    if subject is not None and (found or draft.kind in casting.BODIES):
        acting = casting.code(sentence, subject)
        draft.operator = gazetteer.government(gazetteer.country(acting) or acting)
        found = found or [acting]
    elif subject is not None:
        found = [casting.code(sentence, subject)]
    draft.origins = [
        c for c in casting.specific([casting.code(sentence, i) for i in frame.places if roles[i] in ("from", "origin")]) if c not in found
    ]
    if draft.kind == "repatriation":  # where people are taken; all else is where they are
        home = casting.specific([casting.code(sentence, i) for i in frame.places if roles[i] in ("to", "route")])
        draft.origins += [c for c in found if c not in home]
        found = home
    if not found and (draft.kind in (*casting.BODIES, "reroute") or draft.rule in OUT_OF):
        found, draft.origins = draft.origins, []
    if not found and draft.origins and draft.kind == "suspension":
        found = memory.goal(draft.origins)  # "the flight from Cairo", in a notice about Khartoum
    told = [i for i in there.places if roles[i] in TARGETS]
    if told and all(roles[i] == "adjective" and casting.of_town(sentence, i) for i in told):
        known = memory.places_for(draft.sentence)
        found = list(known) if known and casting.covers(found, known) else found
    draft.destinations = found
    if not found and not (draft.origins and draft.kind in PLACELESS):
        draft.own_places = False
        if draft.kind != "repatriation":
            draft.destinations = [c for c in memory.places_for(draft.sentence) if c not in draft.origins]
    if not draft.destinations and draft.kind in ("closure", "reopening"):  # "the ministry of transport of Jordan closed the airspace"
        draft.destinations = casting.specific([casting.code(sentence, i) for i, role in roles.items() if role == "attribute"])[:1]
        draft.own_places = bool(draft.destinations)
    if not draft.own_places and draft.kind in ("closure", "reopening"):
        bodies = [i for i in frame.operators if casting.operator_kind(sentence, i) in ("government", "authority")]
        country = gazetteer.operator_country(casting.code(sentence, bodies[0])) if bodies else None
        space = sentence.lexicon.patterns.members("space")
        skies = any(not u.atoms.isdisjoint(space) for u in sentence.units[domain.low : domain.high])
        if country and (skies or not any(gazetteer.country(c) == country for c in draft.destinations)):
            draft.destinations = [country]


def _for_operators(
    draft: Draft, reading: Reading, domain: Domain, frame: Frame, memory: Memory, n: int, published: date | None
) -> list[Draft]:
    """One draft for each operator who acts."""
    sentence = reading.sentence
    agents, carried = casting.cast(sentence, domain, frame, reading.operators)
    draft.carriers = sorted(
        {casting.code(sentence, i) for i in carried}
        | {u.flight.codes[0] for u in sentence.units[domain.low : domain.high] if u.flight and u.flight.codes}
    )
    if not agents and not memory.acting:
        agents = casting.ruling_teller(reading, domain)
    named = list(dict.fromkeys(casting.code(sentence, i) for i in agents))
    companies = any(casting.operator_kind(sentence, i) in casting.AIRLINES for i in agents)
    earlier = domain.kind not in casting.BODIES and bool(memory.named) and n == memory.named_in
    spoken = gazetteer.operator_kind(memory.speaker) or "tour_operator" if memory.speaker else ""
    if spoken == "tour_operator" and memory.we and companies and memory.speaker not in named and domain.kind not in casting.BODIES:
        draft.carriers = sorted({*draft.carriers, *(c for c in named if gazetteer.operator_kind(c) == "airline")})
        named = [memory.speaker]
    elif not named and not earlier and spoken in casting.BODIES.get(domain.kind, casting.AIRLINES if memory.we else ()):
        named = [memory.speaker]
    if named and draft.rule == "ban" and memory.bodies and companies and not any(c in memory.bodies for c in named):
        draft.carriers, named, companies = sorted({*draft.carriers, *named}), memory.bodies[-1:], False  # "the order bars A and B"
    tour = memory.acting[0] if len(memory.acting) == 1 and gazetteer.operator_kind(memory.acting[0]) == "tour_operator" else ""
    if tour and draft.kind == "repatriation" and named and companies and min(agents) > domain.triggers[0].start and tour not in named:
        draft.carriers, named = sorted({*draft.carriers, *named}), [tour]
    if named and earlier and not companies and draft.rule != "ban":
        named = []  # airlines named earlier in the sentence act rather than an authority in passing
    if not named and draft.operator and not earlier:
        return [draft]
    if not named and draft.kind in ("closure", "reopening"):
        kind, body, _ = memory.ruling
        airport = (
            body
            if kind in completion.SHUTTING and body.endswith("airport") and (not draft.own_places or draft.destinations == memory.ruled)
            else casting.own_airport(sentence, domain, reading.places, memory.places_for(n))
        )
        if not airport and memory.we and len(memory.title_places) == 1 and memory.title_places == draft.destinations:
            airport = gazetteer.airport_operator(memory.title_places[0])  # an airport's own statement
        airports = [c for c in draft.destinations if len(c) == 3]
        if airport and len(airports) > 1 and draft.own_places:  # "the airports of Tampa, Orlando and Fort Myers"
            return [replace(copied(draft, gazetteer.airport_operator(c) or airport), destinations=[c]) for c in airports]
        if airport:
            draft.operator = airport
            return [draft]
    if not named:
        draft.own_operator = False
        draft.confidence -= 0.1
        named = memory.operators_for(sentence, domain, n)
        if not named and domain.kind not in casting.BODIES:
            named, draft.carriers = draft.carriers[:1], draft.carriers[1:]  # "flight LH 690" names its airline
        old = published and draft.first and draft.first < published - RECENT and not draft.last
        if old and not sentence.any("roles", "the_carrier", domain.low, domain.high):
            named = []
    if not draft.own_places:
        draft.confidence -= 0.1
    if not named:
        draft.confidence -= 0.2
        return [draft]
    draft.by_company = domain.kind not in casting.BODIES and (companies or not agents)
    out = [homes.from_home(copied(draft, operator), memory) for operator in named]
    for made in out:
        if made.kind == "reduction" and not made.own_places and made.operator not in memory.acting:
            made.destinations = []  # a smaller programme, wherever
        if made.kind == "diversion" and made.first == made.last and gazetteer.operator_kind(made.operator or "") == "tour_operator":
            made.last = None  # a programme goes elsewhere from that flight on
    return out


def copied(draft: Draft, operator: str) -> Draft:
    """A draft for another operator, sharing no lists."""
    return replace(
        draft,
        operator=operator,
        carriers=[c for c in draft.carriers if c != operator],
        origins=list(draft.origins),
        destinations=list(draft.destinations),
        diverted_to=list(draft.diverted_to),
    )
