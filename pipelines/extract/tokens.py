"""Text to words: folding and tokenising, with code-point offsets into the text as given."""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeVar

WORD = re.compile(r"\w+(?:['’]t\b)?|[^\w\s]")
"""A word, an English negation in one piece (won't), or one mark of punctuation."""

_ONE_TO_ONE = str.maketrans({"ё": "е", "ı": "i", "ß": "s", "’": "'", "İ": "i", "æ": "e", "ø": "o", "œ": "e", "ł": "l"})


Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Remembered(dict[Asked, Answer]):
    """What a function says, asked once for each word or set of words."""

    def __init__(self, ask: Callable[[Asked], Answer]) -> None:
        self._ask = ask

    def __missing__(self, asked: Asked) -> Answer:
        found = self._ask(asked)
        if len(self) < 200_000:
            self[asked] = found
        return found


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
    make = tuple.__new__  # half the time of Token(...), and a notice has hundreds
    return [make(Token, (m.start(), m.end(), fold(m[0]))) for m in WORD.finditer(text, start, end)]


def words(text: str) -> tuple[str, ...]:
    """The words of the tokens of a text, in a third of the time."""
    return tuple(map(fold, WORD.findall(text)))
