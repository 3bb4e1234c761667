"""ICAO's four-letter location indicators: airports, flight information regions, and what their first letters say.

The airports are data/gazetteer/locations.csv (OpenTravelData), the regions the gazetteer's names of kind "fir".
"""

from functools import cache

from pipelines import gazetteer
from pipelines.gazetteer.tables import rows

SECURITY = "KICZ"
"""Under which the FAA warns and forbids US operators, for the whole world."""
_NO_LOCATIONS = frozenset(("SFAR", "NOTM"))
"""Four letters in brackets that are something else."""


def place(indicator: str) -> str | None:
    """The IATA code of an airport, the country of a flight information region. None for anything else, and for KICZ."""
    if indicator in _NO_LOCATIONS or indicator == SECURITY:
        return None
    return _airports().get(indicator) or _region(indicator) or country(indicator)


def country(indicator: str) -> str | None:
    """The country whose airports' indicators begin with the same three letters, else two: nearly every state has letters of its own."""
    if indicator in _NO_LOCATIONS or not (len(indicator) == 4 and indicator.isalpha() and indicator.isupper()):
        return None
    return _prefixes().get(indicator[:3]) or _prefixes().get(indicator[:2])


def _region(indicator: str) -> str | None:
    return next((name.codes[0] for name in gazetteer.find(indicator, "en") if name.kind == "fir" and name.text == indicator), None)


@cache
def _airports() -> dict[str, str]:
    return {row["icao"]: row["code"] for row in rows("locations.csv")}


@cache
def _prefixes() -> dict[str, str]:
    """First letters -> country, where three in four airports with these letters lie in one."""
    counted: dict[str, dict[str, int]] = {}
    for indicator, code in _airports().items():
        home = gazetteer.country(code)
        for letters in (indicator[:2], indicator[:3]) if home else ():
            countries = counted.setdefault(letters, {})
            countries[home or ""] = countries.get(home or "", 0) + 1
    first = {letters: max(countries, key=lambda c: countries[c]) for letters, countries in counted.items()}
    return {letters: best for letters, best in first.items() if counted[letters][best] * 4 >= sum(counted[letters].values()) * 3}
