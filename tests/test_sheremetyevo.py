"""Sheremetyevo's board: what of it is a notice, and for which days it is asked."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pipelines.verdict import verdict
from scrapers.answer import Answer, Unexpected
from scrapers.shapes import sheremetyevo
from scrapers.sources import load
from tests.desk import desk
from tests.loopback import Reply, in_loop

SOURCES = load()
DEPARTURES, ARRIVALS = SOURCES["sheremetyevo-departures"], SOURCES["sheremetyevo-arrivals"]
CAPTURES = Path(__file__).resolve().parent.parent.parent / "shared" / "captures" / "sheremetyevo"


def flight(number: str, day: str, to: str, status: int = 100, words: str = "По расписанию") -> dict[str, Any]:
    ends = {"mar1": {"iata": "SVO", "city": "Москва"}, "mar2": {"iata": to, "city": to}}
    times = {"dat": f"{day}T00:00:00+03:00", "t_st": f"{day}T09:30:00+03:00"}
    return {"i_id": f"D-{day}-{number}", "co": {"code": "N4"}, "flt": number, **times, "status_id": status, "vip_status_rus": words, **ends}


def told(*flights: Any) -> list[tuple[str, str]]:
    answer = Answer(DEPARTURES.url, json.dumps({"items": flights}).encode())
    return [(notice.fields["day"], notice.fields["status"]) for notice in sheremetyevo.notices(answer, DEPARTURES)]


def test_a_flight_that_goes_as_ever_is_no_notice() -> None:
    assert told(flight("1811", "2025-12-01", "PMV"), flight("1811", "2025-12-02", "PMV"), flight("6024", "2025-12-01", "LED")) == []


def test_cancelled_diverted_and_elsewhere() -> None:
    found = told(
        flight("1811", "2025-12-01", "PMV"),
        flight("1811", "2025-12-02", "VRA"),
        flight("1811", "2025-12-03", "PMV", 230, "Отменён"),
        flight("520", "2025-12-01", "DXB", 100, "Направлен на запасной аэродром"),
    )
    assert sorted(found) == [("2025-12-01", "diverted"), ("2025-12-02", "elsewhere"), ("2025-12-03", "cancelled")]


def test_rows_that_lack_what_tells_them_apart_are_left_out() -> None:
    cancelled = flight("1", "x", "PMV", 230)
    assert told({}, None, 7, {"i_id": "D-1"}, {**cancelled, "mar2": None}, {**cancelled, "co": []}) == [("", "cancelled")]


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"items": null}', b"<html></html>"])
def test_what_is_no_board(body: bytes) -> None:
    with pytest.raises(Unexpected):
        sheremetyevo.notices(Answer(DEPARTURES.url, body), DEPARTURES)


@pytest.mark.parametrize(
    ("name", "source", "statuses"),
    [
        ("timetable-departures-synthetic.json", DEPARTURES, ["cancelled", "elsewhere", "cancelled"]),
        ("timetable-arrivals-synthetic.json", ARRIVALS, ["diverted", "cancelled"]),
    ],
)
def test_captured_boards_where_they_are_at_hand(name: str, source: Any, statuses: list[str]) -> None:
    if (CAPTURES / name).exists():
        found = sheremetyevo.notices(Answer(source.url, (CAPTURES / name).read_bytes()), source)
        assert [notice.fields["status"] for notice in found] == statuses


def test_it_is_asked_for_the_days_of_moscow_and_an_empty_board_is_a_failure(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            source = replace(DEPARTURES, url=on.site.url("/board/"), options={"direction": "departure", "days": 2})
            run = await on.crawl.run(source)  # the page is missing: only what was asked for counts
            asked = urlsplit(on.site.asked[-1].path)
            query = {name: value for name, (value,) in parse_qs(asked.query).items()}
            assert (query["dateStart"], query["dateEnd"]) == ("2025-12-01T00:00:00+03:00", "2025-12-03T00:00:00+03:00")
            assert (query["direction"], query["page"]) == ("departure", "0") and "+" not in asked.query

            on.site.pages[on.site.asked[-1].path] = Reply(b'{"items": [], "pagination": {"totalItems": 0}}')
            run = await on.crawl.run(source)
            assert not run.failures and verdict(run).name == "empty"

    in_loop(story())
