"""What goes wrong with a database's file, and how it is mended: for ``test_store_faults``."""

import resource
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipelines.storage.schema import VERSION
from tests.soak.letter import SMALL

PAGE = 4096


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


def fill(file: Path) -> None:
    """Until the disk takes no byte more."""
    with file.open("wb", buffering=0) as ballast:
        for size in (65_536, 1):
            try:
                while ballast.write(b"\0" * size):
                    pass
            except OSError:
                continue


def scribble(path: Path) -> None:
    """Over the roots of the tables and indexes of which every run has need, from the middle of the page before."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        roots = [page for (page,) in database.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name IN ('runs', 'notices', 'events')")]
        with path.open("r+b") as file:
            for page in roots:
                file.seek((page - 1) * PAGE)
                file.write(b"\xa5" * (PAGE // 2))


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
