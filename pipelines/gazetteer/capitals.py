"""Whether the capital letters of a hit fit the name: "Gol" is a goal, "GOL" an airline; in a headline of capitals nothing can be told."""

import re
from functools import cache

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import Spelling
from pipelines.gazetteer.words import common_words

_WINDOW = 24
"""Letters on each side that tell whether a stretch of text is written in capitals."""
_SHOUTED_MIN = 4
"""In capitals, a shorter name cannot be told from a word."""


_OPENING = re.compile(r"(?:^|[.!?…:;\n«»\"“„”•|/]|[-–—])[\s«\"“„'(‘]*$")
"""What stands before the first word of a sentence, a quotation or a point in a list."""


class Capitals:
    """The capitals of one text in one language."""

    def __init__(self, text: str, lang: str) -> None:
        self._text = text
        self._lang = lang
        self._words = common_words(lang)

    def fitting(self, spellings: tuple[Spelling, ...], start: int, end: int) -> list[Spelling]:
        """Those spellings that the hit can be, by the way it is written and the language."""
        written = self._text[start:end]
        bound = [s for s in spellings if not _bound(s) or self._lang in s.langs]
        if written.isupper() and self._shouted(start, end):
            if fold(written) in self._words:
                return []
            return [s for s in bound if s.text.isupper() or not (s.ambiguous or end - start < _SHOUTED_MIN)]
        return [s for s in bound if written == s.text or _fits(s, written)]

    def word(self, start: int, end: int) -> bool:
        """Whether the hit is an ordinary word of the language too: it needs context."""
        return fold(self._text[start:end]) in self._words

    def explained(self, places: list[Spelling], start: int, end: int, word: bool) -> bool:
        """Whether the hit has its capital for another reason than being a place, and is rather an ordinary word.

        ``word`` is what the method of that name says. German writes every noun so; at the beginning of a sentence any word is written so,
        and there a name that only other languages use ("Indien" in Dutch) is none.
        """
        if self._text[end : end + 1] in ("'", "’") and self._lang == "tr":
            return False  # Turkish sets the apostrophe behind names only
        if word and self._lang == "de":
            return True
        foreign = " " not in places[0].text and all(s.langs.isdisjoint((self._lang, "", "en")) for s in places)
        return (word or foreign) and _OPENING.search(self._text, max(0, start - _WINDOW), start) is not None

    def _shouted(self, start: int, end: int) -> bool:
        around = self._text[max(0, start - _WINDOW) : start] + self._text[end : end + _WINDOW]
        return sum(map(str.isupper, around)) > 3 and not any(map(str.islower, around))


@cache
def _bound(spelling: Spelling) -> bool:
    """Whether a name counts in its own languages only: adjectives, and the shortest abbreviations ("VS" are the United States in Dutch)."""
    short = spelling.type == "place" and len(spelling.text) < _SHOUTED_MIN and spelling.text.isupper()
    return spelling.type == "adjective" or (short and "" not in spelling.langs)


def _fits(spelling: Spelling, written: str) -> bool:
    firsts, whole = _capitals(spelling)
    if whole:
        return written.isupper()
    return all(written[i].isupper() for i in firsts)


@cache
def _capitals(spelling: Spelling) -> tuple[tuple[int, ...], bool]:
    return spelling.capitals(), spelling.text.isupper()
