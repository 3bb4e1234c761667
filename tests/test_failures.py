"""What goes wrong is told as what it is."""

import gzip
import time
from pathlib import Path

import pytest

from scrapers.shapes.feed import _head
from tests.desk import Desk, desk, feed, kinds
from tests.loopback import Reply, in_loop, self_signed, serving


@pytest.mark.parametrize(
    ("status", "kind", "times"),
    [
        (404, "gone", 1),
        (410, "gone", 1),
        (403, "blocked", 1),
        (401, "blocked", 1),
        (429, "blocked", 1),
        (500, "http_error", 3),
        (400, "http_error", 1),
    ],
)
def test_an_error_status_is_a_failure_and_only_server_errors_are_tried_again(tmp_path: Path, status: int, kind: str, times: int) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(b"no", status=status)
            run = await on.run("/feed")
            assert run.failures == [(kind, on.site.url("/feed"), f"status {status}")]
            assert on.site.times_asked("/feed") == times
            assert not run.validators and not run.retry_after

    in_loop(story())


def test_a_challenge_is_no_outage(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(b"<html>Checking your browser</html>", status=503)
            assert kinds(await on.run("/feed")) == ["blocked"]

    in_loop(story())


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving(self_signed(tmp_path)) as site:
            on = Desk(site, tmp_path, RETRY_TIMES=0)
            await on.crawl.start()
            site.pages["/feed"] = Reply(feed("a"))
            run = await on.run("/feed", more="")
            await on.crawl.stop(grace=0.1)
            assert kinds(run) == ["tls"] and "certificate" in run.failures[0].detail
            assert site.asked == []

    in_loop(story())


def test_bodies_beyond_the_limit_are_not_taken(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path, DOWNLOAD_MAXSIZE=50_000) as on:
            on.site.pages["/big"] = Reply(b"x" * 60_000)
            on.site.pages["/bomb"] = Reply(gzip.compress(b"x" * 5_000_000), headers={"Content-Encoding": "gzip"})
            assert kinds(await on.run("/big")) == ["too_big"]
            assert kinds(await on.run("/bomb")) == ["too_big"]

    in_loop(story())


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path, DOWNLOAD_TIMEOUT=0.2) as on:
            on.site.pages["/slow"] = Reply(feed("a"), wait=30)
            on.site.pages["/cut"] = Reply(feed("a"), promised=100_000)
            assert kinds(await on.run("/slow")) == ["timeout"] and on.site.times_asked("/slow") == 1
            assert kinds(await on.run("/cut")) == ["unreachable"]

    in_loop(story())


def test_where_nobody_listens(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.port = 9
            run = await on.run("/feed")
            assert kinds(run) == ["unreachable"] and run.failures[0].detail.startswith("robots.txt: ")

    in_loop(story())


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "not_expected"),
        (b"<!DOCTYPE html><html><body>Welcome</body></html>", "not_expected"),
        (b"<html><script src='/cdn-cgi/challenge-platform/x.js'></script></html>", "blocked"),
        (b'<!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>', "parse_error"),
        (b"<rss version='2.0'><channel><item><title>cut", "parse_error"),
    ],
)
def test_what_is_no_feed_is_a_failure_and_no_silence(tmp_path: Path, body: bytes, kind: str) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(body)
            run = await on.run("/feed")
            assert kinds(run) == [kind] and not run.validators

    in_loop(story())


def test_a_notice_that_cannot_be_stored_is_lost_and_its_page_read_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a", "bad", "a"))
            run = await on.run("/feed")
            assert (run.entries, run.items, run.settled, run.lost, run.duplicates) == (3, 2, 2, 1, 1)
            assert on.kept == ["a"] and not run.validators

    in_loop(story())


def test_a_run_that_never_comes_back_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.watch.LONGEST", 0.1)

    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/hang"] = Reply(feed("a"), wait=60)
            run = await on.run("/hang")
            assert kinds(run) == ["expired"] and not run.interrupted

    in_loop(story())


def test_what_stands_before_the_root_of_a_feed_is_read_once() -> None:
    started = time.monotonic()
    for text, root in (
        ("<!-- a --> " * 100_000 + "<rss>", "rss"),
        ("<!-- " * 100_000, None),
        ("<?xml version='1.0'?>\n<!-- <rss> -->\n<?x?><atom:feed>", "atom:feed"),
        ("\n <!DOCTYPE rss []>", "!DOCTYPE"),
        ("words <rss>", None),
        ("<?xml", None),
    ):
        head = _head(text)
        assert (head and head["root"]) == root
    assert time.monotonic() - started < 2
