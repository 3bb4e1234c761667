"""What we do not do to a site, or let a site do to us."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.address import IPv4Address

from scrapers.base import retry_after
from scrapers.resolver import PublicResolver, is_public
from tests.desk import NOW, desk, feed, kinds
from tests.loopback import Reply, in_loop


def test_a_server_that_says_when_is_asked_then(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(status=503, headers={"Retry-After": "120"})
            run = await on.run("/feed")
            assert kinds(run) == ["http_error"] and on.site.times_asked("/feed") == 1
            assert run.retry_after == NOW + timedelta(minutes=2)

    in_loop(story())


def test_a_server_that_says_too_many_is_asked_for_nothing_else(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/a"] = Reply(status=429)
            run = await on.run("/a", more=f'also = ["{on.site.url("/b")}", "{on.site.url("/c")}"]')
            assert kinds(run) == ["blocked"] and on.site.times_asked("/b") == on.site.times_asked("/c") == 0

    in_loop(story())


def test_who_asks_says_so_and_names_no_site_that_is_not_ours(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            await on.run("/feed")
            agent = on.site.asked[-1].headers["user-agent"]
            assert agent.startswith("groundstop/") and "http" not in agent

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


@pytest.mark.parametrize("header", ["", "soon", "-5", "Mon, 01 Dec 2025 05:00:00 GMT", "Mon, 01 Dec 2025 060000000000000:00:00 GMT"])
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


def test_one_host_never_gets_two_requests_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with desk(tmp_path) as on:
            for name in "abcd":
                on.site.pages[f"/{name}"] = Reply(feed(name), wait=0.02)
            runs = await asyncio.gather(*(on.crawl.run(on.source(f"/{name}", name=name)) for name in "abcd"))
            assert [run.items for run in runs] == [1, 1, 1, 1]
            assert on.site.at_once == 1

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
        ("::ffff:93.184.216.34", True),
        ("::127.0.0.1", False),
        ("64:ff9b::93.184.216.34", True),
        ("64:ff9b::169.254.169.254", False),
        ("64:ff9b:1::127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
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
