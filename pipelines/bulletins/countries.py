"""Countries as authorities write them: ISO 3166-1 in two letters or three, FIPS 10-4, names. In: what is printed. Out: two letters.

The tables are data/gazetteer/curated/countries.csv (GeoNames' countryInfo: ISO and FIPS codes) and the gazetteer's names.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from pipelines import gazetteer
from pipelines.gazetteer.tables import rows

_KINDS = ("country", "region", "fir")
LONGEST = 1_000
"""Characters of a name or a title that are looked at: whatever is longer is no name, and a page may be nothing but a heading."""
MOST = 500
"""Names in one list: there are not so many countries."""
_OWN_CODES = {"A1": "BQ", "A3": "GP"}
"""What the US State Department writes where FIPS 10-4 has nothing: Bonaire, Saba and Sint Eustatius; the French West Indies."""


@cache
def _table(column: str) -> dict[str, str]:
    return {row[column]: row["code"] for row in rows("curated/countries.csv") if row[column]}


def from_iso(printed: str) -> str | None:
    """``AF``, ``AFG``, also ``BQ-BO`` (a part of one)."""
    code = printed.strip().upper().partition("-")[0]
    return code if code in _table("code") else _table("iso3").get(code)


def from_fips(printed: str) -> str | None:
    """FIPS 10-4, most of whose codes are also ISO codes, of other countries: CH is China, CD Chad, GG Georgia, KN North Korea."""
    code = printed.strip().upper()
    return _OWN_CODES.get(code) or _table("fips").get(code)


def from_name(name: str) -> str | None:
    """The one country that ``name`` names in English. None where it names none, or several."""
    whole = re.sub(r"^the\s+", "", re.sub(r"\s*\([^)]*\)", "", name[:LONGEST].strip()), flags=re.I)
    found = {gazetteer.country(code) or code for code, text, kind in named(whole) if kind != "region"}
    if not found:  # a territory with one airport is a city to the gazetteer: Hong Kong, Macau; an adjective says it too: Kyrgyz Republic
        found = {gazetteer.country(n.codes[0]) or n.codes[0] for n in gazetteer.find(whole, "en") if n.type in ("place", "adjective")}
    return found.pop() if len(found) == 1 else None


def listed(names: Iterable[str]) -> tuple[str, ...]:
    """Codes of places by their whole names. Empty where one is not known as a whole, or there are too many.

    "Democratic People's Republic of Korea" must not be taken for the Republic of Korea.
    """
    stripped = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(stripped) > MOST:
        return ()
    found = [next((code for code, text, _ in named(name) if len(text) == len(name)), "") for name in stripped]
    return tuple(dict.fromkeys(found)) if all(found) else ()


def places(text: str) -> tuple[str, ...]:
    """Codes of the places that ``text`` names, in its order, each once."""
    return tuple(dict.fromkeys(code for code, _, _ in named(text)))


def named(text: str) -> Iterator[tuple[str, str, str]]:
    """The countries, regions and flight information regions in ``text``: code, words and kind."""
    for name in gazetteer.find(text[:LONGEST], "en"):
        if name.type == "place" and name.kind in _KINDS:
            yield name.codes[0], name.text, name.kind
