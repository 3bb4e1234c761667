"""All written names in one automaton: folded name -> what it may mean."""

from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import AMBIGUOUS, Spelling, operators, places, rows, split

_FILES = (("place", "place_names.csv"), ("adjective", "adjective_names.csv"), ("operator", "operator_names.csv"))


class Index(NamedTuple):
    """``spellings[i]`` are the meanings of the i-th pattern of ``automaton``."""

    automaton: AhoCorasick
    spellings: list[list[tuple[str, str, str, str, str, bool, str]]]


@cache
def index() -> Index:
    """Built at first use: under half a second, then shared."""
    meanings: dict[str, list[tuple[str, str, str, str, str, bool, str]]] = {}
    for type_, file in _FILES:
        for row in rows(file):
            code, lang, kind = row["code"], row.get("lang", ""), row.get("kind", "")
            names = row["names"]
            for folded, (text, ambiguous, cases) in zip(_folded(names), split(names), strict=True):
                meanings.setdefault(folded, []).append((type_, code, kind, lang, text, ambiguous, cases))
    return Index(AhoCorasick(list(meanings), implementation=Implementation.ContiguousNFA), list(meanings.values()))


def _folded(names: str) -> list[str]:
    # One call folds the cell: folding keeps every separator where it is
    return [cell.partition("/")[0].removesuffix(AMBIGUOUS) for cell in fold(names).split("|")]


@cache
def spellings(pattern: int) -> tuple[Spelling, ...]:
    """The meanings of one pattern, most important place first."""
    found = [Spelling(*meaning) for meaning in index().spellings[pattern]]
    return tuple(sorted(found, key=_importance))


def _importance(spelling: Spelling) -> tuple[str, float]:
    if spelling.type == "operator":
        return spelling.type, 0.0 if operators()[spelling.code].kind == "airline" else 1.0
    place = places().get(spelling.code)
    return spelling.type, -place.rank if place else 0.0
