"""Foreign ministries' levels of travel advice. In: a notice whose fields hold a country and a level as printed. Out: an advisory, or none.

An ``advisory`` is a level at which the ministry tells people not to travel to the country, or only where they must. Lower levels state
nothing, and neither do warnings for parts of a country: they would read as warnings of all of it. A level that falls is another version
of the country's notice which no longer states the advisory, so the advisory ends there (``withdrawn_at``, "no longer states").

| ministry | the level stands in | advisory from | as the ministry says |
| --- | --- | --- | --- |
| us | "Level N" of the title | 4 | 4 Do Not Travel (3 is Reconsider Travel: a choice, not an advice against) |
| ca | advisory-state, 0 to 3 | 2 | 2 Avoid non-essential travel, 3 Avoid all travel |
| de | the flag warning | set | Reisewarnung; partialWarning is for parts, situationWarning a notice |
| nl | colours named in the text | oranje | oranje: alleen noodzakelijke reizen; rood: niet reizen |
| gb | details.alert_status | whole country | avoid_all(_but_essential)_travel_to_whole_country; ..._to_parts is for parts |
| au | ta:level and words | Do not travel | the highest; "Reconsider your need to travel" is below |

Known from the services' own answers (us, ca, de, nl, gb), from the publisher's source code for gov.uk's four values, and for Australia from
public code that reads the feed. A Dutch text names a colour for each part of the country: the country is as good as its best part.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from pipelines.bulletins.countries import from_fips, from_iso, from_name
from pipelines.cleaning.clean import Cleaned
from pipelines.event import Event

COUNTRY = "country"
"""The field that every record with a level has: the country as printed."""

_DUTCH = re.compile(r"\b(groen|geel|oranje|rood)\b", re.I)
_DUTCH_ORDER = ("groen", "geel", "oranje", "rood")
_LEVEL = re.compile(r"\bLevel ([1-4])\b")


class Ministry(NamedTuple):
    """How the records of one ministry are read."""

    advice: Callable[[Cleaned], str | None]
    """The words that advise against travel, from title or text; None where the level is below that."""
    country: Callable[[Mapping[str, Any]], str | None]
    """ISO code of the country that the fields hold; None where no table knows it."""
    needs: tuple[str, ...] = ()
    """Fields without which there is no level to read: gov.uk calls alert_status deprecated, and may leave it out some day."""


def events(cleaned: Cleaned, operator: str) -> list[Event] | None:
    """What the level states. None where no ministry of that name is known here, or its field is missing: the words have to be read.

    Raises ``ValueError`` for an advice against travel to a country that no table knows.
    """
    ministry = MINISTRIES.get(operator)
    if ministry is None or not all(name in cleaned.fields for name in ministry.needs):
        return None
    words = ministry.advice(cleaned)
    if words is None:
        return []
    country = ministry.country(cleaned.fields)
    if country is None:
        raise ValueError(f"{cleaned.title}: no country is known for {cleaned.fields[COUNTRY]!r}")
    start = max(f"{cleaned.title}\n{cleaned.text}".find(words), 0)
    return [
        Event(
            kind="advisory",
            operator=operator,
            destinations=(country,),
            evidence=words,
            start=start,
            end=start + len(words),
            rule=f"level.{operator.removeprefix('mfa-')}",
        )
    ]


def _american(cleaned: Cleaned) -> str | None:
    level = _LEVEL.search(cleaned.title)
    return cleaned.title if level and level[1] == "4" else None


def _canadian(cleaned: Cleaned) -> str | None:
    return cleaned.text.partition("\n")[0] if cleaned.fields["level"] in ("2", "3") else None


def _german(cleaned: Cleaned) -> str | None:
    return "Reisewarnung" if cleaned.fields["warning"] == "True" else None


def _dutch(cleaned: Cleaned) -> str | None:
    """The sentence with the best colour that the text names, where even that is orange or red."""
    colours = list(_DUTCH.finditer(cleaned.text))
    best = min(colours, key=lambda colour: _DUTCH_ORDER.index(colour[1].lower()), default=None)
    if best is None or best[1].lower() not in ("oranje", "rood"):
        return None
    start = max(cleaned.text.rfind(mark, 0, best.start()) for mark in (". ", "\n"))
    end = cleaned.text.find(".", best.end())
    return cleaned.text[start + 1 : end + 1 if end >= 0 else None].strip()


def _british(cleaned: Cleaned) -> str | None:
    whole = [status for status in cleaned.fields["alert_status"].split(", ") if status.endswith("_to_whole_country")]
    return cleaned.title if whole else None


def _australian(cleaned: Cleaned) -> str | None:
    words = cleaned.fields["level"].strip()
    if words.lower() != "do not travel":
        return None
    return words if words in cleaned.text else cleaned.title


def _by_name_or_fips(fields: Mapping[str, Any]) -> str | None:
    """The name counts before the code: the same code stands beside the West Bank and Israel, and FIPS and ISO are mixed."""
    return from_name(fields[COUNTRY]) or from_fips(fields["fips"])


def _by_iso(fields: Mapping[str, Any]) -> str | None:
    return from_iso(fields[COUNTRY])


def _by_name(fields: Mapping[str, Any]) -> str | None:
    return from_name(fields[COUNTRY])


MINISTRIES: Mapping[str, Ministry] = {
    "mfa-us": Ministry(_american, _by_name_or_fips, needs=("fips",)),
    "mfa-ca": Ministry(_canadian, _by_iso, needs=("level",)),
    "mfa-de": Ministry(_german, _by_iso, needs=("warning",)),
    "mfa-nl": Ministry(_dutch, _by_iso),
    "fcdo": Ministry(_british, _by_name, needs=("alert_status",)),
    "mfa-au": Ministry(_australian, _by_name, needs=("level",)),
}
"""By the operator of the source."""
