"""A sentence as the learned model sees it: names of features in four groups.

``letters``: the pieces of its words, three to five letters each, so that inflection and compounds need no list.
``pairs``: words that stand up to three apart, by their first letters, which is where negation and order show.
``rules``: what the lexicon's rules found, guards and roles included, and the rules of which at least the first word stands there.
``shape``: the same pairs with the classes of words (a word for flights, for people, for airspace) in the words' place: what one
language has shown holds for the others.

Names are no features: every operator, place, date and flight number is replaced by what it is.
"""

import re
from collections.abc import Iterable

from pipelines.extract.lexicon import Lexicon
from pipelines.extract.sentence import AIRLINES, Sentence, Unit

GROUPS = ("letters", "pairs", "rules", "shape")
CLASSES = (
    "flight", "tour", "fly", "airline_noun", "people", "space", "airport", "we", "not", "and", "to", "from", "in", "break", "capital",
    "contrast", "passive", "fir",
)  # fmt: skip
"""The classes of words that every lexicon knows, the telling ones first: a word of several is the first of them."""
LENGTHS = (3, 4, 5)
STEM = 5
"""First letters of a word that stand for it in a pair."""
_DIGITS = re.compile(r"\d+")
_KEPT = "?!"
"""Marks that take part in pairs."""


def grouped(sentence: Sentence) -> tuple[list[str], list[str], list[str], list[str]]:
    """The features of a sentence by group, in the order of ``GROUPS``; a feature stands as often as it occurs."""
    words = masked(sentence)
    return [piece for word in words for piece in letters(word)], pairs(words), rules(sentence), shape(sentence, words)


def masked(sentence: Sentence) -> list[str]:
    """The folded words of a sentence, numbers as 0, mentions as what they are: @carrier, @place, @until."""
    return [_masked(unit) for unit in sentence.units]


def _masked(unit: Unit) -> str:
    if unit.when is not None:
        return f"@{unit.when.role}"
    if unit.flight is not None:
        return "@flight"
    if unit.operator is not None:
        return "@carrier" if unit.operator.kind in AIRLINES else "@body"
    if unit.place is not None:
        return "@adjective" if unit.place.type == "adjective" else "@airport" if unit.place.kind == "airport" else "@place"
    return _DIGITS.sub("0", unit.word)


def letters(word: str) -> list[str]:
    """The pieces of one word, its ends marked: <fly, <flyi, flyin."""
    if len(word) < 2 or word[0] == "@":
        return [word]
    whole = f"<{word}>"
    return [whole] + [whole[i : i + n] for n in LENGTHS for i in range(len(whole) - n + 1)]


def pairs(words: Iterable[str]) -> list[str]:
    return _pairs([w if w[:1] == "@" else w[:STEM] for w in words if len(w) > 1 or w.isalnum() or w in _KEPT], 3)


def shape(sentence: Sentence, words: Iterable[str]) -> list[str]:
    known = _known(sentence.lexicon)
    told = [
        word if word[:1] == "@" else _class(unit.atoms, known) or word[:STEM]
        for unit, word in zip(sentence.units, words, strict=True)
        if len(word) > 1 or word in _KEPT
    ]
    return [pair for pair in _pairs(told, 4) if "%" in pair or "@" in pair]


def _class(atoms: frozenset[int], known: dict[int, str]) -> str:
    return min((known[a] for a in atoms if a in known), default="")


def rules(sentence: Sentence) -> list[str]:
    """What was found, and what might have been: !suspension.stop, ?closure.close, %flight."""
    begun = _begun(sentence.lexicon)
    known = _known(sentence.lexicon)
    found = {f"!{h.section}.{h.name}" for h in sentence.hits if h.section != "reasons"}
    for unit in sentence.units:
        for atom in unit.atoms:
            found.update(begun.get(atom, ()))
            if atom in known:
                found.add(known[atom])
    return sorted(found)


def _pairs(words: list[str], reach: int) -> list[str]:
    row = ["^", *words, "$"]
    return [f"{row[i]}{'~' * gap}{row[i + gap]}" for gap in range(1, reach + 1) for i in range(len(row) - gap)]


_tables: dict[str, tuple[dict[int, str], dict[int, frozenset[str]]]] = {}


def _known(lexicon: Lexicon) -> dict[int, str]:
    """For an atom, the first class of words that it belongs to: %flight."""
    return _of(lexicon)[0]


def _begun(lexicon: Lexicon) -> dict[int, frozenset[str]]:
    """For an atom, the rules that may begin with it: ?suspension.stop."""
    return _of(lexicon)[1]


def _of(lexicon: Lexicon) -> tuple[dict[int, str], dict[int, frozenset[str]]]:
    if lexicon.lang not in _tables:
        members = {name: lexicon.patterns.members(name) for name in CLASSES}
        known = {atom: f"%{name}" for name in reversed(CLASSES) for atom in members[name]}
        begun = {
            atom: frozenset(f"?{section}.{name}" for section, name in found if section != "reasons")
            for atom, found in lexicon.patterns.beginnings().items()
        }
        _tables[lexicon.lang] = known, begun
    return _tables[lexicon.lang]
