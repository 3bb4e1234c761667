"""A segment as the rules see it: units (words, marks, and mentions of operators, places and dates) and the hits of all patterns in it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.extract.dates import When
from pipelines.extract.lexicon import Lexicon
from pipelines.extract.patterns import Hit
from pipelines.extract.segments import Segment
from pipelines.extract.tokens import Token
from pipelines.gazetteer import Name

AIRLINES = ("airline", "tour_operator")
BREAKS = frozenset(";")
STOPPERS = frozenset(',;:.!?()[]«»“”"„')


@dataclass(slots=True)
class Unit:
    """A word, a mark, or a mention with all its words."""

    start: int
    end: int
    word: str
    atoms: frozenset[int]
    place: Name | None = None
    operator: Name | None = None
    flight: Name | None = None
    when: When | None = None

    @property
    def mention(self) -> bool:
        return self.place is not None or self.operator is not None or self.when is not None


@dataclass(slots=True)
class Sentence:
    segment: Segment
    text: str
    """The whole notice, into which offsets point."""
    lexicon: Lexicon
    units: list[Unit]
    limits: list[int]
    """For each unit, the index where its clause ends."""
    words: tuple[str, ...] = ()
    """All its folded words and marks, those inside mentions too."""
    hits: list[Hit] = field(default_factory=list)

    def of(self, section: str, name: str = "") -> list[Hit]:
        return [h for h in self.hits if h.section == section and (not name or h.name == name)]

    def any(self, section: str, name: str, low: int = 0, high: int = 1 << 30) -> bool:
        return any(h.section == section and h.name == name and h.start < high and h.end > low for h in self.hits)

    @property
    def evidence(self) -> str:
        return self.text[self.segment.start : self.segment.end]


def read(text: str, segment: Segment, lexicon: Lexicon, names: Sequence[Name], whens: Sequence[When], tokens: Sequence[Token]) -> Sentence:
    """The units and hits of one segment and its ``tokens``; ``names`` and ``whens`` are those inside it, mentions already told apart."""
    units = _units(tokens, lexicon, names, whens)
    patterns = lexicon.patterns
    breaking = patterns.members("break")
    limits = [0] * len(units)
    end = len(units)
    for i in range(len(units) - 1, -1, -1):
        limits[i] = end
        if units[i].word in BREAKS or not breaking.isdisjoint(units[i].atoms):
            end = i
    sentence = Sentence(segment, text, lexicon, units, limits, tuple([t.word for t in tokens]))
    sentence.hits = patterns.match([u.atoms for u in units], limits)
    return sentence


def _units(tokens: Sequence[Token], lexicon: Lexicon, names: Sequence[Name], whens: Sequence[When]) -> list[Unit]:
    patterns = lexicon.patterns
    spans: list[tuple[int, int, Name | When]] = [(w.start, w.end, w) for w in whens]
    spans += [(n.start, n.end, n) for n in names if not any(n.start < w.end and w.start < n.end for w in whens)]
    spans.sort(key=lambda s: (s[0], -s[1]))
    starts = [t.start for t in tokens]
    units: list[Unit] = []
    at = 0
    for start, end, mention in spans:
        first = bisect_left(starts, start)
        if first < at:
            continue
        units += [Unit(t.start, t.end, t.word, patterns.atoms(t.word)) for t in tokens[at:first]]
        at = bisect_left(starts, end, first)
        units.append(_mention(start, end, mention, tokens[first:at], lexicon))
    return units + [Unit(t.start, t.end, t.word, patterns.atoms(t.word)) for t in tokens[at:]]


def _mention(start: int, end: int, mention: Name | When, tokens: Sequence[Token], lexicon: Lexicon) -> Unit:
    atom = lexicon.patterns.mention
    words = " ".join(t.word for t in tokens)
    own = lexicon.patterns.atoms(tokens[0].word) if len(tokens) == 1 else frozenset()
    if isinstance(mention, When):
        return Unit(start, end, words, frozenset({atom("@date")}), when=mention)
    if mention.type == "place" and mention.kind == "airport":
        own |= lexicon.patterns.members("airport")  # "Gatwick closed" is an airport that closed
        noun = lexicon.patterns.members("capital")
        own |= {a for t in tokens for a in lexicon.patterns.atoms(t.word) if not noun.isdisjoint(lexicon.patterns.atoms(t.word))}
    if mention.type in ("place", "adjective"):
        return Unit(start, end, words, own | {atom("@place" if mention.type == "place" else "@adjective")}, place=mention)
    if mention.type == "flight":
        return Unit(start, end, words, frozenset(), flight=mention)
    kind = "@airline" if mention.kind in AIRLINES else "@authority"
    return Unit(start, end, words, frozenset({atom("@operator"), atom(kind)}), operator=mention)
