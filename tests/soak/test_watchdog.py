"""What systemd hears: ready, then a sign of life for each heartbeat that the database took, and none from a service that hangs."""

import os
import signal
import socket
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


@contextmanager
def watched(folder: Path, address: str, arguments: list[str]) -> Iterator[tuple[subprocess.Popen[str], Listener]]:
    """The service with a watchdog that wants to hear of it every three seconds."""
    listener = Listener(address)
    given = environment(folder) | {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "3000000"}
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
