"""The demonstration: a recorded crisis, replayed against the service as it is.

The replay answers on loopback and sets the clock; the service runs as a process of its own, as it would for months. When it has read
every source as often as the moment wants, the next moment begins: days become seconds, and nothing depends on how fast the machine is.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import IO

from scrapers.recording import Moment, Recording
from scrapers.replay import Replay
from scrapers.sources import Source, load

DEMO = Path(__file__).resolve().parent.parent / "data" / "demo"
PATIENCE = 60.0
"""Seconds for one moment. It takes two or three."""


class Stuck(Exception):
    """The service ended, or does not read a source any more."""


class Play:
    """One replay with the service beside it. ``told`` gets each line of the service's log as the JSON object that it is."""

    def __init__(self, replay: Replay, folder: Path, database: Path, told: Callable[[dict[str, object]], None]) -> None:
        self.replay = replay
        self.database = database
        self.told = told
        self.records = folder / "sources.toml"
        self.records.write_text(replay.fill((DEMO / "sources.toml").read_text("utf-8")), "utf-8")
        self.sources: dict[str, Source] = load([self.records])
        self.program = [sys.executable, "-m", "scheduler"]
        self.process: subprocess.Popen[str] | None = None
        self.listener: Thread | None = None

    def start(self) -> None:
        """The service, in the open: what anybody would start by hand."""
        command = [*self.program, "run", "--log-json", "--db", str(self.database), "--sources", str(self.records)]
        environment = {**os.environ, "GROUNDSTOP_CLOCK": str(self.replay.clock_file), "GROUNDSTOP_DELAY": "0"}
        environment["GROUNDSTOP_EXTRACTOR"] = "built-in"  # nothing leaves this machine
        self.process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment, cwd=DEMO.parent.parent
        )
        assert self.process.stderr
        self.listener = Thread(target=self._listen, args=(self.process.stderr,), daemon=True)
        self.listener.start()

    def stop(self) -> int:
        """Ends the service as systemd would; its exit code."""
        assert self.process
        self.process.terminate()
        return self.process.wait(timeout=30)

    def moments(self) -> Iterator[Moment]:
        """Each moment as it begins; the next one once every source has been read as often as this one wants. Raises Stuck."""
        moment: Moment | None = self.replay.moment
        while moment:
            yield moment
            self.wait(moment.polls)
            moment = self.replay.advance()

    def wait(self, polls: int) -> None:
        """Until every source was read ``polls`` times in this moment, and what was read is stored: that is when it is asked once more."""
        until = time.monotonic() + PATIENCE
        while behind := [name for name, source in self.sources.items() if self.replay.asked(source.url) <= polls]:
            if self.process is None or self.process.poll() is not None:
                raise Stuck("the service has ended")
            if time.monotonic() > until:
                raise Stuck(f"not read {polls} times within {PATIENCE:.0f} seconds: {', '.join(behind)}")
            time.sleep(0.05)

    def _listen(self, lines: IO[str]) -> None:
        for line in lines:
            try:
                self.told(json.loads(line))
            except ValueError:
                self.told({"message": line.rstrip(), "level": "ERROR"})


@contextmanager
def play(database: Path, told: Callable[[dict[str, object]], None]) -> Iterator[Play]:
    """The recorded crisis at its first moment, the service not yet started; stops both at the end."""
    with TemporaryDirectory(prefix="groundstop-demo-") as folder, Replay(Recording.load(DEMO), Path(folder) / "clock") as replay:
        playing = Play(replay, Path(folder), database, told)
        try:
            yield playing
        finally:
            if playing.process and playing.process.poll() is None:
                playing.process.kill()
                playing.process.wait()
