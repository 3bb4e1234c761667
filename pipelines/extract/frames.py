"""Splits what one stretch of a sentence says into frames: who, where and when that belong together.

"Aegean stops flying until the 10th, Brussels Airlines until the 9th" and "Belarus until the 26th, Moldova until 4 March" each
hold one trigger and two frames. A frame that lacks a part takes it from its neighbours.
"""

from dataclasses import dataclass, field

from pipelines.extract.dates import When
from pipelines.extract.sentence import Sentence

TARGETS = ("to", "route", "bare", "over", "in", "with", "of", "adjective")
"""Roles of places that may be where the flights would have gone."""


COMPLETING = ({"from", "until"}, {"on", "until"}, {"from", "open"}, {"on", "open"})
"""Roles of two dates that belong to one frame."""


@dataclass(slots=True)
class Frame:
    operators: list[int] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    whens: list[int] = field(default_factory=list)
    last: str = ""
    """What was added last."""
    after_place: bool = False
    """Whether an operator came after a place."""


def frames(
    sentence: Sentence,
    low: int,
    high: int,
    operators: dict[int, str],
    places: dict[int, str],
    whens: dict[int, When],
    one_place: bool = True,
    one_actor: bool = False,
) -> list[Frame]:
    """Frames of units ``low`` to ``high``; the three tables hold only the units that may take part.

    Without ``one_place`` a frame holds places of several parts, such as the plan and the destination of a diversion;
    with ``one_actor`` it holds all operators, such as an authority and the airlines that it bans.
    """
    items = sorted(
        [(i, "operator") for i in operators if low <= i < high]
        + [(i, "place") for i in places if low <= i < high]
        + [(i, "when") for i in whens if low <= i < high]
    )
    dates_lead = _dates_lead(
        [
            kind
            for i, kind in items
            if (kind != "place" or places[i] in TARGETS) and (kind != "when" or whens[i].role not in ("open", "duration", "year"))
        ]
    )
    out = [Frame()]
    for i, kind in items:
        frame = out[-1]
        if (
            (one_place or kind != "place")
            and not (one_actor and kind == "operator")
            and _opens(frame, kind, i, places, whens, dates_lead, sentence.limits)
        ):
            frame = Frame()
            out.append(frame)
        if kind == "operator":
            frame.after_place = frame.after_place or bool(frame.places)
            frame.operators.append(i)
        elif kind == "place":
            frame.places.append(i)
        else:
            frame.whens.append(i)
        if kind == "when" and whens[i].role in ("open", "duration", "year"):
            continue
        if kind != "place" or places[i] in TARGETS:
            frame.last = kind
    return _filled(out, places, dates_lead, sentence.limits)


def _dates_lead(kinds: list[str]) -> bool:
    """Whether each date stands before its place or operator: "from 12 January to Bishkek, from 14 January to Almaty"."""
    for other in ("place", "operator"):
        order = [k for k in kinds if k in ("when", other)]
        if order.count("when") > 1 and order.count(other) > 1:
            return order[0] == "when" and order[-1] == other
    return False


def _opens(frame: Frame, kind: str, i: int, places: dict[int, str], whens: dict[int, When], dates_lead: bool, limits: list[int]) -> bool:
    if kind == "when":
        return dates_lead and bool(frame.whens) and {whens[frame.whens[-1]].role, whens[i].role} not in COMPLETING and frame.last != "when"
    if dates_lead:
        return False
    if kind == "operator":
        return bool(frame.operators) and frame.last != "operator" and bool(frame.whens or frame.places)
    if places[i] not in TARGETS:
        return False
    targets = [j for j in frame.places if places[j] in TARGETS]
    if frame.whens and frame.last == "when" and limits[i] != limits[frame.whens[-1]]:
        return True  # "... until 31 March; for Turkey until 17 April"
    return bool(targets) and ((bool(frame.whens) and frame.last == "when") or (frame.last == "operator" and frame.after_place))


def _filled(frames: list[Frame], places: dict[int, str], dates_lead: bool, limits: list[int]) -> list[Frame]:
    """Gives each frame what it lacks: operators and places of the frame before, else of the next that has them."""
    for n, frame in enumerate(frames):
        if not frame.operators:
            frame.operators = next((list(f.operators) for f in (*reversed(frames[:n]), *frames[n + 1 :]) if f.operators), [])
        if not any(places[i] in TARGETS for i in frame.places):
            clause = {limits[i] for i in frame.operators + frame.whens}
            later = [f for f in frames[n + 1 :] if not clause or clause & {limits[i] for i in f.places}]
            donor = next((f for f in (*reversed(frames[:n]), *later) if any(places[i] in TARGETS for i in f.places)), None)
            frame.places += [i for i in donor.places if i not in frame.places] if donor else []
    first = frames[0]
    if not dates_lead and first.whens and not (first.operators and first.whens[0] > min(first.operators + first.places)):
        for frame in frames[1:]:
            if not frame.whens:
                frame.whens = list(first.whens)
    return frames
