"""Floods: everything due at once, a source with very many notices, one story told by everybody, readers all along."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from pipelines.storage.instants import moment
from pipelines.storage.upkeep import Keep
from scheduler import JITTER
from tests.publisher import NEWS, desk, notice
from tests.service import ROOT, environment, rows, until
from tests.soak.crowd import crowd
from tests.soak.faulty import CALM, feed
from tests.soak.figures import Figures

NEW = "SELECT s.operator, f.raised_at FROM flags f JOIN suspensions s ON s.id = f.suspension_id WHERE f.kind = 'new'"
STORED = "SELECT n.source, v.seen_at FROM versions v JOIN notices n ON n.id = v.notice_id WHERE v.title LIKE 'TAP stops Caracas%'"
VIEWS = ("open_suspensions", "new_flags", "source_health", "notice_history", "suspension_list")
READER = f"""
import sqlite3, sys, pathlib, time
asked = wrong = 0
while not pathlib.Path(sys.argv[2]).exists():
    try:
        database = sqlite3.connect(f"file:{{sys.argv[1]}}?mode=ro", uri=True, timeout=5)
        for view in {VIEWS!r}:
            database.execute(f"SELECT * FROM {{view}} LIMIT 200").fetchall()
            asked += 1
        database.close()
        time.sleep(0.02)
    except sqlite3.Error as error:
        wrong += 1
        print(error)
print(asked, wrong)
"""
TOLD = (
    "TAP Air Portugal has suspended its flights to Caracas until further notice.",
    "TAP Air Portugal suspends all flights to Caracas until further notice for safety reasons.",
    "Until further notice TAP Air Portugal has cancelled its flights to Caracas, the airline said.",
    "TAP Air Portugal has stopped flying to Caracas until further notice.",
)


def test_everything_is_due_at_once_one_story_is_told_by_everybody_and_eight_read_along(
    tmp_path: Path, figures: Figures, full: bool, say: Callable[[str], None]
) -> None:
    number, telling, every = (1000, 400, 60) if full else (48, 16, 3)
    done, log = tmp_path / "done", tmp_path / "log"
    with crowd(number) as sites:
        sites.feeds = {host: feed((f"calm-{host}", f"{CALM[1]} {host}", CALM[2], CALM[3])).encode() for host in sites.hosts}
        sites.write_records(tmp_path / "sources.toml", f"{every}s")
        given = {name: value for name, value in environment(tmp_path).items() if name != "GROUNDSTOP_CLOCK"}
        with log.open("w") as file:  # not a pipe: nobody reads while the test waits, and it would be full
            service = subprocess.Popen([sys.executable, "-m", "scheduler", "run", "--log-json"], env=given, cwd=ROOT, stderr=file)
        readers: list[subprocess.Popen[str]] = []
        try:
            until(lambda: rows(tmp_path, "SELECT 1 FROM sqlite_schema WHERE name = 'service'"), "there is no database", seconds=60)
            arguments = [sys.executable, "-c", READER, str(tmp_path / "groundstop.db"), str(done)]
            readers += [subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) for _ in range(8)]
            until(lambda: len(sites.polls) == number, "not all sources were read", seconds=600)
            until(lambda: _stored(tmp_path) >= number, "not everything was stored", seconds=600)
            say(f"{number} sources were read; {telling} of them tell the story now")
            shown = time.time()
            for n, host in enumerate(sites.hosts[:telling]):
                story = (f"tap-{host}", f"TAP stops Caracas, site {n}", f"{TOLD[n % len(TOLD)]} This is what site {n} was told.", "")
                sites.feeds[host] = feed(story, (f"calm-{host}", f"{CALM[1]} {host}", CALM[2], CALM[3])).encode()
            until(lambda: rows(tmp_path, NEW), "the story was not flagged", seconds=600)
            until(lambda: _stored(tmp_path) >= number + telling, "the story was not stored", seconds=600)
            figures.memory(service.pid)
            service.send_signal(signal.SIGTERM)
            assert service.wait(60) == 0
        finally:
            service.kill()
            done.touch()
            said = [reader.communicate(timeout=60)[0].split() for reader in readers]
    figures.flags(["TP"], [operator for operator, _ in rows(tmp_path, NEW)])
    stored = {int(source[1:]): moment(at).timestamp() + 1 for source, at in rows(tmp_path, STORED)}  # written to the second
    assert sorted(stored) == list(range(telling))
    for n, host in enumerate(sites.hosts[:telling]):
        figures.delay(stored[n] - sites.handed_out[host, sites.feeds[host]])
        figures.delay(stored[n] - shown - every * (1 + JITTER))
    ((sources, state),) = rows(tmp_path, "SELECT sources, state FROM suspensions")
    assert (sources, state) == (telling, "open")
    assert rows(tmp_path, "SELECT count(*) FROM suspension_events WHERE relation IN ('opened', 'joined', 'confirmed')")[0][0] >= telling
    assert [wrong for *_, wrong in said] == ["0"] * 8, said
    assert all(int(asked) > 5 for *_, asked, _ in said)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert not [line for line in lines if line["level"] == "ERROR"]
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    figures.faults_tried += 3


def _stored(folder: Path) -> int:
    return int(rows(folder, "SELECT count(*) FROM notices")[0][0])


def test_a_source_with_very_many_notices_costs_a_poll_no_more(
    tmp_path: Path, figures: Figures, full: bool, say: Callable[[str], None]
) -> None:
    """What a poll of a full window costs, in steps of SQLite's machine, which do not depend on how busy ours is."""
    number = 50_000 if full else 1_500
    window, steps = 100, 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    def story(n: int) -> str:
        return f"Number {n}: the hotels at the harbour are full."

    with desk(tmp_path / "a.db") as at:
        costs = {}
        at.settle_in(NEWS)
        for first in range(0, number, window):
            batch = [notice(NEWS, f"n{n}", story(n)) for n in range(first, first + window)]
            at.poll(NEWS, *batch)
            at.clock.pass_(minutes=5)
            if first in (5 * window, number - window):
                at.store.database.conn.set_progress_handler(count, 100)
                steps = 0
                at.poll(NEWS, *batch)
                costs[first] = steps
                at.store.database.conn.set_progress_handler(None, 0)
            if first % 10_000 == 0:
                say(f"{first} notices")
        before, after = costs.values()
        assert after <= 1.5 * before + 10, costs
        figures.notices(range(number), [int(found[1]) for (url,) in _urls(at.path) if (found := re.search(r"/n(\d+)$", url))])
        assert at.flags() == []
        assert (tmp_path / "a.db-wal").stat().st_size < 64 * 1024 * 1024
    figures.faults_tried += 1


def _urls(path: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT key FROM notices").fetchall()


def test_a_reader_that_does_not_let_go_keeps_the_log_of_changes_and_nothing_else(tmp_path: Path, figures: Figures, full: bool) -> None:
    """The writer goes on; the log shrinks when the reader has gone and the file is tidied."""
    with desk(tmp_path / "a.db") as at:
        at.settle_in(NEWS)
        log = tmp_path / "a.db-wal"
        with closing(sqlite3.connect(at.path, isolation_level=None)) as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM notices").fetchone() == (1,)
            for number in range(3_000 if full else 400):
                at.poll(NEWS, notice(NEWS, f"n{number}", "TP stops CCS" if number == 7 else f"Nothing {number}. " + "So it goes. " * 200))
            assert reader.execute("SELECT count(*) FROM notices").fetchone() == (1,)
            grown = log.stat().st_size
            assert grown > 1_000_000
        *_, done = at.store.tidy(Keep())
        assert done is not None and log.stat().st_size < grown / 10
        figures.flags(["new"], at.flags())
    figures.faults_tried += 1


def test_memory_does_not_grow_with_what_is_stored(tmp_path: Path, figures: Figures, full: bool) -> None:
    """Resident memory of a process that stores four times as much."""
    fill = (
        "import sys, resource, pathlib; from tests.publisher import NEWS, desk, notice;\n"
        "number = int(sys.argv[2])\n"
        "with desk(pathlib.Path(sys.argv[1])) as at:\n"
        "    for first in range(0, number, 100):\n"
        "        at.poll(NEWS, *(notice(NEWS, f'n{n}', f'Number {n}. ' + 'So it goes. ' * 30) for n in range(first, first + 100)))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    number = 10_000 if full else 1_500
    peaks = []
    for times in (1, 4):
        arguments = [sys.executable, "-c", fill, str(tmp_path / f"{times}.db"), str(number * times)]
        done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, timeout=900)
        assert done.returncode == 0, done.stderr
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.3 * peaks[0], peaks
    figures.faults_tried += 1
