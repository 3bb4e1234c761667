"""The grammar of date expressions, the same for all languages: prepositions, points, links between points, postpositions.

``phrase`` reads one expression forwards from a token; it looks ahead a bounded number of tokens, so a text is read in linear time.
"""

from dataclasses import dataclass, replace

from pipelines.extract.dates.clock import clock, joint, trailing_clock
from pipelines.extract.dates.days import LIST, day_behind_month, listed_to_month, shared_day
from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.numbers import number
from pipelines.extract.dates.parts import case_ending
from pipelines.extract.dates.point import ENDS, Found, Point
from pipelines.extract.dates.points import point

_COUNTING = ("number", "prep", "article")
"""Tables with the words that a duration may begin with, if not with a number."""
_PLAIN = {"to": "until", "of": "on"}
"""A preposition of many uses: it ends a range or begins one ("vom 1. bis 7."), alone it says less ("die Mitteilung vom Dienstag")."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """An expression as read: tokens ``begin`` to ``end`` (exclusive)."""

    begin: int
    end: int
    role: str
    """A key of the prep table, or "range", "list", "lasting", "coming" (counted from the publication), "open"."""
    points: tuple[Point, ...] = ()
    ends: tuple[int, ...] = ()
    """Where each point of a list ends."""
    length: tuple[int, str] | None = None
    """A duration: number and unit."""
    suffix: str = ""
    """What a case ending alone says; it counts only where the next expression says it in a word."""


def phrase(t: Tokens, i: int) -> Phrase | None:
    """The date expression that begins at token ``i``."""
    kinds = t.kinds(i)
    open_ended = t.sees(i, "open") if "open" in kinds else None
    if open_ended:
        return Phrase(i, open_ended[1], "open")
    lasting = _lasting(t, i) if t.words[i].isdecimal() or not kinds.isdisjoint(_COUNTING) else None
    if lasting:
        return lasting
    seen = t.sees(i, "prep") if "prep" in kinds else None
    if seen:
        role = "in" if seen[0] in ("lasting", "coming") else str(seen[0])
        read = _between(t, i, seen[1]) if role == "between" else _led(t, i, seen[1], role)
        if read:
            return read
    return _led(t, i, i, "")


def _led(t: Tokens, begin: int, i: int, role: str) -> Phrase | None:
    """A point at ``i``, or a time of day and then a point, behind the preposition of ``role``."""
    i = t.skip(i, "qualifier", 1) if role else i
    found = point(t, i, role)
    if not found:
        found = _clocked(t, i, role)
        role = {"not_before": "from", "before": "until"}.get(role, role)  # "after midnight on 8 October" is that day
    return _complete(t, begin, role, found) if found else None


def _clocked(t: Tokens, i: int, role: str) -> Found:
    """A time of day and its date."""
    after = clock(t, i)
    return point(t, joint(t, after), role) if after else None


def _complete(t: Tokens, begin: int, role: str, found: tuple[Point, int]) -> Phrase | None:
    """What follows the first point: a second one, a list, a postposition."""
    first, after = found
    suffix, after = case_ending(t, after)
    if suffix == "in":
        role = role or "in"
    behind_clock = trailing_clock(t, after)
    if role not in ENDS or (first.day and not first.month and not t.means(after - 1, "ordinal_sign", "any")):
        second = _linked(t, behind_clock or after, role, suffix, first)
        if second:
            return _postposed(t, Phrase(begin, second[1], "range", (first, second[0])), "")
    if role in ("", "on", "in", "from", "of"):
        points, ends = [first], [after]
        while len(points) < LIST:
            more = _listed(t, ends[-1], bool(role))
            if not more:
                break
            suffix, end = case_ending(t, more[1])
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
    alone = _stands_alone(first)
    read = _postposed(t, Phrase(begin, after, "" if role == "of" and not alone else role, (first,)), suffix)
    return read if read.role else replace(read, role="on") if alone else None


def _stands_alone(p: Point) -> bool:
    """Whether the point is a date without any preposition: a lone year, month, season or day of month is not."""
    if p.same == "period":
        return True
    if p.portion or p.same:
        return bool(p.portion and (p.month or p.shift is not None or p.season or p.year))
    if p.unit:
        return True
    if p.weekday or p.offset is not None:
        return True
    return bool((p.month and (p.day or p.year)) or (p.season and p.year))


def _between(t: Tokens, begin: int, i: int) -> Phrase | None:
    first = point(t, i, "between") or _clocked(t, i, "between") or shared_day(t, i)
    if not first:
        return None
    second = _linked(t, first[1], "between", "", first[0])
    return _postposed(t, Phrase(begin, second[1], "range", (first[0], second[0])), "") if second else None


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
    found = point(t, k, "until") or _clocked(t, link, "until")
    if not found and first.day and first.month and not first.year:
        found = day_behind_month(t, k)
    return found if found and (found[0].is_day or (role and not found[0].same)) else None


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
    shared = shared_day(t, j)
    return shared if shared and listed_to_month(t, shared[1]) else None


def _lasting(t: Tokens, i: int) -> Phrase | None:
    """A duration, and the point it is counted from: "durante uma semana, a contar de segunda-feira"."""
    prepared = "prep" in t.kinds(i)
    coming = t.means(i, "prep", "coming") if prepared else 0
    led = coming or (t.means(i, "prep", "lasting") if prepared else 0) or i
    j = led if t.words[led].isdecimal() or t.sees(led, "number") else t.skip(led, "article", 1)
    count = number(t, j, 999)
    after = j + 1
    if count is None:
        if "number" not in t.kinds(j):
            return None
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
    return Phrase(i, end, "coming" if coming else "lasting", length=length)


def _postposed(t: Tokens, p: Phrase, suffix: str) -> Phrase:
    """The postpositions after an expression, and its weekday."""
    end, role = p.end, p.role
    if p.points[-1].month and p.points[-1].day and not p.points[-1].weekday:
        weekday = t.sees(end, "weekday")
        end = weekday[1] if weekday else end
    if t.words[end] == "(" and t.words[end + 2] == ")" and t.sees(end + 1, "weekday"):
        end += 3
    timed = case_ending(t, trailing_clock(t, end))[1]
    if timed and t.sees(timed, "post"):  # "12.06.2025 saat 18.00'e kadar"
        end = timed
    if t.words[end] == "(" and (closed := _inclusive_in_brackets(t, end + 1)):  # "2 Mart (bu gün dahil) sonuna kadar"
        end, role = closed, role or "through"
    for _ in range(3):
        j = t.skip(end, "day_word", 1)
        seen = t.sees(j, "post") or (t.sees(j + 1, "post") if t.words[j] == "," else None)
        if not seen:
            break
        said, end = str(seen[0]), seen[1]
        if said == "earliest":
            role = "until" if role in ENDS else "not_before"
        elif said == "inclusive":
            role = "through" if role in ("until", "through", "") else role
        elif said in ("range", "lasting") or role in ("range", "list"):
            pass
        elif role in ("", "on", "in", "of"):
            role = said
    role = _PLAIN.get(role, role)
    return replace(p, end=end, role=role, suffix=suffix if role in ("on", "") else "")


def _inclusive_in_brackets(t: Tokens, i: int) -> int:
    """The token after brackets that say that the day is meant too, or 0."""
    close = next((j for j in range(i, i + 5) if t.words[j] == ")"), 0)
    said = any((seen := t.sees(j, "post")) and seen[0] == "inclusive" for j in range(i, close))
    return close + 1 if close and said else 0
