"""What keeps the file from growing for ever, and a copy of it.

Raw text is what grows: it goes when it is old, or when there is too much of it. What was understood of it stays: notices with their
fingerprints, events with the words that they were found in, suspensions, flags.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection

from pipelines.freshness import MEMORY
from pipelines.storage.database import StoreError, explained, wait_for_locks
from pipelines.storage.instants import stamp

BATCH = 500
"""Rows of one transaction: other programs that write wait that long and no longer."""
PAGES = 500
"""Free pages given back to the disk in one step."""
WASTE = 0.25
"""Share of free pages from which a file that cannot give them back one by one is written anew."""
MIB = 1024 * 1024
PART = ".part"


@dataclass(frozen=True)
class Keep:
    """How long and how much raw text is kept."""

    days: int = 365
    """Texts that were last seen longer ago are emptied; runs that brought nothing are deleted. An address is read in full again after
    half of it, though it answers that nothing changed: else what it shows all the time would count as not seen."""
    mib: int = 2048
    """Beyond it texts are emptied however young they are, the oldest first, but for the newest of each notice."""


@dataclass
class Tidied:
    """What was done."""

    texts: int = 0
    runs: int = 0
    addresses: int = 0
    bytes: int = 0
    """By which the file is smaller."""

    def __str__(self) -> str:
        freed = f"{self.bytes / MIB:.1f} MiB freed"
        return f"{self.texts} texts emptied, {self.runs} runs and {self.addresses} addresses forgotten, {freed}"


_EMPTY = "UPDATE versions SET text = '', fields = NULL, pruned_at = ? WHERE id = ?"
_OLD = """
SELECT v.id FROM versions v JOIN notices n ON n.id = v.notice_id
LEFT JOIN versions next ON next.notice_id = v.notice_id AND next.number = v.number + 1
WHERE v.pruned_at IS NULL AND v.seen_at < ?1 AND coalesce(next.seen_at, n.last_seen) < ?1 ORDER BY v.seen_at LIMIT ?2
"""
"""A version was shown until the next one came, the newest until its notice was last seen."""
_OLDEST = """
SELECT v.id, length(CAST(v.text AS BLOB)) + coalesce(length(CAST(v.fields AS BLOB)), 0) FROM versions v JOIN notices n ON n.id = v.notice_id
WHERE v.pruned_at IS NULL AND v.number < n.versions ORDER BY v.seen_at, v.id LIMIT ?
"""
_SIZE = """
SELECT coalesce(sum(length(CAST(text AS BLOB)) + coalesce(length(CAST(fields AS BLOB)), 0)), 0) FROM versions
WHERE id BETWEEN ? AND ? AND pruned_at IS NULL
"""
_RUNS = """
DELETE FROM runs WHERE id IN (
    SELECT r.id FROM runs r WHERE r.started_at < ? AND r.verdict <> 'running'
    AND NOT EXISTS (SELECT 1 FROM versions v WHERE v.run_id = r.id) AND NOT EXISTS (SELECT 1 FROM flags f WHERE f.run_id = r.id)
    AND r.id <= coalesce((SELECT l.id FROM runs l WHERE l.source = r.source ORDER BY l.started_at DESC, l.id DESC LIMIT 1 OFFSET ?), 0)
    LIMIT ?
)
"""
_ADDRESSES = "DELETE FROM validators WHERE url IN (SELECT url FROM validators WHERE fetched_at < ? LIMIT ?)"


def prune(connection: Connection, transaction: Callable[[], AbstractContextManager[None]], keep: Keep, now: datetime) -> Iterator[Tidied]:
    """Batch after batch, each in a ``transaction`` of its own: what was done so far. Between two the caller may do something else."""
    done = Tidied()
    at, before = stamp(now), stamp(now - timedelta(days=keep.days))
    half = stamp(now - timedelta(days=keep.days) / 2)

    def batch(work: Callable[[], int]) -> int:
        with transaction():
            return work()

    def old_texts() -> int:
        ids = [version for (version,) in connection.execute(_OLD, (before, BATCH))]
        connection.executemany(_EMPTY, [(at, version) for version in ids])
        return len(ids)

    def too_much(excess: int) -> tuple[int, int]:
        ids, freed = [], 0
        for version, size in connection.execute(_OLDEST, (BATCH,)).fetchall():
            if freed >= excess:
                break
            ids.append(version)
            freed += size
        connection.executemany(_EMPTY, [(at, version) for version in ids])
        return len(ids), freed

    while number := batch(old_texts):
        done.texts += number
        yield done
    excess = -keep.mib * MIB
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM versions").fetchone()
    for first in range(1, last + 1, BATCH):  # the texts are read for it, so this is no question of an instant
        excess += connection.execute(_SIZE, (first, first + BATCH - 1)).fetchone()[0]
        yield done
    while excess > 0:
        with transaction():
            number, freed = too_much(excess)
        if not number:  # nothing is left but the newest text of each notice
            break
        done.texts += number
        excess -= freed
        yield done
    while number := batch(lambda: connection.execute(_RUNS, (before, MEMORY, BATCH)).rowcount):
        done.runs += number
        yield done
    while number := batch(lambda: connection.execute(_ADDRESSES, (half, BATCH)).rowcount):
        done.addresses += number
        yield done


def vacuum(connection: Connection, done: Tidied) -> Iterator[Tidied]:
    """Gives free pages back to the disk, some at a time, and empties the log of changes. A file of before that cannot do so in steps is
    written anew, once, when a quarter of it is free: that keeps other writers waiting for some seconds a gigabyte."""
    size = _pragma(connection, "page_size")
    before = _pragma(connection, "page_count")
    if _pragma(connection, "auto_vacuum") == 0:
        if _pragma(connection, "freelist_count") > WASTE * before:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("VACUUM")
    else:
        while _pragma(connection, "freelist_count"):
            connection.execute(f"PRAGMA incremental_vacuum({PAGES})").fetchall()
            yield done
    connection.execute("PRAGMA optimize")
    _checkpoint(connection)
    done.bytes = max(before - _pragma(connection, "page_count"), 0) * size
    yield done


def backup(connection: Connection, path: Path, target: Path, force: bool = False) -> int:
    """A copy of the database, as it is at one instant, in ``target``; its size in bytes. The service may go on writing meanwhile.

    The copy is compact and checked before it gets its name. Raises StoreError.
    """
    if target.exists() and not force:
        raise StoreError(f"{target} exists", "Name a file that does not, or say --force.")
    if target.exists() and target.samefile(path):
        raise StoreError(f"{target} is the database itself", "Name another file.")
    part = target.with_name(target.name + PART)
    try:
        part.unlink(missing_ok=True)
        connection.execute("PRAGMA query_only = OFF")  # which a connection that may not write does not mind, but VACUUM INTO does
        connection.execute("VACUUM INTO ?", (str(part),))
        copy = sqlite3.connect(part)
        try:
            problem = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if problem != "ok":
                raise StoreError(f"{path}: the copy of the database is damaged, and so is the database ({problem})", DAMAGED)
        finally:
            copy.close()
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
        return target.stat().st_size
    except sqlite3.Error as error:
        raise explained(error, target) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written ({error.strerror})", "Name a file in a directory that you may write in.") from error
    finally:
        part.unlink(missing_ok=True)


DAMAGED = "Run: groundstop doctor."


def _checkpoint(connection: Connection) -> None:
    """Empties the log of changes, without waiting for who reads in it just now: then it is emptied another night."""
    patience = _pragma(connection, "busy_timeout")
    wait_for_locks(connection, 0)
    try:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        wait_for_locks(connection, patience)


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])
