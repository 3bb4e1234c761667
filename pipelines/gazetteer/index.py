"""All written names in one automaton: folded name -> what it may mean."""

import csv
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import DATA, Spelling, operators, places, split

NOBODY = "nobody"
"""The type of what looks like a place and is none, or a person: it only keeps others out of its span ("Río de la Plata")."""
_FILES = (
    ("place", "place_names.csv"),
    ("adjective", "adjective_names.csv"),
    ("operator", "operator_names.csv"),
    (NOBODY, "curated/phrases.csv"),
)
_Cell = tuple[tuple[str, str, str, str], str]
"""Type, code, kind and language of a row, and one of its names as the file has it: read further only when a text has the name."""


class Index(NamedTuple):
    """``cells[i]`` are the meanings of the i-th pattern of ``automaton``."""

    automaton: AhoCorasick
    cells: list[list[_Cell]]


@cache
def index() -> Index:
    """Built at first use: under half a second, then shared."""
    meanings: dict[str, list[_Cell]] = {}
    for type_, name in _FILES:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            columns = {column: i for i, column in enumerate(next(reader))}
            code, kind, lang, names = (columns.get(column, -1) for column in ("code", "kind", "lang", "names"))
            for row in reader:
                line = (type_, row[code] if code >= 0 else "", row[kind] if kind >= 0 else "", row[lang] if lang >= 0 else "")
                # Folding keeps every separator in place, so the folded cells stand beside the written ones
                for folded, cell in zip(fold(row[names]).split("|"), row[names].split("|"), strict=True):
                    meanings.setdefault(folded.partition("/")[0].rstrip("?"), []).append((line, cell))
    return Index(AhoCorasick(list(meanings), implementation=Implementation.ContiguousNFA), list(meanings.values()))


@cache
def spellings(pattern: int) -> tuple[Spelling, ...]:
    """The meanings of one pattern, most important first; what several languages write alike is there once, with all of them."""
    langs: dict[tuple[str, str, str, str, bool, str], set[str]] = {}
    for (type_, code, kind, lang), cell in index().cells[pattern]:
        langs.setdefault((type_, code, kind, *next(split(cell))), set()).add(lang)
    ordered = sorted((Spelling(*what, frozenset(where)) for what, where in langs.items()), key=_importance)
    first = next((s for s in ordered if s.type == "place"), None)
    return tuple(s for s in ordered if s.type != "place" or first is None or not _eclipsed(s, first))


_BEFORE = {"region": 0, "island": 0, "country": 1}
_ECLIPSED = 0.015
"""A city of this share of the first one's page rank is not meant by the name alone: Paris in Texas, Armenia in Colombia."""


def _importance(spelling: Spelling) -> tuple[str, float, float, bool]:
    if spelling.type == "operator":
        return spelling.type, 0 if operators()[spelling.code].kind == "airline" else 1, 0, False
    place = places().get(spelling.code)
    return spelling.type, _BEFORE.get(spelling.kind, 2), -place.rank if place else 0, spelling.kind != "metro"


def _eclipsed(spelling: Spelling, first: Spelling) -> bool:
    if spelling.kind not in ("city", "metro", "airport") or spelling.code == first.code:
        return False
    here, there = places()[spelling.code], places()[first.code]
    if here.country == there.country and there.kind == "country":
        return False
    return here.rank < _ECLIPSED * there.rank
