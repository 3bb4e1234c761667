"""Sources that want a key: named in a record, held by the environment, sent to one host, told nowhere."""

import json
import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scrapers.sources import SourceError, load
from tests.desk import desk, feed, kinds
from tests.loopback import Reply, in_loop
from tests.publisher import START, Clock
from tests.publisher import desk as store_desk

ROOT = Path(__file__).resolve().parent.parent
KEY = "k3y-0815-s3cr3t"
WANTS = 'headers = { X-Api-Key = "NEWS_KEY" }'
RECORD = """[[source]]
name = "news"
title = "News"
kind = "authority"
shape = "feed"
every = "1h"
url = "https://news.example/feed"
headers = { client_id = "NEWS_ID", client_secret = "NEWS_SECRET" }
"""


def test_the_key_goes_out_as_a_header_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NEWS_KEY", f" {KEY}\n")
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"], on.site.pages["/wrong"] = Reply(feed("a")), Reply(status=401)
            assert (await on.run("/feed", more=WANTS)).items == 1
            run = await on.run("/wrong", name="wrong", more=WANTS)
            assert kinds(run) == ["blocked"] and KEY not in repr(run.failures)
            asked = {one.path: one.headers for one in on.site.asked}
            assert asked["/feed"]["x-api-key"] == KEY and "x-api-key" not in asked["/robots.txt"]
            assert KEY not in repr(on.source("/feed", more=WANTS)) + repr(on.memory)

    in_loop(story())
    assert KEY not in caplog.text


def test_a_redirect_takes_no_key_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWS_KEY", KEY)

    async def story() -> None:
        async with desk(tmp_path) as on:
            on.site.pages["/feed"] = Reply(feed("a"))
            on.site.pages["/near"] = Reply(status=302, headers={"Location": "/feed"})
            on.site.pages["/away"] = Reply(status=302, headers={"Location": on.site.url("/other", "localhost")})
            on.site.pages["/other"] = Reply(feed("b"))
            assert (await on.run("/near", more=WANTS)).items == 1
            without = replace(on.source("/away", name="without"), hosts=("localhost",))
            assert (await on.crawl.run(without)).items == 1
            keyed = replace(on.source("/away", name="keyed", more=WANTS), hosts=("localhost",))
            run = await on.crawl.run(keyed)
            assert kinds(run) == ["redirected"] and "a key does not go" in run.failures[0].detail
            assert on.site.times_asked("/other") == 1

    in_loop(story())


def test_without_its_key_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEWS_KEY", raising=False)

    async def story() -> None:
        async with desk(tmp_path) as on:
            run = await on.run("/feed", more=WANTS)
            assert kinds(run) == ["no_key"] and "NEWS_KEY" in run.failures[0].detail and on.site.asked == []

    in_loop(story())


def test_a_key_itself_in_a_record_is_refused_and_not_repeated(tmp_path: Path) -> None:
    for line in (f'headers = {{ client_id = "{KEY}" }}', "headers = { client_id = 48151623 }"):
        (tmp_path / "a.toml").write_text(RECORD.replace('headers = { client_id = "NEWS_ID", client_secret = "NEWS_SECRET" }', line))
        with pytest.raises(SourceError) as caught:
            load([tmp_path])
        assert "environment variable" in str(caught.value) and KEY not in str(caught.value) and "48151623" not in str(caught.value)


def test_a_key_does_not_travel_in_the_open(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(RECORD.replace("https:", "http:"))
    with pytest.raises(SourceError, match="in the open; ask for it with https"):
        load([tmp_path])


def groundstop(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command on the records of ``folder``."""
    without = {name: value for name, value in os.environ.items() if not name.startswith("NEWS_")}
    given = {**without, "GROUNDSTOP_SOURCES": str(folder / "a.toml"), "GROUNDSTOP_DB": str(folder / "a.db"), **settings}
    return subprocess.run(
        [sys.executable, str(ROOT / "scheduler.py"), *arguments], env=given, cwd=ROOT, capture_output=True, text=True, timeout=60
    )


def test_the_commands_tell_a_missing_key_and_call_nothing_broken(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(RECORD)
    (row,) = json.loads(groundstop(tmp_path, "sources", "--json").stdout)
    assert row["state"] == "no key" and "NEWS_ID and NEWS_SECRET are not set" in row["problem"]
    (row,) = json.loads(groundstop(tmp_path, "sources", "--json", NEWS_ID=KEY).stdout)
    assert "NEWS_SECRET is not set" in row["problem"] and KEY not in str(row)
    (row,) = json.loads(groundstop(tmp_path, "sources", "--json", NEWS_ID=KEY, NEWS_SECRET=KEY).stdout)
    assert (row["state"], row["problem"]) == ("never run", None)
    (row,) = json.loads(groundstop(tmp_path, "once", "--json").stdout)
    assert row["verdict"] == "not run" and "NEWS_ID and NEWS_SECRET are not set" in row["said"]
    status = groundstop(tmp_path, "status")
    assert status.returncode == 0 and "news: not polled: NEWS_ID and NEWS_SECRET are not set" in status.stdout
    assert json.loads(groundstop(tmp_path, "status", "--json").stdout)["broken"] == []


def test_a_source_that_loses_its_key_is_no_longer_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.toml").write_text(RECORD)
    source = load([tmp_path / "a.toml"])["news"]
    for name in source.headers.values():
        monkeypatch.setenv(name, KEY)
    with store_desk(tmp_path / "groundstop.db", Clock(START)) as at_work:
        at_work.store.watch({"news": source})
        for _ in range(3):
            failed = at_work.run(source)
            failed.fail("blocked", source.url, "status 401")
            at_work.poll(source, run=failed)
        health = "SELECT health, problem FROM sources"
        assert at_work.ask(health)[0][0] == "broken"
        monkeypatch.delenv("NEWS_ID")
        at_work.store.watch({"news": source})
        assert at_work.ask(health) == [("never run", "not polled: NEWS_ID is not set; set what this source gave you as a key")]
        monkeypatch.setenv("NEWS_ID", KEY)
        at_work.store.watch({"news": source})
        assert at_work.ask(health) == [("never run", None)]
