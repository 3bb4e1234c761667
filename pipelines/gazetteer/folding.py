"""Folding for comparison that keeps every offset: one character in, one character out.

Letters lose case and, in the Latin script, their marks; dashes and no-break spaces become spaces (so that "Пунта-Кана" is "Пунта Кана"),
apostrophes of all shapes one. ``str.lower`` and ``casefold`` cannot be used on whole texts: "İ" and "ß" change length there.
"""

import unicodedata

_SINGLE = {
    **dict.fromkeys("-‐‑‒–—−\u00a0\u202f\u2009\u2007\t", " "),
    **dict.fromkeys("’‘ʼ´`′", "'"),
    **dict.fromkeys("„“”«»‹›", '"'),
    "İ": "i",
    "ı": "i",
    "ё": "е",
    "Ё": "е",
    "ø": "o",
    "Ø": "o",
    "ł": "l",
    "Ł": "l",
    "đ": "d",
    "Đ": "d",
}


class _Folds(dict[int, str]):
    """The table for ``str.translate``, filled as characters are met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        folded = _SINGLE.get(char) or _fold(char)
        self[point] = folded
        return folded


def _fold(char: str) -> str:
    lower = char.lower()
    if len(lower) != 1:
        return char
    parts = unicodedata.normalize("NFD", lower)
    # Only Latin letters: "й" without its mark would be another letter
    return parts[0] if len(parts) > 1 and parts[0].isascii() else lower


_FOLDS = _Folds()


def fold(text: str) -> str:
    """The text folded; ``len(fold(text)) == len(text)``."""
    return text.translate(_FOLDS)
