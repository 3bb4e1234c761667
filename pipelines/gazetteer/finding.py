"""Names in a text: every pattern that occurs, minus those that the letters around or their case rule out, minus those inside longer ones."""

from collections.abc import Iterable, Iterator

from pipelines.gazetteer import flights
from pipelines.gazetteer.capitals import Capitals
from pipelines.gazetteer.edges import ends_name, starts_name
from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.index import index, spellings
from pipelines.gazetteer.tables import CASES, Spelling, operators


def find(text: str, lang: str) -> list[Name]:
    """The names in a text in a language (ISO 639-1), sorted by start.

    Spans do not overlap, except that one span can be read as a place and as an operator: then both are there.
    """
    capitals = Capitals(text, lang)
    names = [*_named(text, lang, capitals), *flights.find(text)]
    return _longest(names)


def _named(text: str, lang: str, capitals: Capitals) -> Iterator[Name]:
    folded = fold(text)
    for pattern, start, end in index().automaton.find_matches_as_indexes(folded, overlapping=True):
        if not starts_name(folded, start) or not ends_name(folded, start, end, lang):
            continue
        written = text[start:end]
        fitting = [s for s in spellings(pattern) if capitals.fit(s, start, end)]
        for type_ in ("place", "adjective", "operator"):
            meant = [s for s in fitting if s.type == type_]
            if meant:
                yield _name(start, end, written, type_, meant, capitals)


def _name(start: int, end: int, written: str, type_: str, meant: list[Spelling], capitals: Capitals) -> Name:
    codes = tuple(dict.fromkeys(s.code for s in meant))
    first = meant[0]
    kind = operators()[first.code].kind if type_ == "operator" else first.kind
    ambiguous = all(s.ambiguous for s in meant) or capitals.doubtful(written, start, end)
    letters = dict.fromkeys(letter for s in meant for letter in s.cases)
    return Name(start, end, written, type_, codes, kind, ambiguous, ",".join(CASES[letter] for letter in letters))


def _longest(names: Iterable[Name]) -> list[Name]:
    """Longest spans win; equal spans stay beside each other."""
    kept: list[Name] = []
    taken: dict[int, tuple[int, int]] = {}
    for name in sorted(names, key=lambda n: (n.start - n.end, n.start)):
        span = name.start, name.end
        if any(taken.get(i, span) != span for i in range(name.start, name.end)):
            continue
        taken.update(dict.fromkeys(range(name.start, name.end), span))
        kept.append(name)
    return sorted(kept, key=lambda n: (n.start, n.type))
