"""What a NOTAM means for who wants to fly: closure, advisory, ban, and the ends of them. In: one record of ``items``. Out: events.

Codes come first (ICAO Doc 8126, appendix B: subject and condition of item Q), a coded phrase of item E where the condition is XX, "plain
language", or where there is no code. The FAA's security notices (location KICZ) advise or forbid US operators, so the FAA is the operator;
everybody else's name no operator. Nothing is stated by

- what concerns a part: an area, a circle, a sector, a route, a runway, hours of the day (item D);
- what concerns others than airlines: VFR, general aviation, drones;
- the cancelling of an advisory or a warning: it ends with the notice that stated it (see ``scrapers.shapes.notam``).
"""

import re
from datetime import UTC, date, datetime, time, timedelta

from pipelines.bulletins.countries import places
from pipelines.bulletins.notam.items import Notam
from pipelines.bulletins.notam.locations import SECURITY, country, place
from pipelines.event import Event
from pipelines.gazetteer import country as country_of

AIRSPACE, AIRPORT = "AF", "FA"
"""Subjects of item Q: flight information region, aerodrome. A runway's (MR) is no airport's."""
CLOSED = frozenset(("LC", "LI"))
"""Conditions: closed; closed to flights by instruments, which airlines' are. LV (closed to VFR) is not among them."""
OPEN = frozenset(("AK", "AO", "CN", "AV"))
"""Resumed normal operation; operational; cancelled; available."""
FORBIDDEN = "LP"
NO_CODE = frozenset(("", "XX"))

_AERODROME = r"(?:AD|AP|ARPT|AIRPORT|AERODROME)"
_CARRIERS = r"\b(?:REGISTERED|OPERATORS?|AIRLINES?|CARRIERS?)\b"
_PHRASES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("reopening", re.compile(rf"\bRESUMED? NORMAL OPERATION|\b(?:FIR|AIRSPACE|{_AERODROME}) (?:IS )?(?:RE-?)?OPEN(?:ED)?\b")),
    ("closure", re.compile(rf"\b(?:FIR|AIRSPACE)(?: [A-Z]+){{0,3}} (?:CLSD|CLOSED)\b|\b{_AERODROME}(?: IS)? (?:CLSD|CLOSED)\b")),
    ("advisory", re.compile(r"\bSECURITY WARNING\b|\bHAZARDOUS SITUATION\b|\bCAUTION TO ALL FLIGHTS\b|\bCONFLICT ZONE\b")),
)
"""In item E, blanks folded; the first that holds."""
_BAN = re.compile(
    rf"{_CARRIERS}.*?\b(?:PROHIBITED|BANNED|SHALL NOT (?:ENTER|OPERATE)|(?:NOT|NO LONGER) (?:PERMITTED|ALLOWED|AUTHORI[SZ]ED))\b"
    rf"|\bNOT (?:AVBL|AVAILABLE) (?:FOR|TO)\b.{{0,80}}{_CARRIERS}"
)
_PART = re.compile(
    r"\bPARTS? OF\b(?! \d)|\b(?:EAST|WEST|NORTH|SOUTH)(?:ERN)? PART\b|\bWI\b|\bWITHIN (?:AN? |THE )?(?:AREA|RADIUS|\d)|\bCIRCLE\b"
    r"|\bRADIUS\b|\bBOUNDED\b|\bSEGMENTS?\b|\bSECTORS?\b|\bBTN\b|\bAWY\b|\bAIRWAYS?\b|\bATS RO?U?TE|\b(?:RWY|TWY|APRON)\b"
)
_OTHERS = re.compile(r"\b(?:VFR|GENERAL AVIATION|RPA|UAS|UAV|DRONES?|GLIDERS?|HELICOPTERS?|HEL)\b")
_ALL = re.compile(r"\bALL (?:AIRPORTS|AERODROMES|ADS?)\b")
_BUT = re.compile(r"\bEXC(?:EPT|L)?\b|\bEXCLUDING\b")
_IN_BRACKETS = re.compile(r"\(\s?([A-Z]{4})(?: FIR)?\s?\)")
_SENTENCE = re.compile(r"(?<=\.)(?<!U\.S\.)(?<!NO\.)\s+")
_OTHER_NOTICE = re.compile(r"\bNOTAMS? (?:KICZ|FDC|[A-Z]\d{4})")
_VERDICT = re.compile(r"\b(PROHIBIT|ADVISORY|ADVISED|CAUTION)")
_RESCINDED = re.compile(r"\b(?:RESCIND|CANCEL)|\bNO LONGER (?:IN EFFECT|PROHIBIT)|\bEXPIRED\b")
_REASONS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("security", re.compile(r"\bSECURITY\b|\bMIL(?:ITARY)?\b(?! OPERATION)|\bMISSILE|\bCONFLICT\b|\bHOSTIL|\bWAR\b")),
    ("weather", re.compile(r"\bVOLCANIC\b|\bVA\b|\bSNOW\b|\bFLOOD|\bHURRICANE\b|\bTYPHOON\b|\bCYCLONE\b|\bEARTHQUAKE\b")),
    ("strike", re.compile(r"\bSTRIKE\b|\bINDUSTRIAL ACTION\b")),
    ("technical", re.compile(r"\bWIP\b|\bMAINT|\bFUEL\b|\bPOWER (?:FAILURE|OUTAGE)\b")),
)


def meant(notam: Notam, published: date | None) -> list[Event]:
    """The events of one NOTAM: one, or none."""
    said = " ".join(notam.text.split())
    if notam.locations[:1] == (SECURITY,):
        return _security(notam, said, published)
    kind, destinations = _ban(notam, said) if _BAN.search(said) else _state(notam, said)
    if not kind or not destinations:
        return []
    because = _BUT.split(said)[0]  # "except military flights" is no war
    reason = next((reason for reason, words in _REASONS if words.search(because)), None)
    code = f"{notam.subject}{notam.condition}".lower() or "text"
    return [_event(notam, kind, destinations, published, None, reason, f"notam.{code}")]


def _security(notam: Notam, said: str, published: date | None) -> list[Event]:
    """The head names what is advised or forbidden and where; what follows tells of other notices, exceptions and telephone numbers."""
    head = said.partition(" A. APPLICABILITY")[0]
    sentences = [sentence for sentence in _SENTENCE.split(head) if not _OTHER_NOTICE.search(sentence)]
    about = " ".join(sentences[:2])
    verdict = _VERDICT.search(about)
    forbids = notam.condition == FORBIDDEN or (verdict is not None and verdict[1] == "PROHIBIT")
    if verdict is None and not forbids:
        return []
    over = notam.kind == "C" or bool(_RESCINDED.search(about))
    kind = ("resumption" if forbids else "") if over else "suspension" if forbids else "advisory"
    indicated = (country_of(found) for indicator in _IN_BRACKETS.findall(about) if (found := place(indicator)))
    destinations = tuple(dict.fromkeys(filter(None, indicated))) or places(about)
    if not kind or not destinations:
        return []
    return [_event(notam, kind, destinations, published, "faa", "security", f"notam.kicz.{kind}")]


def _ban(notam: Notam, said: str) -> tuple[str, tuple[str, ...]]:
    """One's own carriers, or another country's, are not to fly: into the regions in brackets, else here."""
    indicated = [found for indicator in _IN_BRACKETS.findall(said) if (found := country(indicator))]
    destinations = tuple(dict.fromkeys(indicated)) or _where(notam)
    return ("resumption" if notam.kind == "C" else "suspension"), destinations


def _state(notam: Notam, said: str) -> tuple[str, tuple[str, ...]]:
    """What is closed, open or warned of, and where; "" where that is nothing to us."""
    coded = notam.subject in (AIRSPACE, AIRPORT) and notam.condition not in NO_CODE
    if coded:
        kind = "closure" if notam.condition in CLOSED else "reopening" if notam.condition in OPEN else ""
    elif notam.condition in NO_CODE:
        kind = next((kind for kind, words in _PHRASES if words.search(said)), "")
    else:
        kind = ""
    if kind == "advisory":
        indicated = [found for indicator in _IN_BRACKETS.findall(said) if (found := country(indicator))]
        return ("" if notam.kind == "C" else kind), tuple(dict.fromkeys(indicated)) or _where(notam)
    if notam.kind == "C" and (coded or kind == "closure"):
        kind = "reopening"
    if not kind or notam.hours or _PART.search(said) or _OTHERS.search(said):
        return "", ()
    if notam.subject == AIRPORT and any(place(one) == country(one) for one in notam.locations):
        # "All airports are closed", told of a whole region. With exceptions it is not the country that is closed.
        return (kind, _where(notam)) if _ALL.search(said) and not _BUT.search(said) else ("", ())
    return kind, _where(notam)


def _where(notam: Notam) -> tuple[str, ...]:
    """Item A as places. A domestic location of three letters is the airport's IATA code, or nothing that we know."""
    found = (place(one) or (one if len(one) == 3 and country_of(one) == "US" else None) for one in notam.locations)
    return tuple(dict.fromkeys(filter(None, found)))


def _event(
    notam: Notam, kind: str, destinations: tuple[str, ...], published: date | None, operator: str | None, reason: str | None, rule: str
) -> Event:
    evidence = _evidence(notam.text)
    first, last = notam.start.date() if notam.start else None, _last_day(notam.end) if notam.end else None
    ends = kind in ("reopening", "resumption")
    if first is None:
        first = published if notam.kind != "C" else None
    if last and first and last < first:
        last = first
    return Event(
        kind=kind,
        operator=operator,
        destinations=destinations,
        effective_from=first.isoformat() if first else None,
        effective_to=last.isoformat() if last and not ends else None,
        open_ended=notam.open_ended and not ends,
        reason=reason,
        evidence=evidence,
        start=notam.at,
        end=notam.at + len(evidence),
        rule=rule,
    )


def _last_day(end: datetime) -> date:
    """The day of the end; the day before where it ends at midnight, at the very start of a day."""
    day = end.astimezone(UTC)
    return (day - timedelta(days=day.time() == time(0))).date()


def _evidence(text: str) -> str:
    """The first sentence of item E, as it stands; 300 characters at most."""
    sentence = _SENTENCE.split(text, maxsplit=1)[0]
    return sentence[:300].rstrip()
