"""The labelled sentences in ``data/judge/sentences``: what the learned model is trained on.

A line is ``LABEL<TAB>SENTENCE``, in a file named after its language (``nl.tsv``, ``nl.2.tsv``). A label is a kind of event that the
sentence states, a kind with how it is told (``closure:denied``, ``suspension:possible``, ``diversion:past``), ``continues`` (it adds a date
or place to what was told before) or ``none``; several are joined by commas. Lines that follow each other may be those of one
notice; an empty line ends it.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pipelines.event import KINDS

MANNERS = ("denied", "possible", "past")
HEADS = (*KINDS, "any", "continues", *MANNERS)
"""What the model learns to tell: the kinds first, then whether it is any of them."""


class Labelled(NamedTuple):
    lang: str
    heads: frozenset[str]
    """The heads that are true of it. What is past was a fact and counts for its kind too; what is denied or possible does not."""
    text: str


class LabelError(ValueError):
    """A line that cannot be used; says which and what would be right."""


def read(folder: Path) -> list[Labelled]:
    """All labelled sentences, in the order of files and lines. Raises LabelError."""
    out = []
    for file in sorted(folder.glob("*.tsv")):
        lang = file.name.split(".")[0]
        for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
            if not line:
                continue
            label, tab, text = line.partition("\t")
            if not tab or "\t" in text or not text.strip():
                raise LabelError(f"{file.name}, line {number}: wants one tab between label and sentence")
            try:
                out.append(Labelled(lang, heads(label), text))
            except LabelError as error:
                raise LabelError(f"{file.name}, line {number}: {error}") from None
    return out


def heads(label: str) -> frozenset[str]:
    found = set()
    for part in label.split(","):
        kind, _, manner = part.strip().partition(":")
        if kind not in (*KINDS, "continues", "none") or manner not in ("", *MANNERS):
            raise LabelError(f"no label {part.strip()!r}; write a kind of event ({', '.join(KINDS)}), continues or none")
        if manner:
            found.add(manner)
        if manner in ("", "past") and kind != "none":
            found.add(kind)
    if found.intersection(KINDS):
        found.add("any")
    return frozenset(found)


def digest(known: Sequence[Labelled]) -> str:
    """Tells whether weights and sentences belong together."""
    said = "".join(f"{s.lang}\t{','.join(sorted(s.heads))}\t{s.text}\n" for s in known)
    return hashlib.sha256(said.encode()).hexdigest()[:16]
