"""A record for a source that nobody has described yet, from one answer of it: TOML for a person to correct. Pure."""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pipelines import gazetteer
from pipelines.cleaning.clean import Cleaned, clean
from pipelines.cleaning.markup import one_line
from pipelines.cleaning.published import ASSUMED, DAY_ONLY
from pipelines.extract.language import detect
from pipelines.freshness import NORMAL, publishing
from pipelines.printing import as_json
from pipelines.storage.instants import moment

if TYPE_CHECKING:
    from scrapers.recognising import Recognised
    from scrapers.sources import Source

SUFFIX = {"feed": "feed", "telegram": "telegram", "json": "records", "listing": "news", "page": "page"}
"""What a name says of its shape; other shapes say their own name."""
STEPS = {"10m": 600, "15m": 900, "20m": 1200, "30m": 1800, "1h": 3600, "2h": 7200, "6h": 21600}
"""Intervals that a person would write, in seconds."""
QUIET = 3
"""Times the longest pause that was seen: silence beyond is suspicious."""
LONGEST = 120
"""Characters of a title."""
ENOUGH = 40
"""Characters from which on a text's language is worth a guess."""

_COMMON = re.compile(r"(?:co|com|gov|gob|gouv|org|net|ac|edu|go|or|ne)")
_GENERIC_ENDINGS = frozenset(("AI", "CC", "CO", "FM", "IO", "LY", "ME", "TV", "WS", "EU", "SU"))
"""Endings of countries that anybody may have."""
_WORDS = (
    ("search", r"^news\.google\.|/search\b"),
    ("authority", r"\b(?:gov|gob|gouv|mil)\b|ministr|министерств|aviation authority|росавиаци|auswärtig|government"),
    ("airport", r"airport|aeropuerto|aeroporto|aéroport|flughafen|luchthaven|аэропорт|havaliman"),
    ("association", r"association|ассоциаци|verband|asociaci[oó]n|associa[cç]|dernegi|derneği|союз"),
    ("airline", r"airlines?\b|airways|aerol[ií]nea|авиакомпани|hava yollar"),
    ("tour_operator", r"tour operator|туроператор|reiseveranstalter|touroperador|\btours\b"),
)
"""What a host or a title gives away, the first that holds."""


@dataclass(frozen=True)
class Proposal:
    table: Mapping[str, Any]
    """As ``scrapers.sources`` reads it."""
    toml: str


def propose(
    url: str, title: str, found: "Recognised", source: "Source", taken: Collection[str], now: datetime, name: str | None = None
) -> Proposal:
    """A record that can be used as it stands. ``source``: the probe that read ``found``; ``taken``: names that others have;
    ``name``: the one that it shall have, made from the host where that is None.
    """
    title = one_line(title)[:LONGEST].encode("utf-8", "replace").decode()
    cleaned = [clean(notice, source) for notice in found.notices]
    said = " ".join(f"{one.title} {one.text}" for one in cleaned)
    lang = detect(said) if len(said) >= ENOUGH else detect(title) if title else ""
    kind, operator = _kind(url, title, lang)
    times = [moment(one.published) for one in cleaned if one.published]
    hints: dict[str, str] = {}
    table: dict[str, Any] = {"name": name or _name(url, found.shape, taken), "title": title or (urlsplit(url).hostname or url)}
    table["kind"] = kind
    hints["kind"] = "a guess"
    if operator:
        table |= {"official": True, "operator": operator}
        hints["operator"] = "a guess: whose own words these are. Leave both out where it reports on others"
    if country := _country(url):
        table["country"] = country
        hints["country"] = "the host's ending"
    if lang:
        table["lang"] = lang
        hints["lang"] = "by its words"
    table |= {"shape": found.shape, "url": url, "every": _every(times)}
    hints["every"] = f"{len(times)} dates were seen" if len(times) > 2 else "nothing says how often it changes"
    if found.shape != "page":
        table["items"] = max(1, len(found.notices) // 2)
        hints["items"] = f"{len(found.notices)} were seen"
    if quiet := _quiet(times):
        table["quiet"] = quiet
        hints["quiet"] = f"{QUIET} times the longest pause that was seen"
    table["known"] = "A"
    hints["known"] = f"a real answer was read on {now:%Y-%m-%d}"
    table |= {f"options.{name}": value for name, value in found.options.items()}
    lines = ["[[source]]", *(f"{name} = {_toml(value)}{_hint(hints.get(name))}" for name, value in table.items())]
    lines.insert(2 + list(table).index("lang" if lang else "kind"), _zone(found, cleaned))
    plain = {name: value for name, value in table.items() if not name.startswith("options.")}
    return Proposal({**plain, "options": dict(found.options)}, "\n".join(lines) + "\n")


def _name(url: str, shape: str, taken: Collection[str]) -> str:
    """A slug from the host; of a channel, from its name."""
    parts = urlsplit(url)
    if shape == "telegram":
        stem = parts.path.rstrip("/").rpartition("/")[2]
    else:
        labels = (parts.hostname or "").removeprefix("www.").split(".")
        if len(labels) > 1 and not labels[-1].isdigit():
            labels.pop()
        if len(labels) > 1 and _COMMON.fullmatch(labels[-1]):
            labels.pop()
        stem = "-".join(labels)
    slug = re.sub(r"[^a-z0-9]+", "-", f"{stem}-{SUFFIX.get(shape, shape)}".lower()).strip("-")
    return next(name for name in (slug, *(f"{slug}-{number}" for number in range(2, 1000))) if name not in taken)


def _kind(url: str, title: str, lang: str) -> tuple[str, str]:
    """The kind, and the code of the operator whose site it seems to be, or ""."""
    named = [name for name in gazetteer.find(title, lang or "en") if name.type == "operator" and not name.ambiguous]
    for name in named:
        kind = {"government": "authority"}.get(name.kind, name.kind)
        if kind in ("airline", "tour_operator", "authority", "airport", "association"):
            return kind, name.codes[0]
    said = f"{urlsplit(url).hostname}{urlsplit(url).path} {title}"
    return next((kind for kind, pattern in _WORDS if re.search(pattern, said, re.I)), "press"), ""


def _country(url: str) -> str:
    ending = (urlsplit(url).hostname or "").rpartition(".")[2].upper()
    ending = {"UK": "GB"}.get(ending, ending)
    return ending if len(ending) == 2 and ending not in _GENERIC_ENDINGS and gazetteer.country(ending) == ending else ""


def _every(times: Sequence[datetime]) -> str:
    """``freshness.NORMAL`` new notices in it, as a person would write it."""
    pause = publishing(times)
    if pause is None:
        return "1h"
    return max((step for step, seconds in STEPS.items() if seconds <= pause.total_seconds() * NORMAL), key=STEPS.__getitem__, default="10m")


def _quiet(times: Sequence[datetime]) -> str:
    if len(times) < 5:
        return ""
    longest = max(later - earlier for earlier, later in pairwise(sorted(times)))
    return f"{max(ceil(longest / timedelta(days=1) * QUIET), 3)}d"


def _zone(found: "Recognised", cleaned: Iterable[Cleaned]) -> str:
    """The line about the zone: left to the person, who knows where the site is."""
    hows = {one.published_how for one in cleaned}
    if not hows & {ASSUMED, DAY_ONLY}:
        return '# zone = "Europe/Lisbon"   # yours to say. The dates that were seen name theirs, or there were none: check that it is true'
    printed = next((notice.published for notice in found.notices if notice.published), "")
    return f'# zone = "Europe/Lisbon"   # yours to say: dates such as {as_json(printed[:40])} name none, and count as UTC until you do'


def _toml(value: Any) -> str:
    if isinstance(value, str) and "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    # Texts, counts and truth are written alike in JSON; what is not seen is not: JSON would write half characters there.
    written = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in written)


def _hint(hint: str | None) -> str:
    return f"   # {hint}" if hint else ""
