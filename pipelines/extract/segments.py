"""Text to segments: the title, sentences, headings and list lines, each with offsets into the whole."""

import re
from typing import NamedTuple

LIMIT = 40_000
"""Characters of a notice that are read: some 6,000 words."""
LONGEST = 2_000
"""Characters of a sentence; what is longer is cut."""

END = re.compile(r"[.!?…]+[\"»”’')\]]*\s+(?=[\"«„“‘'(\[¿¡–—-]*\s?[\w@])")
HEAD = 90
"""A line of at most so many characters that does not end like a sentence may be a heading."""

_ABBREVIATED = """
st ste dr mr mrs ms prof no nr nos jan feb mar apr jun jul aug sep sept oct nov dec approx vs inc ltd co corp art bzw ca usw
inkl zzgl vgl tel abs min max bv nv o.a d.w.z m.b.t t.e.m resp evt sr sra dra ud uds ee uu pág p.ej núm aprox av avda dª m mme
mm mlle etc env hs std uhr jr gen col sen rep gov u.s u.k u.n e.g i.e a.m p.m г гг ул им руб тыс млн млрд мин стр т др пр см
напр ок янв фев мар апр авг сен сент окт ноя нояб дек dhr mevr drs ir jl jgl sok cad vb bkz örn doç sn hz sig sigg dott ing avv
on lun mar mer gio ven sab dom
proc tys godz im ds np m.in tzw św r
"""
ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_BEFORE = re.compile(r"([\w.]+)$")


class Segment(NamedTuple):
    start: int
    end: int
    form: str
    """``title``, ``heading``, ``item`` (a line of a list) or ``sentence``."""


def segments(text: str, title_end: int = 0) -> list[Segment]:
    """Segments of a text whose first ``title_end`` characters are its title."""
    out: list[Segment] = []
    start = 0
    lines: list[tuple[int, int]] = []
    for line in text[:LIMIT].splitlines(keepends=True):
        a, b = _trim(text, start, start + len(line))
        if a < b:
            lines.append((a, b))
        start += len(line)
    for n, (a, b) in enumerate(lines):
        if a < title_end:
            out += [Segment(s, e, "title") for s, e in sentences(text, a, b)]
        elif (b - a <= HEAD and text[b - 1] not in ".!?…»”" and n + 1 < len(lines)) or (text[b - 1] == ":" and b - a <= 2 * HEAD):
            out.append(Segment(a, b, "heading"))
        elif (b - a <= 2 * HEAD and text[a] in "•·*-–—►▪✈📍●") or (b - a <= HEAD and text[b - 1] not in ".!?…»”"):
            out.append(Segment(a, b, "item"))
        else:
            out += [Segment(s, e, "sentence") for s, e in sentences(text, a, b)]
    return out


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of one line. An abbreviation, an initial, or a number with a dot (9. Januar) ends none."""
    out = []
    begin = start
    for match in END.finditer(text, start, end):
        if match.group()[0] == "." and _open(text, begin, match.start(), match.end()):
            continue
        out += _pieces(text, begin, match.end())
        begin = match.end()
    return out + _pieces(text, begin, end)


def _open(text: str, begin: int, dot: int, after: int) -> bool:
    """Whether the full stop at ``dot`` belongs to the word before it."""
    word = _BEFORE.search(text, max(begin, dot - 12), dot)
    following = text[after : after + 1]
    if word is None:
        return False
    told = word.group(1)
    if following.islower():
        return True
    if told.isdigit():
        return (
            len(told) <= 2
            and not following.isdigit()
            and dot - begin > len(told)
            and text[dot + 1 : dot + 2] == " "
            and _month_like(text, after)
        )
    return (len(told) == 1 and told.isupper()) or told.lower() in ABBREVIATIONS


def _month_like(text: str, after: int) -> bool:
    """A German or Turkish ordinal is followed by a noun; a sentence that ends in a bare number is rare in either case."""
    return text[after : after + 3].lower() in MONTHS


_MONTHS = "jan feb mär mar apr mai jun jul aug sep okt nov dez oca şub nis may haz tem ağu eyl eki kas ara"
MONTHS = frozenset(_MONTHS.split())


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    start, end = _trim(text, start, end)
    return [(a, min(a + LONGEST, end)) for a in range(start, end, LONGEST)]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
