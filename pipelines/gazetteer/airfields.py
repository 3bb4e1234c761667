"""What the word for airport says of the word beside it: a name that is also a person's ("aeroporto Marco Polo"), or a city's adjective
("казанский аэропорт", "Hamburger Flughafen", "scalo milanese").
"""

import re
from collections.abc import Iterator
from functools import cache

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.tables import rows

_NOUN = {
    "de": r"flughafens?|flughaefen|flughäfen|airport",
    "en": r"airports?|airfield|aerodrome",
    "es": r"aeropuertos?|terminal aerea|aerodromo",
    "fr": r"aeroports?|aerogare|aerodrome",
    "it": r"aeroporto|aeroporti|scalo|aerostazione",
    "nl": r"luchthavens?|vliegveld|airport",
    "pl": r"lotnisk\w+|port\w* lotnicz\w+",
    "pt": r"aeroportos?|terminal aereo",
    "ru": r"аэропорт\w*|аэродром\w*|авиагаван\w+|аэровокзал\w*",
    "tr": r"haval[iı]man\w*|havaalan\w*",
}
_BETWEEN = r"(?:[^\W\d_]+[ \n]){0,3}"
"""Words between a name and the noun: "aeropuerto internacional de"."""
_WIDE = 40
"""Characters in which noun and name stand."""
_CASES = {"ий": "nomn,accs", "ый": "nomn,accs", "ого": "gent", "ому": "datv", "им": "ablt", "ым": "ablt", "ом": "loct"}
"""Of a Russian adjective in the masculine."""
_RUSSIAN = "(?:ий|ый|ого|ому|им|ым|ом|ая|ой|ую|ие|их|ими)"
_ENDINGS = {
    "de": "(?:er)",
    "es": "(?:o|a|os|as|e|es)?",
    "fr": "(?:e|s|es)?",
    "it": "(?:o|a|i|e)",
    "nl": "e?",
    "pl": "(?:i|iego|iemu|im)",
    "pt": "(?:o|a|os|as|e|es)?",
    "ru": _RUSSIAN,
}
_FIRST = ("de", "nl", "pl", "ru")
"""Languages in which an adjective stands before its noun."""


def beside(folded: str, start: int, end: int, lang: str) -> bool:
    """Whether the word for airport stands by a name."""
    before, behind = _nouns(lang)
    return bool(before.search(folded[max(0, start - _WIDE) : start]) or behind.match(folded, end))


def find(text: str, lang: str) -> Iterator[Name]:
    """The adjectives of cities beside the word for airport, as places."""
    pattern = _adjectives(lang)
    if pattern is None:
        return
    for match in pattern.finditer(fold(text)):
        stem, start, end = match["stem"], match.start("word"), match.end("word")
        cases = _CASES.get(match["word"].removeprefix(stem), "") if lang == "ru" else ""
        yield Name(start, end, text[start:end], "place", (_stems(lang)[stem],), "city", False, cases or "nomn")


@cache
def _nouns(lang: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    noun = _NOUN.get(lang, _NOUN["en"])
    words = rf"(?<![^\W_])(?:{noun})"
    return re.compile(rf"{words}[ \n]\"?{_BETWEEN}\"?$"), re.compile(rf"\"?[ \n](?:international[ \n])?(?:{noun})(?![^\W_])")


@cache
def _stems(lang: str) -> dict[str, str]:
    return {
        fold(stem): row["code"] for row in rows("curated/city_adjectives.csv") if row["lang"] == lang for stem in row["stems"].split("|")
    }


@cache
def _adjectives(lang: str) -> re.Pattern[str] | None:
    stems = "|".join(sorted(map(re.escape, _stems(lang)), key=lambda stem: -len(stem)))
    if not stems:
        return None
    noun, word = _NOUN[lang], rf"(?P<word>(?P<stem>{stems}){_ENDINGS[lang]})(?![^\W_])"
    if lang in _FIRST:
        return re.compile(rf"(?<![^\W_]){word}(?=[ \n](?:[^\W\d_]+(?:[иы]й|ого|ому|[иы]м|ом|en?|er)[ \n])?(?:{noun})(?![^\W_]))")
    return re.compile(rf"(?<![^\W_])(?:{noun})[ \n](?:[^\W\d_]*nal[ei]?[ \n])?{word}")
