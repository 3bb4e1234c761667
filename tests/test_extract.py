"""What notices say, one sentence at a time: each kind and each guard, in ten languages, in our own words."""

import tomllib
from datetime import date

import pytest
from extraction_sentences import NOTHING, STATED
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.event import KINDS
from pipelines.extract import extract
from pipelines.extract.lexicon import FOLDER, languages

PUBLISHED = date(2026, 3, 2)


@pytest.mark.parametrize(("lang", "text", "said"), STATED)
def test_a_sentence_states_one_event(lang, text, said):
    kind, operator, place = said.split()
    events = extract("", text, PUBLISHED, lang).events
    assert [(e.kind, e.operator, place in e.destinations) for e in events] == [(kind, operator, True)], events


@pytest.mark.parametrize(("lang", "text"), NOTHING)
def test_a_sentence_states_nothing(lang, text):
    assert extract("", text, PUBLISHED, lang).events == ()


@pytest.mark.parametrize(("lang", "text", "said"), STATED[::7])
def test_the_language_is_found_where_none_is_given(lang, text, said):
    assert extract("", text, PUBLISHED).lang == lang


ADPOSITIONS = {"with", "from", "via", "over", "in", "to", "route", "instead"}
"""Roles that a language without prepositions has as "to_after" and so on."""
OPTIONAL = {"roles": ADPOSITIONS, "words": {"airport"}, "diversion": {"land"}}


@pytest.mark.parametrize("lang", languages())
def test_every_language_has_words_for_everything(lang):
    theirs = groups(lang)
    missing = {(section, name) for section, names in groups("en").items() for name in names - OPTIONAL.get(section, set())}
    assert {(s, n) for s, n in missing if n not in theirs.get(s, set())} == set()
    assert theirs["roles"] >= ADPOSITIONS or any(name.endswith("_after") for name in theirs["roles"])


def groups(lang):
    """The names that each section of a language's lexicon holds."""
    told = tomllib.loads((FOLDER / lang / "triggers.toml").read_text("utf-8"))
    return {section: set(names) for section, names in told.items()}


def test_each_operator_of_a_list_has_its_own_date():
    text = "Lufthansa has suspended flights to Tel Aviv until 5 March, Air France until 8 March and KLM until 12 March."
    events = extract("", text, PUBLISHED, "en").events
    assert {(e.operator, e.effective_to) for e in events} == {("LH", "2026-03-05"), ("AF", "2026-03-08"), ("KL", "2026-03-12")}
    assert {e.destinations for e in events} == {("TLV",)}


def test_each_destination_of_one_operator_has_its_own_date():
    text = "Air France will not fly to Beirut until 5 March and to Tel Aviv until 12 March."
    events = extract("", text, PUBLISHED, "en").events
    assert {(e.destinations, e.effective_to) for e in events} == {(("BEY",), "2026-03-05"), (("TLV",), "2026-03-12")}


def test_lines_of_an_alert_page_stand_for_themselves():
    text = "Suspended flights\nBeirut: until 5 March\nTel Aviv: until 12 March"
    events = extract("Lufthansa travel alert", text, PUBLISHED, "en").events
    assert {(e.operator, e.destinations, e.effective_to) for e in events} == {
        ("LH", ("BEY",), "2026-03-05"),
        ("LH", ("TLV",), "2026-03-12"),
    }


def test_a_line_of_a_list_says_who_where_and_until_when():
    text = "How the airlines fly to the Gulf:\nSwiss: Dubai cancelled until 10 March\nKLM: Riyadh, Dammam until 12 March\nSaudia: normal"
    events = extract("", text, PUBLISHED, "en").events
    assert {(e.operator, e.destinations, e.effective_to) for e in events} == {
        ("LX", ("DXB",), "2026-03-10"),
        ("KL", ("RUH", "DMM"), "2026-03-12"),
    }


def test_an_airline_s_own_hub_is_no_destination_elsewhere():
    text = "KLM: Riyadh and Dammam cancelled until 12 March\nEmirates: all flights from and to Dubai suspended until further notice"
    events = extract("Who flies to the Middle East", text, PUBLISHED, "en").events
    assert [e.destinations for e in events if e.operator == "EK"] == [("DXB",)]


def test_an_airline_that_reopens_a_route_reopens_no_airport():
    (event,) = extract("", "TAP reabre Lisboa-Caracas el 30 de marzo.", PUBLISHED, "es").events
    assert (event.kind, event.operator, event.destinations) == ("resumption", "TP", ("CCS",))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Period of validity: 13 June - 30 June 2026\n\nThe agency recommends not to operate in the airspace of Iran."),
        ("de", "Gültig: 13. Juni 2026 bis 30. Juni 2026\n\nDie EASA empfiehlt, im Luftraum des Iran nicht zu fliegen."),
        ("es", "La EASA recomienda no volar en el espacio aéreo de Irán.\nVigencia: del 13 al 30 de junio de 2026"),
        ("fr", "Validité : du 13 au 30 juin 2026\nL'EASA recommande de ne pas voler dans l'espace aérien de l'Iran."),
        ("it", "Validità: dal 13 al 30 giugno 2026\nL'EASA raccomanda di non volare nello spazio aereo dell'Iran."),
        ("nl", "Geldig: van 13 tot en met 30 juni 2026\nEASA raadt aan niet te vliegen in het luchtruim van Iran."),
        ("pl", "Ważność: od 13 do 30 czerwca 2026\nEASA zaleca, aby nie latać nad Iranem."),
        ("pt", "Validade: de 13 a 30 de junho de 2026\nA EASA recomenda não voar no espaço aéreo do Irão."),
        ("ru", "Срок действия: с 13 по 30 июня 2026 года\nEASA рекомендует не летать в воздушном пространстве Ирана."),
        ("tr", "Geçerlilik: 13 Haziran 2026 - 30 Haziran 2026\nEASA, İran hava sahasında uçulmamasını tavsiye ediyor."),
    ],
)
def test_a_bulletin_s_line_of_validity_gives_its_days(lang, text):
    (event,) = extract("", text, PUBLISHED, lang).events
    assert (event.kind, event.destinations, event.effective_from, event.effective_to) == ("advisory", ("IR",), "2026-06-13", "2026-06-30")


def test_the_airline_of_the_sentence_before_is_meant():
    text = "Lufthansa is worried about the situation in Lebanon. The carrier has suspended its flights to Beirut until 5 March."
    (event,) = extract("", text, PUBLISHED, "en").events
    assert (event.operator, event.destinations, event.effective_to) == ("LH", ("BEY",), "2026-03-05")


def test_one_act_told_twice_is_one_diversion():
    text = (
        "Туроператор Pegas Touristik отменил рейс Москва – Порламар 1 декабря. Вместо острова Маргарита туристы отправятся в Варадеро, "
        "на Кубу."
    )
    (event,) = extract("", text, date(2025, 11, 30), "ru").events
    assert (event.kind, event.operator, event.origins, event.destinations, event.diverted_to, event.effective_from) == (
        "diversion",
        "pegas-touristik",
        ("MOW",),
        ("PMV",),
        ("VRA",),
        "2025-12-01",
    )


def test_countries_listed_together_each_close_their_own_airspace():
    found = extract("", "Iran, Iraq and Jordan closed their airspace.", PUBLISHED, "en").events
    assert [(e.operator, e.destinations) for e in found] == [
        ("ir-government", ("IR",)),
        ("iq-government", ("IQ",)),
        ("jo-government", ("JO",)),
    ]


def test_who_signs_as_we_acts_and_the_airline_only_carries():
    text = "We fly our guests home: on 5 March special S7 flights bring them from Muscat to Moscow.\n\nCoral Travel"
    (event,) = extract("", text, PUBLISHED, "en").events
    assert (event.kind, event.operator, event.carriers) == ("repatriation", "coral-travel", ("S7",))


def test_an_association_that_reports_is_not_the_operator():
    text = "АТОР: авиакомпания TAP приостановила полеты в Венесуэлу."
    (event,) = extract("", text, PUBLISHED, "ru").events
    assert event.operator == "TP"


def test_the_evidence_is_the_sentence_at_its_offsets():
    title, text = "Notice", "Some words first. Iberia has suspended its flights to Caracas."
    (event,) = extract(title, text, PUBLISHED, "en").events
    assert (title + "\n" + text)[event.start : event.end] == event.evidence == "Iberia has suspended its flights to Caracas."
    assert event.rule.startswith("en.suspension.")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.text(max_size=1500), st.sampled_from([None, "xx", *languages()]))
def test_no_text_breaks_it(title, text, lang):
    for event in extract(title, text, PUBLISHED, lang).events:
        assert event.kind in KINDS


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "Lufthansa",
                "has",
                "suspended",
                "flights",
                "to",
                "Tel Aviv",
                "until",
                "5 March",
                ",",
                ".",
                ":",
                ";",
                "(",
                "-",
                "\n",
                "no",
                "and",
                "resumed",
                "instead of",
                "diverted",
                "closed",
                "airspace",
                "both",
                "the carrier",
                "KLM",
                "before",
                "12.03.",
                "N4 3511",
            ]
        ),
        max_size=60,
    )
)
def test_no_order_of_its_own_words_breaks_it(words):
    whole = " ".join(words)
    for event in extract("", whole, PUBLISHED, "en").events:
        assert whole[event.start : event.end] == event.evidence


@pytest.mark.parametrize(
    "text", ["7" * 5_000_000, "flights " * 200_000, "Tel Aviv, " * 100_000 + "suspended flights", "\x00‏" * 50_000, "a\n" * 100_000]
)
def test_monstrous_texts_end_without_an_answer(text):
    assert extract("", text, PUBLISHED, "en").events == () or "Tel Aviv" in text
