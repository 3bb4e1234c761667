"""The service as a process, for tests: how it is started in a folder of its own, waited for and asked."""

import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def command(*arguments: str) -> list[str]:
    return [sys.executable, str(ROOT / "scheduler.py"), *arguments]


def environment(folder: Path) -> dict[str, str]:
    settings = {"DB": folder / "groundstop.db", "SOURCES": folder / "sources.toml", "CLOCK": folder / "clock", "DELAY": 0}
    return {**os.environ, **{f"GROUNDSTOP_{name}": str(value) for name, value in settings.items()}}


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "groundstop.db")) as database:
        return database.execute(query).fetchall()


def until(condition: Callable[[], object], what: str, seconds: float = 45) -> None:
    """Waits for something that another process does; generous, since nothing depends on how fast it comes."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def running(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command("run", *arguments), env=environment(folder) | settings, cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
