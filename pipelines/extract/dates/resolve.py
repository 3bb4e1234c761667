"""What days a point of time means: years left out, weekdays, "next week". Pure; the publication date is an argument."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipelines.extract.dates.calendar import Interval, cut, day_of, month, season, unit
from pipelines.extract.dates.point import Point

_BACK = {"until": 90, "through": 90, "before": 90, "since": 364}
_BACK_PLAIN = 120
_BACK_TOLD = 300
"""How many days before the publication a date without a year may lie: an end is seldom reported months after it has passed;
what is told in the past tense may lie further back."""

_JUST = 2
"""Days since a weekday that a notice rather tells of than announces, where no verb tells."""
_NEAR, _FAR = 60, 330
"""Days from the publication: a date so near is not moved to the year that the text prints elsewhere, none is moved so far."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the text around an expression says about time."""

    published: date | None
    anchor: date | None
    """The nearest date that is printed with its year."""
    last: Interval | None
    """The date named last."""
    month_first: bool
    tense: str = ""
    """"past", "future" or "" of the verb nearby."""


def resolve(p: Point, role: str, known: Known) -> Interval | None:
    """First and last day of ``p``; None where the text does not say enough."""
    try:
        return _resolve(p, role, known)
    except (ValueError, OverflowError):  # 31 November; a year out of range
        return None


def _resolve(p: Point, role: str, known: Known) -> Interval | None:
    if p.swapped and known.month_first:
        p = p.swapped
    if p.same:
        return _same(p, known)
    if p.day is not None and p.month is not None:
        day = _with_year(p, role, known)
        return (day, day) if day else None
    if p.day is not None:
        return _bare_day(p, role, known)
    if p.weekday is not None and p.offset is None:
        return _weekday(p, role, known)
    if p.offset is not None:
        if known.published is None:
            return None
        day = known.published + timedelta(p.offset)
        return day, day
    whole = _whole(p, role, known)
    return cut(whole, p.portion) if whole and p.portion else whole


def _same(p: Point, known: Known) -> Interval | None:
    if known.last is None:
        return None
    day = known.last[1]
    if p.same == "day":
        return day, day
    if p.day is not None:
        day = day.replace(day=p.day)
        return day, day
    return month(day.year, day.month)


def _with_year(p: Point, role: str, known: Known) -> date | None:
    """The day of a day and month, its year chosen where it is not printed."""
    assert p.day is not None and p.month is not None
    if p.year is not None:
        return date(p.year, p.month, p.day)
    if p.year_shift is not None:
        return date(known.published.year + p.year_shift, p.month, p.day) if known.published else None
    base = known.published or known.anchor
    if base is None:
        return None
    candidates = [day for year in (base.year - 1, base.year, base.year + 1) if (day := day_of(year, p.month, p.day))]
    if p.offset is not None and known.published:
        spoken = known.published + timedelta(p.offset)
        return min(candidates, key=lambda day: abs(day - spoken), default=None)
    if p.shift and known.published:
        candidates = [day for day in candidates if (day - known.published).days * p.shift >= 0]
    if p.weekday is not None:
        candidates = [day for day in candidates if day.isoweekday() == p.weekday] or candidates
    return _nearest(candidates, role, known)


def _nearest(candidates: list[date], role: str, known: Known) -> date | None:
    """The candidate a reader would take: near the publication, in a year that the text prints, rather ahead than long past."""
    if not candidates:
        return None
    if known.published is None:
        base = known.anchor
        return min(candidates, key=lambda day: abs(day - base)) if base else None
    back = _BACK.get(role, _BACK_PLAIN)
    if known.tense == "past" and role in ("on", "in", "list", "range", "from"):
        back = max(back, _BACK_TOLD)
    earliest = known.published - timedelta(back)
    fitting = [day for day in candidates if earliest <= day <= earliest + timedelta(366)] or candidates
    chosen = min(fitting, key=lambda day: _apart(day, known.published))
    if known.anchor and role in ("on", "in", "list") and _apart(chosen, known.published) > _NEAR:
        printed = [day for day in candidates if day.year == known.anchor.year and _apart(day, known.published) < _FAR]
        return printed[0] if printed else chosen
    return chosen


def _apart(day: date, other: date | None) -> int:
    return abs((day - (other or day)).days)


def _bare_day(p: Point, role: str, known: Known) -> Interval | None:
    """A day whose month is not said: that of the date named last, else of the publication, moved on where it would be past."""
    assert p.day is not None
    base = known.last[1] if known.last else known.published
    if base is None:
        return None
    if p.weekday is not None and known.published:
        near = [known.published + timedelta(n) for n in range(-31, 46)]
        fitting = [day for day in near if day.day == p.day and day.isoweekday() == p.weekday]
        if fitting:
            day = min(fitting, key=lambda day: _apart(day, known.published))
            return day, day
    named = day_of(base.year, base.month, p.day)
    ends = role in ("until", "through", "before")
    if named is None or (ends and known.published and named < known.published):
        following = month(base.year, base.month)[1] + timedelta(1)
        named = day_of(following.year, following.month, p.day) or named
    return (named, named) if named else None


def _weekday(p: Point, role: str, known: Known) -> Interval | None:
    """A weekday near the publication. The day of the publication itself is meant by its name, unless an end is named."""
    assert p.weekday is not None
    published = known.published
    if published is None:
        return None
    ahead = (p.weekday - published.isoweekday()) % 7
    behind = -((published.isoweekday() - p.weekday) % 7)
    if p.shift == 0:
        past = known.tense == "past" and role in ("on", "in")
        days = behind if past else ahead
    elif p.shift is not None:
        days = (ahead or 7) if p.shift > 0 else (behind or -7)
    elif role in ("until", "through", "before"):
        days = ahead or 7
    elif role == "since" or (known.tense == "past" and role in ("on", "in", "list", "range")):
        days = behind
    elif known.tense == "" and role in ("on", "in") and -behind <= _JUST:
        days = behind  # "Flughafen am Donnerstagabend gesperrt", on Friday
    else:
        days = ahead
    day = published + timedelta(days)
    return day, day


def _whole(p: Point, role: str, known: Known) -> Interval | None:
    """A week, weekend, month, season or year."""
    published = known.published
    if p.unit:
        if published is None:
            return None
        over = known.tense == "past" and published.isoweekday() < 6
        return unit(p.unit, p.shift if p.shift is not None else -over, published)
    year = p.year
    if year is None and p.year_shift is not None and published:
        year = published.year + p.year_shift
    if p.season:
        return _season(p, year, role, known)
    if p.month:
        if year is None:
            return _month_near(p, role, known)
        return month(year, p.month)
    return (date(year, 1, 1), date(year, 12, 31)) if year else None


def _month_near(p: Point, role: str, known: Known) -> Interval | None:
    assert p.month is not None
    base = known.published or known.anchor
    if base is None:
        return None
    if p.shift is not None and known.published:
        ahead = (p.month - base.month) % 12
        months = {1: ahead or 12, -1: ahead - 12, 0: ahead if ahead < 9 else ahead - 12}[p.shift]
        return unit("month", months, base)
    middles = [date(year, p.month, 15) for year in (base.year - 1, base.year, base.year + 1)]
    day = _nearest(middles, role, known)
    return month(day.year, day.month) if day else None


def _season(p: Point, year: int | None, role: str, known: Known) -> Interval | None:
    base = known.published or known.anchor
    if year is not None:
        return season(p.season, year)
    if base is None:
        return None
    near = [season(p.season, base.year + n) for n in (-1, 0, 1)]
    if p.shift is not None and p.shift != 0:
        ahead = [s for s in near if s[0] > base]
        past = [s for s in near if s[1] < base]
        return (ahead[0] if ahead else None) if p.shift > 0 else (past[-1] if past else None)
    now = [s for s in near if s[1] >= base]
    return now[0] if now and known.tense != "past" else min(near, key=lambda s: abs(s[0] - base))


def linked(first: Point, second: Point, known: Known) -> tuple[Interval | None, Interval | None]:
    """Both ends of a range; what one end leaves out, the other says."""
    if first.swapped and second.swapped and known.month_first:
        first, second = first.swapped, second.swapped
    if first.day is not None and first.month is None and not first.same:
        if second.month:
            first = replace(first, month=second.month, year=first.year or second.year)
        elif second.unit == "month":
            first = replace(first, unit="month", shift=second.shift)
    if second.day is not None and second.month is None and not second.same:
        second = replace(second, month=first.month, year=second.year or first.year)
    end = None
    if second.year is None and first.year is not None and second.month:
        begin = resolve(first, "from", known)
        for year in (first.year, first.year + 1):
            end = resolve(replace(second, year=year), "through", known)
            if begin and end and end[1] >= begin[0]:
                break
        return begin, end
    if first.weekday is not None and second.weekday is not None and second.day is None and first.day is None:
        begin = resolve(first, "range", known)
        if begin is None:
            return None, None
        return begin, (begin[0] + timedelta((second.weekday - first.weekday) % 7),) * 2
    if second.weekday is not None and second.day is None:
        begin = resolve(first, "from", known)
        return begin, (begin[0] + timedelta((second.weekday - begin[0].isoweekday()) % 7 or 7),) * 2 if begin else None
    end = resolve(second, "through", known)
    if end and first.month and first.year is None and first.year_shift is None:
        for year in (end[1].year, end[1].year - 1):
            begin = resolve(replace(first, year=year), "from", known)
            if begin and begin[0] <= end[1]:
                return begin, end
    return resolve(first, "from", known), end
