"""``python -m pipelines.gazetteer.build``: data/gazetteer from the packages of the extra "gazetteer" and from data/gazetteer/curated.

Airports, cities and their names: OpenTravelData; countries' names: CLDR, as Babel ships it; Russian forms: pymorphy3; Polish ones: by
the rules of ``polish``; the rest by hand.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from babel import Locale

from pipelines.gazetteer import opentraveldata, polish, russian
from pipelines.gazetteer.bodies import government
from pipelines.gazetteer.folding import fold
from pipelines.gazetteer.opentraveldata import LANGS, Spot
from pipelines.gazetteer.tables import DATA, rows
from pipelines.gazetteer.words import common_words

NOT_COUNTRIES = frozenset(("AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "EU", "EZ", "HM", "IC", "QO", "TA", "UM", "UN", "XA", "XB", "ZZ"))
SHORT = 4
"""A city's name of so few letters or less is taken from the packages only where much flies."""
BUSY, SMALL = 0.03, 0.016
"""Page ranks (0 to 1): of about the 850th airport, and of about the 1,700th."""
HOMONYMS = frozenset(("AU", "BR", "CA", "GB", "IE", "NZ", "PH", "US"))
"""Their small cities are called like other cities, persons and things ("Page", "Paris", "Jackson"); whoever is needed stands in curated."""

ABOVE_CITIES = 2.0
"""The rank of countries and regions."""
PERSONS = "any"
"""The row of words.csv with persons' names, in whatever language."""

INFLECTED = {"ru": russian.forms, "": russian.forms, "pl": polish.forms}
"""What makes the other forms of a language's names; of those that are everybody's, Cyrillic ones change."""

Names = tuple[str, str, str, list[str]]
"""Code, kind, language, spellings."""
Row = dict[str, str]


def main() -> None:
    """Reads everything, then writes every file of data/gazetteer anew."""
    wanted = frozenset(row["code"] for row in rows("curated/places.csv"))
    served = opentraveldata.airports(wanted)
    metros = {row["code"]: row for row in rows("curated/metros.csv")}
    cities = list(opentraveldata.cities(served, (wanted | set(metros)) - set(served)))
    places = _places(served, cities, metros)
    curated = [*_curated(places)]
    clear = _undecided(places, curated, _unlike(places, [*_of_airports(served), *_of_cities(cities)]))
    people_say = [*_of_countries(), *curated]
    names = [*clear, *people_say, *_islands(people_say)]
    columns = ("code", "kind", "country", "rank", "name", "airport", "airports")
    _write("places.csv", columns, (_place(spot, served.get(spot.code)) for spot in places.values()))
    _write("place_names.csv", ("code", "kind", "lang", "names"), _merged(names))
    located = opentraveldata.icao_codes(served).items()
    _write("locations.csv", ("icao", "code"), ({"icao": icao, "code": code} for icao, code in located))
    _write("regions.csv", ("code", "members"), rows("curated/regions.csv"))
    operators = [*rows("curated/operators.csv")]
    operators += _bodies({row["code"] for row in operators})
    icao = {row["code"]: row["icao"] for row in rows("curated/icao.csv")}
    _write("operators.csv", ("code", "kind", "country", "icao", "name"), ({**row, "icao": icao.get(row["code"], "")} for row in operators))
    _write("operator_names.csv", ("code", "names"), ({"code": row["code"], "names": _cell("ru", _aliases(row))} for row in operators))
    adjectives = ({**row, "names": row["stems"]} for row in rows("curated/adjectives.csv"))
    _write("adjective_names.csv", ("code", "lang", "names"), adjectives)


def _places(served: dict[str, Spot], cities: Iterable[Spot], metros: dict[str, Row]) -> dict[str, Spot]:
    """Airports, then metropolitan areas over them (some share a code with an airport), countries and regions."""
    places = {spot.code: spot for spot in served.values()}
    places |= {city.code: replace(city, names={}) for city in sorted(cities, key=lambda c: c.rank) if city.kind == "metro"}
    for code, row in metros.items():
        own = tuple(row["airports"].split())
        places[code] = Spot(code, "metro", row["country"], served[own[0]].rank, row["name"], own)
    english = ((code, names[0]) for code, _, lang, names in _of_countries() if lang == "en")
    places |= {code: Spot(code, "country", code, ABOVE_CITIES, name) for code, name in english}
    regions = (row["code"] for row in rows("curated/regions.csv"))
    return places | {code: Spot(code, "region", "", ABOVE_CITIES, code.replace("-", " ").title()) for code in regions}


def _of_airports(served: dict[str, Spot]) -> Iterator[Names]:
    for spot in served.values():
        for lang, names in spot.names.items():
            short = [opentraveldata.shortened(name) for name in names if spot.rank >= BUSY]
            full = [name for name in names if " " in name or (len(name) > SHORT and spot.rank >= SMALL and opentraveldata.shortened(name))]
            single = [name for name in short if len(name) > SHORT + 1 and " " not in name and _is_name(lang, name)]
            called = [name.removesuffix(" Airport") for name in full if name.endswith(" International Airport") and name.count(" ") > 1]
            yield spot.code, "airport", lang, [*full, *called, *single]


def _of_cities(cities: Iterable[Spot]) -> Iterator[Names]:
    for city in cities:
        if city.rank < SMALL and city.country in HOMONYMS:
            continue
        shortest = SHORT - 1 if city.rank >= BUSY else SHORT if city.rank >= SMALL else SHORT + 1
        for lang, names in city.names.items():
            known = [name for name in names if len(name) >= shortest and not name.isupper()]
            yield city.code, city.kind, lang, [name for name in known if city.rank >= BUSY or _is_name(lang, name)]


def _unlike(places: dict[str, Spot], names: Iterable[Names]) -> Iterator[Names]:
    """Without what is a country's name, but for the city that shares it with its own country: "Armenia" is not a city in Colombia."""
    owners: dict[str, set[str]] = {}
    for code, _, _, spelled in _of_countries():
        owners.setdefault(fold(spelled[0]), set()).add(code)
    for code, kind, lang, spelled in names:
        yield code, kind, lang, [name for name in spelled if places[code].country in owners.get(fold(name), (places[code].country,))]


def _undecided(places: dict[str, Spot], curated: Iterable[Names], names: Iterable[Names]) -> Iterator[Names]:
    """Without the names that a curated row gives to another airport of the country: "Fort Myers" is RSW there, and FMY no more."""
    decided: dict[tuple[str, str], set[str]] = {}
    for code, kind, _, spelled in curated:
        for name in spelled:
            if kind not in ("country", "region", "fir") and not name.endswith("?"):
                decided.setdefault((fold(name), places[code].country), set()).add(code)
    for code, kind, lang, spelled in names:
        yield code, kind, lang, [name for name in spelled if code in decided.get((fold(name), places[code].country), (code,))]


def _is_name(lang: str, name: str) -> bool:
    """Whether a single word from the packages is a name and not also an ordinary word somewhere: those are left to curated."""
    if any(fold(name) in common_words(language) for language in (*LANGS, PERSONS)):
        return False
    return lang != "ru" or " " in name or not russian.is_word(name)


def _of_countries() -> Iterator[Names]:
    for lang in LANGS:
        for code, name in Locale(lang).territories.items():
            if len(str(code)) == 2 and code not in NOT_COUNTRIES:
                plain = re.sub(r" ?\(.*\)", "", str(name))
                yield str(code), "country", lang, [plain.replace("о-ва", "острова").replace("о-в ", "остров ")]


def _curated(places: dict[str, Spot]) -> Iterator[Names]:
    for row in rows("curated/places.csv"):
        if row["code"] not in places:
            raise SystemExit(f"curated/places.csv: {row['code']!r} is no airport, city, country or region that is known")
        yield row["code"], row["kind"], row["lang"], row["names"].split("|")


def _bodies(known: set[str]) -> Iterator[Row]:
    """Each country's government, foreign ministry and aviation authority that has no row of its own; ``bodies`` finds them by rule."""
    called = {"government": "Government of {}", "mfa": "Foreign ministry of {}", "caa": "Civil aviation authority of {}"}
    for country, _, lang, (name,) in _of_countries():
        for what, title in called.items() if lang == "en" else ():
            if (code := government(country, what)) not in known:
                kind = "authority" if what == "caa" else "government"
                yield {"code": code, "kind": kind, "country": country, "name": title.format(name), "aliases": ""}


def _islands(names: Iterable[Names]) -> Iterator[Names]:
    """The names of a country that is one island with one airport, once more for that airport: "Curaçao" is CUR before it is CW."""
    airport = {row["country"]: row["airport"] for row in rows("curated/islands.csv")}
    for code, kind, lang, spelled in names:
        if kind == "country" and code in airport:
            yield airport[code], "island", lang, spelled


def _aliases(row: Row) -> list[str]:
    names = [row["name"], *filter(None, row["aliases"].split("|"))]
    return [name for name in names if f"{name}?" not in names]


def _cell(lang: str, names: Iterable[str]) -> str:
    """All forms of all names, joined, each once; "?" stays behind a name that needs context."""
    found: dict[str, None] = {}
    for name in names:
        if "/" in name or "?" in name[:-1]:
            continue
        mark = "?" if name.endswith("?") else ""
        written = name.removesuffix("?").strip()
        for form in INFLECTED[lang](written) if lang in INFLECTED else [written]:
            text, slash, cases = form.partition("/")
            found[f"{text}{mark}{slash}{cases}"] = None
    return "|".join(found)


def _merged(names: Iterable[Names]) -> Iterator[Row]:
    together: dict[tuple[str, str, str], dict[str, None]] = {}
    for code, kind, lang, spelled in names:
        together.setdefault((code, kind, lang), {}).update(dict.fromkeys(spelled))
    for (code, kind, lang), seen in together.items():
        kept = [name for name in seen if name.endswith("?") or f"{name}?" not in seen]
        if kept:
            yield {"code": code, "kind": kind, "lang": lang, "names": _cell(lang, kept)}


def _place(spot: Spot, airport: Spot | None) -> Row:
    return {
        "code": spot.code,
        "kind": spot.kind,
        "country": spot.country,
        "rank": f"{spot.rank:.4f}",
        "name": spot.name,
        "airport": airport.name if airport else "",
        "airports": " ".join(spot.airports),
    }


def _write(name: str, columns: tuple[str, ...], lines: Iterable[Row]) -> None:
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(sorted(lines, key=lambda row: tuple(row[column] for column in columns)))


if __name__ == "__main__":
    main()
