"""The learned model: how likely a sentence states each kind of event.

``data/judge/weights.bin`` holds a signed byte for each head in each bucket, ``data/judge/model.json`` what they are worth. A feature falls
into the bucket that the CRC-32 of its name gives, salted by its group. A head's margin is its bias and, for each group, the sum
of its features' weights over the square root of their number; a logistic curve, fitted on sentences that the
weights had not seen, turns margins into probabilities.
"""

import json
import struct
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from pipelines.extract.learned.features import GROUPS, letters, masked, pairs, rules, shape
from pipelines.extract.sentence import Sentence

FOLDER = Path(__file__).resolve().parents[3] / "data" / "judge"
Row = tuple[int, ...]
REMEMBERED = 200_000
"""Words whose letters are weighed once."""


class Verdict(NamedTuple):
    """What the model says of one sentence."""

    probability: dict[str, float]
    """For each head: the kinds of events as stated facts, ``any`` of them, ``continues``, and ``denied``, ``possible``, ``past``."""
    words: list[Row]
    """For each unit, what its letters say for each head: where a verdict comes from."""


class Model:
    def __init__(self, told: dict, weights: bytes) -> None:  # type: ignore[type-arg]
        """Raises ValueError where weights and description do not belong together."""
        self.heads: tuple[str, ...] = tuple(told["heads"])
        self.buckets: int = told["buckets"]
        if len(weights) != self.buckets * len(self.heads):
            raise ValueError(
                f"data/judge/weights.bin has {len(weights)} bytes, model.json wants {self.buckets * len(self.heads)}: run make judge"
            )
        self.scales: list[float] = told["scales"]
        self.biases: list[float] = told["biases"]
        self.curves: list[tuple[float, float]] = [tuple(c) for c in told["curves"]]  # type: ignore[misc]
        self.shares: list[float] = told["shares"]
        self._unpack = struct.Struct(f"{len(self.heads)}b").unpack_from
        self._weights = weights
        self._words: dict[str, tuple[Row, int]] = {}
        self._nothing: Row = (0,) * len(self.heads)

    def row(self, name: str, group: int) -> Row:
        return self._unpack(self._weights, crc32(name.encode(), group) % self.buckets * len(self.heads))

    def word(self, word: str) -> tuple[Row, int]:
        """What the letters of a word say, and how many pieces they are."""
        known = self._words.get(word)
        if known is None:
            pieces = letters(word)
            known = self._sum(self.row(piece, 0) for piece in pieces), len(pieces)
            if len(self._words) < REMEMBERED:
                self._words[word] = known
        return known

    def _sum(self, rows: Iterable[Row]) -> Row:
        columns = list(zip(*rows, strict=True))
        return tuple(map(sum, columns)) if columns else self._nothing

    def verdict(self, sentence: Sentence) -> Verdict:
        words = masked(sentence)
        known = [self.word(word) for word in words]
        totals = [(self._sum(row for row, _ in known), sum(count for _, count in known))]
        for group, names in enumerate((pairs(words), rules(sentence), shape(sentence, words)), start=1):
            totals.append((self._sum(self.row(name, group) for name in names), len(names)))
        return Verdict(self._probable(totals), [row for row, _ in known])

    def glance(self, words: Sequence[str]) -> float:
        """The probability of any kind by the letters of the words alone, before names are known: cheap, and rough."""
        known = [self.word(word) for word in words]
        total = self._sum(row for row, _ in known), sum(count for _, count in known)
        return self._probable([total])["any"]

    def _probable(self, totals: Sequence[tuple[Row, int]]) -> dict[str, float]:
        weighed = [(row, share / sqrt(count)) for (row, count), share in zip(totals, self.shares, strict=False) if count]
        out = {}
        for n, head in enumerate(self.heads):
            margin = self.biases[n] + self.scales[n] * sum(row[n] * factor for row, factor in weighed)
            slope, shift = self.curves[n]
            out[head] = 1 / (1 + exp(-max(-30.0, min(30.0, slope * margin + shift))))
        return out


@lru_cache(maxsize=1)
def load() -> Model:
    """The model of ``data/judge``. Raises OSError or ValueError where it is missing or broken."""
    return Model(json.loads((FOLDER / "model.json").read_text("utf-8")), (FOLDER / "weights.bin").read_bytes())


assert len(GROUPS) == 4
