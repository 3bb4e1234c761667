"""The demonstration with a service that is killed and started again, and what its database holds in the end.

A moment of the replay is over when every source has had as many whole runs in it as it wants: a run that a kill cut short is forgotten
by the service, so it does not count here either.
"""

import json
import random
import re
import sqlite3
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from pipelines.storage.instants import stamp
from pipelines.verdict import BROKEN_AFTER
from scrapers.demo import DEMO, Play, play
from scrapers.recording import Moment, Recording

PATIENCE = 180.0
"""Seconds for one moment, kills and restarts included. It takes one or two."""
STAGES = ("telling", "starting", "asked", "storing")
TELLING = {flag["moment"] for flag in tomllib.loads((DEMO / "expected.toml").read_text("utf-8"))["flags"]}
"""Moments in which something is flagged."""
EVERY = 250
"""Milliseconds between two runs of a source."""
HASTY = (
    "import sys, scrapers.fields; scrapers.fields._UNITS['s'] = 'milliseconds';"
    " import scheduler; sys.argv[0] = 'groundstop'; scheduler.main()"
)
"""The service, which is asked for shorter intervals than a record can say."""
Rows = list[tuple[Any, ...]]

CONTENT = {
    "notices": "SELECT source, key, title, lang, published, published_how, first_seen, hash, versions, not_understood_by FROM notices",
    "versions": "SELECT n.source, n.key, v.number, v.seen_at, v.hash, v.title, v.text, v.lang, v.published, v.truncated, v.fields,"
    " v.problem FROM versions v JOIN notices n ON n.id = v.notice_id",
    "events": "SELECT n.source, n.key, v.number, w.number, e.kind, e.operator, e.carriers, e.effective_from, e.effective_to, e.open_ended,"
    ' e.reason, e.evidence, e.start, e."end", e.rule, e.confidence, e.background, e.stated_at, e.seen_at, e.withdrawn_at,'
    " (SELECT json_group_array(place) FROM (SELECT role || place AS place FROM event_places WHERE event_id = e.id ORDER BY 1))"
    " FROM events e JOIN notices n ON n.id = e.notice_id JOIN versions v ON v.id = e.version_id"
    " JOIN versions w ON w.id = e.last_version_id",
    "suspensions": "SELECT kind, operator, carriers, effective_from, effective_to, open_ended, reason, state, certainty, sources,"
    " source_names, first_stated, last_stated, last_official, opened_at, changed_at, ended_at, disputed, end_claim, rival_claim,"
    " routes_resumed, (SELECT json_group_array(place) FROM (SELECT role || place || coalesce(country, '-') || coalesce(ended_on, '-')"
    " || coalesce(ended_said, '-') AS place FROM suspension_places WHERE suspension_id = s.id ORDER BY 1)) FROM suspensions s",
    "links": "SELECT s.kind, s.operator, l.relation, l.source, l.linked_at, n.key, e.evidence FROM suspension_events l"
    " JOIN suspensions s ON s.id = l.suspension_id JOIN events e ON e.id = l.event_id JOIN notices n ON n.id = e.notice_id",
    "flags": "SELECT f.kind, f.what, f.raised_at, s.kind, s.operator, f.source, n.key, e.evidence FROM flags f"
    " LEFT JOIN suspensions s ON s.id = f.suspension_id LEFT JOIN events e ON e.id = f.event_id LEFT JOIN notices n ON n.id = f.notice_id",
    "sources": "SELECT name, watched, baseline_at, health, failures_in_row FROM sources",
}
"""What must be the same, by what identifies it for a person. The numbers of rows and runs are not: a killed run has one of its own.
Nor is ``last_seen``, which is written when a run ends, nor ``told_at``, nor the verdict of the last run, which the stop may
interrupt. All other times are the replay's, so they are the same."""


def content(database: Path) -> dict[str, Rows]:
    """By table, without what a replay prints anew at each request: its port, the time that a page was made, a banner's turn."""
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {name: sorted(map(_lasting, connection.execute(query)), key=repr) for name, query in CONTENT.items()}


PASSING = re.compile(r"(?<=//127\.0\.0\.)(\d+):\d+|\d\d:\d\d:\d\d UTC")


def _lasting(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(PASSING.sub(r"\1", value) if isinstance(value, str) else value for value in row)


def flags(rows: dict[str, Rows]) -> list[Hashable]:
    """Kind and words of each flag."""
    return [row[:2] for row in rows["flags"]]


class Lives:
    """One replay of the demonstration through ``kills`` lives and a last one, ``seed`` deciding when each of them ends."""

    def __init__(self, database: Path, kills: int, seed: str) -> None:
        self.database = database
        self.chance = random.Random(seed)
        moments = Recording.load(DEMO).moments
        wanted = [self.chance.choice(STAGES) for _ in range(kills)]
        self.plan = [
            (self.chance.choice([at for at, moment in enumerate(moments) if stage != "telling" or moment.name in TELLING]), stage)
            for stage in wanted
        ]
        self.plan.sort(key=lambda kill: (kill[0], STAGES.index(kill[1])), reverse=True)
        """Moments and the stages in which a life ends there; what is told in it is told at its beginning, hence the order."""
        self.killed: Counter[str] = Counter()
        """By stage; "late" where what was waited for did not come in its moment."""
        self.log: list[dict[str, object]] = []
        """What all lives said, line by line."""
        self.playing: Play
        self._armed = False
        self._watching = False

    def run(self) -> None:
        """Raises AssertionError where a moment does not end, or the last life does not end well."""
        with play(self.database, self._heard) as self.playing:
            records = self.playing.records.read_text("utf-8")
            self.playing.records.write_text(records.replace('every = "1s"', f'every = "{EVERY}s"'), "utf-8")
            self.playing.program = [sys.executable, "-c", HASTY]
            self._start()
            moment: Moment | None = self.playing.replay.moment
            while moment:
                while self.plan and self.plan[-1][0] == self.playing.replay.at:
                    self._kill(self.plan.pop()[1], moment)
                    self._start()
                _wait(lambda moment=moment: self._over(moment), self._said)  # type: ignore[misc]
                moment = self.playing.replay.advance()
            _wait(lambda: self._asked("SELECT count(*) FROM flags WHERE told_at IS NULL") == [(0,)], self._said)
            _wait(lambda: self._watching, self._said)  # else there is nothing to stop yet
            code = self.playing.stop()
            self._drain()
            assert code == 0, f"exit code {code}\n{self._said()}"

    def _start(self) -> None:
        self._watching = False
        self.playing.start()

    def _kill(self, stage: str, moment: Moment) -> None:
        """Waits for the stage, or for the end of the moment, and a random time more."""
        process = self.playing.process
        assert process
        reached, most = self._reached(stage)
        late = False
        deadline = time.monotonic() + PATIENCE
        while not next(reached) and process.poll() is None:
            if self._over(moment):
                late = True
                break
            assert time.monotonic() < deadline, self._said()
        time.sleep(self.chance.uniform(0, most))
        self._armed = False
        assert process.poll() in (None, -9), self._said()
        process.kill()
        process.wait()
        self._drain()
        self.killed["late" if late else stage] += 1

    def _reached(self, stage: str) -> tuple[Iterator[bool], float]:
        """Whether the stage is there, asked again and again, and the longest time to wait then, in seconds."""
        if stage == "starting":
            return iter([True]), self.chance.choice((0.3, 1.5))
        if stage == "asked":
            wanted = sum(self.playing.replay.polls.values()) + self.chance.randint(1, 12)
            return self._watched(lambda: sum(self.playing.replay.polls.values()) >= wanted), 0.05
        if stage == "storing":
            writes = self.chance.randint(1, 25)
            return self._written(writes), 0.004
        self._armed = True  # the listener kills, at the very line
        return self._watched(lambda: False), 0.0

    @staticmethod
    def _watched(condition: Callable[[], bool]) -> Iterator[bool]:
        while True:
            yield condition()
            time.sleep(0.02)

    def _written(self, writes: int) -> Iterator[bool]:
        """Counts how often the file of changes was seen to grow or to be written anew."""
        changes, wal, before = 0, self.database.with_name(self.database.name + "-wal"), None
        while True:
            for _ in range(20):
                try:
                    at = wal.stat().st_mtime_ns
                except FileNotFoundError:
                    at = None
                changes += at != before
                before = at
                if changes >= writes:
                    break
                time.sleep(0.001)
            yield changes >= writes

    def _heard(self, line: dict[str, object]) -> None:
        if self._armed and "flag" in line and self.playing.process:
            self.playing.process.kill()
        self._watching |= str(line.get("message")).startswith("watching")
        self.log.append(line)

    def _drain(self) -> None:
        assert self.playing.listener
        self.playing.listener.join()

    def _over(self, moment: Moment) -> bool:
        """Whether every source had its whole runs: begun in this moment, ended by themselves."""
        wanted = BROKEN_AFTER if moment.status else 1
        query = "SELECT source FROM runs WHERE started_at = ? AND verdict NOT IN ('running', 'interrupted')"
        runs = Counter(source for (source,) in self._asked(query, stamp(moment.time)))
        return all(runs[name] >= wanted for name in self.playing.sources)

    def _asked(self, query: str, *values: str) -> Rows:
        """Rows; none while there is no database, or none to be read yet."""
        try:
            with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
                return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError:
            return []

    def _said(self) -> str:
        return "\n".join(json.dumps(line, ensure_ascii=False) for line in self.log[-30:])


def _wait(condition: Callable[[], bool], said: Callable[[], str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, said()
        time.sleep(0.03)
