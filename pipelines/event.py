"""An event: one thing that a notice states about one operator."""

from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("suspension", "diversion", "closure", "advisory", "reroute", "reduction", "resumption", "reopening", "repatriation")
FLAGGED = ("suspension", "diversion", "closure")
ENDING = ("resumption", "reopening")
REASONS = ("security", "weather", "health", "strike", "technical", "regulatory", "commercial")


@dataclass(frozen=True, slots=True)
class Event:
    """Places are IATA airport or metropolitan codes, ISO 3166-1 alpha-2 country codes or region slugs.

    Dates are ISO calendar dates, both inclusive. ``start`` and ``end`` are code-point offsets of ``evidence`` in
    ``title + "\\n" + text`` (in ``text`` alone where the title is empty).
    """

    kind: str
    operator: str | None = None
    carriers: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    diverted_to: tuple[str, ...] = ()
    effective_from: str | None = None
    effective_to: str | None = None
    open_ended: bool = False
    reason: str | None = None
    evidence: str = ""
    start: int = 0
    end: int = 0
    rule: str = ""
    """The rule that made it, such as ``ru.suspension.stop`` or ``easa.withdrawn``: where to look when it is wrong."""
    confidence: float = 1.0
    """0 to 1."""
    background: bool = False
    """Told as past, in a notice about something else: stored, never flagged."""

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready, the vocabulary's fields first."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}
