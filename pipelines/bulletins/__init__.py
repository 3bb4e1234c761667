"""Records whose events stand in fields, not in prose: regulators' bulletins, ministries' levels, NOTAMs.

In: a cleaned notice with ``fields``, and its source. Out: events, or None where the notice has to be read instead.
To add a format: a reader here or in a module beside, and a line in ``BY_SHAPE``; a ministry is a line in ``levels.MINISTRIES``.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from pipelines.bulletins import levels, notam
from pipelines.bulletins.regulators import easa, faa
from pipelines.cleaning.clean import Cleaned
from pipelines.event import Event

if TYPE_CHECKING:
    from scrapers.sources import Source

BY_SHAPE: Mapping[str, Callable[[Cleaned, date | None], list[Event] | None]] = {
    "easa": lambda cleaned, published: easa(cleaned.fields),
    "faa": lambda cleaned, published: faa(cleaned.fields),
    "notam": notam.of_record,
    "sheremetyevo": lambda cleaned, published: [],  # a board confirms what others said first, and late: kept, but no event of its own
}


def events_of(cleaned: Cleaned, source: "Source", published: date | None) -> list[Event] | None:
    """The events that the notice's fields state. None where its words have to be read.

    ``published`` counts where the fields name no day. Raises ``ValueError`` for a field that states something which cannot be placed:
    better a notice that is marked as not understood than a warning that is lost.
    """
    if not cleaned.fields:
        return None
    if reader := BY_SHAPE.get(source.shape):
        return reader(cleaned, published)
    return levels.events(cleaned, source.operator) if levels.COUNTRY in cleaned.fields else None
