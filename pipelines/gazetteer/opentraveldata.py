"""Airports and cities with scheduled service and their names by language, as NeoBase ships OpenTravelData (CC BY 4.0, with GeoNames).

Read only when the gazetteer is built.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import airportsdata
import neobase

from pipelines.gazetteer.tables import DATA

LANGS = tuple(sorted(folder.name for folder in (DATA.parent / "lexicon").iterdir() if folder.is_dir()))
"""The languages whose names are taken: those that have a lexicon."""
SECOND = 0.14
"""A city's next airport counts where it has this share of the first one's page rank: SAW beside IST, not DWC beside DXB."""
_GENERIC = re.compile(
    r"\b(?:international|regional|municipal|national|domestic|intl|airport|aeropuerto|aeroporto|aéroport|luchthaven|vliegveld|flughafen|internacional"
    r"|internazionale|internationaler|internationale|havalimanı|havaalanı|uluslararası|de|di|do|da|del|d'|имени|им\.|международный|аэропорт"
    r"|lotnisko|port lotniczy)\b"
    r"|[«»\"]",
    re.IGNORECASE,
)
_COUNTED_TO = {"AX": "FI", "MA": "EH", "PR": "US", "SJ": "NO", "VI": "US"}
"""Where airportsdata counts another country than OpenTravelData does."""
_STRESS = "\u0301"


@dataclass
class Spot:
    """A place of the source that is to have a row. ``names`` by language, ``airports`` of a city (best first)."""

    code: str
    kind: str
    country: str
    rank: float
    name: str
    airports: tuple[str, ...] = ()
    names: dict[str, list[str]] = field(default_factory=dict)


def airports(wanted: frozenset[str]) -> dict[str, Spot]:
    """Every airport that has traffic and that airportsdata knows too, by IATA code; of the wanted ones also those without traffic."""
    known = airportsdata.load("IATA")
    found = {code: Spot(code, "airport", known[code]["country"], 0.0, known[code]["name"]) for code in wanted if code in known}
    return found | {
        code: Spot(code, "airport", row["country_code"], float(row["page_rank"] or 0), row["name"], names=_names(row))
        for code, row in ((row["iata_code"], row) for row in _rows())
        if "A" in row["location_type"] and (code in wanted or (row["page_rank"] and code in known and _agree(row, known[code])))
    }


def _agree(row: dict[str, str], other: Any) -> bool:
    """Whether both sources mean the same airport: a code given away again lies in another country."""
    return other["country"] in (row["country_code"], _COUNTED_TO.get(row["country_code"]))


def cities(served: dict[str, Spot], metros: frozenset[str]) -> Iterator[Spot]:
    """Every city with a served airport: by its own code where several airports have weight (or it is in ``metros``), else its airport's."""
    for row in _rows():
        if "C" not in row["location_type"]:
            continue
        own = sorted((served[code] for code in row["tvl_por_list"].split(",") if code in served), key=lambda spot: -spot.rank)
        if not own and row["iata_code"] in served:
            own = [served[row["iata_code"]]]
        if not own:
            continue
        weighty = [spot for spot in own if spot.rank >= SECOND * own[0].rank]
        kind, code = ("metro", row["iata_code"]) if len(weighty) > 1 or row["iata_code"] in metros else ("city", own[0].code)
        yield Spot(code, kind, row["country_code"], own[0].rank, row["name"], tuple(spot.code for spot in own), _names(row))


def icao_codes(wanted: Iterable[str]) -> dict[str, str]:
    """The ICAO location indicators of airports: ICAO code -> IATA code. One that two airports claim is left out."""
    wanted = frozenset(wanted)
    found: dict[str, set[str]] = {}
    for row in _rows():
        if "A" in row["location_type"] and row["iata_code"] in wanted and re.fullmatch("[A-Z]{4}", row["icao_code"]):
            found.setdefault(row["icao_code"], set()).add(row["iata_code"])
    return {icao: codes.pop() for icao, codes in found.items() if len(codes) == 1}


def shortened(name: str) -> str:
    """An airport's name without the words that every airport's has: "Sheremetyevo International Airport" gives "Sheremetyevo"."""
    return " ".join(_GENERIC.sub(" ", name).split())


@cache
def _rows() -> list[dict[str, str]]:
    with (Path(neobase.__file__).parent / "optd_por_public.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="^", quoting=csv.QUOTE_NONE)
        return [row for row in rows if len(row["iata_code"]) == 3 and not row["date_until"]]


def _names(row: dict[str, str]) -> dict[str, list[str]]:
    """Names by language; historic ("h") and colloquial ("c") ones left out, the preferred ("p") first."""
    found: dict[str, list[tuple[bool, str]]] = {"en": [(False, row["name"].split("/")[0])]}
    for part in row["alt_name_section"].split("="):
        lang, name, marks = [*part.split("|"), "", ""][:3]
        name = name.replace(_STRESS, "").split("/")[0].strip()
        if lang in LANGS and len(name) > 1 and not {"h", "c"} & set(marks) and not any(char in name for char in "|?~,("):
            found.setdefault(lang, []).append(("p" not in marks, name))
    return {lang: list(dict.fromkeys(name for _, name in sorted(names, key=lambda pair: pair[0]))) for lang, names in found.items()}
