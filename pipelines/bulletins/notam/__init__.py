"""NOTAMs. In: a text, wherever it comes from. Out: the closures, advisories, bans and ends of them that its coded fields state.

``items`` reads the forms (ICAO's lettered items, the FAA's domestic line, its security notices under KICZ) into one record, whatever
is missing; ``meaning`` makes events of it; ``locations`` knows ICAO's location indicators. To add a phrase or a code: ``meaning``'s tables.
"""

from dataclasses import replace
from datetime import date

from pipelines.bulletins.notam.items import parse
from pipelines.bulletins.notam.meaning import meant
from pipelines.cleaning.clean import Cleaned
from pipelines.event import Event

__all__ = ["events", "of_record"]


def events(text: str, published: date | None) -> list[Event] | None:
    """The events of every NOTAM in ``text``. None where there is none: the text is something else.

    ``published`` is the first day of one that says "with immediate effect". Offsets are those in ``text``.
    """
    notams = parse(text)
    return [event for notam in notams for event in meant(notam, published)] if notams else None


def of_record(cleaned: Cleaned, published: date | None) -> list[Event] | None:
    """The events of a record of the shape ``notam``; none of one that its source marks as cancelled, or that another one replaces."""
    if cleaned.fields.get("over"):
        return []
    found = events(cleaned.text, published)
    if found is None:
        return None
    before = len(cleaned.title) + 1 if cleaned.title else 0
    return [replace(event, start=event.start + before, end=event.end + before) for event in found]
