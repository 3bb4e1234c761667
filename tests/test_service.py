"""The service as its users run it: real processes, real HTTP on loopback, a real file; and its three promises."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from scrapers.recording import Recording
from scrapers.replay import Replay
from tests.service import ROOT, command, environment, rows, running, until

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
    (told,) = groundstop("suspensions", "--operator", "tap air", "--words", "--json")
    assert [(statement["relation"], statement["stated_by"]) for statement in told["statements"]] == [("opened", "letter")]


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
            until(lambda: groundstop("flags", "--json", "--kind", "source_broken"), "the shell was not flagged")
            assert groundstop("status", "--json", code=1)["alive"]
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


def test_after_a_pause_the_most_overdue_source_comes_first(tmp_path: Path, replay: Replay, groundstop: Callable[..., Any]) -> None:
    """On one host, where one source waits for the other: the names stand in the order of the alphabet, the pauses in the other."""
    records = "".join(SOURCE.format(name=name, host="letter").replace('"1s"', '"1h"') for name in ("early", "late", "never"))
    (tmp_path / "sources.toml").write_text(replay.fill(records), "utf-8")
    groundstop("once", "late", "--json")
    replay.advance()
    groundstop("once", "early", "--json")
    replay.advance()
    with subprocess.Popen(command("run", "--log-json"), env=environment(tmp_path), cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
        try:
            until(lambda: len(rows(tmp_path, "SELECT 1 FROM runs WHERE ended_at IS NOT NULL")) >= 5, "the sources were not polled")
            service.send_signal(signal.SIGTERM)
            log = service.communicate(timeout=30)[1]
        finally:
            service.kill()
    assert [entry["source"] for entry in map(json.loads, log.splitlines()) if "verdict" in entry] == ["late", "early", "never"]


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
        (("flags", "--since", "99999999999d"), "calendars"),
        (("suspensions", "Venezuela"), "such as VE"),
        (("suspensions", "' OR 1=1 --"), "such as VE"),
        (("once", "--sources", str(tmp_path)), "no source file"),
    ):
        done = subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=60)
        assert done.returncode and words in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_a_second_service_is_refused_and_a_round_beside_it_is_not(tmp_path: Path, replay: Replay, groundstop: Callable[..., Any]) -> None:
    with running(tmp_path) as service:
        try:
            until(lambda: sum(replay.polls.values()) > 2, "the sources were not polled")
            second = subprocess.run(command("run"), env=environment(tmp_path), cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert second.returncode == 1 and f"process {service.pid}" in second.stderr and "Traceback" not in second.stderr
            assert {row["source"] for row in groundstop("once", "--json")} == {"letter", "shell"}
            assert rows(tmp_path, "SELECT pid, ended_at FROM service") == [(service.pid, None)]
        finally:
            service.terminate()
            service.communicate(timeout=30)
    assert service.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_while_it_starts_is_a_stop(tmp_path: Path, replay: Replay, number: signal.Signals) -> None:
    with running(tmp_path, GROUNDSTOP_CONTACT="") as service:
        assert service.stderr and "GROUNDSTOP_CONTACT" in service.stderr.readline()
        time.sleep(0.3)
        service.send_signal(number)
        log = service.communicate(timeout=30)[1]
    assert service.returncode == 0, log
    assert log.splitlines()[-1].endswith("stopped")


def test_a_run_longer_than_the_interval_is_no_news_for_the_log(tmp_path: Path) -> None:
    """A server that accepts and never answers, asked every second; then stopped twice."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        record = SOURCE.format(name="hanging", host="hanging").replace("hanging.demo", f"127.0.0.1:{server.getsockname()[1]}")
        (tmp_path / "sources.toml").write_text(record, "utf-8")
        (tmp_path / "clock").write_text("2025-11-30T12:00:00Z", "ascii")
        with running(tmp_path, GROUNDSTOP_CONTACT="desk@example.org") as service:
            time.sleep(4)
            service.send_signal(signal.SIGINT)
            time.sleep(0.2)
            service.send_signal(signal.SIGINT)
            log = service.communicate(timeout=30)[1]
    assert service.returncode == 0, log
    assert [line[20:] for line in log.splitlines()] == [
        "watching 1 source", "hanging: stopped before it was complete, after 0 notices", "stopped",
    ]  # fmt: skip


def test_a_host_that_names_a_time_is_left_alone_by_all_of_its_sources(tmp_path: Path, groundstop: Callable[..., Any]) -> None:
    asked: list[str] = []

    class Busy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            robots = self.path == "/robots.txt"
            asked.append(self.path)
            self.send_response(404 if robots else 429)
            self.send_header("Retry-After", "60")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        records = "".join(SOURCE.format(name=name, host=name) for name in "abc")
        (tmp_path / "sources.toml").write_text(re.sub(r"//\w\.demo", f"//127.0.0.1:{server.server_address[1]}", records), "utf-8")
        verdicts = [row["verdict"] for row in groundstop("once", "--json", code=1)]
        assert verdicts == ["blocked", "not run", "not run"]
        with running(tmp_path, GROUNDSTOP_CONTACT="desk@example.org") as service:
            time.sleep(4)
            service.terminate()
            service.communicate(timeout=30)
        server.shutdown()
    assert asked.count("/feed.xml") == 2


def test_mistakes_of_settings_are_told_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("noon", "ascii")
    (tmp_path / "none.toml").write_text("", "utf-8")
    for settings, words in (
        ({"GROUNDSTOP_DELAY": "a while"}, "GROUNDSTOP_DELAY"),
        ({"GROUNDSTOP_DELAY": "-1"}, "GROUNDSTOP_DELAY"),
        ({"GROUNDSTOP_CLOCK": str(tmp_path / "clock")}, "holds no time"),
        ({"GROUNDSTOP_SOURCES": str(tmp_path / "none.toml")}, "no source is enabled"),
    ):
        given = {**os.environ, "GROUNDSTOP_DB": str(tmp_path / "groundstop.db"), **settings}
        for name in ("run", "once"):
            done = subprocess.run(command(name), env=given, cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert done.returncode == 1 and words in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_scrapy_tells_a_wrong_record_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "wrong.toml").write_text('[[source]]\nname = "a"\nshap = "feed"\n', "utf-8")
    scrapy = [sys.executable, "-m", "scrapy", "list", "-s", f"GROUNDSTOP_SOURCES={tmp_path / 'wrong.toml'}"]
    done = subprocess.run(scrapy, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode and 'did you mean "shape"' in done.stderr + done.stdout and "Traceback" not in done.stderr


def test_the_demonstration_may_be_started_from_anywhere(tmp_path: Path) -> None:
    """Its database is where it was asked for; without its moments, which take a minute."""
    play = "import scrapers.demo as demo; demo.Play.moments = lambda self: self.wait(1) or iter(()); import scheduler; scheduler.main()"
    arguments = [sys.executable, "-c", play, "demo", "--db", "here.db"]
    given = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(arguments, env=given, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "here.db").exists() and not (ROOT / "here.db").exists()
