"""``make judge``: the weights of the learned model from the labelled sentences, and a report of how well they do on sentences not seen.

A linear support vector machine for each head (scikit-learn's LinearSVC, whose solver goes through the sentences one by one in a
fixed order, so that the same sentences give the same bytes). Parts of the same size are left out in turn, to draw the curves
that turn margins into probabilities and to report what sentences never seen would get.
"""

import json
import warnings
from collections import Counter
from collections.abc import Sequence
from datetime import date
from math import sqrt
from zlib import crc32

import numpy
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from pipelines.event import KINDS
from pipelines.extract.analysis import sentence_of
from pipelines.extract.learned.features import GROUPS, grouped
from pipelines.extract.learned.model import FOLDER
from pipelines.extract.learned.sentences import HEADS, Labelled, digest, read
from pipelines.extract.lexicon import languages

BUCKETS = 1 << 18
SHARES = (1.0, 0.7, 0.7, 0.5)
"""How much each group of features counts."""
PENALTY = 2.0
"""The C of the support vector machine."""
PARTS = 5
PUBLISHED = date(2025, 11, 30)
"""A day for the dates in sentences: only their roles count."""
LOUDEST = 99.97
"""The percentile of weights that a byte's 127 stands for; the few greater ones are cut."""


def matrix(rows: Sequence[tuple[list[str], ...]]) -> csr_matrix:
    """A row for each sentence: of each feature, its count over the root of its group's, times the group's share."""
    starts, columns, values = [0], [], []
    for groups in rows:
        row: Counter[int] = Counter()
        for group, names in enumerate(groups):
            worth = SHARES[group] / sqrt(len(names)) if names else 0.0
            for name in names:
                row[crc32(name.encode(), group) % BUCKETS] += worth  # type: ignore[assignment]
        columns += sorted(row)
        values += [row[c] for c in sorted(row)]
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(rows), BUCKETS))


def part_of(sentence: Labelled) -> int:
    """A sentence's part, by its text: a new sentence moves no other."""
    return crc32(sentence.text.encode()) % PARTS


def trained(x: csr_matrix, y: numpy.ndarray) -> LinearSVC:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return LinearSVC(C=PENALTY, dual=True, random_state=0, tol=1e-3, max_iter=2000).fit(x, y)


def main() -> None:
    known = [s for s in read(FOLDER / "sentences") if s.lang in languages()]
    print(f"{len(known)} sentences in {len({s.lang for s in known})} languages", flush=True)
    x = matrix([grouped(sentence_of(s.text, s.lang, PUBLISHED)) for s in known])
    parts = numpy.array([part_of(s) for s in known])
    margins = numpy.zeros((len(known), len(HEADS)))
    weights = numpy.zeros((BUCKETS, len(HEADS)))
    scales, biases, curves = [], [], []
    for n, head in enumerate(HEADS):
        y = numpy.array([head in s.heads for s in known])
        for part in range(PARTS):
            left = parts == part
            margins[left, n] = trained(x[~left], y[~left]).decision_function(x[left])
        machine = trained(x, y)
        weights[:, n] = machine.coef_[0]
        scales.append(float(numpy.percentile(numpy.abs(weights[:, n][weights[:, n] != 0]), LOUDEST) / 127))
        biases.append(float(machine.intercept_[0]))
        curve = LogisticRegression(C=1e6).fit(margins[:, [n]], y)
        curves.append([round(float(curve.coef_[0][0]), 3), round(float(curve.intercept_[0]), 3)])
        print(f"  {head}", flush=True)
    packed = numpy.clip(numpy.rint(weights / numpy.array(scales)), -127, 127).astype(numpy.int8)
    (FOLDER / "weights.bin").write_bytes(packed.tobytes())
    told = {
        "heads": HEADS,
        "groups": GROUPS,
        "shares": SHARES,
        "buckets": BUCKETS,
        "scales": [float(f"{s:.6g}") for s in scales],
        "biases": [round(b, 6) for b in biases],
        "curves": curves,
        "sentences": len(known),
        "trained_on": digest(known),
    }
    (FOLDER / "model.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    said = report(known, 1 / (1 + numpy.exp(-(margins * [c[0] for c in curves] + [c[1] for c in curves]))))
    (FOLDER / "report.txt").write_text(said, "utf-8")
    print(said)


def report(known: Sequence[Labelled], probable: numpy.ndarray) -> str:
    """Precision, recall and F1 of each head, and F1 of the kinds in each language, all on parts left out of training."""
    lines = ["On sentences left out of training, at a probability of 0.5: precision, recall, F1, sentences", ""]
    stated = probable >= 0.5
    true = numpy.array([[head in s.heads for head in HEADS] for s in known])
    for n, head in enumerate(HEADS):
        lines.append(f"{head:14}" + _figures(stated[:, n], true[:, n]))
    lines += ["", f"{'all kinds':14}" + _figures(stated[:, : len(KINDS)], true[:, : len(KINDS)]), "", "The kinds, by language", ""]
    for lang in sorted({s.lang for s in known}):
        of = numpy.array([s.lang == lang for s in known])
        lines.append(f"{lang:14}" + _figures(stated[of, : len(KINDS)], true[of, : len(KINDS)]))
    return "\n".join(lines) + "\n"


def _figures(stated: numpy.ndarray, true: numpy.ndarray) -> str:
    right = int((stated & true).sum())
    precision, recall = right / max(1, int(stated.sum())), right / max(1, int(true.sum()))
    return f"{precision:6.3f} {recall:6.3f} {2 * precision * recall / max(1e-9, precision + recall):6.3f} {int(true.sum()):6}"


if __name__ == "__main__":
    main()
