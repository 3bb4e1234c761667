"""Ordinary words that look like places, by language: data/gazetteer/curated/words.csv."""

from functools import cache

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import rows


@cache
def common_words(lang: str) -> frozenset[str]:
    """The folded words of a language that are no names however they are capitalised at the start of a sentence."""
    return frozenset(fold(word) for row in rows("curated/words.csv") if row["lang"] == lang for word in row["words"].split("|"))
