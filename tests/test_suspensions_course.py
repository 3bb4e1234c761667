"""How a suspension goes on: longer, shorter, in part, disputed; told as stories."""

from dataclasses import replace

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


def test_a_page_that_gives_its_own_open_end_a_date_shortens():
    desk = Desk()
    desk.read(said("2025-11-22", "suspension", "TP", "VE", until="open", by="own"))
    assert desk.read(said("2025-12-01", "suspension", "TP", "VE", since="2025-12-01", until="2025-12-31", by="own")) == ["shortened"]


def test_the_first_day_is_the_official_one_and_never_that_of_a_prolongation():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", since="2025-12-02"))
    desk.read(said("2025-11-30", "suspension", "TP", "VE", since="2025-12-03", by="own"))
    assert desk.only.effective_from == "2025-12-03"
    desk.read(said("2026-01-10", "suspension", "TP", "VE", since="2026-01-16", by="own"))
    assert desk.only.effective_from == "2025-12-03"
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE"))
    desk.read(said("2026-01-10", "suspension", "TP", "VE", since="2026-01-16", until="2026-01-31"))
    assert desk.only.effective_from is None


def test_a_start_before_a_suspension_begins_does_not_end_it():
    desk = Desk()
    desk.read(said("2025-12-20", "suspension", "TP", "VE", since="2026-01-10"))
    assert desk.read(said("2025-12-21", "resumption", "TP", "VE", since="2026-01-05")) == []
    assert desk.only.effective_to is None


def test_the_later_word_on_the_start_holds():
    desk = Desk()
    desk.read(said("2025-11-30", "suspension", "TP", "VE", until="open"))
    assert desk.read(said("2025-12-05", "resumption", "TP", "VE", since="2025-12-20", by="a")) == ["resumed"]
    assert desk.read(said("2025-12-04", "resumption", "TP", "VE", since="2025-12-15", by="b", seen="2025-12-06T10:00:00Z")) == []
    assert desk.read(said("2025-12-08", "resumption", "TP", "VE", since="2026-01-10", by="b")) == ["extended"]
    assert desk.only.effective_to == "2026-01-09"


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
