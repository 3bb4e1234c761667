"""Which language a text is in: script, stop words and letters. Used where a source declares none, and for quoted foreign sentences."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from pipelines.extract.lexicon import languages, profile
from pipelines.extract.tokens import words

DEFAULT = "en"
SAMPLE = 2_000
LETTER = 0.7
"""What a letter that gives a language away counts, where a word of it alone counts one."""
ENOUGH = 4
"""What must speak for another language before a sentence is read in it."""
BEGINNING = 30
"""Words of a sentence among which two of the text's own language settle it."""


@lru_cache(maxsize=1)
def _owners() -> dict[str, tuple[str, ...]]:
    """For each stop word, the languages that use it."""
    table: dict[str, list[str]] = {}
    for lang in languages():
        for word in profile(lang).stopwords:
            table.setdefault(word, []).append(lang)
    return {word: tuple(owners) for word, owners in table.items()}


def detect(text: str) -> str:
    """The likeliest language; ``en`` where nothing speaks for any."""
    sample = text[:SAMPLE]
    totals = _scores(_owned(words(sample)), _telling(sample))
    best = max(totals, key=lambda lang: totals[lang], default=DEFAULT)
    return best if totals.get(best) else DEFAULT


def foreign(sentence: str, said: Sequence[str], lang: str) -> str:
    """The language of a sentence, whose words are ``said``, in a text of ``lang``: another one only where hardly a doubt is left."""
    own = profile(lang).stopwords
    if sum(map(own.__contains__, said[:BEGINNING])) >= 2:
        return lang
    owned, letters = _owned(said), _telling(sentence)
    if owned.total() + len(letters) < ENOUGH:
        return lang  # no language can reach it: a word gives at most one, a letter less
    totals = _scores(owned, letters)
    best = max(totals, key=lambda other: totals[other], default=lang)
    return best if totals.get(best, 0) >= ENOUGH and totals[best] > 3 * totals.get(lang, 0) else lang


def _owned(said: Iterable[str]) -> Counter[tuple[str, ...]]:
    """The owners of the stop words among some words, and how many words are theirs."""
    owned = Counter(map(_owners().get, said))
    del owned[None]
    return owned  # type: ignore[return-value]


def _telling(sample: str) -> set[str]:
    """The letters in a text that speak for some language."""
    return set(sample.lower()) & _letters()


@lru_cache(maxsize=1)
def _letters() -> frozenset[str]:
    return frozenset().union(*(profile(lang).letters for lang in languages()))


def _scores(owned: Counter[tuple[str, ...]], letters: set[str]) -> dict[str, float]:
    """How much speaks for each language; a word that several share counts less for each."""
    totals = dict.fromkeys(languages(), 0.0)
    for langs, number in owned.items():
        share = number / len(langs)
        for lang in langs:
            totals[lang] += share
    if letters:
        for lang in totals:
            totals[lang] += LETTER * len(letters & profile(lang).letters)
    return totals
