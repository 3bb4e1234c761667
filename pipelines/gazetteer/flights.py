"""Flight numbers: "N4 3511", "LX-1834", "CM164". The carrier must be an airline that is known."""

import re
from collections.abc import Iterator
from functools import cache

from pipelines.gazetteer.hit import Name
from pipelines.gazetteer.tables import operators

_NUMBER = re.compile(r"(?<![\w.,/-])([A-Z][A-Z0-9]|[0-9][A-Z]|[A-Z]{3})([ \u00a0-]?)([0-9]{1,4})(?![\w%/]|[.,:][0-9]|[ \u00a0][0-9]{3}\b)")
_AIRCRAFT = re.compile(r"A(?:30|31|32|33|34|35|38)\d|B7\d7|E1[79]\d|MC21")
_OTHERWISE = frozenset("AM AN AS AT DE ES EU IL IN IS MD NO OK PM SO SU TU TV UK UN US".split())
"""Letters that also begin aircraft types ("SU-30", "IL 96") or are words: a flight number only with three digits or more."""
_NEVER = frozenset(("EU", "UN"))
"""Before the number of a regulation or a resolution ("EU 261")."""


def find(text: str) -> Iterator[Name]:
    """The flight numbers in a text, with the carrier's code."""
    for match in _NUMBER.finditer(text):
        prefix, gap, digits = match.groups()
        code = _carriers().get(prefix)
        if code is None or _AIRCRAFT.fullmatch(match.group()) or prefix in _NEVER or (prefix in _OTHERWISE and len(digits) < 3):
            continue
        if gap == "" and len(digits) < 2:
            continue
        yield Name(match.start(), match.end(), match.group(), "flight", (code,), "airline", False)


@cache
def _carriers() -> dict[str, str]:
    by_prefix = {op.icao: op.code for op in operators().values() if op.kind == "airline" and op.icao}
    return by_prefix | {op.code: op.code for op in operators().values() if op.kind == "airline"}
