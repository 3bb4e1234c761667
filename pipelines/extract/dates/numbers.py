"""Numbers in dates: which are days and years, which are prices, times and flight numbers; dates of numbers alone."""

from dataclasses import replace

from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.point import Found, Point

YEARS = range(1990, 2100)
_UNCLEAN = frozenset(".,:/'$€£¥₽₺#№+%\\=_")
_QUANTITIES = ("%", "€", "$", "£")
_FLIGHT_MONTHS = {
    name: month for month, name in enumerate(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), start=1)
}


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


def measures(t: Tokens, i: int) -> bool:
    return t.words[i] in _QUANTITIES or (t.words[i] in (".", ",", "/", ":") and t.touches(i + 1) and t.words[i + 1].isdecimal())


def counts(t: Tokens, i: int) -> bool:
    """Whether the number before ``i`` counts something: a noun or a sign of quantity follows."""
    word = t.words[i]
    if t.sees(i, "counted"):
        return True
    if word.isalpha():
        return not (t.sees(i, "after_day") or t.sees(i, "prep") or t.sees(i, "link"))
    return word in _QUANTITIES or (word in (".", ",", "/", ":") and t.touches(i + 1) and t.words[i + 1].isdecimal())


def numeric(t: Tokens, i: int, role: str) -> Found:
    """A date of numbers: 2025-12-01, 01.12.2025, 01.12, 12/01, 9.1., 03DEC25. Behind a preposition (``role``) fewer signs are asked for."""
    led = bool(role)
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
    if not t.touches(i):
        return False
    if t.words[i] in (",", ".", "-", ":"):
        return t.touches(i + 1) and t.words[i + 1].isdecimal()
    return t.words[i] in ("/", "°", *_QUANTITIES) or t.words[i].isalnum()


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
