"""One point of time as a text names it: a day, a weekday, "next week", "the end of March". Nothing is resolved here.

Each reader takes tokens and an index and returns a ``Point`` with the index after it, or None. All go forward only, a bounded number of tokens.
"""

from dataclasses import dataclass, replace

from pipelines.extract.dates_lexicon import Tokens

YEARS = range(1990, 2100)
_LIKELY_YEARS = range(2010, 2040)
_UNCLEAN = frozenset(".,:/'$€£¥₽₺#№+%\\=_")
_FLIGHT_MONTHS = {name: n for n, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), start=1)}


@dataclass(frozen=True, slots=True)
class Point:
    """What is said of a point of time; None where a part is not said."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    """1 Monday to 7 Sunday."""
    offset: int | None = None
    """Days after the publication."""
    unit: str = ""
    """"week", "weekend", "month" or "year", moved by ``shift`` from the one of the publication."""
    shift: int | None = None
    year_shift: int | None = None
    portion: str = ""
    season: str = ""
    same: str = ""
    """"day" or "month": the one named last."""
    swapped: "Point | None" = None
    """The other reading of a slashed date: month first."""
    slashed: str = ""
    """"day_first" or "month_first" for a slashed date that can be read in one way only."""

    @property
    def is_day(self) -> bool:
        return self.day is not None or self.weekday is not None or self.offset is not None or self.same == "day"


Found = tuple[Point, int] | None


def number(t: Tokens, i: int, at_most: int) -> int | None:
    word = t.words[i]
    if not word.isdecimal() or len(word) > 4:
        return None
    value = int(word)
    return value if 1 <= value <= at_most else None


def clean_left(t: Tokens, i: int) -> bool:
    """Whether a number at ``i`` is not the tail of a price, a time, a decimal fraction, a flight number."""
    if not t.touches(i):
        return True
    before = t.words[i - 1]
    if before in "-–—":
        return i < 2 or not t.touches(i - 1) or not t.words[i - 2].isalpha() or t.sees(i - 2, "month") is not None
    if before == "/" and i > 1 and (t.words[i - 2] == "." or (t.words[i - 2].isdecimal() and len(t.words[i - 2]) <= 2)):
        return True  # "24./25. Dezember"
    if before == "'" and i > 1 and t.words[i - 2].isalpha():
        return True  # an elision: "dall'11"
    return before not in _UNCLEAN and not before.isalnum()


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
    if t.words[after] in ("%", "€", "$", "°") or (t.words[after] in ("/", ".", ":") and t.touches(after + 1) and t.words[after + 1].isdecimal()):
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


def month_name(t: Tokens, i: int) -> tuple[int, int] | None:
    """A month and the token after it, with the full stop of an abbreviation."""
    seen = t.sees(i, "month")
    if not seen or common(t, i):
        return None
    month, after = seen
    if t.words[after] == "." and t.touches(after) and t.words[after - 1] in t.lexicon.abbreviations:
        follows = t.text[t.starts[after + 1] : t.starts[after + 1] + 1]
        if follows.isdecimal() or follows.islower() or follows in tuple(",);:-–—("):
            after += 1
    return int(month), after


def common(t: Tokens, i: int) -> bool:
    """Whether the token is an ordinary word here: "may", "sat" in small letters."""
    return t.sees(i, "common") is not None and t.text[t.starts[i]].islower()


def month_and_year(t: Tokens, i: int) -> Found:
    """A month with what is said of its year; "this month", "the same month"."""
    named = month_name(t, i)
    if named:
        month, after = named
        printed = year_number(t, after)
        if printed:
            return Point(month=month, year=printed[0]), printed[1]
        later = shifted(t, t.skip(after, "of"), "year")
        if later:
            return Point(month=month, year_shift=later[0].shift), later[1]
        return Point(month=month), after
    same = t.means(i, "same", "month")
    if same:
        return Point(same="month"), same
    return shifted(t, i, "month")


def shifted(t: Tokens, i: int, *units: str) -> Found:
    """ "next week", "la semana próxima", "bu ay"."""
    before = t.sees(i, "shift")
    units = units or ("week", "weekend", "month", "year")
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
    return None


def numeric(t: Tokens, i: int, led: bool) -> Found:
    """A date of numbers: 2025-12-01, 01.12.2025, 01.12, 12/01, 9.1., 03DEC25. ``led``: a word before it says that a date follows."""
    words = t.words
    first = words[i]
    if not first.isdecimal() or len(first) > 4 or not clean_left(t, i):
        return None
    if t.touches(i + 1) and words[i + 1].isalpha():
        return _glued(t, i)
    sign = words[i + 1]
    if sign not in ("-", ".", "/") or not t.touches(i + 1) or not t.touches(i + 2) or not words[i + 2].isdecimal():
        return None
    second = words[i + 2]
    third = words[i + 4] if words[i + 3] == sign and t.touches(i + 3) and t.touches(i + 4) and words[i + 4].isdecimal() else ""
    if len(first) == 4:
        if third and len(second) <= 2 and len(third) <= 2 and int(first) in YEARS and not _runs_on(t, i + 5):
            return _date(int(third), int(second), int(first), None, i + 5)
        return None
    if len(first) > 2 or len(second) > 2:
        return None
    if third:
        if len(third) not in (2, 4) or (len(third) == 2 and sign == "-" and not led) or _runs_on(t, i + 5):
            return None
        year = int(third) + (2000 if len(third) == 2 else 0)
        return _date(int(first), int(second), year, sign, i + 5, year in YEARS)
    return _without_year(t, i, sign, led)


def _without_year(t: Tokens, i: int, sign: str, led: bool) -> Found:
    first, second = t.words[i], t.words[i + 2]
    after = i + 3
    closed = sign == "." and t.words[after] == "." and t.touches(after)
    if closed and (t.touches(after + 1) and t.words[after + 1].isdecimal()):
        return None
    if _runs_on(t, after) or t.sees(after, "clock_unit") or t.sees(after, "clock_zone") or t.sees(t.skip(after, "of"), "month"):
        return None
    padded = len(first) == len(second) == 2
    home = sign in t.lexicon.bare
    in_brackets = t.words[i - 1] == "(" and t.words[after + closed] == ")"
    if sign == "-" or not ((home and (padded or closed or led)) or in_brackets or (led and (padded or sign == "/"))):
        return None
    if sign == "." and not in_brackets and i and t.sees(i - 1, "clock_at") and not closed:
        return None
    # "24/7" and the first of January are told apart by the zero alone.
    if sign == "/" and (first, second) in (("24", "7"), ("7", "24"), ("9", "11")):
        return None
    ends_sentence = closed and t.lexicon.lang != "de" and not in_brackets
    return _date(int(first), int(second), None, sign, after + (closed and not ends_sentence))


def _glued(t: Tokens, i: int) -> Found:
    """03DEC25, 03DEC2025, 03DEC: as aviation writes them, in capitals."""
    name = t.text[t.starts[i + 1] : t.ends[i + 1]]
    day = number(t, i, 31)
    if day is None or name not in _FLIGHT_MONTHS or len(t.words[i]) > 2:
        return None
    year = t.words[i + 2] if t.touches(i + 2) else ""
    if year.isdecimal() and len(year) in (2, 4):
        return _date(day, _FLIGHT_MONTHS[name], int(year) + (2000 if len(year) == 2 else 0), None, i + 3)
    return None if year.isalnum() else _date(day, _FLIGHT_MONTHS[name], None, None, i + 2)


def _runs_on(t: Tokens, i: int) -> bool:
    """Whether what stands at ``i`` continues a number: a fraction, a percentage, a time."""
    return t.touches(i) and (t.words[i] in ("%", "/", "°", "€", "$") or t.words[i].isalnum() or (t.words[i] in (",", ".", "-", ":") and t.touches(i + 1) and t.words[i + 1].isdecimal()))


def _date(day: int, month: int, year: int | None, sign: str | None, after: int, valid: bool = True) -> Found:
    if not valid:
        return None
    straight = Point(day=day, month=month, year=year) if 1 <= day <= 31 and 1 <= month <= 12 else None
    swapped = Point(day=month, month=day, year=year) if sign == "/" and 1 <= month <= 31 and 1 <= day <= 12 else None
    if straight and swapped:
        return replace(straight, swapped=swapped), after
    if straight:
        return replace(straight, slashed="day_first" if sign == "/" else ""), after
    return (replace(swapped, slashed="month_first"), after) if swapped else None
