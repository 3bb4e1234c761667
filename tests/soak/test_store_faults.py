"""Faults of the database's file, each made to happen to a service of its own: what it says, that nothing is stored by halves, and that it
catches up."""

import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipelines.storage.schema import VERSION
from scrapers.recording import Answer
from tests.soak.figures import Figures
from tests.soak.letter import AIRLINES, SMALL, Letter, letter, until

PAGE = 4096


@pytest.fixture
def busy(full: bool) -> float:
    """For how many seconds the service waits for a lock."""
    return 30.0 if full else 0.5


@pytest.fixture
def watched(tmp_path: Path, busy: float) -> Iterator[Letter]:
    with letter(tmp_path, busy) as at_work:
        yield at_work


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
    watched.has(AIRLINES[:1])

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
    with read_only(watched.database), read_only(watched.database.parent):
        watched.replay.advance()
        watched.has(AIRLINES[:4])
    assert watched.stop() == 0 and watched.said("stopped")
    assert watched.rows("SELECT 1 FROM runs WHERE verdict = 'running'") == []
    watched.whole()
    figures.flags(expected(4), watched.flags())
    figures.faults_tried += 3


def test_a_run_that_was_not_stored_is_repeated_long_before_its_source_is_due(watched: Letter, figures: Figures) -> None:
    """The source is due once an hour; while it answers for the second time, the site itself locks the database."""
    records = watched.folder / "sources.toml"
    records.write_text(records.read_text("utf-8").replace('every = "1s"', 'every = "1h"'), "utf-8")
    watched.start()
    watched.has(AIRLINES[:1])
    until(lambda: watched.rows("SELECT 1 FROM sources WHERE last_run_at IS NOT NULL"), lambda: "the first run did not end")
    assert watched.stop() == 0
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
            fill(ballast)
            with nothing_taken(at, "the disk is full", "Free some space"):
                ballast.unlink()
            assert at.stop() == 0
            at.whole()
            figures.flags(expected(2), at.flags())
            figures.faults_tried += 1
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(file: Path) -> None:
    """Until the disk takes no byte more."""
    with file.open("wb", buffering=0) as ballast:
        for size in (65_536, 1):
            try:
                while ballast.write(b"\0" * size):
                    pass
            except OSError:
                continue


# --- at the start -----------------------------------------------------------------------------------------------------


@contextmanager
def read_only(path: Path) -> Iterator[None]:
    mode = path.stat().st_mode
    path.chmod(mode & ~0o222)
    try:
        yield
    finally:
        path.chmod(mode)


@contextmanager
def read_only_directory(path: Path) -> Iterator[None]:
    """In which nothing can be created; the files that stand beside an open database are gone when the last one closes it."""
    with closing(sqlite3.connect(path)) as last:
        last.execute("SELECT count(*) FROM flags")
    with read_only(path.parent):
        yield


@contextmanager
def held(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def damaged(path: Path) -> Iterator[None]:
    kept = path.read_bytes()
    scribble(path)
    yield
    path.write_bytes(kept)


@contextmanager
def newer(path: Path) -> Iterator[None]:
    set_version(path, VERSION + 1)
    yield
    set_version(path, VERSION)


@contextmanager
def nothing(path: Path) -> Iterator[None]:
    yield


def small() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))


AT_THE_START = {
    "read-only file": (read_only, None, ("cannot be written", "Give the service's user write permission")),
    "read-only directory": (read_only_directory, None, ("cannot be written", "Give the service's user write permission")),
    "held by another writer": (held, None, ("another program holds the database", "Stop the other writer")),
    "no room": (nothing, small, ("the disk refuses to read or write", "See whether it is full")),
    "damaged": (damaged, None, ("the database is damaged", ".recover", "or restore a backup")),
    "newer": (newer, None, ("written by a newer groundstop", "Update groundstop")),
}
"""What makes the fault, what the child does to itself, and what is said."""


def test_what_cannot_be_used_at_the_start_is_said_in_a_line_and_left_as_it_is(watched: Letter, figures: Figures) -> None:
    watched.start()
    watched.has(AIRLINES[:1])
    assert watched.stop() == 0
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


def scribble(path: Path) -> None:
    """Over the roots of the tables and indexes of which every run has need, from the middle of the page before."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        roots = [page for (page,) in database.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name IN ('runs', 'notices', 'events')")]
        with path.open("r+b") as file:
            for page in roots:
                file.seek((page - 1) * PAGE)
                file.write(os.urandom(1) * (PAGE // 2))


def set_version(path: Path, version: int) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute(f"PRAGMA user_version = {version}")


def make_damaged(path: Path, aside: Path) -> None:
    """The file alone: what the service has in memory is read again once another program has written."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE sources SET title = title || '.'")
        scribble(path)


def make_newer(path: Path, aside: Path) -> None:
    set_version(path, VERSION + 1)


def delete(path: Path, aside: Path) -> None:
    path.unlink()


def replace(path: Path, aside: Path) -> None:
    """By an older copy, as somebody does who restores a backup and forgets to stop the service."""
    path.rename(path.with_name("former.db"))
    shutil.copy(aside, path)


def restore(path: Path, aside: Path) -> None:
    """As the remedy says: a copy in its place, and nothing of the damaged one."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(aside, path)


def make_ours(path: Path, aside: Path) -> None:
    set_version(path, VERSION)


def leave(path: Path, aside: Path) -> None:
    """Nothing is to be mended."""


Change = Callable[[Path, Path], None]
WHILE_IT_RUNS: dict[str, tuple[Change, Change, tuple[str, ...]]] = {
    "damaged": (make_damaged, restore, ("the database is damaged", ".recover", "or restore a backup")),
    "newer": (make_newer, make_ours, ("written by a newer groundstop", "Update groundstop")),
    "deleted": (delete, restore, ("was moved, deleted or replaced while in use", "Put it back")),
    "replaced": (replace, leave, ("was moved, deleted or replaced while in use", "start again")),
}
"""The fault, how it is mended when the service has stopped, and what it says."""


@pytest.mark.parametrize("name", WHILE_IT_RUNS)
def test_a_service_whose_file_is_not_what_it_was_stops_and_catches_up_once_that_is_mended(
    watched: Letter, tmp_path: Path, figures: Figures, name: str
) -> None:
    fault, mend, words = WHILE_IT_RUNS[name]
    watched.start()
    watched.has(AIRLINES[:1])
    until(lambda: watched.rows("SELECT 1 FROM sources WHERE baseline_at IS NOT NULL"), lambda: "the first run did not end")
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
