"""Which language a text is in: script, stop words and letters. Used where a source declares none, and for quoted foreign sentences."""

import re
from functools import lru_cache
from itertools import islice

from pipelines.extract.lexicon import languages, profile
from pipelines.extract.tokens import fold

DEFAULT = "en"
SAMPLE = 2_000
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
    totals = dict.fromkeys(languages(), 0.0)
    owners = _owners()
    for match in _WORDS.finditer(sample):
        langs = owners.get(fold(match.group()), ())
        for lang in langs:
            totals[lang] += 1 / len(langs)
    letters = set(sample.lower())
    for lang in totals:
        totals[lang] += 0.7 * len(letters & profile(lang).letters)
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
    totals = scores(sentence)
    best = max(totals, key=lambda other: totals[other], default=lang)
    return best if totals.get(best, 0) >= 4 and totals[best] > 3 * totals.get(lang, 0) else lang
