"""Time that does not pass as it should: clocks that are set, machines that sleep, services that stop, zones that change."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.cleaning.published import published_at
from tests.publisher import NEWS, UNION, desk, notice
from tests.service import ROOT, command, environment, rows, until
from tests.soak.crowd import Crowd, crowd
from tests.soak.faulty import CALM, feed
from tests.soak.figures import Figures

DAY = 86_400
FIRST = ("one", "TAP stops Caracas", "TAP Air Portugal has suspended its flights to Caracas until further notice.", "")
SECOND = ("two", "KLM stops Beirut", "KLM has suspended its flights to Beirut until further notice.", "")
"""Without a time of publication: these services live by the machine's own clock."""


@contextmanager
def serving(folder: Path, sites: Crowd, every: str) -> Iterator[tuple[subprocess.Popen[str], Callable[[float], None]]]:
    """The service on a machine whose clock ``step`` sets."""
    sites.write_records(folder / "sources.toml", every)
    file = folder / "step"
    given = {name: value for name, value in environment(folder).items() if name != "GROUNDSTOP_CLOCK"}
    given |= {"NOTIFY_SOCKET": str(folder / "nobody"), "WATCHDOG_USEC": "3000000"}  # its heart beats each second, not every twentieth
    arguments = [sys.executable, "-m", "tests.soak.stepped", str(file), "run", "--log-json"]

    def step(seconds: float) -> None:
        file.with_suffix(".new").write_text(str(seconds), "ascii")
        file.with_suffix(".new").rename(file)

    step(0)
    with subprocess.Popen(arguments, env=given, cwd=ROOT, stderr=subprocess.PIPE, text=True) as service:
        try:
            yield service, step
        finally:
            service.kill()
            service.communicate()


def ended(folder: Path) -> int:
    """Runs that went well; the database is made by the service."""
    with suppress(sqlite3.OperationalError):
        return len(rows(folder, "SELECT 1 FROM runs WHERE verdict IN ('ok', 'unchanged')"))
    return 0


def test_a_clock_that_is_set_forward_by_a_day_makes_each_source_run_once(tmp_path: Path, figures: Figures) -> None:
    """As a machine that slept for a day: 24 runs of each were missed."""
    with crowd(3) as sites:
        sites.feeds = dict.fromkeys(sites.hosts, feed(CALM).encode())
        with serving(tmp_path, sites, "1h") as (service, step):
            until(lambda: ended(tmp_path) == 3, "they were not read at first")
            sites.feeds = dict.fromkeys(sites.hosts, feed(FIRST, CALM).encode())
            step(DAY)
            until(lambda: ended(tmp_path) == 6, "they were not read after the night")
            time.sleep(2)
            service.send_signal(signal.SIGTERM)
            log = service.communicate(timeout=30)[1]
        assert max(sites.polls.values()) == 2, "a burst of missed runs"
        figures.flags(["TP"], [operator for (operator,) in rows(tmp_path, NEW)])
        assert not any("exception" in json.loads(line) for line in log.splitlines())
    figures.faults_tried += 1


NEW = "SELECT s.operator FROM flags f JOIN suspensions s ON s.id = f.suspension_id WHERE f.kind = 'new'"


def test_a_clock_that_is_set_back_by_a_day_stops_nothing(tmp_path: Path, figures: Figures) -> None:
    with crowd(2) as sites:
        sites.feeds = dict.fromkeys(sites.hosts, feed(CALM).encode())
        with serving(tmp_path, sites, "8s") as (service, step):
            until(lambda: ended(tmp_path) >= 2, "they were not read at first")
            step(-DAY)
            sites.feeds = dict.fromkeys(sites.hosts, feed(FIRST, CALM).encode())
            before = ended(tmp_path)
            until(lambda: ended(tmp_path) >= before + 4, "they are not read any more")
            until(lambda: rows(tmp_path, NEW), "the suspension was not flagged")
            step(0)
            sites.feeds = dict.fromkeys(sites.hosts, feed(SECOND, FIRST, CALM).encode())
            until(lambda: len(rows(tmp_path, NEW)) == 2, "the second suspension was not flagged")
            service.send_signal(signal.SIGTERM)
            log = service.communicate(timeout=30)[1]
        assert service.returncode == 0 and "the clock was set back" in log
        figures.flags(["TP", "KL"], [operator for (operator,) in rows(tmp_path, NEW)])
    figures.faults_tried += 1


def test_a_process_that_was_stopped_for_a_while_goes_on(tmp_path: Path, figures: Figures) -> None:
    """SIGSTOP, in the middle of whatever it does, as a suspended virtual machine does it."""
    with crowd(4) as sites:
        sites.feeds = dict.fromkeys(sites.hosts, feed(CALM).encode())
        with serving(tmp_path, sites, "1s") as (service, _):
            until(lambda: ended(tmp_path) >= 4, "they were not read at first")
            for turn in range(3):
                service.send_signal(signal.SIGSTOP)
                sites.feeds = dict.fromkeys(sites.hosts, feed(*(FIRST, SECOND)[: turn + 1], CALM).encode())
                time.sleep(2)
                service.send_signal(signal.SIGCONT)
                before = ended(tmp_path)
                until(lambda before=before: ended(tmp_path) >= before + 4, "it does not go on")
            service.send_signal(signal.SIGTERM)
            service.communicate(timeout=30)
        assert service.returncode == 0
        figures.flags(["TP", "KL"], [operator for (operator,) in rows(tmp_path, NEW)])
    figures.faults_tried += 1


def test_a_service_that_was_stopped_for_a_week(tmp_path: Path, figures: Figures) -> None:
    """What ended meanwhile is told once, what is new is told once, and a source is not silent because nobody looked."""
    sources = [NEWS, UNION]
    path = tmp_path / "groundstop.db"
    with desk(path) as at:
        at.settle_in(*sources)
        at.poll(NEWS, notice(NEWS, "a", "TP stops CCS until 2025-12-03"), notice(NEWS, "b", "KL stops BEY until 2026-02-01"))
    at.clock.pass_(days=7)
    with desk(path, at.clock) as again:
        today = again.clock().date()
        assert again.store.expire(today) == 1 and again.store.expire(today) == 0
        for _ in range(2):
            for source in sources:
                again.poll(source, notice(source, "c", "IB stops CCS", published="2025-12-05T08:00:00Z"))
            again.clock.pass_(minutes=20)
            assert again.store.expire(today) == 0
        raised = again.ask("SELECT f.kind, s.operator FROM flags f JOIN suspensions s ON s.id = f.suspension_id")
        figures.flags(["new TP", "new KL", "expired TP", "new IB"], [f"{kind} {who}" for kind, who in raised])
        assert again.ask("SELECT health FROM sources") == ["ok", "ok"]
    figures.faults_tried += 1


@pytest.mark.parametrize("zone", ["America/Santiago", "Pacific/Apia"])
def test_the_machine_s_own_zone_does_not_matter(tmp_path: Path, figures: Figures, zone: str) -> None:
    stored = []
    with crowd(1) as sites:
        sites.feeds = dict.fromkeys(sites.hosts, feed(SECOND, FIRST, CALM).encode())
        for name in ("UTC", zone):
            folder = tmp_path / name.replace("/", "-")
            folder.mkdir()
            (folder / "clock").write_text("2025-12-01T23:30:00Z", "ascii")
            sites.write_records(folder / "sources.toml", "1h")
            given = environment(folder) | {"TZ": name}
            done = subprocess.run(command("once"), env=given, cwd=ROOT, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
            with closing(sqlite3.connect(folder / "groundstop.db")) as database:
                stored.append([database.execute(query).fetchall() for query in TIMES])
    assert stored[0] == stored[1]
    figures.faults_tried += 1


TIMES = (
    "SELECT key, published, published_how, first_seen, last_seen FROM notices ORDER BY key",
    "SELECT kind, operator, effective_from, effective_to, stated_at, seen_at FROM events ORDER BY kind, operator",
    "SELECT kind, what, raised_at FROM flags ORDER BY key",
    "SELECT started_at, ended_at FROM runs",
)


@pytest.mark.parametrize(
    ("printed", "zone"),
    [
        ("2026-03-29 02:30", "Europe/Amsterdam"),  # there is no such time
        ("2025-10-26 02:30", "Europe/Amsterdam"),  # there are two
        ("2025-09-07 00:30", "America/Santiago"),
        ("2026-04-05 02:45", "Australia/Sydney"),
    ],
)
def test_a_time_that_there_is_not_or_twice_is_right_within_an_hour(tmp_path: Path, figures: Figures, printed: str, zone: str) -> None:
    said, _ = published_at(printed, zone)
    assert said is not None
    local = datetime.fromisoformat(printed).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert abs(said - local) <= timedelta(hours=1)
    figures.faults_tried += 1
