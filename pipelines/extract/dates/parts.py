"""The parts of a date in words: the day with its ordinal sign, the month with its year, "next week"."""

from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.numbers import YEARS, number
from pipelines.extract.dates.point import Found, Point

_PERIODS = ("week", "weekend", "month", "year")
_SHIFTED = ("shift", "unit", "article")
_NAMED = ("month", "same", *_SHIFTED)
"""Tables with the first words of "next week", and of what may be a month."""
_LIKELY_YEARS = range(2010, 2040)
"""Behind a comma a number that is no such year counts something."""


def day_number(t: Tokens, i: int) -> tuple[int, int, bool] | None:
    """Day of a month, the token after it, whether it is marked as an ordinal."""
    day = number(t, i, 31)
    if day is None or len(t.words[i]) > 2:
        return None
    after = i + 1
    ordinal = t.sees(after, "ordinal_sign") if t.touches(after) else None
    if ordinal:
        return day, ordinal[1], True
    return day, after, False


def year_number(t: Tokens, i: int, comma: bool = True) -> tuple[int, int] | None:
    """A printed year with the words that belong to it."""
    j = t.skip(i, "of")
    likely = YEARS
    if j == i and comma and t.words[i] == ",":
        j, likely = i + 1, _LIKELY_YEARS
    word = t.words[j]
    if len(word) != 4 or not word.isdecimal() or int(word) not in likely:
        return None
    after = j + 1
    runs_on = t.words[after] in ("/", ".", ":") and t.touches(after + 1) and t.words[after + 1].isdecimal()
    if runs_on or t.words[after] in ("%", "€", "$", "°"):
        return None
    return int(word), year_words(t, after)


def year_words(t: Tokens, i: int) -> int:
    seen = t.sees(i, "year_word")
    if not seen:
        return i
    after = seen[1]
    if t.words[after] == "." and t.touches(after) and len(t.words[after - 1]) == 1:
        after += 1
    return after


def common(t: Tokens, i: int) -> bool:
    """Whether the token is an ordinary word here: "may", "sat" in small letters."""
    return t.sees(i, "common") is not None and t.text[t.starts[i]].islower()


def month_name(t: Tokens, i: int) -> tuple[int, int] | None:
    """A month and the token after it, with the full stop of an abbreviation."""
    seen = t.sees(i, "month")
    if not seen or common(t, i):
        return None
    month, after = seen
    after = t.skip(after, "month_word", 1)
    if t.words[after] == "." and t.touches(after) and t.words[after - 1] in t.lexicon.abbreviations:
        follows = t.text[t.starts[after + 1] : t.starts[after + 1] + 1]
        if follows.isdecimal() or follows.islower() or follows in tuple(",);:-–—("):
            after += 1
    return int(month), after


def month_and_year(t: Tokens, i: int) -> Found:
    """A month with what is said of its year; "this month", "the same month"."""
    if t.kinds(i).isdisjoint(_NAMED):
        return None
    named = month_name(t, i)
    if named:
        month, after = named
        printed = year_number(t, after)
        if printed:
            return Point(month=month, year=printed[0]), printed[1]
        later = shifted(t, t.skip(after, "of"), units=("year",))
        if later:
            return Point(month=month, year_shift=later[0].shift), later[1]
        return Point(month=month), after
    same = t.means(i, "same", "month")
    if same:
        return Point(same="month"), same
    return shifted(t, i, units=("month",))


def shifted(t: Tokens, i: int, role: str = "", units: tuple[str, ...] = _PERIODS) -> Found:
    """ "next week", "la semana próxima", "bu ay"."""
    if t.kinds(i).isdisjoint(_SHIFTED):
        return None
    before = t.sees(i, "shift")
    if before:
        unit = t.sees(t.skip(before[1], "of", 1), "unit")
        if unit and unit[0] in units:
            return Point(unit=str(unit[0]), shift=int(before[0])), unit[1]
        return None
    i = t.skip(i, "article", 1)
    unit = t.sees(i, "unit")
    if unit and unit[0] in units:
        behind = t.sees(unit[1], "shift_after") or t.sees(unit[1], "shift")
        if behind:
            return Point(unit=str(unit[0]), shift=int(behind[0])), behind[1]
        if unit[0] == "weekend" and (role or t.sees(unit[1], "post")):
            return Point(unit="weekend"), unit[1]
    return None


def case_ending(t: Tokens, i: int) -> tuple[str, int]:
    """A case ending after an apostrophe (Turkish)."""
    if t.words[i] == "'" and t.touches(i) and t.touches(i + 1):
        seen = t.sees(i + 1, "suffix")
        if seen:
            return str(seen[0]), seen[1]
    return "", i
