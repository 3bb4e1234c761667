"""Flight numbers: "N4 3511", "LX-1834", "CM164", "KLM745". The carrier must be an airline that is known."""

import re
from collections.abc import Iterator
from functools import cache

from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.tables import operators

_NUMBER = re.compile(
    r"(?<![\w.,/-])([A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})([ \u00a0-]?)([0-9]{1,4})"
    r"(?![\w%/-]|[.,:][0-9]|[ \u00a0][0-9]{3}\b)"
)
_AIRCRAFT = re.compile(r"(?:A ?-?(?:30|31|32|33|34|35|38)|B ?-?7\d|E ?-?1[79]\d|MC ?-?21)\d?")
_NEVER = frozenset(("EU", "FL", "UN"))
"""Regulations ("EU 261"), flight levels ("FL 320") and resolutions."""
_TYPES = frozenset(("AN", "IL", "MD", "SU", "TU"))
"""Also the makers of aircraft: with three digits or more ("SU 1234"), a flight."""
_WORDS = frozenset(
    (
        "AM",
        "AS",
        "AT",
        "AU",
        "BY",
        "DC",
        "DE",
        "DK",
        "ED",
        "EG",
        "EL",
        "ES",
        "HP",
        "IC",
        "IK",
        "IL",
        "IN",
        "IS",
        "KA",
        "KR",
        "LK",
        "LT",
        "MI",
        "MO",
        "MV",
        "MY",
        "NO",
        "NR",
        "OF",
        "OK",
        "ON",
        "OR",
        "OW",
        "PM",
        "PT",
        "SE",
        "SO",
        "TO",
        "TV",
        "TY",
        "UK",
        "US",
        "VM",
        "VS",
        "VV",
        "ZA",
    )
)
"""Also words and abbreviations: only where nothing or a hyphen is between them and three digits or more."""


def find(text: str) -> Iterator[Name]:
    """The flight numbers in a text, with the carrier's code."""
    for match in _NUMBER.finditer(text):
        prefix, gap, digits = match.groups()
        code = _carriers().get(prefix)
        if code is None or prefix in _NEVER or _AIRCRAFT.fullmatch(match.group()):
            continue
        # Without a gap "B450" and "G670" are airways
        few = len(digits) < 3 and (not gap or len(prefix) > 2 or prefix in _TYPES | _WORDS)
        if few or (prefix in _WORDS and gap.isspace()):
            continue
        yield Name(match.start(), match.end(), match.group(), "flight", (code,), "airline", False)


@cache
def _carriers() -> dict[str, str]:
    airlines = [operator for operator in operators().values() if operator.kind == "airline"]
    return {airline.icao: airline.code for airline in airlines if airline.icao} | {airline.code: airline.code for airline in airlines}
