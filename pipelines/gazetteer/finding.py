"""Names in a text: every pattern that occurs, but for those that the letters around rule out and those inside longer ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from pipelines.gazetteer import airfields, bodies, flights
from pipelines.gazetteer.capitals import Capitals
from pipelines.gazetteer.edges import adjective_end, ends_name, starts_name
from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.index import NOBODY, index, spellings
from pipelines.gazetteer.tables import CASES, Spelling
from pipelines.gazetteer.tables import operators as operator_table


def find(text: str, lang: str) -> list[Name]:
    """The names in a text in a language (ISO 639-1), sorted by start.

    Spans do not overlap, except that one span can be read as a place and as an operator, or as a doubtful operator and as an adjective:
    then both are there.
    """
    capitals = Capitals(text, lang)
    names = [*_named(text, lang, capitals), *flights.find(text), *airfields.find(text, lang)]
    return [name for name in _longest([*bodies.find(text, lang, names), *names]) if name.type != NOBODY]


def _named(text: str, lang: str, capitals: Capitals) -> Iterator[Name]:
    folded = fold(text)
    own = (lang, "")
    for pattern, start, end in index().automaton.find_matches_as_indexes(folded, overlapping=True):
        if (start and folded[start - 1].isalnum()) or not starts_name(folded, start):
            continue
        whole = ends_name(folded, start, end, lang)
        with_ending = adjective_end(folded, end, lang)
        if not whole and with_ending is None:
            continue
        fitting = capitals.fitting(spellings(pattern), start, end)
        if not fitting:
            continue
        word = capitals.word(start, end)
        if whole and (operators := [s for s in fitting if s.type == "operator"]):
            yield _name(start, end, text, "operator", operators, word)
        beside = any(map(_person, fitting)) and airfields.beside(folded, start, end, lang)
        places = [replace(s, ambiguous=False) if _person(s) else s for s in fitting if s.type == "place" and (beside or not _person(s))]
        if whole and any((s.type == NOBODY and not s.langs.isdisjoint(own)) or (_person(s) and not beside) for s in fitting):
            yield Name(start, end, text[start:end], NOBODY, (), "", True)
        if whole and places and not capitals.explained(places, start, end, word):
            # What the text's language calls so comes before what another one does
            yield _name(start, end, text, "place", sorted(places, key=lambda s: s.langs.isdisjoint(own)), word)
        if with_ending is not None and (adjectives := [s for s in fitting if s.type == "adjective"]):
            yield _name(start, with_ending, text, "adjective", adjectives, False)


def _person(spelling: Spelling) -> bool:
    """Whether an airport's name is somebody's or something's first of all: "Marco Polo" is one beside the word for it only."""
    return spelling.type == "place" and spelling.ambiguous and spelling.kind == "airport"


def _name(start: int, end: int, text: str, type_: str, meant: list[Spelling], word: bool) -> Name:
    codes = tuple(dict.fromkeys(s.code for s in meant))
    first = meant[0]
    kind = operator_table()[first.code].kind if type_ == "operator" else first.kind
    ambiguous = all(s.ambiguous for s in meant) or word
    letters = dict.fromkeys(letter for s in meant for letter in s.cases)
    return Name(start, end, text[start:end], type_, codes, kind, ambiguous, ",".join(CASES[letter] for letter in letters))


def _longest(names: Iterable[Name]) -> list[Name]:
    """Longest spans win; of one span the place and the operator stay, an adjective only where it is no name or a doubtful one ("Swiss")."""
    kept: defaultdict[int, list[Name]] = defaultdict(list)
    """By start."""
    taken: dict[int, tuple[int, int]] = {}
    for name in sorted(names, key=lambda n: (n.start - n.end, n.start, n.type == "adjective")):
        span = name.start, name.end
        if any(taken.get(i, span) != span for i in range(name.start, name.end)):
            continue
        alike = kept[name.start]
        if any(o.type == name.type or (name.type == "adjective" and (o.type == "place" or not o.ambiguous)) for o in alike):
            continue
        taken.update(dict.fromkeys(range(name.start, name.end), span))
        alike.append(name)
    return sorted(chain.from_iterable(kept.values()), key=lambda n: (n.start, n.type))
