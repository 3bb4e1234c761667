"""Which language a text is in: script, stop words and letters. Used where a source declares none, and for quoted foreign sentences."""

import re
from functools import lru_cache
from itertools import islice

from pipelines.extract.lexicon import languages, profile
from pipelines.extract.tokens import fold

DEFAULT = "en"
SAMPLE = 2_000
LETTER = 0.7
"""What a letter that gives a language away counts, where a word of it alone counts one."""
ENOUGH = 4
"""What must speak for another language before a sentence is read in it."""
_WORDS = re.compile(r"\w+")


@lru_cache(maxsize=1)
def _owners() -> dict[str, tuple[str, ...]]:
    """For each stop word, the languages that use it."""
    table: dict[str, list[str]] = {}
    for lang in languages():
        for word in profile(lang).stopwords:
            table.setdefault(word, []).append(lang)
    return {word: tuple(owners) for word, owners in table.items()}


def scores(text: str) -> dict[str, float]:
    """How much speaks for each language in the first characters of a text; a word that several share counts less for each."""
    sample = text[:SAMPLE]
    return _scores(_owned(sample), _telling(sample))


def _owned(sample: str) -> list[tuple[str, ...]]:
    """The owners of each stop word in a text."""
    return [owners for owners in map(_owners().get, map(fold, _WORDS.findall(sample))) if owners]


def _telling(sample: str) -> set[str]:
    """The letters in a text that speak for some language."""
    return set(sample.lower()) & _letters()


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    return frozenset().union(*(profile(lang).letters for lang in languages()))


def _scores(owned: list[tuple[str, ...]], letters: set[str]) -> dict[str, float]:
    totals = dict.fromkeys(languages(), 0.0)
    for langs in owned:
        share = 1 / len(langs)
        for lang in langs:
            totals[lang] += share
    if letters:
        for lang in totals:
            totals[lang] += LETTER * len(letters & profile(lang).letters)
    return totals


def detect(text: str) -> str:
    """The likeliest language; ``en`` where nothing speaks for any."""
    totals = scores(text)
    best = max(totals, key=lambda lang: totals[lang], default=DEFAULT)
    return best if totals.get(best) else DEFAULT


def foreign(sentence: str, lang: str) -> str:
    """The language of a sentence in a text of language ``lang``: another one only where its words leave hardly a doubt."""
    own = profile(lang).stopwords
    known = (m for m in _WORDS.finditer(sentence, 0, 200) if fold(m.group()) in own)
    if sum(1 for _ in islice(known, 2)) == 2:
        return lang
    sample = sentence[:SAMPLE]
    owned, letters = _owned(sample), _telling(sample)
    if len(owned) + len(letters) < ENOUGH:
        return lang  # no language can reach it: a word gives at most one, a letter less
    totals = _scores(owned, letters)
    best = max(totals, key=lambda other: totals[other], default=lang)
    return best if totals.get(best, 0) >= ENOUGH and totals[best] > 3 * totals.get(lang, 0) else lang
