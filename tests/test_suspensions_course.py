"""How a suspension goes on and ends: told as stories."""

from dataclasses import replace

import pytest

from tests.newsroom import Desk, said

PEGAS = "pegas-touristik"


def test_an_extension_is_not_new_and_the_same_end_again_is_nothing():
    desk = Desk()
    assert desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2025-12-15")) == ["new"]
    longer = said("2025-12-10", "suspension", "TP", "VE", since="2025-12-16", until="2026-01-15", by="b")
    assert desk.read(longer) == ["extended"]
    assert desk.read(said("2025-12-10", "suspension", "TP", "VE", until="2026-01-15", by="c")) == []
    assert desk.words[-1] == (
        "TAP Air Portugal extends the suspension of flights to Venezuela until 2026-01-15 (said before: until 2025-12-15)"
    )
    assert desk.read(said("2025-12-12", "suspension", "TP", "VE", until="open", by="c")) == ["extended"]
    assert desk.only.open_ended


def test_an_earlier_end_shortens():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2026-01-15"))
    assert desk.read(said("2025-12-10", "suspension", "TP", "VE", until="2025-12-31")) == ["shortened"]


def test_a_first_end_is_a_detail():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "VE", until="2026-01-15", by="b")) == []
    assert desk.only.effective_to == "2026-01-15"


def test_cancelled_days_inside_an_open_ended_suspension_do_not_end_it():
    desk = Desk()
    desk.read(said("2025-11-22", "suspension", "TP", "VE", until="open"))
    assert desk.read(said("2025-11-28", "suspension", "TP", "VE", since="2025-11-29", until="2025-11-30", by="b")) == []
    assert desk.only.open_ended


def test_a_partial_resumption_ends_only_its_place():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "CCS PMV"))
    again = said("2025-12-05", "resumption", "TP", "PMV", by="own", since="2025-12-08")
    assert desk.read(again) == ["resumed"]
    assert desk.words[-1] == "TAP Air Portugal starts again to Porlamar (PMV), stopped there until 2025-12-07; the rest stays stopped"
    assert desk.only.state == "open"
    assert desk.only.standing("destination") == ("CCS",)
    assert desk.read(replace(again, source="b", event_id=again.event_id + 10_000)) == []
    assert desk.read(said("2025-12-05", "suspension", "TP", "PMV", by="late")) == []
    assert desk.read(said("2025-12-20", "suspension", "TP", "PMV", by="own", since="2025-12-21")) == ["widened"]
    assert desk.only.standing("destination") == ("CCS", "PMV")


def test_a_resumption_of_one_route_leaves_the_others():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", PEGAS, "PMV CCS", origins="MOW KZN"))
    assert desk.read(said("2025-12-05", "resumption", PEGAS, "PMV", origins="MOW")) == ["resumed"]
    assert desk.words[-1] == "Pegas Touristik starts Moscow (MOW)–Porlamar (PMV) again; the rest stays stopped"
    assert desk.only.routes_resumed == ("MOW-PMV",)
    assert desk.read(said("2025-12-06", "resumption", PEGAS, "PMV CCS", origins="KZN")) == ["resumed"]
    assert desk.only.standing("origin") == ("MOW",)
    assert desk.only.state == "open"


def test_an_airport_starts_again_inside_a_suspended_country():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE"))
    assert desk.read(said("2025-12-05", "resumption", "TP", "CCS")) == ["resumed"]
    assert (desk.only.state, desk.only.standing("destination")) == ("open", ("VE",))
    assert desk.read(said("2025-12-09", "resumption", "TP", "VE")) == ["resumed"]
    assert desk.open == []


def test_a_start_again_in_the_future_is_told_at_once_and_ends_it_silently():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="open"))
    assert desk.read(said("2025-12-05", "resumption", "TP", "VE", since="2025-12-20")) == ["resumed"]
    assert (desk.only.state, desk.only.effective_to) == ("open", "2025-12-19")
    assert desk.words[-1] == "TAP Air Portugal starts flights to Venezuela again, stopped until 2025-12-19"
    assert desk.read(said("2025-12-06", "suspension", "TP", "VE", until="2025-12-20", by="b")) == []
    assert desk.on("2025-12-19") == []
    assert desk.on("2025-12-20") == []
    assert desk.only.state == "ended"


def test_a_notice_that_stops_and_starts_again_is_one_flag():
    desk = Desk()
    stops = said("2025-11-30", "suspension", "TP", "VE", since="2025-12-01")
    assert desk.read(stops, said("2025-11-30", "resumption", "TP", "VE", since="2026-05-05")) == ["new"]
    assert desk.words == ["TAP Air Portugal suspends flights to Venezuela from 2025-12-01 until 2026-05-04"]


def test_a_resumption_of_nothing_known_is_only_stored():
    desk = Desk()
    assert desk.read(said("2025-12-05", "resumption", "TP", "VE")) == []
    assert desk.suspensions == {}


def test_the_start_again_read_before_the_stop():
    desk = Desk()
    desk.read(said("2025-12-05", "resumption", "TP", "VE"))
    assert desk.read(said("2025-11-30", "suspension", "TP", "VE", seen="2025-12-05T13:00:00Z")) == []
    assert desk.open == []
    assert desk.read(said("2025-12-10", "suspension", "TP", "VE")) == ["new"]


def test_an_old_resumption_seen_late_ends_nothing():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE"))
    assert desk.read(said("2025-11-10", "resumption", "TP", "VE", seen="2025-12-01T10:00:00Z")) == []
    assert desk.only.state == "open"


@pytest.mark.parametrize("how", [{"background": True}, {"until": "2025-11-29"}])
def test_a_background_mention_is_stored_and_changes_nothing(how):
    desk = Desk()
    assert desk.read(said("2025-12-01", "suspension", "TP", "VE", **how)) == []
    assert desk.suspensions == {}
    desk.read(said("2025-12-01", "suspension", "TP", "VE", until="open"))
    before, mention = desk.only, said("2025-12-02", "suspension", "TP", "VE", by="b", **how)
    assert desk.read(mention) == []
    assert desk.only == before
    assert desk.relations(mention) == ["background"]


def test_a_late_report_does_not_reopen_what_ended_but_a_month_later_is_new():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE"))
    assert desk.read(said("2025-12-05", "resumption", "TP", "VE", by="own")) == ["resumed"]
    assert desk.read(said("2025-12-04", "suspension", "TP", "VE", by="b", seen="2025-12-06T10:00:00Z")) == []
    assert desk.read(said("2025-12-06", "suspension", "TP", "VE", by="c")) == []
    assert desk.read(said("2025-12-20", "suspension", "TP", "VE", by="c", since="2025-12-01")) == []
    assert desk.read(said("2026-01-10", "suspension", "TP", "VE", by="c")) == ["new"]
    assert len(desk.suspensions) == 2


def test_an_airspace_that_closes_twice_on_one_day_is_told_twice():
    desk = Desk()
    flags = [
        desk.read(said(f"2025-12-05T{hour}:00:00Z", kind, "inac", "SVO", since="2025-12-05", seen=f"2025-12-05T{hour}:05:00Z"))
        for hour, kind in (("06", "closure"), ("08", "reopening"), ("10", "closure"), ("11", "reopening"))
    ]
    assert flags == [["new"], ["resumed"], ["new"], ["resumed"]]
    assert desk.open == []


def test_official_dates_outweigh_a_later_report_and_both_stay_visible():
    desk = Desk()
    desk.read(said("2025-11-29", "suspension", "TP", "VE", until="2025-12-31", by="daily"))
    assert desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2026-01-15", by="own")) == ["extended"]
    assert (desk.only.effective_to, desk.only.certainty) == ("2026-01-15", "official")
    assert desk.only.disputed == "Daily (2025-11-29) says until 2025-12-31"
    report = said("2025-12-03", "suspension", "TP", "VE", until="2026-02-28", by="weekly")
    assert desk.read(report) == []
    assert desk.relations(report) == ["disagrees"]
    assert (desk.only.effective_to, desk.only.disputed) == ("2026-01-15", "Weekly (2025-12-03) says until 2026-02-28")


def test_what_a_later_report_said_holds_when_the_official_end_passes():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2026-01-15", by="own"))
    desk.read(said("2026-01-10", "suspension", "TP", "VE", until="2026-02-28", by="weekly"))
    assert desk.on("2026-01-16") == ["extended"]
    assert (desk.only.state, desk.only.effective_to, desk.only.disputed) == ("open", "2026-02-28", "")


def test_of_two_reports_the_later_published_holds_whichever_is_read_first():
    desk = Desk()
    desk.read(said("2025-12-03", "suspension", "TP", "VE", until="2026-02-28", by="a"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "VE", until="2026-01-15", by="b", seen="2025-12-04T10:00:00Z")) == []
    assert desk.only.effective_to == "2026-02-28"
    assert desk.read(said("2025-12-05", "suspension", "TP", "VE", until="2026-01-31", by="b")) == ["shortened"]


def test_it_expires_once_and_a_renewal_within_days_extends_it():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2025-12-15"))
    assert [desk.on(day) for day in ("2025-12-15", "2025-12-16", "2025-12-17")] == [[], ["expired"], []]
    assert desk.read(said("2025-12-14", "suspension", "TP", "VE", by="b", seen="2025-12-18T10:00:00Z")) == []
    assert desk.only.state == "expired"
    assert desk.read(said("2025-12-19", "suspension", "TP", "VE", until="2026-01-15", by="b")) == ["extended"]
    assert (desk.only.state, desk.only.ended_at) == ("open", None)
    assert desk.on("2026-01-16") == ["expired"]
    assert desk.read(said("2026-02-20", "suspension", "TP", "VE", until="2026-03-15")) == ["new"]


def test_still_stopped_after_its_last_day_is_an_extension_without_an_end():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2025-12-15"))
    desk.on("2025-12-16")
    assert desk.read(said("2025-12-17", "suspension", "TP", "VE", by="b")) == ["extended"]
    assert desk.only.open_ended


def test_a_start_after_the_expiry_is_told():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="2025-12-15"))
    desk.on("2025-12-16")
    assert desk.read(said("2025-12-18", "resumption", "TP", "VE")) == ["resumed"]
    assert desk.only.state == "ended"


def test_an_edit_that_withdraws():
    desk = Desk()
    page = said("2025-11-30", "suspension", "TP", "VE", by="own")
    desk.read(page)
    desk.today = "2025-12-03"
    assert desk.read(instead_of=[page]) == ["withdrawn"]
    assert desk.words[-1] == "No source says any more that TAP Air Portugal suspends flights to Venezuela"
    assert desk.only.state == "withdrawn"
    assert desk.read(said("2025-12-05", "suspension", "TP", "VE", by="own")) == ["new"]


def test_what_another_notice_still_says_is_not_withdrawn():
    desk = Desk()
    page = said("2025-12-01", "suspension", "TP", "VE", by="own", until="2026-01-31")
    desk.read(said("2025-11-30", "suspension", "TP", "VE", by="b", until="2026-01-15"))
    desk.read(page)
    assert desk.only.effective_to == "2026-01-31"
    assert desk.read(instead_of=[page]) == []
    assert (desk.only.state, desk.only.certainty, desk.only.sources) == ("open", "press", {"b"})
    assert (desk.only.effective_to, desk.only.disputed) == ("2026-01-15", "")


@pytest.mark.parametrize(
    ("kind", "until", "flag"),
    [
        ("resumption", None, "resumed"),
        ("suspension", "2026-02-28", "extended"),
        ("suspension", "2025-12-31", "shortened"),
        ("suspension", "2026-01-15", None),
    ],
)
def test_an_edit_that_says_otherwise_is_not_a_withdrawal(kind, until, flag):
    desk = Desk()
    page = said("2025-11-30", "suspension", "TP", "VE", by="own", until="2026-01-15")
    desk.read(page)
    edit = said("2025-12-03", kind, "TP", "VE", by="own", until=until)
    assert desk.read(edit, instead_of=[page]) == ([flag] if flag else [])


def test_the_first_run_tells_only_what_is_recent_and_in_force():
    desk = Desk()
    seen = {"seen": "2025-12-01T10:00:00Z", "baseline": True}
    assert desk.read(said("2025-11-29", "suspension", "TP", "VE", **seen)) == ["new"]
    assert desk.read(said("2025-10-01", "suspension", "LA", "VE", recent=False, **seen)) == []
    assert desk.read(said("2025-11-01", "suspension", "N4", "VE", until="2025-11-20", recent=False, **seen)) == []
    assert [s.operator for s in desk.open] == ["TP", "LA"]


def test_an_old_report_that_surfaces_later_is_known_but_not_news():
    desk = Desk()
    late = {"seen": "2025-12-01T10:00:00Z"}
    assert desk.read(said("2025-10-01", "suspension", "TP", "VE", **late)) == []
    assert desk.read(said("2024-10-01", "suspension", "LA", "VE", **late)) == []
    assert [s.operator for s in desk.open] == ["TP"]
    assert desk.read(said("2025-12-01", "resumption", "TP", "VE")) == ["resumed"]
