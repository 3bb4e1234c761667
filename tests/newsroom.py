"""A small world and a desk that reads: what the tests of judging tell their stories with."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import count

from pipelines.event import Event
from pipelines.judging.facts import Change, Statement, Suspension
from pipelines.judging.suspensions import expire, judge, withdraw

PLACES = {
    "PMV": ("Porlamar", "VE"), "CCS": ("Caracas", "VE"), "VRA": ("Varadero", "CU"), "PUJ": ("Punta Cana", "DO"), "BOG": ("Bogotá", "CO"),
    "SVO": ("Sheremetyevo", "RU"), "VKO": ("Vnukovo", "RU"), "MOW": ("Moscow", "RU"), "KZN": ("Kazan", "RU"),
    "DXB": ("Dubai", "AE"), "AUH": ("Abu Dhabi", "AE"), "TLV": ("Tel Aviv", "IL"), "LIS": ("Lisbon", "PT"),
}  # fmt: skip
COUNTRIES = {"VE": "Venezuela", "CU": "Cuba", "RU": "Russia", "AE": "the Emirates", "IL": "Israel", "CO": "Colombia", "PT": "Portugal"}
INSIDE = {"MOW": {"SVO", "VKO"}, "middle-east": {"AE", "IL", "DXB", "AUH", "TLV"}}
OPERATORS = {
    "TP": ("TAP Air Portugal", "airline"), "LA": ("LATAM", "airline"), "N4": ("Nordwind", "airline"),
    "pegas-touristik": ("Pegas Touristik", "tour_operator"), "us-government": ("US government", "government"),
    "inac": ("INAC", "authority"),
}  # fmt: skip


class World:
    """The geography that judging asks for, as a table."""

    def country(self, code: str) -> str | None:
        return code if code in COUNTRIES else PLACES[code][1] if code in PLACES else None

    def contains(self, outer: str, inner: str) -> bool:
        return outer == inner or inner in INSIDE.get(outer, ()) or (outer in COUNTRIES and self.country(inner) == outer)

    def place_name(self, code: str) -> str:
        return PLACES[code][0] if code in PLACES else COUNTRIES.get(code, code)

    def operator_name(self, code: str) -> str:
        return OPERATORS.get(code, (code, ""))[0]

    def operator_kind(self, code: str) -> str | None:
        return OPERATORS.get(code, ("", None))[1]


WORLD = World()
NUMBERS = count(1)


def said(
    day: str,
    kind: str,
    operator: str | None,
    to: str = "",
    *,
    by: str = "press",
    origins: str = "",
    aside: str = "",
    since: str | None = None,
    until: str | None = None,
    seen: str | None = None,
    baseline: bool = False,
    recent: bool = True,
    **more: object,
) -> Statement:
    """One statement. ``to``, ``origins`` and ``aside`` are codes with spaces between; ``until="open"`` is "until further notice";
    ``by``: ``own`` (the operator's site), ``ator`` (an association), else the name of a newspaper."""
    number = next(NUMBERS)
    event = Event(
        kind, operator, origins=tuple(origins.split()), destinations=tuple(to.split()), diverted_to=tuple(aside.split()),
        effective_from=since, effective_to=None if until == "open" else until, open_ended=until == "open", **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return Statement(
        event, number, number, source=f"{operator}-site" if by == "own" else by, source_title=by.title(),
        source_kind={"own": "airline", "ator": "association"}.get(by, "press"), official=by == "own",
        operator_of_source=operator if by == "own" else None, published=day, seen=seen or f"{day[:10]}T12:00:00Z",
        baseline=baseline, recent=recent,
    )  # fmt: skip


@dataclass
class Desk:
    """Remembers what the store would: suspensions with ids, links, flag keys."""

    today: str = ""
    """The date of reading; empty: the latest that was seen."""
    suspensions: dict[int, Suspension] = field(default_factory=dict)
    links: list[tuple[int, Statement, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    words: list[str] = field(default_factory=list)
    endings: list[Statement] = field(default_factory=list)

    def read(self, *statements: Statement, instead_of: Iterable[Statement] = ()) -> list[str]:
        """Judge one version of one notice; the kinds of the flags that it raised. ``instead_of``: what its previous version said and
        this one does not."""
        gone, seen = list(instead_of), max(s.seen for s in statements) if statements else f"{self.today}T12:00:00Z"
        self.today = max(self.today, seen[:10])
        changes = judge(statements, list(self.suspensions.values()), WORLD, self.today, self.endings)
        ids = {s.event_id for s in gone}
        linked = [(s, self.suspensions[i]) for i, s, relation in self.links if s.event_id in ids and relation != "background"]
        standing: dict[int, list[Statement]] = {}
        for i, s, relation in self.links:
            if s.event_id not in ids and relation != "withdrawn":
                standing.setdefault(i, []).append(s)
        changes += withdraw(linked, standing, changes, WORLD, self.today, seen)
        self.endings += [s for s in statements if s.event.kind in ("resumption", "reopening")]
        return self.save(changes, [*statements, *gone])

    def on(self, day: str) -> list[str]:
        """Let the day begin."""
        self.today = day
        return self.save(expire(self.suspensions.values(), WORLD, day, f"{day}T00:05:00Z"), [])

    def save(self, changes: list[Change], statements: list[Statement]) -> list[str]:
        raised, by_id = [], {s.event_id: s for s in statements}
        assert len({id(c) if c.suspension.id is None else c.suspension.id for c in changes}) == len(changes)
        for change in changes:
            identity = change.suspension.id or len(self.suspensions) + 1
            self.suspensions[identity] = replace(change.suspension, id=identity)
            self.links += [(identity, by_id[event_id], relation) for event_id, relation in change.events]
            if change.flag and change.flag.key not in self.keys:
                self.keys.add(change.flag.key)
                self.words.append(change.flag.words)
                raised.append(change.flag.kind)
        return raised

    @property
    def only(self) -> Suspension:
        (suspension,) = self.suspensions.values()
        return suspension

    @property
    def open(self) -> list[Suspension]:
        return [s for s in self.suspensions.values() if s.state == "open"]

    def relations(self, statement: Statement) -> list[str]:
        return [relation for _, s, relation in self.links if s.event_id == statement.event_id]
