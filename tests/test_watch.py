"""The one crawl of the service, against sites on loopback: runs, what has not changed, lists, and the end."""

import asyncio
import json
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from scrapers.sources import load
from tests.desk import Desk, desk, feed, kinds
from tests.loopback import Reply, in_loop, serving

ROOT = Path(__file__).resolve().parent.parent


def test_a_run_brings_the_notices_and_ends_when_they_are_stored(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a", "b"), headers={"Content-Type": "application/rss+xml"})
            run = await on.run("/feed")
            assert on.kept == ["a", "b"]
            assert (run.entries, run.items, run.settled, run.lost, run.requests, run.failures) == (2, 2, 2, 0, 1, [])
            assert run.responses == {200: 1} and run.bytes == len(feed("a", "b")) and not run.interrupted
            asked = on.site.asked[-1].headers
            assert asked["accept-language"] == "nl, en;q=0.5"
            assert asked["user-agent"].startswith("groundstop/")
            assert not {"cookie", "referer"} & asked.keys()

    in_loop(story())


def test_what_has_not_changed_is_not_read_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/tagged"] = Reply(feed("a"), headers={"ETag": '"1"', "Last-Modified": "Mon, 01 Dec 2025 05:00:00 GMT"})
            on.site.pages["/plain"] = Reply(feed("b"))
            for path in ("/tagged", "/plain"):
                assert (await on.run(path)).items == 1
                again = await on.run(path)
                assert (again.items, again.unchanged, again.failures) == (0, 1, [])
                assert set(again.validators) == {on.site.url(path)}
            tagged = [asked.headers for asked in on.site.asked if asked.path == "/tagged"]
            assert tagged[1]["if-none-match"] == '"1"' and tagged[1]["if-modified-since"] == "Mon, 01 Dec 2025 05:00:00 GMT"
            on.site.pages["/tagged"] = Reply(feed("a", "c"), headers={"ETag": '"2"'})
            assert (await on.run("/tagged")).items == 2

    in_loop(story())


def test_an_answer_without_entries_is_not_remembered(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed(), headers={"ETag": '"shell"'})
            for _ in range(2):
                run = await on.run("/feed")
                assert (run.entries, run.unchanged, run.validators) == (0, 0, {})
            assert (await on.run("/feed", more="items = 0")).validators

    in_loop(story())


def test_a_second_run_of_a_source_waits_for_the_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a"), wait=0.02)
            source = on.source("/feed")
            runs = await asyncio.gather(*(on.crawl.run(source) for _ in range(3)))
            assert [run.items for run in runs] == [1, 1, 1] and on.kept == ["a", "a", "a"]

    in_loop(story())


def test_a_stop_ends_hanging_runs_and_keeps_what_is_complete(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/quick"] = Reply(feed("a"))
            on.site.pages["/hang"] = Reply(feed("b"), wait=60)
            hanging = asyncio.create_task(on.crawl.run(on.source("/hang", name="hang", host="localhost")))
            quick = await on.run("/quick")
            await asyncio.wait_for(on.crawl.stop(grace=0.2), 5)
            run = await hanging
            assert run.interrupted and run.items == 0 and not quick.interrupted
            assert on.kept == ["a"]
            assert not on.crawl.alive
            late = await on.crawl.run(on.source("/quick"))
            assert late.interrupted and late.requests == 0

    in_loop(story())


LISTING = """shape = "listing"
options.link = "main a"
options.match = '/n/'
"""
LIST = b"<main><a href='/n/1'>One</a> <a href='/n/2'>Two</a> <a href='/about'>About</a></main>"


def article(words: str) -> bytes:
    return (
        f"<html><head><title>{words}</title></head><body><main><h1>{words}</h1><p>Flights are suspended.</p></main></body></html>".encode()
    )


def test_a_list_is_read_each_time_and_its_articles_when_they_are_due(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/list"] = Reply(LIST)
            on.site.pages["/n/1"] = Reply(article("One"), headers={"ETag": '"1"'})
            on.site.pages["/n/2"] = Reply(status=500)
            file = tmp_path / "list.toml"
            file.write_text(
                f'[[source]]\nname = "list"\ntitle = "List"\nkind = "press"\nevery = "1m"\nurl = "{on.site.url("/list")}"\n{LISTING}'
            )
            source = load([file])["list"]
            first = await on.crawl.run(source)
            on.memory.update(first.validators)
            assert (first.entries, first.items, kinds(first)) == (2, 1, ["http_error"])
            assert on.kept == [on.site.url("/n/1")]
            on.site.pages["/n/2"] = Reply(article("Two"))
            second = await on.crawl.run(source)
            on.memory.update(second.validators)
            assert (second.entries, second.items, second.requests, second.failures) == (2, 1, 2, [])
            third = await on.crawl.run(source)
            assert (third.entries, third.items, third.requests) == (2, 0, 1)
            on.now += timedelta(hours=25)
            fourth = await on.crawl.run(source)
            assert (fourth.entries, fourth.items, fourth.requests, fourth.unchanged) == (2, 0, 3, 2)

    in_loop(story())


def test_scrapy_itself_lists_and_crawls_the_sources(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving() as site:
            site.pages["/feed"] = Reply(feed("a", "b"))
            Desk(site, tmp_path).source("/feed")
            common = ("-s", f"GROUNDSTOP_SOURCES={tmp_path}", "-s", "DOWNLOAD_DELAY=0.001")
            for arguments in (("list", *common), ("crawl", "news", "-O", str(tmp_path / "out.jsonl"), *common)):
                process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "scrapy", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
                )
                out, err = await process.communicate()
                assert process.returncode == 0, err.decode()
                if arguments[0] == "list":
                    assert out.decode().split() == ["news"]
            lines = (tmp_path / "out.jsonl").read_text("utf-8").splitlines()
            assert [json.loads(line)["key"] for line in lines] == ["a", "b"]

    in_loop(story())


def test_a_stop_does_not_wait_for_a_site_s_delay(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 25\n")
            waiting = asyncio.create_task(on.run("/feed"))
            while not on.site.times_asked("/robots.txt"):
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.05)
            await asyncio.wait_for(on.crawl.stop(grace=0.1), 5)
            run = await waiting
            assert run.interrupted and on.site.times_asked("/feed") == 0
            assert "cancelled" not in caplog.text

    in_loop(story())


def test_only_what_a_record_asks_for_is_taken_from_a_feed_about_everything(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("weather", "flights", "sports"))
            run = await on.run("/feed", more="only = ['\\bflights?\\b']")
            assert (run.entries, run.items, on.kept) == (3, 1, ["flights"])

    in_loop(story())
