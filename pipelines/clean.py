"""A notice as a spider handed it over, in; the same notice in plain text with a hash, an address and a time in UTC, out."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from pipelines.markup import KEPT, one_line, plain, visible_text
from pipelines.published import published_at
from scrapers.notice import Notice

if TYPE_CHECKING:
    from scrapers.sources import Source

TRACKING = frozenset(
    "fbclid gclid gclsrc gbraid wbraid dclid yclid ysclid msclkid twclid ttclid igshid igsh mc_cid mc_eid _openstat _ga _gl"
    " at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 ocid cmpid wt_mc xtor pk_campaign pk_kwd mtm_campaign".split()
)
"""Query parameters that say where a reader came from, not what is read; every ``utm_*`` besides."""

_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What the store takes. ``(source, key)`` is the notice's identity, ``hash`` its version's."""

    source: str
    key: str
    url: str
    """Canonical http or https address, empty where the notice has none."""
    title: str
    text: str
    lang: str
    """ISO 639-1, empty where neither the notice nor its source says."""
    published: str | None
    """UTC, "2025-11-30T09:12:00Z"; None where the source prints no time that can be read."""
    published_how: str
    """One of the constants in ``pipelines.published``."""
    hash: str
    fields: dict[str, Any] = field(default_factory=dict)
    truncated: bool = False
    """The text was longer than ``markup.KEPT`` characters and is cut there."""


def clean(notice: Notice, source: "Source") -> Cleaned:
    """Plain text, canonical address, time in UTC and hash of ``notice``. Pure; never raises for what a site printed."""
    title = one_line(notice.title)
    text = visible_text(notice.html) if notice.html else plain(notice.text)
    truncated = len(text) > KEPT
    if truncated:
        text = text[: text.rfind("\n", KEPT // 2, KEPT) + 1 or KEPT].rstrip()
    moment, how = published_at(
        notice.published, source.zone, clock_is_local=source.clock_is_local, month_first=source.country == "US"
    )
    return Cleaned(
        source=notice.source,
        key=canonical_key(notice.key),
        url=canonical_url(notice.url, keep_fragment=_anchored(notice)) or canonical_url(source.url),
        title=title,
        text=text,
        lang=(notice.lang or source.lang or "")[:2].lower(),
        published=moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None,
        published_how=how,
        hash=content_hash(title, text, notice.fields),
        fields=notice.fields,
        truncated=truncated,
    )


def canonical_key(key: str) -> str:
    """The source's own id as it is; an address made canonical, its fragment kept: it may tell the notices of one page apart."""
    key = key.strip()
    return (canonical_url(key, keep_fragment=True) or key) if key[:4].lower() == "http" else key


def canonical_url(url: str, *, keep_fragment: bool = False) -> str:
    """Scheme and host in lower case, no default port, no user name, no tracking parameters; "" for what is not http or https."""
    try:
        parts = urlsplit(url.strip().replace(" ", "%20"))
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not parts.hostname:
        return ""
    host = parts.hostname.rstrip(".")
    host = f"[{host}]" if ":" in host else host
    if port is not None and port != _PORTS[parts.scheme]:
        host = f"{host}:{port}"
    query = parts.query
    if query:
        query = "&".join(pair for pair in query.split("&") if pair and not _tracks(pair.partition("=")[0].lower()))
    return urlunsplit((parts.scheme, host, parts.path or "/", query, parts.fragment if keep_fragment else ""))


def _tracks(parameter: str) -> bool:
    return parameter.startswith("utm_") or parameter in TRACKING


def _anchored(notice: Notice) -> bool:
    """Whether the notice is one of several on its page, told apart by the fragment that its key ends with."""
    fragment = notice.url.partition("#")[2]
    return bool(fragment) and notice.key.endswith("#" + fragment)


# --- hash -------------------------------------------------------------------------------------------------------------

_MOMENT = (
    r"(?:[\s,.:;|()\[\]/–—-]|\b(?:on|at|am|um|uhr|op|om|uur|el|del?|las?|le|les|il|alle|ore|à|à|às|em|saat|в|от|г|года|gmt|utc|msk|мск|c?est|cet|e[ds]t|h)\b"
    r"|\d|[ap]\.?m\b|\b(?:jan|feb|mar|apr|ma[iyj]|mei|jun|jul|aug|sep|oct|okt|nov|dec|dez|ene|abr|ago|dic|out|set|fev|fév|avr|juin|juil|aoû|déc|gen|mag|giu"
    r"|lug|ott|oca|şub|nis|haz|tem|ağu|eyl|eki|kas|ara|янв|фев|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек|мар)[^\W\d_]*)+"
)
_VOLATILE = (
    # "Last updated: 30 November 2025, 10:45 UTC" and its like: the words stay, the moment goes.
    (
        re.compile(
            r"(\b(?:updated|обновлен[оаы]?|обновлено|bijgewerkt|actualizad[oa]|atualizad[oa]|aktualisiert|stand:|mis à jour|mise à jour|aggiornat[oa]|güncellen\w+"
            r"|güncelleme(?: tarihi)?|last update|letzte aktualisierung|última actualización|última atualização|dernière mise à jour|ultimo aggiornamento)\b:?)"
            + _MOMENT
            + r"(?=\W|$)"
        ),
        r"\1 ",
    ),
    # "As of 10:45 UTC": the clock alone; a day after these words may be the day from which something holds.
    (re.compile(r"\b(as of|per|по состоянию на|a fecha de|con fecha|à|stand|saat)\s+\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s*(?:utc|gmt|msk|мск|uhr|uur|h)\b)?"), r"\1 "),
    # "5 minutes ago", "2 часа назад": how long ago, seen from the moment of the request.
    (
        re.compile(
            r"\b(?:\d+|an?|one)\s+(?:second|minute|hour|min|sec)s?\s+ago\b|\b\d+\s+(?:секунд\w*|минут\w*|час\w*)\s+назад\b|\bhace\s+\d+\s+(?:minutos?|horas?)\b|\bhá\s+\d+\s+(?:minutos?|horas?)\b"
            r"|\bvor\s+\d+\s+(?:minuten?|stunden?)\b|\b\d+\s+(?:minuten|uur)\s+geleden\b|\bil y a\s+\d+\s+(?:minutes?|heures?)\b|\b\d+\s+(?:minuti|ore)\s+fa\b|\b\d+\s+(?:dakika|saat)\s+önce\b"
        ),
        " ",
    ),
    # "Views: 1,234", "Просмотров: 12": counters.
    (re.compile(r"\b(views|просмотр\w*|comments|комментари\w*|likes|weergaven|vistas|aufrufe|vues|visualizzazioni|görüntülenme)\s*:?\s*[\d.,\s]*\d[km]?\b"), r"\1 "),
    # Session ids, anti-forgery tokens, cache keys: 20 or more letters and digits in one word, both kinds.
    (re.compile(r"\b(?=[a-z_-]*\d)(?=[\d_-]*[a-z])[a-z0-9_-]{20,}={0,2}"), " "),
)
"""What may change without the notice changing, over folded text; nothing else is folded."""

_NOT_WORDS = re.compile(r"[\s\"'«»„“”‘’`´…–—|•·*-]+")


def content_hash(title: str, text: str, fields: dict[str, Any] | None = None) -> str:
    """32 hexadecimal digits over title, text and the record's own fields; equal where a reader would see no change.

    Folded before hashing: case, blanks and line ends, quotation marks, dashes and bullets, and what ``_VOLATILE`` lists
    (the moment after "updated", a clock after "as of", "5 minutes ago", counters, tokens).
    Not folded: every other number, date and word, "until 5 May" as well as "10:45".
    """
    folded = f"{title}\n{text}".lower()
    for pattern, kept in _VOLATILE:
        folded = pattern.sub(kept, folded)
    data = _NOT_WORDS.sub(" ", folded)
    if fields:
        data += json.dumps(fields, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(data.encode("utf-8", "replace")).hexdigest()[:32]
