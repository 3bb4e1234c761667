"""Regulators' bulletins, whose events stand in fields: EASA's conflict zone bulletins and the FAA's list of prohibitions.

A bulletin in force is an ``advisory`` of EASA on its countries, with its dates. A withdrawn one is no reopening, for EASA had
closed nothing: it is told as the same advisory with its last day (EASA writes the day of the withdrawal into the validity),
as background. An FAA document that prohibits is a ``suspension`` with the FAA as operator, which forbids its own carriers;
one that advises is an ``advisory``; pointers and background papers state nothing by themselves.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from pipelines import gazetteer
from pipelines.event import Event

Fields = Mapping[str, Any]


def events_of(shape: str, fields: Fields, published: date | None) -> list[Event] | None:
    """The events that ``fields``, as the shape gave them, state. None where the shape's notices have to be read instead.

    ``published`` is part of the signature for shapes whose fields name no day; these two do.
    """
    reader = _READERS.get(shape)
    return None if reader is None else reader(fields)


def _easa(fields: Fields) -> list[Event]:
    withdrawn = fields["status"] == "Withdrawn"
    if not withdrawn and fields["status"] != "Active":
        return []
    places = _listed(fields["country"].split(",")) or _places(fields["name"])
    if not places:
        return []
    return [
        Event(
            kind="advisory",
            operator="easa",
            destinations=places,
            effective_from=fields["issued"] or None,
            effective_to=fields["valid_until"] or None,
            reason="security",
            evidence=fields["name"],
            end=len(fields["name"]),
            rule="easa.withdrawn" if withdrawn else "easa.active",
            background=withdrawn,
        )
    ]


_FAA_KINDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\bPointer\b|\bBackground\b", re.I), "", ""),
    (re.compile(r"\bprohibit", re.I), "suspension", "faa.prohibition"),
    (re.compile(r"\badvisory\b", re.I), "advisory", "faa.advisory"),
)
"""What a title says, the first that holds: pattern, kind of event ("" for none), rule."""


def _faa(fields: Fields) -> list[Event]:
    title = fields["title"]
    kind, rule = next(((kind, rule) for pattern, kind, rule in _FAA_KINDS if pattern.search(title)), ("", ""))
    places = _listed(fields["sections"]) or _places(title)
    if not fields["number"] or not kind or not places:
        return []
    return [Event(kind=kind, operator="faa", destinations=places, reason="security", evidence=title, end=len(title), rule=rule)]


def _board(fields: Fields) -> list[Event]:
    """An airport's board confirms what others said first, and late: its rows are kept, and state no suspension of their own."""
    return []


_READERS: Mapping[str, Callable[[Fields], list[Event]]] = {"easa": _easa, "faa": _faa, "sheremetyevo": _board}
"""By shape."""

_KINDS = ("country", "region", "fir")


def _listed(names: Iterable[str]) -> tuple[str, ...]:
    """Codes of places by their whole names. Empty where one is not known as a whole.

    "Democratic People's Republic of Korea" must not be taken for the Republic of Korea.
    """
    found = [next((code for code, text in _named(name) if len(text) == len(name.strip())), "") for name in names if name.strip()]
    return tuple(dict.fromkeys(found)) if all(found) else ()


def _places(text: str) -> tuple[str, ...]:
    """Codes of the places that ``text`` names, in its order, each once."""
    return tuple(dict.fromkeys(code for code, _ in _named(text)))


def _named(text: str) -> Iterator[tuple[str, str]]:
    """The countries, regions and flight information regions in ``text``: code and words."""
    for name in gazetteer.find(text, "en"):
        if name.type == "place" and name.kind in _KINDS:
            yield name.codes[0], name.text
