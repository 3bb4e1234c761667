"""The words of a language, read from ``data/lexicon/<lang>/triggers.toml`` and compiled once.

Sections: ``[language]`` (stop words and letters that give it away), ``[words]`` (classes that patterns name), one section for each
kind of event, ``[guards]``, ``[roles]`` and ``[reasons]``. See ``patterns`` for the lines themselves. In ``[words]`` entries
are separated by blanks, and ``+`` joins the words of one entry (``take+off``).
"""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pipelines.event import KINDS
from pipelines.extract.patterns import PatternError, Patterns
from pipelines.extract.tokens import fold

FOLDER = Path(__file__).resolve().parents[2] / "data" / "lexicon"
SECTIONS = (*KINDS, "guards", "roles", "reasons")


class Lexicon(NamedTuple):
    lang: str
    patterns: Patterns
    anchors: frozenset[int]
    """Atoms of which a text must hold at least one to state any event."""


class Profile(NamedTuple):
    """What tells one language from another in a few words."""

    stopwords: frozenset[str]
    letters: frozenset[str]


def languages() -> tuple[str, ...]:
    """Codes of the languages that have a lexicon."""
    return _languages()


@lru_cache(maxsize=1)
def _languages() -> tuple[str, ...]:
    return tuple(sorted(p.parent.name for p in FOLDER.glob("*/triggers.toml")))


@lru_cache(maxsize=32)
def _read(lang: str) -> dict[str, dict[str, str]]:
    with (FOLDER / lang / "triggers.toml").open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=32)
def profile(lang: str) -> Profile:
    told = _read(lang)["language"]
    return Profile(frozenset(fold(w) for w in told["stopwords"].split()), frozenset(told.get("letters", "")))


@lru_cache(maxsize=32)
def load(lang: str) -> Lexicon:
    """The compiled lexicon of a language. Raises PatternError where its file holds an unknown section or a bad pattern."""
    told = _read(lang)
    classes = {name: [entry.replace("+", " ") for entry in entries.split()] for name, entries in told["words"].items()}
    patterns = Patterns(classes)
    for section, groups in told.items():
        if section in ("language", "words"):
            continue
        if section not in SECTIONS:
            raise PatternError(f"data/lexicon/{lang}/triggers.toml: unknown section [{section}]")
        for name, lines in groups.items():
            patterns.add(section, name, [line.strip() for line in lines.splitlines() if line.strip() and not line.startswith("#")])
    return Lexicon(lang, patterns, patterns.anchors(KINDS))
