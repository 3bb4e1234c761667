"""The sources: one record each, in TOML files, read and checked here.

    [[source]]
    name = "atorus-feed"                             # a slug, unique among all files
    title = "ATOR, news"
    kind = "association"                             # one of KINDS
    country = "RU"                                   # ISO 3166-1 alpha-2; left out where the source is international
    lang = "ru"                                      # ISO 639-1; left out where it varies
    zone = "Europe/Moscow"                           # IANA name: holds where the source prints no zone
    shape = "feed"                                   # how the source is built: a module in scrapers.shapes
    url = "https://www.atorus.ru/news/rss.xml"
    every = "20m"
    items = 5                                        # how many entries a healthy answer holds at least; 0: empty is normal
    headers = { client_id = "FAA_CLIENT_ID" }        # for an interface that wants a key: header, and the environment variable that holds it
    options.key = "guid"                             # what the shape wants to know

A bad record stops the loading: every problem of every file is told at once, with the file, the record, the field,
what is wrong and what would be right.
"""

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, NamedTuple

from scrapers.fields import (
    Field,
    choice,
    count,
    css,
    duration,
    flag,
    host_of,
    keyed,
    listed,
    matching,
    read,
    regex,
    text,
    web_address,
    zone,
)
from scrapers.shapes import SHAPES

KINDS = ("association", "tour_operator", "airline", "authority", "airport", "press", "search")
READING = 1
"""To be raised when a shape reads answers differently: what was read before is then read again, changed or not."""
SHORTEST = timedelta(minutes=1)
"""Between two runs of a source on the internet."""
DEFAULT = Path(__file__).resolve().parent.parent / "data" / "sources"

_host = matching(r"[a-z0-9-]+(\.[a-z0-9-]+)+", 'write a host name in small letters, without scheme, port and path: "example.org"')

FIELDS: dict[str, Field] = {
    "name": Field(matching(r"[a-z0-9]+(-[a-z0-9]+)*", 'write a slug of small letters, digits and hyphens, such as "atorus-feed"')),
    "title": Field(text),
    "kind": Field(choice(*KINDS)),
    "official": Field(flag, False),
    "operator": Field(matching(r"[A-Z0-9]{2,3}|[a-z0-9]+(-[a-z0-9]+)*", 'write a code ("TP") or a slug ("pegas-touristik")'), ""),
    "country": Field(matching(r"[A-Z]{2}", 'write two capitals, such as "RU"'), ""),
    "lang": Field(matching(r"[a-z]{2}", 'write two small letters, such as "ru"'), ""),
    "zone": Field(zone, "UTC"),
    "clock_is_local": Field(flag, False),
    "shape": Field(choice(*SHAPES)),
    "url": Field(web_address),
    "also": Field(listed(web_address), ()),
    "hosts": Field(listed(_host), ()),
    "every": Field(duration),
    "timeout": Field(duration, None),
    "headers": Field(keyed, {}),
    "items": Field(count, 1),
    "none": Field(listed(count), ()),
    "quiet": Field(duration, None),
    "baseline": Field(duration, timedelta(days=3)),
    "only": Field(listed(regex), ()),
    "ignore": Field(listed(css), ()),
    "ignore_text": Field(listed(regex), ()),
    "known": Field(choice("A", "B", "C"), "C"),
    "enabled": Field(flag, True),
    "missing": Field(text, ""),
    "options": Field(lambda value: value, {}),
}


@dataclass(frozen=True, slots=True)
class Source:
    """One record. The comments at the head of this module show how it is written."""

    name: str
    title: str
    kind: str
    official: bool
    """Whether it speaks for itself or for the state; else it relays what others said."""
    operator: str
    """Code or slug of the operator whose own words these are: "we" in its text. Empty for everybody who reports on others."""
    country: str
    lang: str
    zone: str
    clock_is_local: bool
    """The site prints its own wall clock under a wrong zone label: ``zone`` counts, not the label."""
    shape: str
    url: str
    also: tuple[str, ...]
    """More addresses of the same content, read in the same run: the further pages of a list."""
    hosts: tuple[str, ...]
    """Hosts beside the one of ``url`` to which redirects and article links may lead."""
    every: timedelta
    timeout: timedelta | None
    """For one answer, where the service's own limit is too short for a slow site."""
    items: int
    """How many entries a healthy answer holds at least. 0: an empty one is normal."""
    none: tuple[int, ...]
    """Statuses with which it says that it holds nothing, where others say that with an empty list: a complete answer, not a failure."""
    quiet: timedelta | None
    """After how long without a new notice silence is suspicious."""
    baseline: timedelta
    """On the first run, what was published in this time before it is flagged where it is still in force."""
    only: tuple[Any, ...]
    """Patterns: a notice that matches none of them is left out (for feeds about everything). Empty: all are kept."""
    ignore: tuple[str, ...]
    """CSS selectors of what is no part of the notice: banners, tokens, clocks."""
    ignore_text: tuple[Any, ...]
    """Patterns of words that are no part of the notice."""
    known: str
    """How well the source is known: A, a real answer was read; B, others' working code reads it; C, only its address is known."""
    enabled: bool
    missing: str
    """What is missing before a source that is not enabled could be."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Request headers that hold a key, and the environment variable of each: never the key itself."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """What its shape wants to know, checked and complete."""
    file: str = ""

    @property
    def host(self) -> str:
        return host_of(self.url)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its entries stand."""
        return (self.url, *self.also)

    @property
    def is_ours(self) -> bool:
        """Whether it is served by this machine, or from a private network, by its address."""
        try:
            return not ip_address(self.host).is_global
        except ValueError:
            return self.host == "localhost"

    @property
    def keyless(self) -> str:
        """Why it cannot be asked: the environment variables that hold no key, in words. Empty where none is missing."""
        unset = [name for name in self.headers.values() if not os.environ.get(name, "").strip()]
        if not unset:
            return ""
        return f"not polled: {' and '.join(unset)} {'is' if len(unset) == 1 else 'are'} not set; set what this source gave you as a key"

    @property
    def empty_ok(self) -> bool:
        return self.items == 0

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that change when the record reads its answers differently."""
        reading = (READING, self.shape, self.addresses, self.options, self.only, self.ignore, self.ignore_text)
        said = json.dumps(reading, sort_keys=True, default=lambda value: value.pattern if isinstance(value, re.Pattern) else str(value))
        return hashlib.sha256(said.encode()).hexdigest()[:8]


class Problem(NamedTuple):
    """One thing that is wrong with one record. ``record`` is its name, or its number in the file where it has none."""

    file: str
    record: str
    field: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = ", ".join(filter(None, (self.file, self.record and f"source {self.record}", self.field)))
        return f"{place}: {self.problem}; {self.remedy}"


class SourceError(ValueError):
    """Records that cannot be used. ``problems`` holds them all, in the order of the files."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


def load(paths: Sequence[Path] = (DEFAULT,)) -> dict[str, Source]:
    """The sources of the given files and folders by name, in the order of the files. Raises ``SourceError``."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for file in _files(paths, problems):
        for number, table in enumerate(_records(file, problems), start=1):
            source, wrong = _source(file, number, table)
            problems += wrong
            if source is None:
                continue
            if source.name in sources:
                other = sources[source.name].file
                problems.append(Problem(str(file), source.name, "name", f"also stands in {other}", "give each source its own name"))
            sources[source.name] = source
    if problems:
        raise SourceError(problems)
    return sources


def parsed(table: Mapping[str, Any], file: str = "") -> Source:
    """The source of one record that stands in no file. Raises ``SourceError``."""
    source, problems = _source(Path(file), 1, dict(table))
    if source is None or problems:
        raise SourceError(problems)
    return source


def _files(paths: Iterable[Path], problems: list[Problem]) -> Iterable[Path]:
    for path in map(Path, paths):
        found = sorted(path.glob("*.toml")) if path.is_dir() else [path] if path.is_file() else []
        if not found:
            problems.append(Problem(str(path), "", "", "no source file here", "name a .toml file or a folder that holds some"))
        yield from found


def _records(file: Path, problems: list[Problem]) -> list[Any]:
    """The records of one file; anything else at its top level is told."""
    try:
        document = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        problems.append(Problem(str(file), "", "", f"cannot be read: {error.strerror}", "check the file and its permissions"))
        return []
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(Problem(str(file), "", "", f"no TOML: {error}", "see https://toml.io"))
        return []
    problems += [
        Problem(str(file), "", name, "no such table", "each source begins with [[source]]") for name in document if name != "source"
    ]
    records = document.get("source", [])
    if not isinstance(records, list):
        problems.append(Problem(str(file), "", "source", "one table where a list is wanted", "write [[source]], with two brackets"))
        return []
    return records


def _source(file: Path, number: int, table: Any) -> tuple[Source | None, list[Problem]]:
    """One record, or None and what is wrong with it."""
    if not isinstance(table, dict):
        return None, [Problem(str(file), str(number), "", f"{table!r} is no record", "each source begins with [[source]]")]
    name = table["name"] if isinstance(table.get("name"), str) else str(number)
    values, wrong = read(table, FIELDS)
    problems = [Problem(str(file), name, *one) for one in wrong]
    if "shape" in values:
        options = values.get("options")
        if isinstance(options, dict):
            values["options"], wrong = read(options, SHAPES[values["shape"]].options)
            problems += [Problem(str(file), name, f"options.{one.field}", one.problem, one.remedy) for one in wrong]
        else:
            problems.append(Problem(str(file), name, "options", f"{options!r} is no table", 'write options.key = "..."'))
    if values.get("enabled") is False and not values.get("missing"):
        problems.append(Problem(str(file), name, "missing", "missing", "say what is missing before the source could be enabled"))
    if problems:
        return None, problems
    source = Source(**values, file=str(file))
    if source.every < SHORTEST and not source.is_ours:
        problems.append(Problem(str(file), name, "every", f"{table['every']!r} is too often for a site of others", 'write "1m" or more'))
    if source.headers and not source.is_ours and any(not address.startswith("https:") for address in source.addresses):
        problems.append(Problem(str(file), name, "headers", "a key would travel in the open", "ask for it with https://"))
    return source, problems
