"""What sources are known to do to those who read them. ``tests/README.md`` names the test of each trap; those without a home are here."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.cleaning.clean import clean
from pipelines.understanding import built_in, understand
from pipelines.verdict import BROKEN_AFTER, Health, History, Verdict, health, verdict
from scrapers.answer import Answer
from scrapers.notice import Notice
from scrapers.shapes import easa, feed, telegram
from scrapers.shapes import state as departments
from scrapers.sources import load
from tests.desk import desk, kinds
from tests.desk import feed as entries
from tests.loopback import Reply, in_loop

ROOT = Path(__file__).resolve().parent
SOURCES = load()
NOW = datetime(2025, 12, 1, 9, tzinfo=UTC)
TRAPS = [
    (trap.strip(), test)
    for trap, test in re.findall(r"^\| ([^|]+) \| `((?:soak/)?test_\w+\.py::test_\w+)` \|$", (ROOT / "README.md").read_text("utf-8"), re.M)
]


@pytest.mark.parametrize(("trap", "test"), TRAPS, ids=[trap for trap, _ in TRAPS])
def test_the_test_of_a_trap_or_fault_exists(trap: str, test: str) -> None:
    file, _, name = test.partition("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M), f"{trap}: {test} does not exist"


def test_there_is_a_table_of_traps() -> None:
    assert len(TRAPS) >= 25


# --- the US State Department's feed -----------------------------------------------------------------------------------

ADVISORY = "<item><title>{0}</title><link>{1}</link><pubDate>{2}</pubDate><guid>{1}</guid>{3}</item>"
MALI = "https://travel.state.gov/mali.html"


def state(*items: tuple[str, str, str], more: str = "") -> list[Notice]:
    """The notices of a feed with these titles, addresses and dates; ``more`` stands in each item."""
    body = f'<rss version="2.0"><channel>{"".join(ADVISORY.format(*item, more) for item in items)}</channel></rss>'
    return departments.notices(Answer(SOURCES["us-state-feed"].url, body.encode()), SOURCES["us-state-feed"])


def test_a_guid_that_never_changes_does_not_hide_a_new_advisory() -> None:
    (before,) = state(("Mali - Level 3: Reconsider Travel", MALI, "Tue, 27 May 2025"))
    (after,) = state(("Mali - Level 4: Do Not Travel", MALI, "Wed, 03 Dec 2025"))
    source = SOURCES["us-state-feed"]
    assert before.key == after.key  # another version of one notice
    assert clean(before, source).hash != clean(after, source).hash


def test_addresses_that_change_all_at_once_make_no_new_advisory() -> None:
    title, day = "Mali - Level 4: Do Not Travel", "Wed, 03 Dec 2025"
    (old,), (new,) = state((title, MALI, day)), state((title, "https://travel.state.gov/destination.mli.html", day))
    assert old.key == new.key


def test_a_country_s_code_that_looks_like_an_iso_code_is_not_read() -> None:
    """FIPS: CH is China, and Switzerland in ISO. The name counts."""
    more = "<category domain='Country-Tag'>CH</category><description>The airspace of China is closed to all flights.</description>"
    (notice,) = state(("China - Level 4: Do Not Travel", "https://travel.state.gov/china.html", "Wed, 03 Dec 2025"), more=more)
    source = SOURCES["us-state-feed"]
    events = understand(clean(notice, source), source, date(2025, 12, 3), built_in).events
    assert {place for event in events for place in event.destinations} == {"CN"}


# --- EASA -------------------------------------------------------------------------------------------------------------


def test_a_bulletin_without_a_country_is_placed_by_its_name_and_its_days_are_read_day_first() -> None:
    body = (
        b'{"conflict_zones": [{"Nid": "142977", "issued_date": "2026-01-03T00:00:00+0200", "valid_until_date": "05/02/2026",'
        b' "status": "Active", "field_easa_valid_until_descr": "", "name": "Airspace of Venezuela", "country": ""}]}'
    )
    source = SOURCES["easa-czib"]
    (notice,) = easa.notices(Answer(source.url, body), source)
    (event,) = understand(clean(notice, source), source, date(2026, 1, 3), built_in).events
    assert "VE" in event.destinations
    assert (event.effective_from, event.effective_to) == ("2026-01-03", "2026-02-05")


# --- Telegram ---------------------------------------------------------------------------------------------------------


def test_a_quoted_post_says_nothing_in_the_name_of_the_one_that_quotes_it() -> None:
    source = SOURCES["rosaviatsiya-telegram"]
    body = """<div class="tgme_widget_message js-widget_message" data-post="favt_info/2"><div class="tgme_widget_message_bubble">
      <a class="tgme_widget_message_reply" href="https://t.me/favt_info/1"><div class="tgme_widget_message_metatext js-message_reply_text">
      Аэропорт Казань. Введены ограничения на приём и выпуск самолётов.</div></a>
      <div class="tgme_widget_message_text js-message_text">Аэропорт Казань. Ограничения сняты.</div>
      <a class="tgme_widget_message_date"><time datetime="2025-12-01T05:00:00+00:00"></time></a></div></div>"""
    (notice,) = telegram.posts(Answer(source.url, body.encode()), source).notices
    assert "Введены" not in f"{notice.title}{notice.text}" and "сняты" in f"{notice.title}{notice.text}"


# --- what servers answer ----------------------------------------------------------------------------------------------


def test_a_script_instead_of_a_feed_is_a_refusal(tmp_path: Path) -> None:
    """mid.ru's, with status 200: it sets a cookie and loads the page again."""

    async def story() -> None:
        async with desk(tmp_path) as on:
            stub = b'<html><head><script>window["bobcmn"]="101110101010102000000052000000";</script></head><body></body></html>'
            on.site.pages["/rss"] = Reply(stub, headers={"Content-Type": "text/html"})
            run = await on.run("/rss")
            assert kinds(run) == ["blocked"] and verdict(run).name == "blocked" and not run.validators

    in_loop(story())


def test_a_404_that_means_none_is_an_empty_answer_where_the_record_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            assert verdict(await on.run("/flights")).name == "gone"
            assert verdict(await on.run("/flights", name="flights", more="none = [404]\nitems = 0")).name == "empty_ok"
            assert verdict(await on.run("/flights", name="news-2", more="none = [404]")).name == "empty"
            on.site.pages["/flights"] = Reply(status=500)
            assert verdict(await on.run("/flights", name="flights", more="none = [404]\nitems = 0")).name == "unreachable"

    in_loop(story())


def test_a_search_without_a_hit_is_neither_well_nor_broken(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/rss"] = Reply(entries())
            source = replace(on.source("/rss"), kind="search")
            judged = verdict(await on.crawl.run(source))
            assert (judged.name, judged.unknown, judged.success) == ("empty", True, False)

    in_loop(story())


def test_searches_without_a_hit_leave_their_source_as_it_was_until_it_is_quiet_for_too_long() -> None:
    none = Verdict("empty", "no hit", unknown=True)
    for was in (Health("ok", 0, None, None), Health("broken", 4, "why", None)):
        history = History(was.state, was.failures_in_row, NOW - timedelta(hours=6), was.problem)
        for _ in range(BROKEN_AFTER + 1):
            judged = health(history, none, timedelta(days=3), NOW)
            assert judged == was
            history = replace(history, failures_in_row=judged.failures_in_row)
    silent = health(History("ok", 0, NOW - timedelta(days=4)), none, timedelta(days=3), NOW)
    assert (silent.state, silent.flag) == ("silent", "source_broken")


def test_an_empty_answer_of_any_other_source_counts_as_a_failure() -> None:
    assert health(History("ok", BROKEN_AFTER - 1, NOW), Verdict("empty", "nothing"), None, NOW).state == "broken"


# --- AllAfrica --------------------------------------------------------------------------------------------------------


def test_the_country_before_a_title_is_no_destination() -> None:
    source = SOURCES["allafrica-feed"]
    (path,) = (ROOT / "fixtures" / source.name).glob("*.xml")
    notice = feed.notices(Answer(source.url, path.read_bytes()), source)[0]
    events = understand(clean(notice, source), source, date(2026, 3, 2), built_in).events
    assert "Kenya: Kenya Airways" in path.read_text("utf-8")
    assert {place for event in events for place in event.destinations} == {"DXB"}
