"""Regulators' bulletins: EASA's conflict zone bulletins and the FAA's list of prohibitions. In: a record's fields. Out: events.

A bulletin in force is an ``advisory`` of EASA on its countries, with its dates. A withdrawn one is no reopening, for EASA had
closed nothing: it is told as the same advisory with its last day (EASA writes the day of the withdrawal into the validity),
as background. So the advisory that stood before it is no longer stated, and ends (``withdrawn_at``). An FAA document that prohibits
is a ``suspension`` with the FAA as operator, which forbids its own carriers; one that advises is an ``advisory``; pointers and
background papers state nothing by themselves.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from pipelines.bulletins.countries import listed, places
from pipelines.event import Event

Fields = Mapping[str, Any]


def easa(fields: Fields) -> list[Event]:
    """Of a record of the shape ``easa``: status, name, country (a list with commas, may be empty), issued, valid_until (ISO or empty).

    Raises ValueError for a day that is none.
    """
    withdrawn = fields["status"] == "Withdrawn"
    if not withdrawn and fields["status"] != "Active":
        return []
    zone = listed(fields["country"].split(",")) or places(fields["name"])
    if not zone:
        return []
    return [
        Event(
            kind="advisory",
            operator="easa",
            destinations=zone,
            effective_from=_day(fields["issued"]),
            effective_to=_day(fields["valid_until"]),
            reason="security",
            evidence=fields["name"],
            end=len(fields["name"]),
            rule="easa.withdrawn" if withdrawn else "easa.active",
            background=withdrawn,
        )
    ]


def _day(printed: str) -> str | None:
    try:
        return date.fromisoformat(printed).isoformat() if printed else None
    except ValueError:
        raise ValueError(f"{printed!r} is no day, where a bulletin has one") from None


_FAA_KINDS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (re.compile(r"\bPointer\b|\bBackground\b", re.I), "", ""),
    (re.compile(r"\bprohibit", re.I), "suspension", "faa.prohibition"),
    (re.compile(r"\badvisory\b", re.I), "advisory", "faa.advisory"),
)
"""What a title says, the first that holds: pattern, kind of event ("" for none), rule."""


def faa(fields: Fields) -> list[Event]:
    """Of a record of the shape ``faa``: number, title, sections (the countries under which the page lists it)."""
    title = fields["title"]
    kind, rule = next(((kind, rule) for pattern, kind, rule in _FAA_KINDS if pattern.search(title)), ("", ""))
    zone = listed(fields["sections"]) or places(title)
    if not fields["number"] or not kind or not zone:
        return []
    return [Event(kind=kind, operator="faa", destinations=zone, reason="security", evidence=title, end=len(title), rule=rule)]
