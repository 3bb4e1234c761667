"""Ministries' levels: from a record to an advisory, and what ends it; EASA's withdrawals and NOTAMs that are over, as stored."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.bulletins import events_of
from pipelines.bulletins.countries import from_fips, from_iso, from_name
from pipelines.cleaning.clean import clean
from pipelines.understanding import built_in
from scrapers.answer import Answer
from scrapers.notice import Notice
from scrapers.shapes import easa, feed, notam, records, state
from scrapers.sources import Source, load
from tests.publisher import Clock, Desk, desk

SOURCES = load()
CAPTURES = Path(__file__).resolve().parent.parent.parent / "shared" / "captures"
READ: dict[str, Callable[[Answer, Source], list[Notice]]] = {
    "json": records.notices,
    "feed": feed.notices,
    "state": state.notices,
    "easa": easa.notices,
    "notam": notam.notices,
}


def notices(name: str, document: Any) -> list[Notice]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return READ[SOURCES[name].shape](Answer(SOURCES[name].url, body), SOURCES[name])


def warned(name: str, document: Any) -> dict[str, list[str]]:
    """Key -> countries that its advisory is about, for the notices that state one."""
    found = {}
    for notice in notices(name, document):
        cleaned = clean(notice, SOURCES[name])
        for event in events_of(cleaned, SOURCES[name], date(2025, 12, 1)) or ():
            assert event.kind == "advisory" and event.operator == SOURCES[name].operator
            assert f"{cleaned.title}\n{cleaned.text}"[event.start : event.end] == event.evidence != ""
            found[notice.key] = list(event.destinations)
    return found


# --- which level is an advisory --------------------------------------------------------------------------------------------


def advice(level: int, name: str = "Chad", *codes: str, updated: str = "2025-12-01T19:00:00-05:00") -> dict[str, Any]:
    words = ("Exercise Normal Precautions", "Exercise Increased Caution", "Reconsider Travel", "Do Not Travel")[level - 1]
    return {
        "Title": f"{name} - Level {level}: {words}",
        "Link": "",
        "Category": list(codes),
        "Updated": updated,
        "Summary": "<p>Read it.</p>",
    }


def test_state_counts_level_four() -> None:
    assert warned("us-state-api", [advice(level, name) for level, name in enumerate(("Peru", "Cuba", "Niger", "Mali"), 1)]) == {
        "mali": ["ML"]
    }


def test_codes_that_look_like_iso_are_fips_and_a_name_counts_before_them() -> None:
    assert [from_fips(code) for code in ("CH", "CD", "GG", "IV", "NS", "BF", "GA", "BM", "KN", "A1", "??")] == [
        "CN", "TD", "GE", "CI", "SR", "BS", "GM", "MM", "KP", "BQ", None,
    ]  # fmt: skip
    shared = {**advice(4, "Mainland China, Hong Kong & Macau - See Summaries", "CH")}
    assert warned("us-state-api", [shared]) == {"mainland-china-hong-kong-macau ch": ["CN"]}
    others = [advice(4, "Gaza", "IS"), advice(4, "Saint Kitts and Nevis", "KN"), advice(4, "Cote d Ivoire", "IV")]
    assert warned("us-state-api", others) == {
        "gaza": ["PS"], "saint-kitts-and-nevis": ["KN"], "cote-d-ivoire": ["CI"],
    }  # fmt: skip


def test_an_advisory_for_nobody_knows_where_is_not_lost() -> None:
    (notice,) = notices("us-state-api", [advice(4, "Atlantis")])
    with pytest.raises(ValueError, match="no country is known for 'Atlantis'"):
        events_of(clean(notice, SOURCES["us-state-api"]), SOURCES["us-state-api"], None)


def test_a_country_keeps_its_notice_through_new_links_other_spelling_and_two_records() -> None:
    old = advice(2, "Cote d Ivoire", "IV", updated="2025-02-17T19:00:00-05:00")
    new = advice(4, "Côte d’Ivoire", "IV")
    assert [notice.title[-13:] for notice in notices("us-state-api", [old, new])] == ["Do Not Travel"]
    assert [notice.title[-13:] for notice in notices("us-state-api", [new, old])] == ["Do Not Travel"]


def test_canada_counts_from_non_essential_travel() -> None:
    data = {
        code: {
            "advisory-state": level,
            "date-published": {"asp": "2025-12-01T09:00:00-05:00"},
            "eng": {"name": code, "advisory-text": words},
        }
        for code, level, words in (
            ("JP", 0, "Take normal precautions"),
            ("DZ", 1, "Be careful"),
            ("IL", 2, "Avoid it"),
            ("AF", 3, "Avoid all"),
        )
    }
    assert warned("canada-advisories", {"data": data}) == {"IL": ["IL"], "AF": ["AF"]}


def test_germany_counts_the_warning_of_a_whole_country() -> None:
    def country(code: str, **flags: bool) -> dict[str, Any]:
        no = dict.fromkeys(("warning", "partialWarning", "situationWarning", "situationPartWarning"), False)
        return {"title": f"{code}: Hinweise", "countryCode": code, "lastModified": 1764573615, **no, **flags}

    document = {
        "response": {"1": country("UA", warning=True), "2": country("RU", partialWarning=True), "3": country("QA"), "contentList": []}
    }
    assert warned("germany-warnings", document) == {"1": ["UA"]}


@pytest.mark.parametrize(
    ("text", "warns"),
    [
        ("De kleurcode van het reisadvies voor Mali is rood. Reis er niet heen.", True),
        ("De kleurcode is rood voor het noorden. Voor de rest geldt kleurcode oranje.", True),
        ("De kleurcode is rood voor twee eilanden. De kleurcode voor de rest is geel.", False),
        ("De kleurcode is groen.", False),
        ("Lees meer onder Actueel.", False),
    ],
)
def test_a_dutch_advice_is_as_good_as_its_best_colour(text: str, warns: bool) -> None:
    record = {
        "id": "MLI",
        "title": "Reisadvies Mali",
        "introduction": f"<p>{text}</p>",
        "isocode": "MLI",
        "lastmodified": "2025-12-01T10:00:00Z",
    }
    assert warned("netherlands-advice", [record]) == ({"MLI": ["ML"]} if warns else {})


@pytest.mark.parametrize(
    ("status", "warns"),
    [
        (["avoid_all_travel_to_whole_country"], True),
        (["avoid_all_but_essential_travel_to_whole_country"], True),
        (["avoid_all_travel_to_parts", "avoid_all_but_essential_travel_to_parts"], False),
        ([], False),
    ],
)
def test_britain_counts_whole_countries(status: list[str], warns: bool) -> None:
    page = {"base_path": "/x", "title": "Cuba travel advice", "details": {"alert_status": status, "country": {"name": "Cuba"}}}
    assert warned("fcdo-countries", page) == ({"/x": ["CU"]} if warns else {})


def test_without_its_field_a_british_page_is_read_by_its_words() -> None:
    (notice,) = notices("fcdo-countries", {"base_path": "/x", "title": "Cuba", "details": {"country": {"name": "Cuba"}}})
    assert events_of(clean(notice, SOURCES["fcdo-countries"]), SOURCES["fcdo-countries"], None) is None


def test_codes_and_names_of_countries() -> None:
    assert [from_iso(code) for code in ("AF", "AFG", "BQ-BO", "XKX", "ZZZ")] == ["AF", "AF", "BQ", "XK", None]
    names = ("The Kyrgyz Republic", "Hong Kong", "South Korea (Republic of Korea)", "Israel and Palestine")
    assert [from_name(name) for name in names] == [
        "KG", "HK", "KR", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("capture", "name", "countries"),
    [
        ("us-state/travel-advisories-api-2026-09-25.json", "us-state-api", {"AF", "PS", "MM", "CD"}),
        ("us-state/TAsTWs-2026-10-07.xml", "us-state-feed", None),
        ("canada/index-alpha-eng-2026-09-26.json", "canada-advisories", {"AF", "IL"}),
        ("netherlands/traveladvice-v2-2026-09.json", "netherlands-advice", {"SO", "BF", "IQ"}),
        ("gov-uk/foreign-travel-advice-cuba-2026-10-07.json", "fcdo-countries", {"CU"}),
    ],
)
def test_captured_answers_where_they_are_at_hand(capture: str, name: str, countries: set[str] | None) -> None:
    if (CAPTURES / capture).exists():
        found = warned(name, (CAPTURES / capture).read_bytes())
        assert countries is None or {country for codes in found.values() for country in codes} == countries


# --- how it ends -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_work(tmp_path: Path) -> Any:
    with desk(tmp_path / "groundstop.db", Clock(datetime(2026, 3, 1, 9, tzinfo=UTC)), extractor=built_in) as opened:
        yield opened


def reads(at_work: Desk, name: str, document: Any) -> list[str]:
    outcomes, _ = at_work.poll(SOURCES[name], *notices(name, document))
    at_work.clock.pass_(hours=1)
    return outcomes


STANDING = """SELECT e.kind, p.place FROM events e JOIN event_places p ON p.event_id = e.id
              WHERE e.withdrawn_at IS NULL AND NOT e.background ORDER BY e.id"""


def test_a_level_that_falls_ends_the_advisory_and_one_that_rises_again_is_another(at_work: Desk) -> None:
    def state_of(level: int, day: int) -> list[dict[str, Any]]:
        return [advice(level, "Qatar", "QA", updated=f"2026-02-{day:02}T19:00:00-05:00")]

    reads(at_work, "us-state-api", state_of(4, 1))
    assert at_work.ask(STANDING) == [("advisory", "QA")]
    assert reads(at_work, "us-state-api", state_of(3, 5)) == ["changed"]
    assert at_work.ask(STANDING) == []
    assert at_work.ask("SELECT no_longer_states FROM notice_history ORDER BY version") == [None, "advisory mfa-us: Qatar"]
    reads(at_work, "us-state-api", state_of(4, 9))
    assert at_work.ask(STANDING) == [("advisory", "QA")]


def test_an_older_copy_changes_nothing(at_work: Desk) -> None:
    now, before = advice(4, "Mexico", "MX"), advice(2, "Mexico", "MX", updated="2025-08-11T20:00:00-04:00")
    assert [reads(at_work, "us-state-api", [one]) for one in (now, before, now)] == [["new"], ["same"], ["same"]]
    assert at_work.ask(STANDING) == [("advisory", "MX")]


def test_a_lifted_german_warning_is_over_although_its_text_shrinks(at_work: Desk) -> None:
    def table(warning: bool) -> dict[str, Any]:
        return {"response": {"7": {"title": "Katar: Hinweise", "countryCode": "QA", "warning": warning, "lastModified": 1772000000}}}

    reads(at_work, "germany-warnings", table(True))
    for _ in range(2):  # a text that shrank may be half a page: it is believed when it is seen twice
        reads(at_work, "germany-warnings", table(False))
    assert at_work.ask(STANDING) == []


@pytest.mark.parametrize("last_day", ["", "31/10/2026", "16/02/2026"])
def test_a_withdrawn_bulletin_is_the_end_of_it_whatever_its_validity_says(at_work: Desk, last_day: str) -> None:
    def export(status: str, until: str) -> dict[str, Any]:
        bulletin = {"Nid": "142977", "issued_date": "2026-01-03T00:00:00+0200", "valid_until_date": until, "status": status, "country": ""}
        return {"conflict_zones": [{**bulletin, "name": "Venezuela and neighbouring airspace", "field_easa_valid_until_descr": ""}]}

    reads(at_work, "easa-czib", export("Active", last_day))
    assert at_work.ask(STANDING) == [("advisory", "VE")]
    reads(at_work, "easa-czib", export("Withdrawn", last_day))
    assert at_work.ask(STANDING) == []
    assert at_work.ask("SELECT no_longer_states FROM notice_history ORDER BY version") == [None, "advisory easa: Venezuela"]
    assert at_work.ask("SELECT background, withdrawn_at IS NULL FROM events ORDER BY id") == [(0, 0), (1, 1)]
    assert at_work.flags() == []


def listed(*texts: str) -> dict[str, Any]:
    """An answer of the interface with these NOTAMs, whose first words are their numbers."""
    items = []
    for text in texts:
        where = "KICZ" if "A) KICZ" in text else "OIIX"
        known = {"number": text[:8], "icaoLocation": where, "issued": f"2026-0{3 if 'A07' in text[:4] else 1}-01T00:00:00.000Z"}
        items.append({"properties": {"coreNOTAMData": {"notam": known, "notamTranslation": [{"type": "ICAO", "formattedText": text}]}}})
    return {"totalPages": 1, "items": items}


CLOSED = "A0723/26 NOTAMN\nQ) OIIX/QAFLC/IV/NBO/E/000/999/\nA) OIIX B) 2603010528 C) 2603070830\nE) TEHRAN FIR CLSD."
LONGER = CLOSED.replace("A0723/26 NOTAMN", "A0725/26 NOTAMR A0723/26").replace("2603070830", "2603150830")
LIFTED = "A0741/26 NOTAMC A0725/26\nQ) OIIX/QAFCN/IV/NBO/E/000/999/\nA) OIIX B) 2603010900\nE) FIR OPEN."


def test_a_closed_region_is_flagged_extended_by_what_replaces_it_and_opened_by_what_cancels_it(at_work: Desk) -> None:
    source = "faa-notams-regions"
    reads(at_work, source, listed(LIFTED.replace("A0741", "A0701").replace("A0725", "A0700")))
    reads(at_work, source, listed(CLOSED))
    assert at_work.flags() == ["new"]
    assert at_work.ask("SELECT what FROM flags") == ["The airspace of Iran is closed from 2026-03-01 until 2026-03-07"]
    for _ in range(3):
        reads(at_work, source, listed(LONGER))
    assert at_work.flags() == ["new", "extended"]
    assert at_work.ask("SELECT effective_to, state FROM suspensions") == [("2026-03-15", "open")]
    for _ in range(3):
        reads(at_work, source, listed(LIFTED))
    assert at_work.flags() == ["new", "extended", "resumed"]
    assert at_work.ask("SELECT state FROM suspensions") == ["ended"]
    assert at_work.ask(STANDING) == [("reopening", "IR"), ("reopening", "IR")]


def test_a_cancelled_warning_of_the_faa_is_over(at_work: Desk) -> None:
    said = "SECURITY..UNITED STATES OF AMERICA ADVISORY FOR THE MAIQUETIA FIR (SVZM)." + " BE CAREFUL." * 20
    warning = f"A0012/25 NOTAMN\nQ) KICZ/QXXXX/IV/NBO/AE/000/999/\nA) KICZ\nB) 2511211743\nC) 2612192359\nE) {said}"
    reads(at_work, "faa-notams-security", listed(warning))
    assert at_work.ask(STANDING) == [("advisory", "VE")]
    cancelled = warning.replace("A0012/25 NOTAMN", "A0002/26 NOTAMC A0012/25")
    for _ in range(2):
        reads(at_work, "faa-notams-security", listed(cancelled))
    assert at_work.ask(STANDING) == []


def test_what_a_ministry_tells_of_others_is_not_its_doing(at_work: Desk) -> None:
    source = replace(SOURCES["us-embassy-venezuela"], operator="mfa-us")
    told = Notice(
        source.name, "1", "", "Security Alert", "The airspace of Ukraine remains closed to civil flights.", published="2026-03-01T08:00:00Z"
    )
    at_work.poll(source, told)
    assert at_work.ask("SELECT kind, operator FROM events") == [("closure", None)]
