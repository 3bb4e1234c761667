"""A newsletter on loopback, told in moments, and the service that watches it as a process: for faults of its database."""

import ctypes
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

from scrapers.recording import Recording
from scrapers.replay import Replay
from tests.service import ROOT, environment

SOURCE = """
[[source]]
name = "letter"
title = "Air letter"
kind = "press"
lang = "en"
shape = "feed"
url = "http://letter.demo/feed.xml"
every = "1s"
"""
ITEM = """@@ from {moment}
<item><title>{airline} suspends flights to Caracas</title><link>http://letter.demo/{moment}</link><guid>{moment}</guid>
<description>{airline} has suspended all its flights to Caracas until 20 December for security reasons.</description>
<pubDate>Sun, 30 Nov 2025 10:00:00 GMT</pubDate></item>
"""
AIRLINES = ("Iberia", "TAP Air Portugal", "LATAM Airlines", "Avianca", "Copa Airlines")
"""One stops in each moment."""
IMPATIENT = (
    "import sys, datetime, pipelines.storage.store as store, scheduler;"
    " store.Store.__init__.__kwdefaults__['busy_seconds'] = {busy}; scheduler.AGAIN = datetime.timedelta(seconds=0.5);"
    " sys.argv[0] = 'groundstop'; scheduler.main()"
)
"""The service, which waits less long for a lock, and before it tries again what was not stored."""
CAP_DAC_OVERRIDE, PR_CAPBSET_DROP = 1, 24
SMALL = 1024
PATIENCE = 180.0
"""Seconds; more than any service here takes to say or store something."""


class Letter:
    """``folder`` holds the database, unless ``database`` is elsewhere. ``busy``: seconds for which the service waits for a lock."""

    def __init__(self, folder: Path, replay: Replay, busy: float, database: Path | None = None) -> None:
        self.folder = folder
        self.replay = replay
        self.database = database or folder / "groundstop.db"
        self.command = [sys.executable, "-c", IMPATIENT.format(busy=busy)]
        self.log: list[dict[str, Any]] = []
        """Of the life that was started last, line by line; a line that is no JSON stands under "message"."""
        self.service: subprocess.Popen[str] | None = None
        self.listener: Thread | None = None

    def start(self, prepare: Callable[[], None] | None = None) -> None:
        """The service as a user who is bound by permissions, though it were root; ``prepare`` runs in the child before it."""
        self.log.clear()

        def bound() -> None:
            if os.geteuid() == 0:
                ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
            if prepare:
                prepare()

        settings = environment(self.folder) | {"GROUNDSTOP_DB": str(self.database)}
        self.service = subprocess.Popen(
            [*self.command, "run", "--log-json"], env=settings, cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=bound
        )
        self.listener = Thread(target=self._listen, daemon=True)
        self.listener.start()

    def _listen(self) -> None:
        assert self.service and self.service.stderr
        for line in self.service.stderr:
            try:
                self.log.append(json.loads(line))
            except ValueError:
                self.log.append({"message": line.rstrip()})

    def ended(self) -> int:
        """Waits for the service to end by itself; its exit code."""
        assert self.service and self.listener
        code = self.service.wait(timeout=PATIENCE)
        self.listener.join()
        return code

    def stop(self) -> int:
        assert self.service
        self.service.send_signal(signal.SIGTERM)
        return self.ended()

    def said(self, *words: str) -> bool:
        """Whether one line has all these words; none may be a traceback."""
        assert not any("exception" in line or "Traceback" in line["message"] for line in self.log), self.log
        return any(all(word in line["message"] for word in words) for line in self.log)

    def hears(self, *words: str) -> None:
        until(lambda: self.said(*words), lambda: f"not said: {words}: {self.log}")

    def has(self, airlines: Sequence[str]) -> None:
        """Waits until the suspensions of all these were told."""
        until(lambda: len(self.told()) == len(airlines) or self._gone(), lambda: f"not told: {airlines}: {self.log}")
        assert not self._gone(), self.log

    def _gone(self) -> bool:
        return self.service is not None and self.service.poll() is not None

    def told(self) -> list[str]:
        """The operators of whom a ``new`` flag was told."""
        query = (
            "SELECT o.name FROM flags f JOIN suspensions s ON s.id = f.suspension_id JOIN operators o ON o.code = s.operator"
            " WHERE f.told_at IS NOT NULL ORDER BY f.id"
        )
        return [name for (name,) in self.rows(query)]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
                return connection.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []

    def whole(self) -> list[tuple[Any, ...]]:
        """Every notice with what came with it, after a look at the file: none is there in part."""
        assert self.rows("PRAGMA integrity_check") == [("ok",)] and self.rows("PRAGMA foreign_key_check") == []
        rows = self.rows(
            "SELECT n.key, (SELECT count(*) FROM versions WHERE notice_id = n.id), (SELECT count(*) FROM events WHERE notice_id = n.id),"
            " (SELECT count(*) FROM flags WHERE notice_id = n.id) FROM notices n ORDER BY n.id"
        )
        assert all(row[1:] == (1, 1, 1) for row in rows), rows
        return rows

    def flags(self) -> list[tuple[str, str | None]]:
        """Kind and operator of every flag."""
        return self.rows(
            "SELECT f.kind, o.name FROM flags f LEFT JOIN suspensions s ON s.id = f.suspension_id"
            " LEFT JOIN operators o ON o.code = s.operator"
        )

    def copy(self, target: Path) -> None:
        """A copy of the database as it is now."""
        with closing(sqlite3.connect(self.database)) as database:
            database.execute("VACUUM INTO ?", (str(target),))

    def limit(self, size: int) -> None:
        """The kernel takes no more than ``size`` bytes of any file from the service."""
        assert self.service
        resource.prlimit(self.service.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def until(condition: Callable[[], object], what: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.03)


@contextmanager
def letter(folder: Path, busy: float, database: Path | None = None) -> Iterator[Letter]:
    recorded = folder / "recorded"
    (recorded / "site" / "letter").mkdir(parents=True)
    names = [f"m{number}" for number in range(len(AIRLINES))]
    items = "".join(ITEM.format(moment=name, airline=airline) for name, airline in zip(names, AIRLINES, strict=True))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>Air letter</title>\n'
    (recorded / "site" / "letter" / "feed.xml").write_text(f"{head}{items}@@\n</channel></rss>\n", "utf-8")
    moments = "".join(
        f'[[moments]]\nname = "{name}"\ntime = 2025-11-30T{12 + hour}:00:00Z\ntitle = "{name}"\n' for hour, name in enumerate(names)
    )
    (recorded / "moments.toml").write_text(moments, "utf-8")
    with Replay(Recording.load(recorded), folder / "clock") as replay:
        (folder / "sources.toml").write_text(replay.fill(SOURCE), "utf-8")
        watched = Letter(folder, replay, busy, database)
        try:
            yield watched
        finally:
            if watched.service and watched.service.poll() is None:
                watched.service.kill()
                watched.ended()
