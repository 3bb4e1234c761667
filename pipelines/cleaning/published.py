"""When a notice was published: what sites print as a date, in UTC.

Knows ISO 8601, RFC 822, day-month-year with dots, slashes or blanks, month names in the ten languages, unix seconds,
and the zone names that sites use. A relative date ("yesterday") is unknown here: it would need a clock.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

STATED = "stated"
ASSUMED = "stated, zone assumed"
CORRECTED = "stated, clock corrected"
DAY_ONLY = "stated, day only"
UNKNOWN = "unknown"

LONGEST = 200
"""Characters of a printed time that are read: the patterns are made for lines, not for pages."""
YEARS = range(1995, 2101)
"""A year outside is a mistake of the site: year 1, the epoch, a number that is no date."""

MONTHS = {
    prefix: month
    for month, prefixes in enumerate(
        (
            "jan gen ene янв oca sty",
            "feb fév fev фев şub sub lut",
            "mar mär maa mrt мар",
            "apr abr avr апр nis kwi",
            "may mei mai mag maj май мая",
            "jun juin giu июн haz cze",
            "jul juil lug июл tem lip",
            "aug ago aoû aou авг ağu agu sie",
            "sep set сен eyl wrz",
            "oct oct okt out ott окт eki paź paz",
            "nov ноя kas lis",
            "dec dez dic dét déc дек ara gru",
        ),
        start=1,
    )
    for prefix in prefixes.split()
}
"""A month by the first letters of its name in any of the ten languages; four letters are looked up before three."""

ZONES = {
    name: hours
    for hours, names in (
        (0, "utc gmt z wet ut"),
        (1, "cet mez bst west wat"),
        (2, "cest mesz eet sast cat"),
        (3, "msk мск eest trt eat"),
        (4, "gst samt"),
        (5, "yekt pkt"),
        (5.5, "ist"),
        (7, "wib novt krat"),
        (8, "sgt hkt awst"),
        (9, "jst kst"),
        (10, "aest vlat"),
        (11, "aedt"),
        (12, "nzst"),
        (13, "nzdt"),
        (-3, "brt art clst adt"),
        (-4, "edt vet ast clt"),
        (-5, "est cdt cot pet"),
        (-6, "cst mdt"),
        (-7, "mst pdt"),
        (-8, "pst"),
    )
    for name in names.split()
}
"""Hours east of UTC. A name that several zones share stands for the one that the watched sites mean."""

_ISO_DAY = re.compile(r"(?<!\d)(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)(?:T(?P<hms>\d{4}(?:\d\d)?))?(?!\d)")
_NUMERIC_DAY = re.compile(r"(?<!\d)(?P<d>\d{1,2})[./-](?P<m>\d{1,2})[./-](?P<y>\d{4}|\d\d)(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|°)?[.\s-]+(?:de\s+|of\s+)?(?P<name>[^\W\d_]{3,})\.?[,\s-]+(?:de\s+|del\s+)?(?P<y>\d{4}|\d\d)(?![\d:])"
)
_MONTH_DAY = re.compile(r"(?P<name>[^\W\d_]{3,})\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<![\d:])(?P<h>\d{1,2})[:h](?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,]\d+)?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?", re.I)
_OFFSET = re.compile(r"(?P<sign>[+−-])(?P<h>\d{1,2}):?(?P<mi>\d\d)?(?!\d)")
_ZONE_WORD = re.compile(r"[^\W\d_]+")


def published_at(text: str, zone: str, *, clock_is_local: bool = False, month_first: bool = False) -> tuple[datetime | None, str]:
    """The moment that ``text`` prints, in UTC, and how it is known; ``(None, UNKNOWN)`` where it prints none.

    ``zone`` (an IANA name) counts where the text states none, and also against the zone that it states with ``clock_is_local``:
    the site prints its own wall clock under a wrong label. ``month_first`` reads 11/20/2026 as a November day.
    A day without a time is noon in ``zone``, so that its calendar day survives the turn to UTC.
    """
    text = text.strip()[:LONGEST]
    if not text:
        return None, UNKNOWN
    if text.isascii() and text.isdigit() and len(text) in (9, 10, 12, 13):
        seconds = int(text) / (1 if len(text) <= 10 else 1000)
        return _known(datetime.fromtimestamp(seconds, UTC), STATED)
    day, rest, clock = _day(text, month_first)
    if day is None or day.year not in YEARS:
        return None, UNKNOWN
    how = STATED
    offset: tzinfo | None = None
    if clock is None and (match := _CLOCK.search(rest)):
        clock = _clock(match)
        offset = _zone_after(rest[match.end() :])
    elif clock is not None:
        offset = _zone_after(rest)
    if clock is None:
        clock, how = time(12), DAY_ONLY
    if offset is None or clock_is_local:
        how = how if how == DAY_ONLY else ASSUMED if offset is None else CORRECTED
        offset = _local(zone)
    return _known(datetime.combine(day, clock, offset).astimezone(UTC), how)


def local_day(moment: datetime, zone: str) -> date:
    """The calendar day at ``moment`` where the source writes: what "tomorrow" in its text counts from."""
    return moment.astimezone(_local(zone)).date()


def _known(moment: datetime, how: str) -> tuple[datetime | None, str]:
    return (moment.replace(microsecond=0), how) if moment.year in YEARS else (None, UNKNOWN)


@lru_cache(maxsize=256)
def _local(zone: str) -> tzinfo:
    return ZoneInfo(zone) if zone else UTC


def _day(text: str, month_first: bool) -> tuple[date | None, str, time | None]:
    """The day, what is left of the text, and the clock where it is part of the same token."""
    for pattern in (_ISO_DAY, _NUMERIC_DAY, _DAY_MONTH, _MONTH_DAY, _COMPACT):
        for match in pattern.finditer(text):
            found = match.groupdict()
            month = _month(found["name"]) if "name" in found else int(found["m"])
            day, year = int(found["d"]), int(found["y"])
            if pattern is _NUMERIC_DAY and day <= 12 and (month > 12 or (month_first and "/" in match.group())):
                day, month = month, day
            try:
                stated = date(year + 2000 if len(found["y"]) == 2 else year, month, day)
            except ValueError:
                continue
            hms = found.get("hms")
            clock = _hms(hms) if hms else None
            rest = text[match.end() :] if clock else f"{text[: match.start()]} {text[match.end() :].removeprefix('T')}"
            return stated, rest, clock
    return None, text, None


def _month(name: str) -> int:
    """1 to 12, or 0 for a word that is no month."""
    name = name.lower()
    return MONTHS.get(name[:4]) or MONTHS.get(name[:3]) or 0


def _hms(digits: str) -> time | None:
    try:
        return time(int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0))
    except ValueError:
        return None


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, second = int(match["h"]), int(match["mi"]), min(int(match["s"] or 0), 59)
    if match["half"]:
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _zone_after(text: str) -> tzinfo | None:
    """The zone that follows a clock time: "+03:00", "MSK", "(GMT+3)", "UTC"; the first words only, a sentence is none."""
    named: timedelta | None = None
    for word in _ZONE_WORD.findall(text[:24].lower())[:3]:
        if word in ZONES:
            named = timedelta(hours=ZONES[word])
            break
    match = _OFFSET.search(text[:24])
    if match and int(match["h"]) <= 14:
        minutes = int(match["h"]) * 60 + int(match["mi"] or 0)
        return timezone(timedelta(minutes=minutes if match["sign"] == "+" else -minutes))
    return None if named is None else timezone(named)
