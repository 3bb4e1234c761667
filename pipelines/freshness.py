"""How often a source is asked: from its record's word, what its last runs brought, and what happens in the world. Pure.

To lose as little time as possible with a number of requests, a source that publishes four times as much is asked twice as often:
of all ways to share the requests this one makes the mean delay from publication to reading the least (the delay is half an
interval T, so the sum of rate x T / 2 is the least, at a given sum of 1 / T, where T goes with 1 / sqrt(rate)). The record's
``every`` is the interval of a source that brings ``NORMAL`` new notices in it, and the bounds are its multiples.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

RUNS = 6
"""Intervals just past that count: bursts are short, and longer ones would take the evening for the morning."""
AROUND = 2.0
"""Hours of the day, before and after the hour to come, that count of the days before too: nearly every source has its nights."""
AHEAD = 1.0
"""Hours to the middle of what is to come."""
NORMAL = 0.25
"""New notices in one ``every``: asked four times for one that is new, an interval is about a quarter of what a source's silence lasts."""
WORD = 4
"""Intervals for which the record's word counts beside those that were seen: a single notice, or a quiet hour, says little."""
BOUND = 3
"""The interval stays between ``every`` / 3 and ``every`` x 3: whoever wrote the record knows what the site bears, and what it is worth."""
FLOOR = timedelta(minutes=1)
"""Nobody's site is asked more often. A record with a shorter ``every`` is of this machine, and its word holds as it stands."""
WINDOW = 2
"""So often is a source asked, at least, in the shortest time in which everything that its answer shows was ever replaced."""
MEMORY = 200
"""Runs that are looked back on at all: some days, so that what is learnt on a working day holds after a quiet night."""
STEP = 1.25
"""A change by less is none: the log shall tell what matters."""
STOPS = 3
"""Operators whose new suspensions concern one country make it a crisis: the second may be a codeshare of the first."""
STOPS_WITHIN = timedelta(hours=24)
"""Of one another; in November 2025 six airlines left Venezuela in two days."""
HOT_FOR = timedelta(hours=6)
"""For so long after the last of them: the next airline's answer to the same news comes within hours."""


class Polled(NamedTuple):
    """One run that succeeded."""

    at: datetime
    """When it ended."""
    new: int
    changed: int
    entries: int
    """Notices that the answer showed, known or not. 0 where it was unchanged, and nobody counted."""


class Stop(NamedTuple):
    """A suspension, diversion or closure that was flagged as new."""

    at: datetime
    operator: str
    country: str


@dataclass(frozen=True, slots=True)
class Heat:
    """Why sources of one country are asked more often for a while."""

    country: str
    operators: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Pace:
    """``why`` in words, for whoever wonders."""

    interval: timedelta
    why: str


def bounds(every: timedelta) -> tuple[timedelta, timedelta]:
    """The shortest and the longest interval of a source whose record says ``every``."""
    if every < FLOOR:
        return every, every
    return max(every / BOUND, FLOOR), every * BOUND


def pace(every: timedelta, polls: Sequence[Polled], heat: Heat | None = None, now: timedelta | None = None) -> Pace:
    """The interval of a source. ``polls``: its last ``MEMORY`` runs that succeeded, the oldest first; ``now``: the present interval."""
    wanted = _wanted(every, polls, heat)
    shortest, longest = bounds(every)
    if now and heat is None and shortest <= now <= longest and max(now / wanted.interval, wanted.interval / now) < STEP:
        return Pace(now, wanted.why)
    return wanted


def _wanted(every: timedelta, polls: Sequence[Polled], heat: Heat | None) -> Pace:
    shortest, longest = bounds(every)
    if shortest == longest:
        return Pace(every, "the record's own: too short to be changed")
    if heat is not None:
        return Pace(shortest, f"{heat.operators} operators stopped to {heat.country} within a day, until {heat.until:%Y-%m-%d %H:%M} UTC")
    if _fills(polls, longest):
        return Pace(shortest, f"all of the {polls[-1].entries} notices that it shows were new at once: some may be lost")
    seen, time = _seen(polls)
    if not time:
        return Pace(every, "the record's own: too few runs to know better")
    said = f"{seen} new in {_span(time)}, lately and at this hour before"
    rate = (seen + WORD * NORMAL) / (time + WORD * every).total_seconds()
    interval = min(timedelta(seconds=round(sqrt(every.total_seconds() * NORMAL / rate))), longest)
    window = max(poll.entries for poll in polls)
    life = window_life(polls, window)
    if life is not None and life / WINDOW < interval:
        interval, said = life / WINDOW, f"{said}; the {window} that it shows were once replaced within {_span(life)}"
    return Pace(max(interval, shortest), said)


def _seen(polls: Sequence[Polled]) -> tuple[int, timedelta]:
    """What came in the last ``RUNS`` intervals and in those of the same hours on the days before, and how long these were."""
    at = [poll.at.timestamp() / 3600 for poll in polls]
    seen, hours = 0, 0.0
    for number in range(1, len(polls)):
        away = ((at[number] + at[number - 1]) / 2 - at[-1] - AHEAD + 12) % 24 - 12
        if number >= len(polls) - RUNS or abs(away) <= AROUND:
            seen += polls[number].new + polls[number].changed
            hours += at[number] - at[number - 1]
    return seen, timedelta(hours=hours)


def window_life(polls: Sequence[Polled], window: int) -> timedelta | None:
    """The shortest time in which ``window`` new notices came; None where so many never did, or where a window means nothing."""
    if window < 2:
        return None
    shortest, first, count = None, 1, 0
    for last in range(1, len(polls)):
        count += polls[last].new
        while count - polls[first].new >= window:
            count -= polls[first].new
            first += 1
        if count >= window:
            time = polls[last].at - polls[first - 1].at
            shortest = time if shortest is None else min(time, shortest)
    return shortest


def _fills(polls: Sequence[Polled], longest: timedelta) -> bool:
    """Whether the last run found nothing that it knew, though it did not come late: what was published before is gone unseen."""
    if len(polls) < 2:
        return False
    before, last = polls[-2:]
    return last.new >= last.entries > 1 and last.at - before.at <= longest * (1 + 1 / BOUND)


def heat(stops: Iterable[Stop], now: datetime) -> dict[str, Heat]:
    """The countries that are hot at ``now``, by code. Each further stop while it is a crisis makes it last longer."""
    by_country: dict[str, list[Stop]] = {}
    for stop in sorted(stops):
        by_country.setdefault(stop.country, []).append(stop)
    found = {}
    for country, told in by_country.items():
        for number, last in enumerate(told, start=1):
            operators = {stop.operator for stop in told[:number] if last.at - stop.at <= STOPS_WITHIN}
            if len(operators) >= STOPS and last.at + HOT_FOR > now:
                found[country] = Heat(country, len(operators), last.at + HOT_FOR)
    return found


def hottest(countries: Iterable[str], hot: Mapping[str, Heat]) -> Heat | None:
    """Of what concerns a source of these countries, what lasts longest."""
    return max((hot[country] for country in countries if country in hot), key=lambda one: one.until, default=None)


def publishing(times: Sequence[datetime]) -> timedelta | None:
    """The middle of the pauses between publications; None where there are fewer than three."""
    pauses = sorted(later - earlier for earlier, later in pairwise(sorted(times)))
    return pauses[len(pauses) // 2] if len(pauses) > 1 else None


def _span(time: timedelta) -> str:
    """ "40 minutes", "5 hours", "3 days"."""
    for unit, seconds in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if (count := round(time.total_seconds() / seconds)) >= 2 or unit == "minute":
            return f"{count} {unit}{'' if count == 1 else 's'}"
    raise AssertionError
