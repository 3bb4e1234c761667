"""Splits a sentence among its triggers: which stretch of words each says its thing about."""

from typing import NamedTuple

from pipelines.extract.sentence import Sentence
from pipelines.extract.triggers import Trigger


class Domain(NamedTuple):
    low: int
    high: int
    triggers: tuple[Trigger, ...]
    """One or more, all of one kind and stance."""

    @property
    def kind(self) -> str:
        return self.triggers[0].kind

    @property
    def stance(self) -> str:
        return self.triggers[0].stance


def domains(sentence: Sentence, triggers: list[Trigger]) -> list[Domain]:
    """Stretches that cover the whole sentence, in order; none where it has no trigger."""
    groups: list[list[Trigger]] = []
    for trigger in triggers:
        if groups and (groups[-1][0].kind, groups[-1][0].stance) == (trigger.kind, trigger.stance):
            groups[-1].append(trigger)
        else:
            groups.append([trigger])
    out = []
    low = 0
    for n, group in enumerate(groups):
        high = boundary(sentence, group[-1], groups[n + 1][0]) if n + 1 < len(groups) else len(sentence.units)
        out.append(Domain(low, high, tuple(group)))
        low = high
    return out


def boundary(sentence: Sentence, left: Trigger, right: Trigger) -> int:
    """Where the words of one trigger end and those of the next begin."""
    units = sentence.units
    low, high = left.end, max(right.start, left.end)
    members = sentence.lexicon.patterns.members
    breaking, joining = members("break"), members("and")
    for i in range(high - 1, low - 1, -1):
        if units[i].word in ";:" or not breaking.isdisjoint(units[i].atoms):
            return i
    for i in range(high - 1, low - 1, -1):
        if units[i].word in ",—–":
            return _list_start(sentence, i, low)
    for i in range(high - 1, low - 1, -1):
        if not joining.isdisjoint(units[i].atoms) and not (units[i - 1].mention and i + 1 < high and units[i + 1].mention):
            return i
    return next((i for i in range(low, high) if units[i].operator is not None), high)


def _list_start(sentence: Sentence, comma: int, low: int) -> int:
    """Moves a boundary at a comma inside "A, B and C have" to before A."""
    units = sentence.units
    while (
        comma - 2 >= low
        and units[comma - 1].operator is not None
        and units[comma - 2].word == ","
        and units[comma + 1].operator is not None
    ):
        comma -= 2
    return comma
