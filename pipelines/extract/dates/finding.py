"""Date expressions in a text: where they stand, what days they mean, which part they play.

``find`` reads the text with the vocabulary of its language (``data/lexicon/<lang>/dates.toml``), one grammar for all languages
(``grammar``, ``points``), and a calendar that fills in what is left unsaid (``calendar``). Pure: no clock.
"""

from bisect import bisect
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from pipelines.extract.dates.calendar import Interval, later
from pipelines.extract.dates.grammar import Phrase, phrase
from pipelines.extract.dates.lexicon import Tokens, lexicon
from pipelines.extract.dates.numbers import YEARS
from pipelines.extract.dates.point import Point
from pipelines.extract.dates.resolve import Known, linked, resolve

_REACH = 6
"""A preposition stands at most so many tokens before what makes its expression a date."""
_PLAIN = {"through": "until", "since": "from", "in": "on"}
_UNKNOWN = 0.1
"""Certainty of an expression whose days cannot be told."""
_LABEL = 3
"""Words of a line's label, the one that tells among them."""
_CLAUSE = 16
"""Tokens on either side in which a verb tells the tense."""


@dataclass(frozen=True, slots=True)
class When:
    """A date expression. ``start`` and ``end`` are code-point offsets; the span includes the words that give it its role."""

    start: int
    end: int
    text: str
    first: date | None
    last: date | None
    """First and last day of the interval named, both inclusive: a day has both alike, "since 5 May" has no last, "until 15 January" no
    first. Both None where the text does not say enough, as "on Monday" without a publication date."""
    role: str
    """"on", "from", "until", "range", "not_before", "before" (``last`` is the day before the one named), "open" (until further notice,
    temporarily), "duration" (``first`` and ``last`` only where the text says when it begins) or "year"."""
    certainty: float
    """1 for a date printed in full, less for what had to be inferred, 0.1 for what could not."""


def find(text: str, lang: str, published: date | None) -> list[When]:
    """All date expressions of ``text``, sorted, non-overlapping. Never raises; linear in the length of the text."""
    if published and published.year not in YEARS:  # a mistake of the site
        published = None
    t = Tokens(text, lexicon(lang))
    phrases = _phrases(t)
    anchors = [(p.begin, printed[0]) for p in phrases for point in p.points if (printed := _printed(point))]
    begins = [begin for begin, _ in anchors]
    month_first = _month_first(phrases)
    found: list[When] = []
    last: Interval | None = None
    told: When | None = None
    for p in phrases:
        at = bisect(begins, p.begin)
        anchor = min(anchors[max(at - 1, 0) : at + 1], key=lambda entry: abs(entry[0] - p.begin), default=(0, None))[1]
        known = Known(published, anchor, last, month_first, _tense(t, p))
        for when in _whens(t, p, known, told):
            found.append(when)
            first_day, last_day = when.first or when.last, when.last or when.first
            if first_day and last_day and when.role != "duration":
                last, told = (first_day, last_day), when
    return found


def tells_validity(line: str, lang: str) -> bool:
    """Whether a line begins as one of a bulletin's that says how long all of it is valid: "Period of validity: "."""
    t = Tokens(line, lexicon(lang))
    return any(t.sees(i, "validity") for i in range(_LABEL))


def _phrases(t: Tokens) -> list[Phrase]:
    found: list[Phrase] = []
    words, lexicon = t.words, t.lexicon
    core, starters, vocabulary = lexicon.core, lexicon.starters, lexicon.vocabulary
    cores = [i for i, word in enumerate(words) if word in core or word.isdecimal()]
    done = 0
    for position in cores:
        if position < done:
            continue
        begin, low = position, max(done, position - _REACH)
        while begin > low and (words[begin - 1] in vocabulary or not words[begin - 1].isalpha()):
            begin -= 1
        for i in range(begin, position + 1):
            if i != position and words[i] not in starters:
                continue
            never = t.sees(i, "never")
            if never and never[1] > position:
                done = never[1]
                break
            read = None if never else phrase(t, i)
            if read and read.end > position:
                found.append(read)
                done = read.end
                break
        done = max(done, position + 1)
    return _lend_postpositions(t, found)


def _lend_postpositions(t: Tokens, phrases: list[Phrase]) -> list[Phrase]:
    """Turkish says "kadar" once for several dates: "26 Şubat'a, ... 2 Mart'a, ... 4 Mart'a kadar"."""
    for n in range(len(phrases) - 2, -1, -1):
        p, following = phrases[n], phrases[n + 1]
        if p.suffix and following.role == p.suffix and not {".", "\n"} & set(t.words[p.end : following.begin]):
            phrases[n] = replace(p, role=p.suffix)
    return phrases


def _printed(p: Point) -> Interval | None:
    return resolve(p, "on", Known(None, None, None, False)) if p.year and p.month else None


def _month_first(phrases: list[Phrase]) -> bool:
    """Whether slashed dates put the month first: some of them can only be read so, and none only otherwise."""
    points = [p for read in phrases for p in read.points if p.slashed]
    return any(p.slashed == "month_first" for p in points) and not any(p.slashed == "day_first" for p in points)


def _tense(t: Tokens, p: Phrase) -> str:
    """The tense of the nearest verb in the same clause that shows one, "" where none does."""
    lexicon = t.lexicon
    low = next((i + 1 for i in range(p.begin - 1, max(p.begin - _CLAUSE, 0), -1) if _ends_sentence(t, i)), 0)
    high = next((i for i in range(p.end, min(p.end + _CLAUSE, len(t))) if _ends_sentence(t, i)), len(t))
    for distance in range(1, _CLAUSE + 1):
        for i in (p.begin - distance, p.end - 1 + distance):
            if not low <= i < high:
                continue
            word = t.words[i]
            seen = t.sees(i, "tense")
            if seen:
                return str(seen[0])
            if len(word) > 4 and word.isalpha():
                for tense, endings in lexicon.endings.items():
                    if endings and word.endswith(endings):
                        return tense
    return ""


def _ends_sentence(t: Tokens, i: int) -> bool:
    return t.words[i] in ("\n", "!", "?", ";") or (t.words[i] == "." and not t.touches(i + 1))


def _whens(t: Tokens, p: Phrase, known: Known, told: When | None) -> list[When]:
    if p.points and p.points[0].same in ("period", "then"):
        return [_as_told(t, p, told)]
    if p.role == "open":
        return [_when(t, p.begin, p.end, None, None, "open", 1.0)]
    if p.role in ("lasting", "coming"):
        return [_duration(t, p, known)]
    if p.role == "range":
        first, last = linked(p.points[0], p.points[1], known)
        begin, end = (first[0] if first else None), (last[1] if last else None)
        if begin and end and begin > end:
            begin = end = None
        return [_when(t, p.begin, p.end, begin, end, "range", _certainty(p.points[1], known))]
    if p.role == "list":
        return _list(t, p, known)
    point = p.points[0]
    return [_one(t, p.begin, p.end, point, p.role, known)]


def _as_told(t: Tokens, p: Phrase, told: When | None) -> When:
    """The days told last, or until these."""
    if told is None:
        return _when(t, p.begin, p.end, None, None, "on", _UNKNOWN)
    if p.points[0].same == "period":
        return _when(t, p.begin, p.end, told.first, told.last, told.role, 0.8)
    before = told.first - timedelta(1) if told.first else None
    return _when(t, p.begin, p.end, None, told.last if told.role in ("until", "before", "range") else before, "until", 0.8)


def _duration(t: Tokens, p: Phrase, known: Known) -> When:
    start = resolve(p.points[0], "from", known) if p.points else None
    if start and p.length:
        return _when(t, p.begin, p.end, start[0], later(start[0], *p.length), "range", _certainty(p.points[0], known))
    if p.role == "coming" and known.published and p.length:
        return _when(t, p.begin, p.end, known.published, later(known.published, *p.length), "duration", 0.8)
    return _when(t, p.begin, p.end, None, None, "duration", 0.8)


def _list(t: Tokens, p: Phrase, known: Known) -> list[When]:
    """Days in a list share the month that is said once; neighbouring days are one range."""
    points = list(p.points)
    if len(points) > 2 and all(point.weekday and point.day is None and point.offset is None for point in points):
        return []  # a timetable
    for n in range(len(points) - 2, -1, -1):
        point, following = points[n], points[n + 1]
        if point.day is not None and point.month is None and following.day is not None:
            points[n] = replace(following, day=point.day, weekday=point.weekday)
        elif point.day is not None and point.month and not point.year and following.year:
            points[n] = replace(point, year=following.year - (point.month > (following.month or 12)))
    for n in range(1, len(points)):
        if points[n].day is not None and points[n].month is None and points[n - 1].month:
            points[n] = replace(points[n - 1], day=points[n].day, weekday=None)
    intervals = [resolve(point, "list", known) for point in points]
    if points[0].weekday and intervals[0]:
        start = intervals[0][0]
        intervals = [
            (start + timedelta((point.weekday - start.isoweekday()) % 7),) * 2 if point.weekday and point.day is None else found
            for point, found in zip(points, intervals, strict=True)
        ]
    days = [found[0] if found else None for found in intervals]
    if all(a and b and b - a == timedelta(1) for a, b in pairwise(days)):
        return [_when(t, p.begin, p.end, days[0], days[-1], "range", _certainty(points[-1], known))]
    begins = [p.begin, *(end for end in p.ends[:-1])]
    role = p.role if p.role != "list" else "on"
    found = []
    for n, point in enumerate(points):
        begin, end = begins[n], (p.ends[n] if n < len(points) - 1 else p.end)
        while begin < end - 1 and not (t.words[begin].isalnum() and not t.means(begin, "link", "and")):
            begin += 1
        when = _one(t, begin, end, point, role, known)
        found.append(replace(when, first=days[n], last=days[n] if role != "from" else None))
    return found


def _one(t: Tokens, begin: int, end: int, point: Point, role: str, known: Known) -> When:
    found = resolve(point, role, known)
    certainty = _certainty(point, known)
    if found is None:
        return _when(t, begin, end, None, None, _PLAIN.get(role, role), _UNKNOWN)
    first, last = found
    whole = first != last
    if role in ("from", "since", "not_before"):
        return _when(t, begin, end, first, None, "from" if role == "since" else role, certainty)
    if role == "before":
        return _when(t, begin, end, None, first - timedelta(1), "before", certainty)
    if role in ("until", "through"):
        # "until 2025" and "until March" end where these begin; "until the end of March", "until next week", "through March" include them.
        exclusive = role == "until" and whole and not point.portion and not point.unit
        doubt = 0.7 if exclusive and not point.year else 1
        return _when(t, begin, end, None, first - timedelta(1) if exclusive else last, "until", certainty * doubt)
    alone = point.year is not None and point.month is None and not point.season and not point.portion
    return _when(t, begin, end, first, last, "year" if alone else "on", certainty)


def _certainty(p: Point, known: Known) -> float:
    if p.year and p.month and p.day and not p.swapped:
        return 1.0
    if p.weekday and not p.day and p.offset is None:
        return 0.9 if p.shift is not None or known.tense else 0.7
    if p.day and not p.month and not p.same:
        return 0.8
    return 0.9 if p.year or p.offset is not None else 0.95 if p.day else 0.85


def _when(t: Tokens, begin: int, end: int, first: date | None, last: date | None, role: str, certainty: float) -> When:
    start, stop = t.starts[begin], t.ends[end - 1]
    known = first or last or role in ("open", "duration")
    return When(start, stop, t.text[start:stop], first, last, role, round(certainty if known else _UNKNOWN, 2))
