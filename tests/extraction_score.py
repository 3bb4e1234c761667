"""Scores events against labels: the share found and the share right, by flag (is there a suspension at all), by event and strictly.

``python -m tests.extraction_score [FILE...]`` prints it for labelled notices, by default those in tests/notices.
"""

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from pipelines import gazetteer
from pipelines.event import FLAGGED
from pipelines.extract import extract

EXACT = ("destinations", "diverted_to", "effective_from", "effective_to")
Labels = list[dict[str, Any]]


class Score(NamedTuple):
    flag: float
    event: float
    strict: float
    """F1 of each, 0 to 1."""


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def events_of(notice: dict[str, Any]) -> Labels:
    published = date.fromisoformat(notice["published"]) if notice["published"] else None
    return [event.as_dict() for event in extract(notice["title"], notice["text"], published, notice["lang"]).events]


def score(notices: Iterable[dict[str, Any]]) -> Score:
    """An unmatched event without an operator counts on neither side, as the vocabulary has it."""
    flag, event, strict = [0, 0, 0], [0, 0, 0], [0, 0, 0]
    for notice in notices:
        gold, found = notice["events"], events_of(notice)
        _count(flag, [1] * _flagged(gold), [1] * _flagged(found), _flagged(gold) and _flagged(found))
        pairs = _pairs(gold, found)
        gold = [g for g in gold if g["operator"] or any(g is a for a, _ in pairs)]
        found = [f for f in found if f["operator"] or any(f is b for _, b in pairs)]
        _count(event, gold, found, len(pairs))
        _count(strict, gold, found, sum(all(_same(a[k], b[k]) for k in EXACT) for a, b in pairs))
    return Score(_f1(flag), _f1(event), _f1(strict))


def _flagged(events: Labels) -> bool:
    return any(e["kind"] in FLAGGED for e in events)


def _count(total: list[int], gold: list[Any], found: list[Any], right: int) -> None:
    total[0] += right
    total[1] += len(gold)
    total[2] += len(found)


def _f1(total: list[int]) -> float:
    right, gold, found = total
    return 2 * right / (gold + found) if gold + found else 1.0


def _same(a: Any, b: Any) -> bool:
    return set(a or []) == set(b or []) if isinstance(a, list) else (a or None) == (b or None)


def _pairs(gold: Labels, found: Labels) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Each label with the event that says the same, the likeliest pairs first."""
    ranked = sorted(
        ((sum(_same(g[k], f[k]) for k in EXACT), i, j) for i, g in enumerate(gold) for j, f in enumerate(found) if _alike(g, f)),
        reverse=True,
    )
    used_gold: set[int] = set()
    used_found: set[int] = set()
    out = []
    for _, i, j in ranked:
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            out.append((gold[i], found[j]))
    return out


def _alike(gold: dict[str, Any], found: dict[str, Any]) -> bool:
    if gold["kind"] != found["kind"] or (gold["operator"] or None) != (found["operator"] or None):
        return False
    a, b = ({gazetteer.country(c) or c for c in e["destinations"]} for e in (gold, found))
    return bool(a & b) or (not a and not b)


def main(files: list[str]) -> None:
    print("F1 of             flag   event  strict")
    for path in map(Path, files or sorted((Path(__file__).parent / "notices").glob("*.jsonl"))):
        notices = read(path)
        reached = score(notices)
        print(f"{path.stem:10} {len(notices):4}   {reached.flag:.3f}  {reached.event:.3f}  {reached.strict:.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
