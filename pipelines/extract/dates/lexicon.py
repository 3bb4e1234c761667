"""The words of dates: ``data/lexicon/<lang>/dates.toml``, compiled once per language, and a text's tokens read with them.

A vocabulary file is tables of phrases: ``[month] 3 = ["march", "mar"]``. The table says what a phrase is, the key what it means;
the grammar knows tables and keys, never words. Phrases are cut into tokens as texts are, so "jusqu'au" and "с 5-го" need no special care.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "data" / "lexicon"
LANGUAGES = tuple(sorted(path.parent.name for path in FOLDER.glob("*/dates.toml")))

TABLES = frozenset(
    (
        *("month", "weekday", "day", "unit", "shift", "shift_after", "portion", "portion_after", "season", "number"),
        *("prep", "post", "link", "same", "suffix", "tense"),
        *("of", "article", "on", "joint", "qualifier", "marker", "part"),
        *("day_word", "month_word", "year_word", "year_lead", "ordinal_sign"),
        *("clock_at", "clock_name", "clock_unit", "clock_zone", "after_day", "counted", "common", "recurring", "never", "open", "validity"),
    )
)
"""What a vocabulary may hold; a language leaves out what it has no use for."""

Meaning = int | str
_TOKEN = re.compile(r"\d+|[^\W\d_]+|[^\w\s]|[_\n]")
_NONE: frozenset[str] = frozenset()
_CORE = ("month", "weekday", "day", "unit", "season", "open", "same")
"""A date has a number or a word of one of these tables."""
_STARTING = ("prep", "shift", "portion", "marker", "never", "number")


@dataclass(frozen=True, slots=True)
class Lexicon:
    lang: str
    tables: dict[str, dict[str, tuple[tuple[list[str], Meaning], ...]]]
    """Table, first token of the phrase, then (further tokens, meaning), longest first."""
    kinds: dict[str, frozenset[str]]
    """The tables that have a phrase which begins with a word."""
    core: frozenset[str]
    starters: frozenset[str]
    """Words that an expression may begin with."""
    vocabulary: frozenset[str]
    """Every word of every phrase: an expression has no others."""
    abbreviations: frozenset[str]
    """Short forms of months: a full stop behind one need not end a sentence."""
    endings: dict[str, tuple[str, ...]]
    """"past" and "future": what verbs of that tense end with."""
    bare: str
    """Separators that make a date of two numbers without a year."""
    month_day: bool
    """Whether the day may follow the name of the month."""
    capital: bool
    """Whether months are written with a capital letter."""
    marker_alone: bool
    """Whether a marker makes a day of a number without an ordinal sign: "el día 27"."""


def fold(text: str, lang: str) -> str:
    """Lower case, code point for code point: "İ" alone would become two, and the Turkish I has no dot."""
    text = text.replace("İ", "i").replace("’", "'")
    return (text.replace("I", "ı") if lang == "tr" else text).lower()


@cache
def lexicon(lang: str) -> Lexicon:
    """The vocabulary of one of ``LANGUAGES``; English for any other."""
    lang = lang if lang in LANGUAGES else "en"
    data = tomllib.loads((FOLDER / lang / "dates.toml").read_text(encoding="utf-8"))
    grammar = data.pop("grammar")
    # [words] is a table of tables that need no meaning: each key is one.
    data |= {table: {"any": phrases} for table, phrases in data.pop("words").items()}
    unknown = data.keys() - TABLES
    if unknown:
        raise ValueError(f"{lang}/dates.toml: no such table: {', '.join(sorted(unknown))}; there are {', '.join(sorted(TABLES))}")
    tables: dict[str, dict[str, tuple[tuple[list[str], Meaning], ...]]] = {table: {} for table in TABLES}
    for table, meanings in data.items():
        by_first: dict[str, list[tuple[list[str], Meaning]]] = {}
        for key, phrases in meanings.items():
            meaning = int(key) if key.lstrip("-").isdecimal() else key
            for phrase in phrases:
                first, *rest = _TOKEN.findall(fold(phrase, lang))
                by_first.setdefault(first, []).append((rest, meaning))
        tables[table] = {first: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for first, found in by_first.items()}
    kinds: dict[str, set[str]] = {}
    for table, entries in tables.items():
        for first in entries:
            kinds.setdefault(first, set()).add(table)
    months = tables["month"]
    abbreviations = frozenset(short for short in months if any(full != short and full.startswith(short) for full in months))
    core = frozenset(word for table in _CORE for word in tables[table])
    starters = core | frozenset(word for table in _STARTING for word in tables[table])
    phrases = [(first, *rest) for entries in tables.values() for first, found in entries.items() for rest, _ in found]
    vocabulary = frozenset(word for phrase in phrases for word in phrase)
    return Lexicon(
        lang,
        tables,
        {word: frozenset(found) for word, found in kinds.items()},
        core,
        starters,
        vocabulary,
        abbreviations,
        {tense: tuple(grammar.get(tense, ())) for tense in ("past", "future")},
        grammar["bare"],
        grammar["month_day"],
        grammar["capital"],
        grammar["marker_alone"],
    )


class Tokens:
    """The tokens of one text: runs of digits, runs of letters, single other signs, and the ends of lines."""

    __slots__ = ("ends", "lexicon", "starts", "tables", "text", "words")

    def __init__(self, text: str, lexicon: Lexicon) -> None:
        self.text = text
        self.lexicon = lexicon
        self.tables = lexicon.tables
        found = [match.span() for match in _TOKEN.finditer(text)]
        folded = fold(text, lexicon.lang)
        self.words = [folded[start:end] for start, end in found]
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]
        # A few empty tokens at the end save the grammar its bounds checks.
        self.words += [""] * 8
        self.starts += [len(text) + 1] * 8
        self.ends += [len(text) + 1] * 8

    def __len__(self) -> int:
        return len(self.words) - 8

    def kinds(self, i: int) -> frozenset[str]:
        """The tables that have a phrase which begins with token ``i``."""
        return self.lexicon.kinds.get(self.words[i], _NONE)

    def sees(self, i: int, table: str) -> tuple[Meaning, int] | None:
        """What the longest phrase of ``table`` at token ``i`` means, and the token after it."""
        entries = self.tables[table].get(self.words[i])
        if entries:
            for rest, meaning in entries:
                after = i + 1 + len(rest)
                if not rest or self.words[i + 1 : after] == rest:
                    return meaning, after
        return None

    def means(self, i: int, table: str, *meanings: Meaning) -> int:
        """The token after a phrase of ``table`` that has one of ``meanings``, or 0."""
        for rest, meaning in self.tables[table].get(self.words[i], ()):
            after = i + 1 + len(rest)
            if meaning in meanings and self.words[i + 1 : after] == rest:
                return after
        return 0

    def touches(self, i: int) -> bool:
        """Whether nothing stands between token ``i`` and the one before it."""
        return i > 0 and self.starts[i] == self.ends[i - 1]

    def skip(self, i: int, table: str, at_most: int = 2) -> int:
        """The token after up to ``at_most`` phrases of ``table``."""
        if self.words[i] not in self.tables[table]:
            return i
        for _ in range(at_most):
            seen = self.sees(i, table)
            if seen is None:
                break
            i = seen[1]
        return i

    def skip_sign(self, i: int, signs: str) -> int:
        return i + 1 if self.words[i] and self.words[i] in signs else i
