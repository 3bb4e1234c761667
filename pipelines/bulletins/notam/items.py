"""NOTAM text to records, tolerantly: what is missing, doubled or out of order costs its own field only.

The forms, from ICAO Annex 15 and Doc 8126, the FAA's Order 7930.2, and the texts that the FAA's services distribute:

    A0725/26 NOTAMR A0723/26                          number, N(ew) R(eplaces) C(ancels), the one that is over
    Q) OIIX/QAFLC/IV/NBO/E/000/999/                   region / code / traffic / purpose / scope / limits / centre and radius
    A) OIIX B) 2603061948 C) 2603150830 EST           where, from, until (YYMMDDHHMM, UTC); EST is "estimated", no time zone; PERM; UFN
    D) DAILY 0400-1200                                the hours, where it is not all the time
    E) TEHRAN FIR CLOSED, ...                         what
    F) SFC G) UNL                                     from and to which level

    !JFK 11/123 JFK AD AP CLSD 2511301200-2512011200  the FAA's domestic form; !FDC 5/1234 for those of national weight
    KICZ A0012/25 NOTAM…SECURITY…UNITED STATES OF AMERICA ADVISORY FOR … 21 NOV 17:43 UTC 2025 UNTIL 19 FEB 23:59 UTC 2026

A cancelling one has no C). Long ones come in parts ("PART 1 OF 2"), each with its own items. What comes before the first header
("VALIDATION ERROR …") is somebody's remark.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.bulletins.notam.locations import SECURITY
from pipelines.cleaning.published import MONTHS

MOST = 100
"""NOTAMs read in one text."""

_HEADER = re.compile(r"\b(?P<number>[A-Z]\d{4}/\d\d)\s+NOTAM(?P<kind>[NRC])\b(?:\s+(?P<about>[A-Z]\d{4}/\d\d)\b)?")
_ITEM = re.compile(r"(?:(?<=\s)|^)([QABCDE])\s?\)\s*")
_LIMITS = re.compile(r"\n\s*[FG]\s?\)|\n?END PART \d OF \d", re.I)
_TIME = re.compile(r"\b(\d{10})\b")
_UNTIL = re.compile(r"(?P<time>\d{10})\s*(?P<estimated>EST)?|(?P<permanent>PERM)|(?P<notice>UFN)")
_CODE = re.compile(r"/\s*Q([A-Z]{2})([A-Z]{2})\b")
_LOCATION = re.compile(r"\b[A-Z]{4}\b")
_PART = re.compile(r"PART \d+ OF \d+")
_DOMESTIC = re.compile(
    r"^!(?P<account>[A-Z0-9]{3,4})\s+(?P<number>\d{1,2}/\d{3,4})\s+(?P<where>[A-Z0-9]{3,4})\s+(?P<said>[^!]+?)"
    r"\s+(?P<start>\d{10}|WIE)-(?P<until>\d{10}(?:EST)?|PERM|UFN)",
    re.M,
)
_SECURITY = re.compile(rf"\b{SECURITY}\s+(?:NOTAM\s+)?(?P<number>[A-Z]\d{{4}}/\d\d)\W*(?:NOTAM[NRC]?\W*)?(?=SECURITY\W+UNITED STATES)")
_SPOKEN = re.compile(
    r"(?P<from>\d{1,2} [A-Z]{3} \d\d:\d\d(?: UTC)? \d{4})\s+UNTIL\s+(?P<until>\d{1,2} [A-Z]{3} \d\d:\d\d(?: UTC)? \d{4}|PERM|UFN)"
)


@dataclass(frozen=True, slots=True)
class Notam:
    """Times are aware, in UTC. What the text does not give is empty or None."""

    number: str
    """``A0725/26``, ``5/1234``."""
    kind: str
    """N, R or C; empty where the form has none."""
    about: str
    """The one that it replaces or cancels."""
    locations: tuple[str, ...]
    """Item A: ICAO indicators; in the domestic form three letters or four."""
    subject: str
    condition: str
    """Two letters each, of the code in item Q."""
    start: datetime | None
    end: datetime | None
    open_ended: bool
    """PERM, or until further notice."""
    hours: bool
    """Item D is there: it does not hold all the time."""
    text: str
    """Item E."""
    at: int
    """Where item E stands in the text that was read."""


def parse(text: str) -> list[Notam]:
    """The NOTAMs in ``text``, in its order; empty where it is no NOTAM's."""
    headers = list(_HEADER.finditer(text))[:MOST]
    if headers:
        ends = [*(header.start() for header in headers[1:]), len(text)]
        found = [_icao(text, header, header.end(), end) for header, end in zip(headers, ends, strict=True)]
    else:
        found = [_icao(text, None, 0, len(text)), *map(_domestic, list(_DOMESTIC.finditer(text))[:MOST])]
    notams = _joined([notam for notam in found if notam is not None])
    if not notams and (security := _SECURITY.search(text)):
        return [_security(text, security)]
    return notams


def _icao(text: str, header: re.Match[str] | None, start: int, end: int) -> Notam | None:
    """The lettered items between two places of the text. None where A, E, or all of header, Q and B are missing: a list, not a NOTAM."""
    items: dict[str, tuple[int, int]] = {}
    last: str | None = None
    for item in _ITEM.finditer(text, start, end):
        letter = item[1]
        if last is not None and "QABCDE".index(letter) <= "QABCDE".index(last):
            continue  # a list of its own inside an item
        if last:
            items[last] = items[last][0], item.start()
        items[letter] = item.end(), end
        last = letter
        if letter == "E":
            break
    said = {letter: text[slice(*span)].strip() for letter, span in items.items()}
    if "A" not in said or "E" not in said or (header is None and not (_CODE.search(said.get("Q", "")) and _TIME.search(said.get("B", "")))):
        return None
    first, beyond = items["E"]
    limits = _LIMITS.search(text, first, beyond)
    stop = limits.start() if limits else beyond
    code = _CODE.search(said.get("Q", ""))
    begins, until = _TIME.search(said.get("B", "")), _UNTIL.search(said.get("C", ""))
    return Notam(
        number=header["number"] if header else "",
        kind=header["kind"] if header else "",
        about=(header["about"] or "") if header else "",
        locations=tuple(_LOCATION.findall(_PART.sub(" ", said["A"]))),
        subject=code[1] if code else "",
        condition=code[2] if code else "",
        start=_moment(begins[1]) if begins else None,
        end=_moment(until["time"]) if until and until["time"] else None,
        open_ended=bool(until and (until["permanent"] or until["notice"])),
        hours="D" in said,
        text=text[first:stop].rstrip(),
        at=first,
    )


def _joined(notams: list[Notam]) -> list[Notam]:
    """The parts of one NOTAM as one; evidence is sought in the first, which says what it is about."""
    whole: dict[str, Notam] = {}
    for number, notam in enumerate(notams):
        whole.setdefault(notam.number or str(number), notam)
    return list(whole.values())


def _domestic(line: re.Match[str]) -> Notam:
    until = _UNTIL.fullmatch(line["until"])
    return Notam(
        number=line["number"], kind="", about="", locations=(line["where"],), subject="", condition="",
        start=_moment(line["start"]) if line["start"] != "WIE" else None,
        end=_moment(until["time"]) if until and until["time"] else None,
        open_ended=line["until"] in ("PERM", "UFN"),
        hours=False, text=line["said"], at=line.start("said"),
    )  # fmt: skip


def _security(text: str, head: re.Match[str]) -> Notam:
    spoken = _SPOKEN.search(text, head.end())
    until = spoken["until"] if spoken else ""
    return Notam(
        number=head["number"], kind="", about="", locations=(SECURITY,), subject="", condition="",
        start=_spelled(spoken["from"]) if spoken else None, end=_spelled(until), open_ended=until in ("PERM", "UFN"),
        hours=False, text=text[head.end() : spoken.start() if spoken else None].rstrip(), at=head.end(),
    )  # fmt: skip


def _moment(digits: str) -> datetime | None:
    """YYMMDDHHMM. 2400 is the end of the day. None for a day that there is not."""
    late = digits.endswith("2400")
    try:
        moment = datetime.strptime(digits[:6] + ("0000" if late else digits[6:]), "%y%m%d%H%M").replace(tzinfo=UTC)
    except ValueError:
        return None
    return moment + timedelta(days=late)


def _spelled(words: str) -> datetime | None:
    """``21 NOV 17:43 UTC 2025``."""
    parts = words.replace(" UTC", "").split()
    if len(parts) != 4 or parts[1].lower() not in MONTHS:
        return None
    try:
        clock = datetime.strptime(parts[2], "%H:%M")
        return datetime(int(parts[3]), MONTHS[parts[1].lower()], int(parts[0]), clock.hour, clock.minute, tzinfo=UTC)
    except ValueError:
        return None
