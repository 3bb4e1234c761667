"""The generated tables of data/gazetteer as plain mappings: places, operators, regions, and the names of each."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "data" / "gazetteer"

CASES = {"n": "nomn", "g": "gent", "d": "datv", "a": "accs", "i": "ablt", "l": "loct"}
"""Letters behind the slash of a Russian name (``Маргариту/a``) and the grammatical cases they stand for, as pymorphy names them."""
AMBIGUOUS = "?"
"""Behind a name that is also an ordinary word, or also a better known name, and so needs context."""


@dataclass(frozen=True, slots=True)
class Place:
    """A row of places.csv. ``country`` is empty for a region, ``airport`` (its name) where the code is no airport's.

    ``airports`` are those of a metropolitan area, best first. ``rank`` is how much flies there, 0 to 1; above 1 for countries and regions.
    """

    code: str
    kind: str
    country: str
    rank: float
    name: str
    airport: str
    airports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operator:
    """A row of operators.csv. ``icao`` is empty where there is none."""

    code: str
    kind: str
    country: str
    icao: str
    name: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """One written name: of which code, in which languages ("" where it is everybody's), and what is known of the form."""

    type: str
    code: str
    kind: str
    text: str
    ambiguous: bool
    cases: str
    langs: frozenset[str]

    def capitals(self) -> tuple[int, ...]:
        """Where words of the name begin with a capital; of a Russian name only the first, as its further words often have none."""
        firsts = [i for i, char in enumerate(self.text) if char.isupper() and (i == 0 or not self.text[i - 1].isalpha())]
        return tuple(firsts[:1] if firsts and "а" <= self.text[firsts[0]].lower() <= "я" else firsts)


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one CSV file of data/gazetteer."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def places() -> dict[str, Place]:
    """Every place by its code."""
    return {
        row["code"]: Place(
            row["code"], row["kind"], row["country"], float(row["rank"]), row["name"], row["airport"], tuple(row["airports"].split())
        )
        for row in rows("places.csv")
    }


@cache
def operators() -> dict[str, Operator]:
    """Every operator by its code or slug."""
    return {r["code"]: Operator(**r) for r in rows("operators.csv")}


@cache
def regions() -> dict[str, frozenset[str]]:
    """The countries of each region by its slug."""
    return {r["code"]: frozenset(r["members"].split()) for r in rows("regions.csv")}


def split(names: str) -> Iterator[tuple[str, bool, str]]:
    """The names of one cell as (text, ambiguous, letters of cases): ``Победа?/na`` gives ("Победа", True, "na")."""
    for cell in names.split("|"):
        text, _, cases = cell.partition("/")
        if text.endswith(AMBIGUOUS):
            yield text[:-1], True, cases
        else:
            yield text, False, cases
