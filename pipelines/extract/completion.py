"""Sentences that add to an event told before: "the measure runs until", the flight it concerns, who it was, and that it is denied."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipelines import gazetteer
from pipelines.extract import casting
from pipelines.extract.dates import When, tells_validity
from pipelines.extract.draft import Draft
from pipelines.extract.frames import Frame
from pipelines.extract.reading import Reading
from pipelines.extract.roles import AGENT, TELLER
from pipelines.extract.segments import HEAD
from pipelines.extract.sentence import AIRLINES

SHUTTING = ("closure", "reopening")
"""Kinds of which one authority, or the airport, states both."""
CONTINUES = 0.5
"""The probability from which a sentence goes on with what was told before."""
SHORT = timedelta(days=21)
VALID = ("advisory", "closure", "suspension", "reroute")
"""Kinds that a bulletin's line of validity gives its days."""
LINE = 16
"""Words and names of a line in a list of companies."""


def continued(reading: Reading, before: Sequence[Draft], n: int, published: date | None) -> list[Draft]:
    """What a sentence without an event of its own adds to the last ones, as drafts that merging will join to them."""
    if not before or n - before[-1].sentence > 3:
        return []
    last = [d for d in before if d.sentence == before[-1].sentence and d.kind == before[-1].kind]
    sentence = reading.sentence
    whens = [u.when for u in sentence.units if u.when is not None]
    opened = bool(sentence.of("roles", "open"))
    acting = any(sentence.units[i].operator.kind in AIRLINES for i in reading.operators)  # type: ignore[union-attr]
    if not acting and (opened or (whens and sentence.of("roles", "goes_on"))):
        return [_added(d, reading, n, whens, published) for d in last]
    if reading.said.probability["continues"] >= CONTINUES:
        return _going_on(reading, last, n, whens, published)
    if acting and last[0].kind == "suspension" and _in_a_list(reading, whens):
        return _going_on(reading, last, n, whens, published)
    flights = [u.flight.codes[0] for u in sentence.units if u.flight is not None and u.flight.codes]
    if flights and len({d.operator for d in last}) == 1 and last[0].kind in ("diversion", "suspension"):
        return _flown(reading, last[-1], n, flights, published)
    return []


def _going_on(reading: Reading, last: list[Draft], n: int, whens: list[When], published: date | None) -> list[Draft]:
    """More of the same: for other operators ("Iberia: the same"), for other places ("so do Beirut and Amman"), until another day."""
    sentence = reading.sentence
    named: list[str | None] = [
        casting.code(sentence, i)
        for i, role in reading.operators.items()
        if role in (AGENT, TELLER) and sentence.units[i].operator.kind in AIRLINES  # type: ignore[union-attr]
    ]
    places = casting.destinations(sentence, Frame(places=list(reading.places)), reading.places, "")
    out = []
    for draft in last if not named else last[:1]:
        for operator in named or [draft.operator]:
            added = _added(draft, reading, n, whens if whens else [], published)
            added.operator = operator
            added.rule = draft.rule
            if places:
                added.destinations, added.own_places = places, True
            if not whens:
                added.first, added.last, added.open_ended = draft.first, draft.last, draft.open_ended
            else:
                added.time(whens, published, reading.sentence.any("roles", "extends"))
            out.append(added)
    return out if named or places or whens else []


def _in_a_list(reading: Reading, whens: list[When]) -> bool:
    """Whether a short line says who, where and until when, and nothing else: "Air France: Beirut, Riyadh until 3 March"."""
    sentence = reading.sentence
    short = len(sentence.units) <= LINE and not reading.triggers
    otherwise = any(h.section == "guards" for h in sentence.hits)
    return short and not otherwise and bool(reading.places) and any(w.role == "until" for w in whens)


def _added(draft: Draft, reading: Reading, n: int, whens: list[When], published: date | None) -> Draft:
    added = _like(draft, reading, n)
    extended = reading.sentence.any("roles", "extends")
    added.rule = "stop" if draft.kind == "suspension" else draft.rule
    if reading.sentence.of("roles", "goes_on"):
        added.time(whens, published, extended)
    added.open_ended = added.open_ended or bool(reading.sentence.of("roles", "open"))
    return added


def _flown(reading: Reading, draft: Draft, n: int, flights: list[str], published: date | None) -> list[Draft]:
    """The flight number, day and airport of an event whose place the sentence names again."""
    sentence = reading.sentence
    codes = [casting.code(sentence, i) for i, role in reading.places.items() if role not in ("adjective", "attribute")]
    known = [c for c in codes if any(gazetteer.contains(d, c) or gazetteer.contains(c, d) for d in draft.destinations)]
    if not known:
        return []
    added = _like(draft, reading, n)
    added.destinations = casting.specific(known)
    added.carriers = list(dict.fromkeys(c for c in flights if c != draft.operator))
    added.origins = [c for c in casting.specific(codes) if c not in known and len(c) == 3 and c not in draft.diverted_to][:1]
    added.time([u.when for u in sentence.units if u.when is not None and u.when.role == "on"][:1], None, False)
    if added.first and published and added.first < published:
        added.first = None
    added.last = None
    return [added]


def _like(draft: Draft, reading: Reading, n: int) -> Draft:
    return replace(
        draft,
        sentence=n,
        first=None,
        last=None,
        open_ended=False,
        confidence=draft.confidence - 0.1,
        own_operator=False,
        title=False,
        origins=list(draft.origins),
        destinations=list(draft.destinations),
        diverted_to=list(draft.diverted_to),
        carriers=[],
        start=reading.sentence.segment.start,
        end=reading.sentence.segment.end,
    )


def _same_places(one: Draft, other: Draft) -> bool:
    return any(gazetteer.contains(a, b) or gazetteer.contains(b, a) for a in one.destinations for b in other.destinations)


def _ends(opening: Draft, closure: Draft) -> bool:
    """Whether an opening ends this very closure, and not one of the restrictions that a long one leaves."""
    if not opening.first or not closure.first:
        return False
    return timedelta(0) <= opening.first - closure.first <= SHORT and _same_places(opening, closure)


def denies(reading: Reading) -> bool:
    """Whether a sentence without an event of its own denies the one before."""
    return not reading.drafts and reading.sentence.any("guards", "denial") and reading.sentence.segment.form != "title"


def timed(drafts: list[Draft], readings: Sequence[Reading], published: date | None) -> list[Draft]:
    """Gives the days of a bulletin's line of validity ("Valid: 13 to 30 June") to what it states without any."""
    lines = [whens for reading in readings if (whens := _validity(reading))]
    if len(lines) == 1:
        for draft in drafts:
            if draft.kind in VALID and not (draft.first or draft.last or draft.open_ended):
                draft.time(lines[0], published, False)
    return drafts


def _validity(reading: Reading) -> list[When]:
    """The days of a short line that says nothing but how long something is valid."""
    sentence = reading.sentence
    more = reading.triggers or any(u.place or u.operator or u.flight for u in sentence.units)
    if more or sentence.segment.form == "title" or sentence.segment.end - sentence.segment.start > HEAD:
        return []
    return [u.when for u in sentence.units if u.when] if tells_validity(sentence.evidence, sentence.lexicon.lang) else []


def adopted(drafts: list[Draft], readings: Sequence[Reading]) -> list[Draft]:
    """Gives an event of the first sentences that names nobody the one operator that the next sentences name as acting."""
    for draft in drafts:
        if draft.operator is None and draft.kind in SHUTTING:
            draft.operator = next((d.operator for d in drafts if d.kind in SHUTTING and d.operator and _same_places(d, draft)), None)
        if draft.kind == "closure" and draft.first and not draft.last:
            draft.last = next((d.first for d in drafts if d.kind == "reopening" and d.first and _ends(d, draft)), None)
        if draft.operator is not None or draft.sentence > 1 or any(d.operator and d.kind == draft.kind for d in drafts):
            continue
        wanted = casting.BODIES.get(draft.kind, AIRLINES)
        for reading in readings[draft.sentence + 1 : draft.sentence + 3]:
            named = {
                casting.code(reading.sentence, i): reading.sentence.units[i].operator
                for i, role in reading.operators.items()
                if role in (AGENT, TELLER)
            }
            fitting = [code for code, name in named.items() if name is not None and name.kind in wanted]
            if fitting:
                if len(fitting) == 1 and not reading.sentence.any("guards", "normal"):
                    draft.operator = fitting[0]
                    draft.own_operator = False
                break
    return drafts
