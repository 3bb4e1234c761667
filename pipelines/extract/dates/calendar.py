"""The calendar of periods: months, weeks, seasons, their beginnings and ends. Pure arithmetic."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

Interval = tuple[date, date]
"""First and last day, both inclusive."""

_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}
_PORTIONS = {"start": (1, 10), "middle": (11, 20), "end": (21, 31)}


def month(year: int, of: int) -> Interval:
    return date(year, of, 1), date(year, of, monthrange(year, of)[1])


def unit(unit: str, shift: int, published: date) -> Interval:
    if unit in ("week", "weekend"):
        monday = published - timedelta(published.weekday()) + timedelta(weeks=shift)
        return (monday + timedelta(5), monday + timedelta(6)) if unit == "weekend" else (monday, monday + timedelta(6))
    if unit == "month":
        months = published.year * 12 + published.month - 1 + shift
        return month(months // 12, months % 12 + 1)
    if unit == "year":
        return date(published.year + shift, 1, 1), date(published.year + shift, 12, 31)
    return published + timedelta(shift), published + timedelta(shift)


def season(name: str, year: int) -> Interval:
    """The season that begins in ``year``. Flight seasons as IATA sets them: summer from the last Sunday of March to the Saturday before
    the last Sunday of October, winter from that Sunday to the Saturday before the last Sunday of March."""
    if name == "summer_season":
        return last_sunday(year, 3), last_sunday(year, 10) - timedelta(1)
    if name == "winter_season":
        return last_sunday(year, 10), last_sunday(year + 1, 3) - timedelta(1)
    first, last = _SEASONS[name]
    return date(year, first, 1), month(year + (last < first), last)[1]


def last_sunday(year: int, of: int) -> date:
    day = month(year, of)[1]
    return day - timedelta(day.isoweekday() % 7)


def cut(whole: Interval, portion: str) -> Interval:
    """The beginning, middle or end: thirds of it, by days of the month for a month."""
    first, last = whole
    days = (last - first).days + 1
    if days in range(28, 32):
        begin, end = _PORTIONS[portion]
        return first.replace(day=begin), min(last, first.replace(day=min(end, last.day)))
    third = days // 3
    cuts = {"start": (first, first + timedelta(max(third - 1, 0))), "end": (last - timedelta(max(third - 1, 0)), last)}
    return cuts.get(portion, (first + timedelta(third), last - timedelta(third)))


def day_of(year: int, of: int, day: int) -> date | None:
    try:
        return date(year, of, day)
    except ValueError:
        return None


def later(start: date, count: int, unit: str) -> date | None:
    """The last day of ``count`` units that begin on ``start``."""
    try:
        if unit in ("day", "week"):
            return start + timedelta(count * (7 if unit == "week" else 1) - 1)
        months = start.year * 12 + start.month - 1 + count * (12 if unit == "year" else 1)
        if not MINYEAR <= months // 12 <= MAXYEAR:
            return None
        whole = month(months // 12, months % 12 + 1)
        return min(whole[1], whole[0] + timedelta(start.day - 1)) - timedelta(1)
    except (ValueError, OverflowError):
        return None
