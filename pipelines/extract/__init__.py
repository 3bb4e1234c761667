"""Text to events: ``extract(title, text, published, lang) -> Extraction``, a pure function (no clock, network or database).

In comes a notice's title and text, out come the events it states, each with its sentence, its rule and its confidence.
The way: ``language`` -> ``segments`` -> mentions (``gazetteer``, ``unlisted``, ``dates``, told apart by ``mentions``) -> ``sentence``
(units and hits of ``patterns`` from ``lexicon``) -> ``judge`` (kind and stance: ``triggers`` of the lexicon, weighed by the model in
``learned``) -> ``roles``, ``domains``, ``frames`` and ``casting`` (who, where, when) -> ``discourse`` (what earlier sentences lend) ->
``merge``. Words live in ``data/lexicon/<lang>``, labelled sentences in ``data/judge``: a language more is files more.
``analysis.analyse`` returns every step. NOTAMs are read by their codes (``pipelines.bulletins.notam``).
"""

import re
from dataclasses import dataclass
from datetime import date

from pipelines.event import Event
from pipelines.extract.analysis import analyse
from pipelines.extract.segments import LIMIT

_CODED = re.compile(r"NOTAM|KICZ|^!\w{3,4} ", re.M)
"""What the texts hold that have coded fields instead of sentences."""

__all__ = ["Extraction", "extract"]


@dataclass(frozen=True)
class Extraction:
    lang: str
    """The language given, else the one detected."""
    events: tuple[Event, ...]


def extract(title: str, text: str, published: date | None, lang: str | None = None) -> Extraction:
    """The events that a notice states; never raises for any text. Of a text, the first 40,000 characters are read.

    ``published`` resolves relative dates, and years left out; ``lang`` is an ISO 639-1 code, detected where it is None or unknown.
    """
    if _CODED.search(whole := (f"{title}\n{text}" if title else text)[:LIMIT]):
        from pipelines.bulletins import notam  # only a text of that kind pays for it

        if (coded := notam.events(whole, published)) is not None:
            return Extraction(lang or "en", tuple(coded))
    analysis = analyse(title, text, published, lang)
    return Extraction(analysis.lang, analysis.events)
