"""Tour operators that no table lists, known by a word of their name: "Mapa Tours", "Viajes Carrefour", "Schmetterling Reisen GmbH"."""

import re
from collections.abc import Sequence

from pipelines.extract.lexicon import Lexicon, profile
from pipelines.extract.tokens import fold
from pipelines.gazetteer import Name

_WORD = r"[^\W\d_a-zа-яà-öø-ÿ][\w&]*(?:[-'’][\w&]+)*"
_NO_NAME = r"(?! (?:Awards?|Market|Mart|Fair|Forum|Show|Expo|Weekly|Agents?|Association|Council|&))"
_OF_TRADE = "Tours|Travel|Touristik|Holidays|Viajes|Voyages|Viaggi|Viagens|Turizm|Turismo|Reizen|Vakanties"
_TRADE = rf"(?:{_OF_TRADE}|Reisen (?=GmbH|AG\b)){_NO_NAME}"
_NAMED = re.compile(rf"(?<![\w-])(?:{_WORD} ){{1,2}}{_TRADE}(?![\w-])|(?<![\w-])(?:Viajes|Voyages|Viaggi) {_WORD}(?![\w-])")


def unlisted(text: str, names: Sequence[Name], lexicon: Lexicon) -> list[Name]:
    """Tour operators named in a text beside the ``names`` already found in it; a name written otherwise than at a sentence's start."""
    stop = profile(lexicon.lang).stopwords
    out = []
    for match in _NAMED.finditer(text):
        start, end = match.start(), match.end()
        words = match.group().split()
        while len(words) > 1 and (fold(words[0]) in stop or lexicon.patterns.atoms(fold(words[0]))) and fold(words[0]) != "viajes":
            start += len(words.pop(0)) + 1
        if len(words) < 2 or any(n.start < end and start < n.end for n in names) or _common(words, lexicon):
            continue
        slug = "-".join(re.findall(r"[a-z0-9]+", fold(" ".join(words))))
        out.append(Name(start, end, text[start:end].strip(), "operator", (slug,), "tour_operator", False))
    return out


def _common(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether another word of a name is one of the trade's own ("Package Holidays", "All Flights")."""
    members = lexicon.patterns.members
    trade = members("flight") | members("tour") | members("people") | members("airline_noun") | members("not")
    return sum(not trade.isdisjoint(lexicon.patterns.atoms(fold(w))) for w in words) > 1
