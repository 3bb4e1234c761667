"""Whether the capital letters of a hit fit the name: "Gol" is a goal, "GOL" an airline; in a headline of capitals nothing can be told."""

import re

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import Spelling
from pipelines.gazetteer.words import common_words

_WINDOW = 24
"""Letters on each side that tell whether a stretch of text is written in capitals."""
_OPENING = re.compile(r"(?:^|[.!?…:\n«»\"“„”•|]|[-–—])\s*[«\"“„'(‘]*$")


class Capitals:
    """The capitals of one text in one language."""

    def __init__(self, text: str, lang: str) -> None:
        self._text = text
        self._words = common_words(lang)

    def fit(self, spelling: Spelling, start: int, end: int) -> bool:
        """Whether the hit is written as a name of that spelling is."""
        written = self._text[start:end]
        if self._shouted(start, end):
            return not (spelling.ambiguous or fold(written) in self._words)
        if spelling.text.isupper():
            return written.isupper()
        firsts = [i for i, char in enumerate(spelling.text) if char.isupper() and (i == 0 or not spelling.text[i - 1].isalpha())]
        if spelling.lang == "ru":
            firsts = firsts[:1]
        return all(written[i].isupper() for i in firsts)

    def doubtful(self, written: str, start: int, end: int) -> bool:
        """Whether an ordinary word of the language stands where any word would have its capital."""
        return fold(written) in self._words

    def _shouted(self, start: int, end: int) -> bool:
        around = self._text[max(0, start - _WINDOW): start] + self._text[end: end + _WINDOW]
        if any(char.islower() for char in around):
            return False
        return self._text[start:end].isupper() and sum(char.isupper() for char in around) > 3
