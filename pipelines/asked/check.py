"""The built-in extractor beside a model's answer: what it flags and the model left out stands, less surely.

Both read the same notice; where they state the same thing, the model's reading of it is taken. A model that overlooks a suspension, or
is talked out of it by the notice itself, silences nothing: it can add to what is flagged, never take away. What the built-in states that
raises no flag (warnings, fewer flights) is the model's to judge.
"""

from collections.abc import Iterable
from dataclasses import replace

from pipelines import gazetteer
from pipelines.event import FLAGGED, Event

ALONE = 0.5
"""What the confidence of an event is worth that only the built-in states."""


def checked(asked: Iterable[Event], built_in: Iterable[Event]) -> tuple[Event, ...]:
    """The model's events, then the built-in's suspensions, diversions and closures that none of them states."""
    asked = tuple(asked)
    news = [event for event in asked if not event.background]
    missing = [event for event in built_in if event.kind in FLAGGED and not event.background and not _stated(event, news)]
    return (*asked, *(replace(event, confidence=event.confidence * ALONE) for event in missing))


def _stated(event: Event, events: list[Event]) -> bool:
    """Whether the events state this one: the kind, who, and each place to which it goes."""
    same = [other for other in events if other.kind == event.kind and (other.operator == event.operator or not other.operator)]
    if not event.destinations:
        return bool(same)
    places = [place for other in same for place in other.destinations]
    return any(not other.destinations for other in same) or all(any(_related(a, b) for b in places) for a in event.destinations)


def _related(a: str, b: str) -> bool:
    """Whether one place is the other, or lies in it: CCS and VE are, CCS and MAR are not."""
    return gazetteer.contains(a, b) or gazetteer.contains(b, a)
