"""The grammar of date expressions, the same for all languages: prepositions, points, links between points, postpositions.

``phrase`` reads one expression forwards from a token; it looks ahead a bounded number of tokens, so a text is read in linear time.
"""

from dataclasses import dataclass, replace

from pipelines.extract.dates_lexicon import Tokens
from pipelines.extract.dates_points import (
    Found,
    Point,
    clean_left,
    common,
    day_number,
    month_and_year,
    month_name,
    number,
    numeric,
    shifted,
    year_number,
    year_words,
)

_ENDS = frozenset(("until", "to", "through", "before"))
_PLAIN = {"to": "until", "of": "on"}
"""A preposition of many uses: it ends a range or begins one ("vom 1. bis 7."), alone it says less ("die Mitteilung vom Dienstag")."""
_POINTS = frozenset(("day", "weekday", "shift", "portion", "unit", "month", "season", "same", "marker", "year_lead", "article"))
"""Tables whose words a point may begin with."""
_NONE: frozenset[str] = frozenset()
_LIST = 6
"""Days in one list at most."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """An expression as read: tokens ``begin`` to ``end`` (exclusive)."""

    begin: int
    end: int
    role: str
    """A key of the prep table, or "range", "list", "lasting", "open"."""
    points: tuple[Point, ...] = ()
    ends: tuple[int, ...] = ()
    """Where each point of a list ends."""
    length: tuple[int, str] | None = None
    """A duration: number and unit."""
    suffix: str = ""
    """What a case ending alone says; it counts only where the next expression says it in a word."""


def phrase(t: Tokens, i: int) -> Phrase | None:
    """The date expression that begins at token ``i``."""
    open_ended = t.sees(i, "open")
    if open_ended:
        return Phrase(i, open_ended[1], "open")
    lasting = _lasting(t, i)
    if lasting:
        return lasting
    seen = t.sees(i, "prep")
    if seen:
        role = str(seen[0])
        read = _between(t, i, seen[1]) if role == "between" else _led(t, i, seen[1], role)
        if read:
            return read
    return _led(t, i, i, "")


def _led(t: Tokens, begin: int, i: int, role: str) -> Phrase | None:
    """A point at ``i``, or a time of day and then a point, behind the preposition of ``role``."""
    found = point(t, i, role)
    if not found:
        found = _clocked(t, i, role)
        role = {"not_before": "from", "before": "until"}.get(role, role)  # "after midnight on 8 October" is that day
    return _complete(t, begin, role, found) if found else None


def _clocked(t: Tokens, i: int, role: str) -> Found:
    """A time of day and its date."""
    clock = _clock(t, i)
    return point(t, _joint(t, clock), role) if clock else None


def _complete(t: Tokens, begin: int, role: str, found: tuple[Point, int]) -> Phrase | None:
    """What follows the first point: a second one, a list, a postposition."""
    first, after = found
    suffix, after = _suffix(t, after)
    clocked = _trailing_clock(t, after)
    if role not in _ENDS or (first.day and not first.month and not t.means(after - 1, "ordinal_sign", "any")):
        second = _linked(t, clocked or after, role, suffix, first)
        if second:
            return _postposed(t, Phrase(begin, second[1], "range", (first, second[0])), "")
    if role in ("", "on", "in", "from", "of"):
        points, ends = [first], [after]
        while len(points) < _LIST:
            more = _listed(t, ends[-1], bool(role))
            if not more:
                break
            suffix, end = _suffix(t, more[1])
            points.append(more[0])
            ends.append(end)
        if len(points) > 1:
            second = _linked(t, ends[-1], role, suffix, points[-1])
            if not second:
                return _postposed(t, Phrase(begin, ends[-1], "list", tuple(points), tuple(ends)), suffix)
    if role == "to" and not (first.is_day or first.portion):
        return None
    if first.season and first.year is None and first.shift is None and first.year_shift is None and role in ("", "on", "of"):
        return None
    if role in ("", "of") and not _stands_alone(first):
        read = _postposed(t, Phrase(begin, after, "", (first,)), suffix)
        return read if read.role else None
    return _postposed(t, Phrase(begin, after, role or "on", (first,)), suffix)


def _stands_alone(p: Point) -> bool:
    """Whether the point is a date without any preposition: a lone year, month, season or day of month is not."""
    if p.portion or p.same:
        return bool(p.portion and (p.month or p.shift is not None or p.season or p.year))
    if p.unit:
        return True
    if p.weekday or p.offset is not None:
        return True
    return bool((p.month and (p.day or p.year)) or (p.season and p.year))


def point(t: Tokens, i: int, role: str, depth: int = 0) -> Found:
    """A point of time at ``i``, read after a preposition of ``role`` ("" where there is none)."""
    while t.sees(i, "article") and not t.sees(i, "marker") and not t.sees(i, "day"):
        i = t.skip(i, "article", 1)
    if not t.words[i].isdecimal():
        if t.lexicon.kinds.get(t.words[i], _NONE).isdisjoint(_POINTS):
            return None
        day = t.sees(i, "day")
        if day:
            return _narrowed(t, Point(offset=int(day[0])), t.skip(day[1], "part"), depth)
    weekday = _weekday(t, i)
    if weekday:
        return _narrowed(t, weekday[0], t.skip(weekday[1], "part"), depth)
    return (
        numeric(t, i, bool(role))
        or _day_of_month(t, t.skip(i, "marker"))
        or _portion(t, i)
        or shifted(t, i)
        or _month_first(t, i)
        or _month_alone(t, i)
        or _season(t, i)
        or _sharing_month(t, i)
        or _bare_day(t, i, role)
        or _year_alone(t, i, role)
        or _same_day(t, i, role)
    )


def _weekday(t: Tokens, i: int) -> Found:
    shift = t.sees(i, "shift")
    seen = t.sees(shift[1] if shift else i, "weekday")
    if not seen or common(t, i) or _recurs(t, i):
        return None
    after = seen[1]
    if t.words[after] == "." and t.touches(after) and len(t.words[after - 1]) <= 4:
        after += 1
    behind = t.sees(after, "shift_after") if not shift else None
    moved = shift or behind
    return Point(weekday=int(seen[0]), shift=int(moved[0]) if moved else None), behind[1] if behind else after


def _recurs(t: Tokens, i: int) -> bool:
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


def _narrowed(t: Tokens, p: Point, after: int, depth: int) -> Found:
    """A weekday or "tomorrow", made exact by what follows: "Donnerstag (9.1.)", "завтра, 13 января", "sábado 5"."""
    if depth > 1:
        return p, after
    j = after
    bracket = t.words[j] == "("
    comma = t.words[j] == ","
    j += bracket or comma
    j = t.skip(j, "article")
    weekday = p.weekday
    inner: Found = numeric(t, j, True) or _day_of_month(t, j) or _month_first(t, j)
    if not inner and p.offset is not None:
        inner = _weekday(t, j)
        if inner:
            inner = _narrowed(t, replace(inner[0], offset=p.offset), inner[1], depth + 1)
    if not inner and p.offset is None:
        today = t.sees(j, "day") if comma else None
        inner = (Point(offset=int(today[0])), today[1]) if today else None
    if not inner and weekday:
        marked = t.skip(j, "marker", 1)
        day = day_number(t, marked)
        if day and (day[2] or marked > j or bracket or not comma) and not _counts(t, day[1]) and clean_left(t, marked):
            inner = Point(day=day[0]), day[1]
    if inner:
        exact, end = inner
        if bracket and t.words[end] != ")":
            return p, after
        if exact.offset is None and p.offset is not None and exact.day is None:
            exact = replace(exact, offset=p.offset)
        return replace(exact, weekday=exact.weekday or weekday), end + bracket
    return p, after


def _counts(t: Tokens, i: int) -> bool:
    """Whether the number before ``i`` counts something: a noun or a sign of quantity follows."""
    word = t.words[i]
    if t.sees(i, "counted"):
        return True
    if word.isalpha():
        return not (t.sees(i, "after_day") or t.sees(i, "prep") or t.sees(i, "link"))
    return word in ("%", "€", "$", "£") or (word in (".", ",", "/", ":") and t.touches(i + 1) and t.words[i + 1].isdecimal())


def _day_of_month(t: Tokens, i: int) -> Found:
    day = day_number(t, i)
    if not day or not clean_left(t, i):
        return None
    j = day[1]
    if t.words[j] in (".", "-", "/") and t.touches(j) and t.touches(j + 1):
        j += 1
    j = t.skip(j, "day_word")
    month = month_and_year(t, j) or month_and_year(t, t.skip(t.skip(j, "of"), "article", 1))
    return (replace(month[0], day=day[0]), month[1]) if month else None


def _month_first(t: Tokens, i: int) -> Found:
    if not t.lexicon.month_day:
        return None
    named = month_name(t, i)
    if not named:
        return None
    month, j = named
    j = t.skip(j, "article", 1)
    day = day_number(t, j)
    if not day or t.touches(j) or (not day[2] and _measures(t, day[1])):
        return None
    printed = year_number(t, day[1])
    return Point(day=day[0], month=month, year=printed[0] if printed else None), printed[1] if printed else day[1]


def _measures(t: Tokens, i: int) -> bool:
    return t.words[i] in ("%", "€", "$", "£") or (t.words[i] in (".", ",", "/", ":") and t.touches(i + 1) and t.words[i + 1].isdecimal())


def _portion(t: Tokens, i: int) -> Found:
    seen = t.sees(i, "portion")
    if not seen:
        return _portion_behind(t, i)
    j = t.skip_sign(seen[1], "-–")
    j = t.skip(t.skip(j, "of"), "article")
    whole = month_and_year(t, j) or _season(t, j) or shifted(t, j)
    if not whole:
        printed = year_number(t, j, comma=False)
        whole = (Point(year=printed[0]), printed[1]) if printed else None
    if not whole:
        unit = t.sees(j, "unit")
        whole = (Point(unit=str(unit[0]), shift=0), unit[1]) if unit and unit[0] != "day" else None
    return (replace(whole[0], portion=str(seen[0])), whole[1]) if whole else None


def _portion_behind(t: Tokens, i: int) -> Found:
    """ "Mart sonu", "ay sonu": the portion behind the whole."""
    if "portion_after" not in t.tables:
        return None
    unit = t.sees(i, "unit")
    whole = month_and_year(t, i) or _season(t, i) or shifted(t, i) or ((Point(unit=str(unit[0]), shift=0), unit[1]) if unit and unit[0] != "day" else None)
    printed = None if whole else year_number(t, i, comma=False)
    whole = whole or ((Point(year=printed[0]), printed[1]) if printed else None)
    seen = t.sees(whole[1], "portion_after") if whole else None
    return (replace(whole[0], portion=str(seen[0])), seen[1]) if whole and seen else None


def _month_alone(t: Tokens, i: int) -> Found:
    """A month without a day. A small letter is no month's name where the language writes it large."""
    shift = t.sees(i, "shift")
    j = shift[1] if shift else i
    found = month_and_year(t, j)
    if not found or found[0].unit:
        return found
    p, after = found
    if found[0].month and t.lexicon.capital and not t.text[t.starts[j]].isupper():
        return None
    if shift:
        return replace(p, shift=int(shift[0])), after
    behind = t.sees(after, "shift_after")
    return (replace(p, shift=int(behind[0])), behind[1]) if behind else (p, after)


def _season(t: Tokens, i: int) -> Found:
    shift = t.sees(i, "shift")
    seen = t.sees(shift[1] if shift else i, "season")
    if not seen:
        return None
    p, after = Point(season=str(seen[0]), shift=int(shift[0]) if shift else None), seen[1]
    j = t.skip_sign(t.skip(after, "of"), "-–")
    printed = year_number(t, j, comma=False)
    if printed:
        return replace(p, year=printed[0]), printed[1]
    if len(t.words[j]) == 4 and t.words[j].isdecimal() and t.words[j + 1] in ("/", "-", "–") and len(t.words[j + 2]) in (2, 4):
        return replace(p, year=int(t.words[j])), year_words(t, j + 3)
    later = shifted(t, t.skip(after, "of"), "year")
    return (replace(p, year_shift=later[0].shift), later[1]) if later else (p, after)


def _bare_day(t: Tokens, i: int, role: str) -> Found:
    """ "the 26th", "до 9-го", "el día 27": a day whose month is named elsewhere."""
    marked = t.skip(i, "marker")
    day = day_number(t, marked)
    if not day or not clean_left(t, marked):
        return None
    led = marked > i or (i > 0 and t.sees(i - 1, "marker") is not None)
    after = t.skip(day[1], "day_word", 1)
    worded = after > day[1]
    if worded or (t.lexicon.marker_alone and led and not _counts(t, after)) or (day[2] and role not in ("", "in") and not _counts(t, after)):
        return Point(day=day[0]), after
    return None


def _year_alone(t: Tokens, i: int, role: str) -> Found:
    i = t.skip(i, "year_lead", 1)
    printed = year_number(t, i, comma=False)
    if not printed or not clean_left(t, i):
        return None
    if not role and not (t.sees(printed[1], "post") or _suffix(t, printed[1])[0]):
        return None
    word = t.words[printed[1]]
    if role in _ENDS | {"from", "on"} and word.isalpha() and printed[1] == i + 1 and not (t.sees(printed[1], "after_day") or t.sees(printed[1], "link") or t.sees(printed[1], "prep")):
        return None
    return Point(year=printed[0]), printed[1]


def _same_day(t: Tokens, i: int, role: str) -> Found:
    """ "until the same date", "по то же число"."""
    same = t.means(i, "same", "day") if role else 0
    return (Point(same="day"), same) if same else None


def _between(t: Tokens, begin: int, i: int) -> Phrase | None:
    first = point(t, i, "between") or _clocked(t, i, "between") or _shared_day(t, i)
    if not first:
        return None
    second = _linked(t, first[1], "between", "", first[0])
    return _postposed(t, Phrase(begin, second[1], "range", (first[0], second[0])), "") if second else None


def _shared_day(t: Tokens, i: int) -> Found:
    """A bare number: a day that shares the month of the point it is linked with."""
    i = t.skip(i, "marker")
    day = day_number(t, i)
    if not day or not clean_left(t, i):
        return None
    after = day[1]
    if t.words[after] == "." and t.touches(after) and (t.words[after + 1] in "-–—/," or t.sees(after + 1, "link")):
        after += 1
    return Point(day=day[0]), after


def _sharing_month(t: Tokens, i: int) -> Found:
    """A bare number that a list or a range goes on from, to a day with a month: "с 5 по 26 марта"."""
    shared = _shared_day(t, i)
    if not shared:
        return None
    after = _suffix(t, shared[1])[1]
    if _listed_to_month(t, after):
        return shared
    link = t.means(after, "link", "to") or t.means(after, "prep", "until", "through") or (after if after > shared[1] else 0)
    if not link:
        return None
    j = t.skip(t.skip(link, "article"), "marker", 1)
    return shared if _day_of_month(t, j) else None


def _linked(t: Tokens, i: int, role: str, suffix: str, first: Point) -> tuple[Point, int] | None:
    """The second point of a range."""
    j = t.skip_sign(i, ",")
    andy = t.means(j, "link", "and")
    j = andy if andy and role != "between" else j
    link = t.means(j, "link", "and") if role == "between" else (t.means(j, "link", "to") or t.means(j, "prep", "until", "through"))
    if suffix == "from":
        link = link or i
    if not link:
        return None
    k = t.skip(link, "article", 2)
    found = point(t, k, "until") or _clocked(t, link, "until") or (_day_behind_month(t, k) if first.day and first.month and not first.year else None)
    return found if found and (found[0].is_day or role) else None


def _day_behind_month(t: Tokens, i: int) -> Found:
    """The second day of "December 1-7, 2025"."""
    shared = _shared_day(t, i) if t.lexicon.month_day else None
    if not shared or (_counts(t, shared[1]) and not year_number(t, shared[1])):
        return None
    printed = year_number(t, shared[1])
    return (replace(shared[0], year=printed[0]), printed[1]) if printed else shared


def _listed(t: Tokens, i: int, led: bool) -> Found:
    """The next point of a list: "28, 29 ve 30 Temmuz", "dinsdag en woensdag"."""
    comma = t.words[i] == ","
    j = i + comma
    linked = t.means(j, "link", "and")
    if not comma and not linked:
        return None
    j = t.skip(linked or j, "on", 1)
    found = point(t, j, "list")
    if found and found[0].is_day and (linked or found[0].day):
        return found
    if not (comma or linked):
        return None
    shared = _shared_day(t, j)
    return shared if shared and _listed_to_month(t, shared[1]) else None


def _listed_to_month(t: Tokens, i: int) -> bool:
    """Whether a list of bare days goes on to a day with a month."""
    for _ in range(_LIST):
        comma = t.words[i] == ","
        linked = t.means(i + comma, "link", "and")
        if not comma and not linked:
            return False
        j = linked or i + 1
        if _day_of_month(t, j):
            return True
        shared = _shared_day(t, j)
        if not shared:
            return False
        i = shared[1]
    return False


def _lasting(t: Tokens, i: int) -> Phrase | None:
    """A duration, and the point it is counted from: "durante uma semana, a contar de segunda-feira"."""
    led = t.means(i, "prep", "lasting") or i
    j = t.skip(led, "article", 1) if number(t, led, 999) is None and not t.sees(led, "number") else led
    count = number(t, j, 999)
    after = j + 1
    if count is None:
        spelled = t.sees(j, "number")
        if not spelled:
            return None
        count, after = int(spelled[0]), spelled[1]
    unit = t.sees(after, "unit")
    if not unit or unit[0] == "weekend":
        return None
    end = unit[1]
    behind = t.means(end, "post", "lasting")
    if led == i and not behind:
        return None
    end = behind or end
    comma = t.skip_sign(end, ",")
    seen = t.sees(comma, "prep")
    start = point(t, seen[1], "from") if seen and seen[0] in ("from", "since") else None
    length = (count, str(unit[0]))
    if start and seen:
        return Phrase(i, start[1], "lasting", (start[0],), length=length)
    return Phrase(i, end, "lasting", length=length)


def _clock(t: Tokens, i: int) -> int:
    """The token after a time of day at ``i``, or 0."""
    i = t.skip(i, "clock_at", 1)
    named = t.sees(i, "clock_name")
    if named:
        return named[1]
    hour = number(t, i, 24) if t.words[i] not in ("0", "00") else 0
    if hour is None:
        return 0
    after = i + 1
    exact = t.words[after] in (":", ".", "h") and t.touches(after) and len(t.words[after + 1]) == 2 and t.words[after + 1].isdecimal()
    if exact:
        after += 2
        if t.words[after] == ":" and t.touches(after):
            after += 2
    unit = t.sees(after, "clock_unit")
    after = unit[1] if unit else after
    zone = t.sees(after, "clock_zone")
    if zone:
        after = zone[1]
        if t.words[after] in ("+", "-") and t.words[after + 1].isdecimal():
            after += 2
    return after if (exact and not _day_of_month(t, i)) or unit or zone else 0


def _trailing_clock(t: Tokens, i: int) -> int:
    j = t.skip_sign(i, ",")
    return _clock(t, j)


def _joint(t: Tokens, i: int) -> int:
    """Over what joins a time to its date."""
    i = t.skip_sign(i, ",")
    return t.skip(t.skip(i, "joint"), "article", 1)


def _suffix(t: Tokens, i: int) -> tuple[str, int]:
    """A case ending after an apostrophe (Turkish)."""
    if t.words[i] == "'" and t.touches(i) and t.touches(i + 1):
        seen = t.sees(i + 1, "suffix")
        if seen:
            return str(seen[0]), seen[1]
    return "", i


def _postposed(t: Tokens, p: Phrase, suffix: str) -> Phrase:
    """The postpositions after an expression, and its weekday."""
    end, role = p.end, p.role
    if p.points[-1].month and p.points[-1].day and not p.points[-1].weekday:
        weekday = t.sees(end, "weekday")
        end = weekday[1] if weekday else end
    if t.words[end] == "(" and t.words[end + 2] == ")" and t.sees(end + 1, "weekday"):
        end += 3
    for _ in range(3):
        j = t.skip(end, "day_word", 1)
        seen = t.sees(j, "post") or (t.sees(j + 1, "post") if t.words[j] == "," else None)
        if not seen:
            break
        said, end = str(seen[0]), seen[1]
        if said == "earliest":
            role = "until" if role in _ENDS else "not_before"
        elif said == "inclusive":
            role = "through" if role in ("until", "through") else role
        elif said == "range" or role in ("range", "list"):
            pass
        elif role in ("", "on", "in", "of"):
            role = said
    role = _PLAIN.get(role, role)
    return replace(p, end=end, role=role, suffix=suffix if role in ("on", "") else "")
