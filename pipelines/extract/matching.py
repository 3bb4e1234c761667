"""How the parts of a pattern are found among the units of a sentence: elements one behind the other, terms in one clause."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

REACH = 24
"""How many units may lie between two parts joined by ``&``."""


class Element(NamedTuple):
    atoms: frozenset[int]
    gap: int
    optional: bool


class Rule(NamedTuple):
    section: str
    """A kind of event, or ``guards``, ``roles``, ``reasons``."""
    name: str
    terms: tuple[int, ...]
    without: tuple[int, ...]


def end_of(elements: tuple[Element, ...], units: Sequence[frozenset[int]], i: int, limit: int) -> int:
    """Where the rest of a term ends that goes on at ``i``, or -1."""
    gap = 0
    for atoms, width, optional in elements:
        if width:
            gap = width
        elif gap:
            for j in range(i, min(i + gap + 1, limit)):
                if not atoms.isdisjoint(units[j]):
                    i, gap = j + 1, 0
                    break
            else:
                if not optional:
                    return -1
        elif i < limit and not atoms.isdisjoint(units[i]):
            i += 1
        elif not optional:
            return -1
    return i


def joined(rule: Rule, start: int, end: int, spans: Mapping[int, list[tuple[int, int]]], limits: Sequence[int]) -> tuple[int, int] | None:
    low, high = start, end
    for term in rule.terms[1:]:
        near = [
            (s, e)
            for s, e in spans.get(term, ())
            if limits[s] == limits[start] and (s >= end or e <= start or start < s < e < end) and -REACH <= s - start <= REACH
        ]
        if not near:
            return None
        s, e = min(near, key=lambda span: abs(span[0] - start))
        low, high = min(low, s), max(high, e)
    for term in rule.without:
        if any(limits[s] == limits[start] and -REACH <= s - start <= REACH for s, _ in spans.get(term, ())):
            return None
    return low, high
