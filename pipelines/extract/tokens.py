"""Text to words: folding and tokenising, with code-point offsets into the text as given."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

WORD = re.compile(r"\w+(?:['’]t\b)?|[^\w\s]")
"""A word, an English negation in one piece (won't), or one mark of punctuation."""

_ONE_TO_ONE = str.maketrans({"ё": "е", "ı": "i", "ß": "s", "’": "'", "İ": "i", "æ": "e", "ø": "o", "œ": "e"})


class Token(NamedTuple):
    start: int
    end: int
    word: str
    """Folded: lower case, without accents."""


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """Lower case without accents, so that capitals without accents and lexicon entries with them meet."""
    low = word.lower().translate(_ONE_TO_ONE)
    if low.isascii():
        return low
    return "".join(c for c in unicodedata.normalize("NFD", low) if not unicodedata.combining(c))


def tokenise(text: str, start: int, end: int) -> list[Token]:
    """Tokens of ``text[start:end]`` with offsets into ``text``."""
    return [Token(*m.span(), fold(m[0])) for m in WORD.finditer(text, start, end)]
