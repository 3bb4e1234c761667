"""What adapting the intervals is worth: three weeks of made-up publishing, read by ``pipelines.freshness`` and at fixed intervals.

The sources publish as the press, channels and authorities do: at rates that lie a hundredfold apart, more by day than by night in
their own zone, in bursts (one event is followed by several notices within the hour), and in crises, when the sources of one
country tell of one operator after another. Both readers spend the same number of requests: the fixed intervals are the records'
own, all stretched or shortened by one factor.
"""

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import fmean, quantiles

from pipelines.freshness import HOT_FOR, MEMORY, STOPS_WITHIN, Polled, Stop, heat, hottest, pace
from tests.bench.measure import result

SEEDS = range(100, 108)
"""Worlds that are measured. Those of 0 to 2 were in view while the constants of ``pipelines.freshness`` were chosen: not these."""
SOURCES = 60
DAYS = 21
WARM = 3
"""Days that count for nobody: at the start no reader knows a source."""
START = datetime(2025, 11, 1, tzinfo=UTC)
COUNTRIES = ("VE", "RU", "IL", "DE", "BR", "TR", "AE", "IN", "US", "FR")
EVERY = {"busy": 15, "middling": 30, "slow": 60}
"""Minutes: what a person writes into the record, who knows roughly how busy a source is."""
A_DAY = {"busy": (12, 60), "middling": (2, 12), "slow": (0.1, 3)}
"""Notices a day, from and to."""
WINDOWS = {"busy": (8, 20, 50), "middling": (8, 10, 20), "slow": (10, 20, 50)}
"""Notices that an answer shows; eight were seen at an association's feed."""


@dataclass(frozen=True)
class Published:
    """One source's whole life: hours since the start, in their order."""

    country: str
    every: float
    window: int
    times: list[float]
    crisis: frozenset[float]
    """Those of its notices that tell of a crisis."""
    stops: dict[float, Stop]


def world(seed: int) -> list[Published]:
    """All sources; a crisis befalls each of the first countries once."""
    draw = random.Random(seed)
    crises = {country: 24 * (WARM + 2 + number * 4) + draw.uniform(0, 24) for number, country in enumerate(COUNTRIES[:4])}
    return [_published(draw, number, crises) for number in range(SOURCES)]


def _published(draw: random.Random, number: int, crises: dict[str, float]) -> Published:
    manner = ("busy", "middling", "middling", "slow", "slow")[number % 5]
    country = COUNTRIES[number % len(COUNTRIES)]
    low, high = A_DAY[manner]
    a_day, noon = math.exp(draw.uniform(math.log(low), math.log(high))), draw.uniform(0, 24)
    times, hour = set(), 0.0
    while (hour := hour + draw.expovariate(a_day * 1.4 / 24)) < DAYS * 24:  # thinned to the hour of the day
        if draw.random() < max(0.08, 0.5 + 0.5 * math.cos((hour - noon) / 24 * 2 * math.pi)):
            times.add(hour)
            if draw.random() < 0.12:  # followed by others on the same matter
                times |= {hour + draw.uniform(0.02, 1) for _ in range(draw.randint(2, 6))}
    crisis: dict[float, Stop] = {}
    if country in crises:
        for operator in range(draw.randint(4, 9)):  # each told by one source within hours of the other
            at = crises[country] + draw.expovariate(1 / 7)
            crisis[at] = Stop(START + timedelta(hours=at), f"operator {operator}", country)
    every = timedelta(minutes=EVERY[manner]).total_seconds() / 3600
    inside = sorted(time for time in times | crisis.keys() if time < DAYS * 24)
    return Published(country, every, draw.choice(WINDOWS[manner]), inside, frozenset(crisis), crisis)


@dataclass
class Read:
    """What one way of asking came to."""

    requests: int
    delays: list[float]
    """Hours, of everything that was read."""
    in_crisis: list[float]
    lost: int
    """Gone from the window before anybody looked."""


def read(sources: list[Published], asked: "Callable[[Published, list[Polled], list[Stop]], float]") -> Read:
    """Asks every source when it is due: ``asked`` gives hours until the next time. In step, since what one tells another may need."""
    draw, done = random.Random(1), Read(0, [], [], 0)
    due = [(source.every * draw.random(), number) for number, source in enumerate(sources)]
    until = [0.0] * len(sources)
    polls: list[list[Polled]] = [[] for _ in sources]
    told: list[Stop] = []
    while due:
        due.sort()
        now, number = due.pop(0)
        if now >= DAYS * 24:
            continue
        source = sources[number]
        first, last = bisect_right(source.times, until[number]), bisect_right(source.times, now)
        shown = max(first, last - source.window)
        at = START + timedelta(hours=now)
        new = source.times[shown:last]
        told += [source.stops[time]._replace(at=at) for time in new if time in source.stops]
        if now >= WARM * 24:
            done.requests += 1
            counted = [time for time in new if time >= WARM * 24]
            done.delays += [now - time for time in counted]
            done.in_crisis += [now - time for time in counted if time in source.crisis]
            done.lost += shown - first
        until[number] = now
        polls[number] = [*polls[number][-MEMORY:], Polled(at, len(new), 0, min(source.window, last) if new else 0)]
        due.append((now + asked(source, polls[number], told) * draw.uniform(0.9, 1.1), number))
    return done


def adapting() -> "Callable[[Published, list[Polled], list[Stop]], float]":
    """As the service asks. A crisis that begins shortens what comes next, not what is already set: the service is a little faster."""
    now: dict[int, timedelta] = {}

    def asked(source: Published, polls: list[Polled], told: list[Stop]) -> float:
        at = polls[-1].at
        hot = heat((stop for stop in told[-500:] if stop.at >= at - STOPS_WITHIN - HOT_FOR), at)
        decided = pace(timedelta(hours=source.every), polls, hottest((source.country,), hot), now.get(id(source)))
        now[id(source)] = decided.interval
        return decided.interval.total_seconds() / 3600

    return asked


def fixed(sources: list[Published], requests: int) -> Read:
    """At the records' own intervals, times the factor that spends as many requests."""
    factor = 1.0
    while True:
        done = read(sources, lambda source, polls, told, factor=factor: source.every * factor)  # type: ignore[misc]
        if abs(done.requests - requests) <= requests * 0.002:
            return done
        factor *= done.requests / requests


def late(delays: Iterable[float]) -> float:
    """The delay, in hours, that nine of ten stay below."""
    return quantiles(delays, n=10)[-1]


if __name__ == "__main__":
    figures: dict[str, list[float]] = {}
    for seed in SEEDS:
        sources = world(seed)
        ours = read(sources, adapting())
        theirs = fixed(sources, ours.requests)
        for name, value in {
            "requests": ours.requests / theirs.requests,
            "mean": fmean(ours.delays) / fmean(theirs.delays),
            "late": late(ours.delays) / late(theirs.delays),
            "crisis": fmean(ours.in_crisis) / fmean(theirs.in_crisis),
            "minutes": fmean(ours.delays) * 60,
            "minutes_fixed": fmean(theirs.delays) * 60,
            "crisis_minutes": fmean(ours.in_crisis) * 60,
            "crisis_minutes_fixed": fmean(theirs.in_crisis) * 60,
            "lost": ours.lost,
            "lost_fixed": theirs.lost,
            "of_plain": ours.requests / sum((DAYS - WARM) * 24 / source.every for source in sources),
        }.items():
            figures.setdefault(name, []).append(value)
    spread = {f"{name}_{end.__name__}": end(figures[name]) for name in ("mean", "crisis") for end in (min, max)}
    print(result(**{name: fmean(values) for name, values in figures.items()}, **spread))
