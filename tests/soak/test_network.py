"""Faults between us and a site, each made to happen: the verdict that a run gets, and no flag that is not due.

Each story is the same. A source is read, then states a suspension, which is flagged; then the fault, at three polls; then it is well
again and states another. Two suspensions are flagged, each once, and the source as broken and recovered where the fault is a failure.
"""

import asyncio
import gzip
import random
from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.loopback import Reply, in_loop, self_signed
from tests.soak.certificates import Authority
from tests.soak.faulty import CALM, FIRST, SECOND, Stand, Wire, feed, reset, stand, wires
from tests.soak.figures import Figures

RSS = {"Content-Type": "application/rss+xml; charset=utf-8"}
GOOD = feed(FIRST, CALM).encode()
BROKEN = ["source_broken stand", "source_recovered stand"]
SOLD = "<html><head><title>stand.example</title></head><body><p>This domain is for sale. Make an offer now.</p></body></html>"
CHECK = "<html><body><h1>One moment</h1><p>Please complete the captcha to show that you are not a robot.</p></body></html>"
SHELL = "<!doctype html><html><head><title>The Stand</title></head><body><div id='root'></div><script src='/app.js'></script></body></html>"


def page(body: str | bytes, status: int = 200, **headers: str) -> Reply:
    content = body.encode() if isinstance(body, str) else body
    return Reply(content, status, {"Content-Type": "text/html; charset=utf-8", **{k.replace("_", "-"): v for k, v in headers.items()}})


def rss(body: str | bytes, **headers: str) -> Reply:
    return Reply(body.encode() if isinstance(body, str) else body, headers={**RSS, **headers})


class Fault(NamedTuple):
    verdict: str
    reply: Reply
    also: tuple[str, ...] = ()
    """Flags that are due beside."""


ENTITIES = '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
EXTERNAL = '<!DOCTYPE rss SYSTEM "file:///etc/passwd" [<!ENTITY x SYSTEM "file:///etc/passwd">]>'

ANSWERS = {
    "403 with a challenge": Fault("blocked", page(CHECK, 403)),
    "200 with a captcha": Fault("blocked", page(CHECK)),
    "a parked domain": Fault("parse_error", page(SOLD)),
    "the shell of an application": Fault("parse_error", page(SHELL)),
    "an empty body": Fault("parse_error", page("")),
    "an empty feed": Fault("empty", rss(feed())),
    "malformed XML": Fault("parse_error", rss("<rss version='2.0'><channel><title>KLM <stops</chanel>")),
    "malformed XML that can be read": Fault("ok", rss(GOOD.replace(b"</description>", b"& more <br></description>"))),
    "half a feed": Fault("partial", rss(GOOD[: len(GOOD) // 2 + 120])),
    "entities that unfold": Fault("parse_error", rss(feed(FIRST, CALM, head=ENTITIES))),
    "an external DTD and entity": Fault("parse_error", rss(feed(FIRST, ("x", "&x;", "&x;", CALM[3]), head=EXTERNAL))),
    "a gzip bomb": Fault("parse_error", rss(gzip.compress(b" " * 40_000_000), **{"Content-Encoding": "gzip"})),
    "a body that is no gzip": Fault("unreachable", rss(GOOD, **{"Content-Encoding": "gzip"})),
    "a Content-Length that promises more": Fault("unreachable", Reply(GOOD, headers=RSS, promised=len(GOOD) + 5_000)),
    "a Content-Length that promises less": Fault("partial", Reply(GOOD, headers=RSS, promised=len(GOOD) - 60)),
    "redirects without an end": Fault("parse_error", Reply(status=302, headers={"Location": "/feed"})),
    "500": Fault("unreachable", page("<h1>Internal error</h1>", 500)),
    "404": Fault("gone", page("<h1>Not here</h1>", 404)),
    "401": Fault("blocked", page("", 401)),
    "a status that there is not": Fault("unreachable", page("", 799)),
}
"""By what the address answers."""

ELSEWHERE = (
    "http://other.example/feed", "http://10.0.0.8/feed", "http://169.254.169.254/latest/meta-data/", "http://[::1]/feed",
    "http://localhost:{port}/feed", "http://0x7f.1:{port}/feed", "http://2130706433:{port}/feed", "//192.168.1.1/feed",
    "file:///etc/passwd", "ftp://127.0.0.1/feed", "data:application/rss+xml,<rss/>", "gopher://127.0.0.1/", "http://user@127.0.0.2:{port}/feed",
)  # fmt: skip


def healthy(on: Stand) -> None:
    on.site.pages["/feed"] = rss(GOOD)


async def begin(on: Stand, figures: Figures) -> Any:
    """The first run, and the first suspension."""
    source = on.source(on.site.url("/feed"))
    on.site.pages["/feed"] = rss(feed(CALM))
    assert (await on.poll(source)).name == "ok"
    healthy(on)
    assert (await on.poll(source)).name == "ok"
    on.check(figures, ["new TP"], ["calm", "one"])
    return source


async def end(on: Stand, figures: Figures, source: Any, *more: str) -> None:
    """Well again, with another suspension."""
    on.clock.pass_(hours=25)  # whatever Retry-After asked for has passed
    on.site.pages["/feed"] = rss(feed(SECOND, FIRST, CALM))
    assert (await on.poll(source)).name == "ok"
    assert (await on.poll(source)).name == "unchanged"
    on.check(figures, ["new TP", "new KL", *more], ["calm", "one", "two"])
    figures.faults_tried += 1


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_that_is_none(tmp_path: Path, figures: Figures, name: str) -> None:
    fault = ANSWERS[name]

    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            on.site.pages["/feed"] = fault.reply
            for _ in range(3):
                verdict = await on.poll(source)
                assert verdict.name in (fault.verdict, "unchanged" if fault.verdict == "ok" else ""), verdict
            told = on.ask("SELECT health, problem FROM sources")
            assert told[0][1] or fault.verdict == "ok", "a person who opens the database sees what is wrong"
            await end(on, figures, source, *(BROKEN if not verdict.success else []), *fault.also)

    in_loop(story())


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_redirect_elsewhere_is_not_followed(tmp_path: Path, figures: Figures, target: str) -> None:
    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            asked = on.site.times_asked("/feed")
            on.site.pages["/feed"] = Reply(status=301, headers={"Location": target.format(port=on.site.port)})
            for _ in range(3):
                verdict = await on.poll(source)
                assert verdict.name in ("parse_error", "unreachable"), verdict
            assert on.site.times_asked("/feed") <= asked + 6
            await end(on, figures, source, *BROKEN)

    in_loop(story())


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("after", "longest"),
    [
        ("120", 120), ("DATE", 7200), ("-5", 0), ("soon", 0), ("²", 0), ("315360000", 86_400), ("9" * 400, 86_400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Fri, 99 Foo 99999 23:59:59", 0),
    ],
)  # fmt: skip
def test_a_server_that_wants_to_be_left_alone(tmp_path: Path, figures: Figures, status: int, after: str, longest: int) -> None:
    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            for _ in range(3):
                said = format_datetime(on.clock() + timedelta(minutes=20, hours=2), usegmt=True) if after == "DATE" else after
                on.site.pages["/feed"] = page("", status, Retry_After=said)
                assert (await on.poll(source)).name == ("blocked" if status == 429 else "unreachable")
                wait = on.last.retry_after
                assert (wait - on.clock()).total_seconds() == longest if longest else wait is None or wait <= on.clock()
            await end(on, figures, source, *BROKEN)

    in_loop(story())


async def _reset(writer: asyncio.StreamWriter) -> None:
    reset(writer)


async def _hang(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nX-Half: ")
    await writer.drain()
    await asyncio.sleep(30)


async def _drip(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    for byte in GOOD:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.2)


async def _garbage(writer: asyncio.StreamWriter) -> None:
    writer.write(random.Random(1).randbytes(50_000))
    await writer.drain()


async def _cut(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n<rss version='2.0'>")
    await writer.drain()


async def _headers(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n" + b"X-Long: " + b"a" * 1_000_000 + b"\r\n\r\n")
    await writer.drain()


WIRES: dict[str, tuple[str, Wire]] = {
    "reset": ("unreachable", _reset),
    "headers that hang": ("unreachable", _hang),
    "a byte now and then": ("unreachable", _drip),
    "no HTTP at all": ("unreachable", _garbage),
    "a chunk that breaks off": ("unreachable", _cut),
    "a header of a million letters": ("unreachable", _headers),
}


@pytest.mark.parametrize("name", WIRES)
def test_a_connection_that_goes_wrong(tmp_path: Path, figures: Figures, name: str) -> None:
    verdict, wire = WIRES[name]

    async def story() -> None:
        async with stand(tmp_path) as on, wires() as server:
            source = await begin(on, figures)
            server.paths["/feed"] = wire
            astray = on.source(f"http://127.0.0.1:{server.port}/feed")
            for _ in range(3):
                assert (await on.poll(astray)).name == verdict
            await end(on, figures, source, *BROKEN)

    in_loop(story())


def test_a_body_without_an_end_is_broken_off(tmp_path: Path, figures: Figures, full: bool) -> None:
    """Two gigabytes are offered; no more is taken than the limit and what the sockets hold."""
    offered = 2 * 1024**3 if full else 256 * 1024**2

    async def story() -> None:
        async with stand(tmp_path, DOWNLOAD_TIMEOUT=30) as on, wires() as server:
            sent = 0

            async def flood(writer: asyncio.StreamWriter) -> None:
                nonlocal sent
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n")
                block = b"<!-- " + b"x" * 65_000 + b" -->"
                while sent < offered:
                    writer.write(block)
                    await writer.drain()
                    sent += len(block)

            source = await begin(on, figures)
            server.paths["/feed"] = flood
            astray = on.source(f"http://127.0.0.1:{server.port}/feed")
            for _ in range(3):
                sent = 0
                assert (await on.poll(astray)).name == "parse_error"
                assert sent < 64 * 1024**2
            await end(on, figures, source, *BROKEN)

    in_loop(story())


def test_nobody_listens_and_nobody_is_known(tmp_path: Path, figures: Figures) -> None:
    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            for url in ("http://127.0.0.1:9/feed", "http://nowhere.invalid/feed"):
                for _ in range(3):
                    assert (await on.poll(on.source(url))).name == "unreachable"
            figures.faults_tried += 1
            await end(on, figures, source, *BROKEN)

    in_loop(story())


def test_a_public_name_that_leads_into_a_private_network(tmp_path: Path, figures: Figures) -> None:
    """A name server that answers with our own addresses: rebinding."""

    async def story() -> None:
        async with stand(tmp_path) as on:
            from twisted.internet import reactor

            source = await begin(on, figures)
            resolver: Any = reactor.nameResolver  # type: ignore[attr-defined]
            before, asked = resolver.lookup, on.site.times_asked("/feed")

            async def rebound(name: str) -> list[str]:
                return ["127.0.0.1", "10.0.0.1", "::1"]

            resolver.lookup = rebound
            try:
                for _ in range(3):
                    assert (await on.poll(on.source(on.site.url("/feed", "public.example")))).name == "unreachable"
            finally:
                resolver.lookup = before
            assert on.site.times_asked("/feed") == asked
            await end(on, figures, source, *BROKEN)

    in_loop(story())


def test_certificates_that_nobody_vouches_for(tmp_path: Path, figures: Figures) -> None:
    async def story() -> None:
        async with stand(tmp_path) as on, wires(self_signed(tmp_path)) as server:
            source = await begin(on, figures)
            for _ in range(3):
                verdict = await on.poll(on.source(f"https://127.0.0.1:{server.port}/feed"))
                assert verdict.name == "unreachable" and "certificate" in verdict.said
            await end(on, figures, source, *BROKEN)

    in_loop(story())


@pytest.mark.parametrize(
    ("address", "days", "verdict"),
    [
        ("127.0.0.1", (-1, 1), "ok"),
        ("127.0.0.1", (-3, -1), "unreachable"),
        ("127.0.0.1", (1, 2), "unreachable"),
        ("127.0.0.9", (-1, 1), "unreachable"),
    ],
    ids=["in order", "expired", "not yet valid", "of another host"],
)
def test_certificates_of_an_authority_that_is_trusted(
    tmp_path: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch, address: str, days: tuple[int, int], verdict: str
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n" % len(GOOD) + GOOD)
        await writer.drain()

    async def story() -> None:
        async with stand(tmp_path) as on, wires(authority.server(address, days)) as server:
            server.paths["/feed"] = answer
            judged = await on.poll(on.source(f"https://127.0.0.1:{server.port}/feed"))
            assert judged.name == verdict, judged
            assert verdict == "ok" or "certificate or encryption was refused" in judged.said
            figures.faults_tried += verdict != "ok"

    in_loop(story())


RUSSIAN = ("ru", "Рейсы остановлены", "Авиакомпания Iberia приостановила рейсы в Каракас до 20 декабря.", "Mon, 01 Dec 2025 08:00:00 GMT")
SAID = feed(RUSSIAN, FIRST, CALM, head="")


@pytest.mark.parametrize(
    ("name", "body", "headers"),
    [
        ("windows-1251, said by nobody", SAID.encode("cp1251"), {"Content-Type": "application/rss+xml"}),
        ("windows-1251, called UTF-8", SAID.encode("cp1251"), RSS),
        ("UTF-8, called windows-1251", SAID.encode(), {"Content-Type": "text/xml; charset=windows-1251"}),
        ("UTF-8, called what there is not", SAID.encode(), {"Content-Type": "text/xml; charset=klingon-8"}),
        ("UTF-16", SAID.encode("utf-16"), {"Content-Type": "text/xml"}),
        ("UTF-16, big end first", b"\xfe\xff" + SAID.encode("utf-16-be"), RSS),
        ("mixed line ends", SAID.replace("\n", "\r\n", 2).replace("</item>", "</item>\r").encode(), RSS),
        ("a mark and blanks first", b"\xef\xbb\xbf \r\n\t" + SAID.encode(), RSS),
    ],
)
def test_letters_are_read_whatever_is_said_of_them(
    tmp_path: Path, figures: Figures, name: str, body: bytes, headers: dict[str, str]
) -> None:
    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            on.site.pages["/feed"] = Reply(body, headers=headers)
            assert (await on.poll(source)).name == "ok"
            assert on.ask("SELECT title FROM notices WHERE key LIKE '%ru'") == [(RUSSIAN[1],)]
            await end(on, figures, source, "new IB")

    in_loop(story())


def test_more_items_than_anybody_takes(tmp_path: Path, figures: Figures, full: bool) -> None:
    """What is left out is said, and what was read is kept."""
    number = 100_000 if full else 3_000

    async def story() -> None:
        async with stand(tmp_path, DOWNLOAD_TIMEOUT=60) as on:
            source = await begin(on, figures)
            items = "".join(f"<item><guid>{n}</guid><title>No {n}</title></item>" for n in range(number))
            on.site.pages["/feed"] = rss(f'<rss version="2.0"><channel>{items}</channel></rss>')
            verdict = await on.poll(source)
            assert verdict.name == "partial" and "too many notices" in verdict.said
            assert on.ask("SELECT count(*) FROM notices") == [(1002,)]
            await end(on, figures, source)

    in_loop(story())


def test_times_that_cannot_be(tmp_path: Path, figures: Figures) -> None:
    """A time from before there were feeds, or from a future that nobody plans, is none: such a notice is news of today."""
    old = (
        "old",
        "Iberia stops Caracas",
        "Iberia has suspended its flights to Caracas until further notice.",
        "Thu, 01 Jan 1970 00:00:00 GMT",
    )
    new = (
        "next",
        "Avianca stops Caracas",
        "Avianca has suspended its flights to Caracas until further notice.",
        "Thu, 31 Dec 2099 00:00:00 GMT",
    )
    odd = ("odd", "GOL stops Caracas", "GOL has suspended its flights to Caracas until further notice.", "Mon, 45 Xyz 20255 99:99:99 +9900")

    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            on.site.pages["/feed"] = rss(feed(old, new, odd, FIRST, CALM))
            assert (await on.poll(source)).name == "ok"
            figures.notices(["old", "next", "odd"], [key.rpartition("/")[2] for (key,) in on.ask("SELECT key FROM notices")])
            await end(on, figures, source, "new IB", "new AV", "new G3")

    in_loop(story())


def shuffled(items: list[Any], turn: int) -> str:
    random.Random(turn).shuffle(items)
    return feed(*items)


def other_ids(items: list[Any], turn: int) -> str:
    return feed(*((f"{key}-{turn}-{random.Random(turn).random()}", *rest) for key, *rest in items))


def five_times(items: list[Any], turn: int) -> str:
    return feed(*((f"{key}?ref={n}&turn={turn}", *rest) for n in range(5) for key, *rest in items)).replace("&turn", "&amp;turn")


@pytest.mark.parametrize("change", [shuffled, other_ids, five_times])
def test_the_same_words_are_no_news_however_they_are_served(
    tmp_path: Path, figures: Figures, full: bool, change: Callable[[list[Any], int], str]
) -> None:
    polls = 200 if full else 12

    async def story() -> None:
        async with stand(tmp_path) as on:
            source = await begin(on, figures)
            for turn in range(polls):
                on.site.pages["/feed"] = rss(change([FIRST, CALM], turn))
                assert (await on.poll(source)).name in ("ok", "unchanged")
            assert on.ask("SELECT count(*), count(DISTINCT hash) FROM notices") == [(2, 2)]
            assert on.ask("SELECT count(*) FROM versions") == [(2,)]
            await end(on, figures, source)

    in_loop(story())
