"""Which statements make one suspension, and which a new one: told as stories."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipelines.event import KINDS, Event
from pipelines.judging.facts import Statement
from pipelines.judging.suspensions import candidates_key, judge
from tests.newsroom import WORLD, Desk, said

PEGAS = "pegas-touristik"


def test_five_sources_are_one_suspension_and_one_flag():
    desk = Desk()
    flags = [desk.read(said("2025-11-30", "suspension", "TP", "VE", by=paper)) for paper in ("a", "b", "c", "own", "ator")]
    assert flags == [["new"], [], [], [], []]
    assert len(desk.only.sources) == 5
    assert desk.only.certainty == "official"


def test_the_seed_case_is_one_diversion_in_plain_words():
    desk = Desk()
    first = said("2025-11-30", "diversion", PEGAS, "PMV", origins="MOW", aside="VRA", since="2025-12-01", until="open", by="ator")
    assert desk.read(first) == ["new"]
    assert desk.words == ["Pegas Touristik takes Moscow–Porlamar (PMV) passengers to Varadero (VRA) from 2025-12-01 until further notice"]
    assert desk.read(said("2025-11-30", "diversion", PEGAS, "PMV", aside="CU", by="nl")) == []
    assert desk.read(said("2025-12-01", "diversion", PEGAS, "PMV", aside="VRA", since="2025-12-01", by="en")) == []
    assert desk.only.sources == {"ator", "nl", "en"}
    assert desk.only.codes("diverted_to") == ("VRA",)


def test_the_same_notice_from_two_feeds_and_read_twice_changes_nothing():
    desk = Desk()
    one = said("2025-11-30", "suspension", "TP", "VE", until="2026-01-15", by="a")
    assert desk.read(one) == ["new"]
    assert desk.read(replace(one, event_id=one.event_id + 10_000, source="a-telegram")) == []
    before = desk.only
    assert desk.read(one) == []
    assert desk.only == before


def test_more_places_widen_once():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "CCS"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "PMV CCS", by="b")) == ["widened"]
    assert desk.words[-1] == "TAP Air Portugal widens the suspension of flights to Caracas (CCS): now also Porlamar (PMV)"
    assert desk.read(said("2025-12-01", "suspension", "TP", "PMV", by="c")) == []
    assert set(desk.only.codes("destination")) == {"CCS", "PMV"}


def test_an_airport_inside_a_suspended_country_is_not_new_and_narrows_nothing():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2026-01-31"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "CCS", until="2026-01-15", by="b")) == []
    assert desk.only.codes("destination") == ("VE",)
    assert desk.only.effective_to == "2026-01-31"


@pytest.mark.parametrize(
    ("day", "by"), [("2025-12-01", "own"), ("2025-12-01", "a"), ("2025-12-09", "b")], ids=["its own words", "the same paper", "later"]
)
def test_a_country_after_its_airport_widens(day, by):
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "CCS", by="a"))
    assert desk.read(said(day, "suspension", "TP", "VE", by=by)) == ["widened"]


def test_another_paper_may_name_the_country_for_the_airport():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "CCS", by="own"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "VE", by="b")) == []
    assert desk.only.codes("destination") == ("CCS",)
    assert len(desk.only.sources) == 2


def test_a_city_contains_its_airports_as_origin():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "N4", "PMV", origins="MOW"))
    assert desk.read(said("2025-11-30", "suspension", "N4", "PMV", origins="SVO", by="b")) == []
    assert desk.read(said("2025-12-01", "suspension", "N4", "PMV", by="c")) == []
    assert desk.read(said("2025-12-01", "suspension", "N4", "PMV", origins="KZN", by="d")) == ["widened"]
    assert desk.only.codes("origin") == ("MOW", "KZN")


def test_operators_and_kinds_stay_apart():
    desk = Desk()
    assert desk.read(said("2025-11-29", "closure", "us-government", "VE")) == ["new"]
    assert desk.read(said("2025-11-29", "suspension", "TP", "VE")) == ["new"]
    assert desk.read(said("2025-11-29", "suspension", "LA", "VE")) == ["new"]
    assert desk.read(said("2025-11-30", "diversion", PEGAS, "PMV", aside="VRA", carriers=("N4",))) == ["new"]
    assert desk.read(said("2025-11-30", "suspension", "N4", "PMV")) == ["new"]
    assert desk.words[0] == "US government closes the airspace of Venezuela"
    assert len(desk.open) == 5


def test_several_airlines_never_swallow_a_named_one():
    desk = Desk()
    assert desk.read(said("2025-11-29", "suspension", None, "VE")) == ["new"]
    assert desk.read(said("2025-11-30", "suspension", "TP", "VE")) == ["new"]
    assert desk.read(said("2025-11-30", "suspension", None, "VE", by="b")) == []
    assert desk.read(said("2025-12-01", "resumption", None, "VE", by="b")) == ["resumed"]
    assert [s.operator for s in desk.open] == ["TP"]


@pytest.mark.parametrize("order", [(None, "inac"), ("inac", None)])
def test_a_named_authority_fills_in_an_unnamed_one(order):
    desk = Desk()
    assert [desk.read(said("2025-11-29", "closure", who, "VE", by=str(who))) for who in order] == [["new"], []]
    assert desk.only.operator == "inac"


def test_closures_of_two_airports_are_two():
    desk = Desk()
    assert desk.read(said("2025-12-01", "closure", None, "SVO"), said("2025-12-01", "closure", None, "VKO")) == ["new", "new"]


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("suspension", "diversion", "closure")])
def test_other_kinds_never_flag(kind):
    assert Desk().read(said("2025-12-01", kind, "TP", "VE")) == []


def test_a_suspension_of_what_is_diverted_joins_the_diversion():
    desk = Desk()
    desk.read(said("2025-11-30", "diversion", PEGAS, "PMV", aside="VRA"))
    assert desk.read(said("2025-12-01", "suspension", PEGAS, "PMV", by="b")) == []
    assert desk.only.kind == "diversion"
    assert desk.read(said("2025-12-02", "suspension", PEGAS, "VE", by="c")) == ["new"]
    both = Desk()
    assert both.read(said("2025-11-30", "suspension", PEGAS, "PMV"), said("2025-11-30", "diversion", PEGAS, "PMV", aside="VRA")) == ["new"]


def test_a_diversion_after_a_suspension_is_new_and_both_end_together():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", PEGAS, "PMV"))
    assert desk.read(said("2025-12-01", "diversion", PEGAS, "PMV", aside="VRA")) == ["new"]
    assert desk.read(said("2025-12-20", "resumption", PEGAS, "PMV")) == ["resumed", "resumed"]
    assert desk.open == []


def test_another_place_to_be_taken_to_is_told():
    desk = Desk()
    desk.read(said("2025-11-30", "diversion", PEGAS, "PMV", aside="VRA"))
    assert desk.read(said("2025-12-02", "diversion", PEGAS, "PMV", aside="PUJ")) == ["widened"]
    assert desk.words[-1].endswith("now also diverted to Punta Cana (PUJ)")


def test_each_country_is_its_own_suspension():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "CCS BOG", by="b")) == ["new"]
    assert [s.codes("destination") for s in desk.open] == [("VE",), ("BOG",)]


def test_a_region_covers_its_countries_unless_one_lasts_longer():
    desk = Desk()
    assert desk.read(said("2025-11-30", "suspension", "TP", "middle-east AE", until="2026-01-15")) == ["new"]
    assert desk.read(said("2025-12-01", "suspension", "TP", "TLV", until="2026-01-15", by="b")) == []
    assert desk.read(said("2025-12-01", "suspension", "TP", "DXB", until="2026-03-28", by="b")) == ["new"]
    assert [s.effective_to for s in desk.open] == ["2026-01-15", "2026-03-28"]


def test_no_place_matches_no_place_only():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", PEGAS, "PMV"))
    assert desk.read(said("2025-12-01", "suspension", PEGAS)) == ["new"]
    assert desk.read(said("2025-12-01", "suspension", PEGAS, by="b")) == []
    assert desk.read(said("2025-12-01", "suspension", "TP", by="b")) == ["new"]


def test_an_insolvent_airline_has_stopped_everywhere_but_a_strike_day_has_not():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", reason="commercial"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "CCS", by="b")) == []
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", reason="strike"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "CCS", by="b")) == ["new"]


def test_another_reason_elsewhere_in_the_country_is_another_suspension():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "N4", "KZN", reason="security"))
    assert desk.read(said("2025-12-01", "suspension", "N4", "VKO", reason="weather")) == ["new"]


def test_the_store_learns_what_to_load():
    events = [Event("suspension", "TP", destinations=("CCS",)), Event("closure", None, destinations=("CCS",)), Event("advisory", "faa")]
    key = candidates_key(events, WORLD)
    assert (key.operators, key.unnamed, key.countries) == ({"TP"}, True, {"VE"})
    assert not candidates_key([Event("advisory", "faa", destinations=("VE",))], WORLD)


REPORTS = [
    said("2025-11-30", "suspension", "TP", "VE", by="a"),
    said("2025-12-01", "suspension", "TP", "CCS", by="b", until="2026-01-15", since="2025-11-30"),
    said("2025-11-29", "suspension", "TP", "VE CCS", by="c", until="open"),
    said("2025-12-02", "suspension", "TP", "CCS", by="d", origins="LIS", until="2026-01-31"),
    said("2025-11-28", "suspension", "TP", "VE", by="own", until="2026-01-20"),
]


@settings(max_examples=60, deadline=None)
@given(st.permutations(REPORTS))
def test_any_order_of_arrival_gives_one_new_and_the_official_end(order):
    desk = Desk(today="2025-12-03")
    flags = [kind for statement in order for kind in desk.read(statement)]
    assert flags.count("new") == 1 and flags[0] == "new"
    assert len(desk.only.sources) == 5
    assert desk.only.effective_to == "2026-01-20"


PLACES = st.sampled_from(["", "VE", "CCS", "PMV", "CCS PMV", "VE BOG", "middle-east", "DXB", "TLV AE"])
STATEMENTS = st.builds(
    lambda day, kind, who, to, origins, aside, dates, by: said(
        f"2025-12-{day:02}", kind, who, to, origins=origins, aside=aside, since=dates[0], until=dates[1], by=by
    ),
    st.integers(1, 28),
    st.sampled_from(["suspension", "diversion", "closure", "resumption", "reopening"]),
    st.sampled_from(["TP", PEGAS, None]),
    PLACES,
    st.sampled_from(["", "MOW", "SVO", "KZN MOW"]),
    st.sampled_from(["", "VRA", "CU PUJ"]),
    st.tuples(
        st.sampled_from([None, "2025-12-01", "2025-12-15", "2025-12-24"]),
        st.sampled_from([None, "open", "2025-12-10", "2025-12-20", "2026-01-15"]),
    ).filter(lambda dates: not (dates[0] and dates[1]) or dates[0] <= dates[1]),
    st.sampled_from(["a", "b", "own", "ator"]),
)


def read_in_turn(statements: list[Statement], today: str = "") -> tuple[Desk, list[Statement]]:
    """A desk that read them, each as seen no earlier than the one before."""
    desk, seen, read = Desk(today=today), "", []
    for statement in statements:
        seen = max(seen, statement.seen)
        read.append(replace(statement, seen=seen))
        desk.read(read[-1])
    return desk, read


@settings(max_examples=200, deadline=None)
@example([said("2025-12-01", "suspension", "TP", "CCS", by="b"), said("2025-12-01", "suspension", "TP", "VE", by="a")])
@example(
    [
        said("2025-12-13", "suspension", "TP", "VE", until="open", by="b"),
        said("2025-12-27", "suspension", "TP", "VE", since="2025-12-15", until="2026-01-15", by="own"),
    ]
).via("the start that it gives is the start of the whole, so its end is too")
@example(
    [
        said("2025-12-12", "resumption", "TP", "DXB", since="2025-12-15", by="b"),
        said("2025-12-09", "suspension", "TP", "DXB", until="2026-01-15", by="own"),
    ]
).via("its own words are older than the report that it starts again")
@given(st.lists(STATEMENTS, min_size=1, max_size=12))
def test_judging_the_same_version_again_changes_nothing_and_tells_nothing(statements):
    desk, read = read_in_turn(statements, today="2025-12-28")
    before = dict(desk.suspensions)
    changes = judge(read[-1:], list(before.values()), WORLD, desk.today, desk.endings)
    assert [c.flag for c in changes if c.flag] == []
    for change in changes:
        assert change.suspension.id is not None
        assert change.suspension == before[change.suspension.id]


@settings(max_examples=200, deadline=None)
@example(
    [
        said("2025-12-01", "suspension", "TP", "VE"),
        said("2025-12-01", "resumption", "TP", "VE", since="2025-12-15"),
        said("2025-12-01", "suspension", "TP", "VE", since="2025-12-15"),
    ],
    1,
).via("stopped from the day on which it was to start again")
@given(st.lists(STATEMENTS, max_size=12), st.integers(1, 40))
def test_whatever_is_read_leaves_sound_rows(statements, later):
    desk, _ = read_in_turn(statements)
    desk.on((date(2025, 12, 28) + timedelta(later)).isoformat())
    for s in desk.suspensions.values():
        assert len({(p.role, p.place) for p in s.places}) == len(s.places)
        assert not (s.effective_from and s.effective_to) or s.effective_from <= s.effective_to
        assert (s.state == "open") == (s.ended_at is None)
        assert s.opened_at <= s.changed_at
        assert s.rival is None or (s.end and s.end.last_day != s.rival.last_day)
        assert s.state != "open" or not s.effective_to or s.effective_to >= desk.today
