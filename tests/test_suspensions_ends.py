"""How a suspension ends, and what is no news; told as stories."""

import pytest

from tests.newsroom import Desk, said


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
    assert desk.read(said("2025-12-03", "suspension", "TP", "VE", by="b", since="2025-12-08", seen="2025-12-06T11:00:00Z")) == []
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
    desk.read(said("2025-12-02", "suspension", "TP", "VE", by="b", background=True))
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


def test_an_edit_that_keeps_one_of_two_statements_withdraws_nothing():
    desk = Desk()
    kept, dropped = (said("2025-12-01", "suspension", "TP", to, by="own") for to in ("VE", "CCS"))
    desk.read(kept, dropped)
    desk.today = "2025-12-03"
    assert desk.read(instead_of=[dropped]) == []
    assert desk.only.state == "open"


def test_an_edit_that_drops_a_suspension_of_two_countries_withdraws_both():
    desk = Desk()
    page = said("2025-12-01", "suspension", "TP", "VE BOG", by="own")
    assert desk.read(page) == ["new", "new"]
    desk.today = "2025-12-03"
    assert desk.read(instead_of=[page]) == ["withdrawn", "withdrawn"]


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
    assert desk.read(said("2025-10-01", "suspension", "LA", "VE", by="own", recent=False, **seen)) == []
    assert desk.read(said("2025-11-01", "suspension", "N4", "VE", until="2025-11-20", recent=False, **seen)) == []
    assert [s.operator for s in desk.open] == ["TP", "LA"]


def test_an_old_report_that_surfaces_later_is_known_but_not_news():
    desk = Desk()
    late = {"seen": "2025-12-01T10:00:00Z"}
    assert desk.read(said("2025-10-01", "suspension", "TP", "VE", **late)) == []
    assert desk.read(said("2024-10-01", "suspension", "LA", "VE", **late)) == []
    assert [s.operator for s in desk.open] == ["TP"]
    assert desk.read(said("2025-12-01", "resumption", "TP", "VE")) == ["resumed"]
