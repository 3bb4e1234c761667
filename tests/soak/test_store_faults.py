"""Faults of the database's file, each made to happen to a service of its own: what it says, that nothing is stored by halves, and that it
catches up."""

import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipelines.storage.database import BUSY_SECONDS
from scrapers.recording import Answer
from tests.soak import file_faults as faults
from tests.soak.figures import Figures
from tests.soak.letter import AIRLINES, SMALL, Letter, letter, until


@pytest.fixture
def busy(full: bool) -> float:
    """For how many seconds the service waits for a lock."""
    return BUSY_SECONDS if full else 0.5


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that has seen the first moment."""
    with letter(tmp_path_factory.mktemp("begun"), busy=BUSY_SECONDS) as at:
        at.start()
        at.has(AIRLINES[:1])
        until(lambda: at.rows("SELECT 1 FROM sources WHERE baseline_at IS NOT NULL"), lambda: "the first run did not end")
        assert at.stop() == 0
    return at.database


@pytest.fixture
def watched(begun: Path, tmp_path: Path, busy: float) -> Iterator[Letter]:
    """A service to be started, which goes on with the second moment."""
    with letter(tmp_path, busy) as at:
        shutil.copy(begun, at.database)
        yield at


def expected(airlines: int) -> list[tuple[str, str]]:
    return [("new", name) for name in AIRLINES[:airlines]]


# --- while it runs: it goes on ----------------------------------------------------------------------------------------


@contextmanager
def nothing_taken(at: Letter, *words: str) -> Iterator[None]:
    """The body makes a fault and yields; something new is published, said to be not stored, and not stored by halves."""
    before = at.whole()
    told = len(at.told())
    at.replay.advance()
    at.hears(*words)
    assert at.whole() == before and at.flags() == expected(told)
    yield
    at.has(AIRLINES[: told + 1])


def test_a_service_whose_file_takes_no_more_says_so_and_goes_on(watched: Letter, figures: Figures, full: bool) -> None:
    """One life: a limit on the size of files, then another writer that holds the database, then permissions that are taken away."""
    watched.start()
    watched.hears("letter: ")

    watched.limit(SMALL)
    with nothing_taken(watched, "the disk refuses to read or write", "See whether it is full", "nothing that was stored is lost"):
        watched.limit(resource.RLIM_INFINITY)

    watched.log.clear()
    with closing(sqlite3.connect(watched.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        since = time.monotonic()
        with nothing_taken(watched, "letter: ", "another program holds the database", "Stop the other writer"):
            time.sleep(max(since + (60 if full else 2) - time.monotonic(), 0))
            other.execute("ROLLBACK")

    # The service has the file open: whoever takes its permission away changes nothing before it starts again.
    watched.log.clear()
    with faults.read_only(watched.database), faults.read_only(watched.database.parent):
        watched.replay.advance()
        watched.has(AIRLINES[:4])
    assert watched.stop() == 0 and watched.said("stopped")
    assert watched.rows("SELECT 1 FROM runs WHERE verdict = 'running'") == []
    watched.whole()
    figures.flags(expected(4), watched.flags())
    figures.faults_tried += 3


def test_a_run_that_was_not_stored_is_repeated_long_before_its_source_is_due(watched: Letter, figures: Figures) -> None:
    """The source is due once an hour; while it answers, the site itself locks the database."""
    records = watched.folder / "sources.toml"
    records.write_text(records.read_text("utf-8").replace('every = "1s"', 'every = "1h"'), "utf-8")
    answer = watched.replay.answer
    with closing(sqlite3.connect(watched.database, isolation_level=None, check_same_thread=False)) as other:

        def locking(host: str, path: str) -> Answer:
            if "feed" in path and not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")
            return answer(host, path)

        watched.replay.answer = locking
        for _ in range(3):
            watched.replay.advance()
        watched.start()
        watched.hears("letter: ", "another program holds the database")
        watched.replay.answer = answer
        other.execute("ROLLBACK")
        watched.has(AIRLINES[:4])
    assert watched.stop() == 0
    watched.whole()
    figures.flags(expected(4), watched.flags())
    figures.faults_tried += 1


def test_a_full_disk_is_told_and_what_came_meanwhile_is_flagged_when_there_is_room(tmp_path: Path, busy: float, figures: Figures) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"a disk of our own takes root ({mounted.stderr.strip()}); the limit on files does the same to the service")
    try:
        with letter(tmp_path, busy, disk / "groundstop.db") as at:
            at.start()
            at.has(AIRLINES[:1])
            ballast = disk / "ballast"
            faults.fill(ballast)
            with nothing_taken(at, "the disk is full", "Free some space"):
                ballast.unlink()
            assert at.stop() == 0
            at.whole()
            figures.flags(expected(2), at.flags())
            figures.faults_tried += 1
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


# --- at the start -----------------------------------------------------------------------------------------------------


AT_THE_START = {
    "read-only file": (faults.read_only, None, ("cannot be written", "Give the service's user write permission")),
    "read-only directory": (faults.read_only_directory, None, ("cannot be written", "Give the service's user write permission")),
    "held by another writer": (faults.held, None, ("another program holds the database", "Stop the other writer")),
    "no room": (faults.nothing, faults.small, ("the disk refuses to read or write", "See whether it is full")),
    "damaged": (faults.damaged, None, ("the database is damaged", ".recover", "or restore a backup")),
    "newer": (faults.newer, None, ("written by a newer groundstop", "Update groundstop")),
}
"""What makes the fault, what the child does to itself, and what is said."""


def test_what_cannot_be_used_at_the_start_is_said_in_a_line_and_left_as_it_is(watched: Letter, figures: Figures) -> None:
    before = watched.whole()
    watched.replay.advance()
    for name, (fault, prepare, words) in AT_THE_START.items():
        with fault(watched.database):
            watched.start(prepare)
            assert watched.ended() == 1, name
            assert watched.said("Error: ", *words), (name, watched.log)
            assert len([line for line in watched.log if "Error: " in line["message"]]) == 1, (name, watched.log)
        assert watched.whole() == before, name
        figures.faults_tried += 1
    watched.start()
    watched.has(AIRLINES[:2])
    assert watched.stop() == 0
    figures.flags(expected(2), watched.flags())


# --- while it runs: it stops ------------------------------------------------------------------------------------------


Change = Callable[[Path, Path], None]
WHILE_IT_RUNS: dict[str, tuple[Change, Change, tuple[str, ...]]] = {
    "damaged": (faults.make_damaged, faults.restore, ("the database is damaged", ".recover", "or restore a backup")),
    "newer": (faults.make_newer, faults.make_ours, ("written by a newer groundstop", "Update groundstop")),
    "deleted": (faults.delete, faults.restore, ("was moved, deleted or replaced while in use", "Put it back")),
    "replaced": (faults.replace, faults.leave, ("was moved, deleted or replaced while in use", "start again")),
}
"""The fault, how it is mended when the service has stopped, and what it says."""


@pytest.mark.parametrize("name", WHILE_IT_RUNS)
def test_a_service_whose_file_is_not_what_it_was_stops_and_catches_up_once_that_is_mended(
    watched: Letter, tmp_path: Path, figures: Figures, name: str
) -> None:
    fault, mend, words = WHILE_IT_RUNS[name]
    watched.start()
    watched.hears("letter: ")
    aside = tmp_path / "aside.db"
    watched.copy(aside)
    fault(watched.database, aside)
    watched.replay.advance()
    assert watched.ended() == 1
    assert watched.said("the service stops", *words) and watched.said("Error: ", *words), watched.log
    mend(watched.database, aside)
    assert len(watched.whole()) == 1
    watched.start()
    watched.has(AIRLINES[:2])
    assert watched.stop() == 0
    watched.whole()
    figures.flags(expected(2), watched.flags())
    figures.faults_tried += 1
