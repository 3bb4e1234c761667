"""Opening the file: for the one writer, and for readers who must never block it."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from pipelines.storage.schema import APPLICATION, VERSION, migrate

BUSY_SECONDS = 10.0
"""How long a statement waits for another program's lock before it gives up."""


class StoreError(Exception):
    """The file cannot be used. ``str()`` says what is wrong, ``remedy`` what a person can do about it.

    ``lasting``: waiting does not help, and to go on would make it worse: the file is damaged, gone, or another program's.
    """

    def __init__(self, problem: str, remedy: str, lasting: bool = False) -> None:
        super().__init__(problem)
        self.remedy = remedy
        self.lasting = lasting


def open_for_writing(path: Path, busy_seconds: float = BUSY_SECONDS) -> Database:
    """The file, created and migrated where needed, in WAL mode with foreign keys checked. Transactions are the caller's.

    Raises StoreError for a file that is no database, not ours, of a newer program, read-only or locked.
    """
    _refuse_what_is_no_file(path)
    connection: sqlite3.Connection | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # isolation_level None: Python opens no transaction of its own, BEGIN IMMEDIATE stands where it is meant.
        connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, cached_statements=256)
        version = check(connection, path)
        if connection.execute("PRAGMA page_count").fetchone()[0] == 0:
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # only a file without a page takes it
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -16000")
        connection.execute("PRAGMA temp_store = MEMORY")
        # A write that changes nothing: a read-only file is found now, not in the middle of the first run.
        connection.execute(f"PRAGMA user_version = {version}")
        database = Database(connection)
        migrate(database)
    except StoreError:
        _close(connection)
        raise
    except (sqlite3.Error, OSError) as error:
        _close(connection)
        raise explained(error, path) from error
    return database


def wait_for_locks(connection: sqlite3.Connection, milliseconds: int) -> None:
    """From now on a statement waits as long for another program's lock."""
    connection.execute(f"PRAGMA busy_timeout = {milliseconds}")


def open_for_reading(path: Path) -> sqlite3.Connection:
    """A read-only connection, rows by name. Raises StoreError where there is nothing to read."""
    if not path.exists():
        raise StoreError(f"{path} does not exist", "Start the service once (groundstop once), or name the file with --db.")
    _refuse_what_is_no_file(path)
    connection: sqlite3.Connection | None = None
    try:
        connection = _reader(path)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA query_only = ON")
        check(connection, path)
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'flags'").fetchone():
            raise StoreError(
                f"{path} holds no tables of groundstop yet", "Start the service once (groundstop once), or name the file with --db."
            )
    except StoreError:
        _close(connection)
        raise
    except sqlite3.Error as error:
        _close(connection)
        raise explained(error, path) from error
    return connection


def examine(path: Path) -> None:
    """Look through the whole file before anything is written to it: some seconds a gigabyte. Raises StoreError where it is damaged."""
    if not path.exists():
        return
    _refuse_what_is_no_file(path)
    try:
        with closing(_reader(path)) as connection:
            (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise explained(error, path) from error
    if said != "ok":
        raise explained(sqlite3.DatabaseError(f"malformed: {' '.join(said.split())}"), path)


def is_trouble(error: BaseException) -> bool:
    """Whether the file is at fault, and not what was to be stored in it. A damaged file is a plain DatabaseError to Python."""
    return isinstance(error, sqlite3.OperationalError) or type(error) is sqlite3.DatabaseError


def explained(error: Exception, path: Path) -> StoreError:
    """The same trouble in words, with what a person can do."""
    said = str(error).lower()
    for words, problem, remedy, lasting in _TROUBLES:
        if words in said:
            return StoreError(f"{path}: {problem} ({error})", remedy, lasting)
    return StoreError(f"{path}: {error}", "Check the path, its permissions and the free space of the disk.")


_TROUBLES = (
    ("not a database", "this file is not an SQLite database", "Name another file with --db, or move this one away.", True),
    (
        "malformed",
        "the database is damaged",
        "Stop the service, run: sqlite3 FILE .recover | sqlite3 NEW, and use NEW; or restore a backup.",
        True,
    ),
    (
        "locked",
        "another program holds the database",
        "Stop the other writer (a second groundstop, an open transaction in sqlite3) and start again.",
        False,
    ),
    (
        "readonly",
        "the file or its directory cannot be written",
        "Give the service's user write permission for the file and its directory.",
        False,
    ),
    (
        "permission denied",
        "the file or its directory cannot be written",
        "Give the service's user write permission for the file and its directory.",
        False,
    ),
    (
        "unable to open",
        "the file cannot be opened",
        "Check that the directory exists and that the service's user may read and write in it.",
        False,
    ),
    ("is full", "the disk is full", "Free some space; nothing that was stored is lost.", False),
    (
        "disk i/o",
        "the disk refuses to read or write",
        "See whether it is full, at its quota or failing (df, quota, dmesg); nothing that was stored is lost.",
        False,
    ),
)


def _refuse_what_is_no_file(path: Path) -> None:
    if path.is_dir():
        raise StoreError(f"{path} is a directory", "Name a file in it with --db.")


def check(connection: sqlite3.Connection, path: Path) -> int:
    """The schema's version in the file; StoreError where the file is another program's or a newer program's."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if application == APPLICATION and version > VERSION:
        raise StoreError(
            f"{path} was written by a newer groundstop (schema {version}, this program knows {VERSION})",
            "Update groundstop, or use another file with --db.",
            lasting=True,
        )
    foreign = application not in (0, APPLICATION)
    if application == 0:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        foreign = bool(tables) and "_sqlite_migrations" not in tables
    if foreign:
        raise StoreError(f"{path} is another program's database", "Name another file with --db.", lasting=True)
    return version


def _reader(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path.absolute()))}?mode=ro", uri=True, timeout=5, isolation_level=None)


def _close(connection: sqlite3.Connection | None) -> None:
    if connection is not None:
        connection.close()
