"""An event in the making, and what the rules of each kind and wording mean for its dates."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from pipelines.extract.dates import When
from pipelines.extract.triggers import LEARNED

DAY_RULES = frozenset(
    {"cancel", "absent", "nothing", "state", "away", "sale", "divert", "land", "instead", "path", "fewer", "closed", "home"}
)
"""Rules for which a bare date is the whole time ("no flights on 8 October"); for others it is the start ("stopped on 8 October")."""
LONG = timedelta(days=20)
"""What is longer is a month or a season, not days."""
STARTING = ("resumption", "reopening", "advisory")


@dataclass(slots=True)
class Draft:
    kind: str
    rule: str
    sentence: int
    operator: str | None = None
    carriers: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    destinations: list[str] = field(default_factory=list)
    diverted_to: list[str] = field(default_factory=list)
    first: date | None = None
    last: date | None = None
    open_ended: bool = False
    reason: str | None = None
    start: int = 0
    end: int = 0
    lang: str = ""
    confidence: float = 0.9
    background: bool = False
    lent_day: bool = False
    """Whether its day is that of the sentences before."""
    extended: bool = False
    """Told as the prolongation of what was told before, or goes on longer."""
    title: bool = False
    own_operator: bool = True
    """Whether its own sentence names the operator."""
    own_places: bool = True
    by_company: bool = False
    """Whether the operator is an airline or a tour operator."""
    guards: tuple[str, ...] = ()

    def time(self, whens: list[When], published: date | None, extended: bool) -> None:
        """Sets the dates from expressions of its frame; in a sentence about an extension a bare date is the new end."""
        with_end = any(w.role in ("until", "range", "before") for w in whens)
        ahead = published is not None and any((w.last or w.first or published) > published for w in whens)
        for n, w in enumerate(whens):
            if w.role == "on" and any(v.role == "until" for v in whens[:n]):
                continue  # what happens to bookings on a day after the end was told
            if w.role == "on" and ahead and w.first and published and (w.last or w.first) <= published and self.kind not in STARTING:
                continue  # when it was told
            if w.role == "on" and extended and w.last:
                self.last = self.last or w.last
                continue
            match w.role:
                case "from":
                    self.first = self.first or w.first
                case "until":
                    self.last = self.last or w.last
                case "before":
                    self.last = w.last or (w.first - timedelta(days=1) if w.first else self.last)
                case "range":
                    self.first, self.last = w.first or self.first, w.last or self.last
                case "open":
                    self.open_ended = True
                case "not_before" if w.first:
                    if self.kind in STARTING:
                        self.first = w.first
                    else:
                        self.last = w.first - timedelta(days=1)
                case "on" if w.first:
                    self._on(w, with_end, published)
        if self.first and self.last and self.first > self.last:
            self.first = None
        if self.kind in STARTING[:2]:
            self.last = None

    def _whole_day(self, when: When, published: date | None) -> bool:
        """Whether a bare date is the whole time: by the rule, or, where only the model spoke, for single flights and for today's or so."""
        if self.kind == "closure" and published and when.first and when.first == when.last and when.first > published:
            return False  # shuts on that day, for as long as it takes
        if self.rule != LEARNED:
            return self.rule in DAY_RULES
        near = published is not None and when.first is not None and abs((when.first - published).days) <= 1
        return self.kind in ("diversion", "repatriation") or near or when.first != when.last

    def _on(self, when: When, with_end: bool, published: date | None) -> None:
        if self.kind == "advisory" and when.first != when.last:
            return
        if self.kind == "reduction" and published and when.first == when.last and when.first and when.first <= published:
            return  # the day of the decision
        if when.first and when.last and when.last - when.first > LONG and published and when.first < published - LONG:
            return  # "stopped flying in March 2019" says neither a first day nor a last
        if self.kind in STARTING or not self._whole_day(when, published) or with_end:
            self.first = self.first or when.first
        elif self.first is None and self.last is None:
            running = published is not None and when.first is not None and when.last is not None and when.first <= published <= when.last
            self.first, self.last = None if running and when.first != when.last else when.first, when.last
        elif self.first is None:
            self.last = max(self.last, when.last) if self.last and when.last else self.last or when.last
        else:
            self.first, self.last = min(self.first, when.first or self.first), max(self.last or self.first, when.last or self.first)
