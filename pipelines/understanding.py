"""Which events a notice states: records of a bulletin by their fields, everything else by its words."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cleaning.clean import Cleaned
from pipelines.event import Event

if TYPE_CHECKING:
    from pipelines.extract import Extraction
    from scrapers.sources import Source

Extractor = Callable[[str, str, date | None, str | None], "Extraction"]
"""Title, text, day of publication and language in; language and events out. Another one may take the built-in one's place; where it has
to fall back on that, its extraction has a ``problem`` that says why."""

_MINISTRIES_OWN = ("advisory", "repatriation")
"""What a foreign ministry does itself."""

_ROOT = Path(__file__).resolve().parent
_READS = (_ROOT / "extract", _ROOT / "bulletins", _ROOT.parent / "data" / "lexicon", _ROOT.parent / "data" / "gazetteer")


@dataclass(frozen=True, slots=True)
class Understood:
    """``problem`` says in words why nothing was understood, or (``fallen_back``) why it is the built-in extractor that understood these
    events and not the one that was chosen; None where the reading went well, whatever it found."""

    lang: str
    events: tuple[Event, ...] = ()
    problem: str | None = None
    fallen_back: bool = False


def understand(cleaned: Cleaned, source: "Source", published: date, extractor: Extractor) -> Understood:
    """The events of one notice. Never raises: a notice that cannot be read is stored with its ``problem`` and the rest goes on.

    Where the source's record names an operator, these are its own words: "we" have stopped, so an event that names nobody is its own;
    but for a foreign ministry, which reports what airlines stop and others close: only the advice is its own.
    """
    try:
        if cleaned.fields:
            from pipelines.bulletins import events_of

            events = events_of(cleaned, source, published)
            if events is not None:
                return Understood(cleaned.lang, tuple(events))
        extraction = extractor(cleaned.title, cleaned.text, published, cleaned.lang or None)
        events = [replace(event, operator=event.operator or _own(event, source)) for event in extraction.events]
        problem = getattr(extraction, "problem", None)
        return Understood(extraction.lang, tuple(events), problem and problem[:500], fallen_back=problem is not None)
    except Exception as error:  # whatever it is, it concerns this one notice
        return Understood(cleaned.lang, problem=f"{type(error).__name__}: {error}"[:500])


def states_fields(cleaned: Cleaned, source: "Source", published: date) -> bool:
    """Whether the notice is a record whose fields say it all: no extractor reads its words. What fails here fails in ``understand``, and is
    told there."""
    if not cleaned.fields:
        return False
    from pipelines.bulletins import events_of

    try:
        return events_of(cleaned, source, published) is not None
    except Exception:
        return True


def _own(event: Event, source: "Source") -> str | None:
    """Whose an event is that names nobody."""
    from pipelines import gazetteer

    ministry = bool(source.operator) and gazetteer.operator_kind(source.operator) == "government"
    return source.operator if source.operator and (not ministry or event.kind in _MINISTRIES_OWN) else None


def built_in(title: str, text: str, published: date | None, lang: str | None) -> "Extraction":
    """``pipelines.extract``, loaded when the first notice wants it: its lexicons and names take half a second."""
    from pipelines.extract import extract

    return extract(title, text, published, lang)


@lru_cache(maxsize=2)
def reading_version(model: str = "") -> str:
    """Eight hexadecimal digits that change when the code, the lexicons or the names that read a notice change; or the model that is asked.

    What an earlier reading could not understand, and what a source said to be unchanged since, is then read again.
    """
    digest = hashlib.sha256(model.encode())
    for root in (*_READS, _ROOT / "asked") if model else _READS:
        for file in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if file.suffix in (".py", ".toml", ".csv") and file.is_file():
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:8]
