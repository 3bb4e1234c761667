"""Which of the names found in a text are meant: airline or ordinary word, which of the cities of one name, part of a longer one."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from pipelines import gazetteer
from pipelines.extract.lexicon import Lexicon
from pipelines.extract.tokens import WORD, fold
from pipelines.gazetteer import Name
from pipelines.gazetteer.words import common_words

NEAR = 40
"""Characters on each side in which a word such as "airline" vouches for an ambiguous name."""
REACH = 200
"""Characters back from a name to the start of one that may stand right before it."""
_PARENTHESIS = re.compile(r"\s*\([^()]{1,12}\)")
AHEAD = 90
"""Characters after an ambiguous name in which talk of flights vouches for it."""
STEM = 4
"""Letters of a country's name that its inflected forms share."""
QUOTES = "«„“\"'‘”"
_PROVINCE = re.compile(r"(?:[^\W\d_]{3,}) \([A-Z]{2}\)$")
_HEAD = re.compile(r"(?:^|\n)[ \t]*(?P<bullet>[•●▪◦‣·*–—-]|\d{1,2}[.)])?[ \t]*$")
"""What stands before the first word of a line, or of a point in a list."""
_TELLS = re.compile(r"[»”\"']?(?: ?:(?!\d)| [–—-] )")
"""What follows the name that a point in a list is about."""
_SMALL_BEFORE = re.compile(r"[^\W\d_A-ZА-ЯÀ-Þ][,;]? $")
"""A small letter before: no sentence, line or quotation begins there."""
LISTING = (", ", " and ", " y ", " e ", " en ", " und ", " et ", " и ", " ve ", " & ")


def choose(text: str, names: Sequence[Name], lexicon: Lexicon) -> list[Name]:
    """The names that are meant, non-overlapping, sorted; each place with the one code that fits the rest of the notice first."""
    sure = sorted((n for n in names if n.type == "operator" and not n.ambiguous), key=_start)
    spans = {(n.start, n.end): _rival(n, lexicon.lang) for n in names if n.type == "place"}
    doubtful = [n for n in names if n.type == "operator" and n.ambiguous]
    adjectives = {(n.start, n.end) for n in names if n.type == "adjective"}
    meant = {
        n.codes
        for n in doubtful
        if not _of_people(text, n, lexicon, adjectives) and _vouched(text, n, lexicon, sure, spans.get((n.start, n.end), ""))
    }
    kept: list[Name] = []
    for name in names:
        if (
            name.type == "operator"
            and name.ambiguous
            and (
                name.codes not in meant
                or not _capital(name)
                or _of_people(text, name, lexicon, adjectives)
                or ((name.start, name.end) in spans and not _vouched(text, name, lexicon, sure, spans[name.start, name.end]))
            )
        ):
            continue
        if name.type == "operator" and len(name.text) == 2 and _PROVINCE.search(text, max(0, name.start - NEAR), name.end + 1):
            continue  # "Porto Seguro (BA)", "Bergamo (BG)": the state or province
        if name.type == "place" and name.text.islower() and not name.form:
            continue  # "paris" as a common noun: only adjectives, which have a case, are written small
        kept.append(name)
    order = {"flight": 0, "operator": 1, "place": 2, "adjective": 3}
    kept.sort(key=lambda n: (n.start, n.start - n.end, order.get(n.type, 4)))
    out: list[Name] = []
    for name in kept:
        if out and name.start < out[-1].end:
            if (
                name.start == out[-1].start
                and name.end == out[-1].end
                and name.type == "place"
                and (name.kind != "country" or _rival(name, lexicon.lang) == "country")
                and _as_place(text, name, lexicon)
            ):
                out[-1] = name
            continue
        out.append(name)
    return _settled(out)


def _vouched(text: str, name: Name, lexicon: Lexicon, sure: Sequence[Name], also: str) -> bool:
    """Whether quotes, a word such as "airline", a list of airlines or talk of flights say that an airline is meant; ``also``: the kind of
    place that the same words may name."""
    before, after = text[max(0, name.start - NEAR) : name.start], text[name.end : name.end + NEAR]
    if before[-1:] in QUOTES and before[-1:] and after[:1] in "»“”\"'’":
        return True
    if _heads(text, name, also) or _proper(text, name, lexicon.lang, sure, also):
        return True
    nouns = lexicon.patterns.members("airline_noun")
    close = [m.group() for m in WORD.finditer(before)][-2:] + [m.group() for m in WORD.finditer(after)][:1]
    if any(not nouns.isdisjoint(lexicon.patterns.atoms(fold(w))) for w in close):
        return True
    members, last = lexicon.patterns.members, [lexicon.patterns.atoms(fold(m.group())) for m in WORD.finditer(before)][-2:]
    if last and (
        not last[-1].isdisjoint(members("flight"))
        or (
            len(last) == 2
            and not last[0].isdisjoint(members("flight"))
            and all(last[1].isdisjoint(members(role)) for role in ("to", "from", "in"))
        )
    ):
        return True  # "voo da Emirates"
    for other in sure[bisect_left(sure, name.start - REACH, key=_start) : bisect_right(sure, name.end + NEAR, key=_start)]:
        between = _PARENTHESIS.sub("", text[other.end : name.start] if other.end <= name.start else text[name.end : other.start])
        if between in LISTING or (between.strip() in ("", ",") and 0 < len(between) <= 2):
            return True
    if also in ("country", "region") or not _capital(name):
        return False
    talk = [m.group() for m in WORD.finditer(text, name.end, name.end + AHEAD)] + [m.group() for m in WORD.finditer(before)][-4:]
    flying = lexicon.patterns.members("flight") | lexicon.patterns.members("fly")
    doing = [m.group() for m in WORD.finditer(text, name.end, name.end + NEAR)][:3]
    return any(not flying.isdisjoint(lexicon.patterns.atoms(fold(w))) for w in talk) or any(
        not lexicon.anchors.isdisjoint(lexicon.patterns.atoms(fold(w))) for w in doing
    )


def _start(name: Name) -> int:
    return name.start


def _heads(text: str, name: Name, also: str) -> bool:
    """Whether a point of a list is about the airline: "• Gol: no flights", "– Iberia – none"; without its mark, only before a colon."""
    head = _HEAD.search(text, max(0, name.start - NEAR), name.start)
    told = _TELLS.match(text, name.end)
    if head is None or told is None or not _capital(name):
        return False
    return bool(head["bullet"]) or (":" in told.group() and not also)


def _proper(text: str, name: Name, lang: str, sure: Sequence[Name], also: str) -> bool:
    """Whether its capitals make a name of it: one inside ("IndiGo"), or one amid small words where airlines are the matter ("y Gol hará").

    German writes every noun so, and next to another capital it is part of something else ("Sky News").
    """
    if any(c.isupper() for c in name.text[1:]) and any(c.islower() for c in name.text[1:]) and " " not in name.text:
        return True
    if also or lang == "de" or fold(name.text) in common_words(lang) or not any(n.kind == "airline" for n in sure):
        return False
    before, after = _SMALL_BEFORE.search(text, max(0, name.start - NEAR), name.start), text[name.end : name.end + 2]
    return before is not None and name.text[0].isupper() and (after[:1] in ",.;:)" or (after[:1].isspace() and after[1:].islower()))


def _of_people(text: str, name: Name, lexicon: Lexicon, adjectives: set[tuple[int, int]]) -> bool:
    """Whether an airline's name is but an adjective before people: "Norwegian passengers"."""
    if (name.start, name.end) not in adjectives or not (after := WORD.match(text, name.end + 1)):
        return False
    return not lexicon.patterns.atoms(fold(after.group())).isdisjoint(lexicon.patterns.members("people"))


def _rival(place: Name, lang: str) -> str:
    """The kind of a place that shares an airline's name; a country counts only under the name it has in this language."""
    same = place.kind != "country" or any(fold(gazetteer.place_name(c, lang))[:STEM] == fold(place.text)[:STEM] for c in place.codes[:1])
    return place.kind if same else "city"


def _capital(name: Name) -> bool:
    return name.text[:1] in QUOTES or name.text[:1].isupper() or name.text[:1].isdigit()


def _as_place(text: str, name: Name, lexicon: Lexicon) -> bool:
    """Whether the word before says that a name which is also an airline's is the place."""
    words = [m.group() for m in WORD.finditer(text[max(0, name.start - NEAR) : name.start])]
    if not words:
        return False
    members, atoms = lexicon.patterns.members, lexicon.patterns.atoms
    before = atoms(fold(words[-1]))
    if any(not before.isdisjoint(members(role)) for role in ("to", "in")):
        return True
    flights = any(not atoms(fold(w)).isdisjoint(members("flight")) for w in words[-3:-1])  # "flights of Emirates"
    return not flights and not before.isdisjoint(members("from"))


def _settled(names: list[Name]) -> list[Name]:
    """Puts first the code of an ambiguous place, or of an acronym of authorities, whose country the rest of the notice names most."""
    countries = Counter(gazetteer.country(n.codes[0]) for n in names if n.type in ("place", "adjective") and n.codes and len(n.codes) == 1)
    for i, name in enumerate(names):
        if name.kind == "authority" and len(name.codes) > 1:  # "ANAC": of Brazil, Portugal, Argentina
            first = max(name.codes, key=lambda code: (countries.get(gazetteer.operator_country(code), 0), -name.codes.index(code)))
            names[i] = replace(name, codes=(first, *(c for c in name.codes if c != first)))
        if name.type == "place" and len(name.codes) > 1:
            island = name.kind == "country" and len(name.codes[1]) == 3 and len(gazetteer.airports(name.codes[0])) == 1
            best = (
                name.codes[1]
                if island
                else max(name.codes, key=lambda code: (countries.get(gazetteer.country(code), 0), -name.codes.index(code)))
            )
            if best != name.codes[0]:
                rest = tuple(c for c in name.codes if c != best)
                names[i] = Name(name.start, name.end, name.text, name.type, (best, *rest), name.kind, name.ambiguous, name.form)
    return names
