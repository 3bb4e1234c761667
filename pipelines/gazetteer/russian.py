"""Russian names in all their cases, made when the gazetteer is built (pymorphy3), so that no text needs to be inflected.

A form is written ``Маргариту/a``: the letters behind the slash are the cases it can be (n g d a i l).
"""

import re
from functools import cache
from typing import Any

import pymorphy3

from pipelines.gazetteer.tables import CASES

_FOLDED_CASES = {"loc2": "loct", "gen2": "gent"}
_LINKS = frozenset(("на", "де", "ла", "дель", "ле"))
_CASES = tuple(CASES.values())
_ENDINGS = (
    (r"ия$", ("ии", "ии", "ию", "ией", "ии")),
    (r"(?<=[гкхжчшщ])а$", ("и", "е", "у", "ой", "е")),
    (r"а$", ("ы", "е", "у", "ой", "е")),
    (r"я$", ("и", "е", "ю", "ей", "е")),
    (r"ь$", ("я", "ю", "ь", "ем", "е")),
    (r"й$", ("я", "ю", "й", "ем", "е")),
    (r"(?<=[бвгдзклмнпрстфхцчшщж])$", ("а", "у", "", "ом", "е")),
)
"""For a word that the dictionary has not: what its ending becomes in the five other cases."""


@cache
def _morph() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()


def forms(name: str) -> list[str]:
    """All forms of a name with their cases, nominative first: ["Порламар/na", "Порламара/g", ...].

    Adjectives change with their noun; of two nouns both change, or only one: "острове Маргарита" and "острове Маргарите" are both written.
    A form that is another, ordinary word is left out ("Такому" of Такома).
    """
    if not re.search("[а-яё]", name):
        return [name]
    words = name.split(" ")
    tables = [_word(word) for word in words]
    last = len(words) - 1
    if last == 0 or all(_is_adjective(word) for word in words[:-1]):
        sets = [range(last + 1)]
    else:
        sets = [range(last + 1), range(0, 1), range(last, last + 1)]
    found: dict[str, set[str]] = {}
    for active in sets:
        for case in _CASES:
            form = " ".join(tables[i][case] if i in active else word for i, word in enumerate(words))
            if form == name or " " in form or not is_word(form) or is_word(name):
                found.setdefault(form, set()).add(case)
    return [f"{form}/{''.join(letter for letter in CASES if CASES[letter] in cases)}" for form, cases in found.items()]


def is_word(name: str) -> bool:
    """Whether a Russian name is an ordinary word or a person's name, in any form, and no known place: "Доля", "Там", "Центральный"."""
    known = [p.tag for p in _morph().parse(name) if p.is_known]
    return bool(known) and not any("Geox" in tag for tag in known)


@cache
def _word(word: str) -> dict[str, str]:
    """A word in each case; of a word with hyphens the last part changes, or the first in "Ростов-на-Дону"."""
    parts = word.split("-")
    if len(parts) > 1:
        at = 0 if len(parts) > 2 and parts[1] in _LINKS else len(parts) - 1
        return {case: "-".join([*parts[:at], form, *parts[at + 1 :]]) for case, form in _word(parts[at]).items()}
    core = word.strip('«»"()')
    if not core.isalpha() or len(core) < 3 or core.isupper() or not re.search("[а-яё]", core.lower()):
        return dict.fromkeys(_CASES, word)
    parse = _parse(core)
    if parse is None:
        return {case: word.replace(core, form) for case, form in _by_ending(core).items()}
    return {case: word.replace(core, form) for case, form in _by_dictionary(core, parse).items()}


def _is_adjective(word: str) -> bool:
    parse = _parse(word)
    return parse is not None and parse.tag.POS == "ADJF"


@cache
def _parse(word: str) -> Any:
    """The dictionary's reading of a word as a noun or adjective in the nominative: a place name before others."""
    known = [p for p in _morph().parse(word) if p.is_known and p.tag.POS in ("NOUN", "ADJF")]
    readings = [p for p in known if p.tag.case == "nomn" and "Patr" not in p.tag]
    return max(readings, key=lambda p: ("Geox" in p.tag, "Surn" not in p.tag, p.tag.POS == "ADJF", p.score), default=None)


def _by_dictionary(word: str, parse: Any) -> dict[str, str]:
    tag = parse.tag
    found = dict.fromkeys(_CASES, word)
    if "Fixd" in tag:
        return found
    done: set[str] = set()
    for form in parse.lexeme:
        case = _FOLDED_CASES.get(form.tag.case, form.tag.case)
        if case in done or form.tag.POS != tag.POS or form.tag.number != tag.number or form.tag.gender != tag.gender:
            continue
        done.add(case)
        found[case] = form.word[:1].upper() + form.word[1:] if word[:1].isupper() else form.word
    if tag.gender != "femn" or tag.number == "plur":
        found["accs"] = word  # places and companies are inanimate
    return found


def _by_ending(word: str) -> dict[str, str]:
    for pattern, endings in _ENDINGS:
        if re.search(pattern, word):
            return dict(zip(_CASES, [word, *(re.sub(pattern, ending, word) for ending in endings)], strict=True))
    return dict.fromkeys(_CASES, word)
