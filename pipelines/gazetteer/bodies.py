"""Governments, foreign ministries and aviation authorities that are named by what they are and whose: "the Polish foreign ministry",
"autorità greca per l'aviazione civile (Hcaa)", "власти Нигера", "das Außenministerium in Warschau".

The words are rows of curated/bodies.csv: ``*`` stands for any ending, ``~`` for where an adjective may stand inside. Whose it is says an
adjective or country before, inside or behind; "the country's" is the one named last. Where nothing does, a ministry is that of the
row's ``home``; of the others nothing is guessed.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.tables import places, rows

_LINKS = {
    "en": "of the|of|in",
    "de": "der|des|von|vom|in",
    "nl": "van de|van het|van|in",
    "fr": "de la|de l'|de|du|des|d'|a",
    "es": "de la|de los|de el|del|de|en",
    "pt": "de|do|da|dos|das|em",
    "it": "della|dello|dell'|dei|del|degli|delle|di",
    "ru": "в|во|республики",
    "pl": "w|we",
}
"""What stands between a body and the country or capital behind it."""
_ADJECTIVE_BEHIND = ("fr", "es", "pt", "it", "pl")
_GENITIVE = ("ru", "de", "pl")
"""Languages in which a country follows without a preposition."""
_POSSESSIVES = {"en": "'s | ' |' | ", "tr": "'[a-zı]{1,4} | ", "nl": "'s |s | ", "de": "s |' | "}
"""What stands between a country and its body behind it ("UK government", "US-Behörden", "Israels Regierung")."""
_OF_THE_COUNTRY = {
    "en": ("the country's |its ", "of the country"),
    "ru": ("", "страны"),
    "de": ("", "des landes"),
    "nl": ("", "van het land"),
    "fr": ("", "du pays"),
    "es": ("", "del pais"),
    "pt": ("", "do pais"),
    "it": ("", "del paese"),
    "tr": ("ulkenin ", ""),
    "pl": ("", "kraju"),
}
"""Before and behind a body: whose it is was told before."""
_LOCAL = ("autor", "author", "behor", "власт", "wladz", "makam", "yetkili")
"""Those "of Paris" are the city's."""
_LOOKBACK = 400
"""Characters before "the country's authority" in which the country was named."""
_ACRONYM = re.compile(r" \(([a-zа-я][a-zа-я.-]{1,9})\)")
_SPACE = "[ \n]"
_SHARED = ("aac", "anac", "caa", "dgac", "dgca")
"""What the authorities of many countries are called."""
_CALLED = {"mfa": {"GB": "fcdo"}, "government": {"GB": "uk-government"}}
"""Who is called otherwise than by the rule."""


class _Form(NamedTuple):
    kind: str
    home: str


def find(text: str, lang: str, names: Sequence[Name]) -> Iterator[Name]:
    """The bodies in a text of which all other ``names`` are known, overlapping ones too; each with the name that says whose it is."""
    pattern, forms = _patterns(lang)
    if pattern is None:
        return
    folded = fold(text)
    lands = sorted((n for n in names if n.type in ("place", "adjective")), key=lambda n: n.end - n.start)
    around = _Around(folded, lang, lands, {n.start: n for n in lands}, {n.end: n for n in lands})
    listed = [n for n in names if n.type == "operator" and not n.ambiguous]
    for match in pattern.finditer(folded):
        start, end = match.span()
        within = [n for n in listed if n.start <= start and end <= n.end]
        country, low, high = around.owner(start, end)
        if not within or (country and all(n.end - n.start < high - low for n in within)):
            yield from _body(text, folded, forms[str(match.lastgroup)], country, low, high)


def _body(text: str, folded: str, form: _Form, country: str, low: int, high: int) -> Iterator[Name]:
    acronym = _ACRONYM.match(folded, high)
    code = government(country or form.home, form.kind) if country or form.home else ""
    if acronym:
        high = acronym.end()
        if form.kind == "caa" and code not in _authorities().values() and acronym.group(1) not in _SHARED:
            code = re.sub("[^a-z]", "", acronym.group(1)) or code
    if code:
        yield Name(low, high, text[low:high], "operator", (code,), "authority" if form.kind == "caa" else "government", False)


class _Around(NamedTuple):
    """A text and the places and adjectives in it, the longest one of each start and end."""

    folded: str
    lang: str
    lands: list[Name]
    by_start: dict[int, Name]
    by_end: dict[int, Name]

    def owner(self, start: int, end: int) -> tuple[str, int, int]:
        """The country of the body at this span, "" where nothing says it, and the span of both."""
        inside = next((n for n in self.lands if start < n.start and n.end < end and _land(n)), None)
        if inside is not None:
            return _land(inside), start, end
        if (before := self._before(start)) is not None:
            return _country(before), before.start, end
        if (behind := self._behind(start, end)) is not None:
            return _country(behind), start, behind.end
        return self._named_last(start, end)

    def _before(self, start: int) -> Name | None:
        """An adjective or country right before: "Polish", "Israel's"; in Turkish a capital too: "Ankara hükümeti"."""
        for ending in _POSSESSIVES.get(self.lang, " ").split("|"):
            tail = re.search(rf"{ending}$", self.folded[max(0, start - 8) : start])
            name = self.by_end.get(start - len(tail.group())) if tail else None
            if name is not None and (_country(name) if self.lang == "tr" else _land(name)):
                return name if name.type == "adjective" or self.lang in _POSSESSIVES else None
        return None

    def _behind(self, start: int, end: int) -> Name | None:
        """An adjective right behind ("gouvernement marocain"), a country in the genitive, or a country or capital behind "of"."""
        name = self.by_start.get(end + 1) if self.folded[end : end + 1] in (" ", "\n") else None
        if name is not None and self.lang in (_ADJECTIVE_BEHIND if name.type == "adjective" else _GENITIVE) and _land(name):
            return name
        link = re.compile(rf" (?:{_LINKS[self.lang]})(?: |(?<='))").match(self.folded, end) if self.lang in _LINKS else None
        name = self.by_start.get(link.end()) if link else None
        if name is None or name.type != "place":
            return None
        return name if _land(name) or (not self.folded.startswith(_LOCAL, start) and _country(name)) else None

    def _named_last(self, start: int, end: int) -> tuple[str, int, int]:
        """ "The country's authority": of the country that was named last."""
        before, behind = _OF_THE_COUNTRY.get(self.lang, ("", ""))
        low = re.search(rf"(?<![^\W_])(?:{before})$", self.folded[max(0, start - 20) : start]) if before else None
        high = re.compile(rf" (?:{behind})(?![^\W_])").match(self.folded, end) if behind else None
        near = [n for n in self.lands if start - _LOOKBACK <= n.start < start and _land(n)] if low or high else []
        if not near:
            return "", start, end
        return _land(max(near, key=lambda n: n.start)), start - len(low.group()) if low else start, high.end() if high else end


def government(country: str, kind: str = "government") -> str:
    """The code of a country's government, foreign ministry ("mfa") or aviation authority ("caa"), known or not."""
    if kind == "caa":
        return _authorities().get(country) or f"{_slug(country)}-civil-aviation-authority"
    return _CALLED[kind].get(country) or (f"mfa-{country.lower()}" if kind == "mfa" else f"{country.lower()}-government")


def _slug(country: str) -> str:
    place = places().get(country)
    return "-".join(re.findall("[a-z0-9]+", fold(place.name if place else country)))


def _land(name: Name) -> str:
    """The code of the country that a name means; "" for a part of one ("Açores")."""
    if name.kind == "region":
        return ""
    return next((code for code in name.codes if (place := places().get(code)) and place.kind == "country"), "")


def _country(name: Name) -> str:
    """The country that a place or adjective stands for: itself, or the one whose capital it is."""
    return _land(name) or next((_capitals()[code] for code in name.codes[:1] if code in _capitals()), "")


@cache
def _patterns(lang: str) -> tuple[re.Pattern[str] | None, dict[str, _Form]]:
    """All forms of a language as one pattern, longest first, each a group that tells its kind and home."""
    written = [
        (form, _Form(row["kind"], row["home"]))
        for row in rows("curated/bodies.csv")
        if row["lang"] == lang
        for form in row["forms"].split("|")
    ]
    if not written:
        return None, {}
    written.sort(key=lambda pair: -len(pair[0]))
    forms = {f"f{i}": form for i, (_, form) in enumerate(written)}
    groups = "|".join(f"(?P<f{i}>{_regex(words)})" for i, (words, _) in enumerate(written))
    return re.compile(rf"(?<![^\W_])(?:{groups})(?![^\W_])"), forms


def _regex(words: str) -> str:
    out = "".join(rf"(?:{_SPACE}[^\W\d_]+)?" if w == "~" else _SPACE + re.escape(fold(w)).replace(r"\*", r"\w*") for w in words.split(" "))
    return out.removeprefix(_SPACE)


@cache
def _authorities() -> dict[str, str]:
    return {row["country"]: row["code"] for row in rows("curated/authorities.csv")}


@cache
def _capitals() -> dict[str, str]:
    return {row["city"]: row["country"] for row in rows("curated/capitals.csv")}
