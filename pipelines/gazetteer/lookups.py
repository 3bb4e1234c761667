"""What is known of a code: its country, what lies in it, how people call it."""

import re
from functools import cache

from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.tables import Operator, operators, places, regions, rows, split


def country(code: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of the country in which a place lies; of a country itself; None for a region or an unknown code."""
    place = places().get(code)
    return (place.country or None) if place else None


def airports(code: str) -> tuple[str, ...]:
    """The airport codes of a place: several for a metropolitan area or an island, all known ones for a country, none for a region."""
    place = places().get(code)
    if place is None or place.kind == "region":
        return ()
    if place.kind == "country":
        return _of_country().get(code, ())
    return place.airports or (code,)


@cache
def _of_country() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for place in places().values():
        if place.airport:
            found.setdefault(place.country, []).append(place.code)
    return {code: tuple(sorted(found[code])) for code in found}


def contains(outer: str, inner: str) -> bool:
    """Whether the first place is the second or has it within: a country its airports, a city its airports, a region its countries."""
    if outer == inner:
        return True
    if outer in regions():
        if inner in regions():
            return regions()[inner] < regions()[outer]
        return country(inner) in regions()[outer]
    place = places().get(outer)
    if place is None:
        return False
    if place.kind == "country":
        return country(inner) == outer
    return inner in place.airports


def place_name(code: str, lang: str = "en") -> str:
    """How a place is called in a language; in English where that is not known; the code itself where nothing is."""
    place = places().get(code)
    if place is None:
        return code
    return _display(lang).get(code) or place.name


@cache
def _display(lang: str) -> dict[str, str]:
    """First name in a language by code: the country's or city's own, before those of the resorts around an airport."""
    order = {"country": 0, "region": 0, "metro": 0, "island": 1, "city": 2, "airport": 3}
    best: dict[str, tuple[int, str]] = {}
    for row in rows("place_names.csv"):
        if row["lang"] != lang or row["kind"] not in order:
            continue
        name = next(split(row["names"]))[0]
        rank = order[row["kind"]]
        if rank < best.get(row["code"], (9, ""))[0]:
            best[row["code"]] = rank, name
    return {code: name for code, (_, name) in best.items()}


def airport_operator(code: str) -> str | None:
    """The slug of an airport that announces something itself: LHR gives "heathrow-airport", TPA "tampa-international-airport"."""
    return _airport_slugs().get(code)


@cache
def _airport_slugs() -> dict[str, str]:
    cities = {airport: place.name for place in places().values() if place.kind == "metro" for airport in place.airports}
    given = {row["code"]: row["slug"] for row in rows("curated/airport_operators.csv")}
    named = (place for place in places().values() if place.airport)
    return {place.code: given.get(place.code) or _slug(place.airport, cities.get(place.code, "")) for place in named}


def _slug(name: str, city: str) -> str:
    """The Latin name in small letters and hyphens, without the city where another name tells its airports apart ("London Heathrow")."""
    own = name.removeprefix(f"{city} ") if city else name
    words = re.findall(r"[a-z0-9]+", fold(own if own.split(" ")[0] not in _GENERIC else name))
    return "-".join(words if "airport" in words else [*words, "airport"])


_GENERIC = frozenset(("Airport", "International", "Intercontinental", "Executive", "Metropolitan", "Regional", "City"))


@cache
def _airports_as_operators() -> dict[str, Operator]:
    return {slug: Operator(slug, "airport", places()[code].country, "", places()[code].airport) for code, slug in _airport_slugs().items()}


def _operator(code: str) -> Operator | None:
    return operators().get(code) or (_airports_as_operators().get(code) if code.endswith("airport") else None)


def operator_name(code: str) -> str:
    """The display name of an operator, the code itself where it is not known."""
    operator = _operator(code)
    return operator.name if operator else code


def operator_country(code: str) -> str | None:
    """The country of an operator, None where it is international or not known."""
    operator = _operator(code)
    return (operator.country or None) if operator else None


def operator_kind(code: str) -> str | None:
    """airline, tour_operator, association, authority, government, airport or press; None where the operator is not known."""
    operator = _operator(code)
    return operator.kind if operator else None
