"""The one writer: a notice in, and in one transaction its version, events, suspensions and flags."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cleaning.clean import Cleaned
from pipelines.storage import intake, ledger, pacing, runs, service, upkeep
from pipelines.storage.database import BUSY_SECONDS, StoreError, check, explained, is_trouble, open_for_writing, wait_for_locks
from pipelines.storage.instants import stamp
from pipelines.storage.names import Names
from pipelines.storage.runs import Progress
from pipelines.storage.shelf import Shelf
from pipelines.understanding import Extractor, Understood, built_in, reading_version, understand
from pipelines.verdict import Verdict

if TYPE_CHECKING:
    from pipelines.freshness import Heat, Pace
    from scrapers.run import Run, Validator
    from scrapers.sources import Source

__all__ = ["Store", "StoreError"]


class Store:
    """Opens (and makes) the database at ``path``; ``now`` gives the aware present time, and is asked once for each thing stored.

    Bound to the thread that made it. Raises ``StoreError`` (with a ``remedy``) when the file cannot be used.
    """

    def __init__(
        self,
        path: Path,
        now: Callable[[], datetime],
        *,
        extractor: Extractor = built_in,
        reading: str | None = None,
        busy_seconds: float = BUSY_SECONDS,
    ) -> None:
        """``reading`` names the state of the extractor: what an earlier one could not understand is tried again by another."""
        self.path = Path(path)
        self.database = open_for_writing(self.path, busy_seconds)
        self._connection = self.database.conn
        self._patience = int(busy_seconds * 1000)
        self._waits = True
        opened = self.path.stat()
        self._file = opened.st_dev, opened.st_ino
        self._now = now
        self._names = Names(self._connection)
        self._shelf = Shelf(self._connection, self._names)
        self.extractor = extractor
        self._reading = reading_version() if reading is None else reading
        self._recorded: dict[str, Source] = {}
        """Sources whose row is up to their record."""
        self._beating = False
        self._runs: dict[int, Progress] = {}
        self._under_way: dict[str, int] = {}
        """Number of a source's run under way, by its name: no source has two."""
        with self._transaction():
            self.interrupted = runs.mark_interrupted(self._connection, now())
            """How many runs an earlier program left unfinished."""

    # --- sources and runs -------------------------------------------------------------------------------------------------

    def watch(self, sources: Mapping[str, "Source"]) -> None:
        """Make the rows of ``sources``, and mark every other source as no longer watched, unless another process watches those."""
        with self._transaction():
            for source in sources.values():
                runs.save_source(self._connection, source, self._now())
                runs.save_keyless(self._connection, source)
            if service.other(self._connection, datetime.now(UTC)) is None:
                runs.unwatch_all_but(self._connection, sources)
        self._recorded = dict(sources)

    def last_runs(self) -> dict[str, datetime]:
        """When each source's last run ended by itself, by name: what the next one is due after. Sources never run are left out."""
        with self._explained():
            return runs.last_runs(self._connection)

    def begin_run(self, source: "Source") -> int:
        """The number of a new run. Raises StoreError with ``lasting`` where the file is not what it was when it was opened."""
        self.check_place()
        now = self._now()
        with self._transaction():
            if self._recorded.get(source.name) != source:
                runs.save_source(self._connection, source, now)
            progress = runs.begin(self._connection, source, now)
        self._recorded[source.name] = source
        self._runs[progress.run_id] = progress
        self._under_way[source.name] = progress.run_id
        return progress.run_id

    def run_of(self, source: "Source") -> int:
        """The number of the source's run under way; of a new one where none is."""
        number = self._under_way.get(source.name)
        return self.begin_run(source) if number is None else number

    def progress(self, run_id: int) -> Progress:
        """What is stored so far of a run that has begun and not ended. It goes on counting, and stays readable when the run has ended."""
        return self._runs[run_id]

    def end_run(self, run_id: int, run: "Run") -> Verdict:
        """Judge the run and keep its counts, its source's health and what the next one may know of it.

        Raises StoreError also where something that the run brought was not stored: nothing is concluded from such a run.
        """
        progress = self._runs[run_id]
        if progress.trouble:
            raise progress.trouble
        with self._transaction():
            judged = runs.end(self._connection, progress, run, self._now(), self._reading)
        self.forget_run(run_id)
        return judged

    def hot(self) -> "dict[str, Heat]":
        """The countries to which several operators have just stopped: their sources are asked more often for a while."""
        with self._explained():
            return pacing.hot(self._connection, self._now())

    def pace(self, source: "Source", hot: "dict[str, Heat]") -> "tuple[Pace, timedelta | None]":
        """How often the source is to be asked from now on, which its row says then; and the interval before, where it was another."""
        with self._explained():
            decided = pacing.paced(self._connection, source, hot)
        with self._transaction():
            return decided, pacing.save(self._connection, source, decided)

    def forget_run(self, run_id: int) -> None:
        """Give a run up whose end the database did not take; its row is interrupted when the source is run again."""
        progress = self._runs.pop(run_id)
        self._under_way.pop(progress.source.name, None)

    # --- notices ----------------------------------------------------------------------------------------------------------

    def to_read(self, cleaned: Cleaned, source: "Source", run_id: int) -> date | None:
        """The day that the notice's words count from, where ``take`` would have them read; None where it would not."""
        with self._needed(self._runs[run_id]):
            coming = self._coming(intake.known(self._connection, cleaned), cleaned, source, run_id)
        return coming.read_for if coming else None

    def take(self, cleaned: Cleaned, source: "Source", run_id: int, problem: str | None = None, extractor: Extractor | None = None) -> str:
        """Store a notice: "new", "changed" (another version) or "same" (only its ``last_seen`` moves, when the run ends;
        also an older copy of a record).

        A notice that cannot be understood is stored all the same, with what went wrong in ``versions.problem``; so is one that comes
        with a ``problem`` already. ``extractor`` reads this one notice in place of the store's.
        """
        progress = self._runs[run_id]
        with self._needed(progress):
            return self._take(cleaned, source, progress, problem, extractor or self.extractor)

    def _take(self, cleaned: Cleaned, source: "Source", progress: Progress, problem: str | None, extractor: Extractor) -> str:
        while True:
            known = intake.known(self._connection, cleaned)
            coming = self._coming(known, cleaned, source, progress.run_id)
            if coming is None:
                assert known is not None
                progress.seen.append(known.notice_id)
                progress.outcomes["same"] += 1
                return "same"
            if problem is None:
                understood = understand(cleaned, source, coming.read_for, extractor)
            else:
                understood = Understood(cleaned.lang, problem=problem)
            with self._transaction():
                if intake.known(self._connection, cleaned) != known:  # another process took the same notice meanwhile
                    continue
                outcome = intake.store(self._connection, self._names, self._shelf, coming, understood, progress, self._reading)
            progress.outcomes[outcome] += 1
            return outcome

    def _coming(self, known: intake.Known | None, cleaned: Cleaned, source: "Source", run_id: int) -> intake.Coming | None:
        """The notice as one to be stored; None where that is known, or a later copy of it."""
        if known is not None and not known.to_read_again(cleaned, run_id, self._reading):
            return None
        coming = intake.coming(self._connection, cleaned, source, known, self._now())
        return None if known is not None and coming.outdated else coming

    # --- what a spider may remember (scrapers.run.Memory) -----------------------------------------------------------------

    def validator(self, url: str) -> "Validator | None":
        """How the address answered when it was last read in full, unless it would be read differently now."""
        known = self._remembered(url)
        return known.validator if known else None

    def fetched(self, url: str) -> datetime | None:
        """When the address was last read in full."""
        known = self._remembered(url)
        return known.at if known else None

    def _remembered(self, url: str) -> runs.Remembered | None:
        with self._needed(*self._runs.values()):  # whose address it is stands in no table yet
            known = runs.remembered(self._connection, url)
        return known if known and known.reading == self._reading else None

    # --- time, and telling ------------------------------------------------------------------------------------------------

    def expire(self, today: date) -> int:
        """End the suspensions whose last day is before ``today``; the number of flags raised."""
        with self._transaction():
            return ledger.expire(self._connection, self._shelf, today.isoformat(), self._now())

    def untold(self, limit: int = 100) -> list[dict[str, Any]]:
        """Flags that nobody has been told yet, oldest first, as rows of the view ``new_flags``."""
        with self._explained():
            cursor = self._connection.execute("SELECT * FROM new_flags WHERE told_at IS NULL ORDER BY flag_id LIMIT ?", (limit,))
            names = [column[0] for column in cursor.description]
            return [dict(zip(names, row, strict=True)) for row in cursor]

    def mark_told(self, flags: Iterable[int]) -> None:
        """Remember that these flags (their ids) were told."""
        at = stamp(self._now())
        with self._transaction():
            self._connection.executemany("UPDATE flags SET told_at = ? WHERE id = ? AND told_at IS NULL", [(at, flag) for flag in flags])

    def heartbeat(self, now: datetime, version: str = "") -> None:
        """Say that the service lives; the first beat is its start. ``now`` is the machine's: a replay sets the news, not the process.

        Raises StoreError for a first beat where another service lives: two would ask every site twice.
        """
        self.check_place()
        with self._transaction():
            if not self._beating and (pid := service.other(self._connection, now)) is not None:
                raise StoreError(f"{self.path}: another service watches with it (process {pid})", "Stop that one, or name another --db.")
            service.beat(self._connection, now, version, first=not self._beating)
        self._beating = True

    def end_service(self, now: datetime) -> None:
        """Say that the service ended of its own accord."""
        with self._transaction():
            service.end(self._connection, now)
        self._beating = False

    def tidy(self, keep: upkeep.Keep) -> Iterator[upkeep.Tidied]:
        """Forget old raw text and give the room back, step by step: what was done so far. Between two steps anybody may write."""
        done = upkeep.Tidied()
        with self._explained():
            for done in upkeep.prune(self._connection, self._transaction, keep, self._now()):
                yield done
            yield from upkeep.vacuum(self._connection, done)

    def check_place(self) -> None:
        """Raises StoreError where the file is not at its path any more, so that nobody would find what is written, or a newer program has
        taken it over."""
        if self._is_moved():
            self._settle()
            remedy = "Put it back, or start again with a new one."
            raise StoreError(f"{self.path} was moved, deleted or replaced while in use", remedy, lasting=True)
        with self._explained():
            check(self._connection, self.path)

    def _is_moved(self) -> bool:
        try:
            there = self.path.stat()
        except OSError:
            return True
        return (there.st_dev, there.st_ino) != self._file

    def _settle(self) -> None:
        """All to the file, wherever it is now: what its -wal still held would be taken for changes of the file that is in its place."""
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Write down what is pending and close the file. Runs under way stay "running" and are found interrupted at the next start."""
        try:
            with self._transaction():
                for progress in self._runs.values():
                    runs.move_last_seen(self._connection, progress, self._now())
            with self._explained():
                self._connection.execute("PRAGMA optimize")
        finally:
            if self._is_moved():
                self._settle()
            self.database.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """All or nothing."""
        with self._explained():
            self._begin()
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                self._forget()
                raise

    def _begin(self) -> None:
        """Who waited in vain for another program's lock does not wait again until there is none: a loop stands still meanwhile."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            if self._waits:
                self._waits = False
                wait_for_locks(self._connection, 0)
            raise
        if not self._waits:
            self._waits = True
            wait_for_locks(self._connection, self._patience)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """What SQLite says of the file comes out as a StoreError with a remedy."""
        try:
            yield
        except sqlite3.Error as error:
            if not is_trouble(error):
                raise
            raise explained(error, self.path) from error

    @contextmanager
    def _needed(self, *runs: Progress) -> Iterator[None]:
        """Where this fails, nothing can be concluded from ``runs``."""
        try:
            with self._explained():
                yield
        except StoreError as error:
            for progress in runs:
                progress.trouble = progress.trouble or error
            raise

    def _forget(self) -> None:
        """After a rollback: nothing that was remembered of it is there."""
        self._names.forget()
        self._shelf.forget()
        self._recorded.clear()
