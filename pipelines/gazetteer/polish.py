"""Polish names in all their cases, made when the gazetteer is built: by the ending of each word, or by curated/inflections.csv.

As in ``russian``, a form is written ``Warszawę/a``: the letters behind the slash are the cases it can be (n g d a i l). Where an ending
does not tell which of two forms is right (Londynu, Berlina), both are made: what is no word stands in no text.
"""

import re
from functools import cache
from itertools import product

from pipelines.gazetteer.tables import rows

_CASES = "ngdail"
_Forms = dict[str, tuple[str, ...]]
"""For the letter of each case, the forms that a word may have there."""

_NOUNS = tuple(
    (re.compile(ending), tuple(tuple(forms.split(",")) for forms in cases.split()))
    for ending, cases in (
        # feminine: genitive dative accusative instrumental locative
        (r"(?<=[cszr])ja$", "ji ji ję ją ji"),
        (r"ja$", "i,ji i,ji ję ją i,ji"),
        (r"ia$", "ii,i ii,i ię ią ii,i"),
        (r"ya$", "yi yi yę yą yi"),
        (r"(?<=[eou])a$", "i i ę ą i"),
        (r"la$", "li li lę lą li"),
        (r"ga$", "gi dze gę gą dze"),
        (r"ka$", "ki ce kę ką ce"),
        (r"ha$", "hy sze hę hą sze"),
        (r"rra$", "rry rze rrę rrą rze"),
        (r"ra$", "ry rze rę rą rze"),
        (r"sta$", "sty ście stę stą ście"),
        (r"tta$", "tty cie ttę ttą cie"),
        (r"ta$", "ty cie tę tą cie"),
        (r"da$", "dy dzie dę dą dzie"),
        (r"ła$", "ły le łę łą le"),
        (r"(?<=[żc])a$|(?<=[csrd]z)a$", "y y ę ą y"),
        (r"([bfmnpswvz])a$", r"\1y \1ie \1ę \1ą \1ie"),
        # neuter
        (r"(?<=[kg])o$", "a u o iem u"),
        (r"([wn])o$", r"\1a \1u \1o \1em \1ie"),
        (r"cie$", "cia ciu cie ciem ciu"),
        # plural
        (r"(?<=[^aeoąę])ce$", "c com ce cami cach"),
        (r"(?<=[nd])ie$", "ii iom ie iami iach"),
        (r"ki$", "ek,k kom ki kami kach"),
        (r"(?<=[^aeou])y$", ",ów om y ami ach"),
        # masculine
        (r"ów$", "owa owowi ów owem owie"),
        (r"ek$", "ku,ka kowi ek kiem ku"),
        (r"ń$", "nia niowi ń niem niu"),
        (r"st$", "stu,sta stowi st stem ście"),
        (r"t$", "tu,ta towi t tem cie"),
        (r"d$", "du,da dowi d dem dzie"),
        (r"(?<=[csd])z$", "zu,za zowi z zem zu"),
        (r"rz$", "rzu,rza rzowi rz rzem rzu"),
        (r"r$", "ru,ra rowi r rem rze"),
        (r"ł$", "łu,ła łowi ł łem le"),
        (r"([kg])$", r"\1u,\1a \1owi \1 \1iem \1u"),
        (r"([bfmnpsvwz])$", r"\1u,\1a \1owi \1 \1em \1ie"),
        (r"([jlchżx])$", r"\1u,\1a \1owi \1 \1em \1u"),
    )
)
_ADJECTIVES = tuple(
    (re.compile(ending), tuple(tuple(forms.split(",")) for forms in cases.split()))
    for ending, cases in (
        (r"(?<=[kgn])i$", "iego iemu i im im"),
        (r"y$", "ego emu y ym ym"),
        (r"(?<=[kg])a$", "iej iej ą ą iej"),
        (r"a$", "ej ej ą ą ej"),
        (r"ie$", "ich im ie imi ich"),
        (r"e$", "ych ym e ymi ych"),
    )
)
_NEUTER = re.compile(r"\b(?:morze|wybrzeże|królestwo|lotnisko)\b", re.IGNORECASE)
_NEUTER_ADJECTIVES = (
    (re.compile(r"(?<=[kg])ie$"), (("iego",), ("iemu",), ("ie",), ("im",), ("im",))),
    (re.compile(r"e$"), (("ego",), ("emu",), ("e",), ("ym",), ("ym",))),
)
_ADJECTIVE = re.compile(
    r"(?:.*(?:sk|ck|dzk)(?:i|a|ie)"
    r"|(?:now|wielk|blisk|dalek|południow|północn|równikow|środkow|zjednoczon|demokratyczn|czarn|czerwon|biał|zielon|górn|doln|mał|star"
    r"|ludow|lotnicz|lazurow|śródziemn)"
    r"(?:y|i|a|e|ie)"
    r"|(?:\w+o-)?(?:zachodni|wschodni)a?)",
    re.IGNORECASE,
)
_HEADS = frozenset(
    (
        *("republika", "wyspa", "wyspy", "wybrzeże", "zatoka", "morze", "królestwo", "półwysep", "cieśnina"),
        *("port", "lotnisko", "strefa", "kraje", "państwa", "róg", "basen"),
    )
)
"""Nouns that change while the names behind them do not: "Wyspy Salomona", "Republika Konga"."""


def forms(name: str) -> list[str]:
    """All forms of a name with their cases, nominative first: ["Warszawa/n", "Warszawy/g", ...]. Of names joined by "i" all change."""
    parts = [_part(part) for part in name.split(" i ")]
    found: dict[str, set[str]] = {name: {"n"}}
    for case in _CASES:
        for chosen in product(*(part[case] for part in parts)):
            found.setdefault(" i ".join(chosen), set()).add(case)
    return [f"{form}/{''.join(case for case in _CASES if case in cases)}" for form, cases in found.items()]


def _part(name: str) -> _Forms:
    """A name without "i": its adjectives change with the first noun beside them; of other words the head of the name does, or the last."""
    if name in _irregular():
        return _irregular()[name]
    words = name.split(" ")
    adjectives = {i for i, word in enumerate(words) if len(words) > 1 and _ADJECTIVE.fullmatch(word)}
    nouns = [i for i in range(len(words)) if i not in adjectives]
    if not nouns:
        return dict.fromkeys(_CASES, (name,))
    beside = (i for i in nouns if i - 1 in adjectives or i + 1 in adjectives)
    head = next(beside, None) if adjectives else 0 if words[0].lower() in _HEADS else len(words) - 1
    neuter = _NEUTER.search(name) is not None
    tables = [_adjective(w, neuter) if i in adjectives else _noun(w) if i == head else None for i, w in enumerate(words)]
    return {
        case: tuple(" ".join(each) for each in product(*(t[case] if t else (w,) for t, w in zip(tables, words, strict=True))))
        for case in _CASES
    }


@cache
def _irregular() -> dict[str, _Forms]:
    """The words of curated/inflections.csv."""
    found: dict[str, _Forms] = {}
    for row in rows("curated/inflections.csv"):
        if row["lang"] == "pl":
            found[row["word"]] = {"n": (row["word"],)} | {case: tuple(row[case].split("|")) for case in _CASES[1:]}
    return found


@cache
def _noun(word: str) -> _Forms:
    """A noun in each case; of a word with hyphens the last part changes."""
    if word in _irregular():
        return _irregular()[word]
    before, hyphen, last = word.rpartition("-")
    if hyphen and last[:1].isupper():
        return {case: tuple(f"{before}-{form}" for form in found) for case, found in _noun(last).items()}
    if not last.isalpha() or len(last) < 3 or last.isupper():
        return dict.fromkeys(_CASES, (word,))
    return _inflected(word, _NOUNS)


@cache
def _adjective(word: str, neuter: bool) -> _Forms:
    return _inflected(word, _NEUTER_ADJECTIVES if neuter and word.endswith("e") else _ADJECTIVES)


def _inflected(word: str, table: tuple[tuple[re.Pattern[str], tuple[tuple[str, ...], ...]], ...]) -> _Forms:
    for ending, cases in table:
        match = ending.search(word)
        if match:
            stem = word[: match.start()]
            made = (tuple(stem + match.expand(form) for form in forms) for forms in cases)
            return dict(zip(_CASES, ((word,), *made), strict=True))
    return dict.fromkeys(_CASES, (word,))
