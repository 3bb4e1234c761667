"""NOTAMs: every form that is read, and what the coded fields of each mean."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.bulletins.notam import events
from pipelines.bulletins.notam.items import parse
from pipelines.bulletins.notam.locations import country, place
from scrapers.answer import Answer
from scrapers.shapes import notam
from scrapers.sources import load

PUBLISHED = date(2025, 11, 30)
CAPTURES = Path(__file__).resolve().parent.parent.parent / "shared" / "captures" / "faa-notam-search"
SECURITY = "SECURITY..UNITED STATES OF AMERICA ADVISORY FOR A HAZARDOUS SITUATION IN THE MAIQUETIA FIR (SVZM)."


def icao(
    e: str, q: str = "SVZM/QAFLC", a: str = "SVZM", b: str = "2511300400", c: str = "2512151159", head: str = "A0500/25 NOTAMN"
) -> str:
    return f"{head}\nQ) {q}/IV/NBO/E/000/999/\nA) {a} B) {b} C) {c}\nE) {e}\nF) SFC G) UNL"


def told(text: str) -> list[dict[str, Any]]:
    found = events(text, PUBLISHED)
    assert found is not None
    for event in found:
        assert text[event.start : event.end] == event.evidence
    return [event.as_dict() for event in found]


def only(text: str) -> dict[str, Any]:
    (event,) = told(text)
    return event


def brief(text: str) -> tuple[str, str | None, list[str], str | None, str | None]:
    event = only(text)
    return event["kind"], event["operator"], event["destinations"], event["effective_from"], event["effective_to"]


def test_a_closed_region_is_its_country_and_a_closed_aerodrome_its_airport() -> None:
    assert brief(icao("MAIQUETIA FIR CLSD.")) == ("closure", None, ["VE"], "2025-11-30", "2025-12-15")
    assert brief(icao("AD CLSD", q="SVZM/QFALC", a="SVMI")) == ("closure", None, ["CCS"], "2025-11-30", "2025-12-15")
    assert brief(icao("AD CLSD", q="SVZM/QFALC", a="SVMI SVMC"))[2] == ["CCS", "MAR"]


def test_the_end_is_its_last_day_or_open() -> None:
    assert only(icao("FIR CLSD", c="2512150000"))["effective_to"] == "2025-12-14"  # the very start of a day
    assert only(icao("FIR CLSD", c="2512152400"))["effective_to"] == "2025-12-15"
    assert only(icao("FIR CLSD", c="2512151200 EST"))["effective_to"] == "2025-12-15"  # estimated, no time zone
    for c in ("PERM", "UFN"):
        event = only(icao("FIR CLSD", c=c))
        assert event["effective_to"] is None and event["open_ended"]
    assert only(icao("FIR CLSD", b="2511300630", c="2511301200"))["effective_to"] == "2025-11-30"


def test_glued_and_incomplete_items_are_read() -> None:
    assert brief("Q)SVZM/QAFLC/E/000/999///\nA)SVZM B)2511300400 C)2512151159EST\nE)FIR CLSD")[0] == "closure"
    assert brief("VALIDATION ERROR: 6 PARTS\n----\n" + icao("FIR CLSD"))[0] == "closure"
    assert brief("A0500/25 NOTAMN\nA) SVMI B) 2511300400 C) 2512151159\nE) AD CLSD DUE TO FLOOD") == (
        "closure",
        None,
        ["CCS"],
        "2025-11-30",
        "2025-12-15",
    )
    assert only(icao("FIR CLSD", b="2513990400"))["effective_from"] == "2025-11-30"  # a day that there is not: as published


@pytest.mark.parametrize(
    "text",
    [
        icao("ALL FLT SUSPENDED WI AREA: CIRCLE RADIUS 30NM CENTERED AT MAR VOR"),
        icao("WEST PART OF MAIQUETIA FIR CLSD"),
        icao("AWY UA315 BTN VALLE AND KIKER CLSD", q="SVZM/QARLC"),
        icao("RWY 10/28 CLSD", q="SVZM/QMRLC", a="SVMI"),
        icao("RWY 10/28 CLSD", q="SVZM/QXXXX", a="SVMI"),
        icao("FLT OF DRONES SUSPENDED, FIR CLSD TO UAS", q="SVZM/QAFXX"),
        icao("CLSD TO VFR", q="SVZM/QAFLV"),
        icao("ALL AIRPORTS CLSD EXCEPT SVMI", q="SVZM/QFALC"),
        icao("NEW TEL NR", q="SVZM/QSCXX"),
        "A0500/25 NOTAMN\nQ) SVZM/QFALC/IV/NBO/A/000/999/\nA) SVMI B) 2511300400 C) 2512151159\nD) DAILY 0400-0900\nE) AD CLSD",
    ],
)
def test_a_part_other_traffic_and_some_hours_of_the_day_are_no_closure(text: str) -> None:
    assert told(text) == []


def test_all_airports_of_a_region_are_its_country() -> None:
    assert brief(icao("ALL AIRPORTS CLSD", q="SVZM/QFALC"))[2] == ["VE"]


def test_what_opens_again_and_what_a_cancelling_one_says() -> None:
    assert brief(icao("FIR RESUMED NORMAL OPERATION", q="SVZM/QAFXX")) == ("reopening", None, ["VE"], "2025-11-30", None)
    assert brief(icao("AD AVBL", q="SVZM/QFAAO", a="SVMI"))[0] == "reopening"
    cancelling = "A0512/25 NOTAMC A0500/25\nQ) SVZM/QAFCN/IV/NBO/E/000/999/\nA) SVZM B) 2512010800\nE) FIR OPEN"
    assert brief(cancelling) == ("reopening", None, ["VE"], "2025-12-01", None)


def test_a_warning_of_another_region_is_about_that_region() -> None:
    text = icao(
        "SECURITY WARNING: ALL OPERATORS PLANNING TO FLY IN KABUL FIR (OAKX) ARE ADVISED TO WEIGH THE RISK", q="OIIX/QAFXX", a="OIIX"
    )
    assert brief(text)[:3] == ("advisory", None, ["AF"]) and only(text)["reason"] == "security"


def test_who_may_not_fly_makes_a_ban_and_not_a_closure() -> None:
    theirs = icao("AIRSPACE NOT AVBL FOR PAKISTAN REGISTERED ACFT AND ACFT OPERATED BY PAKISTAN AIRLINES", q="VIDF/QARXX", a="VIDF")
    assert brief(theirs)[:3] == ("suspension", None, ["IN"])
    own = icao("ALL UK REGISTERED AIRCRAFT SHALL NOT ENTER THE MINSK FIR (UMMV)", q="EGTT/QXXXX", a="EGTT")
    assert brief(own)[:3] == ("suspension", None, ["BY"])


def test_security_notices_of_the_faa_are_its_own_and_of_the_region_that_their_head_names() -> None:
    ban = (
        "SECURITY..UNITED STATES OF AMERICA FLIGHT PROHIBITION AGAINST CERTAIN FLIGHTS IN THE TEHRAN FIR (OIIX).\nSEE SFAR NO.\n117 (SFAR)."
    )
    assert brief(icao(ban, q="KICZ/QRDLP", a="KICZ")) == ("suspension", "faa", ["IR"], "2025-11-30", "2025-12-15")
    assert brief(icao(SECURITY, q="KICZ/QXXXX", a="KICZ", c="PERM"))[:3] == ("advisory", "faa", ["VE"])
    aside = SECURITY + " NOTAM KICZ A0002/20, WHICH PROHIBITS U.S. CIVIL FLIGHTS IN THE TEHRAN FIR (OIIX), REMAINS IN EFFECT."
    assert brief(icao(aside, q="KICZ/QXXXX", a="KICZ"))[:3] == ("advisory", "faa", ["VE"])
    assert told(icao(SECURITY, a="KICZ", q="KICZ/QXXXX", head="A0013/26 NOTAMC A0012/25")) == []
    lifted = icao(ban, q="KICZ/QRDLP", a="KICZ", head="A0020/26 NOTAMC A0011/24")
    assert brief(lifted)[:3] == ("resumption", "faa", ["IR"])


def test_parts_are_one_notice() -> None:
    first = (
        f"A0016/20 NOTAMN\nQ) KICZ/QRDLD/IV/NBO/AE/000/999/\nA) KICZ PART 1 OF 2\nB) 2002171954\nC) PERM\nE) {SECURITY}\nEND PART 1 OF 2\n"
    )
    second = first.replace("1 OF 2", "2 OF 2").replace(SECURITY, "B. PLANNING. AVOID THE TEHRAN FIR (OIIX) BOUNDARY.")
    assert only(first + second)["destinations"] == ["VE"]


def test_a_security_notice_as_people_pass_it_on() -> None:
    text = f"KICZ A0012/25 NOTAM…{SECURITY} SFC-UNL: 21 NOV 17:43 UTC 2025 UNTIL 19 FEB 23:59 UTC 2026. CREATED: 21 NOV 18:08 UTC 2025"
    assert brief(text) == ("advisory", "faa", ["VE"], "2025-11-21", "2026-02-19")


def test_domestic_lines() -> None:
    assert brief("!JFK 11/123 JFK AD AP CLSD 2511301200-2512012000") == ("closure", None, ["JFK"], "2025-11-30", "2025-12-01")
    assert only("!JFK 11/123 JFK AD AP CLSD WIE-UFN")["open_ended"] is True
    two = "!JFK 11/124 JFK RWY 04L/22R CLSD 2511301200-2512012000\n!FDC 5/1234 KICZ " + SECURITY + " 2511211743-2602192359"
    assert brief(two) == ("advisory", "faa", ["VE"], "2025-11-21", "2026-02-19")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The FAA's NOTAM KICZ A0012/25 warns of the airspace of Venezuela; airlines stop.",
        "A) tickets B) hotels C) transfers: what is paid back? E) nothing.",
        "TAP cancels flights to Caracas until 5 December.",
    ],
)
def test_prose_is_no_notam(text: str) -> None:
    assert events(text, PUBLISHED) is None


def test_locations_by_code_region_and_first_letters() -> None:
    assert (place("SVMI"), place("SVZM"), place("OIIX"), place("UUWV")) == ("CCS", "VE", "IR", "RU")
    assert (country("OIZZ"), country("EGZZ"), country("KZWY")) == ("IR", "GB", "US")
    assert place("KICZ") is place("SFAR") is country("1234") is None


def test_what_another_one_replaces_or_cancels_is_over_by_its_own_key() -> None:
    source = load()["faa-notams-regions"]
    answer = (Path(__file__).parent / "fixtures" / "faa-notams-regions" / "2026-03-07-tehran.json").read_bytes()
    found = notam.notices(Answer(source.url, answer), source)
    assert [notice.key for notice in found if notice.fields.get("over")] == ["OIIX A0723/26"] and found[-1].key == "OIIX A0723/26"


@pytest.mark.skipif(not CAPTURES.exists(), reason="the captures are not at hand")
def test_the_closing_and_opening_of_a_region_as_it_was_told() -> None:
    import json

    said = {}
    for file in sorted(CAPTURES.glob("*.json")):
        for key, record in json.loads(file.read_text("utf-8")).items():
            found = events(record["icaoMessage"], PUBLISHED)
            assert found is not None, key
            for event in found:
                said[key] = event.kind, event.destinations, event.effective_to
    closed = {key: until for key, (kind, where, until) in said.items() if kind == "closure" and where == ("IR",)}
    assert closed == {
        "OIIX A0715/26": "2026-02-28", "OIIX A0717/26": "2026-03-01", "OIIX A0719/26": "2026-03-03", "OIIX A0723/26": "2026-03-07",
        "OIIX A0725/26": "2026-03-15", "OIIX A0749/26": "2026-04-18",
    }  # fmt: skip
    rest = {key: (kind, where) for key, (kind, where, _) in said.items() if key not in closed}
    assert rest == {
        "KICZ A0011/24": ("suspension", ("IR",)), "KICZ A0016/20": ("advisory", ("KW", "SA", "BH", "AE", "OM")),
        "OIIX A4459/24": ("advisory", ("AF",)), "OIIX A1614/26": ("advisory", ("IR",)), "OIIX A1306/26": ("reopening", ("IR",)),
    }  # fmt: skip


@given(st.text(alphabet="A0500/25 NOTAMRC\nQABCE)!FDCKZ./()2511300400-PERMSVZM", max_size=300))
def test_no_text_makes_it_fall_over(text: str) -> None:
    assert len(parse(text)) <= 200
    events(text, PUBLISHED)


def test_a_long_text_is_read_in_no_time() -> None:
    import time

    started = time.process_time()
    for text in (
        "A) " * 50_000,
        "!JFK 11/123 JFK " + "A " * 50_000,
        "KICZ A0012/25 " + "… " * 50_000,
        "A0500/25 NOTAMN\nA) SVMI\nE) OPERATORS " * 2_000,
    ):
        events(text, PUBLISHED)
    assert time.process_time() - started < 10
