"""How often a source is asked: by what it brings, by what its window holds, and in a crisis."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from pipelines.freshness import BOUND, FLOOR, HOT_FOR, Heat, Polled, Stop, bounds, heat, pace, window_life
from pipelines.storage.instants import moment
from pipelines.storage.upkeep import Keep
from scheduler import Service
from tests.publisher import NEWS, START, UNION, desk, notice

EVERY = timedelta(minutes=20)
NOON = datetime(2025, 11, 30, 12, tzinfo=UTC)
HOT = Heat("VE", 3, NOON + HOT_FOR)


def polls(*new: int, entries: int = 0, apart: timedelta = EVERY, changed: int = 0) -> list[Polled]:
    """Runs ``apart`` from each other, with so many new notices each."""
    return [Polled(NOON + number * apart, count, changed, entries) for number, count in enumerate(new)]


def test_without_runs_the_records_word_holds() -> None:
    assert pace(EVERY, []).interval == EVERY
    assert pace(EVERY, polls(8, entries=8)).interval == EVERY


def test_the_first_run_is_where_the_counting_begins() -> None:
    assert pace(EVERY, polls(8, 0, 0)).interval > EVERY


def test_four_times_the_notices_are_half_the_interval() -> None:
    """Counted over runs enough that the record's word weighs little."""
    few, many = (pace(EVERY, polls(*[0, 1, 0, 0, 0] * 3)[:13]).interval, pace(EVERY, polls(*[0, 4, 0, 0, 0] * 3)[:13]).interval)
    assert few / many == pytest.approx(2, rel=0.35)
    assert EVERY / BOUND < many < few < EVERY * BOUND


def test_a_page_that_changes_brings_news_too() -> None:
    assert pace(EVERY, polls(0, 0, 0, 0, changed=1)).interval < pace(EVERY, polls(0, 0, 0, 0)).interval


def test_silence_slows_down_to_the_bound_and_no_further() -> None:
    interval, at, seen = EVERY, NOON, [Polled(NOON, 8, 0, 8)]
    for _ in range(60):
        at += interval
        seen.append(Polled(at, 0, 0, 0))
        interval = pace(EVERY, seen, now=interval).interval
    assert EVERY * 2 < interval <= EVERY * BOUND


def test_a_flood_speeds_up_to_the_bound_and_never_past_the_floor() -> None:
    flood = [20] * 13
    assert pace(EVERY, polls(*flood)).interval == EVERY / BOUND
    assert pace(timedelta(minutes=2), polls(*flood, apart=timedelta(minutes=2))).interval == FLOOR


def test_a_window_that_was_all_new_is_asked_faster_at_once() -> None:
    fills = polls(8, 0, 0, 0, 8, entries=8)
    assert pace(EVERY, fills).interval == EVERY / BOUND
    assert "all of the 8" in pace(EVERY, fills).why
    assert pace(EVERY, polls(8, 0, 0, 0, 7, entries=8)).interval > EVERY / BOUND


def test_after_a_pause_of_the_service_a_new_window_says_nothing_of_the_source() -> None:
    late = [*polls(8, 0, 0, entries=8), Polled(NOON + timedelta(days=5), 8, 0, 8)]
    assert pace(EVERY, late).interval > EVERY


def test_one_page_that_is_new_is_no_window() -> None:
    assert "all of" not in pace(EVERY, polls(1, 0, 1, entries=1)).why


def test_a_silent_source_is_asked_twice_in_the_time_that_its_window_once_lived() -> None:
    """A busy morning replaced all eight within two hours; the night that follows does not make us forget it."""
    hour = timedelta(hours=1)
    busy, night = [8, 4, 4], [0] * 14
    seen = polls(*busy, *night, entries=8, apart=hour)
    assert window_life(seen, 8) == 2 * hour
    decided = pace(hour, seen)
    assert decided.interval == hour
    assert decided.why == "0 new in 6 hours, lately and at this hour before; the 8 that it shows were once replaced within 2 hours"
    assert pace(hour, polls(8, *night, entries=8, apart=hour)).interval > 1.5 * hour
    assert window_life(polls(8, *night, entries=8), 8) is None


def test_what_came_at_this_hour_yesterday_counts_and_what_came_at_another_does_not() -> None:
    hour = timedelta(hours=1)
    quiet, busy_hour = [0] * 22, [0, 6, 6]
    then = pace(hour, polls(*busy_hour, *quiet, apart=hour))
    assert then.why == "12 new in 9 hours, lately and at this hour before"
    assert then.interval < pace(hour, polls(*busy_hour, *quiet[:12], apart=hour)).interval


@pytest.mark.parametrize(
    ("new", "window", "hours"), [((8, 3, 3), 8, None), ((0, 1, 1, 6, 0), 8, 3), ((0, 9, 0, 8), 8, 1), ((0, 1, 1), 1, None), ((), 8, None)]
)
def test_how_long_a_window_lives(new: tuple[int, ...], window: int, hours: int | None) -> None:
    life = window_life(polls(*new, entries=window, apart=timedelta(hours=1)), window)
    assert life == (None if hours is None else timedelta(hours=hours))


def test_a_small_change_is_none() -> None:
    wanted = pace(EVERY, polls(0, 1, 0, 0, 0)).interval
    near = wanted * 1.1
    assert pace(EVERY, polls(0, 1, 0, 0, 0), now=near).interval == near
    assert pace(EVERY, polls(0, 1, 0, 0, 0), now=wanted * 1.5).interval == wanted


def test_what_the_record_does_not_allow_any_more_is_left_at_once() -> None:
    assert pace(EVERY, [], now=timedelta(hours=3)).interval == EVERY


def test_a_source_of_this_machine_keeps_its_word() -> None:
    second = timedelta(seconds=1)
    assert bounds(second) == (second, second)
    assert pace(second, polls(*[9] * 9, apart=second), HOT).interval == second


def stops(*told: tuple[float, str, str]) -> list[Stop]:
    return [Stop(NOON + timedelta(hours=hours), operator, country) for hours, operator, country in told]


def test_three_operators_within_a_day_are_a_crisis_for_some_hours() -> None:
    told = stops((0, "TP", "VE"), (3, "LA", "VE"), (5, "IB", "VE"), (1, "KL", "IL"))
    assert heat(told, NOON + timedelta(hours=5)) == {"VE": Heat("VE", 3, NOON + timedelta(hours=11))}
    assert heat(told, NOON + timedelta(hours=11)) == {}


def test_one_operator_thrice_and_three_days_are_no_crisis() -> None:
    assert heat(stops((0, "TP", "VE"), (1, "TP", "VE"), (2, "TP", "VE")), NOON) == {}
    assert heat(stops((0, "TP", "VE"), (20, "LA", "VE"), (44, "IB", "VE")), NOON + timedelta(hours=44)) == {}


def test_each_further_stop_makes_it_last() -> None:
    told = stops((0, "TP", "VE"), (1, "LA", "VE"), (2, "IB", "VE"), (20, "AV", "VE"))
    assert heat(told, NOON + timedelta(hours=21))["VE"] == Heat("VE", 4, NOON + timedelta(hours=26))


def test_in_a_crisis_the_shortest_interval_holds_and_says_why() -> None:
    decided = pace(EVERY, polls(0, 0, 0, 0), HOT)
    assert decided.interval == EVERY / BOUND
    assert decided.why == "3 operators stopped to VE within a day, until 2025-11-30 18:00 UTC"


# --- in the database and the service --------------------------------------------------------------------------------------

# A source of the country, and one of a carrier of the country.
VENEZUELAN = UNION.__class__(**{name: getattr(UNION, name) for name in UNION.__slots__} | {"name": "inac", "country": "VE"})
CARRIER = UNION.__class__(**{name: getattr(UNION, name) for name in UNION.__slots__} | {"name": "conviasa", "operator": "V0"})


def test_a_crisis_reaches_the_countrys_sources_and_its_carriers_and_passes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    sources = {source.name: source for source in (NEWS, UNION, VENEZUELAN, CARRIER)}

    async def story() -> None:
        with desk(tmp_path / "groundstop.db") as at_work, caplog.at_level(logging.INFO, "groundstop"):
            at_work.settle_in(*sources.values())
            crawl: Any = None  # nothing is fetched here
            service = Service(at_work.store, crawl, sources, at_work.clock, asyncio.Event(), Keep())
            service.scheduler = AsyncIOScheduler(timezone=UTC)
            service.scheduler.start(paused=True)
            for source in sources.values():
                service.scheduler.add_job(print, "interval", seconds=service.pace(source).total_seconds(), id=source.name)
            for operator in ("TP", "LA", "IB"):
                at_work.clock.pass_(minutes=10)
                at_work.poll(NEWS, notice(NEWS, operator, f"{operator} stops CCS.", published="2025-11-30T09:00:00Z"))
            service.heat()

            def asked() -> dict[str, tuple[int, float]]:
                rows = dict(at_work.ask("SELECT name, interval_seconds FROM sources"))
                return {name: (rows[name], service.scheduler.get_job(name).trigger.interval.total_seconds()) for name in sources}

            news = at_work.ask("SELECT interval_seconds FROM sources WHERE name = 'news'")[0]  # it brought three, and is not of the country
            assert 400 < news < 1200
            assert asked() == {"news": (news, news), "union": (1200, 1200.0), "inac": (400, 400.0), "conviasa": (400, 400.0)}
            lines = [record.getMessage() for record in caplog.records if not record.getMessage().startswith("news")]
            assert lines == [
                f"{name}: asked every 0:06:40 now, not 0:20:00: 3 operators stopped to VE within a day, until 2025-11-30 15:30 UTC"
                for name in ("inac", "conviasa")
            ]
            at_work.clock.pass_(hours=7)
            service.heat()
            assert asked()["inac"] == (1200, 1200.0)
            assert at_work.ask("SELECT interval_why FROM sources WHERE name = 'inac'") == ["the record's own: too few runs to know better"]
            service.scheduler.shutdown(wait=False)

    asyncio.run(story())


def test_runs_of_the_database_decide_and_the_row_says_so(tmp_path: Path) -> None:
    with desk(tmp_path / "groundstop.db") as at_work:
        at_work.settle_in(NEWS)
        for number in range(12):
            at_work.clock.pass_(minutes=20)
            at_work.poll(NEWS, *(notice(NEWS, f"{number}-{more}", f"Nothing, {number} {more}.") for more in range(3)))
        decided, before = at_work.store.pace(NEWS, {})
        assert decided.interval < NEWS.every and before == NEWS.every
        assert at_work.ask("SELECT interval_seconds, interval_why FROM sources") == [(decided.interval.total_seconds(), decided.why)]
        assert at_work.store.pace(NEWS, {}) == (decided, None)
        assert moment("2025-11-30T09:00:00Z") == START
