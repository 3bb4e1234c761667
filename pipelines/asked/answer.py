"""What a model answered: the events in it that hold against the vocabulary and against the notice. Everything else is left out.

An event is taken whole or not at all: one whose code, day or words are wrong is a mistake somewhere, and what remained of it would be
a guess.
"""

import json
import re
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from pipelines import gazetteer
from pipelines.event import KINDS, REASONS, Event
from pipelines.gazetteer.tables import places, regions

MOST = 50
"""Events of one notice; a model that goes round in circles states more."""
SHORTEST = 8
"""Characters of evidence: a shorter quote occurs in any notice."""
LONGEST = 2000
CODES = 60
"""Places or carriers of one event."""
CONFIDENCE = 0.8
"""A model's answer comes with no measure of its own."""
YEARS = range(1990, 2100)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Unusable(ValueError):
    """The answer is none; the message says why, in words."""


class Wrong(ValueError):
    """One event of the answer does not hold."""


class Held(NamedTuple):
    """The events that hold, and for each that does not, why."""

    events: tuple[Event, ...]
    left_out: tuple[str, ...]


def held(body: bytes, model: str, title: str, text: str) -> Held:
    """The events in an endpoint's answer that hold against the notice. Raises Unusable where there is none to read, never for one event."""
    words = f"{title}\n{text}" if title else text
    events: list[Event] = []
    left_out: list[str] = []
    for stated in _stated(body):
        try:
            event = _event(stated, model, words)
        except Wrong as wrong:
            left_out.append(str(wrong)[:200])
        else:
            events += [event] if event not in events else []
    return Held(tuple(events), tuple(left_out))


def _stated(body: bytes) -> list[Any]:
    """The events as the model wrote them: the JSON inside the ``content`` of the answer's first choice."""
    try:
        message = json.loads(body)["choices"][0]["message"]
        content = message["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Unusable("the answer is no chat completion") from None
    if not isinstance(content, str) or not content.strip():
        raise Unusable("the model refused" if message.get("refusal") else "the model said nothing")
    try:
        said = json.loads(_bare(content))
    except (ValueError, RecursionError):
        raise Unusable("the model's words are no JSON: does the endpoint take response_format json_schema?") from None
    stated = said.get("events") if isinstance(said, dict) else None
    if not isinstance(stated, list):
        raise Unusable('the model\'s JSON has no list "events"')
    if len(stated) > MOST:
        raise Unusable(f"the model states {len(stated)} events, more than {MOST}")
    return stated


def _bare(content: str) -> str:
    """Without the fence that some endpoints leave around JSON."""
    return content.strip().removeprefix("```json").removeprefix("```").removesuffix("```")


def _event(stated: Any, model: str, words: str) -> Event:
    """Raises Wrong."""
    if not isinstance(stated, dict):
        raise Wrong("an event is no object")
    kind = stated.get("kind")
    if kind not in KINDS:
        raise Wrong(f"kind {kind!r} is not in the vocabulary")
    start, end = _found(stated.get("evidence"), words)
    operator = stated.get("operator")
    if operator is not None and not _is_operator(operator):
        raise Wrong(f"operator {operator!r} is no code")
    first, last = _day(stated, "effective_from"), _day(stated, "effective_to")
    if first and last and first > last:
        raise Wrong(f"effective_from {first} is after effective_to {last}")
    open_ended = _truth(stated, "open_ended")
    if open_ended and last:
        raise Wrong(f"open_ended, and yet until {last}")
    reason = stated.get("reason")
    if reason is not None and reason not in REASONS:
        raise Wrong(f"reason {reason!r} is not in the vocabulary")
    diverted_to = _codes(stated, "diverted_to", _is_place)
    if diverted_to and kind != "diversion":
        raise Wrong(f"a {kind} has no diverted_to")
    destinations = _codes(stated, "destinations", _is_place)
    if not operator and not destinations:
        raise Wrong(f"a {kind} by nobody, to nowhere")
    return Event(
        kind=kind,
        operator=operator,
        carriers=_codes(stated, "carriers", _is_operator),
        origins=_codes(stated, "origins", _is_place),
        destinations=destinations,
        diverted_to=diverted_to,
        effective_from=first,
        effective_to=last,
        open_ended=open_ended,
        reason=reason,
        evidence=words[start:end],
        start=start,
        end=end,
        rule=f"chat.{model}",
        confidence=CONFIDENCE,
        background=_truth(stated, "background"),
    )


def _found(evidence: Any, words: str) -> tuple[int, int]:
    """Where the evidence stands in the notice, whatever the white space between its words."""
    if not isinstance(evidence, str) or not SHORTEST <= len(evidence.strip()) <= LONGEST:
        raise Wrong("the evidence is no quote of a sentence")
    found = re.search(r"\s+".join(map(re.escape, evidence.split())), words)
    if found is None:
        raise Wrong("the evidence does not occur in the notice")
    return found.span()


def _is_operator(code: Any) -> bool:
    """A code in capitals has to be somebody's; a slug may be of one that the gazetteer does not know yet."""
    if not isinstance(code, str) or len(code) > 60:
        return False
    return gazetteer.operator_kind(code) is not None or (len(code) > 2 and _SLUG.fullmatch(code) is not None)


def _is_place(code: Any) -> bool:
    """One that is known: a place without a country is found by nobody who asks for the country."""
    return isinstance(code, str) and (code in places() or code in regions())


def _codes(stated: dict[str, Any], name: str, is_code: Callable[[Any], bool]) -> tuple[str, ...]:
    codes = stated.get(name) or []
    if not isinstance(codes, list) or len(codes) > CODES:
        raise Wrong(f"{name} is no list of codes")
    if wrong := [code for code in codes if not is_code(code)]:
        raise Wrong(f"{name} {wrong[0]!r} is no code")
    return tuple(dict.fromkeys(codes))


def _day(stated: dict[str, Any], name: str) -> str | None:
    day = stated.get(name)
    if day is None:
        return None
    try:
        if not isinstance(day, str) or date.fromisoformat(day).isoformat() != day or int(day[:4]) not in YEARS:
            raise ValueError
    except ValueError:
        raise Wrong(f"{name} {day!r} is no ISO date") from None
    return day


def _truth(stated: dict[str, Any], name: str) -> bool:
    value = stated.get(name, False)
    if not isinstance(value, bool):
        raise Wrong(f"{name} {value!r} is neither true nor false")
    return value
