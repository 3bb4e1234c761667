"""Regulators' records as events."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipelines.bulletins import countries, events_of
from pipelines.cleaning.clean import clean
from pipelines.event import Event
from scrapers.notice import Notice
from scrapers.sources import load

SOURCE = load()["easa-czib"]

PUBLISHED = date(2026, 1, 9)
IRAN = {
    "number": "1",
    "issued": "2026-01-09",
    "valid_until": "2026-03-31",
    "status": "Active",
    "name": "Airspace of Iran",
    "country": "Iran",
}


def read(shape: str, fields: dict[str, Any]) -> list[Event] | None:
    source = replace(SOURCE, shape=shape)
    return events_of(clean(Notice("bulletins", "1", "", fields.get("name", ""), fields=fields), source), source, PUBLISHED)


def only(shape: str, fields: dict[str, Any]) -> dict[str, Any]:
    events = read(shape, fields)
    assert events is not None and len(events) == 1
    return events[0].as_dict()


def test_a_bulletin_in_force_is_an_advisory_with_its_dates() -> None:
    event = only("easa", IRAN)
    assert (event["kind"], event["operator"], event["destinations"]) == ("advisory", "easa", ["IR"])
    assert (event["effective_from"], event["effective_to"], event["open_ended"]) == ("2026-01-09", "2026-03-31", False)
    assert (event["reason"], event["rule"], event["background"]) == ("security", "easa.active", False)
    assert IRAN["name"][event["start"] : event["end"]] == event["evidence"]


def test_a_withdrawn_bulletin_ends_on_its_last_day_and_is_background() -> None:
    event = only(
        "easa", {**IRAN, "status": "Withdrawn", "valid_until": "2026-02-16", "country": "", "name": "Venezuela and neighbouring airspace"}
    )
    assert (event["kind"], event["destinations"], event["effective_to"]) == ("advisory", ["VE"], "2026-02-16")
    assert event["background"] and event["rule"] == "easa.withdrawn"


def test_the_countries_of_a_list_each_once() -> None:
    event = only("easa", {**IRAN, "country": "Bahrain, Kuwait, Qatar, Oman, United Arab Emirates", "valid_until": ""})
    assert event["destinations"] == ["BH", "KW", "QA", "OM", "AE"] and event["effective_to"] is None


def test_a_heading_as_long_as_a_page_is_not_looked_through_for_countries() -> None:
    assert countries.places("Prohibition for Iran") == ("IR",)
    assert countries.places("-" * countries.LONGEST + " Iran") == ()
    assert countries.listed(["Iran" + " " * 5_000, "Iran", "Iraq"]) == ("IR", "IQ")
    assert countries.listed(["Iran" * 5_000, "Iraq"]) == ()


def test_half_a_country_s_name_is_not_taken_for_another_country() -> None:
    korea = {
        **IRAN,
        "country": "Democratic People's Republic of Korea",
        "name": "Airspace of North Korea – Pyongyang Flight Information Region",
    }
    assert only("easa", korea)["destinations"] == ["KP"]


@pytest.mark.parametrize(
    ("title", "section", "kind", "places"),
    [
        ("KICZ NOTAM A0046/26 - Security - Prohibition Against Certain Flights in the Airspace of Haiti", "Haiti", "suspension", ["HT"]),
        (
            "Special Federal Aviation Regulation (SFAR) 119 - Prohibitions Against Certain Flights in the Kabul FIR",
            "Afghanistan",
            "suspension",
            ["AF"],
        ),
        (
            "KICZ NOTAM A0050/26 Security - Advisory for Hazards in the Bogota Flight Information Region (SKED)",
            "Colombia",
            "advisory",
            ["CO"],
        ),
    ],
)
def test_what_the_faa_prohibits_and_advises(title: str, section: str, kind: str, places: list[str]) -> None:
    event = only("faa", {"number": "KICZ A0001/26", "title": title, "sections": [section]})
    assert (event["kind"], event["operator"], event["destinations"], event["evidence"]) == (kind, "faa", places, title)


@pytest.mark.parametrize(
    ("number", "title"),
    [
        ("KICZ A0007/25", "KICZ NOTAM A0007/25 Kabul Pointer"),
        ("", "FAA Background Information Regarding Prohibitions in Haiti"),
        ("", "Notice: Prohibition of charters"),
    ],
)
def test_papers_that_state_nothing_by_themselves(number: str, title: str) -> None:
    assert read("faa", {"number": number, "title": title, "sections": ["Haiti"]}) == []


def test_other_shapes_are_read_by_their_words() -> None:
    assert read("telegram", {"forwarded_from": "somebody"}) is None
