"""A notice with everything that was understood of it, for people: what ``groundstop extract --explain`` prints.

Under each sentence stand its mentions with their codes and roles, the guards that hold, what the learned model finds likely, the triggers
with the rule that found them, and the events drafted from it; at the end the events of the notice, as merged from the drafts.
"""

from collections.abc import Iterator

from pipelines.event import Event
from pipelines.extract.analysis import Analysis
from pipelines.extract.draft import Draft
from pipelines.extract.reading import Reading
from pipelines.extract.triggers import Trigger

WORTH_TELLING = 0.1
"""Probabilities below it are not shown."""


def explained(analysis: Analysis) -> Iterator[str]:
    """The lines of the explanation."""
    yield f"language {analysis.lang}"
    if not analysis.readings:
        yield "no sentence has a word of any kind of event: names and dates were not looked for"
    for reading in analysis.readings:
        yield ""
        yield f"[{reading.sentence.segment.form}] {reading.sentence.evidence}"
        yield from (f"    {name:9} {said}" for name, said in _told(reading))
    yield ""
    yield f"{len(analysis.events)} event{'s' if len(analysis.events) != 1 else ''}"
    yield from (f"    {_event(event)}" for event in analysis.events)


def _told(reading: Reading) -> Iterator[tuple[str, str]]:
    sentence = reading.sentence
    for i, unit in enumerate(sentence.units):
        words = sentence.text[unit.start : unit.end]
        if unit.operator is not None:
            yield "operator", f"{words} = {', '.join(unit.operator.codes)} ({unit.operator.kind}): {reading.operators.get(i, 'not used')}"
        if unit.place is not None:
            yield (
                "place",
                f"{words} = {', '.join(unit.place.codes)} ({unit.place.kind or unit.place.type}): {reading.places.get(i, 'not used')}",
            )
        if unit.flight is not None:
            yield "flight", f"{words} = {', '.join(unit.flight.codes)}"
        if unit.when is not None:
            yield "date", f"{words} = {unit.when.first or '…'} to {unit.when.last or '…'}: {unit.when.role}"
    for hit in sentence.of("guards"):
        yield "guard", f"{hit.name}: {_words(reading, hit.start, hit.end)}"
    likely = sorted(((p, head) for head, p in reading.said.probability.items() if p >= WORTH_TELLING), reverse=True)
    yield "model", ", ".join(f"{head} {p:.2f}" for p, head in likely) or "nothing likely"
    for trigger in reading.triggers:
        yield "trigger", _trigger(reading, trigger)
    for draft in reading.drafts:
        yield "draft", _draft(draft)


def _words(reading: Reading, start: int, end: int) -> str:
    units = reading.sentence.units
    return f"“{reading.sentence.text[units[start].start : units[end - 1].end]}”" if start < end <= len(units) else "lent by a heading"


def _trigger(reading: Reading, trigger: Trigger) -> str:
    guards = f", guards {', '.join(trigger.guards)}" if trigger.guards else ""
    past = ", past" if trigger.past else ""
    rule = f"{reading.sentence.lexicon.lang}.{trigger.kind}.{trigger.rule}"
    return f"{rule} on {_words(reading, trigger.start, trigger.end)}: {trigger.stance}{past}{guards}"


def _draft(draft: Draft) -> str:
    return _parts(
        draft.kind, draft.operator, draft.carriers, draft.origins, draft.destinations, draft.diverted_to, draft.first, draft.last
    ) + (", background" if draft.background else "")


def _event(event: Event) -> str:
    parts = _parts(
        event.kind,
        event.operator,
        event.carriers,
        event.origins,
        event.destinations,
        event.diverted_to,
        event.effective_from,
        event.effective_to,
    )
    open_ended = ", open-ended" if event.open_ended else ""
    reason = f", {event.reason}" if event.reason else ""
    background = ", background" if event.background else ""
    return f"{parts}{open_ended}{reason}{background}, confidence {event.confidence}, rule {event.rule}"


def _parts(kind, operator, carriers, origins, destinations, diverted_to, first, last) -> str:  # type: ignore[no-untyped-def]
    """The parts of a draft or an event in one line; what is missing is left out."""
    told = (
        ("with", carriers),
        ("from", origins),
        ("to", destinations),
        ("instead", diverted_to),
    )
    places = "".join(f" {word} {', '.join(codes)}" for word, codes in told if codes)
    time = f", since {first}" if first else ""
    return f"{kind} by {operator or 'nobody named'}{places}{time}{f', until {last}' if last else ''}"
