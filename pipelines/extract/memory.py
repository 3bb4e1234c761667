"""What the sentences so far leave to be taken up: "the airline", "both", "there", "the island"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines import gazetteer
from pipelines.extract import casting
from pipelines.extract.domains import Domain
from pipelines.extract.draft import Draft
from pipelines.extract.frames import TARGETS
from pipelines.extract.reading import Reading
from pipelines.extract.roles import AGENT, OWNER, REPORTER, TELLER
from pipelines.extract.sentence import AIRLINES, Sentence
from pipelines.extract.triggers import ASSERTED, LEARNED, Trigger

SPAN = 4
"""For how many sentences an operator may go unnamed without a word that points back to it."""


LATELY = timedelta(days=7)
"""How long before the publication a day may lie that undated news is from."""


@dataclass(slots=True)
class Memory:
    only: list[str] = field(default_factory=list)
    """The one airline or tour operator that the notice names at all."""
    speaker: str = ""
    """Who signs the notice, in its last line."""
    we: bool = False
    """Whether the notice says "we"."""
    named: list[str] = field(default_factory=list)
    """Operators of the last sentence that names any."""
    acting: list[str] = field(default_factory=list)
    """Operators of the last event."""
    group: list[str] = field(default_factory=list)
    """The last two or more named together."""
    bodies: list[str] = field(default_factory=list)
    """Authorities, governments and the like, last named last."""
    places: list[str] = field(default_factory=list)
    title_places: list[str] = field(default_factory=list)
    event_places: list[str] = field(default_factory=list)
    acted: int = -SPAN
    """The sentence of the last event, or the last naming."""
    event_in: int = -SPAN
    """The sentence of the last event of a company."""
    ruling: tuple[str, str, int] = ("", "", -SPAN)
    """The last event of an authority: its kind, the authority and the sentence."""
    ruled: list[str] = field(default_factory=list)
    """Its places."""
    heading: Trigger | None = None
    """What the last heading says of the lines under it."""
    placed_in: int = -SPAN
    """The sentence of the last event with places."""
    day: date | None = None
    """The last day that is told of by itself, and its sentence: when what follows happened."""
    day_in: int = -SPAN
    named_in: int = -SPAN
    """The sentence that names ``named``."""

    def note(self, reading: Reading, low: int, high: int, n: int) -> None:
        """Takes in the names of units ``low`` to ``high`` of sentence ``n``."""
        units = reading.sentence.units
        named: list[str] = []
        bodies: list[str] = []
        for i, role in reading.operators.items():
            name = units[i].operator
            if low <= i < high and name is not None and role not in (REPORTER, OWNER):
                (named if name.kind in AIRLINES else bodies).append(casting.code(reading.sentence, i))
        if named:
            self.named = list(dict.fromkeys(named))
            self.acted = self.named_in = n
            if reading.sentence.segment.form == "heading" or _names_only(reading.sentence):
                self.acting = self.named
            if len(self.named) > 1:
                self.group = self.named
        self.bodies += bodies
        places = casting.specific(
            [casting.code(reading.sentence, i) for i, role in reading.places.items() if low <= i < high and role in TARGETS[:-1]]
        )
        title = reading.sentence.segment.form == "title"
        if not places and title and not self.title_places:
            self.title_places = casting.specific(
                [casting.code(reading.sentence, i) for i, role in reading.places.items() if low <= i < high and role == "from"]
            )
        if places:
            self.places = places
            if title:
                self.title_places = places

    def note_day(self, reading: Reading, n: int, published: date | None) -> None:
        """Takes in the day that sentence ``n`` tells of; a dateline tells only of the report."""
        if "dateline" in reading.places.values():
            return
        told = [u.when.first for u in reading.sentence.units if u.when and u.when.role == "on" and u.when.first == u.when.last]
        told = [day for day in told if day and published and timedelta(0) <= published - day <= LATELY]
        if told:
            self.day, self.day_in = told[-1], n

    def day_for(self, n: int) -> date | None:
        """The day of something that sentence ``n`` tells without one."""
        return self.day if n - self.day_in <= SPAN else None

    def acted_by(self, drafts: Sequence[Draft], n: int) -> None:
        """Takes in the events of sentence ``n``."""
        operators = list(dict.fromkeys(d.operator for d in drafts if d.operator and d.by_company))
        ruled = [d for d in drafts if d.operator and d.kind in casting.BODIES]
        if ruled:
            self.ruling = (ruled[-1].kind, ruled[-1].operator or "", n)
            self.ruled = ruled[-1].destinations
        if operators:
            self.acting = operators
            self.acted = self.event_in = n
        if drafts and drafts[-1].destinations and drafts[-1].kind not in casting.BODIES:
            self.event_places = drafts[-1].destinations
            self.placed_in = n

    def lend(self, reading: Reading) -> None:
        """Gives a line under a heading what the heading says, where the line says nothing itself."""
        form = reading.sentence.segment.form
        if form == "sentence":
            self.heading = None
        elif reading.triggers and not (form == "item" and self.heading is not None and _guessed(reading)):
            bare = form == "heading" and not any(u.when is not None for u in reading.sentence.units)
            self.heading = reading.triggers[0] if bare and reading.triggers[0].stance == ASSERTED else None if bare else self.heading
        elif self.heading is not None and (reading.places or reading.operators):
            reading.triggers = [self.heading._replace(start=0, end=1, low=0, high=1)]

    def operators_for(self, sentence: Sentence, domain: Domain, n: int) -> list[str]:
        """Operators that a stretch means without naming them."""

        def says(role: str) -> bool:
            return sentence.any("roles", role, domain.low, domain.high)

        if domain.kind in casting.BODIES or domain.triggers[0].rule == "ban":
            kind, body, when = self.ruling
            both = {kind, domain.kind} == {"closure", "reopening"}
            if (kind == domain.kind or both) and n - when <= 2:
                return [body]
            return self.bodies[-1:] if says("the_body") or says("the_carrier") or domain.triggers[0].rule == "ban" else []
        if says("several"):
            return []
        if self.named_in == n:
            return self.named
        if says("both") and self.group:
            return self.group
        pointing = says("the_carrier")
        if pointing and self.named:
            return self.named if len(self.named) == 1 or not self.acting else self.acting
        if self.named_in == n - 1 and len(self.named) == 1 and self.event_in < self.named_in:
            return self.named  # "Air France has gone further." comes before what it did
        if self.acting and n - self.acted <= SPAN:
            return self.acting
        return self.named if self.named and n - self.acted <= SPAN else self.only

    def goal(self, origins: list[str]) -> list[str]:
        """The place that the notice is about, where it lies in another country than those where flights start."""
        homes = {gazetteer.country(c) for c in origins}
        about = self.title_places or self.event_places
        return [] if any(gazetteer.country(c) in homes for c in about) else list(about)

    def places_for(self, n: int) -> list[str]:
        """Places that a stretch means without naming them."""
        if self.title_places and n - self.placed_in > 1:
            region = gazetteer.country(self.title_places[0]) is None
            return self.places if region and self.places and casting.covers(self.title_places, self.places) else self.title_places
        return self.event_places or self.title_places


def _names_only(sentence: Sentence) -> bool:
    """Whether a sentence is nothing but a name, which heads what follows: "Wizz Air." """
    return all(u.operator is not None or not u.word.isalnum() for u in sentence.units)


def _guessed(reading: Reading) -> bool:
    """Whether only the model says what a line says: in the few words of a list line it goes wrong where a heading would tell."""
    return all(trigger.rule == LEARNED for trigger in reading.triggers)


SIGNATURE = 14
"""Units that a line with a signature has at most."""


def signed(readings: Sequence[Reading]) -> str:
    """The one operator that a notice's last line names, where the line says nothing else; empty where there is none."""
    if len(readings) < 2 or readings[-1].triggers or len(readings[-1].sentence.units) > SIGNATURE:
        return ""
    last = readings[-1]
    named = {casting.code(last.sentence, i) for i, role in last.operators.items() if role in (AGENT, TELLER)}
    return named.pop() if len(named) == 1 and last.sentence.segment.form != "sentence" else ""


def first_person(readings: Sequence[Reading]) -> bool:
    """Whether a notice speaks of its author as "we"."""
    spoken = [(r.sentence.units, r.sentence.lexicon.patterns.members("we")) for r in readings]
    return any(not u.atoms.isdisjoint(we) for units, we in spoken for u in units)


def only_operator(readings: Sequence[Reading]) -> list[str]:
    """The one airline or tour operator that a notice names at all."""
    named = set()
    for reading in readings:
        for i, role in reading.operators.items():
            name = reading.sentence.units[i].operator
            if role in (AGENT, TELLER) and name is not None and name.kind in AIRLINES:
                named.add(casting.code(reading.sentence, i))
    return sorted(named) if len(named) == 1 else []
