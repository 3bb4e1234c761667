"""A notice as a spider handed it over, in; the same notice in plain text with a hash, an address and a time in UTC, out."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from pipelines.cleaning.fingerprint import content_hash
from pipelines.cleaning.markup import KEPT, one_line, plain, visible_text
from pipelines.cleaning.published import UNKNOWN, published_at
from scrapers.notice import Notice

if TYPE_CHECKING:
    from scrapers.sources import Source

_TRACKING = (
    "fbclid gclid gclsrc gbraid wbraid dclid yclid ysclid msclkid twclid ttclid igshid igsh mc_cid mc_eid _openstat _ga _gl"
    " at_medium at_campaign at_custom1 at_custom2 at_custom3 at_custom4 ocid cmpid wt_mc xtor pk_campaign pk_kwd mtm_campaign"
)
TRACKING = frozenset(_TRACKING.split())
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
    """One of the constants in ``pipelines.cleaning.published``."""
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
    moment, how = published_at(notice.published, source.zone, clock_is_local=source.clock_is_local, month_first=source.country == "US")
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


def unread(notice: Notice, source: "Source") -> Cleaned:
    """``notice`` as it came, for one that ``clean`` fails on: so that it can be stored and looked at."""
    raw = notice.html or notice.text
    text = raw[:KEPT].encode("utf-8", "replace").decode()
    title = notice.title[:1000].encode("utf-8", "replace").decode()
    return Cleaned(
        source=notice.source, key=notice.key.encode("utf-8", "replace").decode(), url=source.url, title=title, text=text, lang=source.lang,
        published=None, published_how=UNKNOWN, hash=content_hash(title, text), truncated=len(raw) > KEPT,
    )  # fmt: skip


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
