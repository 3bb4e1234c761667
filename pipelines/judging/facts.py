"""What judging reads and returns: statements in; suspensions, changes and flags out. All frozen, all comparable.

Dates are ISO calendar dates, both ends inclusive, so text order is date order; instants are UTC ISO 8601.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Protocol

from pipelines.event import Event

FOREVER = "9999-01-01"
"""Later than every date, with room to count on from it."""


def shift(day: str, days: int) -> str:
    """The date so many days after this one."""
    return (date.fromisoformat(day[:10]) + timedelta(days=days)).isoformat()


class Geography(Protocol):
    """What judging asks of the world: ``pipelines.gazetteer`` satisfies it, and so does a small table in a test."""

    def country(self, code: str, /) -> str | None: ...
    def contains(self, outer: str, inner: str, /) -> bool: ...
    def place_name(self, code: str, /) -> str: ...
    def operator_name(self, code: str, /) -> str: ...
    def operator_kind(self, code: str, /) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Statement:
    """One event and who said it when."""

    event: Event
    event_id: int
    notice_id: int
    source: str
    """Name of the source's record."""
    source_title: str
    """What a person calls it."""
    source_kind: str
    official: bool
    """The source's record says so."""
    operator_of_source: str | None
    """Whose own words the source publishes; None where it speaks for nobody (press)."""
    published: str
    """When the words were published: the instant where known, else the date. As printed for a first version; for a later version
    (and where nothing is printed) when it was seen."""
    seen: str
    """Instant at which the version was first seen."""
    baseline: bool = False
    """Read in the first successful run of its source."""
    recent: bool = True
    """Published within the baseline's window of days."""

    @property
    def own(self) -> bool:
        """Whether this is official for this event: the operator's own words, or an authority's about what it closes."""
        if self.operator_of_source and self.operator_of_source == self.event.operator:
            return True
        return self.official and (self.operator_of_source is None or self.event.kind in ("closure", "reopening"))

    @property
    def certainty(self) -> str:
        """``official``, ``association`` (relayed by one, or by an authority about somebody else) or ``press``."""
        if self.own:
            return "official"
        return "association" if self.official or self.source_kind == "association" else "press"

    @property
    def day(self) -> str:
        """Date of publication."""
        return self.published[:10]


@dataclass(frozen=True, slots=True)
class Claim:
    """One answer to "until when", with what decides between two answers: official before reported, then by publication,
    so that an old report that is seen late does not undo a newer one."""

    effective_to: str | None
    """Last day; None means until further notice."""
    official: bool
    published: str
    seen: str
    source: str
    source_title: str
    resumption: bool = False
    """The end follows from a start again (the day before it)."""

    @property
    def last_day(self) -> str:
        """As ``effective_to``, and after every date where the end is open."""
        return self.effective_to or FOREVER

    @property
    def weight(self) -> tuple[bool, str, str]:
        """The greater wins."""
        return self.official, self.published, self.seen

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Claim":
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class PlaceState:
    """A place of a suspension. A destination inside a wider one (PMV beside VE) that has an ``ended_on`` is an exception from it."""

    place: str
    role: str
    """``origin``, ``destination`` or ``diverted_to``."""
    country: str | None
    ended_on: str | None = None
    """Last day on which it is suspended there, where that place ends before the whole does."""
    ended_said: str | None = None
    """When the words that ended it were published."""


@dataclass(frozen=True, slots=True)
class Suspension:
    """One operator, what it stopped, where, since and until when, and how that is known."""

    operator: str | None
    kind: str
    """``suspension``, ``diversion`` or ``closure``."""
    state: str
    """``open``; ``ended`` (started again), ``expired`` (its last day passed), ``withdrawn`` (no longer stated by anybody)."""
    places: tuple[PlaceState, ...]
    certainty: str
    """The best of its sources: ``official``, ``association`` or ``press``."""
    sources: frozenset[str]
    first_stated: str
    """Earliest publication among its statements."""
    last_stated: str
    """Latest publication of a statement that it is stopped."""
    opened_at: str
    changed_at: str
    """Instant of the last change of any field but ``sources`` and ``last_stated``."""
    id: int | None = None
    """None until stored."""
    carriers: tuple[str, ...] = ()
    reason: str | None = None
    effective_from: str | None = None
    end: Claim | None = None
    """The answer to "until when" that holds; None where nobody gave one."""
    rival: Claim | None = None
    """A different answer that lost, where it still stands."""
    last_official: str | None = None
    """As ``last_stated``, of official statements only."""
    routes_resumed: tuple[str, ...] = ()
    """Routes such as ``MOW-PMV`` that started again while other routes from and to the same places did not."""
    ended_at: str | None = None
    """Instant at which it stopped being open."""

    @property
    def effective_to(self) -> str | None:
        return self.end.effective_to if self.end else None

    @property
    def open_ended(self) -> bool:
        """Whether "until further notice" was said (and not merely no end)."""
        return self.end is not None and self.end.effective_to is None

    @property
    def disputed(self) -> str:
        """What a source says against ``effective_to``; empty where nobody does."""
        if self.rival is None:
            return ""
        until = f"until {self.rival.effective_to}" if self.rival.effective_to else "until further notice"
        return f"{self.rival.source_title} ({self.rival.published[:10]}) says {until}"

    @property
    def began(self) -> str:
        """First day, or the day of the first words where nobody gave one."""
        return self.effective_from or self.first_stated[:10]

    def codes(self, role: str) -> tuple[str, ...]:
        """The places that have this role, ended or not."""
        return tuple(p.place for p in self.places if p.role == role)

    def standing(self, role: str) -> tuple[str, ...]:
        """The places that have this role and no end of their own."""
        return tuple(p.place for p in self.places if p.role == role and p.ended_on is None)


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing to tell a person, once."""

    kind: str
    """``new``, ``extended``, ``shortened``, ``widened``, ``resumed``, ``expired`` or ``withdrawn``."""
    key: str
    """The same for the same change whenever it is judged: unique in the database."""
    event_id: int | None
    """The event that caused it; None where only time passed."""
    words: str
    """One plain English sentence."""


@dataclass(frozen=True, slots=True)
class Change:
    """What one notice version, or the passing of a day, does to one suspension. No two changes of one call concern the same one."""

    kind: str
    """``opened``, ``joined``, ``extended``, ``shortened``, ``widened``, ``resumed``, ``ended``, ``expired`` or ``withdrawn``."""
    suspension: Suspension
    """As it is afterwards: insert where ``id`` is None, else update."""
    events: tuple[tuple[int, str], ...] = ()
    """Event ids to link, each with its relation: a change kind above, ``background`` (of something over) or ``disagrees``."""
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Which suspensions a version's events may concern: what the store loads before judging.

    Load suspensions where ``(operator IN operators, or NULL where unnamed) OR (kind = 'closure' AND a place or its country IN
    countries)``, and ``state = 'open' OR ended_at`` within ``LOOKBACK`` days.
    """

    operators: frozenset[str]
    unnamed: bool
    """Whether some event names no operator: load suspensions whose operator is NULL too."""
    countries: frozenset[str]
    """Countries (or regions) of closures and reopenings; these also match by place alone."""

    def __bool__(self) -> bool:
        return bool(self.operators or self.unnamed or self.countries)
