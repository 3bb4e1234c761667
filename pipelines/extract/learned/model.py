"""The learned model: how likely a sentence states each kind of event.

``data/judge/weights.bin`` holds a signed byte for each head in each bucket, ``data/judge/model.json`` what they are worth. A feature falls
into the bucket that the CRC-32 of its name gives, salted by its group. A head's margin is its bias and, for each group, the sum
of its features' weights over the square root of their number; a logistic curve, fitted on sentences that the
weights had not seen, turns margins into probabilities.

The weights of a bucket are kept as one whole number with a lane of 32 bits for each head, so that one addition adds them all.
"""

import json
import struct
from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import exp, sqrt
from operator import mul
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

from pipelines.extract.learned.features import letters, masked, pairs, rules, shape
from pipelines.extract.sentence import Sentence

FOLDER = Path(__file__).resolve().parents[3] / "data" / "judge"
LANE = 4
"""Bytes of a lane: room for the sum of more features than any text has."""
ZERO = 128
"""What a weight of nought is stored as in a lane, where all numbers are positive."""
REMEMBERED = 200_000
"""Words whose letters are weighed once."""
GLANCES = 5_000
"""Sentences of which a glance is remembered."""
NEXT_TO_NOTHING = 0.05
"""A probability of no interest."""


class Sum(NamedTuple):
    """Weights added up: the lanes, and how many features are in them."""

    lanes: int
    number: int


class Verdict(NamedTuple):
    """What the model says of one sentence."""

    probability: Mapping[str, float]
    """For each head: the kinds of events as stated facts, ``any`` of them, ``continues``, and ``denied``, ``possible``, ``past``."""
    words: Sequence[Sum]
    """For each unit, what its letters say: where a verdict comes from."""


class Model:
    def __init__(self, told: Mapping[str, Any], weights: bytes) -> None:
        """Raises ValueError where weights and description do not belong together."""
        self.heads: tuple[str, ...] = tuple(told["heads"])
        self.nothing = Verdict(dict.fromkeys(self.heads, 0.0), ())
        """Of a sentence not worth a look."""
        self._buckets: int = told["buckets"]
        if len(weights) != self._buckets * len(self.heads):
            wanted = self._buckets * len(self.heads)
            raise ValueError(f"data/judge/weights.bin has {len(weights)} bytes, model.json wants {wanted}: run make judge")
        self._scales: list[float] = told["scales"]
        self._biases: list[float] = told["biases"]
        self._curves: list[tuple[float, float]] = [(slope, shift) for slope, shift in told["curves"]]
        self._shares: list[float] = told["shares"]
        self._width = LANE * len(self.heads)
        lanes = bytearray(LANE * len(weights))
        lanes[::LANE] = weights.translate(bytes(i ^ ZERO for i in range(256)))  # from -128..127 to 0..255
        self._lanes = bytes(lanes)
        self._unpack = struct.Struct(f"<{len(self.heads)}I").unpack
        self._any = self.heads.index("any")
        self._words: dict[str, Sum] = {}
        self._glances: dict[tuple[str, ...], float] = {}

    def verdict(self, sentence: Sentence) -> Verdict:
        words = masked(sentence)
        known = [self._word(word) for word in words]
        groups = (pairs(words), rules(sentence), shape(sentence, words))
        told = self._told([_added(known), *(self._sum(names, n) for n, names in enumerate(groups, start=1))])
        return Verdict({name: self._probability(head, told[head]) for head, name in enumerate(self.heads)}, known)

    def glance(self, words: tuple[str, ...]) -> float:
        """The probability of any kind by letters and pairs of words alone, before names are known: cheap, and rough.

        Where the letters, whose sums are remembered, say next to nothing, the pairs are not asked. Remembered for a while: a sentence is
        looked at more than once, and pages say the same at every reading.
        """
        known = self._glances.get(words)
        if known is None:
            if len(self._glances) >= GLANCES:
                self._glances.clear()
            known = self._glances[words] = self._glance(words)
        return known

    def _glance(self, words: tuple[str, ...]) -> float:
        told = _added([self._word(word) for word in words])
        first = self._probability(self._any, self._told([told])[self._any])
        if first < NEXT_TO_NOTHING:
            return first
        return self._probability(self._any, self._told([told, self._sum(pairs(words), 1)])[self._any])

    def said(self, verdict: Verdict, unit: int, head: str) -> float:
        """How much the letters of one unit speak for a head."""
        return self._told([verdict.words[unit]])[self.heads.index(head)]

    def _word(self, word: str) -> Sum:
        known = self._words.get(word)
        if known is None:
            known = self._sum(letters(word), 0)
            if len(self._words) < REMEMBERED:
                self._words[word] = known
        return known

    def _sum(self, names: Sequence[str], group: int) -> Sum:
        lanes, width, buckets = self._lanes, self._width, self._buckets
        starts = [crc32(name.encode(), group) % buckets * width for name in names]
        return Sum(sum([int.from_bytes(lanes[start : start + width], "little") for start in starts]), len(names))

    def _told(self, sums: Sequence[Sum]) -> list[float]:
        """For each head, the groups' weights over the roots of their numbers, each group by its share."""
        factors = [share / sqrt(total.number) if total.number else 0.0 for total, share in zip(sums, self._shares, strict=False)]
        nought = ZERO * sum([total.number * factor for total, factor in zip(sums, factors, strict=True)])
        lanes = [self._unpack(total.lanes.to_bytes(self._width, "little")) for total in sums]
        return [sum(map(mul, column, factors)) - nought for column in zip(*lanes, strict=True)]

    def _probability(self, head: int, told: float) -> float:
        slope, shift = self._curves[head]
        return 1 / (1 + exp(-max(-30.0, min(30.0, slope * (self._biases[head] + self._scales[head] * told) + shift))))


def _added(sums: Sequence[Sum]) -> Sum:
    return Sum(sum([s.lanes for s in sums]), sum([s.number for s in sums]))


@lru_cache(maxsize=1)
def load() -> Model:
    """The model of ``data/judge``. Raises OSError or ValueError where it is missing or broken."""
    return Model(json.loads((FOLDER / "model.json").read_text("utf-8")), (FOLDER / "weights.bin").read_bytes())
