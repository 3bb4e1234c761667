"""The lexicon's pattern language: one line of words that says what to look for in a sentence.

``cancel* .. <flight>``          a word that starts with "cancel", then within four words one of the class ``flight``
``slaat & over & @place``        the three in one clause, in any order
``close* & airspace ! check-in`` the first two, without the third

An element is a word (``over``), a stem (``cancel*``, ``*flüge``, ``*flug*``), a class (``<flight>``), a mention (``@place``,
``@operator``, ``@airline``, ``@authority``, ``@date``), or alternatives of these (``halt*|stop*|<drop>|call+off``). ``word?`` may be
missing,
``..`` is a gap of up to four units and ``...`` of up to nine; a gap never crosses the end of a clause.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import NamedTuple

from pipelines.event import KINDS
from pipelines.extract.matching import Element, Rule, end_of, joined
from pipelines.extract.tokens import Remembered, fold

GAPS = {"..": 4, "...": 9}
MENTIONS = ("@place", "@operator", "@airline", "@authority", "@date", "@adjective")


_NOTHING: frozenset[int] = frozenset()


class PatternError(ValueError):
    """A pattern that names an unknown class or says nothing."""


Begun = tuple[tuple[int, ...], tuple[tuple[int, tuple[Element, ...]], ...]]


class Hit(NamedTuple):
    """A rule found: units ``start`` to ``end`` (exclusive) hold its first part, ``low`` to ``high`` all of it."""

    section: str
    name: str
    start: int
    end: int
    low: int
    high: int


class Patterns:
    """All patterns of one language, matched together in one pass over a sentence."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        self._classes = classes
        self._atoms: dict[str, int] = {m: i for i, m in enumerate(MENTIONS)}
        self._exact: dict[str, int] = {}
        self._prefix: dict[str, int] = {}
        self._suffix: dict[str, int] = {}
        self._infix: dict[str, int] = {}
        self.atoms = Remembered(self._satisfied).__getitem__
        """The numbers of all lexicon entries that a folded word satisfies."""
        self._terms: dict[str, int] = {}
        self._starts: dict[int, list[tuple[int, tuple[Element, ...]]]] = {}
        self._rules: dict[int, list[Rule]] = {}
        self._members = {name: frozenset(self._atom(w) for w in words if " " not in w) for name, words in classes.items()}
        self._begun = Remembered(self._begin)
        self._stated = Remembered(self._begin_stating)

    def add(self, section: str, name: str, lines: Iterable[str]) -> None:
        """Adds one group of patterns. Raises PatternError for a line that cannot be read."""
        for line in lines:
            wanted, *unwanted = line.split(" ! ")
            first, *others = (self._term(t) for t in wanted.split(" & "))
            rule = Rule(section, name, (first, *others), tuple(self._term(t) for t in unwanted))
            self._rules.setdefault(first, []).append(rule)

    def _term(self, text: str) -> int:
        text = text.strip()
        if text not in self._terms:
            number = self._terms[text] = len(self._terms)
            try:
                elements = [self._element(part) for part in text.split()]
            except PatternError as error:
                raise PatternError(f"{error} in {text!r}") from None
            if not elements or not elements[0] or not elements[0][0][0].atoms:
                raise PatternError(f"{text!r} does not begin with a word")
            for choice in product(*elements):
                flat = tuple(e for es in choice for e in es)
                for atom in flat[0].atoms:
                    self._starts.setdefault(atom, []).append((number, flat))
        return self._terms[text]

    def _element(self, part: str) -> list[tuple[Element, ...]]:
        """The sequences of elements that one part of a pattern may stand for."""
        if part in GAPS:
            return [(Element(frozenset(), GAPS[part], True),)]
        optional = part.endswith("?") and len(part) > 1
        single: set[int] = set()
        longer: list[tuple[Element, ...]] = []
        for alternative in part[: len(part) - optional].split("|"):
            if alternative.startswith("<"):
                name = alternative.strip("<>")
                if name not in self._classes:
                    raise PatternError(f"unknown class {alternative!r}")
                for entry in self._classes[name]:
                    atoms = [self._atom(w) for w in entry.split()]
                    if len(atoms) == 1:
                        single.add(atoms[0])
                    else:
                        longer.append(tuple(Element(frozenset({a}), 0, False) for a in atoms))
            elif "+" in alternative:
                longer.append(tuple(Element(frozenset({self._atom(w)}), 0, False) for w in alternative.split("+")))
            else:
                single.add(self._atom(alternative))
        out = list(longer)
        if single:
            out.insert(0, (Element(frozenset(single), 0, optional),))
        return out

    def _atom(self, word: str) -> int:
        if word.startswith("@"):
            if word not in self._atoms:
                raise PatternError(f"unknown mention {word!r}")
            return self._atoms[word]
        word = "*".join(fold(piece) for piece in word.split("*"))
        if word not in self._atoms:
            bare = word.strip("*")
            if not bare:
                raise PatternError(f"{word!r} matches everything")
            number = self._atoms[word] = len(self._atoms)
            table = {(False, False): self._exact, (False, True): self._prefix, (True, False): self._suffix, (True, True): self._infix}
            table[word.startswith("*"), word.endswith("*")][bare] = number
        return self._atoms[word]

    def _satisfied(self, word: str) -> frozenset[int]:
        found = {self._exact[word]} if word in self._exact else set()
        for cut in range(1, len(word) + 1):
            if (number := self._prefix.get(word[:cut])) is not None:
                found.add(number)
            if (number := self._suffix.get(word[-cut:])) is not None:
                found.add(number)
        found.update(number for bare, number in self._infix.items() if bare in word)
        return frozenset(found)

    def members(self, name: str) -> frozenset[int]:
        """Atoms of the single words of a class; none where the lexicon has no such class."""
        return self._members.get(name, frozenset())

    def mention(self, name: str) -> int:
        """The number of a mention's atom, such as ``@place``."""
        return self._atoms[name]

    def anchors(self, sections: Iterable[str]) -> frozenset[int]:
        """Atoms that begin a pattern of one of these sections."""
        wanted = {term for term, rules in self._rules.items() if any(rule.section in sections for rule in rules)}
        return frozenset(atom for atom, starts in self._starts.items() if any(number in wanted for number, _ in starts))

    def beginnings(self) -> dict[int, set[tuple[str, str]]]:
        """For each atom, section and name of the rules of which a part may begin with it."""
        return {
            atom: {(rule.section, rule.name) for number, _ in starts for rule in self._rules.get(number, ())}
            for atom, starts in self._starts.items()
        }

    def _begin(self, atoms: frozenset[int]) -> Begun:
        """The terms that a unit with these atoms completes alone, and those it begins with what must follow."""
        started = [(number, elements[1:]) for atom in atoms for number, elements in self._starts.get(atom, ())]
        return tuple({number for number, rest in started if not rest}), tuple(dict.fromkeys((n, rest) for n, rest in started if rest))

    def _begin_stating(self, atoms: frozenset[int]) -> Begun:
        """The same of the terms of which rules of events are made."""
        single, longer = self._begin(atoms)
        return tuple(n for n in single if n in self._stating), tuple(term for term in longer if term[0] in self._stating)

    @cached_property
    def _stating(self) -> frozenset[int]:
        return frozenset(n for rules in self._rules.values() for rule in rules if rule.section in KINDS for n in rule.terms)

    def possible(self, words: Iterable[str]) -> bool:
        """Whether folded words, in any order and with any mentions among them, can hold a hit of a rule of events."""
        units = {*map(self.atoms, words), frozenset(range(len(MENTIONS)))}
        begun = [(single, longer) for single, longer in map(self._stated.__getitem__, units) if single or longer]
        there = frozenset().union(*units)
        found = {number for single, _ in begun for number in single}
        found.update(
            number
            for _, longer in begun
            for number, elements in longer
            if all(width or optional or not wanted.isdisjoint(there) for wanted, width, optional in elements)
        )
        rules = (rule for number in found for rule in self._rules.get(number, ()))
        return any(rule.section in KINDS and found.issuperset(rule.terms) for rule in rules)

    def match(self, units: Sequence[frozenset[int]], limits: Sequence[int]) -> list[Hit]:
        """All hits in a sentence. ``units``: atoms of each unit; ``limits``: for each unit, where its clause ends (exclusive)."""
        spans: dict[int, list[tuple[int, int]]] = {}
        for i, atoms in enumerate(units):
            if not atoms:
                continue
            single, longer = self._begun[atoms]
            for number in single:
                spans.setdefault(number, []).append((i, i + 1))
            if longer:
                limit = limits[i]
                following = units[i + 1] if i + 1 < limit else _NOTHING
                for number, elements in longer:
                    next_atoms, gap, optional = elements[0]
                    if not (gap or optional) and next_atoms.isdisjoint(following):
                        continue
                    if (end := end_of(elements, units, i + 1, limit)) >= 0:
                        spans.setdefault(number, []).append((i, end))
        hits: dict[Hit, None] = {}
        for number, places in spans.items():
            for rule in self._rules.get(number, ()):
                alone = len(rule.terms) == 1 and not rule.without
                if not alone and not all(term in spans for term in rule.terms):
                    continue
                for start, end in places:
                    reach = (start, end) if alone else joined(rule, start, end, spans, limits)
                    if reach is not None:
                        hits[Hit(rule.section, rule.name, start, end, *reach)] = None
        return sorted(hits, key=lambda h: (h.start, -h.end))
