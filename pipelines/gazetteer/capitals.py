"""Whether the capital letters of a hit fit the name: "Gol" is a goal, "GOL" an airline; in a headline of capitals nothing can be told."""

from functools import cache

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import Spelling
from pipelines.gazetteer.words import common_words

_WINDOW = 24
"""Letters on each side that tell whether a stretch of text is written in capitals."""
_SHOUTED_MIN = 4
"""In capitals, a shorter name cannot be told from a word."""


class Capitals:
    """The capitals of one text in one language."""

    def __init__(self, text: str, lang: str) -> None:
        self._text = text
        self._words = common_words(lang)

    def fitting(self, spellings: tuple[Spelling, ...], start: int, end: int) -> list[Spelling]:
        """Those spellings that the hit can be, by the way it is written."""
        written = self._text[start:end]
        if written.isupper() and self._shouted(start, end):
            common = fold(written) in self._words
            return [s for s in spellings if s.text.isupper() or not (common or s.ambiguous or end - start < _SHOUTED_MIN)]
        return [s for s in spellings if written == s.text or _fits(s, written)]

    def doubtful(self, start: int, end: int) -> bool:
        """Whether the hit is an ordinary word of the language too."""
        return fold(self._text[start:end]) in self._words

    def _shouted(self, start: int, end: int) -> bool:
        around = self._text[max(0, start - _WINDOW): start] + self._text[end: end + _WINDOW]
        return sum(map(str.isupper, around)) > 3 and not any(map(str.islower, around))


def _fits(spelling: Spelling, written: str) -> bool:
    firsts, whole = _capitals(spelling)
    if whole:
        return written.isupper()
    return all(written[i].isupper() for i in firsts)


@cache
def _capitals(spelling: Spelling) -> tuple[tuple[int, ...], bool]:
    return spelling.capitals(), spelling.text.isupper()
