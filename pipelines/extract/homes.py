"""Where a company is at home: flights start there, and people are taken there."""

from pipelines import gazetteer
from pipelines.extract import casting
from pipelines.extract.draft import Draft
from pipelines.extract.memory import Memory

HOMEWARD = ("suspension", "resumption", "reduction", "reroute")
"""Kinds of which a place in the airline's own country is where flights start, in a notice about another."""


def from_home(draft: Draft, memory: Memory) -> Draft:
    """Flights between a company's own country and another start at home: "Madrid–Havana", or "Johannesburg" in a notice on Madagascar."""
    home = gazetteer.operator_country(draft.operator or "")
    if draft.kind == "repatriation" and home:
        return _brought_home(draft, home)
    if draft.kind == "suspension" and home and not draft.destinations and draft.origins:
        if all(len(c) != 3 and gazetteer.country(c) != home for c in draft.origins):  # "withdraws from the Middle East"
            draft.destinations, draft.origins = draft.origins, []
        return draft
    if draft.kind not in HOMEWARD or not draft.destinations or not home:
        return draft
    at_home = [c for c in draft.destinations if gazetteer.country(c) == home]
    if at_home == draft.destinations and draft.origins and not draft.own_places:
        draft.destinations = []  # all that starts there
        return draft
    abroad = [c for c in draft.destinations if c not in at_home]
    if at_home and not abroad and not draft.origins:
        about = memory.title_places or memory.event_places
        finer = memory.event_places if memory.event_places and casting.covers(about, memory.event_places) else about
        abroad = finer if about and not any(gazetteer.contains(c, home) or gazetteer.country(c) == home for c in about) else []
    if at_home and abroad:
        draft.origins, draft.destinations = [*draft.origins, *(c for c in at_home if c not in draft.origins)], list(abroad)
    return draft


def _brought_home(draft: Draft, home: str) -> Draft:
    """Ministries and tour operators bring people to their own country, whatever the words of the sentence; airlines where it says."""
    if not draft.destinations and gazetteer.operator_kind(draft.operator or "") in ("authority", "government"):
        draft.destinations = [] if any(gazetteer.country(c) == home for c in draft.origins) else [home]
    told = [*draft.destinations, *(c for c in draft.origins if c not in draft.destinations)]
    there = [c for c in told if gazetteer.country(c) == home]
    airline = gazetteer.operator_kind(draft.operator or "") == "airline"
    if there and len(there) < len(told) and not (airline and not any(c in draft.destinations for c in there)):
        draft.destinations, draft.origins = there, [c for c in told if c not in there]
    return draft
