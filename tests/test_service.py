"""The service as its users run it: real processes, real HTTP on loopback, a real file; and its three promises."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from scrapers.recording import Recording
from scrapers.replay import Replay

ROOT = Path(__file__).resolve().parent.parent

FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Air letter</title>
@@ from stopped
<item><title>TAP suspends Caracas flights until 20 December</title><link>http://letter.demo/2</link><guid>2</guid>
<description>TAP Air Portugal has suspended all its flights to Caracas until 20 December for security reasons.</description>
<pubDate>Sun, 30 Nov 2025 10:00:00 GMT</pubDate></item>
@@
<item><title>Autumn fares to Lisbon</title><link>http://letter.demo/1</link><guid>1</guid>
<description>The airline sells seats to Lisbon at a discount this week.</description>
<pubDate>Sat, 29 Nov 2025 10:00:00 GMT</pubDate></item>
</channel></rss>
"""
SHELL = "<!doctype html><html><head><title>Air letter</title></head><body><div id='app'></div></body></html>"
MOMENTS = """
[[moments]]
name = "calm"
time = 2025-11-29T12:00:00Z
title = "nothing"
[[moments]]
name = "stopped"
time = 2025-11-30T12:00:00Z
title = "a suspension"
[[moments]]
name = "later"
time = 2025-11-30T18:00:00Z
title = "the same"
"""
SOURCE = """
[[source]]
name = "{name}"
title = "{name}"
kind = "press"
lang = "en"
shape = "feed"
url = "http://{host}.demo/feed.xml"
every = "1s"
"""


@pytest.fixture
def replay(tmp_path: Path) -> Iterator[Replay]:
    """A feed that works, and a site that answers every address with the shell of an application."""
    recorded = tmp_path / "recorded"
    for host, text in (("letter", FEED), ("shell", SHELL)):
        (recorded / "site" / host).mkdir(parents=True)
        (recorded / "site" / host / "feed.xml").write_text(text, "utf-8")
    (recorded / "moments.toml").write_text(MOMENTS, "utf-8")
    with Replay(Recording.load(recorded), tmp_path / "clock") as replay:
        records = "".join(SOURCE.format(name=host, host=host) for host in ("letter", "shell"))
        (tmp_path / "sources.toml").write_text(replay.fill(records), "utf-8")
        yield replay


@pytest.fixture
def groundstop(tmp_path: Path, replay: Replay) -> Callable[..., Any]:
    """Runs a command on the test's database, sources and clock; gives its JSON. ``code`` is the exit code that is expected."""

    def run(*arguments: str, code: int = 0) -> Any:
        done = subprocess.run(command(*arguments), env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode == code, done.stderr + done.stdout
        return json.loads(done.stdout)

    return run


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "scheduler.py"), *arguments]


def environment(folder: Path) -> dict[str, str]:
    settings = {"DB": folder / "groundstop.db", "SOURCES": folder / "sources.toml", "CLOCK": folder / "clock", "DELAY": 0}
    return {**os.environ, **{f"GROUNDSTOP_{name}": str(value) for name, value in settings.items()}}


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "groundstop.db")) as database:
        return database.execute(query).fetchall()


def until(condition: Callable[[], object], what: str) -> None:
    """Waits for something that another process does; generous, since nothing depends on how fast it comes."""
    deadline = time.monotonic() + 45
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def test_a_new_notice_is_flagged_once_and_an_unchanged_one_is_not(replay: Replay, groundstop: Callable[..., Any]) -> None:
    groundstop("once", "letter", "--json")
    assert groundstop("flags", "--json") == []
    replay.advance()
    (told,) = groundstop("once", "letter", "--json")
    assert (told["verdict"], told["new"], told["flags"]) == ("ok", 1, 1)
    (flag,) = groundstop("flags", "--json")
    assert (flag["flag"], flag["kind"], flag["operator"], flag["until"]) == ("new", "suspension", "TAP Air Portugal", "2025-12-20")
    assert "suspend" in flag["evidence"]
    replay.advance()
    (told,) = groundstop("once", "letter", "--json")
    assert (told["verdict"], told["flags"]) == ("unchanged", 0)
    assert len(groundstop("flags", "--json")) == 1
    (open_one,) = groundstop("suspensions", "VE", "--json")
    assert open_one["sources"] == 1
    assert groundstop("suspensions", "CU", "--json") == []


def test_a_site_that_answers_with_a_shell_is_flagged_as_a_source_and_nothing_else(groundstop: Callable[..., Any]) -> None:
    for _ in range(4):
        (told,) = groundstop("once", "shell", "--json", code=1)
        assert told["verdict"] == "parse_error"
    (flag,) = groundstop("flags", "--json")
    assert flag["flag"] == "source_broken"
    status = groundstop("status", "--json", code=1)
    assert [source["source"] for source in status["broken"]] == ["shell"]


def test_a_round_succeeds_as_long_as_one_source_does(groundstop: Callable[..., Any]) -> None:
    told = {row["source"]: row["verdict"] for row in groundstop("once", "--json")}
    assert told == {"letter": "ok", "shell": "parse_error"}


def test_the_service_lives_until_it_is_told_to_stop(tmp_path: Path, replay: Replay, groundstop: Callable[..., Any]) -> None:
    with subprocess.Popen(command("run", "--log-json"), env=environment(tmp_path), cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
        try:
            until(lambda: sum(replay.polls.values()) > 2, "the sources were not polled")
            replay.advance()
            until(lambda: groundstop("flags", "--json", "--kind", "new"), "the suspension was not flagged")
            assert groundstop("status", "--json", code=1 if groundstop("flags", "--json", "--kind", "source_broken") else 0)["alive"]
            service.send_signal(signal.SIGTERM)
            log = service.communicate(timeout=30)[1]
        finally:
            service.kill()
    assert service.returncode == 0, log
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["flag"] for line in lines if line.get("flag") == "new"] == ["new"]
    assert lines[-1]["message"] == "stopped"
    assert not any("exception" in line for line in lines)
    assert rows(tmp_path, "SELECT count(*) FROM runs WHERE verdict = 'running'") == [(0,)]
    assert not groundstop("status", "--json", code=1)["alive"]


def test_what_was_killed_is_found_and_told_once(tmp_path: Path, replay: Replay, groundstop: Callable[..., Any]) -> None:
    replay.advance()
    for kill_after in (1, 3, 5):
        with subprocess.Popen(command("run"), env=environment(tmp_path), cwd=ROOT, stderr=subprocess.DEVNULL) as service:
            replay.polls.clear()
            until(lambda polls=kill_after: sum(replay.polls.values()) >= polls, "the sources were not polled")
            service.kill()
    groundstop("once", "--json")
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "PRAGMA foreign_key_check") == []
    assert rows(tmp_path, "SELECT count(*) FROM flags WHERE kind = 'new'") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM flags WHERE told_at IS NULL") == [(0,)]


def test_extract_answers_line_by_line_and_a_bad_line_stops_nothing() -> None:
    lines = [
        {"id": "a", "title": "TAP suspends flights to Caracas until 5 May", "text": "", "published": "2026-04-20", "lang": "en"},
        "{not json",
        {"id": "c", "title": 5, "text": ""},
        {"id": "d", "text": "Nothing of interest.", "published": "someday"},
        ["e"],
        {"id": "f", "title": "", "text": ""},
        {"id": "g", "title": "Half a pair: \ud83d", "text": "The weather is fine."},
    ]
    given = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    done = subprocess.run(command("extract"), cwd=ROOT, input=given, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == ["a", 2, "c", "d", 5, "f", "g"]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, True, False]
    (event,) = answers[0]["events"]
    assert (event["kind"], event["operator"], event["destinations"], event["effective_to"]) == ("suspension", "TP", ["CCS"], "2026-05-05")
    assert event["evidence"] == (lines[0]["title"] + "\n")[event["start"] : event["end"]]


@pytest.mark.parametrize("name", ["run", "once", "status", "flags", "suspensions", "sources", "extract", "capture", "demo"])
def test_each_command_explains_itself(name: str) -> None:
    done = subprocess.run(command(name, "--help"), cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) > 4


def test_a_wrong_name_or_file_is_told_with_its_remedy(tmp_path: Path) -> None:
    for arguments, words in (
        (("once", "no-such-source"), "groundstop sources"),
        (("flags", "--db", str(tmp_path / "none.db")), "groundstop once"),
        (("flags", "--since", "yesterdayish"), "36h"),
    ):
        done = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode and words in done.stderr and "Traceback" not in done.stderr, done.stderr
