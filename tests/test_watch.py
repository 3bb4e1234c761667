"""The one crawl of the service, against sites on loopback."""

import asyncio
import gzip
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address

from scrapers.base import retry_after
from scrapers.notice import Notice
from scrapers.resolver import PublicResolver, is_public
from scrapers.run import Run, Validator
from scrapers.sources import Source, load
from scrapers.watch import Crawl
from tests.loopback import Reply, Site, in_loop, self_signed, serving

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2025, 12, 1, 6, tzinfo=UTC)
ITEM = "<item><title>{0}</title><link>http://127.0.0.1/{0}</link><guid>{0}</guid></item>"


def feed(*keys: str) -> bytes:
    return f'<rss version="2.0"><channel><title>News</title>{"".join(map(ITEM.format, keys))}</channel></rss>'.encode()


class Kept:
    """A pipeline that keeps the keys in the list given as the store; a key "bad" it refuses."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys

    @classmethod
    def from_crawler(cls, crawler: Any) -> "Kept":
        return cls(crawler.spider.store)

    async def process_item(self, notice: Notice) -> Notice:
        if notice.key == "bad":
            raise ValueError("not this one")
        self.keys.append(notice.key)
        return notice


class Remembers(dict[str, Validator]):
    """Memory of what the runs of a test told."""

    def validator(self, url: str) -> Validator | None:
        return self.get(url)

    def fetched(self, url: str) -> datetime | None:
        return NOW if url in self else None


class Desk:
    """A site, a crawl that asks it, and what was kept."""

    def __init__(self, site: Site, folder: Path, **settings: Any) -> None:
        self.site = site
        self.folder = folder
        self.kept: list[str] = []
        self.memory = Remembers()
        self.now = NOW
        self.crawl = Crawl(
            store=self.kept,
            memory=self.memory,
            pipelines={f"{__name__}.Kept": 300},
            now=lambda: self.now,
            settings={"DOWNLOAD_DELAY": 0, **settings},
        )

    def source(self, path: str, name: str = "news", host: str = "127.0.0.1", more: str = "") -> Source:
        file = self.folder / f"{name}.toml"
        file.write_text(
            f'[[source]]\nname = "{name}"\ntitle = "News"\nkind = "press"\nlang = "nl"\nshape = "feed"\nevery = "1s"\n'
            f'url = "{self.site.url(path, host)}"\n{more}\n'
        )
        return load([file])[name]

    async def run(self, path: str, **about: str) -> Run:
        run = await self.crawl.run(self.source(path, **about))
        self.memory.update(run.validators)
        return run


@asynccontextmanager
async def desk(folder: Path, **settings: Any) -> AsyncIterator[Desk]:
    async with serving() as site:
        opened = Desk(site, folder, **settings)
        await opened.crawl.start()
        try:
            yield opened
        finally:
            await opened.crawl.stop(grace=0.1)


def kinds(run: Run) -> list[str]:
    return [failure.kind for failure in run.failures]


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


def test_a_server_that_says_when_is_asked_then(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(status=503, headers={"Retry-After": "120"})
            run = await on.run("/feed")
            assert kinds(run) == ["http_error"] and on.site.times_asked("/feed") == 1
            assert run.retry_after == NOW + timedelta(minutes=2)

    in_loop(story())


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("90", 90),
        (" 0 ", 0),
        ("Mon, 01 Dec 2025 06:10:00 GMT", 600),
        ("99999999999999999999", 86400),
        ("Mon, 01 Dec 2036 06:10:00 GMT", 86400),
    ],
)
def test_retry_after_in_both_forms(header: str, seconds: int) -> None:
    assert retry_after(header, NOW) == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize("header", ["", "soon", "-5", "Mon, 01 Dec 2025 05:00:00 GMT"])
def test_retry_after_that_says_nothing(header: str) -> None:
    assert retry_after(header, NOW) is None


def test_redirects_stay_on_the_hosts_of_the_record(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a"))
            on.site.pages["/moved"] = Reply(status=301, headers={"Location": "/feed"})
            on.site.pages["/away"] = Reply(status=302, headers={"Location": on.site.url("/feed", "localhost")})
            on.site.pages["/file"] = Reply(status=302, headers={"Location": "file:///etc/passwd"})
            on.site.pages["/round"] = Reply(status=302, headers={"Location": "/round"})
            moved = await on.run("/moved")
            assert moved.items == 1 and set(moved.validators) == {on.site.url("/moved")}
            for path in ("/away", "/file", "/round"):
                assert kinds(await on.run(path)) == ["redirected"], path
            assert on.site.times_asked("/feed") == 1

    in_loop(story())


def test_robots_txt_is_obeyed_and_asked_for_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private/\n\nUser-agent: groundstop\nDisallow: /not-you/\n")
            on.site.pages["/private/feed"] = on.site.pages["/not-you/feed"] = Reply(feed("a"))
            assert (await on.run("/private/feed")).items == 1
            assert kinds(await on.run("/not-you/feed")) == ["robots"]
            assert on.site.times_asked("/robots.txt") == 1 and on.site.times_asked("/not-you/feed") == 0

    in_loop(story())


def test_where_robots_txt_is_out_of_order_nothing_is_read(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/robots.txt"] = Reply(status=500)
            on.site.pages["/feed"] = Reply(feed("a"))
            run = await on.run("/feed")
            assert kinds(run) == ["http_error"] and run.failures[0].detail == "robots.txt: status 500"
            assert on.site.times_asked("/feed") == 0

    in_loop(story())


def test_a_robots_txt_that_was_read_counts_on_while_it_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.robots.KEPT", -1.0)  # asked for again each time

    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = on.site.pages["/private"] = Reply(feed("a"))
            on.site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /private\n")
            assert kinds(await on.run("/private")) == ["robots"]
            on.site.pages["/robots.txt"] = Reply(status=503)
            assert kinds(await on.run("/private")) == ["robots"]
            assert (await on.run("/feed")).items == 1

    in_loop(story())


def test_a_site_that_wants_a_pause_between_requests_gets_it(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/robots.txt"] = Reply(b"User-agent: *\nCrawl-delay: 0.05\n")
            on.site.pages["/feed"] = Reply(feed("a"))
            assert (await on.run("/feed")).items == 1
            downloader = on.crawl._crawler.engine.downloader
            assert downloader.slots["127.0.0.1"].delay == downloader.per_slot_settings["127.0.0.1"]["delay"] == 0.05

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


def test_one_host_never_gets_two_requests_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            for name in "abcd":
                on.site.pages[f"/{name}"] = Reply(feed(name), wait=0.02)
            runs = await asyncio.gather(*(on.crawl.run(on.source(f"/{name}", name=name)) for name in "abcd"))
            assert [run.items for run in runs] == [1, 1, 1, 1]
            assert on.site.at_once == 1

    in_loop(story())


def test_a_second_run_of_a_source_waits_for_the_first(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a"), wait=0.02)
            source = on.source("/feed")
            runs = await asyncio.gather(*(on.crawl.run(source) for _ in range(3)))
            assert [run.items for run in runs] == [1, 1, 1] and on.kept == ["a", "a", "a"]

    in_loop(story())


def test_a_notice_that_cannot_be_stored_is_lost_and_its_page_read_again(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a", "bad", "a"))
            run = await on.run("/feed")
            assert (run.entries, run.items, run.settled, run.lost, run.duplicates) == (3, 2, 2, 1, 1)
            assert on.kept == ["a"] and not run.validators

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


def test_a_run_that_never_comes_back_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrapers.watch.LONGEST", 0.1)

    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/hang"] = Reply(feed("a"), wait=60)
            run = await on.run("/hang")
            assert kinds(run) == ["expired"] and not run.interrupted

    in_loop(story())


def test_only_what_a_record_asks_for_is_taken_from_a_feed_about_everything(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("weather", "flights", "sports"))
            run = await on.run("/feed", more="only = ['\\bflights?\\b']")
            assert (run.entries, run.items, on.kept) == (3, 1, ["flights"])

    in_loop(story())


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:192.168.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_name_that_leads_into_a_private_network_has_no_address() -> None:
    class Receiver:
        def __init__(self) -> None:
            self.found: list[IPv4Address] = []
            self.done = asyncio.Event()

        def resolutionBegan(self, resolution: Any) -> None:
            self.began = resolution

        def addressResolved(self, address: IPv4Address) -> None:
            self.found.append(address)

        def resolutionComplete(self) -> None:
            self.done.set()

    async def resolved(name: str, *addresses: str) -> list[str]:
        async def lookup(_: str) -> list[str]:
            return list(addresses)

        receiver = Receiver()
        PublicResolver(None, 1.0, lookup).resolveHostName(receiver, name, 443)
        await receiver.done.wait()
        return [address.host for address in receiver.found]

    async def story() -> None:
        assert await resolved("news.example", "93.184.216.34", "10.0.0.1") == ["93.184.216.34"]
        assert await resolved("rebound.example", "127.0.0.1", "169.254.169.254") == []
        assert await resolved("localhost", "127.0.0.1") == ["127.0.0.1"]
        assert await resolved("127.0.0.1") == ["127.0.0.1"]

    in_loop(story())
