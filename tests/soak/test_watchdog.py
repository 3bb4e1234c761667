"""What systemd hears: ready, then a sign of life for each heartbeat that the database took, and none from a service that hangs."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.service import ROOT, command, environment, rows, until
from tests.soak.figures import Figures

NOTHING = """
[[source]]
name = "none"
title = "None"
kind = "press"
lang = "en"
shape = "feed"
url = "http://127.0.0.1:9/"
every = "1h"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sources.toml").write_text(NOTHING, "utf-8")
    (tmp_path / "clock").write_text("2025-11-30T12:00:00Z", "ascii")
    return tmp_path


class Listener:
    """The socket that systemd would hold."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + address[1:] if address[0] == "@" else address)
        self.socket.setblocking(False)
        self.heard: list[str] = []

    def count(self, word: str) -> int:
        while True:
            try:
                self.heard += self.socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return self.heard.count(word)

    def newest(self, number: int) -> list[str]:
        """What was heard last, without the reasons that are given."""
        self.count("")
        return [line.removeprefix("STATUS=").partition(":")[0] for line in self.heard[-number:]]


@contextmanager
def watched(folder: Path, address: str, arguments: list[str], seconds: int = 3) -> Iterator[tuple[subprocess.Popen[str], Listener]]:
    """The service with a watchdog that wants to hear of it every so many ``seconds``."""
    listener = Listener(address)
    given = environment(folder) | {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": str(seconds * 1_000_000)}
    with closing(listener.socket), subprocess.Popen(arguments, env=given, cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
        try:
            yield service, listener
        finally:
            service.kill()
            service.communicate()


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_ready_and_lives_as_long_as_the_database_takes_its_heartbeat(folder: Path, abstract: bool, figures: Figures) -> None:
    address = f"@groundstop-{os.getpid()}" if abstract else str(folder / "notify")
    with watched(folder, address, command("run")) as (service, listener):
        until(lambda: listener.count("READY=1"), "it never was ready")
        until(lambda: listener.count("WATCHDOG=1") >= 3, "no sign of life")
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=30) == 0
        assert listener.count("STATUS=watching 1 source") and listener.count("STOPPING=1") == 1
    figures.faults_tried += 1


def test_a_service_that_hangs_says_nothing_and_is_seen_by_its_heartbeat(folder: Path, figures: Figures) -> None:
    """Its loop is blocked for real, by a call that does not return, as a pathological text might."""
    stuck = folder / "stuck"
    blocking = (
        "import os, sys, time, scheduler;"
        f" turn = scheduler.Service.turn_of_day; stuck = {str(stuck)!r};"
        " scheduler.Service.turn_of_day = lambda self: time.sleep(3600) if os.path.exists(stuck) else turn(self);"
        " sys.argv = ['groundstop', 'run']; scheduler.main()"
    )
    with watched(folder, str(folder / "notify"), [sys.executable, "-c", blocking]) as (service, listener):
        until(lambda: listener.count("WATCHDOG=1") >= 2, "no sign of life")
        stuck.touch()
        time.sleep(3)
        heard = listener.count("WATCHDOG=1")
        time.sleep(3)  # what systemd would wait before it kills
        assert listener.count("WATCHDOG=1") == heard
        assert service.poll() is None
    figures.faults_tried += 1


def test_a_service_whose_file_is_gone_stops_and_says_so(folder: Path, figures: Figures) -> None:
    with watched(folder, str(folder / "notify"), command("run")) as (service, listener):
        until(lambda: listener.count("WATCHDOG=1") >= 1 and rows(folder, "SELECT 1 FROM runs WHERE ended_at IS NOT NULL"), "it did not run")
        (folder / "groundstop.db").rename(folder / "elsewhere.db")
        log = service.communicate(timeout=30)[1]
        assert service.returncode == 1 and "moved, deleted or replaced" in log and "Traceback" not in log
    figures.faults_tried += 1


def test_what_the_database_does_not_take_is_no_sign_of_life_and_told_once(folder: Path, figures: Figures) -> None:
    """Another writer holds the file for many heartbeats: systemd hears why, the log hears it once, and both hear when it is over."""
    impatient = (
        "import sys, pipelines.storage.store as store, scheduler; store.Store.__init__.__kwdefaults__['busy_seconds'] = 0.05;"
        " sys.argv = ['groundstop', 'run']; scheduler.main()"
    )
    with watched(folder, str(folder / "notify"), [sys.executable, "-c", impatient], seconds=1) as (service, listener):
        until(lambda: listener.count("WATCHDOG=1") and rows(folder, "SELECT 1 FROM runs WHERE ended_at IS NOT NULL"), "no sign of life")
        for _ in range(2):
            with closing(sqlite3.connect(folder / "groundstop.db", isolation_level=None)) as other:
                other.execute("BEGIN IMMEDIATE")
                until(lambda: listener.newest(4) == ["no heartbeat"] * 4, "it did not say that nothing is taken")
                other.execute("ROLLBACK")
            until(lambda: "WATCHDOG=1" in listener.newest(2), "no sign of life any more")
        service.send_signal(signal.SIGTERM)
        log = service.communicate(timeout=60)[1]
    assert log.count("no heartbeat: ") == 2 and "another program holds the database" in log
    figures.faults_tried += 1
