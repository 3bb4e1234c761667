"""A recording: what a handful of sites answered at one moment after another, kept as one reviewable file for each resource.

In: a folder with ``moments.toml`` and ``site/HOST/PATH``, or any folder at all as one moment. Out: the answer of a resource at a moment.
A file is served as it stands but for its marks, each a line that holds for the lines after it::

    @@ from first                 from the moment "first" on
    @@ until closed               until the moment "closed" begins
    @@ from first until closed    both
    @@                            always

``{{now}}``, ``{{token}}`` and ``{{turn: a | b}}`` change with each request, as page times, anti-forgery tokens and banners do.
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from itertools import pairwise
from pathlib import Path
from typing import Self
from urllib.parse import unquote

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".atom": "application/atom+xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    "": "text/html; charset=utf-8",
}
"""By suffix; recordings are UTF-8."""

_MARK = re.compile(r"@@(?: from (?P<first>\S+))?(?: until (?P<last>\S+))?\s*")
_CHANGING = re.compile(r"\{\{(?:(?P<name>now|token)|turn:(?P<turns>[^}]*))\}\}")


class RecordingError(ValueError):
    """A recording that cannot be served: which file, and what is wrong there."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the world looked like from ``time`` until the next moment."""

    name: str
    time: datetime
    """UTC."""
    title: str
    polls: int = 1
    """How often each source should be read before the next moment: a broken one more often, until that counts as broken."""
    status: Mapping[str, int] = field(default_factory=dict)
    """``HOST/PATH`` to the HTTP status that it answers with during this moment only."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One resource at one moment."""

    status: int
    content_type: str
    body: bytes
    changed: datetime | None
    """UTC; None where every request gets another body, so that no validator would be honest."""


@dataclass(frozen=True)
class Recording:
    """Files by ``HOST/PATH``, and the moments that they tell."""

    moments: tuple[Moment, ...]
    files: Mapping[str, Path]
    marked: bool
    """Whether marks and ``{{...}}`` in the files count."""

    @classmethod
    def load(cls, path: Path) -> Self:
        """The recording in ``path``. Raises RecordingError where ``moments.toml`` or a mark is wrong."""
        table = path / "moments.toml"
        try:
            records = tomllib.loads(table.read_text("utf-8"))["moments"]
            moments = tuple(Moment(**{**record, "time": _utc(record["time"])}) for record in records)
        except (OSError, KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError) as error:
            raise RecordingError(f"{table}: {error}") from error
        if not moments or any(a.time >= b.time for a, b in pairwise(moments)):
            raise RecordingError(f"{table}: wants at least one moment, each later than the one before")
        recording = cls(moments, _files(path / "site"), marked=True)
        known = {moment.name for moment in moments}
        for name, file in recording.files.items():
            if unknown := [word for mark in _marks(file) for word in mark.groups() if word and word not in known]:
                raise RecordingError(f"{file}: no moment is called {unknown[0]!r}; there are {', '.join(sorted(known))}")
            recording.answer(name, 0, 0)
        for moment in moments:
            if missing := sorted(moment.status.keys() - recording.files.keys()):
                raise RecordingError(f"{table}: {moment.name} gives a status to {missing[0]!r}, which site/ does not have")
        return recording

    @classmethod
    def folder(cls, path: Path) -> Self:
        """Any folder, byte for byte, as one moment: now."""
        return cls((Moment("now", datetime.now(UTC), path.name),), _files(path), marked=False)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The folders that stand for a host each, sorted."""
        return tuple(sorted({name.partition("/")[0] for name in self.files if "/" in name}))

    def find(self, host: str, path: str) -> str | None:
        """``HOST/PATH`` of what this address names, ``index.html`` for a folder; None where there is nothing."""
        name = f"{host}/{unquote(path).lstrip('/')}".strip("/")
        return next((n for n in (name, f"{name}/index.html") if n in self.files), None)

    def answer(self, name: str, at: int, turn: int) -> Answer:
        """The resource ``name`` at moment number ``at``; ``turn`` counts the requests for it. Raises KeyError for an unknown name."""
        file, moment = self.files[name], self.moments[at]
        content_type = CONTENT_TYPES.get(file.suffix, "application/octet-stream")
        if status := moment.status.get(name):
            return Answer(status, CONTENT_TYPES[".txt"], f"{status} {HTTPStatus(status).phrase}\n".encode(), None)
        if not self.marked:
            body = file.read_bytes()
            return Answer(200, content_type, body, min(datetime.fromtimestamp(file.stat().st_mtime, UTC), moment.time))
        text = file.read_text("utf-8")
        told = [_told(text, self.moments, i) for i in range(at + 1)]
        if _CHANGING.search(told[at]):
            body = _CHANGING.sub(lambda match: _changed(match, name, moment, turn), told[at]).encode()
            return Answer(200, content_type, body, None)
        since = next(i for i in range(at + 1) if all(later == told[at] for later in told[i:]))
        # Empty: the resource does not exist yet, or no longer.
        return Answer(200 if told[at].strip() else 404, content_type, told[at].encode(), self.moments[since].time)


def _utc(time: datetime) -> datetime:
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def _files(root: Path) -> dict[str, Path]:
    """Regular files below ``root`` by their path from there; a link that leads out of it is left out."""
    real = root.resolve()
    if not real.is_dir():
        raise RecordingError(f"{root}: no such folder")
    found = (file for file in sorted(real.rglob("*")) if file.is_file() and file.resolve().is_relative_to(real))
    return {file.relative_to(real).as_posix(): file for file in found}


def _marks(file: Path) -> list[re.Match[str]]:
    """The marks of a file. Raises RecordingError for a line that starts as one and is none."""
    try:
        text = file.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise RecordingError(f"{file}: {error}; a recording with moments is UTF-8 text") from error
    marks = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("@@"):
            if not (match := _MARK.fullmatch(line)):
                raise RecordingError(f"{file}:{number}: {line!r} is none of '@@', '@@ from A', '@@ until B', '@@ from A until B'")
            marks.append(match)
    return marks


def _told(text: str, moments: tuple[Moment, ...], at: int) -> str:
    """The lines that hold at moment number ``at``."""
    number = {moment.name: i for i, moment in enumerate(moments)}
    lines, holds = [], True
    for line in text.splitlines(keepends=True):
        if line.startswith("@@") and (mark := _MARK.fullmatch(line)):
            holds = number.get(mark["first"], 0) <= at < number.get(mark["last"], len(moments))
        elif holds:
            lines.append(line)
    return "".join(lines)


def _changed(match: re.Match[str], name: str, moment: Moment, turn: int) -> str:
    if match["turns"] is not None:
        choices = match["turns"].split("|")
        return choices[turn % len(choices)].strip()
    if match["name"] == "token":
        return hashlib.sha256(f"{name} {moment.name} {turn}".encode()).hexdigest()[:40]
    return (moment.time + timedelta(seconds=turn)).strftime("%d %B %Y, %H:%M:%S UTC")
