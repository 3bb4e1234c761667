"""Times of day beside a date: read over, never reported."""

from pipelines.extract.dates.days import day_of_month
from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.numbers import number


def clock(t: Tokens, i: int) -> int:
    """The token after a time of day at ``i``, or 0."""
    at = i
    word = t.words[i]
    if word in t.tables["clock_at"]:
        i = t.skip(i, "clock_at", 1)
        word = t.words[i]
    if not word.isdecimal() and word not in t.tables["clock_name"]:
        return 0
    named = t.sees(i, "clock_name")
    if named:
        return named[1]
    hour = number(t, i, 24) if t.words[i] not in ("0", "00") else 0
    military = len(t.words[i]) == 4 and t.words[i].isdecimal()  # "0600 UTC"
    if hour is None and not military:
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
    hour_alone = i > at and t.sees(after, "joint") is not None  # "ore 18 di martedì"
    if military:
        return after if zone or unit else 0
    return after if (exact and not day_of_month(t, i)) or unit or zone or hour_alone else 0


def trailing_clock(t: Tokens, i: int) -> int:
    j = t.skip_sign(i, ",")
    return clock(t, j)


def joint(t: Tokens, i: int) -> int:
    """Over what joins a time to its date."""
    i = t.skip_sign(i, ",")
    return t.skip(t.skip(i, "joint"), "article", 1)
