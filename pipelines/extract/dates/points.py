"""Any point of time: a day, a weekday that a date makes exact, a period. Nothing is resolved here.

Each reader takes tokens and an index and gives a ``Point`` with the index after it, or None. All go forward only, a bounded
number of tokens.
"""

from dataclasses import replace

from pipelines.extract.dates.days import bare_day, day_of_month, month_first, recurs, sharing_month, told_before, weekday_name
from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.numbers import clean_left, counts, numeric
from pipelines.extract.dates.parts import day_number, shifted
from pipelines.extract.dates.periods import month_alone, portion, portion_behind, season_name, year_alone
from pipelines.extract.dates.point import Found, Point

_NUMBER_READERS = (numeric, day_of_month, sharing_month, bare_day, portion_behind, year_alone)
_WORD_READERS = (
    (frozenset(("marker", "shift")), day_of_month),
    (frozenset(("portion",)), portion),
    (frozenset(("unit", "month", "season", "shift")), portion_behind),
    (frozenset(("unit", "shift", "article")), shifted),
    (frozenset(("month",)), month_first),
    (frozenset(("month", "shift", "same")), month_alone),
    (frozenset(("season", "shift")), season_name),
    (frozenset(("marker",)), sharing_month),
    (frozenset(("marker",)), bare_day),
    (frozenset(("year_lead",)), year_alone),
    (frozenset(("same",)), told_before),
)
"""Which readers to try, in this order, for a word of which tables."""


def point(t: Tokens, i: int, role: str, depth: int = 0) -> Found:
    """A point of time at ``i``, read after a preposition of ``role`` ("" where there is none)."""
    kinds = t.kinds(i)
    number = t.words[i].isdecimal()
    if not kinds and not number:
        return None
    while "article" in kinds and "marker" not in kinds and not t.sees(i, "day"):
        j = t.skip(i, "article", 1)
        if j == i:
            break
        i, kinds = j, t.kinds(j)
        number = t.words[i].isdecimal()
    if "day" in kinds and not number:
        day = t.sees(i, "day")
        if day:
            return _narrowed(t, Point(offset=int(day[0])), t.skip(day[1], "part"), depth)
    if "weekday" in kinds or "shift" in kinds:
        weekday = weekday_name(t, i)
        if weekday:
            narrowed = _narrowed(t, weekday[0], t.skip(weekday[1], "part"), depth)
            return narrowed if narrowed[0] != weekday[0] or not recurs(t, i) else None
    if number:
        for reader in _NUMBER_READERS:
            found = reader(t, i, role)
            if found:
                return found
        return None
    for tables, reader in _WORD_READERS:
        if not kinds.isdisjoint(tables):
            found = reader(t, i, role)
            if found:
                return found
    return None


def _narrowed(t: Tokens, p: Point, after: int, depth: int) -> tuple[Point, int]:
    """A weekday or "tomorrow", made exact by what follows: "Donnerstag (9.1.)", "завтра, 13 января", "sábado 5"."""
    if depth > 1:
        return p, after
    j = after
    bracket = t.words[j] == "("
    comma = t.words[j] == ","
    j += bracket or comma
    j = t.skip(j, "article")
    weekday = p.weekday
    inner: Found = numeric(t, j, "on") or day_of_month(t, j) or month_first(t, j)
    if not inner and p.offset is not None:
        inner = weekday_name(t, j)
        if inner:
            inner = _narrowed(t, replace(inner[0], offset=p.offset), inner[1], depth + 1)
    if not inner and p.offset is None:
        today = t.sees(j, "day") if comma else None
        inner = (Point(offset=int(today[0])), today[1]) if today else None
    if not inner and weekday:
        marked = t.skip(j, "marker", 1)
        day = day_number(t, marked)
        if day and (day[2] or marked > j or bracket or not comma) and not counts(t, day[1]) and clean_left(t, marked):
            inner = Point(day=day[0]), day[1]
    if inner:
        exact, end = inner
        if bracket and t.words[end] != ")":
            return p, after
        if exact.offset is None and p.offset is not None and exact.day is None:
            exact = replace(exact, offset=p.offset)
        return replace(exact, weekday=exact.weekday or weekday), end + bracket
    return p, after
