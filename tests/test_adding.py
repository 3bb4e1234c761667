"""Adding a source, and proving those that there are: the commands as a person runs them, on a site of loopback."""

import asyncio
import json
import os
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from pipelines.checking import Checked, kept, report
from pipelines.proposing import propose
from scrapers.answer import Answer, Unexpected
from scrapers.fixtures import as_golden, fixtures, golden, origin, read
from scrapers.notice import Notice
from scrapers.recognising import announced, probe, recognise
from scrapers.run import Run
from scrapers.sources import load
from tests.loopback import Reply, Site, in_loop, serving
from tests.publisher import NEWS

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2025, 12, 1, 6, tzinfo=UTC)
XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


def item(number: int, day: str, title: str, text: str) -> str:
    about = f"<title>{title}</title><link>/n/{number}</link><guid>{number}</guid><description>{text}</description>"
    return f"<item>{about}<pubDate>{day} Nov 2025 10:00:00 +0100</pubDate></item>"


FEED = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>TAP Air Portugal, notícias</title>'
    + item(3, "Sat, 29", "TAP suspende voos para Caracas", "A TAP suspendeu todos os voos para Caracas até 15 de janeiro.")
    + item(2, "Fri, 28", "Nova sala no aeroporto", "Os passageiros podem usar a nova sala a partir de segunda-feira, sem custo.")
    + item(1, "Thu, 27", "O horário de inverno", "O horário de inverno foi publicado e os bilhetes estão à venda nas agências.")
    + "</channel></rss>"
).encode()
PAGE = b"""<html><head><title>TAP</title>
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments.xml">
<link rel="Alternate" type="application/rss+xml" href="/gone.xml">
<link rel="alternate" type="application/rss+xml" href="/news.xml"></head><body><main>Welcome</main></body></html>"""
ARTICLE = "<html><head><meta property='article:published_time' content='2025-11-29T10:00:00+01:00'></head><body><main><h1>Bericht {0}</h1>\
<p>KLM schrapt alle vluchten naar Caracas tot en met 15 januari.</p></main></body></html>"


class Done(NamedTuple):
    code: int
    out: str
    err: str


async def groundstop(*arguments: object) -> Done:
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "scheduler.py"), *map(str, arguments),
        cwd=ROOT, env={**os.environ, "GROUNDSTOP_DELAY": "0"}, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None and b"Traceback" not in err, err.decode()
    return Done(process.returncode, out.decode(), err.decode())


def publish(site: Site) -> None:
    site.pages["/"] = Reply(PAGE, headers=HTML)
    site.pages["/news.xml"] = Reply(FEED, headers=XML)
    links = "".join(f"<li><a href='/berichten/{number}'>Bericht {number} over het vliegverkeer</a></li>" for number in range(6))
    site.pages["/berichten/"] = Reply(f"<html><body><main><ul>{links}</ul></main></body></html>".encode(), headers=HTML)
    for number in range(6):
        site.pages[f"/berichten/{number}"] = Reply(ARTICLE.format(number).encode(), headers=HTML)


def test_a_page_leads_to_its_feed_a_record_and_a_fixture_with_origin_and_golden(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving() as site:
            publish(site)
            done = await groundstop("capture", site.url("/"), "--into", tmp_path / "fixtures", "--slug", "first")
            assert done.code == 1 and "for review: 3 notices" in done.err and "/comments.xml" in done.err
            (tmp_path / "sources.toml").write_text(done.out, "utf-8")  # what is printed is a record
            (source,) = load([tmp_path / "sources.toml"]).values()
            assert (source.shape, source.url, source.lang, source.items) == ("feed", site.url("/news.xml"), "pt", 1)
            assert (source.kind, source.operator, source.official, source.known) == ("airline", "TP", True, "A")
            (fixture,) = fixtures(tmp_path / "fixtures" / source.name)
            assert fixture.name.endswith("-first.xml") and fixture.read_bytes() == FEED
            assert as_golden(read(fixture, source)) == json.loads(golden(fixture).read_text("utf-8"))
            told = tomllib.loads(origin(fixture).read_text("utf-8"))
            assert (told["url"], told["content_type"]) == (source.url, XML["Content-Type"])
            assert timedelta(0) <= datetime.now(UTC) - told["fetched"] < timedelta(minutes=5)
            # The same address is not added twice; by its name it is captured again.
            again = await groundstop("capture", site.url("/"), "--sources", tmp_path / "sources.toml", "--into", tmp_path / "fixtures")
            assert again.code == 2 and source.name in again.err
            taken = await groundstop("capture", site.url("/berichten/"), "--name", source.name, "--sources", tmp_path / "sources.toml")
            assert taken.code == 2 and "choose another" in taken.err
            named = await groundstop("capture", source.name, "--sources", tmp_path / "sources.toml", "--into", tmp_path / "fixtures")
            assert named.code == 1 and [json.loads(line)["key"] for line in named.out.splitlines()] == ["3", "2", "1"]

    in_loop(story())


def test_a_list_is_kept_with_its_first_article(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving() as site:
            publish(site)
            done = await groundstop("capture", site.url("/berichten/"), "--name", "berichten", "--into", tmp_path)
            assert done.code == 1
            (tmp_path / "sources.toml").write_text(done.out, "utf-8")
            (source,) = load([tmp_path / "sources.toml"]).values()
            article, listed = fixtures(tmp_path / "berichten")
            assert [notice.url for notice in read(listed, source)] == [site.url(f"/berichten/{number}") for number in range(6)]
            (notice,) = read(article, source)
            assert (notice.title, notice.key, notice.published) == ("Bericht 0", site.url("/berichten/0"), "2025-11-29T10:00:00+01:00")
            assert sum(asked.path.startswith("/berichten/") and asked.path != "/berichten/" for asked in site.asked) == 1

    in_loop(story())


def test_what_cannot_be_captured_is_told_in_a_line(tmp_path: Path) -> None:
    async def story() -> None:
        async with serving() as site:
            site.pages["/shell"] = Reply(b"<html><body><div id=app></div></body></html>", headers=HTML)
            for url, words, code in (
                (site.url("/none"), "status 404", 1),
                (site.url("/shell"), "a shell", 1),
                ("file:///etc/passwd", "no web address", 2),
            ):
                done = await groundstop("capture", url, "--into", tmp_path)
                assert done.code == code and words in done.err and not done.out
            site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /")
            assert "robots" in (await groundstop("capture", site.url("/shell"), "--into", tmp_path)).err
            assert list(tmp_path.iterdir()) == []

    in_loop(story())


def test_check_tells_what_would_be_stored_and_what_fails_and_stores_nothing(tmp_path: Path) -> None:
    record = '[[source]]\nname = "{0}"\ntitle = "T"\nkind = "press"\nlang = "{1}"\nshape = "{2}"\nurl = "{3}"\nevery = "1h"\n{4}\n'

    async def story() -> None:
        async with serving() as site:
            publish(site)
            site.pages["/moved"] = Reply(status=301, headers={"Location": "/news.xml"})
            records = (
                record.format("well", "pt", "feed", site.url("/news.xml"), "items = 3"),
                record.format("few", "pt", "feed", site.url("/news.xml?b"), "items = 9"),
                record.format("moved", "de", "feed", site.url("/moved"), 'quiet = "1d"'),
                record.format("list", "nl", "listing", site.url("/berichten/"), "options.link = 'li a'"),
                record.format("gone", "nl", "page", site.url("/none"), ""),
            )
            site.pages["/news.xml?b"] = Reply(FEED, headers=XML)
            (tmp_path / "sources.toml").write_text("".join(records), "utf-8")
            sources = ("--sources", tmp_path / "sources.toml")
            done = await groundstop("sources", "check", *sources, "--json")
            rows = {row["source"]: row for row in json.loads(done.out)}
            failed = {name: [one["expectation"] for one in row["failed"]] for name, row in rows.items()}
            assert failed == {"well": [], "few": ["items"], "moved": ["quiet", "redirects", "language"], "list": [], "gone": ["answer"]}
            assert done.code == 1 and site.at_once == 1
            (event,) = rows["well"]["notices"][0]["events"]
            assert (event["kind"], event["operator"], event["destinations"], event["effective_to"]) == (
                "suspension", "TP", ["CCS"], "2026-01-15",
            )  # fmt: skip
            assert len(rows["list"]["notices"]) == 6
            well = await groundstop("sources", "check", "well", *sources)
            assert well.code == 0 and "suspension TP: CCS, until 2026-01-15" in well.out and "FAILS" not in well.out
            told = await groundstop("sources", "check", "moved", *sources)
            assert "FAILS language" in told.out and "1 not as expected" in told.out
            assert [file.name for file in tmp_path.iterdir()] == ["sources.toml"]

    in_loop(story())


# --- shapes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ator-feed", "tass-feed", "fcdo-feed", "ator-telegram", "easa-czib", "faa-prohibitions"])
def test_a_known_sources_answer_is_recognised(name: str) -> None:
    source = load()[name]
    path = fixtures(ROOT / "tests" / "fixtures" / name)[0]
    found = recognise(Answer(source.url, path.read_bytes()))
    assert found.shape == source.shape
    assert len(found.notices) == len(read(path, source))


def test_records_are_found_with_their_fields() -> None:
    items = [
        {"uid": 1, "guid": f"a{number}", "headline": f"Bericht {number}", "body": "<p>Text</p>", "link": f"/n/{number}", "publishedAt": "x"}
        for number in range(3)
    ]
    found = recognise(Answer("https://api.example/v1", json.dumps({"meta": {"n": 3}, "data": {"items": items}}).encode()))
    assert found.shape == "json" and [notice.key for notice in found.notices] == ["a0", "a1", "a2"]
    assert found.options == {
        "records": "data.items", "key": "guid", "title": "headline", "html": "body", "url": "https://api.example{link}",
        "published": "publishedAt",
    }  # fmt: skip
    assert found.notices[0].url == "https://api.example/n/0"


def test_a_feed_whose_guid_never_changes_is_told_apart_by_more() -> None:
    body = FEED.replace(b"<guid>2", b"<guid>3").replace(b"<guid>1", b"<guid>3").replace(b"/n/2", b"/n/3").replace(b"/n/1", b"/n/3")
    assert recognise(Answer("https://x.example/", body)).options == {"key": "guid+date"}


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"a": [1, 2]}', b"<html><div id=app></div></html>", b"\x00" * 500, b"[" * 90_000])
def test_what_holds_nothing_is_no_shape(body: bytes) -> None:
    with pytest.raises(Unexpected):
        recognise(Answer("https://x.example/", body))
    assert announced(Answer("https://x.example/", body)) == []


def test_an_announced_feed_is_a_web_address() -> None:
    page = b"<link rel=alternate type=application/rss+xml href='file:///etc/passwd'><link rel=alternate type='text/html' href='/de'>"
    assert announced(Answer("https://x.example/", page)) == []


def test_what_a_site_calls_itself_cannot_break_the_record() -> None:
    title = 'x"\n[[source]]\nname = "evil"\x1b[2J\u202e\ud83d \x7f\U000e0041 \U0001d173\\'
    answer = Answer("https://www.air.co.uk/news", FEED)
    found = recognise(answer)
    proposal = propose(answer.url, title, found, probe(answer.url), {"air-feed"}, NOW)
    (record,) = tomllib.loads(proposal.toml)["source"]
    assert (record["name"], record["country"], record["every"]) == ("air-feed-2", "GB", "6h")
    assert "\x1b" not in proposal.toml and "\u202e" not in proposal.toml and record["title"].startswith('x"')
    assert "\U000e0041" not in proposal.toml and "\U000e0041" in record["title"], "escaped, not lost"


# --- expectations -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "failing"),
    [
        ({}, []),
        ({"published": "someday"}, ["dates"]),
        ({"published": ""}, ["dates"]),
        ({"published": "2025-12-01T09:30:00Z"}, ["future"]),
        ({"text": "Fl\ufffdge nach Caracas ausgesetzt"}, ["encoding"]),
        ({"title": "VÃ³os para Caracas"}, ["encoding"]),
    ],
)
def test_each_expectation_fails_for_its_own_reason(changed: dict[str, str], failing: list[str]) -> None:
    source = replace(NEWS, lang="en")
    about = {"title": "TAP flies to Caracas", "text": "The flights run as planned.", "published": "2025-11-30T08:00:00Z", **changed}
    run = Run(source, NOW)
    run.requests = run.entries = run.items = 1
    checked = Checked(source, NOW, [kept(Notice("news", "k", "https://news.example/k", **about), source, NOW)], run=run)
    assert [one["expectation"] for one in report(checked)["failed"]] == failing
