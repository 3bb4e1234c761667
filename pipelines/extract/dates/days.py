"""Days: "1 December", "December 1", "с 5-го", "the 26th", weekdays. ``role`` is that of the preposition before, "" where there is none."""

from dataclasses import replace

from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.numbers import clean_left, counts, measures
from pipelines.extract.dates.parts import case_ending, common, day_number, month_and_year, month_name, year_number
from pipelines.extract.dates.point import ENDS, Found, Point

LIST = 6
"""Days in one list at most."""


def weekday_name(t: Tokens, i: int) -> Found:
    shift = t.sees(i, "shift")
    seen = t.sees(shift[1] if shift else i, "weekday")
    if not seen or common(t, i):
        return None
    after = seen[1]
    if t.words[after] == "." and t.touches(after) and len(t.words[after - 1]) <= 4:
        after += 1
    behind = t.sees(after, "shift_after") if not shift else None
    moved = shift or behind
    return Point(weekday=int(seen[0]), shift=int(moved[0]) if moved else None), behind[1] if behind else after


def recurs(t: Tokens, i: int) -> bool:
    """Whether the weekday at ``i`` is one of a timetable: "every Monday", "los lunes y viernes", "lunes, martes y sábado"."""
    right = i
    while right < i + 14 and (t.words[right + 1] == "," or t.means(right + 1, "link", "and")) and t.sees(right + 2, "weekday"):
        right += 2
    for _ in range(7):
        if right - i >= 4 and t.words[i + 1] != "(":
            return True
        if any((seen := t.sees(i - n, "recurring")) and seen[1] == i for n in (1, 2, 3) if i >= n):
            return True
        if i < 2 or not (t.words[i - 1] == "," or t.means(i - 1, "link", "and")) or not t.sees(i - 2, "weekday"):
            return False
        i -= 2
    return False


def day_of_month(t: Tokens, i: int, role: str = "") -> Found:
    shift = t.sees(i, "shift")
    i = t.skip(shift[1] if shift else i, "marker")
    day = day_number(t, i)
    if not day or not clean_left(t, i):
        return None
    j = day[1]
    if t.words[j] in (".", "-", "/") and t.touches(j) and t.touches(j + 1):
        j += 1
    j = t.skip(j, "day_word")
    month = month_and_year(t, j) or month_and_year(t, t.skip(t.skip(j, "of"), "article", 1))
    if not month:
        return None
    p, after = replace(month[0], day=day[0]), month[1]
    behind = t.sees(after, "shift_after") if p.month and not p.year else None
    moved = shift or behind
    if moved and p.month:
        p = replace(p, shift=int(moved[0]))
    after = behind[1] if behind else after
    weekday = t.sees(after, "weekday") if p.month else None  # "12 Haziran Perşembe"
    return (replace(p, weekday=int(weekday[0])), weekday[1]) if weekday else (p, after)


def month_first(t: Tokens, i: int, role: str = "") -> Found:
    if not t.lexicon.month_day:
        return None
    named = month_name(t, i)
    if not named:
        return None
    month, j = named
    j = t.skip(j, "article", 1)
    day = day_number(t, j)
    if not day or t.touches(j) or (not day[2] and measures(t, day[1])):
        return None
    printed = year_number(t, day[1])
    return Point(day=day[0], month=month, year=printed[0] if printed else None), printed[1] if printed else day[1]


def day_behind_month(t: Tokens, i: int) -> Found:
    """The second day of "December 1-7, 2025"."""
    shared = shared_day(t, i) if t.lexicon.month_day else None
    if not shared or (counts(t, shared[1]) and not year_number(t, shared[1])):
        return None
    printed = year_number(t, shared[1])
    return (replace(shared[0], year=printed[0]), printed[1]) if printed else shared


def bare_day(t: Tokens, i: int, role: str) -> Found:
    """ "the 26th", "до 9-го", "el día 27": a day whose month is named elsewhere."""
    marked = t.skip(i, "marker")
    day = day_number(t, marked)
    if not day or not clean_left(t, marked):
        return None
    led = marked > i or (i > 0 and t.sees(i - 1, "marker") is not None)
    after = t.skip(day[1], "day_word", 1)
    worded = after > day[1]
    if worded or (t.lexicon.marker_alone and led and not counts(t, after)) or (day[2] and role not in ("", "in") and not counts(t, after)):
        return Point(day=day[0]), after
    return None


def shared_day(t: Tokens, i: int) -> Found:
    """A bare number: a day that shares the month of the point it is linked with."""
    i = t.skip(i, "marker")
    day = day_number(t, i)
    if not day or not clean_left(t, i):
        return None
    after = day[1]
    if t.words[after] == "." and t.touches(after) and (t.words[after + 1] in "-–—/," or t.sees(after + 1, "link")):
        after += 1
    return Point(day=day[0]), after


def sharing_month(t: Tokens, i: int, role: str = "") -> Found:
    """A bare number that a list or a range goes on from, to a day with a month: "с 5 по 26 марта"."""
    shared = shared_day(t, i)
    if not shared:
        return None
    after = case_ending(t, shared[1])[1]
    if listed_to_month(t, after):
        return shared
    link = t.means(after, "link", "to") or t.means(after, "prep", "until", "through") or (after if after > shared[1] else 0)
    if not link:
        return None
    j = t.skip(t.skip(link, "article"), "marker", 1)
    return shared if day_of_month(t, j) else None


def listed_to_month(t: Tokens, i: int) -> bool:
    """Whether a list of bare days goes on to a day with a month."""
    for _ in range(LIST):
        comma = t.words[i] == ","
        linked = t.means(i + comma, "link", "and")
        if not comma and not linked:
            return False
        j = linked or i + 1
        if day_of_month(t, j):
            return True
        shared = shared_day(t, j)
        if not shared:
            return False
        i = shared[1]
    return False


def told_before(t: Tokens, i: int, role: str) -> Found:
    """ "until the same date", "по то же число"; "in the same period", "until then"."""
    for same, fits in (("period", True), ("then", role in ENDS), ("day", bool(role))):
        if fits and (after := t.means(i, "same", same)):
            return Point(same=same), after
    return None
