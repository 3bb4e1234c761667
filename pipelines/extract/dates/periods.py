"""Months, seasons, years and their parts: "in March", "the end of April", "ay sonu", "летом 2022 года"."""

from dataclasses import replace

from pipelines.extract.dates.lexicon import Tokens
from pipelines.extract.dates.numbers import clean_left
from pipelines.extract.dates.parts import case_ending, month_and_year, shifted, year_number, year_words
from pipelines.extract.dates.point import ENDS, Found, Point


def portion(t: Tokens, i: int, role: str = "") -> Found:
    seen = t.sees(i, "portion")
    if not seen:
        return portion_behind(t, i)
    j = t.skip_sign(seen[1], "-–")
    j = t.skip(t.skip(j, "of"), "article")
    whole = month_and_year(t, j) or season_name(t, j) or shifted(t, j) or _plain_year(t, j) or _this_unit(t, j)
    return (replace(whole[0], portion=str(seen[0])), whole[1]) if whole else None


def portion_behind(t: Tokens, i: int, role: str = "") -> Found:
    """ "Mart sonu", "ay sonu": the portion behind the whole."""
    if not t.tables["portion_after"] or not (t.kinds(i) or t.words[i].isdecimal()):
        return None
    whole = month_and_year(t, i) or season_name(t, i) or shifted(t, i) or _this_unit(t, i) or _plain_year(t, i)
    seen = t.sees(whole[1], "portion_after") if whole else None
    return (replace(whole[0], portion=str(seen[0])), seen[1]) if whole and seen else None


def _plain_year(t: Tokens, i: int) -> Found:
    printed = year_number(t, t.skip(i, "year_lead", 1), comma=False)
    return (Point(year=printed[0]), printed[1]) if printed else None


def _this_unit(t: Tokens, i: int) -> Found:
    """A week, month or year with nothing said of which: the present one ("до конца месяца")."""
    unit = t.sees(i, "unit")
    return (Point(unit=str(unit[0]), shift=0), unit[1]) if unit and unit[0] != "day" else None


def month_alone(t: Tokens, i: int, role: str = "") -> Found:
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


def season_name(t: Tokens, i: int, role: str = "") -> Found:
    if t.kinds(i).isdisjoint(("season", "shift")):
        return None
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
    later = shifted(t, t.skip(after, "of"), units=("year",))
    return (replace(p, year_shift=later[0].shift), later[1]) if later else (p, after)


def year_alone(t: Tokens, i: int, role: str) -> Found:
    i = t.skip(i, "year_lead", 1)
    printed = year_number(t, i, comma=False)
    if not printed or not clean_left(t, i):
        return None
    if not role and not (t.sees(printed[1], "post") or case_ending(t, printed[1])[0]):
        return None
    counting = printed[1] == i + 1 and t.words[i + 1].isalpha() and t.kinds(i + 1).isdisjoint(("after_day", "link", "prep"))
    if counting and (role in ENDS or role in ("from", "on")):  # "to 2000 passengers"
        return None
    return Point(year=printed[0]), printed[1]
